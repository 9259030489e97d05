// SPDX-License-Identifier: MIT OR Apache-2.0

/// Writes a message, in the encoding that `reader` accepts.
module xcc_runtime::writer;

use std::{bcs, string::String};

/// The number of a variant that does not exist.
const EVariant: u64 = 36;
/// A length or count that its two bytes, or the type's bound, cannot hold.
const EBound: u64 = 37;
/// A value of fixed size that has another size.
const ESize: u64 = 40;

/// One byte, 0 or 1.
public fun write_bool(out: &mut vector<u8>, value: bool) {
    out.push_back(if (value) 1 else 0);
}

/// One byte.
public fun write_u8(out: &mut vector<u8>, value: u8) {
    out.push_back(value);
}

/// 2 bytes.
public fun write_u16(out: &mut vector<u8>, value: u16) {
    write_number(out, &value);
}

/// 4 bytes.
public fun write_u32(out: &mut vector<u8>, value: u32) {
    write_number(out, &value);
}

/// 8 bytes.
public fun write_u64(out: &mut vector<u8>, value: u64) {
    write_number(out, &value);
}

/// 16 bytes.
public fun write_u128(out: &mut vector<u8>, value: u128) {
    write_number(out, &value);
}

/// 32 bytes.
public fun write_u256(out: &mut vector<u8>, value: u256) {
    write_number(out, &value);
}

/// An address of this chain, 32 bytes.
public fun write_address(out: &mut vector<u8>, value: address) {
    out.append(bcs::to_bytes(&value));
}

/// The bytes as they are; there must be `size` of them.
public fun write_fixed(out: &mut vector<u8>, value: vector<u8>, size: u64) {
    assert!(value.length() == size, ESize);
    out.append(value);
}

/// The length in 2 bytes, at most `max`, and the bytes.
public fun write_bytes(out: &mut vector<u8>, value: vector<u8>, max: u64) {
    write_count(out, value.length(), max);
    out.append(value);
}

/// As `write_bytes`.
public fun write_string(out: &mut vector<u8>, value: String, max: u64) {
    write_bytes(out, value.into_bytes(), max);
}

/// The number of a list's elements in 2 bytes, at most `max`.
public fun write_count(out: &mut vector<u8>, count: u64, max: u64) {
    assert!(count <= max, EBound);
    write_u16(out, count as u16);
}

/// Refuses an array that has not exactly `length` elements, which are written after this.
public fun check_length(found: u64, length: u64) {
    assert!(found == length, ESize);
}

/// Refuses more bytes or elements than `max`.
public fun check_bound(found: u64, max: u64) {
    assert!(found <= max, EBound);
}

/// Refuses the number of a variant that is not less than their `count`.
public fun check_variant(variant: u8, count: u8) {
    assert!(variant < count, EVariant);
}

/// BCS writes numbers little-endian, the wire format big-endian.
fun write_number<T>(out: &mut vector<u8>, value: &T) {
    let mut bytes = bcs::to_bytes(value);
    bytes.reverse();
    out.append(bytes);
}
