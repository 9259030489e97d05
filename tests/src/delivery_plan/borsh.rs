//! Values of a workflow's own types in Borsh: inputs, and the fields of events.

use xcc::types::{Declarations, Type};
use xcc::wire::Value;

/// The bytes of a value.
pub(crate) fn bytes(value: &Value, ty: &Type, declarations: &Declarations) -> Vec<u8> {
    let mut data = Vec::new();
    write(&mut data, value, ty, declarations);
    data
}

fn write(data: &mut Vec<u8>, value: &Value, ty: &Type, declarations: &Declarations) {
    match (value, ty) {
        (Value::Bool(value), _) => data.push(u8::from(*value)),
        (Value::Variant(position), _) => data.push(*position),
        (Value::Uint(value) | Value::Int(value), _) => {
            let bits = match ty {
                Type::Uint(bits) | Type::Int(bits) => usize::from(*bits),
                _ => 256,
            };
            let mut word = [0; 32];
            value.to_little_endian(&mut word);
            data.extend(&word[..bits / 8]);
        }
        (Value::Bytes(bytes), Type::Bytes(_)) => {
            length(data, bytes.len());
            data.extend(bytes);
        }
        (Value::Bytes(bytes), _) => data.extend(bytes),
        (Value::String(text), _) => {
            length(data, text.len());
            data.extend(text.as_bytes());
        }
        (Value::List(values), Type::List(element, _)) => {
            length(data, values.len());
            elements(data, values, element, declarations);
        }
        (Value::List(values), Type::Array(element, _)) => {
            elements(data, values, element, declarations);
        }
        (Value::Option(some), Type::Option(inner)) => {
            data.push(u8::from(some.is_some()));
            elements(data, some.as_deref(), inner, declarations);
        }
        (Value::Record(values), Type::Record(record)) => {
            let fields = declarations.records[*record].fields.iter().zip(values);
            fields.for_each(|(field, value)| write(data, value, &field.ty, declarations));
        }
        (value, ty) => panic!("{value:?} is no {ty:?}"),
    }
}

fn elements<'v>(
    data: &mut Vec<u8>,
    values: impl IntoIterator<Item = &'v Value>,
    ty: &Type,
    declarations: &Declarations,
) {
    values
        .into_iter()
        .for_each(|value| write(data, value, ty, declarations));
}

fn length(data: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).expect("a short list");
    data.extend(length.to_le_bytes());
}
