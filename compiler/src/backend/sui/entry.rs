//! The functions on Sui that transactions call.

use super::calls::{self, Need, Needs};
use super::plan::{EMITTER, VERIFIED};
use crate::backend::delivery::fingerprint;
use crate::backend::move_lang::entry::{Argument, EntryPoint, Param};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::participant::handlers::Entrance;
use crate::entities::Handler;
use crate::ir::Role;

/// The module of a machine, which is named after its part.
pub(super) fn module(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "coordinator",
        Role::Participant => "participant",
    }
}

/// The type of its shared object.
pub(super) fn object(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "Coordinator",
        Role::Participant => "Participant",
    }
}

/// The function that tells a machine its peers.
pub(super) fn wire(machine: EmittedMachine<'_>) -> EntryPoint {
    let fingerprint = fingerprint(machine.input, machine.id);
    let emitter = Argument::Result { command: EMITTER };
    EntryPoint {
        function: "wire".to_owned(),
        params: vec![
            own_object(machine.role()),
            Param::new("emitter", "EmitterCap", emitter),
            Param::new("peer_chains", "vector<u16>", Argument::PeerChains),
            Param::new("peer_addresses", "vector<address>", Argument::PeerAddresses),
            Param::new(
                "fingerprint",
                "vector<u8>",
                Argument::Plan { bytes: fingerprint },
            ),
            calls::context(Need::Shared),
        ],
        results: Vec::new(),
    }
}

/// The function of a participant's handler, whose calls need this.
pub(super) fn of_handler(
    machine: EmittedMachine<'_>,
    handler: Handler,
    needs: &Needs,
) -> EntryPoint {
    let entrance = Entrance::of(machine.program(), handler);
    let (presented, results) = match entrance {
        Entrance::Delivery => {
            let verified = Argument::Result { command: VERIFIED };
            (Param::new("vaa", "VAA", verified), vec!["MessageTicket"])
        }
        Entrance::Claim => {
            let instance = Param::new("instance", "vector<u8>", Argument::Instance);
            (instance, Vec::new())
        }
    };
    let standing = [own_object(Role::Participant), presented].into_iter();
    EntryPoint {
        function: machine.names.handlers[&handler].function.clone(),
        params: standing.chain(needs.params(machine.packages)).collect(),
        results,
    }
}

/// The machine's own object.
pub(super) fn own_object(role: Role) -> Param {
    let ty = format!("&mut {}", object(role));
    let argument = match role {
        Role::Coordinator => Argument::Coordinator { mutable: true },
        Role::Participant => Argument::Participant { mutable: true },
    };
    Param::new(module(role), ty, argument)
}
