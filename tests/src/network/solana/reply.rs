//! What a participant says to a coordinator on Solana, made and delivered without the participant.

use solana_signer::Signer;
use xcc::ir::MessageKind;
use xcc::wire::Header;

use super::SolanaChain;
use crate::network::{By, Delivery, Observed, Peer};
use crate::svm::Keypair;
use crate::vaa::Vaa;

/// A reply that nobody sent.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'b> {
    /// Who is said to send it.
    pub from: Peer,
    /// What it says.
    pub kind: MessageKind,
    /// About which step.
    pub step: u16,
    /// Of which instance.
    pub instance: [u8; 32],
    /// Of the workflow with this fingerprint.
    pub fingerprint: [u8; 32],
    /// What follows the header.
    pub body: &'b [u8],
}

impl Reply<'_> {
    /// Has the guardians sign it as the sender's message of this number, and somebody deliver it.
    #[track_caller]
    pub fn deliver(&self, chain: &mut SolanaChain, sequence: u64, by: &Keypair) -> Observed {
        let vaa = self.vaa(sequence);
        chain.post(&vaa);
        let delivery = Delivery {
            entry: "on_reply",
            step: self.step,
            instance: self.instance,
            vaa: &vaa,
            by: By::Stranger,
        };
        let prepared = chain.delivery(&delivery, by.pubkey());
        chain.send(&prepared, &[by])
    }

    fn vaa(&self, sequence: u64) -> Vaa {
        let header = Header {
            kind: self.kind,
            step: self.step,
            fingerprint: *self.fingerprint.first_chunk().expect("32 bytes"),
            deadline: 0,
            instance: self.instance,
        };
        Vaa {
            guardian_set: 0,
            timestamp: 1,
            nonce: 0,
            emitter_chain: self.from.chain,
            emitter_address: self.from.emitter,
            sequence,
            consistency_level: 1,
            payload: [&header.encode()[..], self.body].concat(),
        }
    }
}
