/// An address on any chain, 32 bytes.
module wormhole::external_address {
    const E_VECTOR_TOO_LONG: u64 = 0;

    struct ExternalAddress has drop, copy, store {
        external_address: vector<u8>
    }

    public fun get_bytes(e: &ExternalAddress): vector<u8> {
        e.external_address
    }

    public fun pad_left_32(input: &vector<u8>): vector<u8> {
        assert!(input.length() <= 32, E_VECTOR_TOO_LONG);
        let padded = vector[];
        while (padded.length() + input.length() < 32) padded.push_back(0);
        padded.append(*input);
        padded
    }

    public fun left_pad(s: &vector<u8>): ExternalAddress {
        ExternalAddress { external_address: pad_left_32(s) }
    }

    public fun from_bytes(bytes: vector<u8>): ExternalAddress {
        left_pad(&bytes)
    }
}
