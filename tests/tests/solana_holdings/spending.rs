//! What a call spends: the target takes exactly that, and is left no right to take anything another time.

use solana_signer::Signer;
use xcc::ir::MessageKind::Executed;
use xcc::ir::Status;
use xcc_tests::network::Observed;
use xcc_tests::svm::tokens::INSUFFICIENT_FUNDS;

use crate::world::{
    AMOUNT, BASE_RUN, FEE, STATE, World, assert_done, assert_fails, rejected, stranger,
};

/// The number of the step of `solana_home_spending` that spends.
const HOME_RUN: u16 = 3;

/// A world with an instance that has come to the step that spends.
fn world() -> World {
    let mut world = World::spending("solana_home_spending");
    world.reply(Executed, BASE_RUN, 0, 8);
    world
}

#[track_caller]
fn assert_not_spent(world: &World, observed: &Observed) {
    assert_eq!(*observed, rejected("NotSpent"));
    world.assert_status(HOME_RUN, 0, Status::Sent);
    world.assert_held(AMOUNT);
}

#[test]
fn a_target_takes_exactly_what_is_spent() {
    let mut world = world();
    let done = world.attempt(HOME_RUN, AMOUNT - FEE);
    assert_done(&done);
    world.assert_status(HOME_RUN, 0, Status::Executed);
    world.assert_held(FEE);
    assert_eq!(world.has(&STATE), AMOUNT - FEE);
    assert_eq!(world.has(&world.chain.authority()), 0);
}

#[test]
fn a_target_that_takes_less_fails() {
    for amount in [0, AMOUNT - FEE - 1] {
        let mut world = world();
        let observed = world.attempt(HOME_RUN, amount);
        assert_not_spent(&world, &observed);
    }
}

#[test]
fn a_target_cannot_take_more() {
    let mut world = world();
    let observed = world.attempt(HOME_RUN, AMOUNT - FEE + 1);
    assert_fails(&observed, INSUFFICIENT_FUNDS);
    world.assert_held(AMOUNT);
}

#[test]
fn what_the_authority_had_before_is_not_spent() {
    let mut world = world();
    let authority = world.chain.authority();
    world.give(&authority, 5);
    let observed = world.attempt(HOME_RUN, AMOUNT - FEE + 5);
    assert_not_spent(&world, &observed);
    let done = world.attempt(HOME_RUN, AMOUNT - FEE);
    assert_done(&done);
    assert_eq!(world.has(&authority), 5);
}

#[test]
fn a_target_does_not_take_the_account_itself() {
    let mut world = world();
    let (authority, thief) = (world.chain.authority(), stranger().pubkey());
    world.give(&authority, 5);
    let purse = world.mint.account_of(&authority);
    let before = world.chain.svm.account(&purse);
    let giving = world.mint.giving_away(&purse, &authority, &thief);
    let observed = world.attempt_asking(HOME_RUN, AMOUNT - FEE, vec![giving]);
    assert_not_spent(&world, &observed);
    assert_eq!(world.chain.svm.account(&purse), before);
    assert_eq!(world.has(&STATE), 0);
    let done = world.attempt(HOME_RUN, AMOUNT - FEE);
    assert_done(&done);
    assert_eq!(world.has(&authority), 5);
}

#[test]
fn nothing_is_spent_out_of_an_account_that_was_given_away_before() {
    let mut world = world();
    let authority = world.chain.authority();
    let (purse, thief) = (world.mint.account_of(&authority), stranger().pubkey());
    let giving = world.mint.giving_away(&purse, &authority, &thief);
    // Only a call that got the authority's signature could have done it, which this chain believes to be there.
    let mut svm = world.chain.svm.clone().credulous();
    let given = svm.send(&[giving], &[]);
    given.unwrap_or_else(|failure| panic!("{failure:?}"));
    let given = svm.account(&purse).unwrap();
    world.chain.svm.set_account(purse, given);
    let observed = world.attempt(HOME_RUN, AMOUNT - FEE);
    assert_eq!(observed, rejected("NotReceivers"));
    world.assert_status(HOME_RUN, 0, Status::Sent);
    world.assert_held(AMOUNT);
    assert_eq!(world.has(&authority), 0);
}

#[test]
fn a_target_leaves_itself_no_right_to_take_more() {
    let mut world = world();
    // The account's owner has let somebody spend of it, which only the authority's signature can do.
    let purse = world.taken(0).source;
    let mut account = world.chain.svm.account(&purse).unwrap();
    account.data[72..76].copy_from_slice(&1u32.to_le_bytes());
    account.data[76..108].copy_from_slice(stranger().pubkey().as_ref());
    world.chain.svm.set_account(purse, account);
    let observed = world.attempt(HOME_RUN, AMOUNT - FEE);
    assert_not_spent(&world, &observed);
}
