//! Keys that accounts are compared with, and rules over all accounts of an instruction.

use anchor_lang::prelude::*;

use crate::error::XccError;

/// The program that derives and creates associated token accounts.
pub const ASSOCIATED_TOKEN_PROGRAM: Pubkey =
    pubkey!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

/// Where a token account of either token program says whose it is; see `Account` of `spl-token`.
const TOKEN_OWNER: std::ops::Range<usize> = 32..64;

/// The address a program derives from seeds, with the canonical bump.
pub fn derived(program: &Pubkey, seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, program).0
}

/// The associated token account of an owner.
pub fn associated_token(owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> Pubkey {
    let seeds = [owner.as_ref(), token_program.as_ref(), mint.as_ref()];
    derived(&ASSOCIATED_TOKEN_PROGRAM, &seeds)
}

/// Checks that a token account belongs to whom its address is derived from. The original token program lets an owner give it away.
///
/// # Errors
///
/// [`XccError::NotReceivers`] if it is another's, or is not there.
pub fn require_owner(account: &AccountInfo<'_>, owner: &Pubkey) -> Result<()> {
    let data = account.try_borrow_data()?;
    require!(
        data.get(TOKEN_OWNER) == Some(owner.as_ref()),
        XccError::NotReceivers
    );
    Ok(())
}

/// Checks that no writable account of an instruction stands in two places.
///
/// # Errors
///
/// [`XccError::DuplicateAccount`].
pub fn refuse_duplicates(accounts: &[AccountInfo<'_>]) -> Result<()> {
    // To compare whole keys, each with each, takes a tenth of what a delivery may cost; nearly always their first bytes differ.
    let heads: Vec<u64> = accounts.iter().map(first_bytes).collect();
    for (index, account) in accounts.iter().enumerate() {
        if !heads[..index].contains(&heads[index]) {
            continue;
        }
        let is_duplicate = |other: &AccountInfo<'_>| {
            other.key == account.key && (other.is_writable || account.is_writable)
        };
        if accounts[..index].iter().any(is_duplicate) {
            return Err(
                error!(XccError::DuplicateAccount).with_account_name(account.key.to_string())
            );
        }
    }
    Ok(())
}

/// The first eight bytes of an account's key.
fn first_bytes(account: &AccountInfo<'_>) -> u64 {
    let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = account.key.to_bytes();
    u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7])
}

/// Seconds since 1970 on the chain's clock.
///
/// # Errors
///
/// That of the system call; and a clock before 1970 is out of range.
pub fn seconds() -> Result<u64> {
    let seconds = Clock::get()?.unix_timestamp;
    u64::try_from(seconds).map_err(|_| error!(XccError::OutOfRange))
}
