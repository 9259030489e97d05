//! The record of one step of one instance: an account of the program at an address derived from both.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::program::{invoke, invoke_signed};
use anchor_lang::solana_program::system_instruction;

use crate::error::XccError;
use crate::STEP_SEED;

/// Which record an account must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordKey {
    /// The program that keeps it.
    pub program: Pubkey,
    /// The instance.
    pub instance: [u8; 32],
    /// The number of the step.
    pub step: u16,
}

impl RecordKey {
    /// Its address and the canonical bump.
    pub fn address(&self) -> (Pubkey, u8) {
        let step = self.step.to_be_bytes();
        Pubkey::find_program_address(&[STEP_SEED, &self.instance, &step], &self.program)
    }

    /// Reads the record; one that does not exist yet is created at the payer's cost, and everything in it is zero.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongRecord`] if the account is at another address or of another owner; Anchor's own errors if it holds
    /// another type; those of the system program when the payer cannot pay.
    pub fn open<'info, R>(
        &self,
        account: &AccountInfo<'info>,
        payer: &AccountInfo<'info>,
    ) -> Result<Box<R>>
    where
        R: AccountDeserialize + Discriminator + Space,
    {
        let (address, bump) = self.address();
        require_keys_eq!(*account.key, address, XccError::WrongRecord);
        if *account.owner == anchor_lang::system_program::ID {
            self.create(account, payer, bump, R::DISCRIMINATOR.len() + R::INIT_SPACE)?;
            return R::try_deserialize_unchecked(&mut &account.try_borrow_data()?[..])
                .map(Box::new);
        }
        self.read(account)
    }

    /// Reads the record, which must exist.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongRecord`] if the account is at another address or of another owner, as one that does not exist is;
    /// Anchor's own errors if it holds another type.
    pub fn existing<R: AccountDeserialize>(&self, account: &AccountInfo<'_>) -> Result<Box<R>> {
        require_keys_eq!(*account.key, self.address().0, XccError::WrongRecord);
        self.read(account)
    }

    fn read<R: AccountDeserialize>(&self, account: &AccountInfo<'_>) -> Result<Box<R>> {
        require_keys_eq!(*account.owner, self.program, XccError::WrongRecord);
        R::try_deserialize(&mut &account.try_borrow_data()?[..]).map(Box::new)
    }

    /// Creates the account, at once if nobody has sent lamports to its address before; such an address the system program does not
    /// create, but the lamports are topped up and space and owner set.
    #[inline(never)]
    fn create<'info>(
        &self,
        account: &AccountInfo<'info>,
        payer: &AccountInfo<'info>,
        bump: u8,
        space: usize,
    ) -> Result<()> {
        let lamports = Rent::get()?.minimum_balance(space);
        let seeds: &[&[u8]] = &[STEP_SEED, &self.instance, &self.step.to_be_bytes(), &[bump]];
        let accounts = [payer.clone(), account.clone()];
        if account.lamports() == 0 {
            let (size, owner) = (space as u64, &self.program);
            let create =
                system_instruction::create_account(payer.key, account.key, lamports, size, owner);
            return Ok(invoke_signed(&create, &accounts, &[seeds])?);
        }
        let missing = lamports.saturating_sub(account.lamports());
        if missing > 0 {
            let transfer = system_instruction::transfer(payer.key, account.key, missing);
            invoke(&transfer, &accounts)?;
        }
        let allocate = system_instruction::allocate(account.key, space as u64);
        invoke_signed(&allocate, std::slice::from_ref(account), &[seeds])?;
        let assign = system_instruction::assign(account.key, &self.program);
        Ok(invoke_signed(
            &assign,
            std::slice::from_ref(account),
            &[seeds],
        )?)
    }
}

/// Writes a record back to its account.
///
/// # Errors
///
/// Anchor's own, if the record does not fit.
pub fn save<R: AccountSerialize>(record: &R, account: &AccountInfo<'_>) -> Result<()> {
    let mut data = account.try_borrow_mut_data()?;
    record.try_serialize(&mut &mut data[..])
}
