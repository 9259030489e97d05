/// The core's one shared object.
module wormhole::state;

use sui::balance::{Self, Balance};
use sui::sui::SUI;
use sui::table::{Self, Table};
use wormhole::guardian_set::{Self, GuardianSet};

const E_ZERO_GUARDIANS: u64 = 0;
const E_INCORRECT_FEE: u64 = 0;

const CHAIN_ID: u16 = 21;

public struct State has key, store {
    id: UID,
    guardian_set_index: u32,
    guardian_sets: Table<u32, GuardianSet>,
    guardian_set_seconds_to_live: u32,
    message_fee: u64,
    fees: Balance<SUI>,
}

public fun chain_id(): u16 {
    CHAIN_ID
}

public fun guardian_set_index(self: &State): u32 {
    self.guardian_set_index
}

public fun guardian_set_at(self: &State, index: u32): &GuardianSet {
    &self.guardian_sets[index]
}

public fun message_fee(self: &State): u64 {
    self.message_fee
}

public fun fees_collected(self: &State): u64 {
    self.fees.value()
}

/// Takes exactly the fee, as the real core does.
public(package) fun deposit_fee(self: &mut State, fee: Balance<SUI>) {
    assert!(fee.value() == self.message_fee, E_INCORRECT_FEE);
    self.fees.join(fee);
}

#[test_only]
/// A core with these guardians, each an Ethereum address of 20 bytes, as set 0.
public fun new_for_testing(
    guardians: vector<vector<u8>>,
    message_fee: u64,
    ctx: &mut TxContext,
): State {
    assert!(!guardians.is_empty(), E_ZERO_GUARDIANS);
    let mut guardian_sets = table::new(ctx);
    guardian_sets.add(0, guardian_set::new(0, guardians));
    State {
        id: object::new(ctx),
        guardian_set_index: 0,
        guardian_sets,
        guardian_set_seconds_to_live: 86_400,
        message_fee,
        fees: balance::zero(),
    }
}

#[test_only]
public fun set_message_fee_for_testing(self: &mut State, message_fee: u64) {
    self.message_fee = message_fee;
}

#[test_only]
/// Replaces the guardians; the old set stays good for a day.
public fun replace_guardians_for_testing(
    self: &mut State,
    guardians: vector<vector<u8>>,
    clock: &sui::clock::Clock,
) {
    let old = self.guardian_set_index;
    self.guardian_sets[old].set_expiration(self.guardian_set_seconds_to_live, clock);
    self.guardian_set_index = old + 1;
    self.guardian_sets.add(old + 1, guardian_set::new(old + 1, guardians));
}
