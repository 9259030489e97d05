//! Wrong accounts: every account of a transaction, in every way that an attacker or an accident may have it wrong.

use std::collections::BTreeMap;

use solana_account::Account;
use solana_signer::Signer;

use super::{Plan, Prepared};
use crate::svm::{AccountMeta, Address, Keypair, Svm};

/// What somebody has who pays for transactions alone, in lamports.
const RICHES: u64 = 1_000_000_000;

/// What is wrong with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// The account after it is there twice.
    Next,
    /// The first account is there twice.
    First,
    /// It is at a key of which the chain knows nothing.
    Stranger,
    /// It has the same owner and the same data, at another address.
    Copy,
    /// It is another account of the same owner.
    Other,
    /// It is at the right address, and somebody else's.
    Owner,
    /// It does not sign.
    Unsigned,
    /// It may not be changed.
    ReadOnly,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 9] = [
        Fault::Missing,
        Fault::Next,
        Fault::First,
        Fault::Stranger,
        Fault::Copy,
        Fault::Other,
        Fault::Owner,
        Fault::Unsigned,
        Fault::ReadOnly,
    ];

    /// Makes it so, unless it is so already or cannot be.
    fn apply(self, svm: &mut Svm, accounts: &mut Vec<AccountMeta>, slot: usize) -> Option<()> {
        let key = accounts[slot].pubkey;
        let account = svm.account(&key).filter(|account| !account.executable);
        let other = match self {
            Fault::Missing => {
                accounts.remove(slot);
                return Some(());
            }
            Fault::Unsigned => return Some(()).filter(|()| take(&mut accounts[slot].is_signer)),
            Fault::ReadOnly => return Some(()).filter(|()| take(&mut accounts[slot].is_writable)),
            Fault::Owner => {
                let owner = Keypair::new().pubkey();
                svm.set_account(key, Account { owner, ..account? });
                return Some(());
            }
            Fault::Next => accounts.get(slot + 1)?.pubkey,
            Fault::First => accounts.first()?.pubkey,
            Fault::Stranger => Keypair::new().pubkey(),
            Fault::Copy => {
                let copy = Keypair::new().pubkey();
                svm.set_account(copy, account?);
                copy
            }
            Fault::Other => other(svm, &account?.owner, accounts)?,
        };
        accounts[slot].pubkey = other;
        (other != key).then_some(())
    }
}

/// Takes a flag away, and says whether it was there.
fn take(flag: &mut bool) -> bool {
    std::mem::replace(flag, false)
}

/// An account of an owner that is not in the transaction.
fn other(svm: &Svm, owner: &Address, accounts: &[AccountMeta]) -> Option<Address> {
    let is_there = |key: &Address| accounts.iter().any(|account| account.pubkey == *key);
    let mut owned = svm.owned_by(owner).into_keys();
    owned.find(|key| !is_there(key))
}

/// Tries every fault of every account of a transaction, which goes through as it is, paid by somebody who is nobody in it; and gives those
/// with which it still does, by the account's name. The chain has to be credulous: whoever is named as a signer has signed.
///
/// # Panics
/// When the transaction does not go through as it is, or one that fails changes something.
#[must_use]
pub fn harmless(
    svm: &Svm,
    plan: &Plan,
    prepared: &Prepared,
    send: &dyn Fn(&mut Svm, &Prepared) -> bool,
) -> Vec<(String, Fault)> {
    let nobody = Keypair::new().pubkey();
    let mut svm = svm.clone();
    svm.airdrop(&nobody, RICHES);
    let paid_by_nobody = || Prepared {
        payer: nobody,
        ..prepared.with_units(prepared.compute_units)
    };
    let mut now = svm.clone();
    assert!(send(&mut now, &paid_by_nobody()), "{}", prepared.name);
    let accounts = &prepared.instruction(plan).accounts;
    let mut harmless = Vec::new();
    for (slot, account) in accounts.iter().enumerate() {
        for fault in Fault::ALL {
            let (mut now, mut faulty) = (svm.clone(), paid_by_nobody());
            let applied = fault.apply(&mut now, &mut faulty.call.accounts, slot);
            if applied.is_none() {
                continue;
            }
            let before = state(&now, plan, &faulty);
            if send(&mut now, &faulty) {
                harmless.push((account.name.clone(), fault));
                continue;
            }
            let after = state(&now, plan, &faulty);
            let name = &prepared.name;
            assert_eq!(after, before, "{fault:?} of {} in {name}", account.name);
        }
    }
    harmless
}

/// What a transaction could change: everything that the program owns, and all its accounts but that of the payer of its fee.
fn state(svm: &Svm, plan: &Plan, prepared: &Prepared) -> BTreeMap<Address, Account> {
    let mut state = svm.owned_by(&plan.program);
    let accounts = prepared.call.accounts.iter().map(|account| account.pubkey);
    let known = accounts.filter_map(|key| Some((key, svm.account(&key)?)));
    state.extend(known);
    state.remove(&prepared.payer);
    state
}
