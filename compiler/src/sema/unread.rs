//! Calls that answer a truth and nothing else, where nothing uses what they answer.

use super::check::Checker;
use super::errors::{Remedy, SagaError};
use super::named::results_in;
use super::statements::{Statements, StepAst};
use crate::entities::{Step, Workflow};
use crate::hir::{Call, Decision, Expr, RefusalPolicy, Role, StepDecl};
use crate::import::{EvmType, FunctionKind, TargetType};
use crate::source::Span;

impl Checker<'_> {
    /// Warns of each call whose target may say by `false`, instead of reverting, that it did nothing, though nobody would hear of it.
    pub(super) fn warn_of_unread(&mut self, workflow: Workflow, statements: &Statements<'_>) {
        let (used, unneeded) = (self.used_results(workflow), unneeded(statements));
        let mut unread = Vec::new();
        for &step in &self.workflows[workflow].steps {
            let decl = &self.steps[step];
            let made = first_results(decl).filter(|(call, result)| {
                !used.contains(&(step, *result)) && !unneeded.contains(&call.span)
            });
            unread.extend(made.map(|(call, _)| (call, remedy(decl))));
            let undoing = decl.compensation().into_iter().flat_map(|it| &it.calls);
            let later = undoing.chain(&decl.confirmation);
            unread.extend(later.map(|call| (call, Remedy::RevertLater)));
        }
        unread.retain(|(call, _)| self.answers_truth(call));
        let warnings: Vec<_> = unread.into_iter().map(false_is_success).collect();
        warnings.into_iter().for_each(|warning| self.warn(warning));
    }

    /// Whether a call changes something on the EVM, and answers a truth and nothing else.
    fn answers_truth(&self, call: &Call) -> bool {
        let contract = &self.declarations.contracts[call.function.contract];
        let function = &contract.interface.functions[&call.function.name][call.function.overload];
        function.signature.as_ref().is_ok_and(|signature| {
            let results: Vec<_> = signature.results.iter().map(|it| &it.ty).collect();
            matches!(signature.kind, FunctionKind::Evm(_))
                && !signature.is_view()
                && matches!(results[..], [TargetType::Evm(EvmType::Bool)])
        })
    }

    /// The results that anything in a workflow uses.
    fn used_results(&self, workflow: Workflow) -> Vec<(Step, usize)> {
        let workflow = &self.workflows[workflow];
        let mut used = Vec::new();
        let mut visit = |expr: &Expr| used.extend(results_in(expr));
        for step in workflow.steps.iter().map(|&step| &self.steps[step]) {
            step.for_each_expr_of_execution(&mut visit);
            step.for_each_later_expr(&mut visit);
        }
        for choice in &workflow.choices {
            if let Decision::Condition(condition) = &choice.by {
                visit(condition);
            }
        }
        workflow.results.iter().for_each(|(_, value)| visit(value));
        used
    }
}

/// The calls of which the source says, by `-> (_)`, that it needs no result.
fn unneeded(statements: &Statements<'_>) -> Vec<Span> {
    let calls = statements
        .steps
        .iter()
        .filter_map(|placed| match placed.ast {
            StepAst::Call(step) => Some(step),
            _ => None,
        });
    let says_so = calls.filter(|step| {
        let named = step.results.iter().flat_map(|clause| &clause.value);
        named.map(|result| result.name.value.as_str()).eq(["_"])
    });
    says_so.map(|step| step.call.span).collect()
}

/// The calls of a step, with the position that the first result of each has among the step's.
fn first_results(step: &StepDecl) -> impl Iterator<Item = (&Call, usize)> {
    let then = step.then.iter();
    let then = then.map(|following| (&following.call, following.results.start));
    std::iter::once((&step.call, 0)).chain(then)
}

/// What can be done about a step that answers `false`.
fn remedy(step: &StepDecl) -> Remedy {
    match (&step.role, &step.on_refused) {
        (_, RefusalPolicy::Continue) | (Role::Pivot | Role::Retriable, _) => Remedy::Revert,
        (Role::NothingToUndo, _) => Remedy::Require,
        (Role::Compensable(_), _) => Remedy::Together,
    }
}

fn false_is_success((call, remedy): (&Call, Remedy)) -> SagaError {
    SagaError::FalseIsSuccess {
        span: call.span,
        function: call.function.name.clone(),
        remedy,
    }
}
