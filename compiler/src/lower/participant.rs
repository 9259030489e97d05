//! The participant's table as handlers: for each step one that takes its Execute, and on VMs that cannot catch a failing call one that
//! lets an Execute expire; `later` has those for what may follow.

mod later;
mod together;

use std::collections::BTreeMap;

use crate::entities::{Handler, Machine, Slot, Value};
use crate::hir::{BinaryOp, RefusalPolicy};
use crate::ir::{
    Block, CallData, HandlerData, InstData, Program, Refusal, Rejection, Status, Trigger,
};

use super::builder::{BodyBuilder, arm};
use super::compute::{Fill, lower_call, lower_partial_call};
use super::expr::Leaf;
use super::mutant::Mutant;
use super::plan::{CancellationMessages, Plan, RemotePlan, StepPlan};
use super::together::{Caught, Results, Routine, first_results, lower_execution};
use super::view::{Failing, Guard, lower_guard};

/// Writes every handler of a participant.
pub(super) fn lower(plan: &Plan<'_>, machine: Machine, program: &mut Program) {
    let chain = program.machines[machine].chain;
    let catches = program.declarations.chains[chain].vm.catches_failures();
    let mut handlers = Vec::new();
    for step in plan.steps.iter().filter(|step| step.machine == machine) {
        let Some(remote) = &step.remote else { continue };
        let mut lowering = StepLowering {
            plan,
            step,
            remote,
            machine,
            catches,
            execution: None,
            undoing: None,
        };
        handlers.extend(lowering.declare_routines(program));
        handlers.extend(lowering.handlers(program));
    }
    program.machines[machine].handlers = handlers;
}

struct StepLowering<'p, 'a> {
    plan: &'p Plan<'a>,
    step: &'p StepPlan<'a>,
    remote: &'p RemotePlan,
    machine: Machine,
    catches: bool,
    /// Its calls, if they take effect together and their failure is caught.
    execution: Option<Routine>,
    /// Those that undo it, likewise.
    undoing: Option<Routine>,
}

impl StepLowering<'_, '_> {
    fn by_leaf(&self, carried: Vec<Value>) -> BTreeMap<Leaf, Value> {
        self.remote.carried.iter().cloned().zip(carried).collect()
    }

    fn handlers(&self, program: &mut Program) -> Vec<Handler> {
        let mut bodies = vec![(
            "execute",
            Trigger::Deliver(self.remote.execute),
            self.execute(program),
        )];
        if let Some(messages) = self.remote.cancellation
            && !self.catches
        {
            let trigger = Trigger::Expire(self.remote.execute);
            bodies.push(("expire", trigger, self.expire(program, messages)));
        }
        bodies.extend(self.later_handlers(program));
        let declare = |(verb, trigger, builder): (&str, Trigger, BodyBuilder)| {
            program.handlers.push(HandlerData {
                machine: self.machine,
                name: format!("{verb}_{}", self.step.decl.name),
                trigger,
                step: Some(self.step.step),
                body: builder.finish_body(),
            })
        };
        bodies.into_iter().map(declare).collect()
    }

    fn execute(&self, program: &Program) -> BodyBuilder {
        let fields = &program.messages[self.remote.execute].fields;
        let (mut builder, carried) = BodyBuilder::new(fields);
        let carried = self.by_leaf(carried);
        let first = arm(|b: &mut BodyBuilder| match self.remote.cancellation {
            None => self.run_retriable(&carried, program, b),
            Some(messages) => self.run_in_time(&carried, messages, program, b),
        });
        let mut fresh = vec![Status::None];
        if self.plan.is(Mutant::ExecuteAfterCancel) {
            fresh.extend(self.cancelled_statuses());
        }
        self.answer_again(vec![(fresh, first)], &mut builder, program);
        builder
    }

    /// Ends the block: on a fresh key with the arms given, on a settled one with its answer.
    fn answer_again<'f>(
        &'f self,
        mut arms: Vec<(Vec<Status>, super::builder::Fill<'f>)>,
        builder: &mut BodyBuilder,
        program: &'f Program,
    ) {
        let executed = arm(|b: &mut BodyBuilder| self.reply_executed_again(program, b));
        let mut ran = vec![Status::Executed];
        if self.remote.confirmation.is_some() {
            ran.push(Status::Confirmed);
        }
        ran.retain(|status| arms.iter().all(|(covered, _)| !covered.contains(status)));
        if !ran.is_empty() {
            arms.push((ran, executed));
        }
        if let Some(messages) = self.remote.cancellation {
            arms.push((
                vec![Status::Refused],
                arm(move |b: &mut BodyBuilder| self.reply_refused_again(messages, program, b)),
            ));
            let cancelled = arm(move |b: &mut BodyBuilder| self.reply_cancelled(messages, b));
            if !self.plan.is(Mutant::ExecuteAfterCancel) {
                arms.push((self.cancelled_statuses(), cancelled));
            }
        }
        let otherwise = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        builder.switch_status(self.step.step, arms, otherwise);
    }

