//! `on refused hold for`: what a step could not spend is owed to somebody, and the workflow goes on.

use super::arithmetic::Necessity;
use super::asset::Way;
use super::check::Checker;
use super::context::{Context, Expect, Place, WorkflowScope};
use super::custody::{Holding, Payment, held};
use super::erase::erase_step;
use super::errors::{CustodyError, SagaError};
use super::spend::spent;
use super::statements::PlacedStep;
use super::symbols::Declared;
use super::workflow::Surroundings;
use crate::entities::Chain;
use crate::hir::{Custody, Expr, RefusalPolicy, Role, StepDecl};
use crate::source::Span;
use crate::syntax::ast::{self, Policy};
use crate::types::Type;

/// Whom what a step could not spend is held for, as its clause says, and where that stands.
pub(super) fn held_for(step: &ast::Step) -> Option<(Span, &ast::Expr)> {
    let clause = step.on_refused.as_ref()?;
    match &clause.value {
        Policy::HoldFor(owner) => Some((clause.span, owner)),
        Policy::Compensate | Policy::Retry(_) | Policy::Continue => None,
    }
}

/// Whom a policy holds something for.
pub(super) fn owner(policy: &Declared<RefusalPolicy>) -> Declared<Option<Expr>> {
    match policy {
        Ok(RefusalPolicy::HoldFor(owner)) => Ok(Some((**owner).clone())),
        Ok(_) => Ok(None),
        Err(reported) => Err(*reported),
    }
}

impl Checker<'_> {
    /// Checks `on refused hold for` of the `index`-th step. Nothing brings back what is spent, so until the pivot what is held goes back
    /// to whom it was taken from; after it a step that spends can leave it to somebody else.
    pub(super) fn check_hold(
        &mut self,
        scope: &WorkflowScope,
        index: usize,
        (placed, step): (PlacedStep<'_>, &ast::Step),
        (home, (span, owner)): (Declared<Chain>, (Span, &ast::Expr)),
    ) -> Declared<RefusalPolicy> {
        if spent(step).is_empty() {
            return Err(self.report(CustodyError::NothingHeld {
                span,
                step: step.name.value.clone(),
                is_retriable: step.retriable.is_some(),
            }));
        }
        let misplaced = if step.pivot.is_some() {
            Some("a pivot that is refused gives what is held back to whom it was taken from")
        } else if placed.atomic.is_some() {
            Some("the steps of an `atomic` happen all together or not at all")
        } else {
            None
        };
        if let Some(why) = misplaced {
            let help = "remove the clause, or let a retriable step after the pivot spend it";
            return Err(self.report(SagaError::MisplacedPolicy { span, why, help }));
        }
        let place = Place::Step(index);
        let ty = Type::Address(home?);
        let owner = self.check_expr(Context { scope, place }, owner, Expect::Type(&ty))?;
        self.check_is_total(&owner, Necessity::Unspent)?;
        Ok(RefusalPolicy::HoldFor(Box::new(owner)))
    }

    /// The step that owes what another one could not spend, the `index`-th.
    pub(super) fn check_unspent(
        &mut self,
        surroundings: &Surroundings<'_>,
        scope: &mut WorkflowScope,
        (index, step, number): (usize, &ast::Step, usize),
    ) -> Declared<StepDecl> {
        scope.steps[index].results = Some(Ok(Vec::new()));
        let owner = scope.steps[index - number - 1].held_for.clone();
        let owner = owner.expect("the step before was checked")?;
        let owner = owner.expect("it says whom it is held for");
        let holding = &spent(step)[number];
        let found = self.find_holding(scope, index, (holding, Payment::Written));
        let (taken, Holding { asset, form, .. }) = found?;
        let (id, name) = (scope.steps[taken].id, scope.steps[index].name.clone());
        let amount = held(id, &Type::Amount(form.units(asset)), holding.span);
        let call = self.movement(asset, &form, Way::Out(owner), amount, step.span);
        let docs = vec![format!(
            "What `{}` took, if `{}` cannot spend it.",
            holding.value, step.name.value
        )];
        let named = (&name, &docs, step.span);
        Ok(erase_step(StepDecl {
            role: Role::Retriable,
            ..self.step_of(surroundings, named, call, Custody::Unspent(id))?
        }))
    }
}
