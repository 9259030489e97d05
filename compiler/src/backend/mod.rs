//! Back ends: each spells the IR in one target's language. Decisions were made before; emission cannot fail.

pub mod anchor;
pub mod aptos;
pub mod move_lang;
pub mod names;
pub mod printer;
pub mod solidity;
pub mod sui;

use std::collections::BTreeMap;

use crate::analysis::Facts;
use crate::deployment::Deployment;
use crate::ir::Program;

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
