//! Token accounts on Solana, as SPL Token keeps them.

use std::collections::BTreeMap;

use solana_account::Account;
use xcc_tests::svm::{Address, Svm};

/// Bytes of SPL Token's account of a holder.
const HOLDER_SIZE: usize = 165;

pub(crate) const TOKEN: Address =
    solana_address::address!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
const ATA: Address = solana_address::address!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
pub(crate) const USDC_MINT: Address =
    solana_address::address!("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");

pub(crate) fn associated(owner: &Address, mint: &Address) -> Address {
    Address::find_program_address(&[owner.as_ref(), TOKEN.as_ref(), mint.as_ref()], &ATA).0
}

pub(crate) fn account(owner: Address, data: Vec<u8>) -> Account {
    Account {
        lamports: 10_000_000,
        data,
        owner,
        executable: false,
        rent_epoch: u64::MAX,
    }
}

/// SPL Token's mint: an optional authority, supply, decimals, initialized, an optional freezer.
pub(crate) fn mint_account(decimals: u8) -> Account {
    let supply = u64::MAX.to_le_bytes();
    account(
        TOKEN,
        [&[0; 36][..], &supply, &[decimals, 1], &[0; 36]].concat(),
    )
}

/// SPL Token's account: mint, owner, amount, no delegate, initialized, not native, nothing delegated, no closer.
pub(crate) fn token_account(mint: &Address, owner: &Address, amount: u64) -> Account {
    let amount = amount.to_le_bytes();
    account(
        TOKEN,
        [
            mint.as_ref(),
            owner.as_ref(),
            &amount,
            &[0; 36],
            &[1],
            &[0; 56],
        ]
        .concat(),
    )
}

/// The same, of which a delegate may move so much.
pub(crate) fn delegating_account(
    (mint, owner): (&Address, &Address),
    amount: u64,
    (delegate, delegated): (&Address, u64),
) -> Account {
    let mut account = token_account(mint, owner, amount);
    account.data[72] = 1;
    account.data[76..108].copy_from_slice(delegate.as_ref());
    account.data[121..129].copy_from_slice(&delegated.to_le_bytes());
    account
}

/// The amount in a token account.
pub(crate) fn held(svm: &Svm, place: &Address) -> u64 {
    let data = svm.account(place).expect("the account is there").data;
    u64::from_le_bytes(*data[64..].first_chunk().expect("an amount"))
}

/// What all token accounts on Solana hold, by mint.
pub(crate) fn tokens(svm: &mut Svm) -> BTreeMap<Address, u64> {
    let accounts = svm.owned_by(&TOKEN);
    let mut sums = BTreeMap::new();
    let is_holder = |account: &&Account| account.data.len() == HOLDER_SIZE;
    for account in accounts.values().filter(is_holder) {
        let (mint, rest) = account.data.split_at(32);
        let mint = Address::try_from(mint).expect("a mint's key");
        let amount = rest[32..].first_chunk().expect("an amount");
        *sums.entry(mint).or_default() += u64::from_le_bytes(*amount);
    }
    sums
}
