//! A client of emitted Solana programs that knows nothing but their delivery plans: `compiler/docs/delivery.md` says what is in one.
//!
//! Every transaction that the tests send to an emitted program is built here, so they prove that a plan suffices.

pub(crate) mod borsh;
pub mod faults;
mod keys;
mod parse;
mod transaction;
mod values;

use serde::Deserialize;

pub use self::transaction::{Prepared, Request};

use self::keys::Key;
use self::values::Bytes;
use crate::plan_head::{self, Asked, Numbered};
use crate::svm::Address;

/// What a client knows of a program.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    format: String,
    version: u32,
    /// The workflow.
    pub workflow: String,
    /// Its chain of the program.
    pub chain: String,
    /// The network, by CAIP-2.
    pub network: String,
    /// What the program and its peers were built from.
    #[serde(deserialize_with = "plan_head::bytes")]
    pub fingerprint: Vec<u8>,
    /// The program.
    #[serde(deserialize_with = "parse::address")]
    pub program: Address,
    /// The messaging layer.
    pub transport: Transport,
    /// What the program can be asked for.
    pub instructions: Vec<Instruction>,
}

/// A messaging layer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transport {
    /// Its name.
    pub name: String,
    /// Its program.
    #[serde(deserialize_with = "parse::address")]
    pub core: Address,
    /// Where the fee for a message stands, in lamports.
    pub fee: Slice,
}

/// Bytes of the data of an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// The account, by its name in an instruction.
    pub account: String,
    /// Where they begin.
    pub offset: usize,
    /// How many they are.
    pub size: usize,
}

/// One instruction.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instruction {
    /// Its name.
    pub name: String,
    /// What it does: `wire`, `start`, `deliver`, `attempt`, `undo`, `finalise`, `expire`, `park`, `claim`, `cancel` or `redrive`.
    pub does: String,
    /// The step it is about.
    pub step: Option<Numbered>,
    /// The kind of message it takes.
    pub message: Option<Numbered>,
    #[serde(deserialize_with = "plan_head::bytes")]
    discriminator: Vec<u8>,
    arguments: Vec<Argument>,
    /// Its accounts, in order.
    pub accounts: Vec<Account>,
    /// Where the status of the step stands in the record, if not where it usually does.
    status: Option<usize>,
    /// Who alone may pay for it.
    pub holder: Option<Holder>,
    /// The calls that it makes.
    pub calls: Vec<Call>,
    /// The accounts that it creates if they do not exist.
    pub creates: Vec<Created>,
    /// The token accounts that must exist already, by name.
    #[serde(default)]
    pub token_accounts: Vec<String>,
    /// The compute units to ask for.
    pub compute_units: u32,
    /// The most that a transaction takes.
    pub most: Most,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Argument {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    value: Option<Bytes>,
}

/// An account of an instruction.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The field of the program's struct.
    pub name: String,
    /// Whether it signs.
    pub signer: bool,
    /// Whether it may be changed.
    pub writable: bool,
    key: Key,
}

/// Who alone may pay while the step has one of these statuses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    key: Key,
    /// The statuses, by number.
    pub statuses: Vec<u8>,
}

/// A call of a target.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// The function.
    pub function: String,
    /// The statuses of the step in which it is made, by number.
    pub statuses: Vec<u8>,
    /// What the source grants it.
    pub compute_units: u64,
}

/// An account that is created.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// Its name among the accounts.
    pub account: String,
    /// The most bytes that it has.
    pub space: usize,
}

/// The most that a transaction takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Most {
    /// Its bytes.
    pub bytes: usize,
    /// Its accounts.
    pub locks: usize,
}

impl Instruction {
    /// Whether accounts of it follow from what only its own message says.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.accounts.iter().any(|account| account.key.needs_body())
    }
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Panics
    /// When it is not what the documentation says.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let plan: Self = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        plan_head::assert_form(&plan.format, plan.version);
        plan
    }

    /// The instruction that does this with a message of this kind about a step, or with the step alone.
    ///
    /// # Panics
    /// When there is not exactly one.
    #[must_use]
    pub fn find(&self, does: &str, step: u16, message: Option<u16>) -> &Instruction {
        plan_head::find(&self.instructions, does, step, message)
    }

    /// The same; the first if a faulty program has several.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn first(&self, does: &str, step: u16, message: Option<u16>) -> &Instruction {
        let found = plan_head::all(&self.instructions, does, Some(step), message).next();
        found.unwrap_or_else(|| panic!("no way to {does} step {step}"))
    }

    /// The instruction that does this and is about no step.
    ///
    /// # Panics
    /// When there is not exactly one.
    #[must_use]
    pub fn about_all(&self, does: &str) -> &Instruction {
        plan_head::find(&self.instructions, does, None, None)
    }

    /// The instruction of that name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn named(&self, name: &str) -> &Instruction {
        let found = self.instructions.iter().find(|it| it.name == name);
        found.unwrap_or_else(|| panic!("no instruction `{name}`"))
    }
}

impl Asked for Instruction {
    fn purpose(&self) -> (&str, Option<&Numbered>, Option<&Numbered>) {
        (&self.does, self.step.as_ref(), self.message.as_ref())
    }
}

impl Instruction {
    /// The place of an account in the list, by the last part of its name among those that are there whatever is called.
    #[must_use]
    pub fn standing(&self, name: &str) -> Option<usize> {
        let is_it = |account: &Account| match account.name.split_once('.') {
            Some((_, last)) => last == name,
            None => self.does == "wire" && account.name == name,
        };
        self.accounts.iter().position(is_it)
    }
}
