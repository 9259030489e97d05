//! What the outside asks of a machine, and what came of it.

use super::state::Instance;
use super::world::Call;
use crate::analysis::Facts;
use crate::entities::{Event as EventType, Handler, Machine, Message, Step};
use crate::ir::{Part, Phase, Program, Status};
use crate::wire::{Header, Value, encode_message};

/// One transaction on one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Who sent it: an address of the chain, in that chain's number of bytes.
    pub caller: Vec<u8>,
    /// The chain's clock, in seconds since 1970: less than 2^63, which machines rely on.
    pub now: u64,
    /// How much gas its sender grants.
    pub gas: Gas,
    /// What it asks for.
    pub action: Action,
}

/// The gas of a transaction, as far as the protocol depends on it: only calls of targets use gas, each all of its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gas {
    /// Every call gets its whole budget.
    Enough,
    /// So much for all calls together. A call whose budget is not left fails, for want of gas and not by its own doing.
    Limit(u64),
}

/// What a transaction asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start an instance.
    Start {
        /// One value for each input of the workflow, in order.
        inputs: Vec<Value>,
    },
    /// Take a message.
    Deliver(Delivery),
    /// Refuse the step of an Execute whose deadline has passed, where the VM cannot catch.
    Expire(Delivery),
    /// Give up the compensation that a Cancel asks for, where the VM cannot catch.
    Park(Delivery),
    /// Run a compensation that was given up.
    Claim {
        /// The step.
        step: Step,
        /// The instance.
        instance: Instance,
    },
    /// Run a call of home that is outstanding, where the VM cannot catch.
    Attempt {
        /// The step.
        step: Step,
        /// Which of its calls.
        part: Part,
        /// The instance.
        instance: Instance,
    },
    /// Refuse a step of home whose deadline has passed, where the VM cannot catch.
    ExpireStep {
        /// The step.
        step: Step,
        /// The instance.
        instance: Instance,
    },
    /// Give up a compensation of home, where the VM cannot catch.
    ParkStep {
        /// The step.
        step: Step,
        /// The instance.
        instance: Instance,
    },
    /// Cancel an instance.
    Cancel {
        /// The instance.
        instance: Instance,
    },
    /// Send again, or try again, what is outstanding.
    Redrive {
        /// The instance.
        instance: Instance,
    },
}

/// A message that somebody presents, with what the transport proves about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Who sent it.
    pub from: Sender,
    /// Its bytes.
    pub message: Vec<u8>,
}

/// Who a transport says sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// A machine at the address that its peers were wired with.
    Machine(Machine),
    /// Anybody else on any chain.
    Stranger,
}

/// What came of a transaction that was not rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The handler that ran first.
    pub handler: Handler,
    /// The instance it was about.
    pub instance: Instance,
    /// What was announced, in order.
    pub events: Vec<Event>,
    /// What was sent, in order.
    pub sent: Vec<Sent>,
    /// The calls of targets that were made, in order.
    pub calls: Vec<Made>,
}

/// What a machine announces about an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A step changed its status.
    StepChanged(Step, Status),
    /// The instance changed its phase.
    InstanceChanged(Phase),
    /// An event of the workflow, with its fields after the instance.
    Workflow(EventType, Vec<Value>),
}

/// A message that a machine sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sent {
    /// Its type.
    pub message: Message,
    /// Who sent it.
    pub from: Machine,
    /// Whom it is for.
    pub to: Machine,
    /// The whole message: header and body.
    pub bytes: Vec<u8>,
}

impl Sent {
    /// A message of a type as its sender would send it: about an instance, with a deadline and such fields.
    pub fn made_up(
        program: &Program,
        facts: &Facts,
        message: Message,
        (instance, deadline): (Instance, u64),
        fields: &[Value],
    ) -> Self {
        let data = &program.messages[message];
        let step = &program.steps[data.step];
        let fingerprint = facts.fingerprints[step.workflow].first_chunk();
        let header = Header {
            kind: data.kind,
            step: step.number,
            fingerprint: *fingerprint.expect("a fingerprint has 32 bytes"),
            deadline,
            instance,
        };
        Sent {
            message,
            from: data.from,
            to: data.to,
            bytes: encode_message(&header, facts.layout(message), fields),
        }
    }
}

/// A call of a target, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What was called.
    pub call: Call,
    /// What it came to.
    pub end: CallEnd,
}

/// What a call of a target came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// It took effect, and returned this for each result that is used.
    Returned(Vec<Value>),
    /// It failed, and was caught.
    Failed,
    /// It failed for want of gas, and was caught.
    Starved,
    /// It returned this, and was undone with the calls that it was made together with.
    Undone(Vec<Value>),
}

impl Made {
    /// Takes its effects back, if it had any.
    pub(super) fn undo(&mut self) {
        if let CallEnd::Returned(values) = &mut self.end {
            self.end = CallEnd::Undone(std::mem::take(values));
        }
    }
}
