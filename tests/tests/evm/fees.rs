//! Who pays for messages, and what becomes of what is left.

use xcc::ir::Status;
use xcc_tests::evm::Call;
use xcc_tests::evm::primitives::{Address, B256, U256};

use crate::world::*;

#[test]
fn start_takes_what_it_quotes_from_whom_it_authorises() {
    let mut world = World::new(100);
    assert_eq!(world.ethereum.ask(&abi::quoteCall {}), U256::from(500));
    let cheap = world.ethereum.send(ALICE, &start(ALICE, ""), 499);
    assert_reverted(
        &cheap,
        &abi::InsufficientFee {
            required: U256::from(500),
            paid: U256::from(499),
        },
    );
    let stranger = world.ethereum.send(MALLORY, &start(ALICE, ""), 500);
    assert_reverted(&stranger, &abi::NotAuthorised {});
    let long = world
        .ethereum
        .send(ALICE, &start(ALICE, &"x".repeat(41)), 500);
    assert_reverted(
        &long,
        &abi::TooLong {
            length: U256::from(41),
            max: U256::from(40),
        },
    );
    let receipt = world
        .ethereum
        .send(ALICE, &start(ALICE, &"x".repeat(40)), 507);
    let instance = B256::from_slice(receipt.returned());
    assert_eq!(
        world.ethereum.ask(&abi::reserveOfCall { instance }),
        U256::from(400)
    );
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: ALICE }),
        U256::from(7)
    );
}

#[test]
fn resending_is_paid_by_whoever_asks_for_it() {
    let mut world = World::new(100);
    let (instance, _) = world.start();
    let redrive = abi::redriveCall { instance };
    let free = world.ethereum.send(MALLORY, &redrive, 0);
    assert_reverted(
        &free,
        &abi::ResendNotPaid {
            required: U256::from(100),
        },
    );
    let paid = world.ethereum.send(MALLORY, &redrive, 100);
    assert_eq!(world.ethereum.published(&paid).len(), 1);
    assert_eq!(
        world.ethereum.ask(&abi::reserveOfCall { instance }),
        U256::from(400)
    );
    let unknown = world.ethereum.send(
        MALLORY,
        &abi::redriveCall {
            instance: B256::ZERO,
        },
        0,
    );
    assert_reverted(&unknown, &abi::NothingOutstanding {});
}

#[test]
fn an_empty_fee_balance_delays_a_reply_and_nobody_else_can_empty_it() {
    let mut world = World::new(100);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let empty = world.base.deliver(&execute[0], 99);
    assert_reverted(
        &empty,
        &abi::EmptyFeeBalance {
            required: U256::from(100),
            available: U256::from(99),
        },
    );
    assert_eq!(world.base.status(instance, SWAP), Status::None);
    let top_up = Call::new(ALICE, world.base.machine, Vec::new()).with_value(U256::from(1000));
    world.base.evm.send(top_up).returned();
    world.base.deliver(&execute[0], 0).returned();
    assert_eq!(world.base.evm.balance(world.base.machine), U256::from(900));
    let repeated = world.base.deliver(&execute[0], 0);
    assert_reverted(
        &repeated,
        &abi::RepeatedReplyNotPaid {
            required: U256::from(100),
        },
    );
    world.base.deliver(&execute[0], 100).returned();
    assert_eq!(world.base.evm.balance(world.base.machine), U256::from(900));
}

#[test]
fn a_dearer_fee_can_be_added_by_anyone() {
    let mut world = World::new(100);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let swapped = world.base.deliver(&execute[0], 100);
    let executed = world.base.published(&swapped);
    let side = &mut world.ethereum;
    side.core.set_message_fee(&mut side.evm, U256::from(1000));
    let poor = side.deliver(&executed[0], 0);
    assert_reverted(
        &poor,
        &abi::EmptyReserve {
            instance,
            required: U256::from(1000),
        },
    );
    side.deliver(&executed[0], 600).returned();
    assert_eq!(side.status(instance, STAKE), Status::Sent);
    assert_eq!(side.ask(&abi::reserveOfCall { instance }), U256::ZERO);
}

#[test]
fn wei_for_a_settled_instance_goes_back_to_the_sender() {
    let mut world = World::new(0);
    world.base.behave(Mood::Reverting);
    let (_, started) = world.start();
    let execute = world.ethereum.published(&started);
    let refused = world.base.deliver(&execute[0], 0);
    let reply = world.base.published(&refused);
    world.ethereum.deliver(&reply[0], 0).returned();
    world.ethereum.deliver(&reply[0], 55).returned();
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: MALLORY }),
        U256::from(55)
    );
}

#[test]
fn a_receiver_that_refuses_a_claim_leaves_the_credit() {
    let mut world = World::new(100);
    world
        .ethereum
        .send(ALICE, &start(ALICE, ""), 600)
        .returned();
    let receiver = world.ethereum.core.address;
    let refused = world.ethereum.send(ALICE, &abi::claimCall { receiver }, 0);
    assert_reverted(&refused, &abi::ClaimRefused { receiver });
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: ALICE }),
        U256::from(100)
    );
}

#[test]
fn a_claim_that_names_nobody_leaves_the_credit() {
    let mut world = World::new(100);
    world
        .ethereum
        .send(ALICE, &start(ALICE, ""), 600)
        .returned();
    let receiver = Address::ZERO;
    let refused = world.ethereum.send(ALICE, &abi::claimCall { receiver }, 0);
    assert_reverted(&refused, &abi::ZeroReceiver {});
    assert_eq!(
        world.ethereum.ask(&abi::creditsCall { account: ALICE }),
        U256::from(100)
    );
}
