//! A stand-in for Wormhole's core program on Solana.
//!
//! Instruction numbers, account order, instruction data and account layouts are those of `solana/bridge/program` in the
//! Wormhole repository (August 2026), so a program that works with this one addresses the real one the same way:
//!
//! | number | instruction | accounts, in order |
//! |---|---|---|
//! | 0 | initialize | bridge, guardian set, fee collector, payer, clock, rent, system program |
//! | 1 | post message | bridge, message, emitter, sequence, payer, fee collector, clock, rent, system program |
//! | 2 | post VAA | guardian set, bridge, signature set, message, payer, clock, rent, system program |
//! | 7 | verify signatures | payer, guardian set, signature set, instructions, rent, system program |
//!
//! One difference: instruction 7 takes the signatures in its own data and recovers their keys itself, instead of looking at
//! a neighbouring instruction of the secp256k1 program. No participant can see that. Governance and closing are absent.

use anchor_lang::prelude::{AccountInfo, AnchorDeserialize, ProgramError, Pubkey};
use anchor_lang::solana_program::entrypoint;
use anchor_lang::solana_program::entrypoint::ProgramResult;

mod account;
mod guardians;
mod initialize;
mod message;
pub mod state;
mod vaa;

/// Why an instruction was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Error {
    /// The fee collector did not receive the fee since the last message.
    InsufficientFees = 1,
    /// A signature is not the named guardian's.
    InvalidSignature,
    /// Fewer than two thirds and one of the guardians signed.
    NoQuorum,
    /// The guardian set has expired, or is not the one that signed.
    WrongGuardianSet,
    /// The signatures are over another message.
    WrongHash,
}

impl From<Error> for ProgramError {
    fn from(error: Error) -> Self {
        Self::Custom(error as u32)
    }
}

#[cfg(not(feature = "no-entrypoint"))]
entrypoint!(process);

/// Runs one instruction.
pub fn process(program: &Pubkey, accounts: &[AccountInfo<'_>], data: &[u8]) -> ProgramResult {
    let (number, arguments) = data
        .split_first()
        .ok_or(ProgramError::InvalidInstructionData)?;
    match number {
        0 => initialize::initialize(program, accounts, parse(arguments)?),
        1 => message::post_message(program, accounts, parse(arguments)?),
        2 => vaa::post_vaa(program, accounts, parse(arguments)?),
        7 => guardians::verify_signatures(program, accounts, parse(arguments)?),
        _ => Err(ProgramError::InvalidInstructionData),
    }
}

fn parse<T: AnchorDeserialize>(mut arguments: &[u8]) -> Result<T, ProgramError> {
    T::deserialize(&mut arguments).map_err(|_| ProgramError::InvalidInstructionData)
}
