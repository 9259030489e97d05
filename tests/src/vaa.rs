//! Wormhole's signed messages (VAAs), made with guardian keys of the tests' own.
//!
//! Layout, version 1: `u8 version ‖ u32 guardian set ‖ u8 n ‖ n × (u8 index ‖ r ‖ s ‖ u8 recovery id) ‖ body`, all big-endian,
//! where `body = u32 timestamp ‖ u32 nonce ‖ u16 emitter chain ‖ 32 bytes emitter ‖ u64 sequence ‖ u8 consistency ‖ payload`
//! and the signatures are over `keccak256(keccak256(body))`. Source: `sdk/vaa/structs.go` of the Wormhole repository.

use k256::ecdsa::SigningKey;
use sha3::{Digest, Keccak256};

/// A guardian: a secp256k1 key known to the tests.
#[derive(Clone, Debug)]
pub struct Guardian {
    key: SigningKey,
}

/// The content of a message, before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vaa {
    /// The number of the guardian set that signs.
    pub guardian_set: u32,
    /// When the message was published, in seconds since 1970.
    pub timestamp: u32,
    /// The publisher's own number; nothing checks it.
    pub nonce: u32,
    /// Wormhole's id of the source chain.
    pub emitter_chain: u16,
    /// The publisher, left-padded to 32 bytes where addresses are shorter.
    pub emitter_address: [u8; 32],
    /// Counts the emitter's messages from zero.
    pub sequence: u64,
    /// The finality the publisher asked for.
    pub consistency_level: u8,
    /// What the publisher said.
    pub payload: Vec<u8>,
}

impl Guardian {
    /// The guardian whose secret key is 31 zero bytes and then `number`.
    ///
    /// # Panics
    /// When `number` is zero, which is no key.
    #[must_use]
    pub fn new(number: u8) -> Self {
        let mut secret = [0; 32];
        secret[31] = number;
        Self {
            key: SigningKey::from_slice(&secret).expect("a guardian's number is not zero"),
        }
    }

    /// The Ethereum address of the key, which is how every chain knows a guardian.
    #[must_use]
    pub fn address(&self) -> [u8; 20] {
        let point = self.key.verifying_key().to_encoded_point(false);
        let hash = Keccak256::digest(&point.as_bytes()[1..]);
        hash[12..].try_into().expect("a hash has 32 bytes")
    }

    /// Signs a 32-byte digest: `r ‖ s ‖ recovery id (0 or 1)`.
    ///
    /// # Panics
    /// Never: every 32-byte digest can be signed.
    #[must_use]
    pub fn sign(&self, digest: &[u8; 32]) -> [u8; 65] {
        let (signature, recovery) = self
            .key
            .sign_prehash_recoverable(digest)
            .expect("a digest has 32 bytes");
        let mut bytes = [0; 65];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes[64] = recovery.to_byte();
        bytes
    }
}

impl Vaa {
    /// The signed part.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        [
            &self.timestamp.to_be_bytes()[..],
            &self.nonce.to_be_bytes(),
            &self.emitter_chain.to_be_bytes(),
            &self.emitter_address,
            &self.sequence.to_be_bytes(),
            &[self.consistency_level],
            &self.payload,
        ]
        .concat()
    }

    /// What guardians sign and receivers remember: `keccak256(keccak256(body))`.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Keccak256::digest(Keccak256::digest(self.body())).into()
    }

    /// The whole message, signed by the guardians in the order of their indices.
    ///
    /// # Panics
    /// With more than 255 guardians.
    #[must_use]
    pub fn sign(&self, guardians: &[Guardian]) -> Vec<u8> {
        let count = u8::try_from(guardians.len()).expect("at most 255 guardians");
        let mut bytes = vec![1];
        bytes.extend(self.guardian_set.to_be_bytes());
        bytes.push(count);
        for (index, guardian) in (0..count).zip(guardians) {
            bytes.push(index);
            bytes.extend(guardian.sign(&self.digest()));
        }
        bytes.extend(self.body());
        bytes
    }
}

/// An Ethereum address in the 32 bytes Wormhole gives every address.
#[must_use]
pub fn evm_emitter(address: [u8; 20]) -> [u8; 32] {
    let mut emitter = [0; 32];
    emitter[12..].copy_from_slice(&address);
    emitter
}
