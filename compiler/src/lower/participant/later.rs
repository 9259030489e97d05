//! What may follow a step on its participant: Cancel, which undoes it or never lets it run; the parking and claiming of a compensation
//! that fails; and Confirm, which makes it final.

use crate::entities::Value;
use crate::hir::{Compensation, Expr};
use crate::ir::{InstData, Program, Rejection, Status, StepKind, Trigger};

use super::StepLowering;
use crate::lower::builder::{BodyBuilder, arm};
use crate::lower::claim::only_the_owner;
use crate::lower::compute::{lower_call, lower_expr};
use crate::lower::expr::{Leaf, Root, project};
use crate::lower::mutant::Mutant;
use crate::lower::plan::{CancellationMessages, ConfirmationMessages};
use crate::lower::together::{Caught, Routine, lower_later};

impl StepLowering<'_, '_> {
    /// The handlers of what may follow the step, with the verbs that name them.
    pub(super) fn later_handlers(
        &self,
        program: &Program,
    ) -> Vec<(&'static str, Trigger, BodyBuilder)> {
        let mut bodies = Vec::new();
        if let Some(messages) = self.remote.confirmation {
            let trigger = Trigger::Deliver(messages.confirm);
            bodies.push(("confirm", trigger, self.confirm(messages, program)));
        }
        if let Some(messages) = self.remote.cancellation {
            let trigger = Trigger::Deliver(messages.cancel);
            bodies.push(("cancel", trigger, self.cancel(messages, program)));
            if let Some((compensation, owner)) = self.parkable() {
                if !self.catches {
                    let trigger = Trigger::Park(messages.cancel);
                    bodies.push(("park", trigger, self.park(owner, messages, program)));
                }
                let trigger = Trigger::Claim(self.step.step);
                bodies.push(("claim", trigger, self.claim(compensation, owner, program)));
            }
        }
        bodies
    }

    /// The statuses in which a step will never run again and home has nothing to fear from it.
    pub(super) fn cancelled_statuses(&self) -> Vec<Status> {
        let mut statuses = vec![Status::Tombstone, Status::Cancelled];
        if self.parkable().is_some() {
            statuses.push(Status::Parked);
        }
        statuses
    }

    /// The compensation that may be given up, and who may claim it then.
    fn parkable(&self) -> Option<(&Compensation, &Expr)> {
        let compensation = self.step.decl.compensation()?;
        Some((compensation, compensation.hold_for.as_ref()?))
    }

    /// Confirm of an executed step makes it final. A call that fails leaves no trace, and the message can be delivered again.
    fn confirm(&self, messages: ConfirmationMessages, program: &Program) -> BodyBuilder {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let reply = move |b: &mut BodyBuilder| {
            b.send(messages.confirmed, None, Vec::new());
            b.finish();
        };
        let confirm = arm(move |b: &mut BodyBuilder| {
            b.set_status(self.step.step, Status::Confirmed);
            let calls = &self.step.decl.confirmation;
            lower_later(calls, b, &mut |b, leaf| self.kept(leaf, program, b));
            reply(b);
        });
        let arms = vec![
            (vec![Status::Executed], confirm),
            (vec![Status::Confirmed], arm(reply)),
        ];
        let otherwise = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        builder.switch_status(self.step.step, arms, otherwise);
        builder
    }

    fn cancel(&self, messages: CancellationMessages, program: &Program) -> BodyBuilder {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let bounce = arm(move |b: &mut BodyBuilder| {
            if !self.plan.is(Mutant::NoTombstone) {
                b.set_status(self.step.step, Status::Tombstone);
            }
            self.reply_cancelled(messages, b);
        });
        let undo = arm(move |b: &mut BodyBuilder| self.undo(messages, program, b));
        let settled = arm(move |b: &mut BodyBuilder| self.reply_cancelled(messages, b));
        let (mut ran, mut done) = (vec![Status::Executed], self.settled_for_cancel());
        if self.plan.is(Mutant::UndoTwice) {
            ran.push(Status::Cancelled);
            done.retain(|status| *status != Status::Cancelled);
        }
        let arms = vec![(vec![Status::None], bounce), (ran, undo), (done, settled)];
        let otherwise = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        builder.switch_status(self.step.step, arms, otherwise);
        builder
    }

    fn settled_for_cancel(&self) -> Vec<Status> {
        [vec![Status::Refused], self.cancelled_statuses()].concat()
    }

