//! The token account of the signing authority, which has something only while a call spends it.

use anchor_lang::prelude::*;

use crate::error::XccError;

/// Where a token account has its amount, and whether somebody else may spend of it; both token programs begin alike. See `Account` of
/// `spl-token`: mint, owner, amount, delegate, state, is-native, delegated amount, close authority.
const AMOUNT: std::ops::Range<usize> = 64..72;
const DELEGATE: std::ops::Range<usize> = 72..76;
const CLOSE_AUTHORITY: std::ops::Range<usize> = 129..133;
const NOBODY: [u8; 4] = [0; 4];

/// What the authority's token account had before it got what a call spends.
///
/// The target gets the authority's signature, so nothing else may be in reach of that: what is held belongs to another address, and
/// this account is to have the same as before when the call is over.
#[must_use]
pub struct Purse {
    before: u64,
}

impl Purse {
    /// Looks at the account before the amount is sent there.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongAccount`] if it is no token account.
    pub fn open(account: &AccountInfo<'_>) -> Result<Self> {
        Ok(Self {
            before: amount(account)?,
        })
    }

    /// Makes sure that the call took exactly the amount, and left nobody the right to take more another time.
    ///
    /// # Errors
    ///
    /// [`XccError::NotSpent`].
    pub fn settle(self, account: &AccountInfo<'_>) -> Result<()> {
        require!(amount(account)? == self.before, XccError::NotSpent);
        let data = account.try_borrow_data()?;
        let is_own = |range| part(&data, range).is_ok_and(|tag| tag == NOBODY);
        require!(
            is_own(DELEGATE) && is_own(CLOSE_AUTHORITY),
            XccError::NotSpent
        );
        Ok(())
    }
}

fn amount(account: &AccountInfo<'_>) -> Result<u64> {
    let data = account.try_borrow_data()?;
    Ok(u64::from_le_bytes(part(&data, AMOUNT)?))
}

fn part<const N: usize>(data: &[u8], range: std::ops::Range<usize>) -> Result<[u8; N]> {
    let part = data.get(range).and_then(|part| part.try_into().ok());
    part.ok_or_else(|| error!(XccError::WrongAccount))
}
