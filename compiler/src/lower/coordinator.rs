//! The coordinator's table as handlers.
//!
//! Stages run one after another; most are one step. `run_S` starts step S; a reply leads to the next `run_`; the first refusal leads
//! to `unwind_` of the step before, and each `unwind_` to the one before it, waiting wherever a participant has to answer. Because a
//! pivot is the last step that can be cancelled, unwinding settles it first and starts no other compensation before its outcome is
//! known. Once the workflow is decided, by its pivot or, without one, by its last step, `confirm_S` makes the steps final that ask
//! for it. Steps of one stage begin, are cancelled and are sent again together, in one transaction; `join_S` and `unwound_S`, named
//! after the first of them, wait for all. On a VM that cannot catch, a call of home that follows something else is left open for
//! `attempt_S`, `undo_S` or `finalise_S`, transactions of their own, since its failure would undo what came before. Where only some steps
//! run, `choose_N` decides once, and marks the others as skipped.

mod beside;
mod choice;
mod custody;
mod forward;
mod hold;
mod open;
mod outstanding;
mod replies;
mod reroute;
mod together;
mod unwind;

use std::collections::{BTreeMap, HashSet};

use crate::entities::{Handler, Step, Value};
use crate::hir::{Authority, BinaryOp};
use crate::ir::{HandlerData, InstData, Phase, Program, Rejection, Terminator, Trigger};
use crate::types::Type;

use super::builder::{BodyBuilder, arm};
use super::compute::lower_expr;
use super::expr::{Leaf, Root, project};
use super::plan::Plan;
use super::together::Routine;
use reroute::Retreat;

