//! The functions of a participant on Sui that transactions call.

use super::calls::{self, Need, Needs};
use super::plan::{EMITTER, VERIFIED};
use crate::backend::delivery::fingerprint;
use crate::backend::move_lang::entry::{Argument, EntryPoint, Param};
use crate::backend::move_lang::participant::Participant;
use crate::backend::move_lang::participant::handlers::Entrance;
use crate::entities::Handler;

/// The module of a participant.
pub(super) const MODULE: &str = "participant";

/// The type of its shared object.
pub(super) const OBJECT: &str = "Participant";

/// The function that tells a participant its peers.
pub(super) fn wire(participant: Participant<'_>) -> EntryPoint {
    let fingerprint = fingerprint(participant.input, participant.machine);
    let emitter = Argument::Result { command: EMITTER };
    EntryPoint {
        function: "wire".to_owned(),
        params: vec![
            own_object(),
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

/// The function of a handler, whose calls need this.
pub(super) fn of_handler(
    participant: Participant<'_>,
    handler: Handler,
    needs: &Needs,
) -> EntryPoint {
    let entrance = Entrance::of(participant.program(), handler);
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
    let standing = [own_object(), presented].into_iter();
    EntryPoint {
        function: participant.names.handlers[&handler].function.clone(),
        params: standing.chain(needs.params(participant.packages)).collect(),
        results,
    }
}

fn own_object() -> Param {
    let ty = format!("&mut {OBJECT}");
    Param::new("participant", ty, Argument::Participant { mutable: true })
}
