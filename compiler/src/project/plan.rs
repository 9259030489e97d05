//! The deployment plan: what is deployed where, in which order, and whom each contract is then told to listen to.
//!
//! Contracts on different chains need each other's addresses, which exist only after deployment. So all are deployed first, then each
//! is wired once: the participants need the coordinator's address only, the coordinator those of all participants.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::address::format_address;
use super::scripts::{Scripts, Vault};
use crate::analysis::Facts;
use crate::backend::{Artifacts, Input};
use crate::codes::Code;
use crate::deployment::{Address, Deployment, Endpoint};
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::ir::{Machine, Program, Role, Workflow};
use crate::json::{Sequence, pretty};
use crate::vm::Vm;
use crate::wire::value::hex;

/// Where the plan is written, relative to the output folder.
pub const PLAN: &str = "deployment.json";

/// Refuses a program of which two contracts would be written to one place.
///
/// # Errors
///
/// Reports the second of the two.
pub(super) fn check_places(
    program: &Program,
    facts: &Facts,
    deployment: &Deployment,
    diagnostics: &mut Diagnostics,
) -> Result<(), Reported> {
    let scripts = Scripts {
        program,
        facts,
        deployment,
    };
    let Some((first, second)) = scripts.collision() else {
        return Ok(());
    };
    let workflow = |machine: Machine| &program.workflows[program.machines[machine].workflow];
    let describe = |machine: Machine| {
        let chain = chain_name(scripts, machine);
        format!("`{}` on `{chain}`", workflow(machine).name)
    };
    let (one, other) = (describe(first), describe(second));
    let title = format!("the contracts of {one} and of {other} would be written to one place");
    let diagnostic = Diagnostic::new(Code::OutputPath, title)
        .primary(
            workflow(second).span,
            "this workflow's name and the chain's make one name",
        )
        .help("rename one of the workflows");
    Err(diagnostics.error(diagnostic))
}

/// The plan for every workflow of a program, as data and as a script for each contract; `emitted` are the paths of their sources.
pub(super) fn plan(input: Input<'_>, emitted: &BTreeSet<String>) -> Artifacts {
    let scripts = Scripts {
        program: input.program,
        facts: input.facts,
        deployment: input.deployment,
    };
    let workflows = || input.program.workflows.keys();
    let plan = Plan {
        format: "xcc-deployment-1",
        profile: &input.deployment.profile,
        workflows: Sequence(|| workflows().map(|id| workflow(scripts, id, emitted))),
    };
    let mut artifacts = Artifacts::default();
    artifacts.add(PLAN, pretty(&plan, 2_000 * input.program.machines.len()));
    for machine in input.program.machines.keys() {
        let (path, text) = scripts.script(machine);
        artifacts.add(path, text);
    }
    artifacts
}

#[derive(Serialize)]
struct Plan<'a, W> {
    format: &'static str,
    profile: &'a str,
    workflows: W,
}

fn workflow(scripts: Scripts<'_>, id: Workflow, emitted: &BTreeSet<String>) -> Value {
    let data = &scripts.program.workflows[id];
    let machines = || {
        [data.coordinator]
            .into_iter()
            .chain(data.participants.clone())
    };
    let deploy = |machine| json!({ "deploy": chain_name(scripts, machine) });
    let wire = |machine| wiring(scripts, id, machine);
    // The coordinator comes last: it needs the addresses that the participants send from, some of which wiring decides.
    let wired = data.participants.iter().copied().chain([data.coordinator]);
    let holds = |machine: &Machine| !scripts.vaults(*machine).is_empty();
    let opened = machines().filter(holds);
    let opened = opened.map(|machine| json!({ "openVaults": chain_name(scripts, machine) }));
    let steps: Vec<_> = machines()
        .map(deploy)
        .chain(opened)
        .chain(wired.map(wire))
        .collect();
    let contracts = machines().map(|machine| contract(scripts, machine, emitted));
    json!({
        "workflow": data.name,
        "fingerprint": hex(&scripts.facts.fingerprints[id]),
        "contracts": contracts.collect::<Vec<_>>(),
        "steps": steps,
    })
}

fn contract(scripts: Scripts<'_>, machine: Machine, emitted: &BTreeSet<String>) -> Value {
    let data = &scripts.program.machines[machine];
    let package = scripts.package(machine, emitted);
    let address = scripts.deployment.machines[machine];
    let mut contract = json!({
        "chain": chain_name(scripts, machine),
        "vm": scripts.vm(machine).name(),
        "network": scripts.deployment.chains[data.chain].caip2,
        "role": match data.role {
            Role::Coordinator => "coordinator",
            Role::Participant => "participant",
        },
        "source": package.map(|package| package.path),
        "script": scripts.script_path(machine),
        "constructorArguments": [],
        "address": address.map(format_address),
        "wormhole": endpoint(scripts, machine),
    });
    let vaults = scripts.vaults(machine);
    if !vaults.is_empty() {
        let vaults = vaults.iter().map(|it| vault(it, address));
        contract["vaults"] = vaults.collect();
    }
    contract
}

/// A token account that has to be there before anything can be taken into custody, or spent: that associated with an address of the program.
fn vault(vault: &Vault<'_>, program: Option<Address>) -> Value {
    json!({
        "asset": vault.asset,
        "mint": format_address(vault.mint),
        "tokenProgram": format_address(vault.token_program),
        "owner": {
            "from": "the derived address of the program",
            "program": program.map(format_address),
            "seeds": [vault.owner],
        },
    })
}

fn endpoint(scripts: Scripts<'_>, machine: Machine) -> Value {
    let Some(Endpoint::Wormhole {
        chain_id,
        core,
        state,
    }) = scripts.endpoint(machine)
    else {
        return Value::Null;
    };
    json!({
        "chain": chain_id,
        "core": format_address(*core),
        "state": state.map(format_address),
        "emitter": emitter(scripts, machine),
    })
}

/// The address a contract sends from, in Wormhole's 32 bytes, or where it comes from if it is not known yet.
fn emitter(scripts: Scripts<'_>, machine: Machine) -> Value {
    let address = scripts.deployment.machines[machine];
    match (scripts.vm(machine), address) {
        (Vm::Evm, Some(address)) => json!(hex(&address.to_word())),
        (Vm::Evm, None) => json!({ "from": "the address of the contract, zeros to its left" }),
        (Vm::Svm, _) => json!({
            "from": "the derived address of the program",
            "program": address.map(format_address),
            "seeds": ["emitter"],
        }),
        (Vm::Sui | Vm::Aptos, _) => json!({ "from": "the field `emitter` of the event `Wired`" }),
    }
}

fn wiring(scripts: Scripts<'_>, workflow: Workflow, machine: Machine) -> Value {
    let peers = scripts.peers(machine).into_iter().map(|peer| {
        let endpoint = endpoint(scripts, peer);
        json!({
            "contract": chain_name(scripts, peer),
            "chain": endpoint["chain"],
            "emitter": endpoint["emitter"],
        })
    });
    json!({
        "wire": chain_name(scripts, machine),
        "peers": peers.collect::<Vec<_>>(),
        "fingerprint": hex(&scripts.facts.fingerprints[workflow]),
    })
}

fn chain_name(scripts: Scripts<'_>, machine: Machine) -> &str {
    let chain = scripts.program.machines[machine].chain;
    &scripts.program.declarations.chains[chain].name
}
