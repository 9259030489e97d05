/// The emitted participant, driven by messages that guardians of the tests signed over the bytes of the reference codec.
///
/// `{name}` stands for such a message, `{name.reply}` for the bytes that must be answered.
#[test_only]
module lock_and_stake_sui::participant_tests;

use config::config::{Self, Config};
use lock_and_stake_sui::participant::{Self, Participant};
use pool::pool::{Self, Pool};
use sui::{clock::{Self, Clock}, coin, event, test_scenario::{Self, Scenario}, test_utils};
use usdc::usdc::USDC;
use wormhole::{
    emitter::{Self, EmitterCap},
    publish_message::{Self, MessageTicket, WormholeMessage},
    state::{Self, State},
    vaa::{Self, VAA}
};
use xcc_runtime::{header, peers, reader, wormhole_endpoint::{Self, StepChanged, Wired}};

const DEPLOYER: address = @0xd;
const STRANGER: address = @0xe;
const HOME: address = @0xa11ce;
const INSTANCE: vector<u8> = x"{instance}";
const FINGERPRINT: vector<u8> = x"{fingerprint}";
/// Seconds; the deadline of every Execute that has one.
const DEADLINE: u64 = {deadline};

/// A chain on which the package, its target and Wormhole live.
public struct World {
    scenario: Scenario,
    participant: Participant,
    pool: Pool<USDC>,
    config: Config,
    clock: Clock,
    wormhole: State,
    emitter: Option<EmitterCap>,
}

fun unwired(): World {
    let mut scenario = test_scenario::begin(DEPLOYER);
    // The deployment's constants are the ids of these two.
    let pool = pool::new(scenario.ctx());
    let config = config::new(3, scenario.ctx());
    let wormhole = state::new_for_testing(vector[x"{guardian}"], 0, scenario.ctx());
    let emitter = option::some(emitter::new(&wormhole, scenario.ctx()));
    let mut clock = clock::create_for_testing(scenario.ctx());
    clock.set_for_testing(DEADLINE * 1000);
    participant::init_for_testing(scenario.ctx());
    scenario.next_tx(DEPLOYER);
    let participant = scenario.take_shared<Participant>();
    World { scenario, participant, pool, config, clock, wormhole, emitter }
}

fun world(): World {
    let mut world = unwired();
    world.wire(vector[2], vector[HOME], FINGERPRINT);
    world
}


fun end(self: World) {
    test_utils::destroy(self);
}

fun wire(self: &mut World, chains: vector<u16>, addresses: vector<address>, fingerprint: vector<u8>) {
    let emitter = self.emitter.extract();
    self.participant.wire(emitter, chains, addresses, fingerprint, self.scenario.ctx());
}

fun pass_deadline(self: &mut World) {
    self.clock.increment_for_testing(1000);
}

fun verified(self: &World, message: vector<u8>): VAA {
    vaa::parse_and_verify(&self.wormhole, message, &self.clock)
}

/// Publishes the reply as the transaction would, and gives its bytes.
fun publish(self: &mut World, ticket: MessageTicket): vector<u8> {
    let fee = coin::zero(self.scenario.ctx());
    publish_message::publish_message(&mut self.wormhole, fee, ticket, &self.clock);
    let published = event::events_by_type<WormholeMessage>();
    published[published.length() - 1].payload()
}

fun execute_reserve(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let ticket = self.participant.execute_reserve(vaa, &mut self.pool, &self.clock);
    self.publish(ticket)
}

fun expire_reserve(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let ticket = self.participant.expire_reserve(vaa, &self.clock);
    self.publish(ticket)
}

fun cancel_reserve(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let ticket = self.participant.cancel_reserve(vaa, &mut self.pool);
    self.publish(ticket)
}

fun execute_stake(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let World { participant, pool, config, clock, scenario, .. } = self;
    let ticket = participant.execute_stake(vaa, pool, config, clock, scenario.ctx());
    self.publish(ticket)
}

fun expire_stake(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let ticket = self.participant.expire_stake(vaa, &self.clock);
    self.publish(ticket)
}

fun cancel_stake(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let ticket = self.participant.cancel_stake(vaa);
    self.publish(ticket)
}

fun execute_note(self: &mut World, message: vector<u8>): vector<u8> {
    let vaa = self.verified(message);
    let ticket = self.participant.execute_note(vaa, &mut self.pool);
    self.publish(ticket)
}

// Runs.

#[test]
fun a_step_is_executed_once_however_often_it_is_delivered() {
    let mut world = world();
    assert!(event::events_by_type<Wired>().length() == 1);
    assert!(world.participant.stake_status(INSTANCE) == 0);
    assert!(world.execute_stake(x"{stake.execute}") == x"{stake.executed}");
    assert!(world.participant.stake_status(INSTANCE) == 2);
    assert!(event::events_by_type<StepChanged>().length() == 1);
    assert!(world.execute_stake(x"{stake.execute}") == x"{stake.executed}");
    assert!(event::events_by_type<StepChanged>().length() == 1);
    assert!(world.pool.staked() == 50 && world.pool.calls() == 1);
    world.end();
}

