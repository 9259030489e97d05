//! The layouts of the core's accounts, all Borsh.

use anchor_lang::prelude::{AnchorDeserialize, AnchorSerialize, Pubkey};

/// Seed of the configuration account.
pub const BRIDGE_SEED: &[u8] = b"Bridge";
/// Seed of the account that fees are paid to.
pub const FEE_COLLECTOR_SEED: &[u8] = b"fee_collector";
/// First seed of a guardian set; the second is its number, big-endian.
pub const GUARDIAN_SET_SEED: &[u8] = b"GuardianSet";
/// First seed of an emitter's counter; the second is the emitter.
pub const SEQUENCE_SEED: &[u8] = b"Sequence";
/// First seed of a posted VAA; the second is the Keccak-256 of its body.
pub const POSTED_VAA_SEED: &[u8] = b"PostedVAA";
/// What a posted VAA's data begin with.
pub const POSTED_VAA_MAGIC: &[u8] = b"vaa";
/// What a posted message's data begin with.
pub const POSTED_MESSAGE_MAGIC: &[u8] = b"msg";
/// Wormhole's number for Solana.
pub const CHAIN: u16 = 1;

/// The configuration.
#[derive(AnchorDeserialize, AnchorSerialize)]
pub struct Bridge {
    /// The guardian set now in office.
    pub guardian_set_index: u32,
    /// What the fee collector held after the last message, in lamports.
    pub last_lamports: u64,
    /// How long a replaced guardian set stays good, in seconds.
    pub guardian_set_expiration_time: u32,
    /// What a message costs, in lamports.
    pub fee: u64,
}

/// Who signs.
#[derive(AnchorDeserialize, AnchorSerialize)]
pub struct GuardianSet {
    /// The set's number.
    pub index: u32,
    /// Ethereum addresses.
    pub keys: Vec<[u8; 20]>,
    /// In seconds since 1970.
    pub creation_time: u32,
    /// In seconds since 1970; zero is never.
    pub expiration_time: u32,
}

/// Signatures found good so far for one message.
#[derive(AnchorDeserialize, AnchorSerialize)]
pub struct SignatureSet {
    /// By guardian.
    pub signatures: Vec<bool>,
    /// The Keccak-256 of the message's body.
    pub hash: [u8; 32],
    /// The guardians' set.
    pub guardian_set_index: u32,
}

/// How many messages an emitter has posted.
#[derive(AnchorDeserialize, AnchorSerialize, Default)]
pub struct Sequence {
    /// The next message's number.
    pub sequence: u64,
}

/// A message posted here, or a VAA from elsewhere; three bytes of magic come before it.
#[derive(AnchorDeserialize, AnchorSerialize, Default)]
pub struct Message {
    /// 1 for a VAA, 0 for a message.
    pub vaa_version: u8,
    /// The finality asked for; on Solana 1 is confirmed, 32 is finalized.
    pub consistency_level: u8,
    /// When it was published on its own chain, in seconds since 1970.
    pub vaa_time: u32,
    /// Where the signatures were collected.
    pub vaa_signature_account: Pubkey,
    /// When it was posted here, in seconds since 1970.
    pub submission_time: u32,
    /// The publisher's own number.
    pub nonce: u32,
    /// Counts the emitter's messages from zero.
    pub sequence: u64,
    /// Wormhole's number of the emitter's chain.
    pub emitter_chain: u16,
    /// The emitter.
    pub emitter_address: [u8; 32],
    /// What was said.
    pub payload: Vec<u8>,
}