/// Writes every handler of the coordinator.
pub(super) fn lower(plan: &Plan<'_>, program: &mut Program) {
    let mut coordinator = Coordinator {
        plan,
        program,
        run: Vec::new(),
        enter: Vec::new(),
        after: Vec::new(),
        decided: None,
        confirmations: BTreeMap::new(),
        unwind: Vec::new(),
        back: Vec::new(),
        retreats: BTreeMap::new(),
        passed: BTreeMap::new(),
        undoing: BTreeMap::new(),
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
    handlers.extend(coordinator.attempts());
    if plan.deadline.is_some() {
        handlers.push(coordinator.cancel());
    }
    handlers.extend(resend.map(|resend| coordinator.redrive(resend)));
    handlers.extend(coordinator.claims());
    let mut internal = std::mem::take(&mut coordinator.internal);
    internal.reverse();
    let reached = reached(program, &handlers);
    // A workflow that runs wholly in the transaction of `start` has nothing to turn back from.
    internal.retain(|handler| reached.contains(handler));
    handlers.append(&mut internal);
    program.machines[plan.coordinator].handlers = handlers;
}

/// The handlers that some handlers continue in, and those that these continue in.
fn reached(program: &Program, handlers: &[Handler]) -> HashSet<Handler> {
    let mut open = handlers.to_vec();
    let mut reached = HashSet::new();
    while let Some(handler) = open.pop() {
        let continued = program.handlers[handler].body.continued();
        open.extend(continued.filter(|&next| reached.insert(next)));
    }
    reached
}

struct Coordinator<'p, 'a> {
    plan: &'p Plan<'a>,
    program: &'p mut Program,
    /// What begins a stage, by its position, and what follows the last one.
    run: Vec<Handler>,
    /// What goes on from the position of a stage: what begins it, unless something has to be decided first.
    enter: Vec<Handler>,
    /// What follows a step that ran, by position of the step.
    after: Vec<Handler>,
    /// What follows the last step.
    decided: Option<Handler>,
    /// The confirmations, by position of their step.
    confirmations: BTreeMap<usize, Confirmation>,
    /// What unwinds everything before the stage at a position; the last entry unwinds all.
    unwind: Vec<Handler>,
    /// What goes on once nothing more can come of a step that was being cancelled, by position of the step.
    back: Vec<Handler>,
    /// What undoes the steps that an attempt tries, by its position among the choices.
    retreats: BTreeMap<usize, Retreat>,
    /// What follows when all that an attempt tried ran, likewise.
    passed: BTreeMap<usize, Handler>,
    /// What undoes a step as a whole, by position of the step.
    undoing: BTreeMap<usize, Routine>,
    /// Internal handlers, innermost first.
    internal: Vec<Handler>,
}

/// The confirmation of one step.
#[derive(Clone, Copy)]
struct Confirmation {
    /// `confirm_S`
    run: Handler,
    /// What follows it.
    next: Handler,
}

impl Coordinator<'_, '_> {
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

    fn start(&mut self) -> Handler {
        let (mut builder, inputs) = BodyBuilder::new(&self.plan.decl.inputs);
        let home = Type::Address(self.plan.home);
        let caller = builder.compute("caller", home, |result| InstData::Caller { result });
        let authority = match self.plan.decl.authority {
            Authority::Anyone => None,
            Authority::Input(index) => Some(inputs[index]),
            Authority::Constant(constant) => {
                let ty = Type::Address(self.plan.home);
                Some(
                    builder.compute("authority", ty, |result| InstData::Constant {
                        result,
                        constant,
                    }),
                )
            }
        };
        if let Some(authority) = authority {
            let authorised = builder.binary("authorised", BinaryOp::Eq, caller, authority);
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
        builder.terminate(Terminator::Continue(self.enter[0]));
        self.handler("start".into(), Trigger::Start, None, builder)
    }

    /// Open to the initiator, and to anyone after the deadline. A timer starts a cancellation; it never pays a refund.
    fn cancel(&mut self) -> Handler {
        let has_attempts = self.plan.attempts().next().is_some();
        let cancel_all = has_attempts.then(|| self.cancel_all());
        let (mut builder, _) = BodyBuilder::new(&[]);
        let this = &*self;
        let running = arm(move |b: &mut BodyBuilder| {
            let home = Type::Address(this.plan.home);
            let caller = b.compute("caller", home, |result| InstData::Caller { result });
            let initiator = b.load(this.program, this.plan.initiator);
            let is_initiator = b.binary("is_initiator", BinaryOp::Eq, caller, initiator);
            let is_late = this.plan.deadline.map(|slot| {
                let now = b.now();
                let deadline = b.load(this.program, slot);
                b.binary("is_late", BinaryOp::Gt, now, deadline)
            });
            if let Some(cancel_all) = cancel_all {
                return this.cancel_or_reroute(is_initiator, is_late, cancel_all, b);
            }
            let allowed = match is_late {
                Some(is_late) => b.binary("allowed", BinaryOp::Or, is_initiator, is_late),
                None => is_initiator,
            };
            require(allowed, b);
            b.set_phase(Phase::Cancelling);
            b.terminate(Terminator::Continue(this.unwind_all()));
        });
        let nothing = arm(|b: &mut BodyBuilder| b.reject(Rejection::NotCancellable));
        builder.switch_phase(vec![(vec![Phase::Running], running)], nothing);
        self.handler("cancel".into(), Trigger::Cancel, None, builder)
    }

    /// The initiator cancels all of it. After the deadline anyone can say that the step which is outstanding has failed: then an
    /// alternative, if there is one, gets its chance.
    fn cancel_or_reroute(
        &self,
        is_initiator: Value,
        is_late: Option<Value>,
        cancel_all: Handler,
        builder: &mut BodyBuilder,
    ) {
        let all = |b: &mut BodyBuilder| b.terminate(Terminator::Continue(cancel_all));
        let (own, other) = builder.branch(is_initiator);
        builder.switch_to(own);
        all(builder);
        builder.switch_to(other);
        match is_late {
            Some(is_late) => {
                require(is_late, builder);
                self.while_under_way(true, &all, builder);
            }
            None => builder.reject(Rejection::DeadlineNotPassed),
        }
    }

    /// `cancel_all`
    fn cancel_all(&mut self) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        builder.set_phase(Phase::Cancelling);
        builder.terminate(Terminator::Continue(self.unwind_all()));
        self.internal("cancel_all".into(), None, builder)
    }

    fn redrive(&mut self, resend: Handler) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let unwind = self.unwind_all();
        let forward = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(resend)));
        let back = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(unwind)));
        let reject = |b: &mut BodyBuilder| b.reject(Rejection::NothingOutstanding);
        let mut arms = vec![
            (vec![Phase::Running, Phase::Committing], forward),
            (vec![Phase::Cancelling], back),
        ];
        if self.plan.attempts().next().is_some() {
            let this = &*self;
            let retreat = arm(move |b: &mut BodyBuilder| this.while_under_way(false, &reject, b));
            arms.push((vec![Phase::Rerouting], retreat));
        }
        builder.switch_phase(arms, arm(reject));
        self.handler("redrive".into(), Trigger::Redrive, None, builder)
    }

    fn unwind_all(&self) -> Handler {
        self.unwind[self.plan.stages().len()]
    }

    /// Reads a leaf from the slots of the instance.
    fn leaf(&self, builder: &mut BodyBuilder, leaf: &Leaf) -> Value {
        let slot = self.plan.home_slots[&leaf.root];
        let value = builder.load(self.program, slot);
        project(value, &leaf.path, builder, self.program)
    }
}

/// Goes on only if it is late enough for this, or somebody asks who may at any time.
fn require(holds: Value, builder: &mut BodyBuilder) {
    let (then, otherwise) = builder.branch(holds);
    builder.switch_to(otherwise);
    builder.reject(Rejection::DeadlineNotPassed);
    builder.switch_to(then);
}
