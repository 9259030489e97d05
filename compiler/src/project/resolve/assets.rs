//! Which tokens a profile binds the forms of assets to.

use super::{Resolver, Table, Used};
use crate::codes::Code;
use crate::deployment::{Address, ConstantValue};
use crate::diagnostic::Diagnostic;
use crate::entities::{Asset, Chain};
use crate::import::asset::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM};
use crate::source::{Span, Spanned};
use crate::types::{AssetForm, AssetStandard};

/// What a profile binds an asset to on a chain.
pub(super) struct BoundToken {
    pub(super) asset: Asset,
    pub(super) chain: Chain,
    pub(super) value: ConstantValue,
    pub(super) span: Span,
}

impl Resolver<'_> {
    pub(super) fn assets(&mut self, used: &Used) {
        let profile = self.profile;
        let table = Table {
            value: "tokens",
            key: "assets",
            noun: "asset",
        };
        let declared = &self.declarations.assets;
        let is_used = |asset, form: &AssetForm| {
            let is_used = used.contracts.contains(&form.contract)
                || self.declarations.token(asset, form.chain).is_some();
            is_used && form.standard.has_token()
        };
        let names = declared.iter().map(|(id, asset)| {
            let is_needed = asset.forms.iter().any(|form| is_used(id, form));
            (asset.name.as_str(), is_needed, asset.span)
        });
        self.check_names(&table, &profile.assets, &names.collect::<Vec<_>>());
        let mut bound_tokens = Vec::new();
        for (asset, declaration) in declared {
            let Some((_, bound)) = profile.assets.entries.get(&declaration.name) else {
                continue;
            };
            let key = format!("assets.{}", declaration.name);
            let noun = format!("chain of asset `{}`", declaration.name);
            let table = Table {
                value: "a token",
                key: &key,
                noun: &noun,
            };
            let names = declaration.forms.iter().map(|form| {
                let chain = &self.declarations.chains[form.chain];
                (chain.name.as_str(), is_used(asset, form), declaration.span)
            });
            self.check_names(&table, bound, &names.collect::<Vec<_>>());
            for form in &declaration.forms {
                let chain = &self.declarations.chains[form.chain].name;
                if let Some((span, text)) = bound.entries.get(chain) {
                    if !form.standard.has_token() {
                        self.bound_native(&declaration.name, chain, *span);
                        continue;
                    }
                    let value = self.token(asset, form, text);
                    bound_tokens.extend(value.map(|value| BoundToken {
                        asset,
                        chain: form.chain,
                        value,
                        span: text.span,
                    }));
                }
            }
        }
        self.check_assets(&bound_tokens);
    }

    /// Reports a token for what is none.
    fn bound_native(&mut self, asset: &str, chain: &str, span: Span) {
        let title = format!("asset `{asset}` has no token on `{chain}`");
        let diagnostic = Diagnostic::new(Code::NativeHasNoToken, title)
            .primary(span, "the source declares it as native")
            .note("native currency goes with a call as its value; nothing stands for it")
            .help("remove the line, or declare the asset as `erc20` if it is a wrapped token");
        self.error(diagnostic);
    }

    /// Binds one form: an EVM token is called itself, elsewhere what is called is a part of the chain and the token a constant.
    fn token(
        &mut self,
        asset: Asset,
        form: &AssetForm,
        text: &Spanned<String>,
    ) -> Option<ConstantValue> {
        let declarations = self.declarations;
        let name = &declarations.assets[asset].name;
        let vm = form.standard.vm();
        let what = format!("asset `{name}`");
        let value = match form.standard {
            AssetStandard::SuiCoin => self.move_type(&what, text),
            _ => self
                .nonzero_address(vm, &what, text)
                .map(ConstantValue::Address),
        };
        let value = value?;
        let called = match form.standard {
            AssetStandard::Erc20 => match value {
                ConstantValue::Address(address) => address,
                ConstantValue::MoveType(_) => return None,
            },
            // The chain itself moves it.
            AssetStandard::Native => return None,
            AssetStandard::Spl => program(TOKEN_PROGRAM),
            AssetStandard::Token2022 => program(TOKEN_2022_PROGRAM),
            AssetStandard::SuiCoin => framework(2),
            AssetStandard::FungibleAsset => framework(1),
        };
        self.deployment.contracts[form.contract] = called;
        if let Some(token) = declarations.token(asset, form.chain) {
            self.deployment.constants[token] = value.clone();
        }
        Some(value)
    }
}

fn program(text: &str) -> Address {
    let mut key = [0; 32];
    let length = bs58::decode(text).onto(&mut key);
    assert_eq!(length, Ok(32), "a program's address");
    Address::Svm(key)
}

/// A package of the chain itself, by its number.
fn framework(number: u8) -> Address {
    let mut address = [0; 32];
    address[31] = number;
    Address::Move(address)
}
