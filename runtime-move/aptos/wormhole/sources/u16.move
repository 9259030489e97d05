// SPDX-License-Identifier: MIT OR Apache-2.0

/// Chain ids, in the form they had before Move knew 16-bit numbers. Signatures of the published module.
module wormhole::u16 {
    struct U16 has key, copy, drop, store {
        number: u64,
    }

    public fun to_u64(_number: U16): u64 {
        abort 0
    }
}
