//! The target of the feature cases, made to run: it remembers what it was asked for, and by whom at first; nobody else may ask. One
//! function at a time can be made to fail.

use anchor_lang::prelude::*;

declare_id!("4YRviz3wB9fsTLWQEidMx3VtAz8EJsNoQJyrX6DoPhp7");

/// The instructions of the interface, with its discriminators.
#[program]
pub mod target {
    use super::*;

    /// Gives a receipt for the amount.
    #[instruction(discriminator = &[1; 8])]
    pub fn run(ctx: Context<Act>, amount: u64) -> Result<u64> {
        ctx.accounts.act(1, amount)?;
        Ok(amount + 2)
    }

    /// Takes back what `run` did.
    #[instruction(discriminator = &[2; 8])]
    pub fn undo(ctx: Context<Act>, receipt: u64) -> Result<()> {
        ctx.accounts.act(2, receipt)
    }

    /// Remembers a value.
    #[instruction(discriminator = &[3; 8])]
    pub fn note(ctx: Context<Act>, value: u64) -> Result<()> {
        ctx.accounts.act(3, value)
    }
}

/// The accounts of every instruction.
#[derive(Accounts)]
pub struct Act<'info> {
    /// The function that fails by number, a byte; the number of calls, a byte; who called first, 32 bytes; and the functions called
    /// by number times a million, with what they were given, eight bytes each.
    /// CHECK: its owner.
    #[account(mut, owner = ID)]
    pub state: UncheckedAccount<'info>,
    pub authority: Signer<'info>,
}

impl Act<'_> {
    fn act(&self, number: u8, argument: u64) -> Result<()> {
        let mut data = self.state.try_borrow_mut_data()?;
        if data[1] == 0 && number == 1 {
            data[2..34].copy_from_slice(self.authority.key.as_ref());
        }
        require!(
            data[2..34] == *self.authority.key.as_ref(),
            TargetError::NotCaller
        );
        require!(data[0] != number, TargetError::Broken);
        let place = 34 + 8 * usize::from(data[1]);
        let call = u64::from(number) * 1_000_000 + argument;
        data[place..place + 8].copy_from_slice(&call.to_le_bytes());
        data[1] += 1;
        Ok(())
    }
}

/// Why a call fails. The numbers are none of the calling program's.
#[error_code(offset = 6100)]
pub enum TargetError {
    #[msg("the function is made to fail")]
    Broken,
    #[msg("somebody else ran it before")]
    NotCaller,
}
