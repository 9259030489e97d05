//! Values of a workflow's own types in Move: what an instance is started with, and what events carry in BCS.

use xcc::entities::Chain;
use xcc::interp::Action;
use xcc::types::{Declarations, Type};
use xcc::wire::Value;

use super::values::write_length;
use crate::conformance::record::Run;
use crate::interp::Bench;
use crate::move_plan::inputs::expressions;

/// What a run starts an instance with, as expressions by the names of the inputs; nothing if it starts none.
pub(in crate::conformance) fn inputs(bench: &Bench<'_>, run: &Run) -> Vec<(String, String)> {
    let Action::Start { inputs } = &run.transaction.action else {
        return Vec::new();
    };
    let home = bench.program.machines[bench.coordinator()].chain;
    expressions(&bench.data().inputs, inputs, home)
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
