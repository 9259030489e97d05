//! Back ends: each spells the IR in one target's language. Decisions were made before; emission cannot fail.

pub mod anchor;
pub mod aptos;
mod custody;
mod delivery;
pub mod move_lang;
pub mod names;
pub mod printer;
pub mod solidity;
pub mod sui;

use std::collections::BTreeMap;

use crate::analysis::Facts;
use crate::deployment::Deployment;
use crate::diagnostic::{Diagnostics, Reported};
use crate::ir::Program;
use crate::vm::Vm;

/// A back end: what its VM cannot do, and how it spells a program.
#[derive(Clone, Copy, Debug)]
pub struct Backend {
    /// The VM of the machines it spells.
    pub vm: Vm,
    /// Reports what the VM cannot do, with the place in the source.
    pub check: fn(Input<'_>, &mut Diagnostics) -> Result<(), Reported>,
    /// Spells every machine on chains of the VM, once `check` has found nothing.
    pub emit: fn(Input<'_>) -> Artifacts,
}

/// Every back end.
pub const BACKENDS: [Backend; 4] = [
    Backend {
        vm: Vm::Evm,
        check: solidity::check,
        emit: solidity::emit,
    },
    Backend {
        vm: Vm::Svm,
        check: anchor::check,
        emit: anchor::emit,
    },
    Backend {
        vm: Vm::Sui,
        check: sui::check,
        emit: sui::emit,
    },
    Backend {
        vm: Vm::Aptos,
        check: aptos::check,
        emit: aptos::emit,
    },
];

/// Files to write, by path relative to the output folder, with `/` as separator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifacts {
    /// The text of each file.
    pub files: BTreeMap<String, String>,
}

/// All that a back end reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What to spell.
    pub program: &'a Program,
    /// What was computed about it.
    pub facts: &'a Facts,
    /// The addresses and constants of the deployment.
    pub deployment: &'a Deployment,
}

impl Artifacts {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// Adds all files of another set.
    pub fn extend(&mut self, other: Artifacts) {
        self.files.extend(other.files);
    }
}
