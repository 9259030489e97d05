//! The interfaces that the files of a program need, by their paths.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::Reported;
use crate::import::Interface;
use crate::load::{SourceTree, beside};
use crate::syntax::ast;
use crate::vm::Vm;

/// The interface behind each `from "path"` of a contract, or the proof that reading it failed and was reported.
#[derive(Clone, Debug, Default)]
pub struct Interfaces {
    by_path: IndexMap<String, Result<Arc<Interface>, Reported>>,
}

/// An interface that must be supplied.
#[derive(Clone, Debug)]
pub struct Needed<'t> {
    /// Its path, relative to the project unless it is absolute.
    pub path: String,
    /// The virtual machine of its contract's chain; `None` if the chain is unknown or runs an unknown one, which the checker reports.
    pub vm: Option<Vm>,
    /// The first contract that names it.
    pub contract: &'t ast::Contract,
}

impl Interfaces {
    /// No interfaces.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the interface behind a path, as [`Needed`] gives it.
    pub fn insert(&mut self, path: impl Into<String>, interface: Result<Arc<Interface>, Reported>) {
        self.by_path.insert(path.into(), interface);
    }

    /// The interface behind a path; `None` if nobody supplied one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Result<Arc<Interface>, Reported>> {
        self.by_path.get(path)
    }

    /// The interfaces that must be supplied, each once, in source order.
    pub fn needed(tree: &SourceTree) -> impl Iterator<Item = Needed<'_>> {
        let mut seen = HashSet::new();
        let files = tree.files.iter().enumerate();
        let contracts = files.flat_map(move |(file, source)| {
            let contracts = source.ast.items.iter().filter_map(|item| match item {
                ast::Item::Contract(contract) => Some(contract),
                _ => None,
            });
            contracts.map(move |contract| needed(tree, file, contract))
        });
        contracts.filter(move |needed| seen.insert(needed.path.clone()))
    }
}

fn needed<'t>(tree: &SourceTree, file: usize, contract: &'t ast::Contract) -> Needed<'t> {
    let chain = tree.chain(file, &contract.chain.value);
    Needed {
        path: beside(&tree.files[file].path, &contract.interface.value),
        vm: chain.and_then(|chain| chain.vm.value.parse().ok()),
        contract,
    }
}
