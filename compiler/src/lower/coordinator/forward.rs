//! The way forward: `run_S` starts step S, `confirm_S` makes it final once the workflow is decided.

use std::collections::BTreeMap;

use crate::entities::{Handler, Value};
use crate::hir::{Custody, RefusalPolicy};
use crate::ir::{CallData, InstData, Phase, Rejection, Status, StepKind, Terminator};
use crate::wire::header::NO_DEADLINE;

use super::hold::is_held;
use super::{Confirmation, Coordinator};
use crate::lower::builder::{BodyBuilder, arm};
use crate::lower::compute::{lower_call, lower_partial_call, step_is_partial};
use crate::lower::expr::{Leaf, Root};
use crate::lower::mutant::Mutant;
use crate::lower::plan::{RemotePlan, StepPlan};
use crate::lower::together::{Caught, Results, Routine, first_results, lower_execution};
use crate::lower::view::{Failing, Guard, lower_guard};

impl Coordinator<'_, '_> {
    /// Fills `run`, `enter`, `after` and `confirmations`, from the last stage to the first.
    pub(super) fn run_chain(&mut self, complete: Handler) {
        let plan = self.plan;
        let last = match plan.steps.iter().any(is_pivot) {
            true => complete,
            false => self.decide(complete),
        };
        self.decided = Some(last);
        self.run = vec![last; plan.stages().len() + 1];
        self.enter = self.run.clone();
        self.after = vec![last; plan.steps.len()];
        for (stage, steps) in plan.stages().iter().enumerate().rev() {
            self.retreat_from(stage);
            let next = self.following(stage);
            self.run[stage] = match steps.len() {
                0 => self.abort(stage),
                1 => self.run_alone(steps.start, next),
                _ => self.run_beside(steps.clone(), next),
            };
            self.enter[stage] = self.run[stage];
            self.choose_at(stage);
        }
    }

    fn run_alone(&mut self, index: usize, next: Handler) -> Handler {
        let step = &self.plan.steps[index];
        self.after[index] = match is_pivot(step) {
            true => self.confirm_chain(next),
            false => self.spent(index).unwrap_or(next),
        };
        self.run_step(index, None)
    }

    /// `run_S`. If the step is remote, `then` follows in the same transaction.
    pub(super) fn run_step(&mut self, index: usize, then: Option<Handler>) -> Handler {
        let step = &self.plan.steps[index];
        let routine = self.run_together(index);
        let (mut builder, _) = BodyBuilder::new(&[]);
        match &step.remote {
            Some(remote) => {
                self.run_remote(index, remote, &mut builder);
                builder.continue_or_finish(then);
            }
            None => self.run_home(index, routine, &mut builder),
        }
        self.internal(format!("run_{}", step.decl.name), Some(step.step), builder)
    }

    /// What follows the last step of a workflow without a pivot: if anything has to be confirmed, the way back is closed first.
    fn decide(&mut self, complete: Handler) -> Handler {
        let first = self.confirm_chain(complete);
        if self.confirmations.is_empty() {
            return complete;
        }
        let (mut builder, _) = BodyBuilder::new(&[]);
        builder.set_phase(Phase::Committing);
        builder.terminate(Terminator::Continue(first));
        self.internal("commit".into(), None, builder)
    }

