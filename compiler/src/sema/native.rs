//! The native currency of an EVM chain as an asset: there is one on a chain, it is no token, and a call takes it as its value.

use super::call::Site;
use super::check::Checker;
use super::errors::NativeError;
use super::spend::Spending;
use super::symbols::Declared;
use crate::entities::Chain;
use crate::import::{FunctionKind, Mutability, Signature};
use crate::syntax::ast::{self, Name};
use crate::types::{AssetDecl, AssetForm, AssetStandard};

impl Checker<'_> {
    /// Two assets for one currency would be kept apart by the checker, and nowhere else.
    pub(super) fn check_only_native(
        &mut self,
        chain: Chain,
        form: &ast::AssetForm,
    ) -> Declared<()> {
        let is_native = |asset: &&AssetDecl| asset.form_on(chain).is_some_and(is_native);
        let Some(first) = self.declarations.assets.values().find(is_native) else {
            return Ok(());
        };
        let (first, declared) = (first.name.clone(), first.span);
        Err(self.report(NativeError::Second {
            standard: form.standard.span,
            chain: form.chain.value.clone(),
            first,
            declared,
        }))
    }

    /// Refuses an asset that is named for its token where it is none.
    pub(super) fn check_has_token(&mut self, form: &AssetForm, name: &Name) -> Declared<()> {
        if form.standard.has_token() {
            return Ok(());
        }
        let chain = self.chain_name(form.chain).to_owned();
        let asset = name.clone();
        Err(self.report(NativeError::NoToken { asset, chain }))
    }

    /// What is spent of native currency is the value of the call: its function takes one, and no clause gives it another.
    pub(super) fn check_value(
        &mut self,
        site: Site<'_>,
        signature: &Signature,
        spends: &[Spending<'_>],
    ) -> Declared<()> {
        let mut natives = spends.iter().filter(|(_, holding, _)| {
            let holding = holding.as_ref();
            holding.is_ok_and(|(_, holding)| is_native(&holding.form))
        });
        let Some((name, ..)) = natives.next() else {
            return Ok(());
        };
        let holding = (*name).clone();
        if let Some(clause) = &site.options.value {
            let clause = clause.span;
            return Err(self.report(NativeError::ValueBeside { holding, clause }));
        }
        match &signature.kind {
            FunctionKind::Evm(function) if function.mutability != Mutability::Payable => {
                let function = site.call.function.value.clone();
                Err(self.report(NativeError::NotPayable { holding, function }))
            }
            _ => Ok(()),
        }
    }
}

fn is_native(form: &AssetForm) -> bool {
    form.standard == AssetStandard::Native
}
