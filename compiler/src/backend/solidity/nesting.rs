//! How deep types of inputs may nest: the compiler puts what decodes a value inside another into one function, whose stack it has to fit.

use crate::types::{Declarations, Type};

/// The most that the levels of a type may come to. Measured with solc 0.8.37, as are the levels: of 116 types all within it compile, and
/// hardly any beyond.
const MOST: u32 = 133;

/// Whether the compiler's stack has no room for what decodes a type.
pub(super) fn is_too_deep(ty: &Type, declarations: &Declarations) -> bool {
    depth(ty, declarations) > MOST
}

fn depth(ty: &Type, declarations: &Declarations) -> u32 {
    match ty {
        Type::List(element, _) => 40 + depth(element, declarations),
        Type::Array(element, _) => 42 + depth(element, declarations),
        Type::Option(some) => 12 + depth(some, declarations),
        Type::Record(record) => {
            let fields = declarations.records[*record].fields.iter();
            let deepest = fields.map(|field| depth(&field.ty, declarations)).max();
            12 + deepest.unwrap_or_default()
        }
        Type::Bytes(_) | Type::String(_) => 18,
        _ => 0,
    }
}
