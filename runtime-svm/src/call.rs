//! The call of a target program: each account is compared with the key it must have as it is added, so that none goes unchecked.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::{get_return_data, invoke_signed};

use crate::account::require_owner;
use crate::error::XccError;
use crate::CUSTODY_SEED;

/// Where the call of a transfer has the account that it goes to: behind the program, the source and the mint. See `TransferChecked` of
/// `spl-token`.
const DESTINATION: usize = 3;

/// A call under construction.
#[derive(Clone, Debug)]
pub struct Call<'info> {
    instruction: Instruction,
    accounts: Vec<AccountInfo<'info>>,
}

/// What a target may do with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read it.
    Read,
    /// Change it.
    Write,
    /// Read it, with its signature.
    Sign,
    /// Change it, with its signature.
    SignWrite,
}

impl<'info> Call<'info> {
    /// A call of the instruction of `program` that `discriminator` selects. `account` is the program's own.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongAccount`] if the account is not the program's.
    pub fn new(
        account: &AccountInfo<'info>,
        program: Pubkey,
        discriminator: &[u8],
    ) -> Result<Self> {
        require_keys_eq!(*account.key, program, XccError::WrongAccount);
        let instruction = Instruction {
            program_id: program,
            accounts: Vec::new(),
            data: discriminator.to_vec(),
        };
        Ok(Call {
            instruction,
            accounts: vec![account.clone()],
        })
    }

    /// Adds the next account of the instruction, which must be `expected`.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongAccount`] if it is another.
    pub fn account(
        &mut self,
        account: &AccountInfo<'info>,
        expected: Pubkey,
        access: Access,
    ) -> Result<()> {
        require_keys_eq!(*account.key, expected, XccError::WrongAccount);
        self.instruction.accounts.push(AccountMeta {
            pubkey: expected,
            is_signer: matches!(access, Access::Sign | Access::SignWrite),
            is_writable: matches!(access, Access::Write | Access::SignWrite),
        });
        self.accounts.push(account.clone());
        Ok(())
    }

    /// Adds the next argument of the instruction.
    ///
    /// # Errors
    ///
    /// None that Borsh has for values of bounded size.
    pub fn argument(&mut self, value: &impl AnchorSerialize) -> Result<()> {
        Ok(value.serialize(&mut self.instruction.data)?)
    }

    /// Makes the call; `authority` are the seeds of the address the program signs with.
    ///
    /// # Errors
    ///
    /// None that the program could see: a failing call fails the transaction.
    pub fn invoke(&self, authority: &[&[u8]]) -> Result<()> {
        Ok(invoke_signed(
            &self.instruction,
            &self.accounts,
            &[authority],
        )?)
    }

    /// Makes the transfer that lets an amount out of custody; `bump` is that of the address that owns what is held. This is the only
    /// call with its signature, so nothing gets into an account that is no longer the receiver's.
    ///
    /// # Errors
    ///
    /// [`XccError::NotReceivers`], and then nothing was moved.
    pub fn release(&self, receiver: &Pubkey, bump: u8) -> Result<()> {
        require_owner(&self.accounts[DESTINATION], receiver)?;
        self.invoke(&[CUSTODY_SEED, &[bump]])
    }

    /// What the call returned. Nothing but exactly one value of the type is accepted, and only from the called program itself.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongReturn`].
    pub fn returned<T: AnchorDeserialize>(&self) -> Result<T> {
        let wrong = || error!(XccError::WrongReturn);
        let (program, data) = get_return_data().ok_or_else(wrong)?;
        require_keys_eq!(program, self.instruction.program_id, XccError::WrongReturn);
        T::try_from_slice(&data).map_err(|_| wrong())
    }
}
