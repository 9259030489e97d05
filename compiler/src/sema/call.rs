//! Calls into contracts: the function, its arguments, its budget and its bindings.

use super::check::Checker;
use super::context::{Context, Expect};
use super::duty::Duty;
use super::errors::{BudgetError, TypeError};
use super::function::{Found, param_phrase, values};
use super::shape_of::{shape_of, spell};
use super::symbols::{ContractSymbol, Declared};
use crate::entities::Chain;
use crate::hir::{Call, Expr, FunctionRef};
use crate::import::{Interface, Returned, Signature};
use crate::syntax::ast::{self, Name};

/// A call in the source, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Site<'s> {
    pub(super) context: Context<'s>,
    pub(super) call: &'s ast::Call,
    pub(super) options: &'s ast::CallOptions,
    /// The holdings that go with it.
    pub(super) spend: &'s [Name],
    /// Why it has to succeed at last; `None` if it may fail.
    pub(super) duty: Option<Duty>,
}

/// What is known about a call. Each part is poisoned on its own, so that the others are still checked.
pub(super) struct CheckedCall {
    pub(super) chain: Declared<Chain>,
    /// The results of the function, and the contract whose interface has them.
    pub(super) results: Declared<(Vec<Returned>, ContractSymbol)>,
    pub(super) call: Declared<Call>,
}

impl Checker<'_> {
    /// Checks a call and everything that belongs to it.
    pub(super) fn check_call(&mut self, site: Site<'_>) -> CheckedCall {
        let contract = match self.find_contract(&site.call.contract) {
            Ok(contract) => contract,
            Err(reported) => {
                self.check_loose_arguments(site);
                return CheckedCall {
                    chain: Err(reported),
                    results: Err(reported),
                    call: Err(reported),
                };
            }
        };
        let interface = contract.interface.clone();
        let gas = self.check_gas(site, contract.chain);
        let found = match self.find_function(site, &contract, &interface) {
            Ok(found) => found,
            Err(reported) => {
                self.check_loose_arguments(site);
                return CheckedCall {
                    chain: Ok(contract.chain),
                    results: Err(reported),
                    call: Err(reported),
                };
            }
        };
        let results = Ok((found.signature.results.clone(), contract.clone()));
        let call = self.check_found(site, &contract, &interface, found, gas);
        CheckedCall {
            chain: Ok(contract.chain),
            results,
            call,
        }
    }

    pub(super) fn check_found(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &Interface,
        found: Found<'_>,
        gas: Declared<u64>,
    ) -> Declared<Call> {
        let args = self.check_arguments(site, contract, interface, found.signature);
        let binding = self.check_binding(site, contract, found.signature, &args);
        let spends = self.check_spends(site, contract, found.signature);
        let function = FunctionRef {
            contract: contract.id,
            name: site.call.function.value.clone(),
            overload: found.overload,
        };
        let args = args.into_iter().collect::<Declared<Vec<_>>>()?;
        Ok(Call {
            function,
            args,
            gas: gas?,
            binding: self.check_keys(binding?)?,
            spends: spends?,
            span: site.call.span,
        })
    }

    fn check_arguments(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &Interface,
        signature: &Signature,
    ) -> Vec<Declared<Expr>> {
        let params: Vec<_> = values(signature, contract).collect();
        if params.len() != site.call.args.len() {
            let reported = self.report_count(site, contract, interface, signature);
            self.check_loose_arguments(site);
            return vec![Err(reported); params.len()];
        }
        let mut args = Vec::new();
        for ((place, param), arg) in params.into_iter().zip(&site.call.args) {
            let shape = shape_of(&param.ty, interface);
            self.check_can_succeed(site, param, arg);
            args.push(match shape.opaque() {
                Some(reason) => {
                    let (param, ty) = (param_phrase(place, param), spell(&param.ty));
                    Err(self.report(TypeError::Unrepresentable {
                        span: arg.span,
                        param,
                        ty,
                        reason,
                    }))
                }
                None => self.check_expr(site.context, arg, Expect::Param(&shape, contract.chain)),
            });
        }
        args
    }

    /// Checks the names in arguments whose parameters are not known.
    fn check_loose_arguments(&mut self, site: Site<'_>) {
        for arg in &site.call.args {
            if matches!(
                arg.kind,
                ast::ExprKind::Name(_) | ast::ExprKind::Field { .. }
            ) {
                let _poisoned_anyway = self.check_expr(site.context, arg, Expect::Any);
            }
        }
    }

    pub(super) fn check_gas(&mut self, site: Site<'_>, chain: Chain) -> Declared<u64> {
        let vm = self.vm(chain);
        let limit = vm.most_gas();
        match site.options.gas {
            None => Err(self.report(BudgetError::MissingGas {
                span: site.call.span,
                vm,
            })),
            Some(gas) if gas.value == 0 => {
                Err(self.report(BudgetError::ZeroGas { span: gas.span, vm }))
            }
            Some(gas) if gas.value > limit => Err(self.report(BudgetError::OverLimit {
                span: gas.span,
                vm,
                limit,
            })),
            Some(gas) => Ok(gas.value),
        }
    }
}
