//! Sui: each participant becomes a Move package with one shared object.
//!
//! Beside the packages stand the runtime and, for each imported package, an interface package: the signatures of what is called,
//! so that the output compiles as it is. A user who has the package's source points the dependency there instead.

mod calls;
mod check;
mod handlers;
mod messages;
mod names;
mod packages;
mod participant;
mod project;

pub use check::check;

use self::names::RESERVED;
use self::packages::SuiRules;
use crate::backend::move_lang::packages::{Packages, interfaces};
use crate::backend::move_lang::participant::names::{MachineNames, package_names};
use crate::backend::{Artifacts, Input};
use crate::entities::Machine;
use crate::ir::Role;
use crate::vm::Vm;

/// Writes the package of each participant on a Sui chain, the runtime, and the interface packages.
pub fn emit(input: Input<'_>) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let machines: Vec<_> = participants(input).collect();
    if machines.is_empty() {
        return artifacts;
    }
    let packages = Packages::collect(input, &SuiRules, &machines);
    let folders = package_names(input, &machines, &RESERVED);
    for (&machine, package) in machines.iter().zip(&folders) {
        let names = MachineNames::new(input, machine, package, &RESERVED);
        artifacts.extend(participant::write(input, machine, &names, &packages));
    }
    artifacts.extend(interfaces::write(&packages));
    artifacts.extend(project::runtime());
    artifacts
}

/// The machines this back end writes, in the program's order.
fn participants(input: Input<'_>) -> impl Iterator<Item = Machine> {
    let program = input.program;
    let machines = program.machines.iter().filter(move |(_, data)| {
        let vm = program.declarations.chains[data.chain].vm;
        vm == Vm::Sui && data.role == Role::Participant
    });
    machines.map(|(machine, _)| machine)
}
