//! Which values are handed to a target as they are, and which in types of the target's.

use crate::import::EvmType;
use crate::types::{Declarations, Type};
use crate::vm::Vm;

/// Whether lists of records or enums are in a type. They would have to be rebuilt element by element in types of the target's, so the
/// target's interface is declared with those of the messages library: the ABI encodes both alike.
pub(super) fn is_shared(ty: &Type, declarations: &Declarations) -> bool {
    match ty {
        Type::List(element, _) | Type::Array(element, _) => match &**element {
            Type::Record(_) | Type::Enum(_) => true,
            element => is_shared(element, declarations),
        },
        Type::Record(record) => {
            let mut fields = declarations.records[*record].fields.iter();
            fields.any(|field| is_shared(&field.ty, declarations))
        }
        _ => false,
    }
}

/// Whether types are one in Solidity, which knows no bounds.
pub(super) fn is_spelled_alike(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::List(one, _), Type::List(other, _)) => is_spelled_alike(one, other),
        (Type::Array(one, length), Type::Array(other, same)) => {
            length == same && is_spelled_alike(one, other)
        }
        _ => one == other,
    }
}

/// Whether a value can be written in the target's type without a loop.
pub(super) fn is_convertible(ty: &Type, target: &EvmType, declarations: &Declarations) -> bool {
    match (ty, target) {
        _ if is_shared(ty, declarations) => is_same(ty, target, declarations),
        (Type::Uint(bits), EvmType::Uint(wide)) | (Type::Int(bits), EvmType::Int(wide)) => {
            bits <= wide
        }
        (Type::Record(record), EvmType::Tuple(tuple)) => {
            let fields = &declarations.records[*record].fields;
            let parts = fields.iter().zip(&tuple.components);
            fields.len() == tuple.components.len()
                && parts.clone().all(|(field, component)| {
                    is_convertible(&field.ty, &component.ty, declarations)
                })
        }
        _ => is_same(ty, target, declarations),
    }
}

/// Whether values of both types are the same, in memory and in the ABI's encoding.
fn is_same(ty: &Type, target: &EvmType, declarations: &Declarations) -> bool {
    match (ty, target) {
        (Type::Bool, EvmType::Bool)
        | (Type::Bytes(_), EvmType::Bytes)
        | (Type::String(_), EvmType::String)
        | (Type::Enum(_) | Type::Uint(8), EvmType::Enum(_)) => true,
        (Type::Uint(bits), EvmType::Uint(other)) | (Type::Int(bits), EvmType::Int(other)) => {
            bits == other
        }
        (Type::FixedBytes(len), EvmType::FixedBytes(other)) => len == other,
        (Type::Address(chain), EvmType::Address) => declarations.chains[*chain].vm == Vm::Evm,
        (Type::Address(chain), EvmType::FixedBytes(32)) => {
            declarations.chains[*chain].vm != Vm::Evm
        }
        (Type::List(element, _), EvmType::Array(item)) => is_same(element, item, declarations),
        (Type::Array(element, len), EvmType::FixedArray(item, other)) => {
            len == other && is_same(element, item, declarations)
        }
        (Type::Record(record), EvmType::Tuple(tuple)) => {
            let fields = &declarations.records[*record].fields;
            let mut parts = fields.iter().zip(&tuple.components);
            fields.len() == tuple.components.len()
                && parts.all(|(field, component)| is_same(&field.ty, &component.ty, declarations))
        }
        _ => false,
    }
}
