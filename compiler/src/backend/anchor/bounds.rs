//! How much of a transaction an instruction takes, so that none is emitted that nobody could send.

use serde::Serialize;

use super::Target;
use super::entrance::Entrance;
use super::instruction::{Account, Instruction};
use super::keys::Key;
use super::places::{INSTANCE_SIZE, NONCE_SIZE};
use super::plan::DISCRIMINATOR_SIZE;
use super::types::borsh_size;
use crate::ir::{HandlerData, InstData};

/// The most bytes of a transaction: what is left of IPv6's least packet after headers; from the Solana documentation,
/// `PACKET_DATA_SIZE`.
pub(super) const MAX_BYTES: usize = 1_232;

/// The most accounts of a transaction; from the Solana documentation, `MAX_TX_ACCOUNT_LOCKS`.
pub(super) const MAX_LOCKS: usize = 64;

/// The most compute units of a transaction; from the Solana documentation, `MAX_COMPUTE_UNIT_LIMIT`.
const MAX_COMPUTE_UNITS: u64 = 1_400_000;

/// Compute units for everything around the calls but deriving their keys: several times what the tests measure.
const AROUND_CALLS: u64 = 200_000;

/// Compute units for each message beside the first.
const MESSAGE: u64 = 60_000;

/// Compute units for each derivation, which tries bump after bump at 1,500 each: as good as never more than twenty.
const DERIVATION: u64 = 30_000;

/// The key of the program whose instruction asks for compute units.
const COMPUTE_BUDGET: &str = "ComputeBudget111111111111111111111111111111";

/// The data of that instruction: a number for what is asked for, and how much.
const COMPUTE_BUDGET_DATA: usize = 1 + 4;

/// The most that a transaction with one instruction takes, and one before it that asks for compute units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bounds {
    pub(super) bytes: usize,
    pub(super) locks: usize,
}

impl Bounds {
    /// The bounds of an instruction with these accounts and so many bytes of data.
    pub(super) fn of(target: &Target<'_>, accounts: &[Account], data: usize) -> Self {
        let programs = [target.id(), super::accounts::well_known(COMPUTE_BUDGET)].map(Key::fixed);
        let keys = accounts.iter().map(|account| &account.key).chain(&programs);
        let signers = accounts.iter().filter(|account| account.signer);
        let signers = signers.map(|account| &account.key);
        Self::with(count(signers), count(keys), accounts.len(), data)
    }

    /// The signatures, the header, every key once, the blockhash, and two instructions; all lists have their lengths in front, in a byte
    /// for every seven bits. From the Solana documentation, the legacy format.
    fn with(signers: usize, keys: usize, accounts: usize, data: usize) -> Self {
        let list = |length: usize, size: usize| {
            (1 + usize::from(length > 0x7f)).saturating_add(length.saturating_mul(size))
        };
        let (header, blockhash) = (3, 32);
        let budget = 1 + list(0, 1) + list(COMPUTE_BUDGET_DATA, 1);
        let instruction = (1 + list(accounts, 1)).saturating_add(list(data, 1));
        let message =
            (header + list(keys, 32) + blockhash + 1 + budget).saturating_add(instruction);
        Self {
            bytes: list(signers, 64).saturating_add(message),
            locks: keys,
        }
    }

    /// Whether such a transaction can be sent.
    pub(super) fn fit(self) -> bool {
        self.bytes <= MAX_BYTES && self.locks <= MAX_LOCKS
    }

    /// Whether the transactions of a handler of a participant can be sent even if none of its accounts is there twice.
    pub(super) fn surely_fit(handler: &HandlerData) -> bool {
        let calls = handler.body.insts.values().map(|inst| match inst {
            InstData::Call { call, .. } => {
                // Each takes its program beside its accounts.
                let calls = call.with_fundings();
                calls.map(|call| 1 + call.binding.accounts().len()).sum()
            }
            _ => 0,
        });
        let accounts = super::accounts::DELIVERY.len() + calls.sum::<usize>();
        Self::with(
            2,
            accounts + 2,
            accounts,
            DISCRIMINATOR_SIZE + INSTANCE_SIZE,
        )
        .fit()
    }

    /// The compute units to ask for, when the source grants so many to calls that take accounts with these keys, and so many messages
    /// are sent.
    pub(super) fn compute_units<'k>(
        calls: u64,
        messages: u32,
        keys: impl Iterator<Item = &'k Key>,
    ) -> u32 {
        let derivations = keys.map(Key::derivations);
        let messages = u64::from(messages.saturating_sub(1)) * MESSAGE;
        let around = AROUND_CALLS + messages + derivations.sum::<u64>() * DERIVATION;
        calls.saturating_add(around).min(MAX_COMPUTE_UNITS) as u32
    }
}

impl Instruction {
    /// The bounds of its transactions.
    pub(super) fn bounds(&self, target: &Target<'_>) -> Bounds {
        Bounds::of(target, &self.accounts(target), self.data_size(target))
    }

    /// The most bytes of its data.
    fn data_size(&self, target: &Target<'_>) -> usize {
        let arguments = match self.entrance {
            Entrance::Opening => {
                let declarations = &target.input.program.declarations;
                let inputs = target.workflow().inputs.iter();
                let sizes = inputs.map(|input| borsh_size(declarations, &input.ty));
                let inputs = sizes.fold(0_u64, u64::saturating_add);
                usize::try_from(inputs.saturating_add(u64::from(NONCE_SIZE))).unwrap_or(usize::MAX)
            }
            entrance if entrance.takes_instance() => INSTANCE_SIZE,
            _ => 0,
        };
        DISCRIMINATOR_SIZE.saturating_add(arguments)
    }
}

/// How many different keys there are at most. Every new one is another.
fn count<'k>(keys: impl Iterator<Item = &'k Key>) -> usize {
    let mut seen: Vec<&Key> = Vec::new();
    keys.for_each(|key| {
        if *key == Key::New || !seen.contains(&key) {
            seen.push(key);
        }
    });
    seen.len()
}
