//! A stand-in for Orca's Whirlpools: the same program id, instruction, accounts and checks, for the fee of a pool.

use anchor_lang::prelude::*;

declare_id!("whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc");

/// The highest fee, in millionths: Orca's `MAX_FEE_RATE`.
const MAX_FEE_RATE: u16 = 60_000;

/// The program's instructions.
#[program]
pub mod whirlpool {
    use super::*;

    /// Sets the fee of a pool, in millionths.
    pub fn set_fee_rate(ctx: Context<SetFeeRate>, fee_rate: u16) -> Result<()> {
        require!(fee_rate <= MAX_FEE_RATE, WhirlpoolError::FeeRateMaxExceeded);
        ctx.accounts.whirlpool.fee_rate = fee_rate;
        Ok(())
    }
}

/// What pools have in common.
#[account]
pub struct WhirlpoolsConfig {
    /// Who sets fees.
    pub fee_authority: Pubkey,
}

/// A pool.
#[account]
pub struct Whirlpool {
    /// What it has in common with others.
    pub whirlpools_config: Pubkey,
    /// Its fee, in millionths.
    pub fee_rate: u16,
}

/// The accounts of the instruction, in Orca's order.
#[derive(Accounts)]
pub struct SetFeeRate<'info> {
    /// What the pool has in common with others.
    pub whirlpools_config: Account<'info, WhirlpoolsConfig>,
    /// The pool.
    #[account(mut, has_one = whirlpools_config)]
    pub whirlpool: Account<'info, Whirlpool>,
    /// Who sets fees.
    #[account(address = whirlpools_config.fee_authority @ WhirlpoolError::WrongFeeAuthority)]
    pub fee_authority: Signer<'info>,
}

/// Why a fee is not set.
#[error_code]
pub enum WhirlpoolError {
    /// It is too high.
    FeeRateMaxExceeded,
    /// Somebody else sets fees.
    WrongFeeAuthority,
}
