/// Exactly 32 bytes.
module wormhole::bytes32;

const E_INVALID_BYTES32: u64 = 0;

public struct Bytes32 has copy, drop, store {
    data: vector<u8>,
}

public fun new(data: vector<u8>): Bytes32 {
    assert!(data.length() == 32, E_INVALID_BYTES32);
    Bytes32 { data }
}

public fun data(self: &Bytes32): vector<u8> {
    self.data
}

public fun to_bytes(value: Bytes32): vector<u8> {
    value.data
}

public fun from_address(addr: address): Bytes32 {
    new(sui::address::to_bytes(addr))
}

public fun to_address(value: Bytes32): address {
    sui::address::from_bytes(value.data)
}

public fun is_nonzero(self: &Bytes32): bool {
    let mut i = 0;
    while (i < 32) {
        if (self.data[i] != 0) return true;
        i = i + 1;
    };
    false
}
