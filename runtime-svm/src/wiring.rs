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
pub struct Wiring<'a, const N: usize> {
    /// The peers given.
    pub peers: &'a [Peer],
    /// The fingerprint they were built from.
    pub fingerprint: &'a [u8; 32],
    /// The program's own fingerprint.
    pub own_fingerprint: &'a [u8; 32],
    /// Wormhole's numbers of the chains of all machines that the program speaks to, in order.
    pub chains: [u16; N],
}

impl<const N: usize> Wiring<'_, N> {
    /// The peers, one on each chain. Those are other chains than the program's own, and different ones.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongFingerprint`] if the peers were built from another source; [`XccError::WrongPeers`] if they are not
    /// exactly one machine on each chain, in order, with an address that is not zero.
    pub fn peers(&self) -> Result<[Peer; N]> {
        require!(
            self.fingerprint == self.own_fingerprint,
            XccError::WrongFingerprint
        );
        let peers: [Peer; N] = self
            .peers
            .try_into()
            .map_err(|_| error!(XccError::WrongPeers))?;
        let mut pairs = peers.iter().zip(self.chains);
        let is_right = |(peer, chain): (&Peer, u16)| peer.chain == chain && peer.emitter != [0; 32];
        require!(pairs.all(is_right), XccError::WrongPeers);
        Ok(peers)
    }
}
