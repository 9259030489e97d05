/// The messages a receiver has taken, each at most once.
module wormhole::consumed_vaas;

use sui::table::{Self, Table};
use wormhole::bytes32::Bytes32;

const E_KEY_ALREADY_EXISTS: u64 = 0;

public struct Empty has drop, store {}

public struct ConsumedVAAs has store {
    hashes: Table<Bytes32, Empty>,
}

public fun new(ctx: &mut TxContext): ConsumedVAAs {
    ConsumedVAAs { hashes: table::new(ctx) }
}

public fun consume(self: &mut ConsumedVAAs, digest: Bytes32) {
    assert!(!self.hashes.contains(digest), E_KEY_ALREADY_EXISTS);
    self.hashes.add(digest, Empty {})
}
