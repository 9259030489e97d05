//! The adapter to Wormhole's core bridge on Solana.
//!
//! Its accounts and instructions, from `solana/bridge/program` of the Wormhole repository:
//! - a signed message that anyone posted is an account of the core at `["PostedVAA", keccak256(body)]`: the bytes `vaa`, then in
//!   Borsh `u8 version, u8 consistency, u32 time, Pubkey signatures, u32 posted, u32 nonce, u64 sequence, u16 chain,
//!   [u8; 32] emitter, Vec<u8> payload`;
//! - the body that guardians sign is `time ‖ nonce ‖ chain ‖ emitter ‖ sequence ‖ consistency ‖ payload`, big-endian;
//! - the bridge's own account holds `u32 guardian set, u64 lamports, u32 expiration, u64 fee`;
//! - instruction 1, PostMessage, takes `u32 nonce, Vec<u8> payload, u8 consistency` and the accounts of [`Outbox`] in their order.
//!   The message account signs and must be fresh, so each delivery brings a new key for it.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::{invoke, invoke_signed};
use anchor_lang::solana_program::system_instruction;

use crate::codec::Writer;
use crate::error::XccError;
use crate::header::{Header, MessageKind};
use crate::wiring::Peer;
use crate::EMITTER_SEED;

const POSTED_PREFIX: &[u8; 3] = b"vaa";
const POSTED_SEED: &[u8] = b"PostedVAA";
const POST_MESSAGE: u8 = 1;
const FINALIZED: u8 = 1;
const FEE_OFFSET: usize = 16;

/// Which messages an instruction takes.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Wormhole's core program.
    pub core: &'a Pubkey,
    /// Who must have published it.
    pub peer: &'a Peer,
    /// The workflow's fingerprint.
    pub fingerprint: &'a [u8; 32],
    /// What it must say.
    pub kind: MessageKind,
    /// The step it must be about.
    pub step: u16,
}

/// An authentic message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Its header.
    pub header: Header,
    /// Its body, not decoded yet.
    pub body: Vec<u8>,
}

/// The accounts of the core's PostMessage, in its order, and the core itself.
#[derive(Clone, Copy, Debug)]
pub struct Outbox<'a, 'info> {
    /// The bridge's own account, which holds the fee.
    pub bridge: &'a AccountInfo<'info>,
    /// A fresh account that signs, for the message.
    pub message: &'a AccountInfo<'info>,
    /// The address the program publishes from.
    pub emitter: &'a AccountInfo<'info>,
    /// The emitter's counter.
    pub sequence: &'a AccountInfo<'info>,
    /// Who pays for the message account and the fee.
    pub payer: &'a AccountInfo<'info>,
    /// Who the fee goes to.
    pub fee_collector: &'a AccountInfo<'info>,
    /// The clock sysvar.
    pub clock: &'a AccountInfo<'info>,
    /// The rent sysvar.
    pub rent: &'a AccountInfo<'info>,
    /// The system program.
    pub system_program: &'a AccountInfo<'info>,
    /// Wormhole's core program, whose key is checked.
    pub core: &'a AccountInfo<'info>,
}

/// What is needed of a posted message.
struct Posted<'a> {
    peer: Peer,
    body_hash: [u8; 32],
    payload: &'a [u8],
}

impl Expected<'_> {
    /// Reads a posted message and checks that it is authentic and meant for this instruction.
    ///
    /// # Errors
    ///
    /// [`XccError::NotPosted`], [`XccError::WrongEmitter`], [`XccError::WrongHeader`] or [`XccError::WrongMessage`].
    #[inline(never)]
    pub fn receive(&self, account: &AccountInfo<'_>) -> Result<Box<Delivered>> {
        require_keys_eq!(*account.owner, *self.core, XccError::NotPosted);
        let data = account.try_borrow_data()?;
        let posted = read_posted(&data).ok_or_else(|| error!(XccError::NotPosted))?;
        let (address, _) =
            Pubkey::find_program_address(&[POSTED_SEED, &posted.body_hash], self.core);
        require_keys_eq!(*account.key, address, XccError::NotPosted);
        require!(posted.peer == *self.peer, XccError::WrongEmitter);

        let (header, body) = Header::decode(posted.payload)?;
        let is_meant = header.kind == self.kind && header.step == self.step;
        require!(
            is_meant && self.fingerprint.starts_with(&header.fingerprint),
            XccError::WrongMessage
        );
        Ok(Box::new(Delivered {
            header,
            body: body.to_vec(),
        }))
    }
}

