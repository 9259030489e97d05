//! What a program keeps: of a participant the record of one step of one instance, of a coordinator an instance, each in an account
//! of its own at an address derived from what it is about.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::program::{invoke, invoke_signed};
use anchor_lang::solana_program::system_instruction;

use crate::error::XccError;
use crate::{INSTANCE_SEED, STEP_SEED};

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

/// Which account holds an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceKey {
    /// The coordinator.
    pub program: Pubkey,
    /// The instance.
    pub instance: [u8; 32],
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
            let step = self.step.to_be_bytes();
            let seeds: &[&[u8]] = &[STEP_SEED, &self.instance, &step, &[bump]];
            return create(&self.program, account, payer, seeds);
        }
        read(&self.program, account)
    }

    /// Reads the record, which must exist.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongRecord`] if the account is at another address or of another owner, as one that does not exist is;
    /// Anchor's own errors if it holds another type.
    pub fn existing<R: AccountDeserialize>(&self, account: &AccountInfo<'_>) -> Result<Box<R>> {
        require_keys_eq!(*account.key, self.address().0, XccError::WrongRecord);
        read(&self.program, account)
    }
}

impl InstanceKey {
    /// Its address and the canonical bump.
    pub fn address(&self) -> (Pubkey, u8) {
        Pubkey::find_program_address(&[INSTANCE_SEED, &self.instance], &self.program)
    }

    /// Creates the account of an instance that never was, at the payer's cost; everything in it is zero. It is never closed, so no
    /// instance is started twice.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongRecord`] if the account is at another address; [`XccError::NonceUsed`] if it exists; those of the system
    /// program when the payer cannot pay.
    pub fn create<'info, R>(
        &self,
        account: &AccountInfo<'info>,
        payer: &AccountInfo<'info>,
    ) -> Result<Box<R>>
    where
        R: AccountDeserialize + Discriminator + Space,
    {
        let (address, bump) = self.address();
        require_keys_eq!(*account.key, address, XccError::WrongRecord);
        require_keys_eq!(
            *account.owner,
            anchor_lang::system_program::ID,
            XccError::NonceUsed
        );
        let seeds: &[&[u8]] = &[INSTANCE_SEED, &self.instance, &[bump]];
        create(&self.program, account, payer, seeds)
    }

    /// Reads an instance, which must exist.
    ///
    /// # Errors
    ///
    /// As for [`RecordKey::existing`].
    pub fn existing<R: AccountDeserialize>(&self, account: &AccountInfo<'_>) -> Result<Box<R>> {
        require_keys_eq!(*account.key, self.address().0, XccError::WrongRecord);
        read(&self.program, account)
    }
}

fn read<R: AccountDeserialize>(program: &Pubkey, account: &AccountInfo<'_>) -> Result<Box<R>> {
    require_keys_eq!(*account.owner, *program, XccError::WrongRecord);
    R::try_deserialize(&mut &account.try_borrow_data()?[..]).map(Box::new)
}

fn create<'info, R>(
    program: &Pubkey,
    account: &AccountInfo<'info>,
    payer: &AccountInfo<'info>,
    seeds: &[&[u8]],
) -> Result<Box<R>>
where
    R: AccountDeserialize + Discriminator + Space,
{
    let space = R::DISCRIMINATOR.len() + R::INIT_SPACE;
    allocate(program, account, payer, seeds, space)?;
    R::try_deserialize_unchecked(&mut &account.try_borrow_data()?[..]).map(Box::new)
}

/// Creates an account, at once if nobody has sent lamports to its address before; such an address the system program does not
/// create, but the lamports are topped up and space and owner set.
#[inline(never)]
fn allocate<'info>(
    program: &Pubkey,
    account: &AccountInfo<'info>,
    payer: &AccountInfo<'info>,
    seeds: &[&[u8]],
    space: usize,
) -> Result<()> {
    let lamports = Rent::get()?.minimum_balance(space);
    let accounts = [payer.clone(), account.clone()];
    if account.lamports() == 0 {
        let size = space as u64;
        let create =
            system_instruction::create_account(payer.key, account.key, lamports, size, program);
        return Ok(invoke_signed(&create, &accounts, &[seeds])?);
    }
    let missing = lamports.saturating_sub(account.lamports());
    if missing > 0 {
        let transfer = system_instruction::transfer(payer.key, account.key, missing);
        invoke(&transfer, &accounts)?;
    }
    let own = std::slice::from_ref(account);
    let allocate = system_instruction::allocate(account.key, space as u64);
    invoke_signed(&allocate, own, &[seeds])?;
    let assign = system_instruction::assign(account.key, program);
    Ok(invoke_signed(&assign, own, &[seeds])?)
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
