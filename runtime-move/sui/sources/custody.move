// SPDX-License-Identifier: MIT OR Apache-2.0

/// Takes coins into what a coordinator holds, and gives what it owes.
///
/// All that instances hold of one type of coin is one balance in the coordinator's object. Balances can be neither copied
/// nor dropped, and no function of an emitted package gives one out, so that coins leave by `give` and `withdraw` alone.
module xcc_runtime::custody;

use sui::{balance::Balance, coin::{Self, Coin}};

/// The coin is of more or less than what is to be taken.
const EWrongAmount: u64 = 41;

/// Takes a coin of exactly this amount.
public fun take<T>(held: &mut Balance<T>, coin: Coin<T>, amount: u64) {
    assert!(coin.value() == amount, EWrongAmount);
    held.join(coin.into_balance());
}

/// Hands out a balance of exactly this amount, for a target that takes it.
public fun withdraw<T>(held: &mut Balance<T>, amount: u64): Balance<T> {
    held.split(amount)
}

/// Gives a new coin of exactly this amount to an account, which cannot refuse it.
public fun give<T>(held: &mut Balance<T>, to: address, amount: u64, ctx: &mut TxContext) {
    let coin = coin::take(held, amount, ctx);
    transfer::public_transfer(coin, to);
}
