//! Reads interface files strictly, and remembers where in the file each value stands.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

use super::error::{ImportError, Position};

/// The greatest size of an interface file, in bytes: ten times the largest compiler artifact met in practice.
pub const MAX_BYTES: usize = 32 << 20;

/// The most values that an interface file holds, lists and objects among them: ten times those of the largest met in practice. A value
/// takes more memory than the two bytes it can be written in.
pub(super) const MAX_VALUES: usize = 1_000_000;

/// The place of a value in a JSON document, written `instructions[3].accounts[1].pda`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct JsonPath(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Segment {
    Key(String),
    Index(usize),
}

impl JsonPath {
    /// The path of the member `key` of the object at this path.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.child(Segment::Key(key.to_owned()))
    }

    /// The path of the element `index` of the array at this path.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.child(Segment::Index(index))
    }

    fn child(&self, segment: Segment) -> Self {
        let mut path = self.clone();
        path.0.push(segment);
        path
    }

    /// The byte offset in `text` of the value at this path, if `text` is JSON and has it.
    #[must_use]
    pub fn locate(&self, text: &str) -> Option<usize> {
        let mut raw: &RawValue = serde_json::from_str(text).ok()?;
        for segment in &self.0 {
            raw = match segment {
                Segment::Key(key) => {
                    let mut members: BTreeMap<String, &RawValue> =
                        serde_json::from_str(raw.get()).ok()?;
                    members.remove(key)?
                }
                Segment::Index(index) => {
                    let items: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
                    *items.get(*index)?
                }
            };
        }
        // The raw value borrows from `text`, so the distance of the two starts is its offset.
        Some(raw.get().as_ptr() as usize - text.as_ptr() as usize)
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the top level");
        }
        for (place, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if place == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Parses `text`, refusing what is too large, nested too deep, or names a member twice.
///
/// # Errors
///
/// `TooLarge`, `TooManyValues`, `TooDeep`, `DuplicateName` or `NotJson`, each with its position where one is known.
pub(super) fn parse(text: &str) -> Result<Value, ImportError> {
    if text.len() > MAX_BYTES {
        return Err(ImportError::TooLarge {
            bytes: text.len(),
            limit: MAX_BYTES,
        });
    }
    let refused = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = StrictValue {
        refused: &refused,
        left: &Cell::new(MAX_VALUES),
    }
    .deserialize(&mut deserializer)
    .and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|error| explain(text, &error, refused.take()))
}

fn explain(text: &str, error: &serde_json::Error, refused: Option<Refused>) -> ImportError {
    let at = Position::of_line_and_column(text, error.line(), error.column());
    match refused {
        Some(Refused::Duplicate(name)) => {
            return ImportError::DuplicateName {
                name,
                path: "a JSON object".to_owned(),
                at: Some(at),
            };
        }
        Some(Refused::TooMany) => {
            let limit = MAX_VALUES;
            return ImportError::TooManyValues { limit, at };
        }
        None => {}
    }
    let message = error.to_string();
    if message.starts_with("recursion limit exceeded") {
        return ImportError::TooDeep { at };
    }
    let reason = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(reason, _)| reason)
        .to_owned();
    if text.trim().is_empty() {
        return ImportError::Empty {
            what: "the file".to_owned(),
        };
    }
    ImportError::NotJson { reason, at }
}

/// What is JSON and refused all the same.
enum Refused {
    /// An object has two members of this name.
    Duplicate(String),
    /// There are more than [`MAX_VALUES`] values.
    TooMany,
}

/// Builds a [`Value`] like serde_json does, except that a member named twice and too many values are errors.
#[derive(Clone, Copy)]
struct StrictValue<'a> {
    refused: &'a RefCell<Option<Refused>>,
    /// How many more values there may be.
    left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for StrictValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            *self.refused.borrow_mut() = Some(Refused::TooMany);
            return Err(D::Error::custom("too many values"));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if members.contains_key(&key) {
                *self.refused.borrow_mut() = Some(Refused::Duplicate(key));
                return Err(A::Error::custom("duplicate member"));
            }
            let value = access.next_value_seed(self)?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

/// What is wrong at one place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) path: JsonPath,
    pub(super) reason: String,
}

/// Whether a fault condemns the file or only the function it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// The file is not of the format it seems to be.
    Malformed,
    /// The file is fine, but xcc cannot call what is described here.
    Unsupported,
    /// A name is there twice; the reason is the name.
    Duplicate,
}

