//! The way back: `unwind_S` undoes step S and leads to the step before it; a home compensation that failed may be claimed.

use std::ops::Range;

use crate::entities::{Handler, Step};
use crate::hir::Compensation;
use crate::ir::{InstData, Rejection, Status, StepKind, Terminator, Trigger};

use super::Coordinator;
use crate::lower::builder::{BodyBuilder, Fill, arm};
use crate::lower::claim::only_the_owner;
use crate::lower::compute::lower_expr;
use crate::lower::mutant::Mutant;
use crate::lower::plan::StepPlan;
use crate::lower::together::{Routine, lower_later};

/// Why steps are undone.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// The whole instance is.
    All,
    /// To take the alternative of this attempt, by its position among the choices.
    Retreat(usize),
}

impl Way {
    const fn verb(self) -> &'static str {
        match self {
            Way::All => "unwind",
            Way::Retreat(_) => "retreat",
        }
    }

    /// The word for what waits until several steps are undone.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Way::All => "unwound",
            Way::Retreat(_) => "retreated",
        }
    }
}

impl Coordinator<'_, '_> {
    /// Fills `unwind` and `back`: entry `i` of `unwind` undoes the stages before position `i`, the latest first.
    pub(super) fn unwind_chain(&mut self, compensated: Handler) {
        self.back = vec![compensated; self.plan.steps.len()];
        let mut before = compensated;
        self.unwind.push(before);
        for stage in 0..self.plan.stages().len() {
            before = self.undo_stage(Way::All, stage, before);
            self.unwind.push(before);
        }
    }

    /// What undoes a stage, and then goes on with what comes before it.
    pub(super) fn undo_stage(&mut self, way: Way, stage: usize, before: Handler) -> Handler {
        let steps = self.plan.stages()[stage].clone();
        match steps.len() {
            0 => before,
            1 => self.unwind_alone(way, steps.start, before),
            _ => self.unwind_beside(way, steps, before),
        }
    }

    /// Remembers what goes on once nothing more can come of some steps.
    pub(super) fn set_back(&mut self, way: Way, steps: Range<usize>, back: Handler) {
        match way {
            Way::All => self.back[steps].fill(back),
            Way::Retreat(attempt) => {
                let retreat = self.retreats.entry(attempt).or_default();
                retreat.back.extend(steps.map(|index| (index, back)));
            }
        }
    }

    fn unwind_alone(&mut self, way: Way, index: usize, before: Handler) -> Handler {
        self.set_back(way, index..index + 1, before);
        let waits = !self.plan.is(Mutant::UndoBeforePivot);
        let step = &self.plan.steps[index];
        let goes_on = match way {
            Way::All => step.kind == StepKind::Pivot && !waits,
            Way::Retreat(_) => self.plan.is(Mutant::RerouteEarly),
        };
        let then = goes_on.then_some(before);
        self.unwind_step(way, index, then, before).unwrap_or(before)
    }

