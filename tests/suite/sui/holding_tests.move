#[test_only]
/// What a coordinator takes into custody, and to whom it goes.
module feature_sui::holding_tests;

use feature_sui::coordinator::{Self, Coordinator};
use sui::{clock::{Self, Clock}, coin::{Self, Coin}, event, test_scenario::{Self, Scenario}, test_utils};
use sui_::target::{Self, State as Target};
use token::token::TOKEN;
use wormhole::{emitter, external_address, state, vaa};
use xcc_runtime::{header, message_kind, wormhole_endpoint::Opened};

const FINGERPRINT: vector<u8> = x"@FINGERPRINT@";
const DEPLOYER: address = @0xde;
const USER: address = @0xb0b;
const OTHER: address = @0x07e4;
const TREASURY: address = @0x74ea;
const STRANGER: address = @0x57;

public struct World {
    s: Scenario,
    clock: Clock,
    target: Target,
    coordinator: Coordinator,
}

/// A chain with the coordinator, wired.
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
    World { s, clock, target: target::new(@0x57a7e), coordinator }
}

fun mint(world: &mut World, value: u64): Coin<TOKEN> {
    coin::mint_for_testing(value, world.s.ctx())
}

/// Starts an instance of 10, of which 3 are a fee, with coins of these amounts; gives the instance.
fun start(world: &mut World, user: address, funds: u64, charge: u64): vector<u8> {
    world.s.next_tx(user);
    let (funds, charge) = (mint(world, funds), mint(world, charge));
    let World { s, clock, target, coordinator } = world;
    let tickets = coordinator.start(user, 10, 3, TREASURY, funds, charge, target, clock, s.ctx());
    test_utils::destroy(tickets);
    let opened = event::events_by_type<Opened>();
    instance(std::bcs::to_bytes(&opened[0]))
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

/// Has an instance refused by the first participant, and undone.
fun undo(world: &mut World, instance: vector<u8>) {
    let mut payload = vector[];
    header::new(message_kind::refused(), 3, &FINGERPRINT, 0, instance).write(&mut payload);
    payload.push_back(3);
    let sender = external_address::from_address(@0xba);
    let refused = vaa::new_test_only(0, 1, 0, 30, sender, 1, 1, payload);
    world.coordinator.on_refused_base_run(refused);
    world.coordinator.undo_home_run(instance, &mut world.target);
    assert!(world.coordinator.phase(instance) == 5);
}

fun claim(world: &mut World, by: address, instance: vector<u8>) {
    world.s.next_tx(by);
    world.coordinator.claim_funds(instance, world.s.ctx());
}

/// The value of the only coin that an account has, which is taken away.
fun received(world: &mut World, account: address): u64 {
    world.s.next_tx(account);
    assert!(world.s.ids_for_sender<Coin<TOKEN>>().length() == 1);
    world.s.take_from_sender<Coin<TOKEN>>().burn_for_testing()
}

fun end(world: World) {
    test_utils::destroy(world);
}

#[test]
fun what_was_taken_is_given_back_whoever_asks() {
    let mut world = set_up();
    let first = start(&mut world, USER, 7, 3);
    let second = start(&mut world, OTHER, 7, 3);
    assert!(world.coordinator.token_held() == 20);
    undo(&mut world, first);
    assert!(world.coordinator.token_held() == 20);
    claim(&mut world, STRANGER, first);
    assert!(received(&mut world, USER) == 7);
    world.s.next_tx(STRANGER);
    world.coordinator.claim_charge(first, world.s.ctx());
    assert!(received(&mut world, USER) == 3);
    // What the other instance holds is still there.
    assert!(world.coordinator.token_held() == 10);
    assert!(world.coordinator.funds_status(second) == 2);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun nothing_is_given_back_twice() {
    let mut world = set_up();
    let first = start(&mut world, USER, 7, 3);
    start(&mut world, OTHER, 7, 3);
    undo(&mut world, first);
    claim(&mut world, USER, first);
    claim(&mut world, USER, first);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun nothing_is_given_back_before_it_is_owed() {
    let mut world = set_up();
    let first = start(&mut world, USER, 7, 3);
    claim(&mut world, USER, first);
    end(world);
}

#[test, expected_failure(abort_code = 6, location = feature_sui::coordinator)]
fun what_is_given_back_is_not_paid() {
    let mut world = set_up();
    let first = start(&mut world, USER, 7, 3);
    undo(&mut world, first);
    world.coordinator.claim_pay_funds(first, world.s.ctx());
    end(world);
}

#[test, expected_failure(abort_code = 41, location = xcc_runtime::custody)]
fun a_coin_of_less_is_refused() {
    let mut world = set_up();
    start(&mut world, USER, 6, 3);
    end(world);
}

#[test, expected_failure(abort_code = 41, location = xcc_runtime::custody)]
fun a_coin_of_more_is_refused() {
    let mut world = set_up();
    start(&mut world, USER, 7, 4);
    end(world);
}

#[test, expected_failure(abort_code = 41, location = xcc_runtime::custody)]
fun each_step_takes_its_own_coin() {
    let mut world = set_up();
    start(&mut world, USER, 3, 7);
    end(world);
}
