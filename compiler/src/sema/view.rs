//! What a guard asks contracts of its chain: calls of functions that only read.

use super::call::{CheckedCall, Site};
use super::check::Checker;
use super::context::{Context, Expect, ResultValue};
use super::errors::{TypeError, ViewError};
use super::symbols::{ContractSymbol, Declared};
use crate::entities::Chain;
use crate::hir::{Expr, ExprKind, View};
use crate::import::Signature;
use crate::syntax::ast;
use crate::types::{Field, Type};

/// What the guard that is being checked has asked so far.
#[derive(Clone)]
pub(super) struct Asking {
    /// The chain of its step.
    chain: Declared<Chain>,
    /// The budget of each call: that of the step's own.
    gas: Declared<u64>,
    views: Vec<View>,
}

impl Checker<'_> {
    /// Checks the guard of a step, and what it asks.
    pub(super) fn check_guard(
        &mut self,
        context: Context<'_>,
        guard: &ast::Expr,
        step: &CheckedCall,
    ) -> Declared<(Expr, Vec<View>)> {
        self.asking = Some(Asking {
            chain: step.chain,
            gas: step.call.as_ref().map(|call| call.gas).map_err(|e| *e),
            views: Vec::new(),
        });
        let checked = self.check_expr(context, guard, Expect::Type(&Type::Bool));
        let asked = self.asking.take();
        let guard = checked?;
        self.check_guard_decides(context.scope, &guard)?;
        Ok((guard, asked.map_or_else(Vec::new, |asked| asked.views)))
    }

    /// Checks a call in a guard: the value that it gives.
    pub(super) fn check_view(
        &mut self,
        context: Context<'_>,
        view: &ast::CallClause,
    ) -> Declared<Expr> {
        let (call, span) = (&view.call, view.call.span);
        let contract = self.find_contract(&call.contract)?;
        let Some(Asking { chain, gas, .. }) = &self.asking else {
            return Err(self.report(ViewError::OutsideGuard { span }));
        };
        let (chain, step_gas) = ((*chain)?, *gas);
        self.check_view_place(call, &contract, chain)?;
        let interface = contract.interface.clone();
        let site = Site {
            context,
            call,
            options: &view.options,
            spend: &[],
            duty: None,
        };
        let found = self.find_function(site, &contract, &interface)?;
        let (field, position) = self.viewed(call, &contract, found.signature)?;
        let gas = match view.options.gas {
            Some(_) => self.check_gas(site, chain),
            None => step_gas,
        };
        let checked = self.check_found(site, &contract, &interface, found, gas)?;
        let ty = field.ty.clone();
        let view = View {
            call: checked,
            result: (field, position),
        };
        let asking = self.asking.as_mut().expect("the guard is still checked");
        let index = asking.views.len();
        asking.views.push(view);
        Ok(Expr {
            kind: ExprKind::Viewed(index),
            ty,
            span,
        })
    }

    /// A guard is decided where its step runs.
    fn check_view_place(
        &mut self,
        call: &ast::Call,
        contract: &ContractSymbol,
        chain: Chain,
    ) -> Declared<()> {
        let span = call.span;
        if contract.chain != chain {
            let (chain, other) = (self.chain_name(chain), self.chain_name(contract.chain));
            let (chain, other) = (chain.to_owned(), other.to_owned());
            return Err(self.report(ViewError::Elsewhere { span, chain, other }));
        }
        Ok(())
    }

    /// The one result of a function that only reads.
    fn viewed(
        &mut self,
        call: &ast::Call,
        contract: &ContractSymbol,
        signature: &Signature,
    ) -> Declared<(Field, usize)> {
        let (span, function) = (call.span, call.function.clone());
        if !signature.only_reads() {
            let vm = contract.interface.vm;
            return Err(self.report(ViewError::Writes { function, vm }));
        }
        if signature.sees_sender() {
            return Err(self.report(ViewError::SeesSender { function }));
        }
        let [returned] = signature.results.as_slice() else {
            let results = signature.results.len();
            return Err(self.report(ViewError::Results { function, results }));
        };
        match self.result_value(returned, None, contract, 0) {
            ResultValue::Usable(position, ty) => {
                let name = function.value;
                Ok((Field { name, ty }, position))
            }
            ResultValue::Poisoned(reported) => Err(reported),
            ResultValue::Unusable(why) => Err(self.report(TypeError::UnusableResult {
                span,
                step: function.value,
                ty: why.ty,
                reason: why.reason,
                help: None,
            })),
        }
    }
}
