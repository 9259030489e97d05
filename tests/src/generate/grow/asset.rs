//! Assets, and the form that each has on a chain.

use cranelift_entity::packed_option::ReservedValue;
use xcc::entities::{Asset, Chain, Contract};
use xcc::types::{AssetDecl, AssetForm, AssetStandard, Type, Units};
use xcc::vm::Vm;

use super::Grower;

/// How many assets a project has at most.
const ASSETS: usize = 3;

/// The decimal places that an asset has on a chain.
const DECIMALS: [u8; 6] = [6, 6, 6, 9, 8, 18];

impl Grower {
    /// An asset: one that is there, or a new one.
    pub(super) fn asset(&mut self) -> Asset {
        let known: Vec<_> = self.spec.declarations.assets.keys().collect();
        let wants_new = self.choices.chance(30);
        let chosen = self.choices.below(ASSETS as u32) as usize;
        if !known.is_empty() && (!wants_new || known.len() >= ASSETS) {
            return known[chosen.min(known.len() - 1)];
        }
        let docs = self.docs();
        self.spec.declarations.assets.push(AssetDecl {
            name: format!("Token{}", known.len() + 1),
            // Each comes into being where it is needed.
            forms: Vec::new(),
            docs,
            span: self.nowhere,
        })
    }

    /// Whether the project has an asset already.
    pub(super) fn has_asset(&self) -> bool {
        !self.spec.declarations.assets.is_empty()
    }

    /// What an asset is counted in on a chain.
    pub(super) fn units(&mut self, asset: Asset, chain: Chain) -> Units {
        let assets = self.spec.declarations.assets.values();
        let mut forms = assets.filter_map(|asset| asset.form_on(chain));
        let may_be_native = forms.all(|form| form.standard.has_token());
        let form = self.form(asset, chain, may_be_native);
        Units {
            asset,
            chain,
            decimals: form.decimals,
            bits: form.standard.bits(),
        }
    }

    /// The form of an asset on a chain, declared if it is not. The simplest takes as many choices on every VM.
    fn form(&mut self, asset: Asset, chain: Chain, may_be_native: bool) -> AssetForm {
        if let Some(known) = self.spec.form(asset, chain) {
            return known.clone();
        }
        let decimals = self.choices.pick(&DECIMALS);
        let is_other = self.choices.chance(35);
        let form = AssetForm {
            chain,
            standard: match self.spec.vm(chain) {
                Vm::Evm if is_other && may_be_native => AssetStandard::Native,
                Vm::Evm => AssetStandard::Erc20,
                Vm::Svm if is_other => AssetStandard::Token2022,
                Vm::Svm => AssetStandard::Spl,
                Vm::Sui => AssetStandard::SuiCoin,
                Vm::Aptos => AssetStandard::FungibleAsset,
            },
            decimals,
            contract: Contract::reserved_value(),
        };
        let forms = &mut self.spec.declarations.assets[asset].forms;
        forms.push(form.clone());
        form
    }

    /// Whether the name of an asset stands for a value of a type. On Sui it stands for a type.
    pub(super) fn has_token(&self, ty: &Type) -> bool {
        let is_address = |chain: Chain| self.spec.vm(chain) != Vm::Sui;
        matches!(*ty, Type::Address(chain) if is_address(chain) && self.tokens(chain).next().is_some())
    }

    /// An asset that has a token on a chain, if there is one.
    pub(super) fn token(&mut self, chain: Chain) -> Option<Asset> {
        let known = self.tokens(chain).collect();
        let asset = self.one_of(known)?;
        self.form(asset, chain, false);
        Some(asset)
    }

    fn tokens(&self, chain: Chain) -> impl Iterator<Item = Asset> + '_ {
        let assets = self.spec.declarations.assets.keys();
        assets.filter(move |&asset| !self.spec.is_native(asset, chain))
    }

    /// How an asset is written.
    pub(super) fn asset_name(&self, asset: Asset) -> String {
        self.spec.declarations.assets[asset].name.clone()
    }
}
