//! A client of emitted Move packages that knows nothing but their delivery plans: `compiler/docs/delivery.md` says what is in one.
//!
//! The virtual machines for Move run tests and not transactions, so what the client would send is spelled as statements of Move. Everything
//! that is sent to an emitted package is spelled here, so the tests prove that a plan suffices.

pub mod aptos;
#[cfg(all(feature = "evm", feature = "svm"))]
pub(crate) mod inputs;
mod spell;
pub mod sui;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use self::spell::Presented;

use crate::plan_head::{self, Asked, Numbered};
use crate::project::Project;

/// What a client knows of a machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan<I, T> {
    format: String,
    version: u32,
    /// The workflow.
    pub workflow: String,
    /// Its chain of the participant.
    pub chain: String,
    /// The network, by CAIP-2.
    pub network: String,
    /// What the machine and its peers were built from.
    #[serde(deserialize_with = "plan_head::bytes")]
    pub fingerprint: Vec<u8>,
    /// Where it is published, if the profile says so.
    #[serde(default, deserialize_with = "plan_head::some_bytes")]
    pub package: Option<Vec<u8>>,
    /// On Sui the type of a coordinator's shared object, in the package.
    pub coordinator: Option<String>,
    /// On Sui the type of a participant's shared object, in the package.
    pub participant: Option<String>,
    /// The messaging layer.
    pub transport: T,
    /// What the machine can be asked for.
    pub instructions: Vec<I>,
}

/// Who alone may send a transaction while the step has one of these statuses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// Where the address is found.
    pub address: Place,
    /// The statuses, by number.
    pub statuses: Vec<u8>,
}

/// Where an address stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "in", rename_all = "camelCase", deny_unknown_fields)]
pub enum Place {
    /// It is known.
    Plan {
        /// The address.
        #[serde(deserialize_with = "plan_head::bytes")]
        bytes: Vec<u8>,
    },
    /// It is what the instance is started with.
    Input {
        /// The input.
        input: String,
    },
    /// It is in the record of the instance.
    Record {
        /// The field of the machine that holds the table.
        table: String,
        /// The fields that lead to it in the record.
        path: Vec<String>,
    },
}

/// A call of a target.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// The function, by the address of its package.
    pub function: String,
    /// The statuses of the step in which it is made, by number.
    pub statuses: Vec<u8>,
    /// What the source grants it.
    pub gas_units: u64,
}

/// A call of a function by a transaction.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EntryCall {
    package: String,
    module: String,
    function: String,
    type_arguments: Vec<String>,
    arguments: Vec<Argument>,
}

/// Where an argument comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// The parameter; nothing where it is none of a function's.
    #[serde(default)]
    name: String,
    from: String,
    #[serde(rename = "type")]
    ty: Option<String>,
    #[serde(default, deserialize_with = "plan_head::some_bytes")]
    id: Option<Vec<u8>>,
    mutable: Option<bool>,
    command: Option<usize>,
    #[serde(default, deserialize_with = "plan_head::some_bytes")]
    bytes: Option<Vec<u8>>,
    input: Option<String>,
    step: Option<String>,
}

impl<I: DeserializeOwned, T: DeserializeOwned> Plan<I, T> {
    /// The plan of the only machine of a project on chains of a VM, whose packages are in this folder.
    ///
    /// # Panics
    /// When there is no machine, or several, or the plan is not what the documentation says.
    #[must_use]
    pub fn of(project: &Project, folder: &str) -> Self {
        let files = project.files(folder);
        let mut plans = files.filter(|(path, _)| path.ends_with("/delivery.json"));
        let (_, text) = plans.next().expect("a machine has a plan");
        assert!(plans.next().is_none(), "one workflow has one machine here");
        let plan: Self = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        plan_head::assert_form(&plan.format, plan.version);
        plan
    }
}

impl<I: Asked, T> Plan<I, T> {
    /// What does this with a message of this kind about a step, with the step alone, or with neither.
    ///
    /// # Panics
    /// When there is not exactly one.
    #[must_use]
    pub fn find(&self, does: &str, step: impl Into<Option<u16>>, message: Option<u16>) -> &I {
        plan_head::find(&self.instructions, does, step, message)
    }

    /// What tells the machine its peers.
    ///
    /// # Panics
    /// When there is nothing.
    #[must_use]
    pub fn wire(&self) -> &I {
        let mut instructions = self.instructions.iter();
        let found = instructions.find(|it| matches!(it.purpose(), ("wire", None, None)));
        found.expect("a machine can be wired")
    }
}

/// The numbers of a step and of a kind of message.
fn purpose<'i>(
    does: &'i str,
    step: &'i Option<Numbered>,
    message: &'i Option<Numbered>,
) -> (&'i str, Option<&'i Numbered>, Option<&'i Numbered>) {
    (does, step.as_ref(), message.as_ref())
}

/// Demands that an instruction grants its calls what each of them is granted, or less where not all of them can be made.
fn assert_granted(calls: &[Call], granted: u64) {
    let units = || calls.iter().map(|call| call.gas_units);
    let (sum, most) = (units().sum::<u64>(), units().max().unwrap_or_default());
    assert!((most..=sum).contains(&granted), "{granted} for {calls:?}");
}
