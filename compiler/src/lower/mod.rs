//! Lowering: turns a checked package into the IR. The protocol lives here and nowhere else.
//!
//! `compiler/docs/protocol.md` gives the tables; `participant` and `coordinator` write them as handlers.

mod builder;
mod claim;
mod compute;
mod convert;
mod coordinator;
mod expr;
mod mutant;
mod participant;
mod plan;
mod together;
mod view;

use crate::hir::Package;
use crate::ir::Program;

#[doc(hidden)]
pub use mutant::Mutant;

/// Lowers a package. Total: what the checker accepts has a meaning.
pub fn lower(package: &Package) -> Program {
    lower_with(package, None)
}

/// Lowers a package with a fault.
#[doc(hidden)]
pub fn lower_mutant(package: &Package, mutant: Mutant) -> Program {
    lower_with(package, Some(mutant))
}

fn lower_with(package: &Package, mutant: Option<Mutant>) -> Program {
    let mut program = Program {
        declarations: package.declarations.clone(),
        ..Program::default()
    };
    for workflow in package.workflows.keys() {
        let plan = plan::plan(package, workflow, mutant, &mut program);
        coordinator::lower(&plan, &mut program);
        for index in 0..plan.participants.len() {
            participant::lower(&plan, plan.participants[index], &mut program);
        }
    }
    program
}
