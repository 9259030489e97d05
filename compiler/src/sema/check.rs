//! The checker's state, and the order in which a file is checked.

use cranelift_entity::PrimaryMap;

use super::constants::Constants;
use super::interfaces::Interfaces;
use super::symbols::Symbols;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Chain, Step, Workflow};
use crate::hir::{Package, StepDecl, WorkflowDecl};
use crate::syntax::ast;
use crate::types::{Declarations, Type};
use crate::vm::Vm;

/// What is known while a file is checked.
pub(super) struct Checker<'a> {
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) interfaces: &'a Interfaces,
    pub(super) declarations: Declarations,
    pub(super) symbols: Symbols,
    pub(super) constants: Constants,
    pub(super) workflows: PrimaryMap<Workflow, WorkflowDecl>,
    pub(super) steps: PrimaryMap<Step, StepDecl>,
}

/// Checks a file.
pub(super) fn check(
    file: &ast::File,
    interfaces: &Interfaces,
    diagnostics: &mut Diagnostics,
) -> Result<Package, Reported> {
    let errors = diagnostics.error_count();
    let mut checker = Checker {
        diagnostics,
        interfaces,
        declarations: Declarations::default(),
        symbols: Symbols::default(),
        constants: Constants::default(),
        workflows: PrimaryMap::new(),
        steps: PrimaryMap::new(),
    };
    checker.declare(file);
    for item in &file.items {
        if let ast::Item::Workflow(workflow) = item {
            checker.check_workflow(workflow);
        }
    }
    // A use may hide in what could not be understood.
    checker.diagnostics.ok_since(errors)?;
    checker.warn_unused_consts();
    Ok(Package {
        declarations: checker.declarations,
        workflows: checker.workflows,
        steps: checker.steps,
    })
}

impl Checker<'_> {
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
