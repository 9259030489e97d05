//! One step, written by hand: Execute of `solana_run` in the feature `compensable`.
//!
//! It takes and sends the messages of the emitted participant and calls the same target, with the same checks: that Wormhole's core
//! posted the message, the emitter, what the message is about, the one length it can have, that nothing runs twice, the deadline, every
//! account, and who answered the call. It keeps the receipt, from which the step could be undone. Its accounts are checked by Anchor's
//! own constraints, and all have addresses of their own, so that none can stand in the place of another.
//!
//! What it leaves out: Cancel, and with it the undoing and the tombstone; the refusal of a step whose deadline has passed, so that home
//! would wait for ever; and answering a message that comes again, which it rejects, so that a lost answer must be found at Wormhole.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::{get_return_data, invoke, invoke_signed};
use anchor_lang::solana_program::system_instruction;

mod posted;

use posted::{Posted, Request};

declare_id!("7cz8tmxM4zvXSYcFQbfRvkZUiojVseqPMGTZ2JX5Ceq7");

/// Wormhole's core program.
pub const CORE: Pubkey = pubkey!("worm2ZoG2kUd4vFXhvjh93UUH596ayRfgQ2MgjNMTth");
/// The target and its state.
pub const TARGET: Pubkey = pubkey!("4YRviz3wB9fsTLWQEidMx3VtAz8EJsNoQJyrX6DoPhp7");
pub const TARGET_STATE: Pubkey = pubkey!("66JuqUHifDi78VDrv66V1xmqZ8qwpWxipDN1VH6uQYTP");

/// The target's `run`.
const RUN: [u8; 8] = [1; 8];
/// How an answer says that the step ran.
const EXECUTED: u8 = 4;
/// The core's PostMessage, and the finality asked for.
const POST_MESSAGE: u8 = 1;
const FINALIZED: u8 = 1;
/// Where the bridge's own account holds the fee.
const FEE_OFFSET: usize = 16;

#[program]
pub mod run_by_hand {
    use super::*;

    /// Names home, once, by the program's upgrade authority; `request` is how its requests begin.
    pub fn initialize(
        ctx: Context<Initialize>,
        chain: u16,
        emitter: [u8; 32],
        request: [u8; 12],
    ) -> Result<()> {
        ctx.accounts.config.set_inner(Config {
            chain,
            emitter,
            request,
            authority_bump: ctx.bumps.authority,
            emitter_bump: ctx.bumps.emitter,
            bump: ctx.bumps.config,
        });
        Ok(())
    }

    /// Runs the step for an instance. `vaa_hash` is the hash of the posted message's body, from which its address is derived.
    pub fn execute(ctx: Context<Execute>, _vaa_hash: [u8; 32], instance: [u8; 32]) -> Result<()> {
        let accounts = ctx.accounts;
        let request = accounts.request(instance)?;
        let now = accounts.clock.unix_timestamp;
        require!(
            now >= 0 && now as u64 <= request.deadline,
            ByHandError::Late
        );
        accounts.record.receipt = accounts.run(request.amount)?;
        emit!(Ran { instance });
        accounts.reply(&instance)
    }
}

/// Who the program listens to, and the bumps of its addresses.
#[account]
#[derive(InitSpace)]
pub struct Config {
    pub chain: u16,
    pub emitter: [u8; 32],
    pub request: [u8; 12],
    pub authority_bump: u8,
    pub emitter_bump: u8,
    pub bump: u8,
}

/// It exists once the step has run for an instance.
#[account]
#[derive(InitSpace)]
pub struct Record {
    pub receipt: u64,
}

/// The step ran.
#[event]
pub struct Ran {
    pub instance: [u8; 32],
}

#[derive(Accounts)]
pub struct Initialize<'info> {
    #[account(mut)]
    pub deployer: Signer<'info>,
    #[account(init, payer = deployer, space = 8 + Config::INIT_SPACE, seeds = [b"config"], bump)]
    pub config: Account<'info, Config>,
    /// CHECK: its address.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount<'info>,
    /// CHECK: its address.
    #[account(seeds = [b"emitter"], bump)]
    pub emitter: UncheckedAccount<'info>,
    #[account(constraint = program.programdata_address()? == Some(program_data.key()))]
    pub program: Program<'info, program::RunByHand>,
    #[account(constraint = program_data.upgrade_authority_address == Some(deployer.key()))]
    pub program_data: Account<'info, ProgramData>,
    pub system_program: Program<'info, System>,
}

#[derive(Accounts)]
#[instruction(vaa_hash: [u8; 32], instance: [u8; 32])]
pub struct Execute<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(seeds = [b"config"], bump = config.bump)]
    pub config: Box<Account<'info, Config>>,
    /// CHECK: only the core writes to its accounts, and only verified messages to those at such an address.
    #[account(owner = CORE, seeds = [b"PostedVAA", vaa_hash.as_ref()], bump, seeds::program = CORE)]
    pub posted: UncheckedAccount<'info>,
    #[account(init, payer = payer, space = 8 + Record::INIT_SPACE, seeds = [b"run", instance.as_ref()], bump)]
    pub record: Account<'info, Record>,
    /// CHECK: its owner; the core checks its address.
    #[account(mut, owner = CORE)]
    pub bridge: UncheckedAccount<'info>,
    #[account(mut)]
    pub reply: Signer<'info>,
    /// CHECK: its address.
    #[account(seeds = [b"emitter"], bump = config.emitter_bump)]
    pub emitter: UncheckedAccount<'info>,
    /// CHECK: the core checks its address.
    #[account(mut)]
    pub sequence: UncheckedAccount<'info>,
    /// CHECK: the core checks its address.
    #[account(mut)]
    pub fee_collector: UncheckedAccount<'info>,
    /// CHECK: its address.
    #[account(address = CORE)]
    pub core: UncheckedAccount<'info>,
    pub clock: Sysvar<'info, Clock>,
    pub rent: Sysvar<'info, Rent>,
    pub system_program: Program<'info, System>,
    /// CHECK: its address.
    #[account(address = TARGET)]
    pub target: UncheckedAccount<'info>,
    /// CHECK: its address.
    #[account(mut, address = TARGET_STATE)]
    pub target_state: UncheckedAccount<'info>,
    /// CHECK: its address.
    #[account(seeds = [b"authority"], bump = config.authority_bump)]
    pub authority: UncheckedAccount<'info>,
}

