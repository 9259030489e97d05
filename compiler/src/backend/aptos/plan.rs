//! The delivery plan: the entry function for each thing that a machine can be asked for, as data. Its form is described in
//! `compiler/docs/delivery.md`.

use serde::Serialize;

use crate::backend::delivery::{Hex, Plan};
use crate::backend::move_lang::entry::{EntryCall, EntryPoint};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::plan::{Head, wormhole};
use crate::entities::Handler;
use crate::transport::Transport as Layer;

/// Where Wormhole's fee stands, and in what it is paid; `aptos/wormhole/sources/{state,wormhole}.move` of the Wormhole repository.
const FEE: Fee = Fee {
    resource: "state::WormholeState",
    field: "message_fee",
    coin: "0x1::aptos_coin::AptosCoin",
};

/// Where a machine is.
#[derive(Serialize)]
struct Place {
    /// The account or object its code is published at, if the profile says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Hex>,
}

#[derive(Serialize)]
struct Transport {
    name: &'static str,
    core: Hex,
    fee: Fee,
}

/// The fee of a message: a field of a resource at the core's address, in the smallest unit of a coin.
#[derive(Serialize)]
struct Fee {
    resource: &'static str,
    field: &'static str,
    coin: &'static str,
}

/// What a plan says of a handler that a transaction runs.
pub(super) struct Instruction<'a> {
    pub(super) handler: Handler,
    /// Whether the sender pays the fees of messages.
    pub(super) pays_fee: bool,
    /// Its function.
    pub(super) entry: &'a EntryPoint,
}

/// One thing that a machine can be asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned<'a> {
    #[serde(flatten)]
    head: Head,
    /// Whether the sender pays the fee of each message that is sent.
    pays_fee: bool,
    call: EntryCall<'a>,
}

/// The plan of a machine, as JSON.
pub(super) fn plan_json<'a>(
    machine: EmittedMachine<'_>,
    wire: &'a EntryPoint,
    instructions: impl Iterator<Item = Instruction<'a>>,
) -> String {
    let module = &machine.names.package;
    let address = machine.input.deployment.machines[machine.id];
    let place = Place {
        package: address.map(|address| Hex(address.to_word().to_vec())),
    };
    let (core, _) = wormhole(machine);
    let transport = Transport {
        name: Layer::Wormhole.name(),
        core,
        fee: FEE,
    };
    let wire = Planned {
        head: Head::wire(),
        pays_fee: false,
        call: wire.call(machine.role(), module),
    };
    let planned = instructions.map(|instruction| Planned {
        head: Head::of(machine, instruction.handler),
        pays_fee: instruction.pays_fee,
        call: instruction.entry.call(machine.role(), module),
    });
    let instructions = std::iter::once(wire).chain(planned).collect();
    Plan::new(machine.input, machine.id, place, &transport, instructions).json()
}
