//! Programs, workflows, machines, steps, slots, messages, events and handlers.

use std::collections::BTreeSet;
use std::fmt;

use cranelift_entity::PrimaryMap;

use super::body::Body;
use crate::entities::{Chain, Contract};
pub use crate::entities::{Event, Handler, Machine, Message, Slot, Step, Workflow};
pub use crate::hir::Custody;
use crate::hir::{Floor, FunctionRef};
use crate::source::Span;
use crate::transport::Transport;
use crate::types::{Declarations, Field, Type};
use crate::vm::Vm;

/// A lowered package.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What the source declares outside workflows.
    pub declarations: Declarations,
    /// Workflows, in source order.
    pub workflows: PrimaryMap<Workflow, WorkflowData>,
    /// Machines: for each workflow its coordinator, then its participants in order of first use.
    pub machines: PrimaryMap<Machine, MachineData>,
    /// Steps, in source order.
    pub steps: PrimaryMap<Step, StepData>,
    /// Slots, by machine.
    pub slots: PrimaryMap<Slot, SlotData>,
    /// Message types, by step.
    pub messages: PrimaryMap<Message, MessageData>,
    /// Event types, by machine.
    pub events: PrimaryMap<Event, EventData>,
    /// Handlers, by machine.
    pub handlers: PrimaryMap<Handler, HandlerData>,
}

/// A workflow.
#[derive(Clone, Debug)]
pub struct WorkflowData {
    /// The name in the source.
    pub name: String,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// The machine that decides.
    pub coordinator: Machine,
    /// The machines on other chains, in order of first use.
    pub participants: Vec<Machine>,
    /// What `start` takes.
    pub inputs: Vec<Field>,
    /// What a completed instance yields.
    pub results: Vec<Field>,
    /// Its steps; the position is the number that messages carry.
    pub steps: Vec<Step>,
    /// What its steps are alternatives to, in source order, for those who judge what became of them.
    pub alternatives: Vec<Alternative>,
    /// What is split off its holdings, for those who want to know where it goes.
    pub floors: Vec<Floor>,
    /// Its message types, in order of step and kind.
    pub messages: Vec<Message>,
    /// Where it is declared.
    pub span: Span,
}

/// Steps that run if one of others is refused, which then are undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// What is tried.
    pub to: Vec<Step>,
    /// What runs otherwise.
    pub steps: Vec<Step>,
}

/// The part of one workflow that lives on one chain.
#[derive(Clone, Debug)]
pub struct MachineData {
    /// The workflow.
    pub workflow: Workflow,
    /// The chain.
    pub chain: Chain,
    /// Whether it decides or takes part.
    pub role: Role,
    /// The steps it runs (and, on the coordinator, decides over), in order.
    pub steps: Vec<Step>,
    /// Its slots, in order.
    pub slots: Vec<Slot>,
    /// Its events, in order.
    pub events: Vec<Event>,
    /// Its handlers, in order: those the outside can reach first.
    pub handlers: Vec<Handler>,
}

/// The part a machine plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Starts instances and decides them.
    Coordinator,
    /// Runs steps on another chain.
    Participant,
}

/// A step.
#[derive(Clone, Debug)]
pub struct StepData {
    /// The name in the source.
    pub name: String,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// The workflow.
    pub workflow: Workflow,
    /// The number that messages carry.
    pub number: u16,
    /// The machine that runs its call.
    pub machine: Machine,
    /// What makes it safe to stop after it.
    pub kind: StepKind,
    /// The layer that carries its messages; `None` for a step of the coordinator's own chain.
    pub transport: Option<Transport>,
    /// What it calls, or calls first.
    pub function: FunctionRef,
    /// The budget of the call, in the units of its VM.
    pub gas: u64,
    /// What it calls after that in the same transaction, each with its budget.
    pub then: Vec<(FunctionRef, u64)>,
    /// What undoes it, each with its budget; empty if nothing does.
    pub compensation: Vec<(FunctionRef, u64)>,
    /// What makes it final, each with its budget; empty if nothing does.
    pub confirmation: Vec<(FunctionRef, u64)>,
    /// What it does to custody, if it moves an asset.
    pub custody: Option<Custody>,
    /// The steps that took what its call spends.
    pub spends: Vec<Step>,
    /// Seconds between the sending of its Execute and its deadline.
    pub within: Option<u64>,
    /// Results that later expressions use or the interface names.
    pub results: Vec<Field>,
    /// Where its name is declared.
    pub name_span: Span,
    /// Where it is declared.
    pub span: Span,
}

