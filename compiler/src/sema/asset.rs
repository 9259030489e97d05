//! Assets: their forms on chains, and the calls that move them.

use std::sync::Arc;

use super::binding::well_known_program;
use super::check::Checker;
use super::errors::{CustodyError, FormUse, NameError, NameKind, NativeError};
use super::names::{Reserved, Scope};
use super::symbols::{Declared, Item, ItemKind};
use crate::diagnostic::Reported;
use crate::entities::{Asset, Chain, Constant};
use crate::hir::{
    AccountBinding, AccountSource, Binding, Call, Expr, ExprKind, FunctionRef, ObjectBinding,
    ObjectSource,
};
use crate::import::asset::{
    GIVE, SPEND, TAKE, TRANSFER_CHECKED, TRANSFER_CHECKED_WITH_FEE, WITHDRAW, interface_of,
};
use crate::literal::{Literal, U256};
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::types::{AssetDecl, AssetForm, AssetStandard, ConstantKind, ContractDecl, Type};
use crate::vm::Vm;

/// The most decimal places that an amount of 256 bits has room for.
const MAX_DECIMALS: u64 = 77;

/// Where an asset moves.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// Into custody, from an account.
    In(Expr),
    /// Out of custody, to an account.
    Out(Expr),
    /// Out of custody, to the target of the call that follows, which takes it from whoever calls.
    Spent,
    /// Out of custody, to the target of the call that follows, as one of its arguments.
    Withdrawn,
}

