//! The program that the swap case calls: it counts what it was asked for, refuses what it cannot give, and gives twice the amount.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::program::set_return_data;

declare_id!("5HBEcPYym8Lvb1ERx4s7aixhL3MXcdQT2oQZxHHXXkHP");

/// The instructions of `amm.json`.
#[program]
pub mod amm {
    use super::*;

    /// Gives twice the amount, and returns it. Of 13 it returns too much, of 14 nothing.
    pub fn swap(ctx: Context<Swap>, amount_in: u64, min_out: u64) -> Result<()> {
        let amount_out = amount_in.checked_mul(2).ok_or(AmmError::TooMuch)?;
        require!(amount_out >= min_out, AmmError::TooLittle);
        ctx.accounts.pool.swapped += amount_in;
        ctx.accounts.pool.calls += 1;
        ctx.accounts.pool.trader = ctx.accounts.trader.key();
        match amount_in {
            13 => set_return_data(&[1; 9]),
            14 => {}
            _ => set_return_data(&amount_out.to_le_bytes()),
        }
        Ok(())
    }

    /// Takes back what `swap` gave.
    pub fn swap_back(ctx: Context<Swap>, amount_out: u64) -> Result<()> {
        let pool = &mut ctx.accounts.pool;
        require!(!pool.is_closed, AmmError::Closed);
        pool.swapped = pool.swapped.checked_sub(amount_out / 2).ok_or(AmmError::TooMuch)?;
        pool.calls += 1;
        Ok(())
    }

    /// Adds an amount to what is settled.
    pub fn settle(ctx: Context<Settle>, amount: u64) -> Result<()> {
        require!(!ctx.accounts.pool.is_closed, AmmError::Closed);
        ctx.accounts.pool.settled += amount;
        ctx.accounts.pool.calls += 1;
        Ok(())
    }
}

/// The accounts of `swap` and `swap_back`.
#[derive(Accounts)]
pub struct Swap<'info> {
    pub trader: Signer<'info>,
    #[account(mut)]
    pub pool: Account<'info, Pool>,
    /// CHECK: its address.
    #[account(mut, seeds = [b"vault", pool.key().as_ref()], bump)]
    pub vault: UncheckedAccount<'info>,
    /// CHECK: nothing is done with it.
    pub token_program: UncheckedAccount<'info>,
}

/// The accounts of `settle`.
#[derive(Accounts)]
pub struct Settle<'info> {
    pub trader: Signer<'info>,
    #[account(mut)]
    pub pool: Account<'info, Pool>,
}

/// What happened.
#[account]
pub struct Pool {
    pub swapped: u64,
    pub settled: u64,
    pub calls: u64,
    pub trader: Pubkey,
    pub is_closed: bool,
}

/// Why a call fails. The numbers are none of the calling program's.
#[error_code(offset = 6100)]
pub enum AmmError {
    #[msg("the amount is too large")]
    TooMuch,
    #[msg("the minimum cannot be met")]
    TooLittle,
    #[msg("the pool is closed")]
    Closed,
}
