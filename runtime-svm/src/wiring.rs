//! Who may speak to a program, set once after deployment.

use anchor_lang::prelude::*;

use crate::error::XccError;

/// A machine of the workflow on another chain.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Wormhole's number of its chain.
    pub chain: u16,
    /// The address it publishes from, zeros to its left if it is shorter.
    pub emitter: [u8; 32],
}

/// What `wire` is told.
#[derive(Clone, Copy, Debug)]
pub struct Wiring<'a> {
    /// The peers given.
    pub peers: &'a [Peer],
    /// The fingerprint they were built from.
    pub fingerprint: &'a [u8; 32],
    /// The program's own fingerprint.
    pub own_fingerprint: &'a [u8; 32],
    /// Wormhole's number of the coordinator's chain.
    pub home: u16,
}

impl Wiring<'_> {
    /// The coordinator among the peers, which is the only peer a participant has.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongFingerprint`] if the peers were built from another source; [`XccError::WrongPeers`] if they are not
    /// exactly one machine on the coordinator's chain with an address that is not zero.
    pub fn coordinator(&self) -> Result<Peer> {
        require!(
            self.fingerprint == self.own_fingerprint,
            XccError::WrongFingerprint
        );
        let [peer] = self.peers else {
            return err!(XccError::WrongPeers);
        };
        require!(
            peer.chain == self.home && peer.emitter != [0; 32],
            XccError::WrongPeers
        );
        Ok(*peer)
    }
}
