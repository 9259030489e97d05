//! Aptos: calls of entry functions as statements of a Move test.

use serde::Deserialize;

use super::{Argument, Call, EntryCall, Holder, Presented, assert_granted, purpose};
use crate::plan_head::{self, Asked, Numbered};

/// The plan of a participant on Aptos.
pub type Plan = super::Plan<Instruction, Transport>;

/// A messaging layer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transport {
    /// Its name.
    pub name: String,
    /// The account of its packages.
    #[serde(deserialize_with = "plan_head::bytes")]
    pub core: Vec<u8>,
    /// What a message costs.
    pub fee: Fee,
}

/// What a message costs, in the smallest unit of a coin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// The resource that says so.
    pub resource: String,
    /// Its field.
    pub field: String,
    /// The type of the coin.
    pub coin: String,
}

/// One thing that a participant can be asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instruction {
    /// Its name.
    pub name: String,
    does: String,
    step: Option<Numbered>,
    message: Option<Numbered>,
    /// Who alone may send it.
    pub holder: Option<Holder>,
    /// The calls that it makes.
    pub calls: Vec<Call>,
    /// What they are granted together.
    pub gas_units: u64,
    /// Whether the sender pays for a message.
    pub pays_fee: bool,
    call: EntryCall,
}

impl Asked for Instruction {
    fn purpose(&self) -> (&str, Option<&Numbered>, Option<&Numbered>) {
        purpose(&self.does, &self.step, &self.message)
    }
}

impl Instruction {
    /// The statement that calls the function of the participant, whose package has this name; `sender` is a variable with a signer.
    ///
    /// # Panics
    /// When the plan says of an argument what nobody can find.
    #[must_use]
    pub fn statement(&self, package: &str, sender: &str, presented: &Presented<'_>) -> String {
        assert_granted(&self.calls, self.gas_units);
        let spell = |argument: &Argument| match argument.from.as_str() {
            "sender" => Some(format!("&{sender}")),
            _ => None,
        };
        format!("        {};\n", self.call.spell(package, presented, spell))
    }
}
