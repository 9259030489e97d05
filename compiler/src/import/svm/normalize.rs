//! Rewrites the parts of an IDL that the IDL library misreads or does not know, before it sees them.

use serde_json::{Map, Value, json};

use super::types::COPTION;

/// The two generations of Anchor IDLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    /// Specification 0.1.0, of Anchor 0.30 and later.
    Current,
    /// Before Anchor 0.30.
    Legacy,
}

/// Rewrites one item of an IDL.
///
/// - `{"coption": T}` becomes a generic type of a name that [`SvmType`](super::SvmType) knows.
/// - Constant seeds of legacy PDAs become bytes: the library quotes strings and refuses numbers and keys.
/// - A legacy PDA with a seed that cannot be read that way is left out, so that its account is given by hand.
pub(super) fn normalize(value: &Value, generation: Generation) -> Value {
    match value {
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| normalize(item, generation))
                .collect(),
        ),
        Value::Object(members) => normalize_object(members, generation),
        other => other.clone(),
    }
}

fn normalize_object(members: &Map<String, Value>, generation: Generation) -> Value {
    if let (Some(inner), 1) = (members.get("coption"), members.len()) {
        return coption(normalize(inner, generation), generation);
    }
    let mut rewritten = Map::new();
    for (key, value) in members {
        let value = match (key.as_str(), generation) {
            ("pda", Generation::Legacy) => legacy_pda(value),
            _ => Some(normalize(value, generation)),
        };
        if let Some(value) = value {
            rewritten.insert(key.clone(), value);
        }
    }
    Value::Object(rewritten)
}

fn coption(inner: Value, generation: Generation) -> Value {
    match generation {
        Generation::Current => {
            json!({"defined": {"name": COPTION, "generics": [{"kind": "type", "type": inner}]}})
        }
        Generation::Legacy => {
            json!({"definedWithTypeArgs": {"name": COPTION, "args": [{"type": inner}]}})
        }
    }
}

fn legacy_pda(pda: &Value) -> Option<Value> {
    let seeds: Option<Vec<Value>> = pda
        .get("seeds")?
        .as_array()?
        .iter()
        .map(legacy_seed)
        .collect();
    let mut rewritten = json!({"seeds": seeds?});
    if let Some(program) = pda.get("programId").filter(|program| !program.is_null()) {
        rewritten["programId"] = legacy_seed(program)?;
    }
    Some(rewritten)
}

fn legacy_seed(seed: &Value) -> Option<Value> {
    match seed.get("kind")?.as_str()? {
        "const" => {
            let bytes = const_seed(seed.get("type")?, seed.get("value")?)?;
            Some(json!({"kind": "const", "type": "bytes", "value": bytes}))
        }
        kind @ ("arg" | "account") => {
            // The library parses the type of the seed, which may be one it does not know, and drops it.
            let mut rewritten =
                json!({"kind": kind, "type": "u8", "path": seed.get("path")?.as_str()?});
            if let Some(account) = seed.get("account").filter(|account| account.is_string()) {
                rewritten["account"] = account.clone();
            }
            Some(rewritten)
        }
        _ => None,
    }
}

/// The bytes that Anchor hashes for a constant seed of that type.
fn const_seed(ty: &Value, value: &Value) -> Option<Vec<u8>> {
    match (ty.as_str().unwrap_or("array"), value) {
        ("string", Value::String(text)) => Some(text.as_bytes().to_vec()),
        ("publicKey" | "pubkey", Value::String(text)) => bs58::decode(text)
            .into_vec()
            .ok()
            .filter(|key| key.len() == 32),
        ("bytes" | "array", Value::Array(bytes)) => bytes
            .iter()
            .map(|byte| u8::try_from(byte.as_u64()?).ok())
            .collect(),
        ("u8", Value::Number(number)) => u8::try_from(number.as_u64()?)
            .ok()
            .map(|n| n.to_le_bytes().to_vec()),
        ("u16", Value::Number(number)) => u16::try_from(number.as_u64()?)
            .ok()
            .map(|n| n.to_le_bytes().to_vec()),
        ("u32", Value::Number(number)) => u32::try_from(number.as_u64()?)
            .ok()
            .map(|n| n.to_le_bytes().to_vec()),
        ("u64", Value::Number(number)) => number.as_u64().map(|n| n.to_le_bytes().to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_seeds_become_the_bytes_that_are_hashed() {
        let seed = |ty: Value, value: Value| {
            legacy_seed(&json!({"kind": "const", "type": ty, "value": value}))
        };
        let bytes = |seed: Option<Value>| seed.map(|seed| seed["value"].clone());
        assert_eq!(
            bytes(seed(json!("string"), json!("ab"))),
            Some(json!([97, 98]))
        );
        assert_eq!(bytes(seed(json!("u16"), json!(258))), Some(json!([2, 1])));
        assert_eq!(
            bytes(seed(json!({"array": ["u8", 2]}), json!([1, 2]))),
            Some(json!([1, 2]))
        );
        assert_eq!(seed(json!("u8"), json!(256)), None);
        assert_eq!(seed(json!({"defined": "&[u8]"}), json!("ab")), None);
    }

    #[test]
    fn a_pda_that_cannot_be_read_is_left_out() {
        let account = json!({"name": "a", "pda": {"seeds": [{"kind": "const", "type": "f32", "value": 1.5}]}});
        assert_eq!(
            normalize(&account, Generation::Legacy),
            json!({"name": "a"})
        );
        assert_eq!(normalize(&account, Generation::Current), account);
    }
}
