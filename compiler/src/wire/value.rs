//! Values of the language, as the reference codec and the interpreter see them.

use serde::{Serialize, Serializer};

use super::layout::address_size;
use crate::literal::U256;
use crate::types::{Declarations, Type, Units};

/// A value, whose type is stated beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// `uN` or `amount<…>`
    Uint(U256),
    /// `iN`, as the 256-bit two's complement.
    Int(U256),
    /// `bytesN`, `bytes<N>` or an address.
    Bytes(Vec<u8>),
    /// `string<N>`
    String(String),
    /// `list<T, N>` or `[T; N]`
    List(Vec<Value>),
    /// `option<T>`
    Option(Option<Box<Value>>),
    /// A record, its fields in declared order.
    Record(Vec<Value>),
    /// An enum, by position of the variant.
    Variant(u8),
}

impl Value {
    /// The zero of a type: what a slot holds before it is written.
    pub fn zero(ty: &Type, declarations: &Declarations) -> Value {
        match ty {
            Type::Bool => Value::Bool(false),
            Type::Uint(_) | Type::Amount(_) => Value::Uint(U256::zero()),
            Type::Int(_) => Value::Int(U256::zero()),
            Type::FixedBytes(len) => Value::Bytes(vec![0; usize::from(*len)]),
            Type::Bytes(_) => Value::Bytes(Vec::new()),
            Type::String(_) => Value::String(String::new()),
            Type::List(..) => Value::List(Vec::new()),
            Type::Array(element, len) => {
                Value::List(vec![Value::zero(element, declarations); *len as usize])
            }
            Type::Option(_) => Value::Option(None),
            Type::Record(record) => {
                let fields = &declarations.records[*record].fields;
                Value::Record(
                    fields
                        .iter()
                        .map(|field| Value::zero(&field.ty, declarations))
                        .collect(),
                )
            }
            Type::Enum(_) => Value::Variant(0),
            Type::Address(chain) => Value::Bytes(vec![
                0;
                address_size(declarations.chains[*chain].vm)
                    as usize
            ]),
        }
    }

    /// Whether it is a value of a type: of its form, within its range and its bounds. Such a value can be encoded.
    pub fn is_of(&self, ty: &Type, declarations: &Declarations) -> bool {
        let all_of = |values: &[Value], element: &Type| {
            values
                .iter()
                .all(|value| value.is_of(element, declarations))
        };
        match (self, ty) {
            (Value::Bool(_), Type::Bool) | (Value::Option(None), Type::Option(_)) => true,
            (Value::Uint(number), Type::Uint(bits) | Type::Amount(Units { bits, .. })) => {
                number.bits() <= usize::from(*bits)
            }
            (Value::Int(number), Type::Int(bits)) => fits_signed(*number, *bits),
            (Value::Bytes(bytes), Type::FixedBytes(len)) => bytes.len() == usize::from(*len),
            (Value::Bytes(bytes), Type::Bytes(max)) => bytes.len() <= *max as usize,
            (Value::Bytes(bytes), Type::Address(chain)) => {
                bytes.len() == address_size(declarations.chains[*chain].vm) as usize
            }
            (Value::String(text), Type::String(max)) => text.len() <= *max as usize,
            (Value::List(values), Type::List(element, max)) => {
                values.len() <= *max as usize && all_of(values, element)
            }
            (Value::List(values), Type::Array(element, len)) => {
                values.len() == *len as usize && all_of(values, element)
            }
            (Value::Option(Some(value)), Type::Option(some)) => value.is_of(some, declarations),
            (Value::Record(values), Type::Record(record)) => {
                let fields = &declarations.records[*record].fields;
                let mut pairs = values.iter().zip(fields);
                values.len() == fields.len()
                    && pairs.all(|(value, field)| value.is_of(&field.ty, declarations))
            }
            (Value::Variant(index), Type::Enum(id)) => {
                usize::from(*index) < declarations.enums[*id].variants.len()
            }
            _ => false,
        }
    }

    /// The value as JSON: integers as decimal strings (they do not fit JSON's numbers), bytes as `0x…`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a value has no keys but strings")
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Uint(value) => serializer.collect_str(value),
            Value::Int(value) => serializer.serialize_str(&signed_to_string(*value)),
            Value::Bytes(bytes) => serializer.serialize_str(&hex(bytes)),
            Value::String(text) => serializer.serialize_str(text),
            Value::List(values) | Value::Record(values) => serializer.collect_seq(values),
            Value::Option(None) => serializer.serialize_none(),
            Value::Option(Some(value)) => serializer.collect_map([("some", value)]),
            Value::Variant(index) => serializer.serialize_u8(*index),
        }
    }
}

/// Whether a 256-bit two's complement is negative.
pub fn is_negative(value: U256) -> bool {
    value.bit(255)
}

/// Whether a 256-bit two's complement is a number of so many bits: all bits from the sign up are equal.
pub fn fits_signed(value: U256, bits: u16) -> bool {
    let magnitude = if is_negative(value) { !value } else { value };
    magnitude.bits() < usize::from(bits)
}

fn signed_to_string(value: U256) -> String {
    if is_negative(value) {
        format!("-{}", (!value).overflowing_add(U256::one()).0)
    } else {
        value.to_string()
    }
}

/// Bytes as lower-case hexadecimal with the prefix `0x`.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Vec::with_capacity(2 + 2 * bytes.len());
    text.extend_from_slice(b"0x");
    for byte in bytes {
        let digits = [byte >> 4, byte & 0xf].map(|digit| DIGITS[usize::from(digit)]);
        text.extend_from_slice(&digits);
    }
    String::from_utf8(text).expect("digits are ASCII")
}
