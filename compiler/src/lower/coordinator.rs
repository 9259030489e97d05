//! The coordinator's table as handlers.
//!
//! Steps run one after another. `run_S` starts step S; a reply leads to the next `run_`; the first refusal leads to `unwind_` of the
//! step before, and each `unwind_` to the one before it, waiting wherever a participant has to answer. Because a pivot is the last
//! step that can be cancelled, unwinding settles it first and starts no other compensation before its outcome is known.

use crate::entities::{Handler, Message, Step, Value};
use crate::hir::{self, Authority, BinaryOp, RefusalPolicy};
use crate::ir::{
    HandlerData, InstData, Phase, Program, Rejection, Status, StepKind, Terminator, Trigger,
};
use crate::types::{Field, Type};
use crate::wire::header::NO_DEADLINE;

use super::builder::{BodyBuilder, Fill, arm};
use super::expr::{Leaf, Root, lower_call, lower_expr};
use super::plan::{Plan, RemotePlan, StepPlan};

/// Writes every handler of the coordinator.
pub(super) fn lower(plan: &Plan<'_>, program: &mut Program) {
    let mut coordinator = Coordinator {
        plan,
        program,
        run: Vec::new(),
        unwind: Vec::new(),
        internal: Vec::new(),
    };
    let complete = coordinator.complete();
    let compensated = coordinator.compensated();
    coordinator.unwind_chain(compensated);
    coordinator.run_chain(complete);
    let resend = coordinator.resend_chain();

    let mut handlers = vec![coordinator.start()];
    for index in 0..plan.steps.len() {
        handlers.extend(coordinator.replies(index));
    }
    if plan.deadline.is_some() {
        handlers.push(coordinator.cancel());
    }
    handlers.extend(resend.map(|resend| coordinator.redrive(resend)));
    let mut internal = std::mem::take(&mut coordinator.internal);
    internal.reverse();
    handlers.append(&mut internal);
    program.machines[plan.coordinator].handlers = handlers;
}

struct Coordinator<'p, 'a> {
    plan: &'p Plan<'a>,
    program: &'p mut Program,
    /// `run_S` by position of the step, and what follows the last step.
    run: Vec<Handler>,
    /// What unwinds everything before the step at a position; the last entry unwinds all.
    unwind: Vec<Handler>,
    /// Internal handlers, innermost first.
    internal: Vec<Handler>,
}

impl<'p, 'a> Coordinator<'p, 'a> {
    fn handler(
        &mut self,
        name: String,
        trigger: Trigger,
        step: Option<Step>,
        builder: BodyBuilder,
    ) -> Handler {
        let machine = self.plan.coordinator;
        let handler = self.program.handlers.push(HandlerData {
            machine,
            name,
            trigger,
            step,
            body: builder.finish_body(),
        });
        if trigger == Trigger::Internal {
            self.internal.push(handler);
        }
        handler
    }

    fn internal(&mut self, name: String, step: Option<Step>, builder: BodyBuilder) -> Handler {
        self.handler(name, Trigger::Internal, step, builder)
    }

