//! Calls of home where a failing one cannot be caught: each is left open, for anyone to run in a transaction of its own.
//!
//! A step that waits for its call is `Sent`, as one that a message is on its way to; one that waits for its compensation is
//! `Cancelling`. Until the deadline of a step anyone may try it; after that anyone may say, with `expire_S`, that it is refused. The owner
//! of a compensation that fails may take it over with `park_S`.

use crate::entities::Handler;
use crate::hir::{BinaryOp, Expr, RefusalPolicy};
use crate::ir::{Part, Phase, Rejection, Status, StepKind, Terminator, Trigger};

use super::Coordinator;
use super::unwind::{Way, let_go};
use crate::lower::builder::{BodyBuilder, Fill, arm};
use crate::lower::claim::only_the_owner;
use crate::lower::compute::lower_expr;
use crate::lower::plan::StepPlan;
use crate::lower::together::lower_later;

impl Coordinator<'_, '_> {
    /// The handlers of everything that is left open.
    pub(super) fn attempts(&mut self) -> Vec<Handler> {
        let plan = self.plan;
        if plan.home_catches {
            return Vec::new();
        }
        let is_home = |index: &usize| {
            let step = &plan.steps[*index];
            step.remote.is_none() && step.decl.custody.is_none()
        };
        let home = (0..plan.steps.len()).filter(is_home);
        home.flat_map(|index| self.attempts_of(index)).collect()
    }

    fn attempts_of(&mut self, index: usize) -> Vec<Handler> {
        let step = &self.plan.steps[index];
        let mut bodies = Vec::new();
        if !self.is_atomic_with_start(index) {
            let trigger = Trigger::Attempt(step.step, Part::Execution);
            bodies.push(("attempt", trigger, self.attempt(index)));
            if step.kind != StepKind::Retriable {
                let trigger = Trigger::ExpireStep(step.step);
                bodies.push(("expire", trigger, self.expire(index)));
            }
            if let RefusalPolicy::HoldFor(owner) = &step.decl.on_refused {
                let trigger = Trigger::ParkStep(step.step);
                bodies.push(("park", trigger, self.give_up(index, owner)));
            }
        }
        let is_final = self.is_final(index);
        if let Some(compensation) = step.decl.compensation()
            && !is_final
        {
            let trigger = Trigger::Attempt(step.step, Part::Compensation);
            bodies.push(("undo", trigger, self.undo(index)));
            if compensation.hold_for.is_some() {
                let trigger = Trigger::ParkStep(step.step);
                bodies.push(("park", trigger, self.park(index)));
            }
        }
        if !step.decl.confirmation.is_empty() {
            let trigger = Trigger::Attempt(step.step, Part::Confirmation);
            bodies.push(("finalise", trigger, self.finalise(index)));
        }
        let handler = |(verb, trigger, body)| {
            let name = format!("{verb}_{}", step.decl.name);
            self.handler(name, trigger, Some(step.step), body)
        };
        bodies.into_iter().map(handler).collect()
    }

    /// Whether the workflow is decided in the transaction that runs a step: nothing follows it but what waits for nothing.
    fn is_final(&self, index: usize) -> bool {
        let follows = &self.plan.steps[index + 1..];
        let may_abort = self.plan.decl.aborts.range(self.plan.stage_of(index)..);
        let waits_for_nothing = follows.iter().all(|step| step.decl.custody.is_some());
        let is_last = may_abort.count() == 0 && waits_for_nothing;
        is_last || Some(self.after[index]) == self.decided
    }

    /// Leaves the call of a step open.
    pub(super) fn leave_open(&self, index: usize, builder: &mut BodyBuilder) {
        self.set_deadline(index, builder);
        builder.set_status(self.plan.steps[index].step, Status::Sent);
        builder.finish();
    }

    /// What undoes a step of home: one whose call was still open never runs, and the compensation of one that ran is left open. `None` if
    /// there can be nothing to undo.
    pub(super) fn unwind_open(
        &self,
        way: Way,
        index: usize,
        before: Handler,
        builder: &mut BodyBuilder,
    ) -> Option<()> {
        let step = &self.plan.steps[index];
        let id = step.step;
        let go_on = move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(before));
        let mut arms: Vec<(_, Fill<'_>)> = Vec::new();
        // A retriable step begins when there is no way back.
        if !self.is_atomic_with_start(index) && step.kind != StepKind::Retriable {
            let drop = arm(move |b: &mut BodyBuilder| {
                b.set_status(id, Status::Cancelled);
                go_on(b);
            });
            arms.push((vec![Status::Sent], drop));
        }
        if step.decl.compensation().is_some() {
            let leave_open = arm(move |b: &mut BodyBuilder| {
                b.set_status(id, Status::Cancelling);
                b.finish();
            });
            arms.push((vec![Status::Executed], leave_open));
            // Only who asks for messages to be sent again comes here then, and none is outstanding.
            arms.push((vec![Status::Cancelling], nothing_to_do()));
        }
        arms.extend(let_go(way, step, before));
        if arms.is_empty() {
            return None;
        }
        builder.switch_status(id, arms, arm(go_on));
        Some(())
    }

    /// `attempt_S`
    fn attempt(&self, index: usize) -> BodyBuilder {
        let step = &self.plan.steps[index];
        let run = arm(move |b: &mut BodyBuilder| {
            self.require(
                step,
                ("in_time", BinaryOp::Le),
                Rejection::DeadlinePassed,
                b,
            );
            let operands = self.check_home(index, b);
            self.call_home(index, operands, b);
        });
        self.while_open(step, run)
    }

