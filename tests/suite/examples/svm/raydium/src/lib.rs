//! A stand-in for Raydium's constant-product pools: the same program id, instructions, accounts and movements of real tokens, no fees.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
use anchor_lang::solana_program::program::{invoke, invoke_signed};

declare_id!("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");

const AUTHORITY_SEED: &[u8] = b"vault_and_lp_mint_auth_seed";
/// SPL Token's instruction `TransferChecked`.
const TRANSFER_CHECKED: u8 = 12;

/// The program's instructions.
#[program]
pub mod raydium_pool {
    use super::*;

    /// Sells exactly `amount_in` for at least `minimum_amount_out`.
    pub fn swap_base_input(
        ctx: Context<Swap>,
        amount_in: u64,
        minimum_amount_out: u64,
    ) -> Result<()> {
        let (held_in, held_out) = ctx.accounts.vaults()?;
        let product = held_out
            .checked_mul(amount_in.into())
            .ok_or(SwapError::Overflow)?;
        let amount_out = (product / (held_in + u128::from(amount_in))) as u64;
        require!(
            amount_out >= minimum_amount_out,
            SwapError::ExceededSlippage
        );
        ctx.accounts
            .swap(amount_in, amount_out, ctx.bumps.authority)
    }

    /// Buys exactly `amount_out` for at most `max_amount_in`.
    pub fn swap_base_output(ctx: Context<Swap>, max_amount_in: u64, amount_out: u64) -> Result<()> {
        let (held_in, held_out) = ctx.accounts.vaults()?;
        let left = held_out
            .checked_sub(amount_out.into())
            .filter(|left| *left > 0);
        let left = left.ok_or(SwapError::ExceededSlippage)?;
        let amount_in = (held_in * u128::from(amount_out)).div_ceil(left) as u64;
        require!(amount_in <= max_amount_in, SwapError::ExceededSlippage);
        ctx.accounts
            .swap(amount_in, amount_out, ctx.bumps.authority)
    }
}

/// The accounts of both swaps, in Raydium's order.
#[derive(Accounts)]
pub struct Swap<'info> {
    /// Who swaps.
    pub payer: Signer<'info>,
    /// Who owns the vaults.
    /// CHECK: its address.
    #[account(seeds = [AUTHORITY_SEED], bump)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: not looked at.
    pub amm_config: UncheckedAccount<'info>,
    /// CHECK: not looked at.
    #[account(mut)]
    pub pool_state: UncheckedAccount<'info>,
    /// CHECK: by the token program.
    #[account(mut)]
    pub input_token_account: UncheckedAccount<'info>,
    /// CHECK: by the token program.
    #[account(mut)]
    pub output_token_account: UncheckedAccount<'info>,
    /// CHECK: by the token program.
    #[account(mut)]
    pub input_vault: UncheckedAccount<'info>,
    /// CHECK: by the token program.
    #[account(mut)]
    pub output_vault: UncheckedAccount<'info>,
    /// CHECK: called.
    pub input_token_program: UncheckedAccount<'info>,
    /// CHECK: called.
    pub output_token_program: UncheckedAccount<'info>,
    /// CHECK: by the token program.
    pub input_token_mint: UncheckedAccount<'info>,
    /// CHECK: by the token program.
    pub output_token_mint: UncheckedAccount<'info>,
    /// CHECK: not looked at.
    #[account(mut)]
    pub observation_state: UncheckedAccount<'info>,
}

impl Swap<'_> {
    /// The balances of both vaults.
    fn vaults(&self) -> Result<(u128, u128)> {
        Ok((
            balance(&self.input_vault)?.into(),
            balance(&self.output_vault)?.into(),
        ))
    }

    fn swap(&self, amount_in: u64, amount_out: u64, bump: u8) -> Result<()> {
        let (from, mint, to) = (
            &self.input_token_account,
            &self.input_token_mint,
            &self.input_vault,
        );
        let pay_in = transfer(
            [from, mint, to, &self.payer],
            &self.input_token_program,
            amount_in,
        )?;
        invoke(
            &pay_in,
            &[
                from.to_account_info(),
                mint.to_account_info(),
                to.to_account_info(),
                self.payer.to_account_info(),
            ],
        )?;
        let (from, mint, to) = (
            &self.output_vault,
            &self.output_token_mint,
            &self.output_token_account,
        );
        let pay_out = transfer(
            [from, mint, to, &self.authority],
            &self.output_token_program,
            amount_out,
        )?;
        let accounts = [
            from.to_account_info(),
            mint.to_account_info(),
            to.to_account_info(),
            self.authority.to_account_info(),
        ];
        Ok(invoke_signed(
            &pay_out,
            &accounts,
            &[&[AUTHORITY_SEED, &[bump]]],
        )?)
    }
}

/// The amount in a token account: eight bytes behind mint and owner.
fn balance(account: &AccountInfo<'_>) -> Result<u64> {
    let data = account.try_borrow_data()?;
    let bytes = data.get(64..).and_then(|rest| rest.first_chunk());
    Ok(u64::from_le_bytes(
        *bytes.ok_or(SwapError::NotATokenAccount)?,
    ))
}

/// A transfer of `[from, mint, to, owner]`.
fn transfer(
    accounts: [&AccountInfo<'_>; 4],
    program: &AccountInfo<'_>,
    amount: u64,
) -> Result<Instruction> {
    let [from, mint, to, owner] = accounts.map(|account| *account.key);
    // The decimals stand behind the mint's authority and supply.
    let decimals = *accounts[1]
        .try_borrow_data()?
        .get(44)
        .ok_or(SwapError::NotATokenAccount)?;
    Ok(Instruction {
        program_id: *program.key,
        accounts: vec![
            AccountMeta::new(from, false),
            AccountMeta::new_readonly(mint, false),
            AccountMeta::new(to, false),
            AccountMeta::new_readonly(owner, true),
        ],
        data: [&[TRANSFER_CHECKED][..], &amount.to_le_bytes(), &[decimals]].concat(),
    })
}

/// Why a swap fails.
#[error_code]
pub enum SwapError {
    /// The price moved too far.
    ExceededSlippage,
    /// An amount is too large.
    Overflow,
    /// An account holds no tokens.
    NotATokenAccount,
}
