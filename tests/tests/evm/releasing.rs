//! What is released: it is owed at once and once, and nothing brings it back.

use alloy_sol_types::sol;
use xcc::ir::{MessageKind, Phase, Status};
use xcc_tests::evm::primitives::B256;
use xcc_tests::evm::{Outcome, Receipt};

use crate::custody::{
    MALLORY, SELLER, TREASURY, USER, World, WrongState, assert_reverted, cancelCall,
    claimChargeCall, claimFundsCall,
};

sol! {
    function claimReleaseCharge(bytes32 instance) external;
    function claimReleaseFunds(bytes32 instance) external;
    function claimReleaseFunds2(bytes32 instance) external;
}

/// The fee is due in any case, and the rest is forfeited by a receipt over 7.
const WORKFLOW: &str = r#"
    take funds: Token = amount from user;
    take charge: Token = fee from user;
    release charge to treasury;
    step ask = Solana.run(amount) -> (receipt)
        within 1h accounts { state: @STATE, authority: self } gas 50_000
        compensate Solana.undo(ask.receipt) accounts { state: @STATE, authority: self } gas 50_000;
    if (ask.receipt > 7) {
        release funds to seller;
        abort "too much";
    }
    release funds to user;
"#;

const ASK: u16 = 3;
const RELEASE_FUNDS: u16 = 4;

fn started() -> (World, B256) {
    let mut world = World::of(WORKFLOW, &[]);
    let instance = world.start();
    assert_eq!(world.balance(world.coordinator), 605);
    (world, instance)
}

fn reply(world: &mut World, instance: B256, kind: MessageKind, body: &[u8]) {
    world.reply_about(ASK, instance, kind, body).returned();
}

#[track_caller]
fn assert_wrong(receipt: &Receipt) {
    assert_reverted(receipt, &WrongState {});
}

#[test]
fn a_fee_is_due_at_once_and_is_not_given_back() {
    let (mut world, instance) = started();
    world
        .send(MALLORY, &claimReleaseChargeCall { instance })
        .returned();
    assert_eq!((world.balance(TREASURY), world.balance(MALLORY)), (5, 0));
    assert_wrong(&world.send(TREASURY, &claimReleaseChargeCall { instance }));
    world.send(USER, &cancelCall { instance }).returned();
    reply(&mut world, instance, MessageKind::Cancelled, &[]);
    assert_eq!(world.phase(instance), Phase::Compensated);
    assert_wrong(&world.send(TREASURY, &claimReleaseChargeCall { instance }));
    // There is no such function: nothing of it ever goes back.
    let back = world.send(USER, &claimChargeCall { instance });
    assert_eq!(back.outcome, Outcome::Reverted(Vec::new().into()));
    world.send(MALLORY, &claimFundsCall { instance }).returned();
    assert_eq!((world.balance(USER), world.balance(TREASURY)), (995, 5));
    assert_eq!(world.balance(world.coordinator), 0);
}

#[test]
fn a_bond_that_is_forfeited_does_not_go_back() {
    let (mut world, instance) = started();
    assert_wrong(&world.send(SELLER, &claimReleaseFundsCall { instance }));
    let too_much = 8_u64.to_be_bytes();
    reply(&mut world, instance, MessageKind::Executed, &too_much);
    assert_eq!(world.status(instance, RELEASE_FUNDS), Status::Parked);
    assert_wrong(&world.send(USER, &claimFundsCall { instance }));
    reply(&mut world, instance, MessageKind::Cancelled, &[]);
    assert_eq!(world.phase(instance), Phase::Compensated);
    assert_wrong(&world.send(USER, &claimFundsCall { instance }));
    world
        .send(MALLORY, &claimReleaseFundsCall { instance })
        .returned();
    assert_wrong(&world.send(SELLER, &claimReleaseFundsCall { instance }));
    assert_wrong(&world.send(USER, &claimFundsCall { instance }));
    assert_wrong(&world.send(USER, &claimReleaseFunds2Call { instance }));
    assert_eq!((world.balance(SELLER), world.balance(USER)), (600, 395));
    // What is left is the fee, which nobody claimed yet.
    assert_eq!(world.balance(world.coordinator), 5);
}

#[test]
fn a_workflow_that_releases_all_needs_no_pivot() {
    let (mut world, instance) = started();
    reply(
        &mut world,
        instance,
        MessageKind::Executed,
        &7_u64.to_be_bytes(),
    );
    assert_eq!(world.phase(instance), Phase::Completed);
    assert_eq!(world.status(instance, RELEASE_FUNDS), Status::Skipped);
    assert_wrong(&world.send(USER, &claimFundsCall { instance }));
    assert_wrong(&world.send(SELLER, &claimReleaseFundsCall { instance }));
    world
        .send(MALLORY, &claimReleaseFunds2Call { instance })
        .returned();
    assert_eq!((world.balance(USER), world.balance(SELLER)), (995, 0));
}
