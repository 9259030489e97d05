//! What is released: it is owed at once and once, and nothing brings it back.

use solana_signer::Signer;
use xcc::ir::MessageKind::{Cancelled, Executed};
use xcc::ir::{Phase, Status};

use crate::world::{AMOUNT, FEE, World, assert_done, rejected, stranger, treasury, user};

/// The numbers of the steps of `solana_home_releases`.
const BOND: u16 = 0;
const RELEASE_CHARGE: u16 = 2;
const BASE_RUN: u16 = 3;
const RELEASE_BOND: u16 = 4;
const APTOS_RUN: u16 = 5;
const RELEASE_BOND_2: u16 = 6;

/// A receipt that is too much, so that the bond is forfeited.
const TOO_MUCH: u64 = 1_001;

/// An instance that was started.
fn started() -> World {
    let mut world = World::ready("solana_home_releases");
    assert_done(&world.start(0));
    world
}

#[test]
fn a_fee_is_due_at_once_and_is_not_given_back() {
    let mut world = started();
    // It has nothing to do with how the instance goes on, and its `take` cannot be claimed at all.
    let mut instructions = world.chain.plan.instructions.iter();
    assert!(instructions.all(|instruction| instruction.name != "claim_charge"));
    assert_done(&world.claim(RELEASE_CHARGE, 0));
    assert_eq!(world.has(&treasury()), FEE);
    assert_eq!(world.claim(RELEASE_CHARGE, 0), rejected("WrongState"));
    world.cancel();
    world.reply(Cancelled, BASE_RUN, 0, 0);
    world.assert_phase(0, Phase::Compensated);
    assert_eq!(world.claim(RELEASE_CHARGE, 0), rejected("WrongState"));
    for step in [RELEASE_BOND, RELEASE_BOND_2] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    assert_done(&world.claim(BOND, 0));
    assert_eq!(world.has(&user().pubkey()), AMOUNT - FEE);
    assert_eq!(world.has(&treasury()), FEE);
    world.assert_held(0);
}

#[test]
fn a_bond_that_is_forfeited_does_not_go_back() {
    let mut world = started();
    for step in [BOND, RELEASE_BOND, RELEASE_BOND_2] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    world.reply(Executed, BASE_RUN, 0, TOO_MUCH);
    world.assert_status(RELEASE_BOND, 0, Status::Parked);
    // It is owed while the rest is undone, and the same holding is owed to nobody else, not by a repeated reply either.
    assert_eq!(world.claim(BOND, 0), rejected("WrongState"));
    world.reply(Executed, BASE_RUN, 0, TOO_MUCH);
    world.reply(Cancelled, BASE_RUN, 0, 0);
    world.assert_status(BOND, 0, Status::Executed);
    assert_eq!(world.claim(BOND, 0), rejected("WrongState"));
    assert_done(&world.claim(RELEASE_BOND, 0));
    assert_eq!(world.claim(RELEASE_BOND, 0), rejected("WrongState"));
    world.reply(Cancelled, BASE_RUN, 0, 0);
    assert_eq!(world.claim(BOND, 0), rejected("WrongState"));
    assert_done(&world.claim(RELEASE_CHARGE, 0));
    assert_eq!(world.has(&treasury()), AMOUNT);
    assert_eq!(world.has(&user().pubkey()), 0);
    assert_eq!(world.has(&stranger().pubkey()), 0);
    world.assert_held(0);
}

#[test]
fn what_is_released_in_the_end_goes_to_whom_the_source_says() {
    let mut world = started();
    world.reply(Executed, BASE_RUN, 0, TOO_MUCH - 1);
    world.assert_status(RELEASE_BOND, 0, Status::Skipped);
    world.reply(Executed, APTOS_RUN, 0, 0);
    world.assert_phase(0, Phase::Completed);
    for step in [BOND, RELEASE_BOND] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    assert_done(&world.claim(RELEASE_BOND_2, 0));
    assert_eq!(world.has(&user().pubkey()), AMOUNT - FEE);
    world.assert_held(FEE);
}
