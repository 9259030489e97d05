//! Values of a workflow's own types in Move: what an instance is started with as expressions, and what events carry in BCS.

use xcc::entities::Chain;
use xcc::interp::Action;
use xcc::literal::U256;
use xcc::types::{Declarations, Type};
use xcc::wire::Value;

use super::values::write_length;
use crate::conformance::record::Run;
use crate::interp::Bench;

/// What a run starts an instance with, as expressions by the names of the inputs; nothing if it starts none.
pub(in crate::conformance) fn inputs(bench: &Bench<'_>, run: &Run) -> Vec<(String, String)> {
    let Action::Start { inputs } = &run.transaction.action else {
        return Vec::new();
    };
    let home = bench.program.machines[bench.coordinator()].chain;
    let fields = bench.data().inputs.iter().zip(inputs);
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

/// A value in BCS, as an event of a machine on this chain carries it.
pub(in crate::conformance) fn bcs(
    bytes: &mut Vec<u8>,
    (ty, value): (&Type, &Value),
    home: Chain,
    declarations: &Declarations,
) {
    match (ty, value) {
        (_, Value::Bool(value)) => bytes.push(u8::from(*value)),
        (_, Value::Variant(position)) => bytes.push(*position),
        (_, Value::Uint(value) | Value::Int(value)) => {
            let bits = match ty {
                Type::Uint(bits) | Type::Int(bits) => usize::from(*bits),
                _ => 256,
            };
            let mut word = [0; 32];
            value.to_little_endian(&mut word);
            bytes.extend(&word[..bits / 8]);
        }
        (Type::Address(chain), Value::Bytes(address)) if *chain == home => bytes.extend(address),
        (_, Value::Bytes(content)) => {
            write_length(bytes, content.len());
            bytes.extend(content);
        }
        (_, Value::String(text)) => {
            write_length(bytes, text.len());
            bytes.extend(text.as_bytes());
        }
        (Type::List(element, _) | Type::Array(element, _), Value::List(values)) => {
            write_length(bytes, values.len());
            for value in values {
                bcs(bytes, (element, value), home, declarations);
            }
        }
        (Type::Option(inner), Value::Option(some)) => {
            write_length(bytes, usize::from(some.is_some()));
            if let Some(value) = some.as_deref() {
                bcs(bytes, (inner, value), home, declarations);
            }
        }
        (Type::Record(record), Value::Record(values)) => {
            let fields = declarations.records[*record].fields.iter().zip(values);
            for (field, value) in fields {
                bcs(bytes, (&field.ty, value), home, declarations);
            }
        }
        (ty, value) => panic!("{value:?} is no {ty:?}"),
    }
}
