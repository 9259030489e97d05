//! Keys as a plan writes them.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::svm::Address;

/// A key in base 58.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}