impl StepData {
    /// What it calls when it runs, in order, each with its budget.
    pub fn calls(&self) -> impl Iterator<Item = (&FunctionRef, u64)> {
        let then = self.then.iter().map(|(function, gas)| (function, *gas));
        std::iter::once((&self.function, self.gas)).chain(then)
    }

    /// All that it ever calls, apart from what its guard asks.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionRef> {
        let later = self.compensation.iter().chain(&self.confirmation);
        let later = later.map(|(function, _)| function);
        self.calls().map(|(function, _)| function).chain(later)
    }
}

/// A step's part in the saga.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Undone by its compensation.
    Compensable,
    /// `compensate none`
    NothingToUndo,
    /// After it there is no way back.
    Pivot,
    /// Must succeed at last.
    Retriable,
}

/// A typed value kept for each instance.
#[derive(Clone, Debug)]
pub struct SlotData {
    /// The machine that keeps it.
    pub machine: Machine,
    /// Its name, unique within the machine.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The step whose record it belongs to; `None` for the instance as a whole.
    pub step: Option<Step>,
}

/// A message type. One exists for each step and kind that can be sent.
#[derive(Clone, Debug)]
pub struct MessageData {
    /// The step it is about.
    pub step: Step,
    /// What it says.
    pub kind: MessageKind,
    /// Who sends it.
    pub from: Machine,
    /// Who receives it.
    pub to: Machine,
    /// The layer that carries it.
    pub transport: Transport,
    /// Its body, in declared order; the layout decides the order on the wire.
    pub fields: Vec<Field>,
}

/// What a message says. The number is its byte on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum MessageKind {
    /// Home → participant: run the step.
    Execute = 1,
    /// Home → participant: make a reserved step final.
    Confirm = 2,
    /// Home → participant: undo the step, or never run it.
    Cancel = 3,
    /// Participant → home: the step ran.
    Executed = 4,
    /// Participant → home: the step did not and will not run.
    Refused = 5,
    /// Participant → home: the reservation is final.
    Confirmed = 6,
    /// Participant → home: the step is undone, or will never run.
    Cancelled = 7,
}

/// Where an instance stands, at home. The number is its byte in storage and events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Never started.
    Idle = 0,
    /// Steps are being run.
    Running = 1,
    /// Steps are being undone.
    Cancelling = 2,
    /// The pivot ran; only retries are left.
    Committing = 3,
    /// Settled: every step ran.
    Completed = 4,
    /// Settled: every step that ran was undone.
    Compensated = 5,
    /// What an attempt tried is being undone, so that its alternative can run.
    Rerouting = 6,
}

/// Where a step of an instance stands. The number is its byte in storage and events. A coordinator uses `Sent`,
/// `Cancelling` and `Skipped`, a participant `Tombstone`; the others mean the same on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// Nothing happened yet.
    None = 0,
    /// At home: its Execute is on its way, the outcome is in doubt.
    Sent = 1,
    /// The call ran.
    Executed = 2,
    /// The call did not run and will not.
    Refused = 3,
    /// At home: its Cancel is on its way.
    Cancelling = 4,
    /// It was undone, or dropped before it ran.
    Cancelled = 5,
    /// On a participant: cancelled before its Execute arrived, which will bounce.
    Tombstone = 6,
    /// A reservation was made final.
    Confirmed = 7,
    /// The compensation failed and is left to the one who may claim it.
    Parked = 8,
    /// At home: the instance went another way.
    Skipped = 9,
}

/// One of a step's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The call of the step itself.
    Execution,
    /// The call that undoes it.
    Compensation,
    /// The call that makes it final.
    Confirmation,
    /// A call that its guard makes right before, which only reads.
    Guard,
}

