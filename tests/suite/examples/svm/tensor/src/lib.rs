//! A stand-in for Tensor's marketplace: the same program id, instruction, accounts, checks and payments. It owns the assets itself, and
//! moves them as Metaplex Core would.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::program::invoke;
use anchor_lang::solana_program::system_instruction;

declare_id!("TCMPhJdwDryooaGtiocG1u3xcYbRpiJzb283XfCZsDp");

/// What the marketplace takes of a price, in hundredths of a percent.
const TAKER_FEE_BPS: u64 = 200;
/// Where the owner stands in an asset: behind the mark of its type.
const OWNER: std::ops::Range<usize> = 1..33;

/// The program's instructions.
#[program]
pub mod marketplace_program {
    use super::*;

    /// Buys a listed asset for at most `max_amount` and the fee.
    pub fn buy_core(ctx: Context<BuyCore>, max_amount: u64) -> Result<()> {
        let accounts = ctx.accounts;
        let amount = accounts.list_state.amount;
        require!(amount <= max_amount, TcompError::PriceMismatch);
        accounts.pay(&accounts.fee_vault, amount * TAKER_FEE_BPS / 10_000)?;
        accounts.pay(&accounts.owner, amount)?;
        let mut asset = accounts.asset.try_borrow_mut_data()?;
        require!(
            asset[OWNER] == accounts.list_state.key().to_bytes(),
            TcompError::NotListed
        );
        asset[OWNER].copy_from_slice(accounts.buyer.key.as_ref());
        Ok(())
    }
}

/// A listing.
#[account]
pub struct ListState {
    /// Who sells.
    pub owner: Pubkey,
    /// For how many lamports.
    pub amount: u64,
    /// Until when.
    pub expiry: i64,
}

/// The accounts of a purchase, in Tensor's order.
#[derive(Accounts)]
pub struct BuyCore<'info> {
    /// CHECK: not looked at.
    #[account(mut)]
    pub fee_vault: UncheckedAccount<'info>,
    /// The listing.
    #[account(
        mut,
        close = rent_destination,
        seeds = [b"list_state", asset.key.as_ref()],
        bump,
        has_one = owner,
        constraint = list_state.expiry >= Clock::get()?.unix_timestamp @ TcompError::ListingExpired,
    )]
    pub list_state: Account<'info, ListState>,
    /// CHECK: its owner.
    #[account(mut)]
    pub asset: UncheckedAccount<'info>,
    /// CHECK: not looked at.
    pub collection: Option<UncheckedAccount<'info>>,
    /// CHECK: gets the asset.
    pub buyer: UncheckedAccount<'info>,
    /// Who pays.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// CHECK: by the listing.
    #[account(mut)]
    pub owner: UncheckedAccount<'info>,
    /// CHECK: not looked at.
    #[account(mut)]
    pub taker_broker: Option<UncheckedAccount<'info>>,
    /// CHECK: not looked at.
    #[account(mut)]
    pub maker_broker: Option<UncheckedAccount<'info>>,
    /// CHECK: the seller paid the rent.
    #[account(mut, address = list_state.owner)]
    pub rent_destination: UncheckedAccount<'info>,
    /// CHECK: not called.
    #[account(address = pubkey!("CoREENxT6tW1HoK8ypY1SxRMZTcVPm7R94rH4PZNhX7d"))]
    pub mpl_core_program: UncheckedAccount<'info>,
    /// CHECK: its address.
    #[account(address = ID)]
    pub marketplace_program: UncheckedAccount<'info>,
    /// What moves lamports.
    pub system_program: Program<'info, System>,
    /// CHECK: not looked at.
    pub cosigner: Option<UncheckedAccount<'info>>,
}

impl<'info> BuyCore<'info> {
    fn pay(&self, to: &AccountInfo<'info>, lamports: u64) -> Result<()> {
        let payment = system_instruction::transfer(self.payer.key, to.key, lamports);
        let accounts = [
            self.payer.to_account_info(),
            to.clone(),
            self.system_program.to_account_info(),
        ];
        Ok(invoke(&payment, &accounts)?)
    }
}

/// Why a purchase fails.
#[error_code]
pub enum TcompError {
    /// The listing asks for more.
    PriceMismatch,
    /// The listing has ended.
    ListingExpired,
    /// The asset is not in the listing's hands.
    NotListed,
}
