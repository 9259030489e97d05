//! Posting VAAs whose signatures have been checked.

use anchor_lang::prelude::{
    AccountInfo, AnchorDeserialize, Clock, ProgramError, Pubkey, SolanaSysvar,
};
use anchor_lang::solana_program::entrypoint::ProgramResult;
use solana_keccak_hasher::hash;

use crate::account::{bytes, create, derived, read};
use crate::state::{
    GuardianSet, Message, SignatureSet, GUARDIAN_SET_SEED, POSTED_VAA_MAGIC, POSTED_VAA_SEED,
};
use crate::Error;

/// The instruction's data.
#[derive(AnchorDeserialize)]
pub struct PostVaa {
    version: u8,
    guardian_set_index: u32,
    timestamp: u32,
    nonce: u32,
    emitter_chain: u16,
    emitter_address: [u8; 32],
    sequence: u64,
    consistency_level: u8,
    payload: Vec<u8>,
}

/// Creates the account that participants read, at the address derived from the message itself; posting again does nothing.
pub fn post_vaa(program: &Pubkey, accounts: &[AccountInfo<'_>], vaa: PostVaa) -> ProgramResult {
    let [guardian_set, _bridge, signature_set, message, payer, ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let signed: SignatureSet = read(signature_set, program)?;
    let bump = [derived(message, &[POSTED_VAA_SEED, &signed.hash], program)?];
    if !message.data_is_empty() {
        return Ok(());
    }
    derived(
        guardian_set,
        &[GUARDIAN_SET_SEED, &vaa.guardian_set_index.to_be_bytes()],
        program,
    )?;
    let now = Clock::get()?.unix_timestamp;
    check_quorum(&read(guardian_set, program)?, &signed, now)?;
    if hash(&vaa.body()).to_bytes() != signed.hash {
        return Err(Error::WrongHash.into());
    }
    let content = vaa.into_message(*signature_set.key, now as u32);
    create(
        message,
        payer,
        program,
        &bytes(POSTED_VAA_MAGIC, &content)?,
        &[POSTED_VAA_SEED, &signed.hash, &bump],
    )
}

fn check_quorum(set: &GuardianSet, signed: &SignatureSet, now: i64) -> ProgramResult {
    let expired = set.expiration_time != 0 && i64::from(set.expiration_time) < now;
    if expired || signed.guardian_set_index != set.index {
        return Err(Error::WrongGuardianSet.into());
    }
    let count = signed.signatures.iter().filter(|signed| **signed).count();
    if count < set.keys.len() * 2 / 3 + 1 {
        return Err(Error::NoQuorum.into());
    }
    Ok(())
}

impl PostVaa {
    /// The signed part, big-endian.
    fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(51 + self.payload.len());
        body.extend_from_slice(&self.timestamp.to_be_bytes());
        body.extend_from_slice(&self.nonce.to_be_bytes());
        body.extend_from_slice(&self.emitter_chain.to_be_bytes());
        body.extend_from_slice(&self.emitter_address);
        body.extend_from_slice(&self.sequence.to_be_bytes());
        body.push(self.consistency_level);
        body.extend_from_slice(&self.payload);
        body
    }

    fn into_message(self, vaa_signature_account: Pubkey, submission_time: u32) -> Message {
        Message {
            vaa_version: self.version,
            consistency_level: self.consistency_level,
            vaa_time: self.timestamp,
            vaa_signature_account,
            submission_time,
            nonce: self.nonce,
            sequence: self.sequence,
            emitter_chain: self.emitter_chain,
            emitter_address: self.emitter_address,
            payload: self.payload,
        }
    }
}
