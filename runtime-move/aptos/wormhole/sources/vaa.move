// SPDX-License-Identifier: MIT OR Apache-2.0

/// Messages that the guardians signed. Signatures of the published module.
module wormhole::vaa {
    use wormhole::external_address::ExternalAddress;
    use wormhole::u16::U16;

    struct VAA {
        payload: vector<u8>,
    }

    public fun parse_and_verify(_bytes: vector<u8>): VAA {
        abort 0
    }

    public fun get_emitter_chain(_vaa: &VAA): U16 {
        abort 0
    }

    public fun get_emitter_address(_vaa: &VAA): ExternalAddress {
        abort 0
    }

    public fun destroy(_vaa: VAA): vector<u8> {
        abort 0
    }
}
