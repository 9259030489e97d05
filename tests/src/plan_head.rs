//! What the delivery plans of all chains have in common, as a client reads it.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A step or a kind of message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbered {
    /// Its name.
    pub name: String,
    /// Its number in messages.
    pub number: u16,
}

/// Something that a machine can be asked for.
pub trait Asked {
    /// What it does, the step it is about, and the kind of message it takes.
    fn purpose(&self) -> (&str, Option<&Numbered>, Option<&Numbered>);
}

/// Demands that a plan has the form that clients know.
///
/// # Panics
/// When it has another one.
pub(crate) fn assert_form(format: &str, version: u32) {
    assert_eq!((format, version), ("xcc-delivery-plan", 1));
}

/// The instruction that does this with a message of this kind about a step, with the step alone, or with neither.
///
/// # Panics
/// When there is not exactly one.
pub(crate) fn find<'i, I: Asked>(
    instructions: &'i [I],
    wanted: &str,
    step: impl Into<Option<u16>>,
    message: Option<u16>,
) -> &'i I {
    let step = step.into();
    let mut found = all(instructions, wanted, step, message);
    let first = found.next();
    assert!(found.next().is_none(), "two ways to {wanted} step {step:?}");
    first.unwrap_or_else(|| panic!("no way to {wanted} step {step:?}"))
}

/// Every such instruction.
pub(crate) fn all<'i, I: Asked>(
    instructions: &'i [I],
    wanted: &str,
    step: Option<u16>,
    message: Option<u16>,
) -> impl Iterator<Item = &'i I> {
    let number = |it: Option<&Numbered>| it.map(|it| it.number);
    instructions.iter().filter(move |it| {
        let (does, about, takes) = it.purpose();
        does == wanted && number(about) == step && number(takes) == message
    })
}

/// What an entry point of this name does, in the words of a plan.
///
/// # Panics
/// When its name is not a verb and a step.
#[cfg(all(feature = "evm", feature = "svm"))]
pub(crate) fn does(entry: &str) -> &str {
    let (verb, _) = entry.split_once('_').expect("a verb and a step");
    match verb {
        "expire" | "park" | "claim" => verb,
        _ => "deliver",
    }
}

/// Bytes in hexadecimal, behind `0x`.
pub(crate) fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x");
    let digits = digits.ok_or_else(|| D::Error::custom("no `0x`"))?;
    hex::decode(digits).map_err(D::Error::custom)
}

/// Bytes that may be missing.
pub(crate) fn some_bytes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<u8>>, D::Error> {
    bytes(deserializer).map(Some)
}