    /// Fills `confirmations`; the first of them, or `next` if there is none.
    fn confirm_chain(&mut self, next: Handler) -> Handler {
        let plan = self.plan;
        let mut next = next;
        for (index, step) in plan.steps.iter().enumerate().rev() {
            if step.decl.confirmation.is_empty() {
                continue;
            }
            let routine = self.confirm_together(index);
            let (mut builder, _) = BodyBuilder::new(&[]);
            // A step that was refused, and left out by its policy, has nothing to confirm.
            let go_on = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(next)));
            let confirm = arm(|b: &mut BodyBuilder| match &step.remote {
                Some(remote) => ask_to_confirm(remote, b),
                None => self.confirm_at_home(step, routine, next, b),
            });
            builder.switch_status(step.step, vec![(vec![Status::Executed], confirm)], go_on);
            let name = format!("confirm_{}", step.decl.name);
            let run = self.internal(name, Some(step.step), builder);
            self.confirmations.insert(index, Confirmation { run, next });
            next = run;
        }
        next
    }

    /// Like a retriable step, a confirmation at home that fails stays as it was, and anyone can redrive. Where a failure cannot be
    /// caught, it is left to a transaction of its own.
    fn confirm_at_home(
        &self,
        step: &StepPlan<'_>,
        routine: Option<Routine>,
        next: Handler,
        builder: &mut BodyBuilder,
    ) {
        let (step, first) = (step.step, &step.decl.confirmation[0]);
        if !self.plan.home_catches {
            return builder.finish();
        }
        builder.push(InstData::RequireGas {
            gas: routine.map_or(first.gas, Routine::gas),
        });
        builder.push(InstData::Enter {
            step,
            status: Status::Confirmed,
        });
        let caught = self.caught(routine, first, builder);
        let (ok, refused) = (builder.plain_block(), builder.plain_block());
        builder.catch(caught, ok, refused);
        builder.switch_to(ok);
        builder.set_status(step, Status::Confirmed);
        builder.terminate(Terminator::Continue(next));
        builder.switch_to(refused);
        builder.push(InstData::Enter {
            step,
            status: Status::Executed,
        });
        builder.finish();
    }

    fn run_remote(&self, index: usize, remote: &RemotePlan, builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        let deadline = self.set_deadline(index, builder);
        let deadline = deadline.unwrap_or_else(|| builder.uint("no_deadline", 64, NO_DEADLINE));
        builder.set_status(step.step, Status::Sent);
        self.send_execute(remote, deadline, builder);
    }

    /// Keeps the deadline of a step that begins now, if it has one.
    pub(super) fn set_deadline(&self, index: usize, builder: &mut BodyBuilder) -> Option<Value> {
        let step = &self.plan.steps[index];
        let (within, slot) = (step.decl.within?, step.deadline?);
        let now = builder.now();
        let within = builder.uint("within", 64, within);
        let deadline = builder.add("deadline", now, within);
        if self.plan.is_first_with_deadline(index) {
            builder.store(slot, deadline);
        }
        Some(deadline)
    }

    pub(super) fn send_execute(
        &self,
        remote: &RemotePlan,
        deadline: Value,
        builder: &mut BodyBuilder,
    ) {
        let args = remote
            .carried
            .iter()
            .map(|leaf| self.leaf(builder, leaf))
            .collect();
        builder.send(remote.execute, Some(deadline), args);
    }

    fn run_home(&self, index: usize, routine: Option<Routine>, builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        if step.decl.custody.and_then(Custody::given).is_some() {
            builder.set_status(step.step, Status::Parked);
            return builder.terminate(Terminator::Continue(self.after[index]));
        }
        let is_in_start = self.is_atomic_with_start(index);
        if !self.plan.home_catches && !is_in_start {
            return self.leave_open(index, builder);
        }
        let operands = self.check_home(index, builder);
        if is_in_start {
            return self.call_home(index, operands, builder);
        }
        let one = step.decl.call.whole_gas();
        if !self.plan.is(Mutant::LowGasRefusal) {
            builder.push(InstData::RequireGas {
                gas: routine.map_or(one, Routine::gas),
            });
        }
        builder.push(InstData::Enter {
            step: step.step,
            status: Status::Executed,
        });
        let (used, _, fields) = match routine {
            // The routine keeps the results itself.
            Some(_) => Default::default(),
            None => first_results(step),
        };
        let caught = match routine {
            Some(routine) => Caught::Routine(routine, Vec::new()),
            None => Caught::Call(operands.unwrap_or_else(|| self.home_operands(step, builder))),
        };
        let (ok, results) = builder.block(&fields);
        let refused = builder.plain_block();
        builder.catch(caught, ok, refused);
        builder.switch_to(ok);
        builder.set_status(step.step, Status::Executed);
        if routine.is_none() {
            self.keep_results(index, &used.into_iter().zip(results).collect(), builder);
        }
        self.go_on_after(index, builder);
        builder.switch_to(refused);
        self.home_refused(index, Rejection::GuardNotMet, builder);
    }

    /// Goes on if the guard holds and everything that the step computes has a value. The call's operands, if there is arithmetic in them.
    pub(super) fn check_home(&self, index: usize, builder: &mut BodyBuilder) -> Option<CallData> {
        let step = &self.plan.steps[index];
        let keeps = step_is_partial(step.decl);
        let mut loaded = BTreeMap::new();
        let mut leaves = |b: &mut BodyBuilder, leaf: &Leaf| {
            let known = loaded.get(leaf).copied();
            let value = known.unwrap_or_else(|| self.leaf(b, leaf));
            // What the guard finds out about a value is known of it in the operands, too.
            if keeps {
                loaded.insert(leaf.clone(), value);
            }
            value
        };
        let mut not_met = |b: &mut BodyBuilder| self.home_refused(index, Rejection::GuardNotMet, b);
        let mut no_value = |b: &mut BodyBuilder| self.home_refused(index, Rejection::NoValue, b);
        let catches = self.plan.home_catches && !self.is_atomic_with_start(index);
        lower_guard(
            Guard::of(step.step, step.decl),
            Failing::of(catches),
            builder,
            &mut leaves,
            (&mut not_met, &mut no_value),
        );
        if catches && step.is_together() {
            // The routine computes them.
            return None;
        }
        let (_, positions, _) = first_results(step);
        lower_partial_call(
            &step.decl.call,
            positions,
            builder,
            &mut leaves,
            &mut no_value,
        )
    }

    fn home_operands(&self, step: &StepPlan<'_>, builder: &mut BodyBuilder) -> CallData {
        let mut leaves = |b: &mut BodyBuilder, leaf: &Leaf| self.leaf(b, leaf);
        let (_, positions, _) = first_results(step);
        lower_call(&step.decl.call, positions, builder, &mut leaves)
    }

    /// The calls of a home step whose failure fails the transaction.
    pub(super) fn call_home(
        &self,
        index: usize,
        operands: Option<CallData>,
        builder: &mut BodyBuilder,
    ) {
        let step = &self.plan.steps[index];
        builder.set_status(step.step, Status::Executed);
        if let Some(Custody::Taken { amount }) = step.decl.custody {
            let call = operands.unwrap_or_else(|| self.home_operands(step, builder));
            let taken = call.args[amount];
            builder.call(call, &[]);
            return self.home_executed(index, &Results::from([(0, taken)]), builder);
        }
        let mut leaves = |b: &mut BodyBuilder, leaf: &Leaf| self.leaf(b, leaf);
        let results = lower_execution(step, operands, self.program, builder, &mut leaves);
        self.home_executed(index, &results, builder);
    }

    /// Whether a home step runs in the transaction of `start` before anything was sent. Its failure then simply fails `start`,
    /// which is the best refusal there is: nothing happened and nothing was paid.
    pub(super) fn is_atomic_with_start(&self, index: usize) -> bool {
        self.is_in_start(self.plan.stage_of(index), 0..index + 1)
    }

    fn home_executed(&self, index: usize, results: &Results, builder: &mut BodyBuilder) {
        self.keep_results(index, results, builder);
        self.go_on_after(index, builder);
    }

    pub(super) fn keep_results(&self, index: usize, results: &Results, builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        for &result in &step.kept {
            if let Some(&slot) = self.plan.home_slots.get(&Root::Result(step.step, result)) {
                builder.store(slot, results[&result]);
            }
        }
    }

    fn go_on_after(&self, index: usize, builder: &mut BodyBuilder) {
        if is_pivot(&self.plan.steps[index]) {
            builder.set_phase(Phase::Committing);
        }
        builder.terminate(Terminator::Continue(self.after[index]));
    }

    fn home_refused(&self, index: usize, rejection: Rejection, builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        if self.is_atomic_with_start(index) {
            return builder.reject(rejection);
        }
        if is_held(step) {
            return self.hold(index, builder);
        }
        if step.kind == StepKind::Retriable {
            // It stays as it was; anyone can redrive.
            builder.set_status(step.step, Status::None);
            return builder.finish();
        }
        builder.set_status(step.step, Status::Refused);
        self.after_refusal(index, builder);
    }

    /// What follows a refusal while the instance is running.
    pub(super) fn after_refusal(&self, index: usize, builder: &mut BodyBuilder) {
        if matches!(
            self.plan.steps[index].decl.on_refused,
            RefusalPolicy::Continue
        ) {
            return builder.terminate(Terminator::Continue(self.after[index]));
        }
        // The steps that may have run are those before its stage and those beside it.
        let stage = self.plan.stage_of(index);
        let is_alone = self.plan.stages()[stage].len() == 1;
        match is_alone || self.plan.is(Mutant::ForgottenSibling) {
            true => self.turn_back(stage, stage, builder),
            false => self.turn_back(stage, stage + 1, builder),
        }
    }
}

/// Whether a step is one of home whose refusal is not passed over.
pub(super) fn is_plain_home(step: &StepPlan<'_>) -> bool {
    step.remote.is_none() && matches!(step.decl.on_refused, RefusalPolicy::Compensate)
}

fn is_pivot(step: &StepPlan<'_>) -> bool {
    step.kind == StepKind::Pivot
}

fn ask_to_confirm(remote: &RemotePlan, builder: &mut BodyBuilder) {
    if let Some(messages) = remote.confirmation {
        builder.send(messages.confirm, None, Vec::new());
    }
    builder.finish();
}