/// An event type.
#[derive(Clone, Debug)]
pub struct EventData {
    /// The machine that emits it.
    pub machine: Machine,
    /// Its name.
    pub name: String,
    /// Its fields after the instance.
    pub fields: Vec<Field>,
}

/// An entry point or an internal continuation.
#[derive(Clone, Debug)]
pub struct HandlerData {
    /// The machine.
    pub machine: Machine,
    /// Its name, unique within the machine, in `snake_case`.
    pub name: String,
    /// What runs it.
    pub trigger: Trigger,
    /// The step it is about, if one.
    pub step: Option<Step>,
    /// What it does.
    pub body: Body,
}

/// What runs a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// Anyone, or only the authorised input, starts an instance; the entry block takes the workflow's inputs.
    Start,
    /// Anyone delivers an authentic message; the entry block takes the message's fields.
    Deliver(Message),
    /// On VMs that cannot catch: anyone presents an authentic Execute without running its call; the entry block takes
    /// nothing.
    Expire(Message),
    /// On VMs that cannot catch: who may claim the step's compensation presents an authentic Cancel and takes the compensation
    /// over; once that is settled, anyone presents it. The entry block takes nothing.
    Park(Message),
    /// Who may claim a parked compensation runs it. The entry block takes nothing.
    Claim(Step),
    /// At home, on VMs that cannot catch: anyone runs one of a step's calls that is outstanding. The entry block takes nothing.
    Attempt(Step, Part),
    /// At home, on VMs that cannot catch: anyone refuses a step of home whose deadline has passed, without running its call. The
    /// entry block takes nothing.
    ExpireStep(Step),
    /// At home, on VMs that cannot catch: who may claim the step's compensation takes it over, or for whom what the step would spend is held
    /// says that it is not spent. The entry block takes nothing.
    ParkStep(Step),
    /// The initiator, or anyone after the deadline, cancels an instance.
    Cancel,
    /// Anyone asks for what is outstanding to be sent again.
    Redrive,
    /// The machine itself runs one of a step's parts, which consists of several calls, on VMs that can catch: if it does not come to its
    /// end, nothing of it has happened. The entry block takes what an Execute carries if that is what asks for it, and else nothing.
    Together(Step, Part),
    /// `continue` from another handler of the machine.
    Internal,
}

impl MessageKind {
    /// The name used in text, generated identifiers and documentation.
    pub fn name(self) -> &'static str {
        match self {
            MessageKind::Execute => "Execute",
            MessageKind::Confirm => "Confirm",
            MessageKind::Cancel => "Cancel",
            MessageKind::Executed => "Executed",
            MessageKind::Refused => "Refused",
            MessageKind::Confirmed => "Confirmed",
            MessageKind::Cancelled => "Cancelled",
        }
    }

    /// Whether home sends it.
    pub fn is_request(self) -> bool {
        matches!(
            self,
            MessageKind::Execute | MessageKind::Confirm | MessageKind::Cancel
        )
    }
}

impl Status {
    /// Every status, each at the index that is its number.
    pub const ALL: [Status; 10] = [
        Status::None,
        Status::Sent,
        Status::Executed,
        Status::Refused,
        Status::Cancelling,
        Status::Cancelled,
        Status::Tombstone,
        Status::Confirmed,
        Status::Parked,
        Status::Skipped,
    ];

    /// The name used in text, generated identifiers and documentation.
    pub fn name(self) -> &'static str {
        match self {
            Status::None => "None",
            Status::Sent => "Sent",
            Status::Executed => "Executed",
            Status::Refused => "Refused",
            Status::Cancelling => "Cancelling",
            Status::Cancelled => "Cancelled",
            Status::Tombstone => "Tombstone",
            Status::Confirmed => "Confirmed",
            Status::Parked => "Parked",
            Status::Skipped => "Skipped",
        }
    }
}

impl Phase {
    /// Every phase, each at the index that is its number.
    pub const ALL: [Phase; 7] = [
        Phase::Idle,
        Phase::Running,
        Phase::Cancelling,
        Phase::Committing,
        Phase::Completed,
        Phase::Compensated,
        Phase::Rerouting,
    ];

