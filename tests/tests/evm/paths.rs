//! The happy path and the ways back, across two live EVM chains.

use alloy_sol_types::SolEvent;
use xcc::ir::{MessageKind, Phase, Status};
use xcc::wire::identity::{InstanceSeed, keccak256};
use xcc_tests::evm::primitives::{B256, U256};
use xcc_tests::vaa::evm_emitter;

use crate::world::*;

const FEE: u64 = 100;

/// Runs until Solana has been asked to stake; returns the instance.
fn until_stake(world: &mut World) -> B256 {
    let (instance, started) = world.start();
    assert_eq!(called(&started), [("lock".to_owned(), 1000)]);
    let execute = world.ethereum.published(&started);
    assert_eq!(execute.len(), 1);
    let swapped = world.base.deliver(&execute[0], FEE);
    assert_eq!(called(&swapped), [("swap".to_owned(), 1000)]);
    let executed = world.base.published(&swapped);
    let advanced = world.ethereum.deliver(&executed[0], 0);
    assert_eq!(world.ethereum.published(&advanced).len(), 1);
    assert_eq!(world.ethereum.status(instance, STAKE), Status::Sent);
    instance
}

#[test]
fn every_step_runs_once_and_the_instance_completes() {
    let mut world = World::new(FEE);
    let instance = until_stake(&mut world);
    let staked = world.sent_by_solana(MessageKind::Executed, instance, &u64_body(77));
    let committed = world.ethereum.deliver(&staked, 0);
    assert_eq!(world.ethereum.phase(instance), Phase::Committing);
    let notify = world.ethereum.published(&committed);
    let notified = world.base.deliver(&notify[0], FEE);
    assert_eq!(called(&notified), [("notify".to_owned(), 77)]);
    let executed = world.base.published(&notified);
    let completed = world.ethereum.deliver(&executed[0], 0);
    assert_eq!(world.ethereum.phase(instance), Phase::Completed);
    let event = completed
        .logs
        .iter()
        .find_map(|log| abi::Completed::decode_log(log).ok())
        .unwrap();
    assert_eq!((event.data.instance, event.data.shares), (instance, 77));

    // Three of five requests were sent; the fees of the two Cancels are the payer's.
    let credit = world.ethereum.ask(&abi::creditsCall { account: ALICE });
    assert_eq!(credit, U256::from(2 * FEE));
    assert_eq!(world.ethereum.evm.balance(world.ethereum.machine), credit);
    let before = world.ethereum.evm.balance(MALLORY);
    world
        .ethereum
        .send(ALICE, &abi::claimCall { receiver: MALLORY }, 0)
        .returned();
    assert_eq!(world.ethereum.evm.balance(MALLORY) - before, credit);
    let again = world
        .ethereum
        .send(ALICE, &abi::claimCall { receiver: MALLORY }, 0);
    assert_reverted(&again, &abi::NothingToClaim {});
}

#[test]
fn instances_are_identified_as_the_wire_format_says() {
    let mut world = World::new(0);
    for nonce in 0..3 {
        let seed = InstanceSeed {
            fingerprint: world.fingerprint,
            home: keccak256(b"eip155:2"),
            coordinator: evm_emitter(world.ethereum.machine.into_array()),
            initiator: evm_emitter(ALICE.into_array()),
            nonce,
        };
        assert_eq!(world.start().0.0, seed.instance());
    }
}

#[test]
fn a_failing_call_is_refused_and_everything_before_it_is_undone() {
    for mood in [Mood::Reverting, Mood::Burning, Mood::Bomb] {
        let mut world = World::new(0);
        world.base.behave(mood);
        let (instance, started) = world.start();
        let execute = world.ethereum.published(&started);
        let refused = world.base.deliver(&execute[0], 0);
        assert_eq!(
            world.base.status(instance, SWAP),
            Status::Refused,
            "{mood:?}: {refused:?}"
        );
        let reply = world.base.published(&refused);
        let undone = world.ethereum.deliver(&reply[0], 0);
        assert_eq!(called(&undone), [("release".to_owned(), 1000)]);
        assert_eq!(world.ethereum.phase(instance), Phase::Compensated);
        assert_eq!(world.ethereum.status(instance, LOCK), Status::Cancelled);
    }
}

#[test]
fn a_refused_pivot_undoes_the_swap_and_then_the_lock() {
    let mut world = World::new(0);
    let instance = until_stake(&mut world);
    let refused = world.sent_by_solana(MessageKind::Refused, instance, &[3]);
    let cancelling = world.ethereum.deliver(&refused, 0);
    assert_eq!(called(&cancelling), []);
    let cancel = world.ethereum.published(&cancelling);
    let undone = world.base.deliver(&cancel[0], 0);
    assert_eq!(called(&undone), [("swapBack".to_owned(), 2000)]);
    assert_eq!(world.base.status(instance, SWAP), Status::Cancelled);
    let cancelled = world.base.published(&undone);
    let released = world.ethereum.deliver(&cancelled[0], 0);
    assert_eq!(called(&released), [("release".to_owned(), 1000)]);
    assert_eq!(world.ethereum.phase(instance), Phase::Compensated);

    // Repeated and late messages change nothing.
    let again = world.base.deliver(&cancel[0], 0);
    assert_eq!(called(&again), []);
    assert_eq!(world.base.published(&again).len(), 1);
    for late in [&cancelled[0], &refused] {
        let ignored = world.ethereum.deliver(late, 0);
        ignored.returned();
        assert_eq!((called(&ignored), ignored.logs.len()), (vec![], 0));
    }
}

