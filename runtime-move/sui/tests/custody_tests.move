// SPDX-License-Identifier: MIT OR Apache-2.0

/// What is taken is what was to be taken, and what is given is what is owed.
#[test_only]
module xcc_runtime::custody_tests;

use sui::{balance, coin::{Self, Coin}, sui::SUI, test_scenario};
use xcc_runtime::custody;

const PAYER: address = @0xa;
const RECEIVER: address = @0xb;

#[test]
fun what_was_taken_is_given() {
    let mut s = test_scenario::begin(PAYER);
    let mut held = balance::zero<SUI>();
    custody::take(&mut held, coin::mint_for_testing(7, s.ctx()), 7);
    custody::take(&mut held, coin::mint_for_testing(5, s.ctx()), 5);
    assert!(held.value() == 12);
    custody::give(&mut held, RECEIVER, 7, s.ctx());
    assert!(held.value() == 5);
    s.next_tx(PAYER);
    let given = s.take_from_address<Coin<SUI>>(RECEIVER);
    assert!(given.burn_for_testing() == 7);
    held.destroy_for_testing();
    s.end();
}

#[test]
fun nothing_can_be_taken_and_given() {
    let mut s = test_scenario::begin(PAYER);
    let mut held = balance::zero<SUI>();
    custody::take(&mut held, coin::zero(s.ctx()), 0);
    custody::give(&mut held, RECEIVER, 0, s.ctx());
    s.next_tx(PAYER);
    let given = s.take_from_address<Coin<SUI>>(RECEIVER);
    given.destroy_zero();
    held.destroy_zero();
    s.end();
}

#[test, expected_failure(abort_code = custody::EWrongAmount)]
fun a_coin_of_less_is_refused() {
    take_of_seven(6);
}

#[test, expected_failure(abort_code = custody::EWrongAmount)]
fun a_coin_of_more_is_refused() {
    take_of_seven(8);
}

fun take_of_seven(value: u64) {
    let mut ctx = tx_context::dummy();
    let mut held = balance::zero<SUI>();
    custody::take(&mut held, coin::mint_for_testing(value, &mut ctx), 7);
    held.destroy_for_testing();
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun no_more_than_is_held_is_given() {
    let mut ctx = tx_context::dummy();
    let mut held = balance::create_for_testing<SUI>(6);
    custody::give(&mut held, RECEIVER, 7, &mut ctx);
    held.destroy_for_testing();
}
