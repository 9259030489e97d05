#[test_only]
/// What a step could not spend: who may say so, and whose it is then.
module feature_sui::hold_tests;

use feature_sui::coordinator::{Self, Coordinator};
use sui::{clock::{Self, Clock}, coin::{Self, Coin}, event, test_scenario::{Self, Scenario}, test_utils};
use sui_::target::{Self, State as Target};
use token::token::TOKEN;
use wormhole::{emitter, external_address, state, vaa};
use xcc_runtime::{header, message_kind, wormhole_endpoint::Opened};

const FINGERPRINT: vector<u8> = x"@FINGERPRINT@";
const DEPLOYER: address = @0xde;
const USER: address = @0xb0b;
const TREASURY: address = @0x74ea;
const STRANGER: address = @0x57;

public struct World {
    s: Scenario,
    clock: Clock,
    target: Target,
    coordinator: Coordinator,
    instance: vector<u8>,
}

/// A chain with an instance of 10, of which 3 are a fee, that was started.
fun set_up(): World {
    let mut s = test_scenario::begin(DEPLOYER);
    let core = state::new_for_testing(vector[x"beFA429d57cD18b7F8A4d91A2da9AB4AF05d0FBe"], 0, s.ctx());
    let clock = clock::create_for_testing(s.ctx());
    coordinator::init_for_testing(s.ctx());
    s.next_tx(DEPLOYER);
    let mut coordinator = s.take_shared<Coordinator>();
    let emitter = emitter::new(&core, s.ctx());
    coordinator.wire(emitter, vector[1], vector[@0x50], FINGERPRINT, s.ctx());
    test_utils::destroy(core);
    s.next_tx(USER);
    let funds = coin::mint_for_testing<TOKEN>(7, s.ctx());
    let charge = coin::mint_for_testing<TOKEN>(3, s.ctx());
    let tickets = coordinator.start(USER, 10, 3, TREASURY, funds, charge, &clock, s.ctx());
    test_utils::destroy(tickets);
    let opened = event::events_by_type<Opened>();
    let instance = instance(std::bcs::to_bytes(&opened[0]));
    World { s, clock, target: target::new(@0x57a7e), coordinator, instance }
}

/// The instance in an event, behind the machine and a length.
fun instance(event: vector<u8>): vector<u8> {
    let mut found = vector[];
    let mut index = 33;
    while (index < 65) {
        found.push_back(event[index]);
        index = index + 1;
    };
    found
}

/// Has the pivot run with this receipt, so that the step that spends is due.
fun decided(receipt: u8): World {
    let mut world = set_up();
    let mut payload = vector[];
    header::new(message_kind::executed(), 2, &FINGERPRINT, 0, world.instance).write(&mut payload);
    payload.append(vector[0, 0, 0, 0, 0, 0, 0, receipt]);
    let sender = external_address::from_address(@0x50);
    let executed = vaa::new_test_only(0, 1, 0, 1, sender, 1, 1, payload);
    world.coordinator.on_executed_solana_run(executed);
    assert!(world.coordinator.home_run_status(world.instance) == 1);
    world
}

fun park(world: &mut World, by: address) {
    world.s.next_tx(by);
    let instance = world.instance;
    world.coordinator.park_home_run(instance, world.s.ctx());
}

fun attempt(world: &mut World) {
    world.s.next_tx(STRANGER);
    let World { s, target, coordinator, instance, .. } = world;
    coordinator.attempt_home_run(*instance, target, s.ctx());
}

fun claim(world: &mut World) {
    world.s.next_tx(STRANGER);
    let instance = world.instance;
    world.coordinator.claim_hold_funds(instance, world.s.ctx());
}

fun end(world: World) {
    test_utils::destroy(world);
}

#[test]
fun what_is_given_up_is_its_owners_whoever_claims() {
    let mut world = decided(7);
    park(&mut world, USER);
    // The workflow went on to its end.
    assert!(world.coordinator.phase(world.instance) == 4);
    claim(&mut world);
    world.s.next_tx(USER);
    assert!(world.s.take_from_sender<Coin<TOKEN>>().burn_for_testing() == 7);
    assert!(world.coordinator.token_held() == 3);
    end(world);
}

#[test]
fun what_is_spent_goes_to_the_target_alone() {
    let mut world = decided(8);
    attempt(&mut world);
    assert!(world.coordinator.token_held() == 3);
    // The next one is the treasury's to give up.
    world.s.next_tx(TREASURY);
    let instance = world.instance;
    world.coordinator.park_home_note(instance, world.s.ctx());
    world.s.next_tx(STRANGER);
    let instance = world.instance;
    world.coordinator.claim_hold_charge(instance, world.s.ctx());
    world.s.next_tx(TREASURY);
    assert!(world.s.take_from_sender<Coin<TOKEN>>().burn_for_testing() == 3);
    assert!(world.coordinator.token_held() == 0);
    end(world);
}

#[test, expected_failure(abort_code = 1, location = feature_sui::coordinator)]
fun nobody_else_gives_it_up() {
    let mut world = decided(7);
    park(&mut world, STRANGER);
    end(world);
}

#[test, expected_failure(abort_code = 1, location = feature_sui::coordinator)]
fun who_owns_one_holding_gives_no_other_up() {
    let mut world = decided(8);
    attempt(&mut world);
    world.s.next_tx(USER);
    let instance = world.instance;
    world.coordinator.park_home_note(instance, world.s.ctx());
    end(world);
}

#[test, expected_failure(abort_code = 5, location = feature_sui::coordinator)]
fun nothing_is_given_up_before_it_is_due() {
    let mut world = set_up();
    park(&mut world, USER);
    end(world);
}

#[test, expected_failure(abort_code = 5, location = feature_sui::coordinator)]
fun what_was_given_up_is_not_spent() {
    let mut world = decided(7);
    park(&mut world, USER);
    attempt(&mut world);
    end(world);
}

#[test, expected_failure(abort_code = 5, location = feature_sui::coordinator)]
fun what_was_spent_is_not_given_up() {
    let mut world = decided(8);
    attempt(&mut world);
    park(&mut world, USER);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun what_was_spent_is_owed_to_nobody() {
    let mut world = decided(8);
    attempt(&mut world);
    claim(&mut world);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun nothing_is_claimed_before_it_is_given_up() {
    let mut world = decided(7);
    claim(&mut world);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun nothing_is_claimed_twice() {
    let mut world = decided(7);
    park(&mut world, USER);
    claim(&mut world);
    claim(&mut world);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun what_is_given_up_does_not_go_back_as_well() {
    let mut world = decided(7);
    park(&mut world, USER);
    let instance = world.instance;
    world.coordinator.claim_funds(instance, world.s.ctx());
    end(world);
}
