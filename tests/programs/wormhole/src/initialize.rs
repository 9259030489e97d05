//! Setting the core up with its first guardians.

use anchor_lang::prelude::{
    AccountInfo, AnchorDeserialize, Clock, ProgramError, Pubkey, SolanaSysvar,
};
use anchor_lang::solana_program::entrypoint::ProgramResult;
use anchor_lang::solana_program::system_program;

use crate::account::{bytes, create, derived};
use crate::state::{Bridge, GuardianSet, BRIDGE_SEED, FEE_COLLECTOR_SEED, GUARDIAN_SET_SEED};

/// The instruction's data.
#[derive(AnchorDeserialize)]
pub struct Initialize {
    guardian_set_expiration_time: u32,
    fee: u64,
    initial_guardians: Vec<[u8; 20]>,
}

/// Creates the configuration, guardian set 0 and the fee collector; fails when they exist.
pub fn initialize(
    program: &Pubkey,
    accounts: &[AccountInfo<'_>],
    data: Initialize,
) -> ProgramResult {
    let [bridge, guardian_set, fee_collector, payer, ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let collector_bump = [derived(fee_collector, &[FEE_COLLECTOR_SEED], program)?];
    create(
        fee_collector,
        payer,
        &system_program::ID,
        &[],
        &[FEE_COLLECTOR_SEED, &collector_bump],
    )?;

    let index = 0_u32.to_be_bytes();
    let set = GuardianSet {
        index: 0,
        keys: data.initial_guardians,
        creation_time: Clock::get()?.unix_timestamp as u32,
        expiration_time: 0,
    };
    let set_bump = [derived(
        guardian_set,
        &[GUARDIAN_SET_SEED, &index],
        program,
    )?];
    create(
        guardian_set,
        payer,
        program,
        &bytes(&[], &set)?,
        &[GUARDIAN_SET_SEED, &index, &set_bump],
    )?;

    let config = Bridge {
        guardian_set_index: 0,
        last_lamports: fee_collector.lamports(),
        guardian_set_expiration_time: data.guardian_set_expiration_time,
        fee: data.fee,
    };
    let bridge_bump = [derived(bridge, &[BRIDGE_SEED], program)?];
    create(
        bridge,
        payer,
        program,
        &bytes(&[], &config)?,
        &[BRIDGE_SEED, &bridge_bump],
    )
}
