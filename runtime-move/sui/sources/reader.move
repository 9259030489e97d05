// SPDX-License-Identifier: MIT OR Apache-2.0

/// Reads a message, accepting exactly one encoding of each value.
///
/// Numbers are big-endian; lengths, counts and bounds are in bytes or elements.
module xcc_runtime::reader;

use std::string::{Self, String};

/// The bytes end before the value does.
const ETruncated: u64 = 32;
/// Bytes follow the last value.
const ETrailing: u64 = 33;
/// A boolean that is neither 0 nor 1.
const EBool: u64 = 34;
/// An option's tag that is neither 0 nor 1.
const ETag: u64 = 35;
/// A variant that does not exist.
const EVariant: u64 = 36;
/// A length or count over its bound.
const EBound: u64 = 37;
/// A string that is not well-formed UTF-8.
const EUtf8: u64 = 38;

/// Bytes that are being read. It cannot be dropped, so no decoder can forget to `finish`.
public struct Reader {
    bytes: vector<u8>,
    at: u64,
}

/// A reader at the first byte.
public fun new(bytes: vector<u8>): Reader {
    Reader { bytes, at: 0 }
}

/// Refuses bytes that were not read.
public fun finish(self: Reader) {
    let Reader { bytes, at } = self;
    assert!(at == bytes.length(), ETrailing);
}

/// How many bytes were not read yet.
public fun left(self: &Reader): u64 {
    self.bytes.length() - self.at
}

/// One byte, 0 or 1.
public fun read_bool(self: &mut Reader): bool {
    self.read_flag(EBool)
}

/// One byte.
public fun read_u8(self: &mut Reader): u8 {
    assert!(self.at < self.bytes.length(), ETruncated);
    let byte = self.bytes[self.at];
    self.at = self.at + 1;
    byte
}

/// 2 bytes.
public fun read_u16(self: &mut Reader): u16 {
    self.read_number(2) as u16
}

/// 4 bytes.
public fun read_u32(self: &mut Reader): u32 {
    self.read_number(4) as u32
}

/// 8 bytes.
public fun read_u64(self: &mut Reader): u64 {
    self.read_number(8) as u64
}

/// 16 bytes.
public fun read_u128(self: &mut Reader): u128 {
    self.read_number(16) as u128
}

/// 32 bytes.
public fun read_u256(self: &mut Reader): u256 {
    self.read_number(32)
}

/// An address of this chain, 32 bytes.
public fun read_address(self: &mut Reader): address {
    sui::address::from_u256(self.read_number(32))
}

/// So many bytes as they are.
public fun read_fixed(self: &mut Reader, size: u64): vector<u8> {
    assert!(size <= self.bytes.length() - self.at, ETruncated);
    let end = self.at + size;
    let mut taken = vector[];
    while (self.at < end) {
        taken.push_back(self.bytes[self.at]);
        self.at = self.at + 1;
    };
    taken
}

/// A length in 2 bytes, at most `max`, and that many bytes.
public fun read_bytes(self: &mut Reader, max: u64): vector<u8> {
    let length = self.read_count(max);
    self.read_fixed(length)
}

/// As `read_bytes`, well-formed UTF-8.
public fun read_string(self: &mut Reader, max: u64): String {
    let text = string::try_utf8(self.read_bytes(max));
    assert!(text.is_some(), EUtf8);
    text.destroy_some()
}

/// The number of a list's elements in 2 bytes, at most `max`.
public fun read_count(self: &mut Reader, max: u64): u64 {
    let count = self.read_number(2) as u64;
    assert!(count <= max, EBound);
    count
}

/// Whether an option has a value.
public fun read_tag(self: &mut Reader): bool {
    self.read_flag(ETag)
}

/// The position of an enum's variant in one byte, under `count`.
public fun read_variant(self: &mut Reader, count: u16): u8 {
    let variant = self.read_u8();
    assert!((variant as u16) < count, EVariant);
    variant
}

fun read_flag(self: &mut Reader, error: u64): bool {
    let byte = self.read_u8();
    assert!(byte <= 1, error);
    byte == 1
}

fun read_number(self: &mut Reader, size: u64): u256 {
    assert!(size <= self.bytes.length() - self.at, ETruncated);
    let end = self.at + size;
    let mut number = 0u256;
    while (self.at < end) {
        number = (number << 8) | (self.bytes[self.at] as u256);
        self.at = self.at + 1;
    };
    number
}