    fn run_in_time(
        &self,
        carried: &BTreeMap<Leaf, Value>,
        messages: CancellationMessages,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        let (now, deadline) = (builder.now(), builder.deadline());
        let in_time = builder.binary("in_time", BinaryOp::Le, now, deadline);
        let (then, late) = builder.branch(in_time);
        builder.switch_to(late);
        if self.catches {
            self.refuse(Refusal::Late, messages, builder);
        } else {
            builder.reject(Rejection::DeadlinePassed);
        }
        builder.switch_to(then);
        let mut guard = |b: &mut BodyBuilder| self.refuse(Refusal::Guard, messages, b);
        let mut no_value = |b: &mut BodyBuilder| self.refuse(Refusal::NoValue, messages, b);
        lower_guard(
            Guard::of(self.step.step, self.step.decl),
            Failing::of(self.catches),
            builder,
            &mut |_: &mut BodyBuilder, leaf: &Leaf| carried[leaf],
            (&mut guard, &mut no_value),
        );
        let operands = match self.execution {
            Some(_) => None,
            None => self.partial_operands(carried, builder, &mut no_value),
        };
        if self.catches {
            self.invoke(carried, operands, messages, program, builder);
        } else {
            self.call(carried, operands, program, builder);
        }
    }

    /// A retriable step is never refused: its failure leaves no trace, and the message can be delivered again.
    fn run_retriable(
        &self,
        carried: &BTreeMap<Leaf, Value>,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        self.call(carried, None, program, builder);
    }

    /// The first call's operands, if there is arithmetic in them: it is known whether they have values before anything happens.
    fn partial_operands(
        &self,
        carried: &BTreeMap<Leaf, Value>,
        builder: &mut BodyBuilder,
        no_value: &mut Fill<'_>,
    ) -> Option<CallData> {
        let (_, positions, _) = first_results(self.step);
        let mut leaves = |_: &mut BodyBuilder, leaf: &Leaf| carried[leaf];
        lower_partial_call(
            &self.step.decl.call,
            positions,
            builder,
            &mut leaves,
            no_value,
        )
    }

    fn operands(&self, carried: &BTreeMap<Leaf, Value>, builder: &mut BodyBuilder) -> CallData {
        let (_, positions, _) = first_results(self.step);
        let mut leaves = |_: &mut BodyBuilder, leaf: &Leaf| carried[leaf];
        lower_call(&self.step.decl.call, positions, builder, &mut leaves)
    }

    /// The calls where a failure fails the transaction.
    fn call(
        &self,
        carried: &BTreeMap<Leaf, Value>,
        operands: Option<CallData>,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        builder.set_status(self.step.step, Status::Executed);
        self.keep_leaves(carried, builder);
        let mut leaves = |_: &mut BodyBuilder, leaf: &Leaf| carried[leaf];
        let results = lower_execution(self.step, operands, program, builder, &mut leaves);
        self.reply_executed(&results, builder);
    }

    /// The calls where a failure becomes a refusal.
    fn invoke(
        &self,
        carried: &BTreeMap<Leaf, Value>,
        operands: Option<CallData>,
        messages: CancellationMessages,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        if !self.plan.is(Mutant::LowGasRefusal) {
            let one = self.step.decl.call.gas;
            let gas = self.execution.map_or(one, Routine::gas);
            builder.push(InstData::RequireGas { gas });
        }
        builder.push(InstData::Enter {
            step: self.step.step,
            status: Status::Executed,
        });
        self.keep_leaves(carried, builder);
        let refused = match self.execution {
            Some(routine) => self.run_routine(routine, carried, program, builder),
            None => {
                let call = operands.unwrap_or_else(|| self.operands(carried, builder));
                self.catch_call(call, builder)
            }
        };
        builder.switch_to(refused);
        self.retry_or_refuse(messages, program, builder);
    }

