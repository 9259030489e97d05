//! Values of the language as Solidity's ABI has them.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use revm::primitives::{Address, B256, I256, U256};
use xcc::wire::Value;

/// A value of the language as Solidity takes it. An option becomes a pair of whether it is there and what it is.
///
/// # Panics
/// When the type has no such values.
#[must_use]
pub fn to_abi(ty: &DynSolType, value: &Value) -> DynSolValue {
    match (ty, value) {
        (DynSolType::Bool, Value::Bool(value)) => DynSolValue::Bool(*value),
        (DynSolType::Uint(bits), Value::Uint(value)) => DynSolValue::Uint(word(*value), *bits),
        (DynSolType::Int(bits), Value::Int(value)) => {
            DynSolValue::Int(I256::from_raw(word(*value)), *bits)
        }
        (DynSolType::Uint(bits), Value::Variant(index)) => {
            DynSolValue::Uint(U256::from(*index), *bits)
        }
        (DynSolType::Address, Value::Bytes(bytes)) => {
            DynSolValue::Address(Address::from_slice(bytes))
        }
        (DynSolType::FixedBytes(size), Value::Bytes(bytes)) => {
            let mut padded = [0; 32];
            padded[..bytes.len()].copy_from_slice(bytes);
            DynSolValue::FixedBytes(B256::from(padded), *size)
        }
        (DynSolType::Bytes, Value::Bytes(bytes)) => DynSolValue::Bytes(bytes.clone()),
        (DynSolType::String, Value::String(text)) => DynSolValue::String(text.clone()),
        (DynSolType::Array(element), Value::List(values)) => {
            DynSolValue::Array(all(values.iter().map(|value| (&**element, value))))
        }
        (DynSolType::FixedArray(element, _), Value::List(values)) => {
            DynSolValue::FixedArray(all(values.iter().map(|value| (&**element, value))))
        }
        (DynSolType::Tuple(types), Value::Record(values)) => {
            DynSolValue::Tuple(all(types.iter().zip(values)))
        }
        (DynSolType::Tuple(types), Value::Option(some)) => {
            let inner = some.as_deref().map(|value| to_abi(&types[1], value));
            let inner = inner.unwrap_or_else(|| zero(&types[1]));
            DynSolValue::Tuple(vec![DynSolValue::Bool(some.is_some()), inner])
        }
        (ty, value) => panic!("{value:?} is no {ty}"),
    }
}

/// What Solidity has in a variable before it is written.
///
/// # Panics
/// When the type is that of a function, which the language has not.
#[must_use]
pub fn zero(ty: &DynSolType) -> DynSolValue {
    match ty {
        DynSolType::Bool => DynSolValue::Bool(false),
        DynSolType::Uint(bits) => DynSolValue::Uint(U256::ZERO, *bits),
        DynSolType::Int(bits) => DynSolValue::Int(I256::ZERO, *bits),
        DynSolType::Address => DynSolValue::Address(Address::ZERO),
        DynSolType::FixedBytes(size) => DynSolValue::FixedBytes(B256::ZERO, *size),
        DynSolType::Bytes => DynSolValue::Bytes(Vec::new()),
        DynSolType::String => DynSolValue::String(String::new()),
        DynSolType::Array(_) => DynSolValue::Array(Vec::new()),
        DynSolType::FixedArray(element, len) => DynSolValue::FixedArray(vec![zero(element); *len]),
        DynSolType::Tuple(types) => DynSolValue::Tuple(types.iter().map(zero).collect()),
        DynSolType::Function => panic!("the language has no functions as values"),
    }
}

fn all<'a>(pairs: impl Iterator<Item = (&'a DynSolType, &'a Value)>) -> Vec<DynSolValue> {
    pairs.map(|(ty, value)| to_abi(ty, value)).collect()
}

fn word(value: xcc::literal::U256) -> U256 {
    let mut bytes = [0; 32];
    value.to_big_endian(&mut bytes);
    U256::from_be_bytes(bytes)
}
