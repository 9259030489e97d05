// SPDX-License-Identifier: MIT OR Apache-2.0

/// The right to publish under one address. Signatures of the published module.
module wormhole::emitter {
    use wormhole::external_address::ExternalAddress;

    struct EmitterCapability has store {
        emitter: u64,
        sequence: u64,
    }

    public fun get_external_address(_cap: &EmitterCapability): ExternalAddress {
        abort 0
    }
}