    /// Makes the only call, and replies if it succeeds; the block for when it does not.
    fn catch_call(&self, call: CallData, builder: &mut BodyBuilder) -> Block {
        let (used, _, fields) = first_results(self.step);
        let (ok, results) = builder.block(&fields);
        let refused = builder.plain_block();
        builder.catch(Caught::Call(call), ok, refused);
        builder.switch_to(ok);
        builder.set_status(self.step.step, Status::Executed);
        self.reply_executed(&used.into_iter().zip(results).collect(), builder);
        refused
    }

    fn retry_or_refuse(
        &self,
        messages: CancellationMessages,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        if let (Some(slot), RefusalPolicy::Retry(limit)) =
            (self.remote.attempts, &self.step.decl.on_refused)
        {
            let failed = builder.load(program, slot);
            let limit = builder.uint("limit", 8, u64::from(*limit));
            let may_retry = builder.binary("may_retry", BinaryOp::Lt, failed, limit);
            let (then, otherwise) = builder.branch(may_retry);
            builder.switch_to(then);
            let one = builder.uint("one", 8, 1);
            let failed = builder.add("failed", failed, one);
            builder.store(slot, failed);
            builder.set_status(self.step.step, Status::None);
            builder.finish();
            builder.switch_to(otherwise);
        }
        self.refuse(Refusal::CallFailed, messages, builder);
    }

    fn keep_leaves(&self, carried: &BTreeMap<Leaf, Value>, builder: &mut BodyBuilder) {
        self.remote
            .kept_leaves
            .iter()
            .for_each(|(leaf, &slot)| builder.store(slot, carried[leaf]));
    }

    fn keep_results(&self, results: &Results, builder: &mut BodyBuilder) {
        let kept = self.remote.kept_results.iter();
        kept.for_each(|(index, &slot)| builder.store(slot, results[index]));
    }

    /// Keeps the results and reports those that are needed at home.
    fn reply_executed(&self, results: &Results, builder: &mut BodyBuilder) {
        self.keep_results(results, builder);
        let reported = self.step.reported.iter();
        let args = reported.map(|index| results[index]).collect();
        builder.send(self.remote.executed, None, args);
        builder.finish();
    }

    fn reply_executed_again(&self, program: &Program, builder: &mut BodyBuilder) {
        let slots = self
            .step
            .reported
            .iter()
            .map(|index| self.remote.kept_results[index]);
        let args = slots.map(|slot| builder.load(program, slot)).collect();
        builder.send(self.remote.executed, None, args);
        builder.finish();
    }

    fn refuse(&self, refusal: Refusal, messages: CancellationMessages, builder: &mut BodyBuilder) {
        builder.set_status(self.step.step, Status::Refused);
        let reason = builder.refusal(refusal);
        self.remote
            .refusal
            .iter()
            .for_each(|&slot: &Slot| builder.store(slot, reason));
        builder.send(messages.refused, None, vec![reason]);
        builder.finish();
    }

    fn reply_refused_again(
        &self,
        messages: CancellationMessages,
        program: &Program,
        builder: &mut BodyBuilder,
    ) {
        let args = self
            .remote
            .refusal
            .iter()
            .map(|&slot| builder.load(program, slot))
            .collect();
        builder.send(messages.refused, None, args);
        builder.finish();
    }

    fn reply_cancelled(&self, messages: CancellationMessages, builder: &mut BodyBuilder) {
        builder.send(messages.cancelled, None, Vec::new());
        builder.finish();
    }

    /// Where a failing call undoes the transaction that saw it, a refusal comes from the deadline alone.
    fn expire(&self, program: &Program, messages: CancellationMessages) -> BodyBuilder {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let first = arm(move |b: &mut BodyBuilder| {
            let (now, deadline) = (b.now(), b.deadline());
            let is_late = b.binary("is_late", BinaryOp::Gt, now, deadline);
            let (then, otherwise) = b.branch(is_late);
            b.switch_to(otherwise);
            b.reject(Rejection::DeadlineNotPassed);
            b.switch_to(then);
            self.refuse(Refusal::Late, messages, b);
        });
        let mut arms = vec![(vec![Status::None], first)];
        if self.plan.is(Mutant::ParticipantTimer) {
            let undo = arm(move |b: &mut BodyBuilder| self.undo(messages, program, b));
            arms.push((vec![Status::Executed], undo));
        }
        self.answer_again(arms, &mut builder, program);
        builder
    }
}