impl Checker<'_> {
    pub(super) fn declare_asset(&mut self, asset: &ast::Asset) -> Declared<Asset> {
        if asset.forms.is_empty() {
            let name = asset.name.clone();
            return Err(self.report(NameError::Empty {
                name,
                what: "asset",
                member: "form",
            }));
        }
        let id = self.declarations.assets.next_key();
        let mut scope = Scope::default();
        let mut forms = Vec::new();
        for form in &asset.forms {
            let is_first = self.add_name(&mut scope, &form.chain, "form", Reserved::Allowed);
            let found = self.declare_form(id, asset, form);
            forms.extend(is_first.then_some(found));
        }
        let forms = forms.into_iter().collect::<Declared<Vec<_>>>()?;
        Ok(self.declarations.assets.push(AssetDecl {
            name: asset.name.value.clone(),
            forms,
            docs: asset.docs.clone(),
            span: asset.name.span,
        }))
    }

    fn declare_form(
        &mut self,
        id: Asset,
        asset: &ast::Asset,
        form: &ast::AssetForm,
    ) -> Declared<AssetForm> {
        let chain = self.find_chain(&form.chain);
        let standard = self.find_standard(&form.standard);
        let decimals = self.check_decimals(form);
        let (chain, standard, decimals) = (chain?, standard?, decimals?);
        let vm = self.vm(chain);
        if standard.vm() != vm {
            return Err(self.other_vm(form, standard, vm));
        }
        if standard == AssetStandard::Native {
            self.check_only_native(chain, form)?;
        }
        let name = &asset.name.value;
        let contract = self.declarations.contracts.push(ContractDecl {
            name: name.clone(),
            chain,
            interface: Arc::new(interface_of(standard, name)),
            asset: Some(id),
            docs: asset.docs.clone(),
            span: asset.name.span,
        });
        Ok(AssetForm {
            chain,
            standard,
            decimals,
            contract,
        })
    }

    /// Reports a standard that tokens of the chain's machine do not follow.
    fn other_vm(&mut self, form: &ast::AssetForm, standard: AssetStandard, vm: Vm) -> Reported {
        let (name, chain) = (form.standard.clone(), form.chain.value.clone());
        if standard == AssetStandard::Native {
            return self.report(NativeError::OtherVm { name, chain, vm });
        }
        let fitting = AssetStandard::ALL.into_iter().filter(|it| it.vm() == vm);
        self.report(CustodyError::OtherVm {
            standard: name,
            chain,
            vm,
            fitting: fitting.map(AssetStandard::name).collect(),
        })
    }

    fn find_standard(&mut self, name: &Name) -> Declared<AssetStandard> {
        let mut standards = AssetStandard::ALL.into_iter();
        let found = standards.find(|standard| standard.name() == name.value);
        found.ok_or_else(|| {
            let known = AssetStandard::ALL.iter().map(|it| it.name().to_owned());
            self.report(NameError::Unknown {
                kind: NameKind::Standard,
                name: name.clone(),
                known: known.collect(),
            })
        })
    }

    fn check_decimals(&mut self, form: &ast::AssetForm) -> Declared<u8> {
        let (span, value) = (form.decimals.span, form.decimals.value);
        match u8::try_from(value) {
            Ok(decimals) if value <= MAX_DECIMALS => Ok(decimals),
            _ => Err(self.report(CustodyError::Decimals {
                span,
                most: MAX_DECIMALS,
            })),
        }
    }

    pub(super) fn find_asset(&mut self, name: &Name) -> Declared<Asset> {
        match self.symbols.find(&name.value) {
            Some(Item {
                kind: ItemKind::Faulty(reported),
                ..
            }) => Err(*reported),
            Some(Item {
                kind: ItemKind::Asset(asset),
                ..
            }) => *asset,
            Some(other) => {
                let what = other.kind.what();
                let help = "only an asset can be taken into custody".to_owned();
                Err(self.report(NameError::NotAValue {
                    name: name.clone(),
                    wanted: "an asset",
                    what,
                    help,
                }))
            }
            None => {
                let known = self.symbols.assets().cloned().collect();
                Err(self.report(NameError::Unknown {
                    kind: NameKind::Asset,
                    name: name.clone(),
                    known,
                }))
            }
        }
    }

    /// The form that an asset has on a chain, where it is used.
    pub(super) fn form_at(
        &mut self,
        asset: Asset,
        name: &Name,
        (chain, why): (Chain, FormUse),
    ) -> Declared<AssetForm> {
        let decl = &self.declarations.assets[asset];
        let declared = decl.span;
        decl.form_on(chain).cloned().ok_or_else(|| {
            let (vm, chain) = (self.vm(chain), self.chain_name(chain).to_owned());
            self.report(CustodyError::NoForm {
                asset: name.clone(),
                chain,
                vm,
                declared,
                why,
            })
        })
    }

    /// The token of an asset that is named where a constant of a chain could be.
    pub(super) fn token_named(
        &mut self,
        asset: Asset,
        name: &Name,
        chain: Chain,
        kind: ConstantKind,
    ) -> Declared<Constant> {
        let form = self.form_at(asset, name, (chain, FormUse::Token))?;
        self.check_has_token(&form, name)?;
        match kind_of(form.standard) == kind {
            true => Ok(self.token_of(asset, chain, kind)),
            false => {
                let chain = self.chain_name(chain).to_owned();
                let asset = name.clone();
                Err(self.report(CustodyError::OtherToken { asset, chain, kind }))
            }
        }
    }

    /// An asset where an address is needed: its token there.
    pub(super) fn check_token(
        &mut self,
        asset: Asset,
        name: &Name,
        chain: Chain,
    ) -> Declared<Expr> {
        let token = self.token_named(asset, name, chain, ConstantKind::Address)?;
        Ok(Expr {
            kind: ExprKind::Constant(token),
            ty: Type::Address(chain),
            span: name.span,
        })
    }

    /// Whether a name stands for an asset.
    pub(super) fn names_asset(&self, name: &str) -> bool {
        let item = self.symbols.find(name);
        item.is_some_and(|item| matches!(item.kind, ItemKind::Asset(_)))
    }

    /// The call that moves an amount.
    pub(super) fn movement(
        &mut self,
        asset: Asset,
        form: &AssetForm,
        way: Way,
        amount: Expr,
        span: Span,
    ) -> Call {
        let call = |name: &str, args, gas, binding| Call {
            function: FunctionRef {
                contract: form.contract,
                name: name.to_owned(),
                overload: 0,
            },
            args,
            gas,
            binding,
            spends: Vec::new(),
            span,
        };
        let (name, account) = match &way {
            Way::In(account) => (TAKE, Some(account)),
            Way::Out(account) => (GIVE, Some(account)),
            Way::Spent => (SPEND, None),
            Way::Withdrawn => (WITHDRAW, None),
        };
        let moved = |amount| account.cloned().into_iter().chain([amount]).collect();
        let kind = kind_of(form.standard);
        let vm = form.standard.vm();
        let gas = movement_gas(vm);
        if vm == Vm::Evm {
            return call(name, moved(amount), gas, Binding::Evm { value: None });
        }
        let token = self.token_of(asset, form.chain, kind);
        match form.standard {
            AssetStandard::SuiCoin => {
                let binding = Binding::Sui {
                    objects: Vec::new(),
                    type_arguments: vec![token],
                };
                call(name, moved(amount), gas, binding)
            }
            AssetStandard::FungibleAsset => {
                let metadata = ObjectBinding {
                    parameter: 0,
                    name: "metadata".to_owned(),
                    source: ObjectSource::Constant(token),
                };
                let binding = Binding::Aptos {
                    objects: vec![metadata],
                    type_arguments: Vec::new(),
                };
                call(name, moved(amount), gas, binding)
            }
            standard => {
                let mint = AccountSource::Constant(token);
                let accounts = accounts(standard, way, mint);
                let decimals = literal(form.decimals.into(), 8, span);
                let with_fee = standard == AssetStandard::Token2022;
                // A mint that charges anything else refuses the transfer, so that all of it arrives.
                let fee = with_fee.then(|| literal(0, 64, span));
                let name = match with_fee {
                    true => TRANSFER_CHECKED_WITH_FEE,
                    false => TRANSFER_CHECKED,
                };
                let args = [amount, decimals].into_iter().chain(fee).collect();
                call(name, args, gas, Binding::Svm { accounts })
            }
        }
    }
}

