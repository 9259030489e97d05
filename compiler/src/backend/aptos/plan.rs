//! The delivery plan: the entry function for each thing that a participant can be asked for, as data. Its form is described in
//! `compiler/docs/delivery.md`.

use serde::Serialize;

use super::handlers::AptosHandler;
use crate::backend::delivery::{Hex, Plan};
use crate::backend::move_lang::entry::{EntryCall, EntryPoint};
use crate::backend::move_lang::participant::Participant;
use crate::backend::move_lang::participant::handlers::Entrance;
use crate::backend::move_lang::plan::{Head, wormhole};
use crate::transport::Transport as Layer;

/// Where Wormhole's fee stands, and in what it is paid; `aptos/wormhole/sources/{state,wormhole}.move` of the Wormhole repository.
const FEE: Fee = Fee {
    resource: "state::WormholeState",
    field: "message_fee",
    coin: "0x1::aptos_coin::AptosCoin",
};

/// Where a participant is.
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

/// One thing that a participant can be asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned<'a> {
    #[serde(flatten)]
    head: Head,
    /// Whether the sender pays the fee of a message.
    pays_fee: bool,
    call: EntryCall<'a>,
}

/// The plan of a participant, as JSON.
pub(super) fn plan_json(
    participant: Participant<'_>,
    wire: &EntryPoint,
    handlers: &[AptosHandler<'_>],
) -> String {
    let module = &participant.names.package;
    let address = participant.input.deployment.machines[participant.machine];
    let place = Place {
        package: address.map(|address| Hex(address.to_word().to_vec())),
    };
    let (core, _) = wormhole(participant);
    let transport = Transport {
        name: Layer::Wormhole.name(),
        core,
        fee: FEE,
    };
    let wire = Planned {
        head: Head::wire(),
        pays_fee: false,
        call: wire.call(module),
    };
    let planned = handlers.iter().map(|handler| Planned {
        head: Head::of(participant, handler.handler),
        pays_fee: Entrance::of(participant.program(), handler.handler) == Entrance::Delivery,
        call: handler.entry().call(module),
    });
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
