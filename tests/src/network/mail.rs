//! What was published: kept for ever, to be delivered late, again, or never.

use xcc::ir::MessageKind;
use xcc::wire::Header;

use super::{Home, Network, Said};
use crate::vaa::Vaa;

/// The sequence number of messages that nobody published.
const FORGED: u64 = 1_000_000;

/// A message ever published.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    header: Header,
    vaa: Vaa,
}

impl<H: Home> Network<'_, H> {
    /// What guardians would sign if the machine that speaks of this kind had said this; only for messages without a body.
    pub(super) fn forged(&mut self, name: &str, kind: MessageKind) -> Vaa {
        let said = Said {
            step: name.to_owned(),
            kind,
            values: Vec::new(),
        };
        let payload = self.protocol.encode(self.instance, &said, 0);
        let peer = if kind.is_request() {
            self.home.peer()
        } else {
            self.chain(self.protocol.chain_of(name)).peer()
        };
        Vaa {
            guardian_set: 0,
            timestamp: 1,
            nonce: 0,
            emitter_chain: peer.chain,
            emitter_address: peer.emitter,
            sequence: FORGED,
            consistency_level: 1,
            payload,
        }
    }

    pub(super) fn latest(&self, name: &str, kind: MessageKind) -> Vaa {
        let step = self.protocol.number(name);
        let is_it = |mail: &&Mail| {
            let header = &mail.header;
            (header.kind, header.step, header.instance) == (kind, step, self.instance)
        };
        let found = self.mail.iter().rev().find(is_it);
        let mail = found.unwrap_or_else(|| panic!("nobody has published {kind} of `{name}`"));
        mail.vaa.clone()
    }

    /// Keeps a published message, after a look at the deadline of an Execute: set once, by the clock at home.
    pub(super) fn post(&mut self, vaa: Vaa) {
        let header = Header::decode(&vaa.payload).expect("a described message has a header");
        if header.kind == MessageKind::Execute {
            let name = self.protocol.step_name(header.step);
            let known = self.deadline(name);
            self.deadlines.insert(header.step, known);
            assert_eq!(header.deadline, known, "the deadline of `{name}`");
        }
        self.mail.push(Mail { header, vaa });
    }

    /// The deadline that an Execute of a step carries, if it is published now.
    pub(super) fn deadline(&self, name: &str) -> u64 {
        let known = self.deadlines.get(&self.protocol.number(name)).copied();
        known.unwrap_or_else(|| {
            let within = self.protocol.within(name);
            let now = self.home.timestamp();
            within.map_or(xcc::wire::header::NO_DEADLINE, |within| now + within)
        })
    }
}
