/// An address on any chain.
module wormhole::external_address;

use wormhole::bytes32::{Self, Bytes32};

const E_ZERO_ADDRESS: u64 = 0;

public struct ExternalAddress has copy, drop, store {
    value: Bytes32,
}

public fun new(value: Bytes32): ExternalAddress {
    ExternalAddress { value }
}

public fun new_nonzero(value: Bytes32): ExternalAddress {
    assert!(value.is_nonzero(), E_ZERO_ADDRESS);
    new(value)
}

public fun to_bytes(ext: ExternalAddress): vector<u8> {
    ext.value.to_bytes()
}

public fun to_bytes32(ext: ExternalAddress): Bytes32 {
    ext.value
}

public fun to_address(ext: ExternalAddress): address {
    ext.value.to_address()
}

public fun from_address(addr: address): ExternalAddress {
    new(bytes32::from_address(addr))
}

public fun from_id(id: ID): ExternalAddress {
    from_address(id.to_address())
}

public fun is_nonzero(self: &ExternalAddress): bool {
    self.value.is_nonzero()
}
