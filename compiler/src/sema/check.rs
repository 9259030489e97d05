//! The checker's state, and the order in which a program is checked.

use std::collections::BTreeMap;

use cranelift_entity::PrimaryMap;

use super::constants::Constants;
use super::interfaces::Interfaces;
use super::money::Kept;
use super::symbols::Symbols;
use super::view::Asking;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Chain, Step, Workflow};
use crate::hir::{Package, StepDecl, WorkflowDecl};
use crate::load::SourceTree;
use crate::syntax::ast;
use crate::types::{Declarations, Type};
use crate::vm::Vm;

/// What is known while a program is checked.
pub(super) struct Checker<'a> {
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) interfaces: &'a Interfaces,
    pub(super) declarations: Declarations,
    pub(super) symbols: Symbols,
    pub(super) constants: Constants,
    /// How many expressions are being checked inside each other, through declarations that they ask for.
    pub(super) nesting: usize,
    /// What the guard that is being checked asks, if it may ask something.
    pub(super) asking: Option<Asking>,
    pub(super) workflows: PrimaryMap<Workflow, WorkflowDecl>,
    pub(super) steps: PrimaryMap<Step, StepDecl>,
    /// How much the holdings of the workflow are, by the steps that take them.
    pub(super) kept: BTreeMap<Step, Kept>,
}

/// Checks a program.
pub(super) fn check(
    tree: &SourceTree,
    interfaces: &Interfaces,
    diagnostics: &mut Diagnostics,
) -> Result<Package, Reported> {
    let errors = diagnostics.error_count();
    let mut checker = Checker {
        diagnostics,
        interfaces,
        declarations: Declarations::default(),
        symbols: Symbols::new(tree.files.len()),
        constants: Constants::default(),
        nesting: 0,
        asking: None,
        workflows: PrimaryMap::new(),
        steps: PrimaryMap::new(),
        kept: BTreeMap::new(),
    };
    checker.declare(tree)?;
    for (index, file) in tree.files.iter().enumerate() {
        checker.within(index, |checker| checker.check_workflows(&file.ast));
    }
    // A use may hide in what could not be understood.
    checker.diagnostics.ok_since(errors)?;
    checker.warn_unused_consts();
    checker.warn_unused_imports(tree);
    checker.warn_unused_functions();
    Ok(Package {
        declarations: checker.declarations,
        workflows: checker.workflows,
        steps: checker.steps,
    })
}

impl Checker<'_> {
    fn check_workflows(&mut self, file: &ast::File) {
        for item in &file.items {
            if let ast::Item::Workflow(workflow) = item
                && !self.has_enough()
            {
                self.check_workflow(workflow);
            }
        }
    }

    /// Does something with the names of a file, by its position among all.
    pub(super) fn within<T>(&mut self, file: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.symbols.enter(file);
        let done = act(self);
        self.symbols.enter(before);
        done
    }

    /// Whether no more findings are kept. What can be there any number of times is not checked any further then, since looking for what a
    /// name was meant to be takes time for each name there is.
    pub(super) fn has_enough(&self) -> bool {
        self.diagnostics.are_more()
    }

    pub(super) fn report(&mut self, error: impl Into<Diagnostic>) -> Reported {
        self.diagnostics.error(error.into())
    }

    pub(super) fn warn(&mut self, error: impl Into<Diagnostic>) {
        self.diagnostics.warning(error.into());
    }

    pub(super) fn vm(&self, chain: Chain) -> Vm {
        self.declarations.chains[chain].vm
    }

    pub(super) fn chain_name(&self, chain: Chain) -> &str {
        &self.declarations.chains[chain].name
    }

    /// A type as the source would write it, in backquotes.
    pub(super) fn quote(&self, ty: &Type) -> String {
        format!("`{}`", ty.display(&self.declarations))
    }
}
