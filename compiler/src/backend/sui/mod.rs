//! Sui: each machine becomes a Move package with one shared object.
//!
//! Beside the packages stand the runtime and, for each imported package, an interface package: the signatures of what is called,
//! so that the output compiles as it is. A user who has the package's source points the dependency there instead.

mod calls;
mod check;
mod coordinator;
mod custody;
mod entry;
mod functions;
mod handlers;
mod names;
mod packages;
mod participant;
mod plan;
mod project;

pub use check::check;

use self::packages::SuiRules;
use crate::backend::{Artifacts, Input, move_lang};
use crate::ir::Role;

/// Writes the package of each machine on a Sui chain, the runtime, and the interface packages.
pub fn emit(input: Input<'_>) -> Artifacts {
    move_lang::machine::emit(input, &SuiRules, |machine| match machine.role() {
        Role::Coordinator => coordinator::write(machine),
        Role::Participant => participant::write(machine),
    })
}
