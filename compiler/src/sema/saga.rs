//! The shape of a saga: compensable steps, one pivot, retriable steps.

use super::atomic::{Member, Together};
use super::check::Checker;
use super::errors::SagaError;
use super::results::StepResults;
use super::symbols::Declared;
use crate::source::Span;
use crate::syntax::ast::{self, Compensation, Policy};

/// How far the steps before have come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The `pivot` clause of an earlier step.
    pivot: Option<Span>,
    /// Whether not every earlier step runs in the transaction that starts an instance.
    has_left_start: bool,
    /// What an `atomic` has come to.
    pub(super) together: Option<Together>,
}

impl Progress {
    pub(super) const fn has_pivot(&self) -> bool {
        self.pivot.is_some()
    }

    /// The `pivot` clause of an earlier step.
    pub(super) const fn pivot(&self) -> Option<Span> {
        self.pivot
    }

    /// Whether a step, if it is at home, runs in the transaction that starts an instance, which fails if it does. What is passed over
    /// when it fails does not, nor does what comes after it.
    pub(super) fn is_in_start(&mut self, step: &ast::Step) -> bool {
        let policy = step.on_refused.as_ref().map(|clause| &clause.value);
        self.has_left_start |= !matches!(policy, None | Some(Policy::Compensate));
        !self.has_left_start
    }

    /// The results of a step, after those of the steps before it in its `atomic`.
    pub(super) fn add_results(&mut self, member: Member<'_>, results: StepResults) -> StepResults {
        let together = self.together.as_mut().filter(|_| member.is_in_atomic());
        let Some(together) = together else {
            return results;
        };
        let before = together.results;
        together.results += results.fields.len();
        results.after(before)
    }

    /// Whether all that came before runs in the transaction that starts an instance.
    pub(super) const fn is_still_start(&self) -> bool {
        !self.has_left_start
    }

    /// What comes now waits for another chain.
    pub(super) fn leave_start(&mut self) {
        self.has_left_start = true;
    }
}

/// A step's part in the saga, as its clauses say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoleKind {
    Compensable,
    NothingToUndo,
    Pivot,
    Retriable,
}

impl Checker<'_> {
    /// Finds the role of a step and checks that it may have it at its place. The steps of an `atomic` have one role.
    pub(super) fn check_role(
        &mut self,
        progress: &mut Progress,
        member: Member<'_>,
    ) -> Declared<RoleKind> {
        let together = progress.together.as_ref().filter(|_| !member.is_first());
        let earlier = together.map_or(progress.pivot, |together| together.pivot_before);
        if progress.pivot.is_none() {
            progress.pivot = member.pivot();
        }
        self.check_conflicts(member)?;
        match earlier {
            Some(pivot) => self.role_after_pivot(member, pivot),
            None => self.role_before_pivot(member),
        }
    }

    fn check_conflicts(&mut self, member: Member<'_>) -> Declared<()> {
        let step = member.step;
        let (pivot, retriable) = (member.pivot(), member.retriable());
        let compensate = step.compensate.as_ref().map(|clause| clause.span);
        let confirm = step.confirm.as_ref().map(|clause| clause.span);
        let rules = [
            (
                step.retriable,
                pivot,
                "the pivot may be refused, a retriable step may not",
            ),
            (
                compensate,
                pivot,
                "after the pivot there is no way back, so nothing ever undoes it",
            ),
            (
                compensate,
                retriable,
                "a retriable step runs after the pivot and is never undone",
            ),
            (
                confirm,
                pivot,
                "the pivot decides the workflow, so it is final as soon as it ran",
            ),
            (
                confirm,
                retriable,
                "a retriable step runs after the workflow is decided, so it is final at once",
            ),
        ];
        let mut conflicts = rules
            .into_iter()
            .filter_map(|(one, other, why)| Some((one?, other?, why)));
        let conflict = conflicts.next();
        match conflict {
            Some((span, other, why)) => {
                Err(self.report(SagaError::ConflictingRoles { span, other, why }))
            }
            None => Ok(()),
        }
    }

    fn role_before_pivot(&mut self, member: Member<'_>) -> Declared<RoleKind> {
        let step = member.step;
        if let Some(span) = step.retriable {
            return Err(self.report(SagaError::RetriableBeforePivot { span }));
        }
        if let (Some(second), Some(first)) = (step.pivot, member.pivot())
            && second != first
        {
            let pivot = second;
            return Err(self.report(SagaError::SecondPivot { pivot, first }));
        }
        if member.pivot().is_some() {
            return Ok(RoleKind::Pivot);
        }
        if member.retriable().is_some() {
            // That it comes too early is said where it is written.
            return Ok(RoleKind::Retriable);
        }
        match step.compensate.as_ref().map(|clause| &clause.value) {
            Some(Compensation::Call(_)) => Ok(RoleKind::Compensable),
            Some(Compensation::None) => Ok(RoleKind::NothingToUndo),
            None => Err(self.report(SagaError::MissingRole {
                step: step.name.clone(),
            })),
        }
    }

    fn role_after_pivot(&mut self, member: Member<'_>, pivot: Span) -> Declared<RoleKind> {
        let step = member.step;
        if member.retriable().is_some() {
            return Ok(RoleKind::Retriable);
        }
        if let Some(second) = step.pivot {
            return Err(self.report(SagaError::SecondPivot {
                pivot: second,
                first: pivot,
            }));
        }
        if member.pivot().is_some() {
            // That it is a second one is said where it is written.
            return Ok(RoleKind::Pivot);
        }
        Err(match &step.compensate {
            Some(clause) if matches!(clause.value, Compensation::Call(_)) => {
                self.report(SagaError::CompensableAfterPivot {
                    clause: clause.span,
                    pivot,
                })
            }
            Some(clause) => self.report(SagaError::NotRetriableAfterPivot {
                span: clause.span,
                pivot,
            }),
            None => self.report(SagaError::NotRetriableAfterPivot {
                span: step.name.span,
                pivot,
            }),
        })
    }
}
