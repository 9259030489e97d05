#[test_only]
/// A coordinator that is wired, started and asked by whoever may, and by others.
module feature_sui::coordinator_tests;

use feature_sui::coordinator::{Self, Coordinator};
use sui::{clock::{Self, Clock}, coin::{Self, Coin}, event, sui::SUI, test_scenario::{Self, Scenario}, test_utils};
use sui_::target::{Self, State as Target};
use wormhole::{emitter, publish_message::MessageTicket, state::{Self, State}};
use xcc_runtime::{wormhole_endpoint::Opened, wormhole_publisher};

const FINGERPRINT: vector<u8> = x"@FINGERPRINT@";
const FEE: u64 = 5;
const DEPLOYER: address = @0xde;
const USER: address = @0xb0b;

public struct World {
    s: Scenario,
    core: State,
    clock: Clock,
    gas: Coin<SUI>,
    target: Target,
    coordinator: Coordinator,
}

/// A chain with the coordinator, unwired, and a coin of so much.
fun set_up(riches: u64): World {
    let mut s = test_scenario::begin(DEPLOYER);
    let core = state::new_for_testing(vector[x"beFA429d57cD18b7F8A4d91A2da9AB4AF05d0FBe"], FEE, s.ctx());
    let clock = clock::create_for_testing(s.ctx());
    let gas = coin::mint_for_testing<SUI>(riches, s.ctx());
    coordinator::init_for_testing(s.ctx());
    s.next_tx(DEPLOYER);
    let coordinator = s.take_shared<Coordinator>();
    World { s, core, clock, gas, target: target::new(@0x57a7e), coordinator }
}

fun wire_with(world: &mut World, chains: vector<u16>, addresses: vector<address>) {
    let emitter = emitter::new(&world.core, world.s.ctx());
    world.coordinator.wire(emitter, chains, addresses, FINGERPRINT, world.s.ctx());
}

fun wire(world: &mut World) {
    wire_with(world, vector[30, 1], vector[@0xba, @0x50]);
}

fun start(world: &mut World, user: address): vector<MessageTicket> {
    world.coordinator.start(user, 11, &mut world.target, &world.clock, world.s.ctx())
}

fun start_with(world: &mut World, target: &mut Target): vector<MessageTicket> {
    world.coordinator.start(DEPLOYER, 11, target, &world.clock, world.s.ctx())
}

fun cancel(world: &mut World, instance: vector<u8>): vector<MessageTicket> {
    world.coordinator.cancel(instance, &world.clock, world.s.ctx())
}

fun publish(world: &mut World, tickets: vector<MessageTicket>) {
    let World { core, gas, clock, s, .. } = world;
    wormhole_publisher::publish_all(tickets, core, gas, clock, s.ctx());
}

fun end(world: World) {
    test_utils::destroy(world);
}

#[test, expected_failure(abort_code = 16, location = xcc_runtime::wormhole_endpoint)]
fun nothing_starts_before_it_is_wired() {
    let mut world = set_up(FEE);
    let tickets = start(&mut world, DEPLOYER);
    publish(&mut world, tickets);
    end(world);
}

#[test, expected_failure(abort_code = 18, location = xcc_runtime::wormhole_endpoint)]
fun a_stranger_cannot_wire_it() {
    let mut world = set_up(FEE);
    world.s.next_tx(USER);
    wire(&mut world);
    end(world);
}

#[test, expected_failure(abort_code = 17, location = xcc_runtime::wormhole_endpoint)]
fun nobody_wires_it_again() {
    let mut world = set_up(FEE);
    wire(&mut world);
    wire(&mut world);
    end(world);
}

#[test, expected_failure(abort_code = 19, location = xcc_runtime::wormhole_endpoint)]
fun it_is_of_no_other_source() {
    let mut world = set_up(FEE);
    let emitter = emitter::new(&world.core, world.s.ctx());
    let other = x"0000000000000000000000000000000000000000000000000000000000000000";
    world.coordinator.wire(emitter, vector[30, 1], vector[@0xba, @0x50], other, world.s.ctx());
    end(world);
}

