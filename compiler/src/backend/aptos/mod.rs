//! Aptos: each participant becomes a Move package with one resource at the address it is published at.
//!
//! Beside the packages stand the runtime and, for each account whose modules are called, an interface package: the signatures
//! of what is called, so that the output compiles as it is. A user who has a package's source points the dependency there
//! instead.

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
use self::packages::AptosRules;
use crate::backend::move_lang::packages::{Packages, interfaces};
use crate::backend::move_lang::participant::names::{MachineNames, package_names};
use crate::backend::{Artifacts, Input};
use crate::entities::Machine;
use crate::ir::Role;
use crate::vm::Vm;

/// Writes the package of each participant on an Aptos chain, the runtime, and the interface packages.
pub fn emit(input: Input<'_>) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let machines: Vec<_> = participants(input).collect();
    if machines.is_empty() {
        return artifacts;
    }
    let packages = Packages::collect(input, &AptosRules, &machines);
    let folders = package_names(input, &machines, &RESERVED);
    for (&machine, package) in machines.iter().zip(&folders) {
        let names = MachineNames::new(input, machine, package, &RESERVED);
        artifacts.extend(participant::write(input, machine, &names, &packages));
    }
    artifacts.extend(interfaces::write(&packages));
    artifacts.extend(project::runtime());
    let files = artifacts.files.into_iter();
    Artifacts {
        files: files.map(|(path, text)| (path, to_ascii(&text))).collect(),
    }
}

/// The machines this back end writes, in the program's order.
fn participants(input: Input<'_>) -> impl Iterator<Item = Machine> {
    let program = input.program;
    let machines = program.machines.iter().filter(move |(_, data)| {
        let vm = program.declarations.chains[data.chain].vm;
        vm == Vm::Aptos && data.role == Role::Participant
    });
    machines.map(|(machine, _)| machine)
}

/// The compiler reads ASCII only, even in comments, which is where the source's own words end up.
fn to_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii() {
            ascii.push(char);
        } else {
            ascii.extend(char.escape_unicode());
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::to_ascii;

    #[test]
    fn other_characters_are_escaped() {
        assert_eq!(to_ascii("a\u{e9}b\n"), "a\\u{e9}b\n");
    }
}
