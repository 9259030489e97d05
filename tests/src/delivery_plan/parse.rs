//! Keys and bytes as a plan writes them.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::svm::Address;

/// A key in base 58.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

/// Bytes in hexadecimal, behind `0x`.
pub(super) fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x");
    let digits = digits.ok_or_else(|| D::Error::custom("no `0x`"))?;
    hex::decode(digits).map_err(D::Error::custom)
}
