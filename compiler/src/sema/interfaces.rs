//! The imported interfaces a file needs, by the path it names them with.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::Reported;
use crate::import::Interface;
use crate::syntax::ast;

/// The interface behind each `from "path"` of a file, or the proof that reading it failed and was reported.
#[derive(Clone, Debug, Default)]
pub struct Interfaces {
    by_path: IndexMap<String, Result<Arc<Interface>, Reported>>,
}

impl Interfaces {
    /// No interfaces.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the interface behind a path, as the file writes the path.
    pub fn insert(&mut self, path: impl Into<String>, interface: Result<Arc<Interface>, Reported>) {
        self.by_path.insert(path.into(), interface);
    }

    /// The interface behind a path; `None` if nobody supplied one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Result<Arc<Interface>, Reported>> {
        self.by_path.get(path)
    }

    /// The contracts of a file whose interfaces must be supplied, each path once, in source order.
    pub fn needed(file: &ast::File) -> impl Iterator<Item = &ast::Contract> {
        let mut seen = std::collections::HashSet::new();
        let contracts = file.items.iter().filter_map(|item| match item {
            ast::Item::Contract(contract) => Some(contract),
            _ => None,
        });
        contracts.filter(move |contract| seen.insert(contract.interface.value.as_str()))
    }
}
