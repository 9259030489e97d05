//! The delivery plan: the programmable transaction block for each thing that a machine can be asked for, as data. Its form is
//! described in `compiler/docs/delivery.md`.
//!
//! Wormhole's functions and their parameters are those of `sui/wormhole/sources/{emitter,publish_message,state,vaa}.move` of the
//! Wormhole repository.

use serde::Serialize;

use super::calls::{self, Need};
use super::entry::{module, object};
use crate::backend::delivery::{Hex, Line, Plan, lines, message_of};
use crate::backend::move_lang::entry::{Argument, Callee, EntryCall, EntryPoint, Param};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::participant::handlers::Entrance;
use crate::backend::move_lang::plan::{Head, wormhole};
use crate::deployment::Address;
use crate::entities::Handler;
use crate::ir::Role;
use crate::json::in_a_line;
use crate::transport::Transport as Layer;

/// The command that makes the emitter, where a machine is wired.
pub(super) const EMITTER: usize = 0;

/// The command that verifies a message, where one is delivered.
pub(super) const VERIFIED: usize = 0;

/// Where a machine is.
#[derive(Serialize)]
struct Place {
    /// The package, if the profile says where it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Hex>,
    /// The type of its shared object, in the package, if it is a coordinator.
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinator: Option<String>,
    /// The same if it is a participant.
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<String>,
}

#[derive(Serialize)]
struct Transport {
    name: &'static str,
    core: Hex,
    state: Option<Hex>,
}

/// What a plan says of a handler that a transaction runs.
pub(super) struct Instruction<'a> {
    pub(super) handler: Handler,
    /// Its function.
    pub(super) entry: &'a EntryPoint,
    pub(super) sends: Sends,
    /// The coins that it takes: the step, and the type by the addresses of the packages.
    pub(super) taken: Vec<(&'a str, String)>,
}

/// What a function gives that the transaction must publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sends {
    /// Nothing.
    Nothing,
    /// The ticket of one message.
    One,
    /// The tickets of any number of messages.
    Some,
}

impl Sends {
    /// A participant answers every message.
    pub(super) fn of_participant(machine: EmittedMachine<'_>, handler: Handler) -> Self {
        match Entrance::of(machine.program(), handler) {
            Entrance::Delivery => Sends::One,
            Entrance::Claim => Sends::Nothing,
        }
    }
}

/// One thing that a machine can be asked for.
#[derive(Serialize)]
struct Planned<'a> {
    #[serde(flatten)]
    head: Head,
    commands: Vec<Command<'a>>,
}

/// A command of a programmable transaction block.
#[derive(Serialize)]
#[serde(tag = "command", rename_all = "camelCase")]
enum Command<'a> {
    MoveCall(EntryCall<'a>),
    SplitCoins { coin: Line, amounts: Vec<Line> },
}

/// The plan of a machine, as JSON.
pub(super) fn plan_json<'a>(
    machine: EmittedMachine<'_>,
    wire: &'a EntryPoint,
    instructions: impl Iterator<Item = Instruction<'a>>,
) -> String {
    let address = machine.input.deployment.machines[machine.id];
    let role = machine.role();
    let own = format!("{}::{}", module(role), object(role));
    let (coordinator, participant) = match role {
        Role::Coordinator => (Some(own), None),
        Role::Participant => (None, Some(own)),
    };
    let place = Place {
        package: address.map(|address: Address| Hex(address.to_word().to_vec())),
        coordinator,
        participant,
    };
    let (core, state) = wormhole(machine);
    let transport = Transport {
        name: Layer::Wormhole.name(),
        core,
        state,
    };
    let wire = Planned {
        head: Head::wire(),
        commands: vec![
            new_emitter(),
            Command::MoveCall(wire.call(role, module(role))),
        ],
    };
    let planned = instructions.map(|instruction| plan(machine, &instruction));
    let instructions = std::iter::once(wire).chain(planned).collect();
    Plan::new(machine.input, machine.id, place, &transport, instructions).json()
}

fn plan<'a>(machine: EmittedMachine<'_>, instruction: &Instruction<'a>) -> Planned<'a> {
    let role = machine.role();
    let call = Command::MoveCall(instruction.entry.call(role, module(role)));
    let takes_message = message_of(machine.program().handlers[instruction.handler].trigger);
    let taken = instruction.taken.iter();
    let taken = taken.map(|(step, ty)| split_taken(step, ty));
    let mut commands: Vec<_> = takes_message
        .map(|_| verify())
        .into_iter()
        .chain(taken)
        .collect();
    let given = commands.len();
    commands.push(call);
    commands.extend(match instruction.sends {
        Sends::Nothing => Vec::new(),
        Sends::One => vec![ask_fee(), split_fee(given + 1), publish(given, given + 2)],
        Sends::Some => vec![publish_all(given)],
    });
    Planned {
        head: Head::of(machine, instruction.handler),
        commands,
    }
}

fn new_emitter() -> Command<'static> {
    let params = [
        state("wormhole_state", Need::Shared),
        calls::context(Need::Mutable),
    ];
    wormhole_call("emitter", "new", &params)
}

fn verify() -> Command<'static> {
    let params = [
        state("wormhole_state", Need::Shared),
        Param::new("buf", "vector<u8>", Argument::Message),
        calls::clock("the_clock"),
    ];
    wormhole_call("vaa", "parse_and_verify", &params)
}

/// The coin that a step takes has exactly its amount.
fn split_taken(step: &str, ty: &str) -> Command<'static> {
    let coin = Argument::Coin { ty: ty.to_owned() };
    let step = step.to_owned();
    Command::SplitCoins {
        coin: in_a_line(&coin),
        amounts: lines([Argument::Taken { step }]),
    }
}

fn ask_fee() -> Command<'static> {
    wormhole_call("state", "message_fee", &[state("self", Need::Shared)])
}

fn split_fee(fee: usize) -> Command<'static> {
    Command::SplitCoins {
        coin: in_a_line(&Argument::Gas),
        amounts: lines([Argument::Result { command: fee }]),
    }
}

fn publish(ticket: usize, coin: usize) -> Command<'static> {
    let result = |command| Argument::Result { command };
    let params = [
        state("wormhole_state", Need::Mutable),
        Param::new("message_fee", "Coin<SUI>", result(coin)),
        Param::new("prepared_msg", "MessageTicket", result(ticket)),
        calls::clock("the_clock"),
    ];
    wormhole_call("publish_message", "publish_message", &params)
}

/// How many tickets there are is not known beforehand, so a function of the runtime takes them all.
fn publish_all(tickets: usize) -> Command<'static> {
    let tickets = Argument::Result { command: tickets };
    let params = [
        Param::new("tickets", "vector<MessageTicket>", tickets),
        state("wormhole_state", Need::Mutable),
        Param::new("fees", "&mut Coin<SUI>", Argument::Gas),
        calls::clock("clock"),
        calls::context(Need::Mutable),
    ];
    Command::MoveCall(EntryCall::new(
        Callee::Runtime,
        "wormhole_publisher",
        "publish_all",
        &params,
    ))
}

fn wormhole_call(
    module: &'static str,
    function: &'static str,
    params: &[Param],
) -> Command<'static> {
    Command::MoveCall(EntryCall::new(Callee::Transport, module, function, params))
}

fn state(name: &str, need: Need) -> Param {
    let mutable = need == Need::Mutable;
    let ty = if mutable { "&mut State" } else { "&State" };
    Param::new(name, ty, Argument::TransportState { mutable })
}
