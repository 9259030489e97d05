//! An emitted program in the real virtual machine: every cell of the participant's table, and everything it must refuse.

use solana_account::Account;
use solana_address::Address;
use solana_signer::Signer;
use xcc::ir::MessageKind::{self, Cancel, Cancelled, Execute, Executed, Refused};
use xcc::wire::header::NO_DEADLINE;
use xcc_tests::delivery_plan::Prepared;
use xcc_tests::delivery_plan::faults::{Fault, harmless};
use xcc_tests::svm::{Keypair, Svm};
use xcc_tests::wormhole_svm::CORE;

use crate::package::HOME_CHAIN;
use crate::world::{DEADLINE, INSTANCE, Pool, Reply, World, address};

/// Places in the list of every delivery's accounts.
const POSTED: usize = 2;
const RECORD: usize = 3;
const REPLY: usize = 5;

const SELL: u16 = 0;
const FIX: u16 = 1;
const SETTLE: u16 = 2;

const STATUS_EXECUTED: u8 = 2;
const STATUS_REFUSED: u8 = 3;
const STATUS_CANCELLED: u8 = 5;
const STATUS_TOMBSTONE: u8 = 6;

/// Errors of the target, over 6000.
const TARGET_TOO_MUCH: u32 = 100;
const TARGET_CLOSED: u32 = 102;

/// Compute units of the most expensive delivery, with room for a compiler that is not quite the Solana tools' own.
const GREATEST_UNITS: u64 = 100_000;