#[test]
fn a_failing_compensation_waits_and_is_tried_again_by_anyone() {
    let mut world = World::new(0);
    let instance = until_stake(&mut world);
    let refused = world.sent_by_solana(MessageKind::Refused, instance, &[3]);
    let cancelling = world.ethereum.deliver(&refused, 0);
    let cancel = world.ethereum.published(&cancelling);
    world.base.behave(Mood::Reverting);
    world.base.deliver(&cancel[0], 0).reverted();
    assert_eq!(world.base.status(instance, SWAP), Status::Executed);
    world.base.behave(Mood::Fine);
    assert_eq!(
        called(&world.base.deliver(&cancel[0], 0)),
        [("swapBack".to_owned(), 2000)]
    );
}

#[test]
fn a_cancelled_step_bounces_its_late_execute() {
    let mut world = World::new(0);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let stranger = world
        .ethereum
        .send(MALLORY, &abi::cancelCall { instance }, 0);
    assert_reverted(&stranger, &abi::DeadlineNotPassed {});
    let cancelling = world.ethereum.send(ALICE, &abi::cancelCall { instance }, 0);
    assert_eq!(world.ethereum.phase(instance), Phase::Cancelling);
    let cancel = world.ethereum.published(&cancelling);
    let bounced = world.base.deliver(&cancel[0], 0);
    assert_eq!(world.base.status(instance, SWAP), Status::Tombstone);
    let late = world.base.deliver(&execute[0], 0);
    assert_eq!(called(&late), []);
    assert_eq!(world.base.status(instance, SWAP), Status::Tombstone);
    let cancelled = world.base.published(&bounced);
    assert_eq!(
        called(&world.ethereum.deliver(&cancelled[0], 0)),
        [("release".to_owned(), 1000)]
    );
    assert_eq!(world.ethereum.phase(instance), Phase::Compensated);
    let again = world.ethereum.send(ALICE, &abi::cancelCall { instance }, 0);
    assert_reverted(&again, &abi::NotCancellable {});
}

#[test]
fn a_late_execute_is_refused_by_the_receivers_clock() {
    let mut world = World::new(0);
    let (instance, started) = world.start();
    let execute = world.ethereum.published(&started);
    let mut in_time = world.clone();
    in_time.base.evm.set_timestamp(10_000 + 1800);
    in_time.base.deliver(&execute[0], 0);
    assert_eq!(in_time.base.status(instance, SWAP), Status::Executed);
    world.base.evm.set_timestamp(10_000 + 1801);
    assert_eq!(called(&world.base.deliver(&execute[0], 0)), []);
    assert_eq!(world.base.status(instance, SWAP), Status::Refused);
}

#[test]
fn anyone_can_cancel_after_the_deadline() {
    let mut world = World::new(0);
    let (instance, _) = world.start();
    world.ethereum.evm.set_timestamp(10_000 + 1801);
    world
        .ethereum
        .send(MALLORY, &abi::cancelCall { instance }, 0)
        .returned();
    assert_eq!(world.ethereum.phase(instance), Phase::Cancelling);
}

#[test]
fn a_pivot_that_won_the_race_carries_the_instance_forward() {
    let mut world = World::new(0);
    let instance = until_stake(&mut world);
    let cancelling = world.ethereum.send(ALICE, &abi::cancelCall { instance }, 0);
    // Only the pivot is asked; nothing else is undone before its outcome is known.
    assert_eq!(world.ethereum.published(&cancelling).len(), 1);
    assert_eq!(world.ethereum.status(instance, STAKE), Status::Cancelling);
    assert_eq!(world.ethereum.status(instance, SWAP), Status::Executed);
    let staked = world.sent_by_solana(MessageKind::Executed, instance, &u64_body(5));
    world.ethereum.deliver(&staked, 0).returned();
    assert_eq!(world.ethereum.phase(instance), Phase::Committing);
}

#[test]
fn a_retriable_step_is_never_refused() {
    let mut world = World::new(0);
    let instance = until_stake(&mut world);
    let staked = world.sent_by_solana(MessageKind::Executed, instance, &u64_body(5));
    let committed = world.ethereum.deliver(&staked, 0);
    let notify = world.ethereum.published(&committed);
    world.base.evm.set_timestamp(u64::from(u32::MAX));
    world.base.behave(Mood::Reverting);
    world.base.deliver(&notify[0], 0).reverted();
    assert_eq!(world.base.status(instance, NOTIFY), Status::None);
    world.base.behave(Mood::Fine);
    world.base.deliver(&notify[0], 0).returned();
    assert_eq!(world.base.status(instance, NOTIFY), Status::Executed);
}

#[test]
fn a_repeated_execute_is_answered_with_the_same_bytes() {
    let mut world = World::new(0);
    let (_, started) = world.start();
    let execute = world.ethereum.published(&started);
    let replies = [0; 3].map(|_| {
        let receipt = world.base.deliver(&execute[0], 0);
        world.base.core.published(&receipt)[0].payload.clone()
    });
    assert_eq!(replies[0], replies[1]);
    assert_eq!(replies[1], replies[2]);
}

#[test]
fn a_home_target_that_fails_fails_start() {
    let mut world = World::new(0);
    world.ethereum.behave(Mood::Reverting);
    world.ethereum.send(ALICE, &start(ALICE, "x"), 0).reverted();
    assert_eq!(world.ethereum.ask(&abi::quoteCall {}), U256::ZERO);
}
