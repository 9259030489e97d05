//! What a step could not spend: only whom it is held for says so, and then it is theirs and spent no more.

use solana_signer::Signer;
use xcc::ir::MessageKind::Executed;
use xcc::ir::{Phase, Status};
use xcc_tests::network::Observed;
use xcc_tests::svm::Keypair;

use crate::world::{AMOUNT, FEE, STATE, World, assert_done, rejected, stranger, treasury, user};

/// The numbers of the steps of `solana_home_holds`.
const FUNDS: u16 = 0;
const BASE_RUN: u16 = 2;
const HOME_RUN: u16 = 3;
const HOLD_FUNDS: u16 = 4;
const HOME_NOTE: u16 = 5;
const HOLD_CHARGE: u16 = 6;
const PAY_CHARGE: u16 = 7;

/// A world with an instance that waits for the step that spends, after which another one does or not.
fn world(is_charged: bool) -> World {
    let mut world = World::spending("solana_home_holds");
    let early = park(&mut world, HOME_RUN, &user());
    assert_eq!(early, rejected("NothingOutstanding"));
    world.reply(Executed, BASE_RUN, 0, 7 + u64::from(is_charged));
    world.assert_status(HOME_RUN, 0, Status::Sent);
    world
}

fn park(world: &mut World, step: u16, by: &Keypair) -> Observed {
    let instance = world.instance(0);
    let prepared = world
        .chain
        .asking("park", Some(step), instance, by.pubkey());
    world.chain.send(&prepared, &[by])
}

#[test]
fn nobody_else_says_that_it_cannot_be_spent() {
    let mut world = world(true);
    assert_eq!(
        park(&mut world, HOME_RUN, &stranger()),
        rejected("NotAuthorised")
    );
    // Nor does a call that fails, as often as it may.
    for _ in 0..2 {
        let failed = world.attempt(HOME_RUN, 0);
        assert_eq!(failed, rejected("NotSpent"));
    }
    // Nothing of either holding is owed yet.
    for step in [HOLD_FUNDS, HOLD_CHARGE, PAY_CHARGE, FUNDS] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    // Nor is a step given up before it is due.
    assert_eq!(
        park(&mut world, HOME_NOTE, &user()),
        rejected("NothingOutstanding")
    );
    world.assert_status(HOME_RUN, 0, Status::Sent);
    world.assert_held(AMOUNT);
}

#[test]
fn what_is_given_up_is_owed_once_and_spent_no_more() {
    let mut world = world(false);
    assert_done(&park(&mut world, HOME_RUN, &user()));
    world.assert_status(HOME_RUN, 0, Status::Refused);
    world.assert_status(HOLD_FUNDS, 0, Status::Parked);
    world.assert_phase(0, Phase::Completed);
    for late in [
        world.attempt(HOME_RUN, AMOUNT - FEE),
        park(&mut world, HOME_RUN, &user()),
    ] {
        assert_eq!(late, rejected("NothingOutstanding"));
    }
    assert_eq!(world.claim(FUNDS, 0), rejected("WrongState"));
    assert_done(&world.claim(HOLD_FUNDS, 0));
    assert_eq!(world.claim(HOLD_FUNDS, 0), rejected("WrongState"));
    assert_eq!(world.has(&user().pubkey()), AMOUNT - FEE);
    assert_eq!(world.has(&stranger().pubkey()), 0);
    assert_eq!(world.has(&STATE), 0);
    world.assert_held(FEE);
}

#[test]
fn what_is_spent_is_owed_to_nobody() {
    let mut world = world(true);
    assert_done(&world.attempt(HOME_RUN, AMOUNT - FEE));
    world.assert_status(HOLD_FUNDS, 0, Status::Skipped);
    let late = park(&mut world, HOME_RUN, &user());
    assert_eq!(late, rejected("NothingOutstanding"));
    for step in [FUNDS, HOLD_FUNDS, HOLD_CHARGE, PAY_CHARGE] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    // The next one is the treasury's to give up, and the user's no more.
    world.assert_status(HOME_NOTE, 0, Status::Sent);
    assert_eq!(
        park(&mut world, HOME_NOTE, &user()),
        rejected("NotAuthorised")
    );
    assert_done(&world.attempt(HOME_NOTE, FEE));
    assert_eq!(world.claim(HOLD_CHARGE, 0), rejected("WrongState"));
    assert_eq!(world.has(&treasury()), 0);
    assert_eq!(world.has(&STATE), AMOUNT);
    world.assert_held(0);
}
