// SPDX-License-Identifier: MIT OR Apache-2.0

/// Signed integers, which this VM has not: two's complements kept in the unsigned type of the same width.
///
/// `order_N` maps a two's complement to an unsigned number so that the order of the values is kept; compare with its help.
module xcc_runtime::signed {
    /// Order of 8-bit two's complements.
    public fun order_8(value: u8): u8 { value ^ (1 << 7) }

    /// Order of 16-bit two's complements.
    public fun order_16(value: u16): u16 { value ^ (1 << 15) }

    /// Order of 32-bit two's complements.
    public fun order_32(value: u32): u32 { value ^ (1 << 31) }

    /// Order of 64-bit two's complements.
    public fun order_64(value: u64): u64 { value ^ (1 << 63) }

    /// Order of 128-bit two's complements.
    public fun order_128(value: u128): u128 { value ^ (1 << 127) }

    /// Order of 256-bit two's complements.
    public fun order_256(value: u256): u256 { value ^ (1 << 255) }

    /// The two's complement of `to` bits that has the value of this one of `from` bits. `from` is less than `to`.
    public fun widen(value: u256, from: u8, to: u16): u256 {
        let is_negative = (value >> (from - 1)) & 1 == 1;
        if (!is_negative) return value;
        let all = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffu256;
        let wide = all >> ((256 - to) as u8);
        value | (wide ^ ((1 << from) - 1))
    }
}
