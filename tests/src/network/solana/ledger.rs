//! Who paid what for a transaction: every lamport is accounted for, by what the plan says and what was published.

use std::collections::{BTreeMap, BTreeSet};

use super::SolanaChain;
use crate::delivery_plan::{Created, Instruction, Prepared};
use crate::network::Observed;
use crate::svm::Address;
use crate::vaa::Vaa;
use solana_signer::Signer;

/// What the chain takes for a signature, in lamports; from the Solana documentation.
const SIGNATURE_FEE: u64 = 5_000;

/// What Wormhole's account of a message holds beside it; `solana/bridge/program` of the Wormhole repository, `PostedMessageData`.
const POSTED_OVERHEAD: usize = 95;

/// The accounts of a transaction before it is sent, and what they must have afterwards.
pub(super) struct Ledger<'p> {
    prepared: &'p Prepared,
    instruction: Instruction,
    before: BTreeMap<Address, u64>,
    /// What the chain takes, whatever comes of it.
    chain_fee: u64,
    /// What Wormhole takes for a message.
    message_fee: u64,
}

impl<'p> Ledger<'p> {
    pub(super) fn open(chain: &SolanaChain, prepared: &'p Prepared) -> Self {
        let (accounts, _) = prepared.extent();
        let instruction = prepared.instruction(&chain.plan).clone();
        let balance = |key: Address| (key, chain.svm.balance(&key));
        Self {
            prepared,
            before: accounts.into_iter().map(balance).collect(),
            chain_fee: SIGNATURE_FEE * prepared.signatures(),
            message_fee: message_fee(chain),
            instruction,
        }
    }

    /// Demands that everyone has what they must have.
    #[track_caller]
    pub(super) fn close(&self, chain: &SolanaChain, observed: &Observed) {
        let mut expected = self.before.clone();
        *self.entry(&mut expected, self.prepared.payer) -= self.chain_fee;
        if let Observed::Done { published, .. } = observed {
            self.settle(chain, published, &mut expected);
        }
        let of_calls = self.of_calls();
        let name = &self.instruction.name;
        let (mut had, mut have) = (0, 0);
        for (key, expected) in expected {
            let found = chain.svm.balance(&key);
            if of_calls.contains(&key) {
                had += expected;
                have += found;
            } else {
                assert_eq!(found, expected, "the lamports of {key} after {name}");
            }
        }
        assert_eq!(have, had, "the lamports of what {name} calls");
    }

    /// The accounts that are there for calls alone. What targets pay each other is theirs; together they have what they had.
    fn of_calls(&self) -> BTreeSet<Address> {
        let is_created = |name: &str| {
            let mut created = self.instruction.creates.iter();
            created.any(|created| created.account == name)
        };
        let keys = self.prepared.call.accounts.iter();
        let accounts = self.instruction.accounts.iter().zip(keys);
        let (of_calls, own): (Vec<_>, Vec<_>) = accounts.partition(|(account, _)| {
            self.instruction.does != "wire"
                && !account.name.contains('.')
                && !is_created(&account.name)
        });
        let own: BTreeSet<_> = own.into_iter().map(|(_, meta)| meta.pubkey).collect();
        let of_calls = of_calls.into_iter().map(|(_, meta)| meta.pubkey);
        of_calls.filter(|key| !own.contains(key)).collect()
    }

    /// What a transaction that went through moves: rent for what it created, and the fee of each message.
    fn settle(
        &self,
        chain: &SolanaChain,
        published: &[Vaa],
        expected: &mut BTreeMap<Address, u64>,
    ) {
        let payer = self.prepared.payer;
        for created in &self.instruction.creates {
            let place = self.place(&created.account);
            let Some(space) = self.space(created, published) else {
                continue;
            };
            let key = self.prepared.call.accounts[place].pubkey;
            let missing = chain.svm.rent(space).saturating_sub(self.before[&key]);
            *self.entry(expected, key) += missing;
            *self.entry(expected, payer) -= missing;
        }
        let fees = self.message_fee * published.len() as u64;
        if fees > 0 {
            let collector = self.key("fee_collector");
            *self.entry(expected, collector) += fees;
            *self.entry(expected, payer) -= fees;
        }
    }

    /// How large an account is that the transaction created if it was not there. A message's is as large as what it says.
    #[track_caller]
    fn space(&self, created: &Created, published: &[Vaa]) -> Option<usize> {
        let (_, name) = created
            .account
            .rsplit_once('.')
            .unwrap_or(("", &created.account));
        match name {
            "record" => Some(created.space),
            "sequence" => (!published.is_empty()).then_some(created.space),
            _ => {
                let size = POSTED_OVERHEAD + published.get(self.message(created))?.payload.len();
                assert!(size <= created.space, "a message of {size} bytes");
                Some(size)
            }
        }
    }

    /// Which of the messages is published from an account: the new accounts are used in their order.
    #[track_caller]
    fn message(&self, created: &Created) -> usize {
        let key = self.prepared.call.accounts[self.place(&created.account)].pubkey;
        let mut new = self.prepared.new.iter();
        let place = new.position(|new| new.pubkey() == key);
        place.unwrap_or_else(|| panic!("nobody knows when `{}` is created", created.account))
    }

    fn key(&self, name: &str) -> Address {
        let place = self.instruction.standing(name);
        let place = place.unwrap_or_else(|| panic!("no account `{name}`"));
        self.prepared.call.accounts[place].pubkey
    }

    fn place(&self, name: &str) -> usize {
        let mut accounts = self.instruction.accounts.iter();
        let place = accounts.position(|account| account.name == name);
        place.unwrap_or_else(|| panic!("no account `{name}`"))
    }

    #[track_caller]
    fn entry<'e>(&self, balances: &'e mut BTreeMap<Address, u64>, key: Address) -> &'e mut u64 {
        let entry = balances.get_mut(&key);
        entry.unwrap_or_else(|| panic!("{key} is not in the transaction"))
    }
}

/// What Wormhole takes for a message, where the plan says it stands.
fn message_fee(chain: &SolanaChain) -> u64 {
    let fee = &chain.plan.transport.fee;
    let deliveries = chain.plan.instructions.iter();
    let account = deliveries
        .flat_map(|instruction| &instruction.accounts)
        .find(|account| account.name == fee.account);
    // A program that sends nothing needs to know of no fee.
    let Some(account) = account else { return 0 };
    let bridge = chain.plan.fixed(account);
    let data = chain
        .svm
        .account(&bridge)
        .expect("the core is initialized")
        .data;
    let bytes = &data[fee.offset..fee.offset + fee.size];
    u64::from_le_bytes(bytes.try_into().expect("lamports have eight bytes"))
}