#[test]
fun a_reservation_is_undone_once() {
    let mut world = world();
    assert!(world.execute_reserve(x"{reserve.execute}") == x"{reserve.executed}");
    assert!(world.pool.reserved() == 50);
    assert!(world.cancel_reserve(x"{reserve.cancel}") == x"{reserve.cancelled}");
    assert!(world.pool.reserved() == 0);
    assert!(world.cancel_reserve(x"{reserve.cancel}") == x"{reserve.cancelled}");
    assert!(world.execute_reserve(x"{reserve.execute}") == x"{reserve.cancelled}");
    assert!(world.pool.calls() == 2 && world.participant.reserve_status(INSTANCE) == 5);
    world.end();
}

#[test]
fun a_late_execute_bounces_off_the_tombstone() {
    let mut world = world();
    assert!(world.cancel_reserve(x"{reserve.cancel}") == x"{reserve.cancelled}");
    assert!(world.participant.reserve_status(INSTANCE) == 6);
    assert!(world.execute_reserve(x"{reserve.execute}") == x"{reserve.cancelled}");
    world.pass_deadline();
    assert!(world.expire_reserve(x"{reserve.execute}") == x"{reserve.cancelled}");
    assert!(world.pool.calls() == 0);
    world.end();
}

#[test]
fun an_execute_expires() {
    let mut world = world();
    world.pass_deadline();
    assert!(world.expire_stake(x"{stake.execute}") == x"{stake.late}");
    assert!(world.participant.stake_status(INSTANCE) == 3);
    assert!(world.expire_stake(x"{stake.execute}") == x"{stake.late}");
    assert!(world.execute_stake(x"{stake.execute}") == x"{stake.late}");
    assert!(world.cancel_stake(x"{stake.cancel}") == x"{stake.cancelled}");
    assert!(world.pool.calls() == 0);
    world.end();
}

#[test]
fun an_executed_step_does_not_expire() {
    let mut world = world();
    world.execute_stake(x"{stake.execute}");
    world.pass_deadline();
    assert!(world.expire_stake(x"{stake.execute}") == x"{stake.executed}");
    assert!(world.execute_stake(x"{stake.execute}") == x"{stake.executed}");
    world.end();
}

#[test]
fun an_executed_pivot_answers_cancel_with_executed() {
    let mut world = world();
    world.execute_stake(x"{stake.execute}");
    assert!(world.cancel_stake(x"{stake.cancel}") == x"{stake.executed}");
    assert!(world.participant.stake_status(INSTANCE) == 2);
    world.end();
}

#[test]
fun a_guard_that_does_not_hold_refuses() {
    let mut world = world();
    assert!(world.execute_reserve(x"{reserve.unguarded}") == x"{reserve.refused}");
    assert!(world.execute_reserve(x"{reserve.unguarded}") == x"{reserve.refused}");
    assert!(world.pool.calls() == 0 && world.participant.reserve_status(INSTANCE) == 3);
    world.end();
}

#[test]
fun a_retriable_step_has_no_deadline() {
    let mut world = world();
    world.pass_deadline();
    assert!(world.execute_note(x"{note.execute}") == x"{note.executed}");
    assert!(world.execute_note(x"{note.execute}") == x"{note.executed}");
    assert!(world.pool.calls() == 1 && world.participant.note_status(INSTANCE) == 2);
    world.end();
}

#[test]
fun instances_do_not_touch_each_other() {
    let mut world = world();
    world.execute_reserve(x"{reserve.execute}");
    assert!(world.cancel_reserve(x"{reserve.cancel_other}") == x"{reserve.cancelled_other}");
    assert!(world.pool.reserved() == 50 && world.participant.reserve_status(INSTANCE) == 2);
    world.end();
}

// What must be refused, each changing nothing.

#[test, expected_failure(abort_code = participant::EDeadlinePassed)]
fun a_late_execute_is_not_run() {
    let mut world = world();
    world.pass_deadline();
    world.execute_stake(x"{stake.execute}");
    world.end();
}

#[test, expected_failure(abort_code = participant::EDeadlineNotPassed)]
fun an_execute_does_not_expire_in_time() {
    let mut world = world();
    world.expire_stake(x"{stake.execute}");
    world.end();
}

#[test, expected_failure(abort_code = pool::ERefused)]
fun a_failing_call_leaves_no_trace() {
    let mut world = world();
    world.pool.close();
    world.execute_stake(x"{stake.execute}");
    world.end();
}

