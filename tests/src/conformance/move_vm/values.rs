//! Values of the language as Move has them: in BCS, and as literals.

use xcc::import::MoveType;
use xcc::wire::Value;

/// BCS, for what the suite hands to targets.
pub(super) fn write(bytes: &mut Vec<u8>, ty: &MoveType, value: &Value) {
    match (ty, value) {
        (MoveType::Bool, Value::Bool(value)) => bytes.push(u8::from(*value)),
        (MoveType::Uint(bits) | MoveType::Int(bits), Value::Uint(value) | Value::Int(value)) => {
            let mut word = [0; 32];
            value.to_little_endian(&mut word);
            bytes.extend(&word[..usize::from(*bits) / 8]);
        }
        (MoveType::Address, Value::Bytes(address)) => bytes.extend(address),
        (MoveType::Vector(_), Value::Bytes(content)) => {
            write_length(bytes, content.len());
            bytes.extend(content);
        }
        (MoveType::Vector(_) | MoveType::Struct(_), Value::String(text)) => {
            write_length(bytes, text.len());
            bytes.extend(text.as_bytes());
        }
        (MoveType::Vector(element), Value::List(values)) => {
            write_length(bytes, values.len());
            values.iter().for_each(|value| write(bytes, element, value));
        }
        // An option is a list of at most one.
        (MoveType::Struct(option), Value::Option(some)) => {
            write_length(bytes, usize::from(some.is_some()));
            some.iter()
                .for_each(|some| write(bytes, &option.args[0], some));
        }
        (ty, value) => panic!("{value:?} is not written as {ty:?} yet"),
    }
}

/// Seven bits a byte, the lowest first.
pub(super) fn write_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

/// A value as a Move expression; without one, a zero.
pub(super) fn literal(ty: &MoveType, value: Option<&Value>) -> String {
    match (ty, value) {
        (MoveType::Bool, Some(Value::Bool(value))) => value.to_string(),
        (MoveType::Bool, None) => "false".to_owned(),
        (MoveType::Uint(bits), Some(Value::Uint(value))) => format!("{value}u{bits}"),
        (MoveType::Uint(bits), None) => format!("0u{bits}"),
        (MoveType::Address, Some(Value::Bytes(address))) => format!("@0x{}", hex::encode(address)),
        (MoveType::Address, None) => "@0x0".to_owned(),
        (MoveType::Vector(_), Some(Value::Bytes(bytes))) => format!("x\"{}\"", hex::encode(bytes)),
        (MoveType::Vector(element), Some(Value::List(values))) => {
            let values = values.iter().map(|value| literal(element, Some(value)));
            format!("vector[{}]", values.collect::<Vec<_>>().join(", "))
        }
        (MoveType::Vector(_), None) => "vector[]".to_owned(),
        (MoveType::Vector(_), Some(Value::String(text))) => format!("x\"{}\"", hex::encode(text)),
        (MoveType::Struct(_), Some(Value::String(text))) => {
            format!("std::string::utf8(x\"{}\")", hex::encode(text))
        }
        (MoveType::Struct(option), Some(Value::Option(Some(some)))) => {
            format!(
                "std::option::some({})",
                literal(&option.args[0], Some(some))
            )
        }
        (MoveType::Struct(option), Some(Value::Option(None)) | None) if option.name == "Option" => {
            "std::option::none()".to_owned()
        }
        (MoveType::Struct(string), None) if string.name == "String" => {
            "std::string::utf8(b\"\")".to_owned()
        }
        (ty, value) => panic!("{value:?} is not written as {ty:?} yet"),
    }
}
