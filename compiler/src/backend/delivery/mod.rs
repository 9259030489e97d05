//! Delivery plans: what a client has to know to send each transaction to what was emitted, as data. Their form is described in
//! `compiler/docs/delivery.md`.
//!
//! What the plans of all chains have in common stands here; each back end adds how its transactions are put together.

pub(in crate::backend) mod paths;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Input;
use crate::entities::{Handler, Machine, Message};
use crate::ir::{Part, Program, Trigger};
use crate::json::{in_a_line, pretty};
use crate::wire::value::hex;

/// Where a plan is written, relative to the folder of what it is about.
pub(in crate::backend) const FILE: &str = "delivery.json";

/// Raised by everything that would make a client misread the file.
const VERSION: u32 = 1;

/// About how many bytes an instruction takes in a file.
const INSTRUCTION_SIZE: usize = 4_000;

/// Content that stands in one line.
pub(in crate::backend) type Line = Box<RawValue>;

/// The plan of a machine, which is found on its chain by `place`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::backend) struct Plan<'a, P, I> {
    format: &'static str,
    version: u32,
    workflow: &'a str,
    chain: &'a str,
    network: &'a str,
    fingerprint: Hex,
    #[serde(flatten)]
    place: P,
    transport: Line,
    instructions: Vec<I>,
}

/// What a transaction asks a machine for.
#[derive(Serialize)]
pub(in crate::backend) struct Purpose {
    name: String,
    does: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Line>,
}

/// What messages and records know by a number.
#[derive(Serialize)]
struct Numbered<'a> {
    name: &'a str,
    number: u16,
}

/// Bytes, written in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::backend) struct Hex(pub(in crate::backend) Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'a, P: Serialize, I: Serialize> Plan<'a, P, I> {
    pub(in crate::backend) fn new(
        input: Input<'a>,
        machine: Machine,
        place: P,
        transport: &impl Serialize,
        instructions: Vec<I>,
    ) -> Self {
        let Input {
            program,
            deployment,
            ..
        } = input;
        let data = &program.machines[machine];
        Self {
            format: "xcc-delivery-plan",
            version: VERSION,
            workflow: &program.workflows[data.workflow].name,
            chain: &program.declarations.chains[data.chain].name,
            network: &deployment.chains[data.chain].caip2,
            fingerprint: fingerprint(input, machine),
            place,
            transport: in_a_line(transport),
            instructions,
        }
    }

    /// The text of the file.
    pub(in crate::backend) fn json(&self) -> String {
        pretty(self, INSTRUCTION_SIZE * self.instructions.len())
    }
}

impl Purpose {
    /// A machine learns who its peers are.
    pub(in crate::backend) fn wire() -> Self {
        Self {
            name: "wire".to_owned(),
            does: "wire",
            step: None,
            message: None,
        }
    }

    /// A handler runs, which the target knows by this name.
    pub(in crate::backend) fn of(program: &Program, handler: Handler, name: &str) -> Self {
        let data = &program.handlers[handler];
        let message = message_of(data.trigger).map(|message| &program.messages[message]);
        let about = message.map_or(data.step, |message| Some(message.step));
        let step = about.map(|step| &program.steps[step]);
        let kind = message.map(|message| message.kind);
        Self {
            name: name.to_owned(),
            does: match data.trigger {
                Trigger::Start => "start",
                Trigger::Cancel => "cancel",
                Trigger::Redrive => "redrive",
                Trigger::Attempt(_, Part::Execution) => "attempt",
                Trigger::Attempt(_, Part::Compensation) => "undo",
                Trigger::Attempt(_, Part::Confirmation) => "finalise",
                Trigger::Expire(_) | Trigger::ExpireStep(_) => "expire",
                Trigger::Park(_) | Trigger::ParkStep(_) => "park",
                Trigger::Claim(_) => "claim",
                Trigger::Deliver(_) => "deliver",
                Trigger::Attempt(_, Part::Guard) | Trigger::Together(..) | Trigger::Internal => {
                    unreachable!("no transaction runs it")
                }
            },
            step: step.map(|step| numbered(&step.name, step.number)),
            message: kind.map(|kind| numbered(kind.name(), kind as u16)),
        }
    }
}

fn numbered(name: &str, number: u16) -> Line {
    in_a_line(&Numbered { name, number })
}

/// What a machine and its peers were built from.
pub(in crate::backend) fn fingerprint(input: Input<'_>, machine: Machine) -> Hex {
    let workflow = input.program.machines[machine].workflow;
    Hex(input.facts.fingerprints[workflow].to_vec())
}

/// The message that a transaction presents.
pub(in crate::backend) fn message_of(trigger: Trigger) -> Option<Message> {
    match trigger {
        Trigger::Deliver(message) | Trigger::Expire(message) | Trigger::Park(message) => {
            Some(message)
        }
        _ => None,
    }
}

/// Each in a line of its own.
pub(in crate::backend) fn lines(items: impl IntoIterator<Item: Serialize>) -> Vec<Line> {
    items.into_iter().map(|item| in_a_line(&item)).collect()
}