fn numbers(numbers: &[u64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

fn reply(kind: MessageKind, body: &[u8]) -> Reply {
    Reply {
        kind,
        body: body.to_vec(),
    }
}

/// Posts Execute of `sell`: an amount, and the least to get for it.
fn post_sell(world: &mut World, amount: u64, min_out: u64) -> Address {
    let message = world.message(Execute, SELL, &numbers(&[amount, min_out]));
    world.post(&message)
}

fn post_cancel(world: &mut World, step: u16) -> Address {
    let message = world.message(Cancel, step, &[]);
    world.post(&message)
}

#[test]
fn a_step_runs_once_and_every_delivery_is_answered() {
    let mut world = World::new();
    let posted = post_sell(&mut world, 20, 10);
    let (answer, receipt) = world
        .deliver("execute_sell", posted, SELL)
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(answer, reply(Executed, &numbers(&[40])));
    assert_eq!(
        receipt.events_named("StepChanged"),
        [[&INSTANCE[..], &SELL.to_le_bytes(), &[STATUS_EXECUTED]].concat()]
    );
    assert!(
        receipt.compute_units < GREATEST_UNITS,
        "{}",
        receipt.compute_units
    );
    assert_eq!(world.status(SELL), Some(STATUS_EXECUTED));

    // The same message again, and another message that says the same.
    assert_eq!(world.take("execute_sell", posted, SELL), answer);
    let again = post_sell(&mut world, 20, 10);
    assert_eq!(world.take("execute_sell", again, SELL), answer);
    assert_eq!(world.take("expire_sell", posted, SELL), answer);
    assert_eq!(
        world.pool(),
        Pool {
            swapped: 20,
            settled: 0,
            calls: 1
        }
    );
}

#[test]
fn a_cancel_undoes_the_step_once_and_late_messages_bounce() {
    let mut world = World::new();
    let execute = post_sell(&mut world, 20, 10);
    world.take("execute_sell", execute, SELL);
    let cancel = post_cancel(&mut world, SELL);
    assert_eq!(
        world.take("cancel_sell", cancel, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(world.status(SELL), Some(STATUS_CANCELLED));
    assert_eq!(
        world.take("cancel_sell", cancel, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(
        world.take("execute_sell", execute, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(
        world.take("expire_sell", execute, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(
        world.pool(),
        Pool {
            swapped: 0,
            settled: 0,
            calls: 2
        }
    );
}

#[test]
fn a_compensation_that_fails_can_be_tried_again() {
    let mut world = World::new();
    let execute = post_sell(&mut world, 20, 10);
    world.take("execute_sell", execute, SELL);
    world.open_pool(false);
    let cancel = post_cancel(&mut world, SELL);
    world.refuse("cancel_sell", cancel, TARGET_CLOSED);
    assert_eq!(world.status(SELL), Some(STATUS_EXECUTED));
    world.open_pool(true);
    assert_eq!(
        world.take("cancel_sell", cancel, SELL),
        reply(Cancelled, &[])
    );
}

#[test]
fn a_cancel_that_comes_first_leaves_a_tombstone() {
    let mut world = World::new();
    let cancel = post_cancel(&mut world, SELL);
    assert_eq!(
        world.take("cancel_sell", cancel, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(world.status(SELL), Some(STATUS_TOMBSTONE));
    let execute = post_sell(&mut world, 20, 10);
    assert_eq!(
        world.take("execute_sell", execute, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(world.pool().calls, 0);
}

#[test]
fn only_the_deadline_refuses_what_was_not_called() {
    let mut world = World::new();
    let execute = post_sell(&mut world, 20, 10);
    world.refuse("expire_sell", execute, 3);
    world.svm.set_timestamp(DEADLINE as i64);
    world.refuse("expire_sell", execute, 3);
    world.svm.set_timestamp(DEADLINE as i64 + 1);
    world.refuse("execute_sell", execute, 2);
    assert_eq!(
        world.take("expire_sell", execute, SELL),
        reply(Refused, &[1])
    );
    assert_eq!(world.status(SELL), Some(STATUS_REFUSED));
    assert_eq!(
        world.take("execute_sell", execute, SELL),
        reply(Refused, &[1])
    );
    let cancel = post_cancel(&mut world, SELL);
    assert_eq!(
        world.take("cancel_sell", cancel, SELL),
        reply(Cancelled, &[])
    );
    assert_eq!(world.pool().calls, 0);
}

#[test]
fn a_guard_that_does_not_hold_refuses() {
    let mut world = World::new();
    let execute = post_sell(&mut world, 5, 10);
    assert_eq!(
        world.take("execute_sell", execute, SELL),
        reply(Refused, &[2])
    );
    assert_eq!(
        world.take("execute_sell", execute, SELL),
        reply(Refused, &[2])
    );
    assert_eq!(world.pool().calls, 0);
}

#[test]
fn a_failing_call_leaves_nothing() {
    let mut world = World::new();
    let execute = post_sell(&mut world, u64::MAX, 10);
    world.refuse("execute_sell", execute, TARGET_TOO_MUCH);
    assert_eq!(world.status(SELL), None);
    assert_eq!(world.svm.account(&world.record(INSTANCE, SELL)), None);
}

#[test]
fn a_return_that_is_not_the_interfaces_is_refused() {
    let mut world = World::new();
    for amount in [13, 14] {
        let execute = post_sell(&mut world, amount, 1);
        world.refuse("execute_sell", execute, 30);
    }
    assert_eq!(world.pool().calls, 0);
}

#[test]
fn a_pivot_answers_cancel_with_its_success() {
    let mut world = World::new();
    let message = world.message(Execute, FIX, &numbers(&[7]));
    let execute = world.post(&message);
    assert_eq!(
        world.take("execute_fix", execute, FIX),
        reply(Executed, &numbers(&[14]))
    );
    let cancel = post_cancel(&mut world, FIX);
    assert_eq!(
        world.take("cancel_fix", cancel, FIX),
        reply(Executed, &numbers(&[14]))
    );
    assert_eq!(world.status(FIX), Some(STATUS_EXECUTED));
}

#[test]
fn a_retriable_step_waits_until_it_succeeds() {
    let mut world = World::new();
    let message = world.message(Execute, SETTLE, &numbers(&[9]));
    let execute = world.post(&crate::world::Message {
        deadline: NO_DEADLINE,
        ..message
    });
    world.open_pool(false);
    world.svm.set_timestamp(1 << 40);
    world.refuse("execute_settle", execute, TARGET_CLOSED);
    world.open_pool(true);
    assert_eq!(
        world.take("execute_settle", execute, SETTLE),
        reply(Executed, &[])
    );
    assert_eq!(
        world.pool(),
        Pool {
            swapped: 0,
            settled: 9,
            calls: 1
        }
    );
}

#[test]
fn lamports_sent_ahead_to_a_record_stop_nothing() {
    for ahead in [900_000, 9_000_000] {
        let mut world = World::new();
        let record = world.record(INSTANCE, SELL);
        world.svm.airdrop(&record, ahead);
        let execute = post_sell(&mut world, 20, 10);
        assert_eq!(world.take("execute_sell", execute, SELL).kind, Executed);
        let created = &world.plan.named("execute_sell").creates[0];
        assert_eq!(created.account, "delivery.record");
        let rent = world.svm.rent(created.space);
        assert!(rent > 900_000 && rent < 9_000_000, "{rent}");
        assert_eq!(world.svm.balance(&record), rent.max(ahead));
    }
}

/// Wrong accounts that do no harm where the target is a real one: the account, the fault, and why.
const HARMLESS: &[(&str, Fault, &str)] = &[
    ("delivery.payer", Fault::Copy, ANYONE),
    ("delivery.payer", Fault::Other, ANYONE),
    ("delivery.reply", Fault::Stranger, "any new key does"),
    ("delivery.fee_collector", Fault::Owner, KEY),
    ("delivery.clock", Fault::Owner, KEY),
    ("delivery.rent", Fault::Owner, KEY),
];

const ANYONE: &str = "anyone who has signed may pay";
const KEY: &str = "its key is compared";

#[test]
fn no_account_of_a_delivery_can_be_exchanged() {
    let mut world = World::new().credulous();
    let posted = post_sell(&mut world, 20, 10);
    let prepared = world.prepare("execute_sell", posted);
    let found = harmless(&world.svm, &world.plan, &prepared, &goes_through);
    let known = HARMLESS.iter().copied();
    let known: Vec<_> = known
        .map(|(name, fault, _)| (name.to_owned(), fault))
        .collect();
    assert_eq!(found, known);
}

#[test]
fn no_account_of_the_wiring_can_be_exchanged() {
    let world = World::unwired().credulous();
    let (coordinator, fingerprint) = (world.coordinator, world.fingerprint);
    let deployer = world.svm.payer();
    let wire = world.wire(&deployer, &[(HOME_CHAIN, coordinator)], fingerprint);
    let found = harmless(&world.svm, &world.plan, &wire, &goes_through);
    assert_eq!(found, []);
}

fn goes_through(svm: &mut Svm, prepared: &Prepared) -> bool {
    let new: Vec<_> = prepared.new.iter().collect();
    let sent = svm.send_paid_by(&prepared.payer, &prepared.instructions(), &new);
    sent.is_ok()
}

#[test]
fn the_reply_is_published_to_a_fresh_signer() {
    let mut world = World::new();
    let posted = post_sell(&mut world, 20, 10);
    let first = world.prepare("execute_sell", posted);
    world
        .send(&first)
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    let mut used = world.prepare("execute_sell", posted);
    let reply = used.new[0].pubkey();
    used.call.accounts[REPLY].pubkey = first.new[0].pubkey();
    used.new = first.new;
    assert!(world.send(&used).is_err(), "a message is never overwritten");
    assert_eq!(world.svm.account(&reply), None);
}

#[test]
fn a_message_must_be_posted_by_the_core() {
    let mut world = World::new();
    let posted = post_sell(&mut world, 20, 10);
    let genuine = world.svm.account(&posted).expect("the message is posted");
    let mut tamper = |change: &dyn Fn(&mut Account)| {
        let mut account = genuine.clone();
        change(&mut account);
        world.svm.set_account(posted, account);
        world.refuse("execute_sell", posted, 18);
    };
    tamper(&|account| account.owner = address("another owner"));
    tamper(&|account| account.data[0] = b'm');
    tamper(&|account| account.data.push(0));
    tamper(&|account| account.data.truncate(account.data.len() - 1));
    tamper(&|account| account.data.truncate(20));
    // Another payload is at another address.
    tamper(&|account| *account.data.last_mut().expect("a payload") ^= 1);
    assert_eq!(genuine.owner, CORE);
    world.svm.set_account(posted, genuine);
    world.take("execute_sell", posted, SELL);
}

#[test]
fn only_the_coordinator_is_heard() {
    let mut world = World::new();
    let genuine = world.message(Execute, SELL, &numbers(&[20, 10]));
    let other_chain = world.post(&crate::world::Message {
        chain: HOME_CHAIN + 1,
        ..genuine.clone()
    });
    world.refuse("execute_sell", other_chain, 19);
    let mut emitter = genuine.emitter;
    emitter[31] ^= 1;
    let other_emitter = world.post(&crate::world::Message { emitter, ..genuine });
    world.refuse("execute_sell", other_emitter, 19);
}

#[test]
fn a_message_must_be_meant_for_its_instruction() {
    let mut world = World::new();
    let genuine = world.message(Execute, SELL, &numbers(&[20, 10]));
    let mut fingerprint = genuine.fingerprint;
    fingerprint[7] ^= 1;
    let other_workflow = world.post(&crate::world::Message {
        fingerprint,
        ..genuine.clone()
    });
    world.refuse("execute_sell", other_workflow, 21);
    let other_step = world.post(&crate::world::Message {
        step: FIX,
        ..genuine.clone()
    });
    world.refuse("execute_sell", other_step, 21);
    let other_kind = post_cancel(&mut world, SELL);
    world.refuse("execute_sell", other_kind, 21);
    let execute = world.post(&genuine);
    world.refuse("cancel_sell", execute, 21);
    let other_instance = world.post(&crate::world::Message {
        instance: [0x78; 32],
        ..genuine
    });
    let mut wrong_record = world.prepare("execute_sell", other_instance);
    wrong_record.call.accounts[RECORD].pubkey = world.record(INSTANCE, SELL);
    world.refuse_prepared(&wrong_record, 29);
}

#[test]
fn a_message_has_one_encoding() {
    let mut world = World::new();
    let mut post = |body: &[u8]| {
        let message = world.message(Execute, SELL, body);
        world.post(&message)
    };
    let (short, long) = (post(&[0; 15]), post(&[0; 17]));
    world.refuse("execute_sell", short, 22);
    world.refuse("execute_sell", long, 23);
    world.refuse("expire_sell", long, 23);
    let late_cancel = world.message(Cancel, SELL, &[]);
    let late_cancel = world.post(&crate::world::Message {
        deadline: 1,
        ..late_cancel
    });
    world.refuse("cancel_sell", late_cancel, 20);
    let empty = world.post_payload(HOME_CHAIN, world.coordinator, Vec::new());
    let mut presented = world.prepare("execute_sell", long);
    presented.call.accounts[POSTED].pubkey = empty;
    world.refuse_prepared(&presented, 20);
}

#[test]
fn a_writable_account_stands_in_one_place() {
    let mut world = World::new();
    let posted = post_sell(&mut world, 20, 10);
    let genuine = world.prepare("execute_sell", posted).call.accounts;
    let last = genuine.len() - 1;
    let writable = |slot: &usize| genuine[*slot].is_writable;
    for slot in (0..last).filter(|slot| *slot != REPLY).filter(writable) {
        let mut prepared = world.prepare("execute_sell", posted);
        prepared.call.accounts[last].pubkey = prepared.call.accounts[slot].pubkey;
        world.refuse_prepared(&prepared, 28);
    }
}

#[test]
fn an_unwired_program_accepts_nothing() {
    let mut world = World::unwired();
    let posted = post_sell(&mut world, 20, 10);
    // Anchor's AccountNotInitialized.
    let prepared = world.prepare("execute_sell", posted);
    let failure = world.send(&prepared).expect_err("nobody is trusted yet");
    assert_eq!(failure.error, "InstructionError(1, Custom(3012))");
}

#[test]
fn the_upgrade_authority_wires_once_and_nobody_else_does() {
    let mut world = World::unwired();
    let (payer, coordinator, fingerprint) =
        (world.svm.payer(), world.coordinator, world.fingerprint);
    let genuine = (HOME_CHAIN, coordinator);
    let stranger = Keypair::new();
    world.svm.airdrop(&stranger.pubkey(), 1_000_000_000);
    let by_stranger = world.wire(&stranger.pubkey(), &[genuine], fingerprint);
    let instructions = by_stranger.instructions();
    let sent = world
        .svm
        .send_paid_by(&stranger.pubkey(), &instructions, &[&stranger]);
    assert!(sent.is_err());

    type Peers<'a> = &'a [(u16, [u8; 32])];
    let cases: [(Peers<'_>, [u8; 32], u32); 6] = [
        (&[genuine], [1; 32], 16),
        (&[], fingerprint, 17),
        (&[genuine, genuine], fingerprint, 17),
        (&[(HOME_CHAIN, [0; 32])], fingerprint, 17),
        (&[(1, coordinator)], fingerprint, 17),
        (&[(0, coordinator)], fingerprint, 17),
    ];
    for (peers, fingerprint, error) in cases {
        let wire = world.wire(&payer, peers, fingerprint);
        world.refuse_prepared(&wire, error);
    }
    for attempt in 0..2 {
        let wire = world.wire(&payer, &[genuine], fingerprint);
        assert_eq!(world.send(&wire).is_ok(), attempt == 0);
    }
}
