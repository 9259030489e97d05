//! The token account of the signing authority, which has something only while a call spends it.

use anchor_lang::prelude::*;

use crate::error::XccError;

/// Where a token account has its mint, owner and amount, and whether somebody else may spend of it or close it; both token programs begin
/// alike. See `Account` of `spl-token`: mint, owner, amount, delegate, state, is-native, delegated amount, close authority.
const BEGINNING: std::ops::Range<usize> = 0..72;
const DELEGATE: std::ops::Range<usize> = 72..76;
const CLOSE_AUTHORITY: std::ops::Range<usize> = 129..133;
const NOBODY: [u8; 4] = [0; 4];

/// Where Token-2022 has what an account asks of transfers beside; nothing is there under the original program.
const EXTENSIONS: std::ops::RangeFrom<usize> = 165..;

/// What the authority's token account was before it got what a call spends.
///
/// The target gets the authority's signature, so nothing else may be in reach of that: what is held belongs to another address, and
/// this account is to be the authority's, and have the same as before, when the call is over.
#[must_use]
#[derive(PartialEq, Eq)]
pub struct Purse {
    beginning: [u8; 72],
    extensions: Vec<u8>,
}

impl Purse {
    /// Looks at the account before the amount is sent there. The transfer makes sure that it is of the mint and not frozen, and
    /// [`Call::release`](crate::Call::release) that it is the authority's.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongAccount`] if it is no token account.
    pub fn open(account: &AccountInfo<'_>) -> Result<Self> {
        let data = account.try_borrow_data()?;
        let extensions = data.get(EXTENSIONS);
        let extensions = extensions.ok_or_else(|| error!(XccError::WrongAccount))?;
        Ok(Self {
            beginning: part(&data, BEGINNING)?,
            extensions: extensions.to_vec(),
        })
    }

    /// Makes sure that the call took exactly the amount, and not the account, and left nobody the right to take more another time.
    ///
    /// # Errors
    ///
    /// [`XccError::NotSpent`]; and [`XccError::WrongAccount`] if it was closed.
    pub fn settle(self, account: &AccountInfo<'_>) -> Result<()> {
        require!(Self::open(account)? == self, XccError::NotSpent);
        let data = account.try_borrow_data()?;
        let is_own = |range| part(&data, range).is_ok_and(|tag| tag == NOBODY);
        require!(
            is_own(DELEGATE) && is_own(CLOSE_AUTHORITY),
            XccError::NotSpent
        );
        Ok(())
    }
}

fn part<const N: usize>(data: &[u8], range: std::ops::Range<usize>) -> Result<[u8; N]> {
    let part = data.get(range).and_then(|part| part.try_into().ok());
    part.ok_or_else(|| error!(XccError::WrongAccount))
}
