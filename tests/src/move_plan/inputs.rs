//! What an instance is started with, as expressions of Move.

use xcc::entities::Chain;
use xcc::literal::U256;
use xcc::types::{Field, Type};
use xcc::wire::Value;

/// The values of a workflow's inputs by the inputs' names, at home on this chain.
pub(crate) fn expressions(
    fields: &[Field],
    values: &[Value],
    home: Chain,
) -> Vec<(String, String)> {
    let fields = fields.iter().zip(values);
    fields
        .map(|(field, value)| (field.name.clone(), expression(&field.ty, value, home)))
        .collect()
}

fn expression(ty: &Type, value: &Value, home: Chain) -> String {
    let list = |element: &Type, values: &[Value]| {
        let values = values.iter().map(|value| expression(element, value, home));
        format!("vector[{}]", values.collect::<Vec<_>>().join(", "))
    };
    match (ty, value) {
        (Type::Bool, Value::Bool(value)) => value.to_string(),
        (Type::Uint(bits), Value::Uint(value)) => format!("{value}u{bits}"),
        (Type::Amount(_), Value::Uint(value)) => format!("{value}u256"),
        (Type::Int(bits), Value::Int(value)) => format!("{}u{bits}", low(*value, *bits)),
        (Type::Enum(_), Value::Variant(position)) => format!("{position}u8"),
        (Type::Address(chain), Value::Bytes(bytes)) if *chain == home => {
            format!("@0x{}", hex::encode(bytes))
        }
        (_, Value::Bytes(bytes)) => format!("x\"{}\"", hex::encode(bytes)),
        (_, Value::String(text)) => format!("std::string::utf8(x\"{}\")", hex::encode(text)),
        (Type::List(element, _) | Type::Array(element, _), Value::List(values)) => {
            list(element, values)
        }
        (Type::Option(_), Value::Option(None)) => "std::option::none()".to_owned(),
        (Type::Option(inner), Value::Option(Some(some))) => {
            format!("std::option::some({})", expression(inner, some, home))
        }
        (ty, value) => panic!("no transaction carries {value:?} as {ty:?}"),
    }
}

/// A two's complement in so many bits.
fn low(value: U256, bits: u16) -> U256 {
    let unused = 256 - usize::from(bits);
    (value << unused) >> unused
}