    /// `expire_S`
    fn expire(&self, index: usize) -> BodyBuilder {
        let step = &self.plan.steps[index];
        let refuse = arm(move |b: &mut BodyBuilder| {
            self.require(
                step,
                ("is_late", BinaryOp::Gt),
                Rejection::DeadlineNotPassed,
                b,
            );
            b.set_status(step.step, Status::Refused);
            self.after_refusal(index, b);
        });
        self.while_open(step, refuse)
    }

    /// `park_S` of a step that spends: nobody but whom it is held for can say that what it would spend is not spent.
    fn give_up(&self, index: usize, owner: &Expr) -> BodyBuilder {
        let step = &self.plan.steps[index];
        let hold = arm(move |b: &mut BodyBuilder| {
            let owner = lower_expr(owner, b, &mut |b, leaf| self.leaf(b, leaf));
            only_the_owner(owner, b);
            self.hold(index, b);
        });
        self.while_open(step, hold)
    }

    /// Goes on only if the clock stands like this to the deadline of a step, if it has one.
    fn require(
        &self,
        step: &StepPlan<'_>,
        (name, op): (&str, BinaryOp),
        otherwise: Rejection,
        builder: &mut BodyBuilder,
    ) {
        let Some(slot) = step.deadline else { return };
        let now = builder.now();
        let deadline = builder.load(self.program, slot);
        let holds = builder.binary(name, op, now, deadline);
        let (then, other) = builder.branch(holds);
        builder.switch_to(other);
        builder.reject(otherwise);
        builder.switch_to(then);
    }

    /// Runs only while the call of a step is open.
    fn while_open<'f>(&self, step: &StepPlan<'_>, run: Fill<'f>) -> BodyBuilder {
        let phase = match step.kind {
            StepKind::Retriable => Phase::Committing,
            _ => Phase::Running,
        };
        let (mut builder, _) = BodyBuilder::new(&[]);
        let arms = vec![(vec![phase], while_status(step, Status::Sent, run))];
        builder.switch_phase(arms, nothing_to_do());
        builder
    }

    /// Runs only while the compensation of a step is open; it is told what goes on afterwards.
    fn while_undone(&self, index: usize, run: &dyn Fn(Handler, &mut BodyBuilder)) -> BodyBuilder {
        let step = &self.plan.steps[index];
        let (mut builder, _) = BodyBuilder::new(&[]);
        let backs = [
            (Phase::Cancelling, Some(self.back[index])),
            (Phase::Rerouting, self.retreat_back(index)),
        ];
        let arms = backs.into_iter().filter_map(|(phase, back)| {
            let back = back?;
            let run = arm(move |b: &mut BodyBuilder| run(back, b));
            Some((vec![phase], while_status(step, Status::Cancelling, run)))
        });
        builder.switch_phase(arms.collect(), nothing_to_do());
        builder
    }

    /// `undo_S`
    fn undo(&self, index: usize) -> BodyBuilder {
        let step = &self.plan.steps[index];
        self.while_undone(index, &|before, b| {
            if let Some(compensation) = step.decl.compensation() {
                self.compensate(step.step, compensation, b);
            }
            b.terminate(Terminator::Continue(before));
        })
    }

    /// `park_S`: nobody but the owner can say that a compensation is given up.
    fn park(&self, index: usize) -> BodyBuilder {
        let step = &self.plan.steps[index];
        self.while_undone(index, &|before, b| {
            let compensation = step.decl.compensation();
            if let Some(owner) = compensation.and_then(|it| it.hold_for.as_ref()) {
                let owner = lower_expr(owner, b, &mut |b, leaf| self.leaf(b, leaf));
                only_the_owner(owner, b);
            }
            b.set_status(step.step, Status::Parked);
            b.terminate(Terminator::Continue(before));
        })
    }

    /// `finalise_S`: confirmations come in the order of their steps.
    fn finalise(&self, index: usize) -> BodyBuilder {
        let step = &self.plan.steps[index];
        let next = self.confirmations[&index].next;
        let earlier: Vec<_> = self
            .confirmations
            .range(..index)
            .map(|(&it, _)| it)
            .collect();
        let (mut builder, _) = BodyBuilder::new(&[]);
        let finalise = arm(move |b: &mut BodyBuilder| {
            b.set_status(step.step, Status::Confirmed);
            let calls = &step.decl.confirmation;
            lower_later(calls, b, &mut |b, leaf| self.leaf(b, leaf));
            b.terminate(Terminator::Continue(next));
        });
        let committing = arm(move |b: &mut BodyBuilder| {
            self.after_confirmations(&earlier, b);
            b.switch_status(
                step.step,
                vec![(vec![Status::Executed], finalise)],
                nothing_to_do(),
            );
        });
        builder.switch_phase(vec![(vec![Phase::Committing], committing)], nothing_to_do());
        builder
    }

    /// Goes on only if none of these steps waits for its confirmation.
    fn after_confirmations(&self, steps: &[usize], builder: &mut BodyBuilder) {
        for &index in steps {
            let waits = builder.plain_block();
            let settled = builder.plain_block();
            let step = self.plan.steps[index].step;
            builder.terminate(Terminator::SwitchStatus {
                step,
                arms: vec![(vec![Status::Executed], waits)],
                otherwise: settled,
            });
            builder.switch_to(waits);
            builder.reject(Rejection::NothingOutstanding);
            builder.switch_to(settled);
        }
    }
}

/// Runs only while a step stands like this.
fn while_status<'f>(step: &StepPlan<'_>, status: Status, run: Fill<'f>) -> Fill<'f> {
    let step = step.step;
    arm(move |b: &mut BodyBuilder| {
        b.switch_status(step, vec![(vec![status], run)], nothing_to_do());
    })
}

fn nothing_to_do<'f>() -> Fill<'f> {
    arm(|b: &mut BodyBuilder| b.reject(Rejection::NothingOutstanding))
}
