//! Values of the language, as the reference codec and the interpreter see them.

use serde::{Serialize, Serializer};

use crate::literal::U256;
use crate::types::{Declarations, Type};

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
                super::layout::address_size(declarations.chains[*chain].vm)
                    as usize
            ]),
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
