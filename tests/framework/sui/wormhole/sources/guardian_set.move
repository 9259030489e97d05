/// Who signs, and until when.
module wormhole::guardian_set;

use sui::clock::Clock;

public struct GuardianSet has store {
    index: u32,
    guardians: vector<vector<u8>>,
    expiration_timestamp_ms: u64,
}

/// The guardians are Ethereum addresses of 20 bytes.
public(package) fun new(index: u32, guardians: vector<vector<u8>>): GuardianSet {
    GuardianSet { index, guardians, expiration_timestamp_ms: 0 }
}

public fun index(self: &GuardianSet): u32 {
    self.index
}

public fun num_guardians(self: &GuardianSet): u64 {
    self.guardians.length()
}

public fun quorum(self: &GuardianSet): u64 {
    self.num_guardians() * 2 / 3 + 1
}

public fun is_active(self: &GuardianSet, clock: &Clock): bool {
    self.expiration_timestamp_ms == 0 || self.expiration_timestamp_ms > clock.timestamp_ms()
}

public(package) fun guardian(self: &GuardianSet, i: u64): vector<u8> {
    self.guardians[i]
}

public(package) fun set_expiration(self: &mut GuardianSet, seconds_to_live: u32, clock: &Clock) {
    self.expiration_timestamp_ms = clock.timestamp_ms() + (seconds_to_live as u64) * 1000;
}