#[test, expected_failure(abort_code = pool::ERefused)]
fun a_failing_compensation_leaves_no_trace() {
    let mut world = world();
    world.execute_reserve(x"{reserve.execute}");
    world.pool.close();
    world.cancel_reserve(x"{reserve.cancel}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::ENotWired)]
fun an_unwired_participant_hears_nobody() {
    let mut world = unwired();
    world.execute_stake(x"{stake.execute}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EWrongSender)]
fun another_emitter_is_not_home() {
    let mut world = world();
    world.execute_stake(x"{stake.other_emitter}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EWrongSender)]
fun home_is_on_its_chain() {
    let mut world = world();
    world.execute_stake(x"{stake.other_chain}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EWrongProgram)]
fun another_program_is_refused() {
    let mut world = world();
    world.execute_stake(x"{stake.other_program}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EWrongMessage)]
fun a_cancel_does_not_execute() {
    let mut world = world();
    world.execute_stake(x"{stake.cancel}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EWrongMessage)]
fun another_step_is_refused() {
    let mut world = world();
    world.execute_reserve(x"{stake.execute}");
    world.end();
}

#[test, expected_failure(abort_code = header::EHeader)]
fun a_cancel_with_a_deadline_is_refused() {
    let mut world = world();
    world.cancel_stake(x"{stake.cancel_with_deadline}");
    world.end();
}

#[test, expected_failure(abort_code = reader::ETrailing)]
fun trailing_bytes_are_refused() {
    let mut world = world();
    world.execute_stake(x"{stake.trailing}");
    world.end();
}

#[test, expected_failure(abort_code = reader::ETrailing)]
fun trailing_bytes_do_not_expire() {
    let mut world = world();
    world.pass_deadline();
    world.expire_stake(x"{stake.trailing}");
    world.end();
}

#[test, expected_failure(abort_code = wormhole::vaa::E_INVALID_SIGNATURE)]
fun a_forged_message_is_refused() {
    let mut world = world();
    world.execute_stake(x"{stake.forged}");
    world.end();
}

#[test, expected_failure(abort_code = participant::EWrongObject)]
fun another_pool_is_refused() {
    let mut world = world();
    let mut pool = pool::new<USDC>(world.scenario.ctx());
    let vaa = world.verified(x"{reserve.execute}");
    let World { participant, clock, .. } = &mut world;
    let ticket = participant.execute_reserve(vaa, &mut pool, clock);
    world.publish(ticket);
    test_utils::destroy(pool);
    world.end();
}

#[test, expected_failure(abort_code = participant::EWrongObject)]
fun another_config_is_refused() {
    let mut world = world();
    let config = config::new(1_000_000, world.scenario.ctx());
    let vaa = world.verified(x"{stake.execute}");
    let World { participant, pool, clock, scenario, .. } = &mut world;
    let ticket = participant.execute_stake(vaa, pool, &config, clock, scenario.ctx());
    world.publish(ticket);
    test_utils::destroy(config);
    world.end();
}

// Wiring.

#[test, expected_failure(abort_code = wormhole_endpoint::ENotDeployer)]
fun only_the_deployer_wires() {
    let mut world = unwired();
    world.scenario.next_tx(STRANGER);
    world.wire(vector[2], vector[HOME], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EAlreadyWired)]
fun wiring_is_final() {
    let mut world = world();
    let emitter = emitter::new(&world.wormhole, world.scenario.ctx());
    world.emitter.fill(emitter);
    world.wire(vector[2], vector[HOME], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EWrongFingerprint)]
fun the_deployer_must_expect_this_program() {
    let mut world = unwired();
    world.wire(vector[2], vector[HOME], x"00");
    world.end();
}

#[test, expected_failure(abort_code = wormhole_endpoint::EUsedEmitter)]
fun an_emitter_that_spoke_before_is_refused() {
    let mut world = unwired();
    let ticket = publish_message::prepare_message(world.emitter.borrow_mut(), 0, b"forged");
    world.publish(ticket);
    world.wire(vector[2], vector[HOME], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = peers::EZeroPeer)]
fun home_has_an_address() {
    let mut world = unwired();
    world.wire(vector[2], vector[@0x0], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = peers::EZeroPeer)]
fun home_has_a_chain() {
    let mut world = unwired();
    world.wire(vector[0], vector[HOME], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = peers::EOwnChain)]
fun home_is_elsewhere() {
    let mut world = unwired();
    world.wire(vector[21], vector[HOME], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = peers::EPeerCount)]
fun home_is_one() {
    let mut world = unwired();
    world.wire(vector[2, 4], vector[HOME, HOME], FINGERPRINT);
    world.end();
}

#[test, expected_failure(abort_code = peers::EPeerCount)]
fun home_is_given() {
    let mut world = unwired();
    world.wire(vector[], vector[], FINGERPRINT);
    world.end();
}
