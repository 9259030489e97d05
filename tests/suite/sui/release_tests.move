#[test_only]
/// What is released: it is owed at once and once, and nothing brings it back.
module feature_sui::release_tests;

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
const BASE_RUN: u16 = 4;

public struct World {
    s: Scenario,
    clock: Clock,
    target: Target,
    coordinator: Coordinator,
    instance: vector<u8>,
    sequence: u64,
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
    coordinator.wire(emitter, vector[30, 1], vector[@0xba, @0x50], FINGERPRINT, s.ctx());
    test_utils::destroy(core);
    s.next_tx(USER);
    let bond = coin::mint_for_testing<TOKEN>(7, s.ctx());
    let charge = coin::mint_for_testing<TOKEN>(3, s.ctx());
    let mut target = target::new(@0x57a7e);
    let tickets = coordinator.start(USER, 10, 3, TREASURY, bond, charge, &mut target, &clock, s.ctx());
    test_utils::destroy(tickets);
    let opened = event::events_by_type<Opened>();
    let instance = instance(std::bcs::to_bytes(&opened[0]));
    World { s, clock, target, coordinator, instance, sequence: 0 }
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

/// Has the first participant say this of its step.
fun said(world: &mut World, kind: u8, body: vector<u8>): wormhole::vaa::VAA {
    let mut payload = vector[];
    header::new(kind, BASE_RUN, &FINGERPRINT, 0, world.instance).write(&mut payload);
    payload.append(body);
    world.sequence = world.sequence + 1;
    let sender = external_address::from_address(@0xba);
    vaa::new_test_only(0, 1, 0, 30, sender, world.sequence, 1, payload)
}

/// Has the bond forfeited, by a receipt that is too much.
fun forfeit(world: &mut World) {
    let executed = world.said(message_kind::executed(), vector[0, 0, 0, 0, 0, 0, 3, 233]);
    let tickets = world.coordinator.on_executed_base_run(executed, &world.clock);
    test_utils::destroy(tickets);
}

fun undo(world: &mut World, said: wormhole::vaa::VAA) {
    world.coordinator.on_refused_base_run(said);
    let instance = world.instance;
    world.coordinator.undo_home_run(instance, &mut world.target);
    assert!(world.coordinator.phase(world.instance) == 5);
}

fun refuse(world: &mut World) {
    let refused = world.said(message_kind::refused(), vector[3]);
    world.undo(refused);
}

fun claim_bond(world: &mut World) {
    world.s.next_tx(STRANGER);
    let instance = world.instance;
    world.coordinator.claim_bond(instance, world.s.ctx());
}

fun claim_release_charge(world: &mut World) {
    world.s.next_tx(STRANGER);
    let instance = world.instance;
    world.coordinator.claim_release_charge(instance, world.s.ctx());
}

fun claim_release_bond(world: &mut World) {
    world.s.next_tx(STRANGER);
    let instance = world.instance;
    world.coordinator.claim_release_bond(instance, world.s.ctx());
}

fun received(world: &mut World, account: address): u64 {
    world.s.next_tx(account);
    world.s.take_from_sender<Coin<TOKEN>>().burn_for_testing()
}

fun end(world: World) {
    test_utils::destroy(world);
}

#[test]
fun a_fee_is_due_at_once_and_the_bond_goes_back() {
    let mut world = set_up();
    world.claim_release_charge();
    assert!(world.received(TREASURY) == 3);
    world.refuse();
    world.claim_bond();
    assert!(world.received(USER) == 7);
    assert!(world.coordinator.token_held() == 0);
    end(world);
}

#[test]
fun a_bond_that_is_forfeited_is_paid_once() {
    let mut world = set_up();
    world.forfeit();
    world.claim_release_bond();
    assert!(world.received(TREASURY) == 7);
    assert!(world.coordinator.token_held() == 3);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun a_fee_is_paid_once() {
    let mut world = set_up();
    world.claim_release_charge();
    world.refuse();
    world.claim_release_charge();
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun a_bond_that_is_forfeited_does_not_go_back() {
    let mut world = set_up();
    world.forfeit();
    let cancelled = world.said(message_kind::cancelled(), vector[]);
    world.coordinator.on_cancelled_base_run(cancelled);
    let instance = world.instance;
    world.coordinator.undo_home_run(instance, &mut world.target);
    assert!(world.coordinator.phase(world.instance) == 5);
    world.claim_bond();
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun a_bond_that_is_forfeited_is_not_paid_twice() {
    let mut world = set_up();
    world.forfeit();
    world.claim_release_bond();
    world.claim_release_bond();
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun a_bond_that_went_back_is_not_forfeited() {
    let mut world = set_up();
    world.refuse();
    world.claim_release_bond();
    end(world);
}