impl Execute<'_> {
    /// What the posted message asks for, which home must have published about this step and instance.
    fn request(&self, instance: [u8; 32]) -> Result<Request> {
        let data = self.posted.try_borrow_data()?;
        let posted = Posted::read(&data).ok_or(ByHandError::NotAMessage)?;
        require!(
            posted.chain == self.config.chain && posted.emitter == self.config.emitter,
            ByHandError::NotHome
        );
        let request = Request::read(posted.payload, &self.config.request);
        let request = request.ok_or(ByHandError::NotARequest)?;
        require!(request.instance == instance, ByHandError::NotARequest);
        Ok(request)
    }

    /// Calls the target with the program's signature, and takes its receipt.
    fn run(&self, amount: u64) -> Result<u64> {
        let call = Instruction {
            program_id: TARGET,
            accounts: vec![
                AccountMeta::new(TARGET_STATE, false),
                AccountMeta::new_readonly(self.authority.key(), true),
            ],
            data: [RUN, amount.to_le_bytes()].concat(),
        };
        let accounts = [
            self.target.to_account_info(),
            self.target_state.to_account_info(),
            self.authority.to_account_info(),
        ];
        let bump = [self.config.authority_bump];
        invoke_signed(&call, &accounts, &[&[b"authority", &bump]])?;
        let (program, receipt) = get_return_data().ok_or(ByHandError::NoReceipt)?;
        require_keys_eq!(program, TARGET, ByHandError::NoReceipt);
        let receipt = receipt.try_into().map_err(|_| ByHandError::NoReceipt)?;
        Ok(u64::from_le_bytes(receipt))
    }

    /// Pays the fee and publishes the answer: the step ran.
    fn reply(&self, instance: &[u8; 32]) -> Result<()> {
        self.pay_fee()?;
        let payload = self.executed(instance);
        let mut data = Vec::with_capacity(10 + payload.len());
        data.push(POST_MESSAGE);
        data.extend_from_slice(&0_u32.to_le_bytes());
        data.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        data.extend_from_slice(&payload);
        data.push(FINALIZED);
        let post = Instruction {
            program_id: CORE,
            accounts: vec![
                AccountMeta::new(self.bridge.key(), false),
                AccountMeta::new(self.reply.key(), true),
                AccountMeta::new_readonly(self.emitter.key(), true),
                AccountMeta::new(self.sequence.key(), false),
                AccountMeta::new(self.payer.key(), true),
                AccountMeta::new(self.fee_collector.key(), false),
                AccountMeta::new_readonly(self.clock.key(), false),
                AccountMeta::new_readonly(self.rent.key(), false),
                AccountMeta::new_readonly(self.system_program.key(), false),
            ],
            data,
        };
        let accounts = [
            self.bridge.to_account_info(),
            self.reply.to_account_info(),
            self.emitter.to_account_info(),
            self.sequence.to_account_info(),
            self.payer.to_account_info(),
            self.fee_collector.to_account_info(),
            self.clock.to_account_info(),
            self.rent.to_account_info(),
            self.system_program.to_account_info(),
        ];
        let bump = [self.config.emitter_bump];
        Ok(invoke_signed(&post, &accounts, &[&[b"emitter", &bump]])?)
    }

    fn pay_fee(&self) -> Result<()> {
        let fee = {
            let data = self.bridge.try_borrow_data()?;
            let fee = data.get(FEE_OFFSET..).and_then(|rest| rest.first_chunk());
            u64::from_le_bytes(*fee.ok_or(ByHandError::NoFee)?)
        };
        if fee == 0 {
            return Ok(());
        }
        let transfer = system_instruction::transfer(self.payer.key, self.fee_collector.key, fee);
        let accounts = [
            self.payer.to_account_info(),
            self.fee_collector.to_account_info(),
        ];
        Ok(invoke(&transfer, &accounts)?)
    }

    /// The answer: version, kind, step and fingerprint, no deadline, and the instance.
    fn executed(&self, instance: &[u8; 32]) -> [u8; 52] {
        let mut message = [0; 52];
        message[..12].copy_from_slice(&self.config.request);
        message[1] = EXECUTED;
        message[20..].copy_from_slice(instance);
        message
    }
}

#[error_code]
pub enum ByHandError {
    #[msg("the account holds no message")]
    NotAMessage,
    #[msg("home has not published the message")]
    NotHome,
    #[msg("the message does not ask for this step of this instance")]
    NotARequest,
    #[msg("the deadline has passed")]
    Late,
    #[msg("the target gave no receipt")]
    NoReceipt,
    #[msg("the bridge tells no fee")]
    NoFee,
}