#[test, expected_failure(abort_code = 29, location = feature_sui::coordinator)]
fun peers_come_in_their_order() {
    let mut world = set_up(FEE);
    wire_with(&mut world, vector[1, 30], vector[@0x50, @0xba]);
    end(world);
}

#[test, expected_failure(abort_code = 29, location = feature_sui::coordinator)]
fun no_peer_is_missing() {
    let mut world = set_up(FEE);
    wire_with(&mut world, vector[30], vector[@0xba]);
    end(world);
}

#[test, expected_failure(abort_code = 21, location = xcc_runtime::peers)]
fun no_peer_is_nobody() {
    let mut world = set_up(FEE);
    wire_with(&mut world, vector[30, 1], vector[@0xba, @0x0]);
    end(world);
}

#[test, expected_failure(abort_code = 1, location = feature_sui::coordinator)]
fun nobody_starts_for_somebody_else() {
    let mut world = set_up(FEE);
    wire(&mut world);
    let tickets = start(&mut world, USER);
    publish(&mut world, tickets);
    end(world);
}

#[test, expected_failure(abort_code = 28, location = feature_sui::coordinator)]
fun no_other_object_takes_the_targets_place() {
    let mut world = set_up(FEE);
    wire(&mut world);
    let mut other = target::new(@0x57a7f);
    let tickets = start_with(&mut world, &mut other);
    publish(&mut world, tickets);
    test_utils::destroy(other);
    end(world);
}

#[test, expected_failure(abort_code = 28, location = feature_sui::coordinator)]
fun no_other_object_takes_its_place_later() {
    let mut world = set_up(FEE);
    wire(&mut world);
    let mut other = target::new(@0x57a7f);
    world.coordinator.undo_before(x"00", &mut other);
    test_utils::destroy(other);
    end(world);
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun who_starts_pays_for_the_message() {
    let mut world = set_up(FEE - 1);
    wire(&mut world);
    let tickets = start(&mut world, DEPLOYER);
    publish(&mut world, tickets);
    end(world);
}

#[test]
fun two_starts_are_two_instances() {
    let mut world = set_up(4 * FEE);
    wire(&mut world);
    let tickets = start(&mut world, DEPLOYER);
    publish(&mut world, tickets);
    let tickets = start(&mut world, DEPLOYER);
    publish(&mut world, tickets);
    assert!(world.gas.value() == 2 * FEE);
    let opened = event::events_by_type<Opened>();
    assert!(opened.length() == 2);
    let first = instance(std::bcs::to_bytes(&opened[0]));
    let second = instance(std::bcs::to_bytes(&opened[1]));
    assert!(first != second);
    assert!(world.coordinator.phase(first) == 1 && world.coordinator.phase(second) == 1);
    let tickets = world.coordinator.redrive(second);
    publish(&mut world, tickets);
    let tickets = cancel(&mut world, first);
    publish(&mut world, tickets);
    assert!(world.coordinator.phase(first) == 2 && world.coordinator.phase(second) == 1);
    assert!(world.gas.value() == 0);
    end(world);
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

#[test, expected_failure(abort_code = 4, location = feature_sui::coordinator)]
fun what_was_never_started_is_not_cancelled() {
    let mut world = set_up(FEE);
    wire(&mut world);
    let tickets = cancel(&mut world, x"00");
    publish(&mut world, tickets);
    end(world);
}

#[test, expected_failure(abort_code = 5, location = feature_sui::coordinator)]
fun what_was_never_started_is_not_sent_again() {
    let mut world = set_up(FEE);
    wire(&mut world);
    let tickets = world.coordinator.redrive(x"00");
    publish(&mut world, tickets);
    end(world);
}

#[test, expected_failure(abort_code = 5, location = feature_sui::coordinator)]
fun what_was_never_started_is_not_undone() {
    let mut world = set_up(FEE);
    wire(&mut world);
    world.coordinator.undo_before(x"00", &mut world.target);
    end(world);
}

#[test]
fun what_was_never_started_stands_nowhere() {
    let world = set_up(FEE);
    assert!(world.coordinator.phase(x"00") == 0);
    assert!(world.coordinator.before_status(x"00") == 0);
    end(world);
}
