//! 256-bit integers, which neither Rust nor Borsh has: comparable, widened from narrower ones, never wrapped silently.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Rem, Sub};

use anchor_lang::prelude::*;
use ruint::aliases::U256 as Number;

/// An unsigned integer of 256 bits. In Borsh it is 32 bytes, little-endian.
#[derive(
    AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq, Hash,
)]
pub struct U256 {
    little_endian: [u8; 32],
}

/// A signed integer of 256 bits, two's complement. In Borsh it is 32 bytes, little-endian.
#[derive(
    AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq, Hash,
)]
pub struct I256 {
    little_endian: [u8; 32],
}

macro_rules! common {
    ($name:ident) => {
        impl $name {
            /// The number with these bytes, the most significant first.
            pub const fn from_be_bytes(bytes: [u8; 32]) -> Self {
                $name {
                    little_endian: reversed(bytes),
                }
            }

            /// Its bytes, the most significant first.
            pub const fn to_be_bytes(self) -> [u8; 32] {
                reversed(self.little_endian)
            }

            /// Its bytes, the least significant first, as Borsh has them.
            pub const fn to_le_bytes(self) -> [u8; 32] {
                self.little_endian
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
    };
}

macro_rules! widen {
    ($name:ident from $($narrow:ty, $fill:expr;)*) => {$(
        impl From<$narrow> for $name {
            fn from(value: $narrow) -> Self {
                let fill: fn($narrow) -> u8 = $fill;
                let mut little_endian = [fill(value); 32];
                let bytes = value.to_le_bytes();
                little_endian[..bytes.len()].copy_from_slice(&bytes);
                $name { little_endian }
            }
        }
    )*};
}

common!(U256);
common!(I256);

widen! { U256 from u8, |_| 0; u16, |_| 0; u32, |_| 0; u64, |_| 0; u128, |_| 0; }
widen! { I256 from i8, sign; i16, sign; i32, sign; i64, sign; i128, sign; }

macro_rules! arithmetic {
    ($($checked:ident, $trait:ident, $operator:ident;)*) => {
        impl U256 {$(
            /// The same as that method of Rust's own integers.
            pub fn $checked(self, other: Self) -> Option<Self> {
                let (left, right) = (self.number(), other.number());
                left.$checked(right).map(Self::from_number)
            }
        )*}

        $(impl $trait for U256 {
            type Output = Self;

            /// Panics where there is no result, which fails the transaction.
            fn $operator(self, other: Self) -> Self {
                self.$checked(other).expect("the number has a value")
            }
        })*
    };
}

arithmetic! {
    checked_add, Add, add;
    checked_sub, Sub, sub;
    checked_mul, Mul, mul;
    checked_div, Div, div;
    checked_rem, Rem, rem;
}

macro_rules! narrow {
    ($($method:ident, $narrow:ty;)*) => {
        impl U256 {$(
            /// As many low bits as that type has.
            pub const fn $method(self) -> $narrow {
                let mut bytes = [0; size_of::<$narrow>()];
                let mut at = 0;
                while at < bytes.len() {
                    bytes[at] = self.little_endian[at];
                    at += 1;
                }
                <$narrow>::from_le_bytes(bytes)
            }
        )*}
    };
}

narrow! { low_u8, u8; low_u16, u16; low_u32, u32; low_u64, u64; low_u128, u128; }

impl U256 {
    fn number(self) -> Number {
        Number::from_le_bytes(self.little_endian)
    }

    fn from_number(number: Number) -> Self {
        U256 {
            little_endian: number.to_le_bytes(),
        }
    }
}

impl Ord for U256 {
    fn cmp(&self, other: &Self) -> Ordering {
        self.little_endian
            .iter()
            .rev()
            .cmp(other.little_endian.iter().rev())
    }
}

impl Ord for I256 {
    /// Numbers of one sign compare like their bytes; the sign bit, inverted, sorts negative numbers first.
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |number: &Self| {
            let mut bytes = number.to_be_bytes();
            bytes[0] ^= 0x80;
            bytes
        };
        key(self).cmp(&key(other))
    }
}

/// The byte that fills a signed number to a wider one.
fn sign(value: impl Into<i128>) -> u8 {
    if value.into() < 0 {
        0xff
    } else {
        0
    }
}

const fn reversed(bytes: [u8; 32]) -> [u8; 32] {
    let mut out = [0; 32];
    let mut at = 0;
    while at < 32 {
        out[at] = bytes[31 - at];
        at += 1;
    }
    out
}