    /// The name used in text, generated identifiers and documentation.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Idle => "Idle",
            Phase::Running => "Running",
            Phase::Cancelling => "Cancelling",
            Phase::Committing => "Committing",
            Phase::Completed => "Completed",
            Phase::Compensated => "Compensated",
            Phase::Rerouting => "Rerouting",
        }
    }
}

impl Part {
    /// What it is called in text.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Guard => "guard",
            Part::Execution => "execution",
            Part::Compensation => "compensation",
            Part::Confirmation => "confirmation",
        }
    }
}

macro_rules! display_by_name {
    ($($ty:ty),*) => {$(
        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    )*};
}
display_by_name!(MessageKind, Status, Phase, Part);

impl Program {
    /// The virtual machine that a machine runs on.
    pub fn vm(&self, machine: Machine) -> Vm {
        self.declarations.chains[self.machines[machine].chain].vm
    }

    /// Where the step is declared that a handler is about, or its workflow if it is about none.
    pub fn place_of(&self, handler: Handler) -> Span {
        let data = &self.handlers[handler];
        let workflow = self.machines[data.machine].workflow;
        data.step
            .map_or(self.workflows[workflow].span, |step| self.steps[step].span)
    }

    /// The slots of a machine that belong to a step's record (`Some`) or to the instance as a whole (`None`).
    pub fn slots_of(
        &self,
        machine: Machine,
        step: Option<Step>,
    ) -> impl Iterator<Item = (Slot, &SlotData)> {
        let slots = self.machines[machine]
            .slots
            .iter()
            .map(|&slot| (slot, &self.slots[slot]));
        slots.filter(move |(_, data)| data.step == step)
    }

    /// What a machine has in custody: the contracts that stand for forms of assets.
    pub fn assets_of(&self, machine: Machine) -> BTreeSet<Contract> {
        let steps = self.machines[machine].steps.iter();
        let steps = steps.map(|&step| &self.steps[step]);
        let movements = steps.filter(|step| step.machine == machine && step.custody.is_some());
        movements.map(|step| step.function.contract).collect()
    }

    /// What targets of a machine take of what it has in custody: the contracts that stand for forms of assets.
    pub fn spent_by(&self, machine: Machine) -> BTreeSet<Contract> {
        let steps = self.machines[machine].steps.iter();
        let steps = steps.map(|&step| &self.steps[step]);
        let spending = steps.filter(|step| step.machine == machine);
        let taken = spending.flat_map(|step| &step.spends);
        taken
            .map(|&taken| self.steps[taken].function.contract)
            .collect()
    }

    /// The machines of a workflow, its coordinator first.
    pub fn machines_of(&self, workflow: Workflow) -> impl Iterator<Item = Machine> + '_ {
        let data = &self.workflows[workflow];
        let participants = data.participants.iter().copied();
        std::iter::once(data.coordinator).chain(participants)
    }

    /// The handler of a machine that a trigger runs.
    pub fn handler_of(&self, machine: Machine, trigger: Trigger) -> Option<Handler> {
        self.machines[machine]
            .handlers
            .iter()
            .copied()
            .find(|&handler| self.handlers[handler].trigger == trigger)
    }

    /// A handler and all that it continues in: what one transaction may run.
    pub fn reached_from(&self, handler: Handler) -> BTreeSet<Handler> {
        let mut reached = BTreeSet::from([handler]);
        let mut open = vec![handler];
        while let Some(handler) = open.pop() {
            let next = self.handlers[handler].body.continued();
            open.extend(next.filter(|&next| reached.insert(next)));
        }
        reached
    }

    /// The message types of a workflow, in order of step and kind.
    pub fn messages_of(&self, workflow: Workflow) -> impl Iterator<Item = (Message, &MessageData)> {
        let messages = self.workflows[workflow].messages.iter();
        messages.map(|&message| (message, &self.messages[message]))
    }

    /// The message type of a step and kind, if it can be sent.
    pub fn message(&self, step: Step, kind: MessageKind) -> Option<Message> {
        let mut messages = self.messages_of(self.steps[step].workflow);
        messages
            .find(|(_, message)| message.step == step && message.kind == kind)
            .map(|(id, _)| id)
    }
}
