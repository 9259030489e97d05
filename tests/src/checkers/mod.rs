//! Model checkers that others wrote, for the models that xcc exports.
//!
//! [`spin`] compiles a verifier and runs it, [`tlc`] runs in a Java virtual machine, or as [`distributed`] in
//! several. All visit every state.

pub mod distributed;
pub mod spin;
pub mod tlc;

use serde::{Deserialize, Serialize};

/// What a checker says of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How many different states it found; all there are, if nothing is violated.
    pub states: u64,
    /// The first promise that it found broken.
    pub violation: Option<Violation>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// What the checker calls it.
    pub what: String,
    /// How many steps from the beginning it was found.
    pub depth: u64,
}
