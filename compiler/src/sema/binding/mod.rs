//! What a call needs beside its arguments, by the machine of the called contract.

mod accounts;
mod derive;
mod objects;
mod seeds;
mod sender;

pub(super) use derive::well_known_program;

use super::call::Site;
use super::check::Checker;
use super::context::Expect;
use super::errors::{BindingError, TypeError};
use super::symbols::{ContractSymbol, Declared};
use crate::hir::{Binding, Expr};
use crate::import::{EvmFunction, FunctionKind, Mutability, Signature};
use crate::types::Type;
use crate::vm::Vm;

impl Checker<'_> {
    /// Checks the clauses of a call that bind what is no argument. `args` are the checked arguments.
    pub(super) fn check_binding(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        signature: &Signature,
        args: &[Declared<Expr>],
    ) -> Declared<Binding<Expr>> {
        let clauses = self.check_clauses(site, contract.interface.vm);
        let binding = match &signature.kind {
            FunctionKind::Evm(function) => self.bind_value(site, function),
            FunctionKind::Svm(function) => self.bind_accounts(site, contract, function, args),
            FunctionKind::Sui(function) => {
                let sender = self.check_sender(site, signature);
                let binding = self.bind_objects(site, contract, signature, function);
                sender.and(binding)
            }
            FunctionKind::Aptos(function) => self.bind_objects(site, contract, signature, function),
        };
        clauses?;
        binding
    }

    /// Reports clauses that mean nothing on the machine of the call.
    fn check_clauses(&mut self, site: Site<'_>, vm: Vm) -> Declared<()> {
        let options = site.options;
        let clauses = [
            (
                options.value.as_ref().map(|clause| clause.span),
                "value",
                "an EVM chain",
                vm == Vm::Evm,
            ),
            (
                options.accounts.as_ref().map(|clause| clause.span),
                "accounts",
                "Solana",
                vm == Vm::Svm,
            ),
            (
                options.objects.as_ref().map(|clause| clause.span),
                "objects",
                "Sui and Aptos",
                is_move(vm),
            ),
            (
                options.types.as_ref().map(|clause| clause.span),
                "types",
                "Sui and Aptos",
                is_move(vm),
            ),
            (
                options.sender.as_ref().map(|clause| clause.span),
                "sender",
                "Sui",
                vm == Vm::Sui,
            ),
        ];
        let mut result = Ok(());
        for (span, clause, belongs, fits) in clauses {
            if let (Some(span), false) = (span, fits) {
                result = Err(self.report(BindingError::ClauseOfOtherVm {
                    span,
                    clause,
                    belongs,
                    vm,
                }));
            }
        }
        result
    }

    fn bind_value(&mut self, site: Site<'_>, function: &EvmFunction) -> Declared<Binding<Expr>> {
        let Some(clause) = &site.options.value else {
            return Ok(Binding::Evm { value: None });
        };
        if function.mutability != Mutability::Payable {
            let (span, function) = (clause.span, site.call.function.value.clone());
            return Err(self.report(TypeError::NotPayable { span, function }));
        }
        let value = self.check_expr(site.context, &clause.value, Expect::Type(&Type::Uint(256)))?;
        Ok(Binding::Evm { value: Some(value) })
    }
}

const fn is_move(vm: Vm) -> bool {
    matches!(vm, Vm::Sui | Vm::Aptos)
}