impl Outbox<'_, '_> {
    /// Publishes a message from the program's emitter, final before guardians sign it, and pays the fee.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongAccount`] if the bridge's account is not the core's. What the core refuses fails the transaction.
    #[inline(never)]
    pub fn publish(&self, payload: &[u8], emitter_bump: u8) -> Result<()> {
        self.pay_fee()?;
        let instruction = Instruction {
            program_id: *self.core.key,
            accounts: self.metas(),
            data: post_message_data(payload),
        };
        let accounts = [
            self.bridge.clone(),
            self.message.clone(),
            self.emitter.clone(),
            self.sequence.clone(),
            self.payer.clone(),
            self.fee_collector.clone(),
            self.clock.clone(),
            self.rent.clone(),
            self.system_program.clone(),
        ];
        Ok(invoke_signed(
            &instruction,
            &accounts,
            &[&[EMITTER_SEED, &[emitter_bump]]],
        )?)
    }

    fn metas(&self) -> Vec<AccountMeta> {
        vec![
            AccountMeta::new(*self.bridge.key, false),
            AccountMeta::new(*self.message.key, true),
            AccountMeta::new_readonly(*self.emitter.key, true),
            AccountMeta::new(*self.sequence.key, false),
            AccountMeta::new(*self.payer.key, true),
            AccountMeta::new(*self.fee_collector.key, false),
            AccountMeta::new_readonly(*self.clock.key, false),
            AccountMeta::new_readonly(*self.rent.key, false),
            AccountMeta::new_readonly(*self.system_program.key, false),
        ]
    }

    /// The core only looks whether its collector has grown by the fee, so the fee goes there before.
    #[inline(never)]
    fn pay_fee(&self) -> Result<()> {
        require_keys_eq!(*self.bridge.owner, *self.core.key, XccError::WrongAccount);
        let fee = {
            let data = self.bridge.try_borrow_data()?;
            let bytes = data.get(FEE_OFFSET..).and_then(|rest| rest.first_chunk());
            u64::from_le_bytes(*bytes.ok_or_else(|| error!(XccError::WrongAccount))?)
        };
        if fee == 0 {
            return Ok(());
        }
        let transfer = system_instruction::transfer(self.payer.key, self.fee_collector.key, fee);
        Ok(invoke(
            &transfer,
            &[self.payer.clone(), self.fee_collector.clone()],
        )?)
    }
}

/// Reads the account of a posted message: nothing missing, nothing left over.
fn read_posted(data: &[u8]) -> Option<Posted<'_>> {
    let rest = data.strip_prefix(POSTED_PREFIX)?;
    let (_version, rest) = rest.split_first()?;
    let (consistency, rest) = rest.split_first()?;
    let (time, rest) = rest.split_first_chunk()?;
    let (_signatures, rest) = rest.split_first_chunk::<32>()?;
    let (_posted, rest) = rest.split_first_chunk::<4>()?;
    let (nonce, rest) = rest.split_first_chunk()?;
    let (sequence, rest) = rest.split_first_chunk()?;
    let (chain, rest) = rest.split_first_chunk()?;
    let (emitter, rest) = rest.split_first_chunk()?;
    let (length, payload) = rest.split_first_chunk()?;
    if u32::from_le_bytes(*length) as usize != payload.len() {
        return None;
    }
    let peer = Peer {
        chain: u16::from_le_bytes(*chain),
        emitter: *emitter,
    };
    let body_hash = solana_keccak_hasher::hashv(&[
        &u32::from_le_bytes(*time).to_be_bytes(),
        &u32::from_le_bytes(*nonce).to_be_bytes(),
        &peer.chain.to_be_bytes(),
        &peer.emitter,
        &u64::from_le_bytes(*sequence).to_be_bytes(),
        &[*consistency],
        payload,
    ]);
    Some(Posted {
        peer,
        body_hash: body_hash.to_bytes(),
        payload,
    })
}

fn post_message_data(payload: &[u8]) -> Vec<u8> {
    let mut data = Writer::new();
    data.u8(POST_MESSAGE);
    data.fixed(&0u32.to_le_bytes());
    data.fixed(&(payload.len() as u32).to_le_bytes());
    data.fixed(payload);
    data.u8(FINALIZED);
    data.finish()
}
