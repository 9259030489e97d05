//! Claims: by strangers, early, again, and of receivers that cannot be paid.

use solana_signer::Signer;
use xcc::ir::MessageKind::Cancelled;
use xcc::ir::Status;
use xcc_tests::network::Observed;
use xcc_tests::svm::tokens::ACCOUNT_FROZEN;

use crate::world::{
    AMOUNT, BASE_RUN, CHARGE, FEE, FUNDS, PAY_CHARGE, PAY_FUNDS, PAY_FUNDS_2, World, assert_done,
    assert_fails, rejected, stranger, treasury, user,
};

#[test]
fn a_stranger_who_claims_pays_whom_the_workflow_names_once() {
    let mut world = World::new();
    world.complete(0, 9);
    world.assert_held(AMOUNT);
    assert_eq!(world.has(&user().pubkey()), 0);
    // The treasury has no token account before somebody claims for it.
    assert!(
        world
            .chain
            .svm
            .account(&world.mint.account_of(&treasury()))
            .is_none()
    );
    assert_done(&world.claim(PAY_CHARGE, 0));
    assert_eq!(world.has(&treasury()), FEE);
    assert_done(&world.claim(PAY_FUNDS, 0));
    assert_eq!(world.has(&user().pubkey()), AMOUNT - FEE);
    assert_eq!(world.has(&stranger().pubkey()), 0);
    world.assert_held(0);
    // Again, after others and somebody's gift filled the vault.
    world.give(&user().pubkey(), FEE);
    assert_done(&world.start(1));
    let (custody, gift) = (world.chain.custody(), 5);
    world.give(&custody, gift);
    for step in [PAY_CHARGE, PAY_FUNDS, PAY_FUNDS_2, FUNDS, CHARGE] {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    world.assert_held(AMOUNT + gift);
}

#[test]
fn only_the_arm_that_was_chosen_pays() {
    let mut world = World::new();
    world.complete(0, 7);
    assert_eq!(world.claim(PAY_FUNDS, 0), rejected("WrongState"));
    assert_done(&world.claim(PAY_FUNDS_2, 0));
    assert_done(&world.claim(PAY_CHARGE, 0));
    assert_eq!(world.has(&treasury()), AMOUNT);
    world.assert_held(0);
}

#[test]
fn what_was_taken_goes_back_to_whom_it_came_from() {
    let mut world = World::new();
    assert_done(&world.start(0));
    let early = [FUNDS, CHARGE, PAY_CHARGE];
    for step in early {
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    world.cancel();
    assert_eq!(world.claim(FUNDS, 0), rejected("WrongState"));
    world.reply(Cancelled, BASE_RUN, 0, 0);
    world.assert_held(AMOUNT);
    for step in [FUNDS, CHARGE] {
        world.assert_status(step, 0, Status::Parked);
        assert_done(&world.claim(step, 0));
        world.assert_status(step, 0, Status::Cancelled);
        assert_eq!(world.claim(step, 0), rejected("WrongState"));
    }
    assert_eq!(world.has(&user().pubkey()), AMOUNT);
    assert_eq!(world.claim(PAY_CHARGE, 0), rejected("WrongState"));
    world.assert_held(0);
}

#[test]
fn a_receiver_that_cannot_be_paid_keeps_nobody_else_waiting() {
    let mut world = World::new();
    world.give(&user().pubkey(), AMOUNT);
    world.complete(0, 9);
    world.complete(1, 9);
    world.give(&treasury(), 0);
    let (mint, account) = (world.mint, world.mint.account_of(&treasury()));
    mint.freeze(&mut world.chain.svm, &account);
    assert_fails(&world.claim(PAY_CHARGE, 0), ACCOUNT_FROZEN);
    world.assert_status(PAY_CHARGE, 0, Status::Parked);
    // Neither what is owed to others of the same instance, nor of another one.
    for nonce in [0, 1] {
        assert_done(&world.claim(PAY_FUNDS, nonce));
    }
    assert_eq!(world.has(&user().pubkey()), 2 * (AMOUNT - FEE));
    world.assert_held(2 * FEE);
    mint.thaw(&mut world.chain.svm, &account);
    for nonce in [0, 1] {
        assert_done(&world.claim(PAY_CHARGE, nonce));
    }
    assert_eq!(world.has(&treasury()), 2 * FEE);
    world.assert_held(0);
}

/// A stranger claims, without asking first whether the receiver's account is there.
fn claim_unseen(world: &mut World, step: u16, nonce: u64) -> Observed {
    let prepared = world.claiming(step, nonce, &stranger());
    world.chain.send(&prepared, &[&stranger()])
}

#[test]
fn an_account_that_its_owner_gave_away_is_paid_nothing() {
    let mut world = World::new();
    let (own, thief) = (user().pubkey(), stranger().pubkey());
    world.give(&own, AMOUNT);
    world.complete(0, 9);
    assert_done(&world.start(1));
    world.cancel_instance(1);
    world.reply(Cancelled, BASE_RUN, 1, 0);
    world.give_away(&own, &user(), &thief);
    // What is paid and what goes back.
    let owed = [(PAY_FUNDS, 0), (FUNDS, 1), (CHARGE, 1)];
    for (step, nonce) in owed {
        let refused = claim_unseen(&mut world, step, nonce);
        assert_eq!(refused, rejected("NotReceivers"));
        world.assert_status(step, nonce, Status::Parked);
    }
    assert_eq!(world.has(&own), 0);
    world.assert_held(2 * AMOUNT);
    // Others are paid, and so is the user who has it again.
    assert_done(&world.claim(PAY_CHARGE, 0));
    world.give_away(&own, &stranger(), &own);
    for (step, nonce) in owed {
        assert_done(&world.claim(step, nonce));
    }
    assert_eq!(world.has(&own), 2 * AMOUNT - FEE);
    world.assert_held(0);
}

#[test]
fn a_receiver_without_an_account_waits_until_there_is_one() {
    let mut world = World::new();
    world.complete(0, 9);
    let refused = claim_unseen(&mut world, PAY_CHARGE, 0);
    assert_eq!(refused, rejected("NotReceivers"));
    world.assert_status(PAY_CHARGE, 0, Status::Parked);
    world.assert_held(AMOUNT);
    assert_done(&world.claim(PAY_CHARGE, 0));
    assert_eq!(world.has(&treasury()), FEE);
}
