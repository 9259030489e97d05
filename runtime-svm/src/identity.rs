//! The identity of an instance: a hash of where, by whom and as which of theirs it was started.

use anchor_lang::prelude::*;

/// Separates identities from every other use of the hash.
const DOMAIN: &[u8] = b"xcc/instance/v1";

/// What the identity of an instance is a hash of.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// The workflow's fingerprint.
    pub fingerprint: &'a [u8; 32],
    /// The CAIP-2 identifier of the home chain.
    pub network: &'a str,
    /// The coordinator's program.
    pub coordinator: &'a Pubkey,
    /// Who starts the instance.
    pub initiator: &'a Pubkey,
    /// A number that the initiator gives to no other instance of this coordinator.
    pub nonce: u64,
}

impl Identity<'_> {
    /// The instance.
    pub fn instance(&self) -> [u8; 32] {
        let home = solana_keccak_hasher::hash(self.network.as_bytes());
        let parts: [&[u8]; 6] = [
            DOMAIN,
            self.fingerprint,
            home.as_ref(),
            self.coordinator.as_ref(),
            self.initiator.as_ref(),
            &self.nonce.to_be_bytes(),
        ];
        solana_keccak_hasher::hashv(&parts).to_bytes()
    }
}
