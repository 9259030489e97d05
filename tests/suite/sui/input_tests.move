#[test_only]
/// Instances that are started with sound inputs and with others.
module feature_sui::input_tests;

use feature_sui::coordinator::{Self, Coordinator};
use sui::{clock::{Self, Clock}, test_scenario::{Self, Scenario}, test_utils};
use sui_::target::{Self, State as Target};
use wormhole::{emitter, state};

/// A chain with the coordinator, wired.
fun set_up(): (Scenario, Coordinator, Target, Clock) {
    let mut s = test_scenario::begin(@0xb0b);
    let core = state::new_for_testing(vector[x"beFA429d57cD18b7F8A4d91A2da9AB4AF05d0FBe"], 0, s.ctx());
    let clock = clock::create_for_testing(s.ctx());
    coordinator::init_for_testing(s.ctx());
    s.next_tx(@0xb0b);
    let mut coordinator = s.take_shared<Coordinator>();
    let emitter = emitter::new(&core, s.ctx());
    coordinator.wire(emitter, vector[30, 1], vector[@0xba, @0x50], x"@FINGERPRINT@", s.ctx());
    test_utils::destroy(core);
    (s, coordinator, target::new(@0x57a7e), clock)
}

/// So many bytes.
fun vector_of(count: u64): vector<u8> {
    let mut bytes = vector[];
    while (bytes.length() < count) {
        bytes.push_back(0x61);
    };
    bytes
}

@TESTS@