    /// `unwind_S`, unless nothing about the step can ever have to be undone or awaited. `then` follows in the same transaction after a
    /// participant was asked, `before` if there is nothing to undo.
    pub(super) fn unwind_step(
        &mut self,
        way: Way,
        index: usize,
        then: Option<Handler>,
        before: Handler,
    ) -> Option<Handler> {
        let routine = self.undo_together(index);
        let step = &self.plan.steps[index];
        let go_on = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(before)));
        let (mut builder, _) = BodyBuilder::new(&[]);
        match &step.remote {
            Some(remote) => {
                let cancel = remote.cancellation?.cancel;
                let mut in_doubt = match step.kind {
                    StepKind::Compensable => {
                        vec![Status::Sent, Status::Executed, Status::Cancelling]
                    }
                    _ => vec![Status::Sent, Status::Cancelling],
                };
                if self.plan.is(Mutant::RefundOnTimer) {
                    in_doubt.retain(|status| *status != Status::Sent);
                }
                let id = step.step;
                let ask = arm(move |b: &mut BodyBuilder| {
                    b.set_status(id, Status::Cancelling);
                    b.send(cancel, None, Vec::new());
                    b.continue_or_finish(then);
                });
                let mut arms = vec![(in_doubt, ask)];
                arms.extend(let_go(way, step, before));
                builder.switch_status(id, arms, go_on);
            }
            None if step.decl.custody.is_some() => {
                self.unwind_holding(step, before, &mut builder)?
            }
            None if !self.plan.home_catches => {
                self.unwind_open(way, index, before, &mut builder)?;
            }
            None if step.decl.compensation().is_none() => {
                let arms = vec![let_go(way, step, before)?];
                builder.switch_status(step.step, arms, go_on);
            }
            None => {
                let compensation = step.decl.compensation()?;
                let undo = arm(|b: &mut BodyBuilder| match &compensation.hold_for {
                    None => {
                        self.compensate(step.step, compensation, b);
                        b.terminate(Terminator::Continue(before));
                    }
                    Some(_) => {
                        let undoing = (compensation, routine);
                        self.compensate_or_park(step.step, undoing, before, b);
                    }
                });
                builder.switch_status(step.step, vec![(vec![Status::Executed], undo)], go_on);
            }
        }
        Some(self.internal(
            format!("{}_{}", way.verb(), step.decl.name),
            Some(step.step),
            builder,
        ))
    }

    /// The compensation of a home step whose failure fails the transaction.
    pub(super) fn compensate(
        &self,
        step: Step,
        compensation: &Compensation,
        builder: &mut BodyBuilder,
    ) {
        builder.set_status(step, Status::Cancelled);
        lower_later(&compensation.calls, builder, &mut |b, leaf| {
            self.leaf(b, leaf)
        });
    }

    /// The compensation of a home step that is left to its owner if it fails, so that the others go on.
    fn compensate_or_park(
        &self,
        step: Step,
        (compensation, routine): (&Compensation, Option<Routine>),
        before: Handler,
        builder: &mut BodyBuilder,
    ) {
        let first = &compensation.calls[0];
        builder.push(InstData::RequireGas {
            gas: routine.map_or(first.gas, Routine::gas),
        });
        builder.push(InstData::Enter {
            step,
            status: Status::Cancelled,
        });
        let caught = self.caught(routine, first, builder);
        let (ok, refused) = (builder.plain_block(), builder.plain_block());
        builder.catch(caught, ok, refused);
        for (block, status) in [(ok, Status::Cancelled), (refused, Status::Parked)] {
            builder.switch_to(block);
            builder.set_status(step, status);
            builder.terminate(Terminator::Continue(before));
        }
    }

    /// `claim_S` for each home step whose compensation may be parked.
    pub(super) fn claims(&mut self) -> Vec<Handler> {
        let plan = self.plan;
        let home_steps = plan.steps.iter().filter(|step| step.remote.is_none());
        home_steps.filter_map(|step| self.claim(step)).collect()
    }

    fn claim(&mut self, step: &StepPlan<'_>) -> Option<Handler> {
        if step.decl.custody.is_some() {
            return self.claim_holding(step);
        }
        let compensation = step.decl.compensation()?;
        let owner = compensation.hold_for.as_ref()?;
        let (mut builder, _) = BodyBuilder::new(&[]);
        let parked = arm(|b: &mut BodyBuilder| {
            let owner = lower_expr(owner, b, &mut |b, leaf| self.leaf(b, leaf));
            only_the_owner(owner, b);
            self.compensate(step.step, compensation, b);
            b.finish();
        });
        let otherwise = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        builder.switch_status(step.step, vec![(vec![Status::Parked], parked)], otherwise);
        let (name, trigger) = (
            format!("claim_{}", step.decl.name),
            Trigger::Claim(step.step),
        );
        Some(self.handler(name, trigger, Some(step.step), builder))
    }
}

/// What was tried and leaves nothing to undo is not kept all the same: it is no longer Executed, so that nothing confirms it.
pub(super) fn let_go<'f>(
    way: Way,
    step: &StepPlan<'_>,
    before: Handler,
) -> Option<(Vec<Status>, Fill<'f>)> {
    let is_tried = matches!(way, Way::Retreat(_));
    let id = step.step;
    let let_go = arm(move |b: &mut BodyBuilder| {
        b.set_status(id, Status::Cancelled);
        b.terminate(Terminator::Continue(before));
    });
    (is_tried && step.kind == StepKind::NothingToUndo).then(|| (vec![Status::Executed], let_go))
}