/// The budget of a movement. Common tokens take much less: 65,000 gas at most on the EVM, 7,000 compute units on Solana. On
/// Sui nothing under 1,000 units of computation is told apart (<https://docs.sui.io/concepts/tokenomics/gas-in-sui>). On Aptos there has to be
/// room for functions of the issuer.
const fn movement_gas(vm: Vm) -> u64 {
    match vm {
        Vm::Evm => 150_000,
        Vm::Svm => 40_000,
        Vm::Sui => 20_000,
        Vm::Aptos => 20_000,
    }
}

/// What stands for a token of a standard.
const fn kind_of(standard: AssetStandard) -> ConstantKind {
    match standard {
        AssetStandard::SuiCoin => ConstantKind::MoveType,
        _ => ConstantKind::Address,
    }
}

fn literal(number: u64, bits: u16, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Literal(Literal::Uint(U256::from(number))),
        ty: Type::Uint(bits),
        span,
    }
}

/// The accounts of a transfer: the token accounts associated with the account outside and with the coordinator's custody. That is not the
/// authority, whose signature the calls of other programs get: with it they could take what is held. What is spent is the authority's
/// for as long as the call runs.
fn accounts(
    standard: AssetStandard,
    way: Way,
    mint: AccountSource<Expr>,
) -> Vec<AccountBinding<Expr>> {
    let program = match standard {
        AssetStandard::Token2022 => "token_2022_program",
        _ => "token_program",
    };
    let token_account = |owner| AccountSource::AssociatedToken {
        owner: Box::new(owner),
        mint: Box::new(mint.clone()),
        token_program: Box::new(well_known_program(program)),
    };
    let key = |account: Expr| match account.kind {
        ExprKind::Constant(constant) => AccountSource::Constant(constant),
        _ => AccountSource::Value(account),
    };
    let inside = token_account(AccountSource::Custody);
    let (source, destination, authority) = match way {
        Way::In(account) => (token_account(key(account)), inside, AccountSource::Payer),
        Way::Out(account) => (inside, token_account(key(account)), AccountSource::Custody),
        Way::Spent | Way::Withdrawn => (
            inside,
            token_account(AccountSource::Authority),
            AccountSource::Custody,
        ),
    };
    let binding = |name: &str, writable, signer, source| AccountBinding {
        name: name.to_owned(),
        writable,
        signer,
        source,
    };
    vec![
        binding("source", true, false, source),
        binding("mint", false, false, mint.clone()),
        binding("destination", true, false, destination),
        binding("authority", false, true, authority),
    ]
}
