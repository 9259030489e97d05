//! An Anchor program that uses what emitted programs use, to show that the toolchain gets it right.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
use anchor_lang::solana_program::program::invoke_signed;

declare_id!("DZTCUHLWpBhicmApyhuPTwtbuZarh5uRpQe1KdkPzF32");

/// Wormhole's core program on mainnet.
pub const CORE: Pubkey = pubkey!("worm2ZoG2kUd4vFXhvjh93UUH596ayRfgQ2MgjNMTth");

/// The program's instructions.
#[program]
pub mod probe {
    use super::*;

    /// Creates an entry at an address derived from its label.
    pub fn open(ctx: Context<Open>, label: String, amounts: Vec<u64>, debt: i128) -> Result<()> {
        require!(!amounts.is_empty(), ProbeError::NoAmounts);
        let total = amounts.iter().sum();
        ctx.accounts.entry.set_inner(Entry {
            owner: ctx.accounts.owner.key(),
            label,
            amounts,
            debt,
        });
        emit!(Opened {
            entry: ctx.accounts.entry.key(),
            total
        });
        Ok(())
    }

    /// Calculates in 128 bits, over a call with more arguments than there are registers.
    pub fn calculate(_ctx: Context<Calculate>, a: i128, b: i128, c: u128, d: u128) -> Result<()> {
        emit!(Calculated {
            product: a.checked_mul(b).ok_or(ProbeError::Overflow)?,
            quotient: a.checked_div(b).ok_or(ProbeError::Overflow)?,
            remainder: c.checked_rem(d).ok_or(ProbeError::Overflow)?,
            ratio: c.checked_div(d).ok_or(ProbeError::Overflow)?,
            mixed: mix(1, c as u64, d as u64, a as u64, b as u64, 6, [7; 40]),
            rest: a.checked_rem(b).ok_or(ProbeError::Overflow)?,
            shifted: (a >> (c as u32 % 128)) ^ (b << (d as u32 % 128)),
            power: c.wrapping_mul(d) << (a as u32 % 128) >> (b as u32 % 128),
        });
        Ok(())
    }

    /// Adds without asking, so that the overflow check must stop it.
    pub fn add(_ctx: Context<Calculate>, a: u64, b: u64) -> Result<()> {
        emit!(Added { sum: a + b });
        Ok(())
    }

    /// Publishes a message by the program's own emitter.
    pub fn say(ctx: Context<Say>, payload: Vec<u8>) -> Result<()> {
        let accounts = &ctx.accounts;
        let mut data = vec![1];
        data.extend_from_slice(&7_u32.to_le_bytes());
        data.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        data.extend_from_slice(&payload);
        data.push(1);
        let metas = vec![
            AccountMeta::new(accounts.bridge.key(), false),
            AccountMeta::new(accounts.message.key(), true),
            AccountMeta::new_readonly(accounts.emitter.key(), true),
            AccountMeta::new(accounts.sequence.key(), false),
            AccountMeta::new(accounts.payer.key(), true),
            AccountMeta::new(accounts.fee_collector.key(), false),
            AccountMeta::new_readonly(accounts.clock.key(), false),
            AccountMeta::new_readonly(accounts.rent.key(), false),
            AccountMeta::new_readonly(accounts.system_program.key(), false),
        ];
        let instruction = Instruction {
            program_id: CORE,
            accounts: metas,
            data,
        };
        let signer: &[&[u8]] = &[b"emitter", &[ctx.bumps.emitter]];
        invoke_signed(&instruction, &ctx.accounts.to_account_infos(), &[signer])?;
        Ok(())
    }
}

#[inline(never)]
fn mix(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: [u8; 40]) -> u64 {
    let tail: u64 = g.iter().map(|byte| u64::from(*byte)).sum();
    [a, b, c, d, e, f, tail]
        .iter()
        .fold(0, |sum, part| sum.wrapping_mul(31).wrapping_add(*part))
}

/// The accounts of `open`.
#[derive(Accounts)]
#[instruction(label: String, amounts: Vec<u64>)]
pub struct Open<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(
        init,
        payer = owner,
        space = 8 + 32 + 4 + label.len() + 4 + 8 * amounts.len() + 16,
        seeds = [b"entry", owner.key().as_ref(), label.as_bytes()],
        bump,
    )]
    pub entry: Account<'info, Entry>,
    pub system_program: Program<'info, System>,
}

/// The accounts of `calculate` and `add`.
#[derive(Accounts)]
pub struct Calculate<'info> {
    pub caller: Signer<'info>,
}

/// The accounts of `say`.
#[derive(Accounts)]
pub struct Say<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(mut)]
    pub message: Signer<'info>,
    /// CHECK: a signing address and nothing else.
    #[account(seeds = [b"emitter"], bump)]
    pub emitter: UncheckedAccount<'info>,
    /// CHECK: the core checks it.
    #[account(mut)]
    pub bridge: UncheckedAccount<'info>,
    /// CHECK: the core checks it.
    #[account(mut)]
    pub sequence: UncheckedAccount<'info>,
    /// CHECK: the core checks it.
    #[account(mut)]
    pub fee_collector: UncheckedAccount<'info>,
    /// CHECK: the only program that is called.
    #[account(address = CORE)]
    pub core: UncheckedAccount<'info>,
    pub clock: Sysvar<'info, Clock>,
    pub rent: Sysvar<'info, Rent>,
    pub system_program: Program<'info, System>,
}

/// An entry.
#[account]
pub struct Entry {
    pub owner: Pubkey,
    pub label: String,
    pub amounts: Vec<u64>,
    pub debt: i128,
}

/// An entry was created.
#[event]
pub struct Opened {
    pub entry: Pubkey,
    pub total: u64,
}

/// What `calculate` found.
#[event]
pub struct Calculated {
    pub product: i128,
    pub quotient: i128,
    pub remainder: u128,
    pub ratio: u128,
    pub mixed: u64,
    pub rest: i128,
    pub shifted: i128,
    pub power: u128,
}

/// What `add` found.
#[event]
pub struct Added {
    pub sum: u64,
}

/// Why an instruction was refused.
#[error_code]
pub enum ProbeError {
    #[msg("an entry needs amounts")]
    NoAmounts,
    #[msg("the result does not fit")]
    Overflow,
}