/// A value of the document together with its place, so that every complaint can say where.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) path: JsonPath,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: JsonPath::default(),
        }
    }

    /// A fault here that condemns the file.
    pub(super) fn malformed(&self, reason: impl Into<String>) -> Fault {
        Fault {
            kind: FaultKind::Malformed,
            path: self.path.clone(),
            reason: reason.into(),
        }
    }

    /// A fault here that condemns the function or type it is part of.
    pub(super) fn unsupported(&self, reason: impl Into<String>) -> Fault {
        Fault {
            kind: FaultKind::Unsupported,
            path: self.path.clone(),
            reason: reason.into(),
        }
    }

    /// The member `key`, absent also when it is `null`.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Self {
            value,
            path: self.path.key(key),
        })
    }

    /// The member `key`, which must be there.
    pub(super) fn need(&self, key: &str) -> Result<Self, Fault> {
        self.get(key)
            .ok_or_else(|| self.malformed(format!("`{key}` is missing")))
    }

    pub(super) fn text(&self) -> Result<&'a str, Fault> {
        self.value.as_str().ok_or_else(|| self.expected("a string"))
    }

    pub(super) fn flag(&self) -> Result<bool, Fault> {
        self.value
            .as_bool()
            .ok_or_else(|| self.expected("true or false"))
    }

    pub(super) fn number(&self) -> Result<u64, Fault> {
        self.value
            .as_u64()
            .ok_or_else(|| self.expected("a non-negative integer"))
    }

    /// The elements of the array at this place.
    pub(super) fn items(&self) -> Result<Vec<Self>, Fault> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.expected("an array"))?;
        let node = |(index, value)| Self {
            value,
            path: self.path.index(index),
        };
        Ok(items.iter().enumerate().map(node).collect())
    }

    /// The members of the object at this place, in the order of the file.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, Fault> {
        let members = self
            .value
            .as_object()
            .ok_or_else(|| self.expected("an object"))?;
        let node = |(key, value): (&'a String, &'a Value)| {
            (
                key.as_str(),
                Self {
                    value,
                    path: self.path.key(key),
                },
            )
        };
        Ok(members.iter().map(node).collect())
    }

    /// The elements of the array member `key`, none when it is absent.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Self>, Fault> {
        self.get(key)
            .map_or_else(|| Ok(Vec::new()), |node| node.items())
    }

    /// The only member of an object that has exactly one: how serde writes a variant with a payload.
    pub(super) fn variant(&self) -> Option<(&'a str, Self)> {
        let members = self
            .value
            .as_object()
            .filter(|members| members.len() == 1)?;
        let (key, value) = members.iter().next()?;
        Some((
            key,
            Self {
                value,
                path: self.path.key(key),
            },
        ))
    }

    fn expected(&self, what: &str) -> Fault {
        self.malformed(format!("expected {what}, found {}", kind(self.value)))
    }
}

/// What a value is, in the words of the JSON standard.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_serde_json() {
        let text = r#"{"a":[1,-2,3.5,"x\n",null,true],"b":{"c":{}}}"#;
        assert_eq!(parse(text), Ok(serde_json::from_str(text).expect("valid")));
    }

    #[test]
    fn locates_values() {
        let text = r#"{ "a": [ {"b": 1}, {"b":   22} ] }"#;
        let path = JsonPath::default().key("a").index(1).key("b");
        assert_eq!(path.to_string(), "a[1].b");
        assert_eq!(path.locate(text).map(|at| &text[at..at + 2]), Some("22"));
        assert_eq!(path.key("c").locate(text), None);
    }

    #[test]
    fn refuses_a_member_named_twice() {
        let error = parse("{\n  \"f\": 1,\n  \"f\": 2\n}").expect_err("duplicate");
        let ImportError::DuplicateName {
            name, at: Some(at), ..
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!((name.as_str(), at.line), ("f", 3));
    }

    #[test]
    fn refuses_hostile_sizes() {
        assert!(matches!(
            parse(&"[".repeat(100_000)),
            Err(ImportError::TooDeep { .. })
        ));
        assert!(matches!(
            parse(&" ".repeat(MAX_BYTES + 1)),
            Err(ImportError::TooLarge { .. })
        ));
        let list = |values: usize| format!("[{}0]", "0,".repeat(values - 2));
        assert!(parse(&list(MAX_VALUES)).is_ok());
        assert!(matches!(
            parse(&list(MAX_VALUES + 1)),
            Err(ImportError::TooManyValues { .. })
        ));
        assert!(matches!(parse(" \n"), Err(ImportError::Empty { .. })));
    }

    #[test]
    fn says_where_the_json_ends() {
        let Err(ImportError::NotJson { at, .. }) = parse("{\n \"a\": }") else {
            panic!("accepted")
        };
        assert_eq!((at.line, at.column), (2, 7));
        assert!(matches!(parse("[] x"), Err(ImportError::NotJson { .. })));
    }
}
