// SPDX-License-Identifier: MIT OR Apache-2.0

/// An address on any chain, 32 bytes. Signatures of the published module.
module wormhole::external_address {
    struct ExternalAddress has copy, drop, store {
        external_address: vector<u8>,
    }

    public fun get_bytes(_address: &ExternalAddress): vector<u8> {
        abort 0
    }
}
