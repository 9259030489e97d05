//! Reading, creating and checking accounts.

use anchor_lang::prelude::{
    AccountInfo, AnchorDeserialize, AnchorSerialize, ProgramError, Pubkey, Rent, SolanaSysvar,
};
use anchor_lang::solana_program::entrypoint::ProgramResult;
use anchor_lang::solana_program::program::invoke_signed;
use anchor_lang::solana_program::system_instruction;

/// Demands that an account is the one derived from the seeds; returns the bump.
pub fn derived(
    account: &AccountInfo<'_>,
    seeds: &[&[u8]],
    program: &Pubkey,
) -> Result<u8, ProgramError> {
    let (address, bump) = Pubkey::find_program_address(seeds, program);
    if *account.key == address {
        Ok(bump)
    } else {
        Err(ProgramError::InvalidSeeds)
    }
}

/// Reads an account of this program.
pub fn read<T: AnchorDeserialize>(
    account: &AccountInfo<'_>,
    program: &Pubkey,
) -> Result<T, ProgramError> {
    if account.owner != program {
        return Err(ProgramError::IllegalOwner);
    }
    T::deserialize(&mut &account.data.borrow()[..]).map_err(|_| ProgramError::InvalidAccountData)
}

/// Writes an account of this program that is large enough.
pub fn write(account: &AccountInfo<'_>, value: &impl AnchorSerialize) -> ProgramResult {
    let mut data = account.data.borrow_mut();
    value
        .serialize(&mut &mut data[..])
        .map_err(|_| ProgramError::AccountDataTooSmall)
}

/// Creates an account that holds exactly these bytes; the seeds sign for it, or it signs itself.
pub fn create<'info>(
    account: &AccountInfo<'info>,
    payer: &AccountInfo<'info>,
    owner: &Pubkey,
    data: &[u8],
    seeds: &[&[u8]],
) -> ProgramResult {
    let lamports = Rent::get()?.minimum_balance(data.len());
    let instruction = system_instruction::create_account(
        payer.key,
        account.key,
        lamports,
        data.len() as u64,
        owner,
    );
    // No seeds are not the seeds of nothing, which are an address of their own, or none.
    let signers = if seeds.is_empty() { &[][..] } else { &[seeds] };
    invoke_signed(&instruction, &[payer.clone(), account.clone()], signers)?;
    account.data.borrow_mut().copy_from_slice(data);
    Ok(())
}

/// The bytes of a value, after a prefix.
pub fn bytes(prefix: &[u8], value: &impl AnchorSerialize) -> Result<Vec<u8>, ProgramError> {
    let mut bytes = prefix.to_vec();
    value
        .serialize(&mut bytes)
        .map_err(|_| ProgramError::InvalidInstructionData)?;
    Ok(bytes)
}