    /// Cancel of an executed step. A pivot has won the race and says so.
    pub(super) fn undo(
        &self,
        messages: CancellationMessages,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        if self.step.kind == StepKind::Pivot && !self.plan.is(Mutant::PivotDeniesItself) {
            return self.reply_executed_again(program, builder);
        }
        match self.parkable() {
            Some((compensation, _)) if self.catches => {
                self.undo_or_park(compensation, messages, program, builder);
            }
            _ => {
                builder.set_status(self.step.step, Status::Cancelled);
                if let Some(compensation) = self.step.decl.compensation() {
                    self.compensate(compensation, program, builder);
                }
                self.reply_cancelled(messages, builder);
            }
        }
    }

    /// The compensation whose failure leaves everything as it was.
    fn compensate(
        &self,
        compensation: &Compensation,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        lower_later(&compensation.calls, builder, &mut |b, leaf| {
            self.kept(leaf, program, b)
        });
    }

    /// The calls of a compensation that may be parked, if there are several.
    pub(super) fn undo_together(&self, program: &Program) -> Option<BodyBuilder> {
        let (compensation, _) = self.parkable()?;
        if compensation.calls.len() < 2 {
            return None;
        }
        let (mut builder, _) = BodyBuilder::new(&[]);
        self.compensate(compensation, program, &mut builder);
        builder.finish();
        Some(builder)
    }

    /// The compensation whose failure parks it. Home hears the same either way: nothing more will come of the step.
    fn undo_or_park(
        &self,
        compensation: &Compensation,
        messages: CancellationMessages,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        let step = self.step.step;
        let first = &compensation.calls[0];
        builder.push(InstData::RequireGas {
            gas: self.undoing.map_or(first.gas, Routine::gas),
        });
        builder.push(InstData::Enter {
            step,
            status: Status::Cancelled,
        });
        let caught = match self.undoing {
            Some(routine) => Caught::Routine(routine, Vec::new()),
            None => {
                let mut kept = |b: &mut BodyBuilder, leaf: &Leaf| self.kept(leaf, program, b);
                Caught::Call(lower_call(first, Vec::new(), builder, &mut kept))
            }
        };
        let (ok, refused) = (builder.plain_block(), builder.plain_block());
        builder.catch(caught, ok, refused);
        for (block, status) in [(ok, Status::Cancelled), (refused, Status::Parked)] {
            builder.switch_to(block);
            builder.set_status(step, status);
            self.reply_cancelled(messages, builder);
        }
    }

    /// Where a failing call undoes the transaction that saw it, nobody but the owner can say that a compensation is given up. Once it
    /// is settled, anyone gets the answer here without the accounts or objects of its call.
    fn park(&self, owner: &Expr, messages: CancellationMessages, program: &Program) -> BodyBuilder {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let give_up = arm(move |b: &mut BodyBuilder| {
            let owner = lower_expr(owner, b, &mut |b, leaf| self.kept(leaf, program, b));
            only_the_owner(owner, b);
            b.set_status(self.step.step, Status::Parked);
            self.reply_cancelled(messages, b);
        });
        let settled = arm(move |b: &mut BodyBuilder| self.reply_cancelled(messages, b));
        let arms = vec![
            (vec![Status::Executed], give_up),
            (self.settled_for_cancel(), settled),
        ];
        let otherwise = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        builder.switch_status(self.step.step, arms, otherwise);
        builder
    }

    /// The owner runs a parked compensation. If it fails again, it stays parked.
    fn claim(&self, compensation: &Compensation, owner: &Expr, program: &Program) -> BodyBuilder {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let parked = arm(move |b: &mut BodyBuilder| {
            let owner = lower_expr(owner, b, &mut |b, leaf| self.kept(leaf, program, b));
            only_the_owner(owner, b);
            b.set_status(self.step.step, Status::Cancelled);
            self.compensate(compensation, program, b);
            if self.plan.is(Mutant::ClaimTwice) {
                b.set_status(self.step.step, Status::Parked);
            }
            b.finish();
        });
        let otherwise = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        let arms = vec![(vec![Status::Parked], parked)];
        builder.switch_status(self.step.step, arms, otherwise);
        builder
    }

    /// Reads what a later call needs from the slots of the step.
    fn kept(&self, leaf: &Leaf, program: &Program, builder: &mut BodyBuilder) -> Value {
        if let Some(&slot) = self.remote.kept_leaves.get(leaf) {
            return builder.load(program, slot);
        }
        let Root::Result(_, index) = leaf.root else {
            unreachable!("the inputs of a later call are kept")
        };
        let value = builder.load(program, self.remote.kept_results[&index]);
        project(value, &leaf.path, builder, program)
    }
}
