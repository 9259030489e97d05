//! The delivery plan: the programmable transaction block for each thing that a participant can be asked for, as data. Its form is
//! described in `compiler/docs/delivery.md`.
//!
//! Wormhole's functions and their parameters are those of `sui/wormhole/sources/{emitter,publish_message,state,vaa}.move` of the
//! Wormhole repository.

use serde::Serialize;

use super::calls::{self, Need};
use super::entry::{MODULE, OBJECT};
use super::handlers::SuiHandler;
use crate::backend::delivery::{Hex, Line, Plan, lines};
use crate::backend::move_lang::entry::{Argument, Callee, EntryCall, EntryPoint, Param};
use crate::backend::move_lang::participant::Participant;
use crate::backend::move_lang::participant::handlers::Entrance;
use crate::backend::move_lang::plan::{Head, wormhole};
use crate::deployment::Address;
use crate::json::in_a_line;
use crate::transport::Transport as Layer;

/// The command that makes the emitter, where a participant is wired.
pub(super) const EMITTER: usize = 0;

/// The command that verifies a message, where one is delivered.
pub(super) const VERIFIED: usize = 0;

/// The command that calls the participant, and gives a ticket where a message is delivered.
const TICKET: usize = 1;

/// The command that asks for Wormhole's fee.
const FEE: usize = 2;

/// The command that splits a coin of exactly the fee off.
const COIN: usize = 3;

/// Where a participant is.
#[derive(Serialize)]
struct Place {
    /// The package, if the profile says where it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Hex>,
    /// The type of its shared object, in the package.
    participant: String,
}

#[derive(Serialize)]
struct Transport {
    name: &'static str,
    core: Hex,
    state: Option<Hex>,
}

/// One thing that a participant can be asked for.
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

/// The plan of a participant, as JSON.
pub(super) fn plan_json(
    participant: Participant<'_>,
    wire: &EntryPoint,
    handlers: &[SuiHandler<'_>],
) -> String {
    let address = participant.input.deployment.machines[participant.machine];
    let place = Place {
        package: address.map(|address: Address| Hex(address.to_word().to_vec())),
        participant: format!("{MODULE}::{OBJECT}"),
    };
    let (core, state) = wormhole(participant);
    let transport = Transport {
        name: Layer::Wormhole.name(),
        core,
        state,
    };
    let wire = Planned {
        head: Head::wire(),
        commands: vec![new_emitter(), Command::MoveCall(wire.call(MODULE))],
    };
    let planned = handlers.iter().map(|handler| plan(participant, handler));
    let instructions = std::iter::once(wire).chain(planned).collect();
    Plan::new(
        participant.input,
        participant.machine,
        place,
        &transport,
        instructions,
    )
    .json()
}

fn plan<'a>(participant: Participant<'_>, handler: &'a SuiHandler<'_>) -> Planned<'a> {
    let call = Command::MoveCall(handler.entry().call(MODULE));
    let commands = match Entrance::of(participant.program(), handler.handler) {
        Entrance::Delivery => vec![verify(), call, ask_fee(), split_fee(), publish()],
        Entrance::Claim => vec![call],
    };
    Planned {
        head: Head::of(participant, handler.handler),
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

fn ask_fee() -> Command<'static> {
    wormhole_call("state", "message_fee", &[state("self", Need::Shared)])
}

fn split_fee() -> Command<'static> {
    Command::SplitCoins {
        coin: in_a_line(&Argument::Gas),
        amounts: lines([Argument::Result { command: FEE }]),
    }
}

fn publish() -> Command<'static> {
    let result = |command| Argument::Result { command };
    let params = [
        state("wormhole_state", Need::Mutable),
        Param::new("message_fee", "Coin<SUI>", result(COIN)),
        Param::new("prepared_msg", "MessageTicket", result(TICKET)),
        calls::clock("the_clock"),
    ];
    wormhole_call("publish_message", "publish_message", &params)
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
