//! Posting messages.

use anchor_lang::prelude::{
    msg, AccountInfo, AnchorDeserialize, Clock, ProgramError, Pubkey, SolanaSysvar,
};
use anchor_lang::solana_program::entrypoint::ProgramResult;

use crate::account::{bytes, create, derived, read, write};
use crate::state::{
    Bridge, Message, Sequence, BRIDGE_SEED, CHAIN, FEE_COLLECTOR_SEED, POSTED_MESSAGE_MAGIC,
    SEQUENCE_SEED,
};
use crate::Error;

/// The instruction's data.
#[derive(AnchorDeserialize)]
pub struct PostMessage {
    nonce: u32,
    payload: Vec<u8>,
    consistency_level: ConsistencyLevel,
}

#[derive(AnchorDeserialize, Clone, Copy)]
enum ConsistencyLevel {
    Confirmed,
    Finalized,
}

/// Takes the emitter's word that it speaks, by its signature, and that the fee was paid, by the collector's balance.
pub fn post_message(
    program: &Pubkey,
    accounts: &[AccountInfo<'_>],
    data: PostMessage,
) -> ProgramResult {
    let [bridge, message, emitter, sequence, payer, fee_collector, ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    if !(message.is_signer && emitter.is_signer && payer.is_signer) {
        return Err(ProgramError::MissingRequiredSignature);
    }
    take_fee(program, bridge, fee_collector)?;
    let number = next_number(program, sequence, emitter, payer)?;
    msg!("Sequence: {}", number);
    let content = Message {
        consistency_level: match data.consistency_level {
            ConsistencyLevel::Confirmed => 1,
            ConsistencyLevel::Finalized => 32,
        },
        submission_time: Clock::get()?.unix_timestamp as u32,
        nonce: data.nonce,
        sequence: number,
        emitter_chain: CHAIN,
        emitter_address: emitter.key.to_bytes(),
        payload: data.payload,
        ..Message::default()
    };
    create(
        message,
        payer,
        program,
        &bytes(POSTED_MESSAGE_MAGIC, &content)?,
        &[],
    )
}

fn take_fee(
    program: &Pubkey,
    bridge: &AccountInfo<'_>,
    fee_collector: &AccountInfo<'_>,
) -> ProgramResult {
    derived(bridge, &[BRIDGE_SEED], program)?;
    derived(fee_collector, &[FEE_COLLECTOR_SEED], program)?;
    let mut config: Bridge = read(bridge, program)?;
    let paid = fee_collector
        .lamports()
        .checked_sub(config.last_lamports)
        .ok_or(Error::InsufficientFees)?;
    if paid < config.fee {
        return Err(Error::InsufficientFees.into());
    }
    config.last_lamports = fee_collector.lamports();
    write(bridge, &config)
}

fn next_number<'info>(
    program: &Pubkey,
    sequence: &AccountInfo<'info>,
    emitter: &AccountInfo<'info>,
    payer: &AccountInfo<'info>,
) -> Result<u64, ProgramError> {
    let seeds = [SEQUENCE_SEED, emitter.key.as_ref()];
    let bump = [derived(sequence, &seeds, program)?];
    if sequence.data_is_empty() {
        let start = bytes(&[], &Sequence::default())?;
        create(
            sequence,
            payer,
            program,
            &start,
            &[seeds[0], seeds[1], &bump],
        )?;
    }
    let Sequence { sequence: number } = read(sequence, program)?;
    write(
        sequence,
        &Sequence {
            sequence: number + 1,
        },
    )?;
    Ok(number)
}