    fn complete(&mut self) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        builder.set_phase(Phase::Completed);
        let results = self.plan.decl.results.iter();
        let args = results
            .map(|(_, expr)| lower_expr(expr, &mut builder, &mut |b, leaf| self.leaf(b, leaf)))
            .collect();
        builder.push(InstData::Emit {
            event: self.plan.completed,
            args,
        });
        builder.finish();
        self.internal("complete".into(), None, builder)
    }

    fn compensated(&mut self) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        builder.set_phase(Phase::Compensated);
        builder.finish();
        self.internal("compensated".into(), None, builder)
    }

    /// Fills `unwind`: entry `i` undoes the steps before position `i`, the latest first.
    fn unwind_chain(&mut self, compensated: Handler) {
        let mut before = compensated;
        self.unwind.push(before);
        for index in 0..self.plan.steps.len() {
            before = self
                .unwind_step(&self.plan.steps[index], before)
                .unwrap_or(before);
            self.unwind.push(before);
        }
    }

    /// `unwind_S`, unless nothing about the step can ever have to be undone or awaited.
    fn unwind_step(&mut self, step: &StepPlan<'a>, before: Handler) -> Option<Handler> {
        let go_on = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(before)));
        let (mut builder, _) = BodyBuilder::new(&[]);
        match &step.remote {
            Some(remote) => {
                let cancel = remote.cancellation?.cancel;
                let in_doubt = match step.kind {
                    StepKind::Compensable => {
                        vec![Status::Sent, Status::Executed, Status::Cancelling]
                    }
                    _ => vec![Status::Sent, Status::Cancelling],
                };
                let id = step.step;
                let ask = arm(move |b: &mut BodyBuilder| {
                    b.set_status(id, Status::Cancelling);
                    b.send(cancel, None, Vec::new());
                    b.finish();
                });
                builder.switch_status(id, vec![(in_doubt, ask)], go_on);
            }
            None => {
                let hir::Role::Compensable(compensation) = &step.decl.role else {
                    return None;
                };
                let undo = arm(|b: &mut BodyBuilder| {
                    b.set_status(step.step, Status::Cancelled);
                    let call = lower_call(compensation, Vec::new(), b, &mut |b, leaf| {
                        self.leaf(b, leaf)
                    });
                    b.call(call, &[]);
                    b.terminate(Terminator::Continue(before));
                });
                builder.switch_status(step.step, vec![(vec![Status::Executed], undo)], go_on);
            }
        }
        Some(self.internal(
            format!("unwind_{}", step.decl.name),
            Some(step.step),
            builder,
        ))
    }

    /// Fills `run`, from the last step to the first.
    fn run_chain(&mut self, complete: Handler) {
        let count = self.plan.steps.len();
        self.run = vec![complete; count + 1];
        for index in (0..count).rev() {
            let step = &self.plan.steps[index];
            let (mut builder, _) = BodyBuilder::new(&[]);
            match &step.remote {
                Some(remote) => self.run_remote(step, remote, &mut builder),
                None => self.run_home(index, &mut builder),
            }
            self.run[index] =
                self.internal(format!("run_{}", step.decl.name), Some(step.step), builder);
        }
    }

    fn run_remote(&self, step: &StepPlan<'a>, remote: &RemotePlan, builder: &mut BodyBuilder) {
        let deadline = match (step.decl.within, self.plan.deadline) {
            (Some(within), Some(slot)) => {
                let now = builder.now();
                let within = builder.uint("within", 64, within);
                let deadline = builder.add("deadline", now, within);
                builder.store(slot, deadline);
                deadline
            }
            _ => builder.uint("no_deadline", 64, NO_DEADLINE),
        };
        builder.set_status(step.step, Status::Sent);
        self.send_execute(remote, deadline, builder);
        builder.finish();
    }

    fn send_execute(&self, remote: &RemotePlan, deadline: Value, builder: &mut BodyBuilder) {
        let args = remote
            .carried
            .iter()
            .map(|leaf| self.leaf(builder, leaf))
            .collect();
        builder.send(remote.execute, Some(deadline), args);
    }

    fn run_home(&self, index: usize, builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        if let Some(guard) = &step.decl.guard {
            let holds = lower_expr(guard, builder, &mut |b, leaf| self.leaf(b, leaf));
            let (then, otherwise) = builder.branch(holds);
            builder.switch_to(otherwise);
            self.home_refused(index, builder);
            builder.switch_to(then);
        }
        let fields: Vec<Field> = step
            .kept
            .iter()
            .map(|&result| step.decl.results[result].0.clone())
            .collect();
        let positions = step
            .kept
            .iter()
            .map(|&result| step.decl.results[result].1)
            .collect();
        if self.is_atomic_with_start(index) {
            builder.set_status(step.step, Status::Executed);
            let call = lower_call(&step.decl.call, positions, builder, &mut |b, leaf| {
                self.leaf(b, leaf)
            });
            let results = builder.call(call, &fields);
            return self.home_executed(index, &results, builder);
        }
        builder.push(InstData::RequireGas {
            gas: step.decl.call.gas,
        });
        builder.push(InstData::Enter { step: step.step });
        let call = lower_call(&step.decl.call, positions, builder, &mut |b, leaf| {
            self.leaf(b, leaf)
        });
        let (ok, results) = builder.block(&fields);
        let refused = builder.plain_block();
        builder.terminate(Terminator::Invoke { call, ok, refused });
        builder.switch_to(ok);
        builder.set_status(step.step, Status::Executed);
        self.home_executed(index, &results, builder);
        builder.switch_to(refused);
        self.home_refused(index, builder);
    }

    /// Whether a home step runs in the transaction of `start` before anything was sent. Its failure then simply fails `start`,
    /// which is the best refusal there is: nothing happened and nothing was paid.
    fn is_atomic_with_start(&self, index: usize) -> bool {
        let is_plain_home = |step: &StepPlan<'_>| {
            step.remote.is_none() && matches!(step.decl.on_refused, RefusalPolicy::Compensate)
        };
        self.plan.steps[..=index].iter().all(is_plain_home)
    }

    fn home_executed(&self, index: usize, results: &[Value], builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        for (&result, &value) in step.kept.iter().zip(results) {
            if let Some(&slot) = self.plan.home_slots.get(&Root::Result(step.step, result)) {
                builder.store(slot, value);
            }
        }
        if step.kind == StepKind::Pivot {
            builder.set_phase(Phase::Committing);
        }
        builder.terminate(Terminator::Continue(self.run[index + 1]));
    }

    fn home_refused(&self, index: usize, builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        if self.is_atomic_with_start(index) {
            return builder.reject(Rejection::GuardNotMet);
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
    fn after_refusal(&self, index: usize, builder: &mut BodyBuilder) {
        if matches!(
            self.plan.steps[index].decl.on_refused,
            RefusalPolicy::Continue
        ) {
            return builder.terminate(Terminator::Continue(self.run[index + 1]));
        }
        builder.set_phase(Phase::Cancelling);
        builder.terminate(Terminator::Continue(self.unwind[index]));
    }

    /// `resend_S` for each step that can be outstanding; the first of them.
    fn resend_chain(&mut self) -> Option<Handler> {
        let mut next = None;
        for index in (0..self.plan.steps.len()).rev() {
            let step = &self.plan.steps[index];
            if step.remote.is_none() && step.kind != StepKind::Retriable {
                continue;
            }
            let following = match next {
                Some(next) => {
                    arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(next)))
                }
                None => arm(|b: &mut BodyBuilder| b.reject(Rejection::NothingOutstanding)),
            };
            let (mut builder, _) = BodyBuilder::new(&[]);
            let settled = vec![Status::Executed, Status::Refused];
            let (outstanding, otherwise): (_, Fill<'_>) = match &step.remote {
                Some(remote) => {
                    let resend = arm(|b: &mut BodyBuilder| {
                        let deadline = match (step.decl.within, self.plan.deadline) {
                            (Some(_), Some(slot)) => b.load(self.program, slot),
                            _ => b.uint("no_deadline", 64, NO_DEADLINE),
                        };
                        self.send_execute(remote, deadline, b);
                        b.finish();
                    });
                    let nothing =
                        arm(|b: &mut BodyBuilder| b.reject(Rejection::NothingOutstanding));
                    (
                        vec![(vec![Status::Sent], resend), (settled, following)],
                        nothing,
                    )
                }
                None => {
                    let run = self.run[index];
                    (
                        vec![(settled, following)],
                        arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(run))),
                    )
                }
            };
            builder.switch_status(step.step, outstanding, otherwise);
            next = Some(self.internal(
                format!("resend_{}", step.decl.name),
                Some(step.step),
                builder,
            ));
        }
        next
    }

    fn start(&mut self) -> Handler {
        let (mut builder, inputs) = BodyBuilder::new(&self.plan.decl.inputs);
        let home = Type::Address(self.plan.home);
        let caller = builder.compute("caller", home, |result| InstData::Caller { result });
        if let Authority::Input(index) = self.plan.decl.authority {
            let authorised = builder.binary("authorised", BinaryOp::Eq, caller, inputs[index]);
            let (then, otherwise) = builder.branch(authorised);
            builder.switch_to(otherwise);
            builder.reject(Rejection::NotAuthorised);
            builder.switch_to(then);
        }
        builder.store(self.plan.initiator, caller);
        for (index, &value) in inputs.iter().enumerate() {
            if let Some(&slot) = self.plan.home_slots.get(&Root::Input(index)) {
                builder.store(slot, value);
            }
        }
        builder.set_phase(Phase::Running);
        builder.push(InstData::Emit {
            event: self.plan.started,
            args: vec![caller],
        });
        builder.terminate(Terminator::Continue(self.run[0]));
        self.handler("start".into(), Trigger::Start, None, builder)
    }

    /// The handlers of the replies about a remote step.
    fn replies(&mut self, index: usize) -> Vec<Handler> {
        let plan = self.plan;
        let step = &plan.steps[index];
        let Some(remote) = &step.remote else {
            return Vec::new();
        };
        let mut handlers = vec![self.on_executed(index, remote.executed)];
        if let Some(messages) = remote.cancellation {
            handlers.push(self.on_refused(index, messages.refused));
            handlers.push(self.on_cancelled(index, messages.cancelled));
        }
        handlers
    }

    fn on_executed(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let fields = self.program.messages[message].fields.clone();
        let (mut builder, results) = BodyBuilder::new(&fields);
        let this = &*self;
        let results = &results;
        // A retriable step runs while committing, every other while running.
        let phase = if step.kind == StepKind::Retriable {
            Phase::Committing
        } else {
            Phase::Running
        };
        let advance = arm(move |b: &mut BodyBuilder| {
            let forward = arm(|b: &mut BodyBuilder| this.remote_executed(index, results, b));
            b.switch_status(step.step, vec![(vec![Status::Sent], forward)], ignore());
        });
        let mut arms = vec![(vec![phase], advance)];
        if step.kind == StepKind::Pivot {
            // It won the race against its Cancel: the instance goes forward.
            let won = arm(move |b: &mut BodyBuilder| {
                let forward = arm(|b: &mut BodyBuilder| this.remote_executed(index, results, b));
                b.switch_status(
                    step.step,
                    vec![(vec![Status::Cancelling], forward)],
                    ignore(),
                );
            });
            arms.push((vec![Phase::Cancelling], won));
        }
        builder.switch_phase(arms, ignore());
        self.handler(
            format!("on_executed_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }

    fn remote_executed(&self, index: usize, results: &[Value], builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        for (&result, &value) in step.reported.iter().zip(results) {
            builder.store(
                self.plan.home_slots[&Root::Result(step.step, result)],
                value,
            );
        }
        builder.set_status(step.step, Status::Executed);
        if step.kind == StepKind::Pivot {
            builder.set_phase(Phase::Committing);
        }
        builder.terminate(Terminator::Continue(self.run[index + 1]));
    }

    fn on_refused(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let fields = self.program.messages[message].fields.clone();
        let (mut builder, values) = BodyBuilder::new(&fields);
        let this = &*self;
        let reason = values[0];
        let running = arm(move |b: &mut BodyBuilder| {
            let refused = arm(|b: &mut BodyBuilder| {
                this.announce_refusal(step, reason, b);
                this.after_refusal(index, b);
            });
            b.switch_status(step.step, vec![(vec![Status::Sent], refused)], ignore());
        });
        let cancelling = arm(move |b: &mut BodyBuilder| {
            let settled = arm(|b: &mut BodyBuilder| {
                this.announce_refusal(step, reason, b);
                b.terminate(Terminator::Continue(this.unwind[index]));
            });
            b.switch_status(
                step.step,
                vec![(vec![Status::Cancelling], settled)],
                ignore(),
            );
        });
        builder.switch_phase(
            vec![
                (vec![Phase::Running], running),
                (vec![Phase::Cancelling], cancelling),
            ],
            ignore(),
        );
        self.handler(
            format!("on_refused_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }

    fn announce_refusal(&self, step: &StepPlan<'_>, reason: Value, builder: &mut BodyBuilder) {
        builder.set_status(step.step, Status::Refused);
        if let Some(event) = self.plan.refused {
            let number = builder.uint("step", 16, u64::from(self.program.steps[step.step].number));
            builder.push(InstData::Emit {
                event,
                args: vec![number, reason],
            });
        }
    }

    fn on_cancelled(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let (mut builder, _) = BodyBuilder::new(&[]);
        let before = self.unwind[index];
        let cancelling = arm(move |b: &mut BodyBuilder| {
            let settled = arm(|b: &mut BodyBuilder| {
                b.set_status(step.step, Status::Cancelled);
                b.terminate(Terminator::Continue(before));
            });
            b.switch_status(
                step.step,
                vec![(vec![Status::Cancelling], settled)],
                ignore(),
            );
        });
        builder.switch_phase(vec![(vec![Phase::Cancelling], cancelling)], ignore());
        self.handler(
            format!("on_cancelled_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }

    /// Open to the initiator, and to anyone after the deadline. A timer starts a cancellation; it never pays a refund.
    fn cancel(&mut self) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let this = &*self;
        let running = arm(move |b: &mut BodyBuilder| {
            let home = Type::Address(this.plan.home);
            let caller = b.compute("caller", home, |result| InstData::Caller { result });
            let initiator = b.load(this.program, this.plan.initiator);
            let is_initiator = b.binary("is_initiator", BinaryOp::Eq, caller, initiator);
            let mut allowed = is_initiator;
            if let Some(slot) = this.plan.deadline {
                let now = b.now();
                let deadline = b.load(this.program, slot);
                let is_late = b.binary("is_late", BinaryOp::Gt, now, deadline);
                allowed = b.binary("allowed", BinaryOp::Or, is_initiator, is_late);
            }
            let (then, otherwise) = b.branch(allowed);
            b.switch_to(otherwise);
            b.reject(Rejection::DeadlineNotPassed);
            b.switch_to(then);
            b.set_phase(Phase::Cancelling);
            b.terminate(Terminator::Continue(this.unwind[this.plan.steps.len()]));
        });
        let nothing = arm(|b: &mut BodyBuilder| b.reject(Rejection::NotCancellable));
        builder.switch_phase(vec![(vec![Phase::Running], running)], nothing);
        self.handler("cancel".into(), Trigger::Cancel, None, builder)
    }

    fn redrive(&mut self, resend: Handler) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let unwind = self.unwind[self.plan.steps.len()];
        let forward = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(resend)));
        let back = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(unwind)));
        let nothing = arm(|b: &mut BodyBuilder| b.reject(Rejection::NothingOutstanding));
        let arms = vec![
            (vec![Phase::Running, Phase::Committing], forward),
            (vec![Phase::Cancelling], back),
        ];
        builder.switch_phase(arms, nothing);
        self.handler("redrive".into(), Trigger::Redrive, None, builder)
    }

    /// Reads a leaf from the slots of the instance.
    fn leaf(&self, builder: &mut BodyBuilder, leaf: &Leaf) -> Value {
        let slot = self.plan.home_slots[&leaf.root];
        let value = builder.load(self.program, slot);
        super::expr::project(value, &leaf.path, builder, self.program)
    }
}

/// A late or repeated message changes nothing.
fn ignore<'f>() -> Fill<'f> {
    arm(|b: &mut BodyBuilder| b.finish())
}
