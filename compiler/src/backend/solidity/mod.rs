//! The Solidity back end: a coordinator on the home chain, participants on other EVM chains, and the messages library they share.
//!
//! One contract is written for each machine, one library for each workflow, and the runtime from `runtime-evm` beside them. What a
//! contract inherits is the same for every workflow; what it declares is what its machine's handlers say.

mod arithmetic;
mod branches;
mod calls;
mod check;
mod contract;
mod convertible;
mod declarations;
mod dispatch;
mod expr;
mod handlers;
mod invocations;
mod keywords;
mod messages;
mod names;
mod nesting;
mod project;
mod spending;
mod stack;
mod statuses;
mod together;
mod types;
mod unsupported;
mod uses;
mod values;

use crate::backend::{Artifacts, Input};
use crate::diagnostic::{Diagnostics, Reported};
use crate::ir::Machine;
use crate::vm::Vm;

use contract::ContractWriter;
use messages::Library;
use project::Abilities;

/// Reports what this back end cannot do.
///
/// # Errors
///
/// When at least one error was reported.
pub fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    check::check(input, diagnostics)
}

/// Writes the Foundry project of a program that [`check`] accepts; nothing if no machine is on the EVM.
pub fn emit(input: Input<'_>) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let mut roles = Vec::new();
    let mut abilities = Abilities::default();
    for workflow in input.program.workflows.keys() {
        let machines = input.program.machines_of(workflow);
        let machines: Vec<_> = machines
            .filter(|&machine| is_on_evm(input, machine))
            .collect();
        if machines.is_empty() {
            continue;
        }
        let library = Library::new(input, workflow);
        let name = names::library_name(input, workflow);
        artifacts.add(format!("evm/src/{name}.sol"), library.write());
        for machine in machines {
            roles.push(input.program.machines[machine].role);
            let contract = ContractWriter::new(input, machine, library.names());
            abilities.hold_tokens |= contract.holds_tokens();
            abilities.hold_native |= contract.holds_native();
            abilities.spend |= contract.spends();
            abilities.call_together |= contract.calls_together();
            let name = names::contract_name(input, machine);
            artifacts.add(format!("evm/src/{name}.sol"), contract.write());
        }
    }
    if !roles.is_empty() {
        project::add_project(&mut artifacts, &roles, abilities);
    }
    artifacts
}

fn is_on_evm(input: Input<'_>, machine: Machine) -> bool {
    let chain = input.program.machines[machine].chain;
    input.program.declarations.chains[chain].vm == Vm::Evm
}
