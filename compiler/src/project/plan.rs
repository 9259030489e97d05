//! The deployment plan: what is deployed where, in which order, and whom each contract is then told to listen to.
//!
//! Contracts on different chains need each other's addresses, which exist only after deployment. So all are deployed first, then each
//! is wired once: the participants need the coordinator's address only, the coordinator those of all participants.

use serde_json::{Value, json};

use super::address::format_address;
use crate::analysis::Facts;
use crate::deployment::{Address, Deployment, Endpoint};
use crate::ir::{Machine, Program, Role, Workflow};
use crate::transport::Transport;
use crate::vm::Vm;
use crate::wire::value::hex;

/// Where the plan is written, relative to the output folder.
pub const PLAN: &str = "deployment.json";

/// The plan for every workflow of a program.
pub fn plan(program: &Program, facts: &Facts, deployment: &Deployment) -> Value {
    let planner = Planner {
        program,
        facts,
        deployment,
    };
    let workflows = program.workflows.keys();
    let workflows: Vec<_> = workflows.map(|id| planner.workflow(id)).collect();
    json!({
        "format": "xcc-deployment-1",
        "profile": deployment.profile,
        "workflows": workflows,
    })
}

struct Planner<'a> {
    program: &'a Program,
    facts: &'a Facts,
    deployment: &'a Deployment,
}

impl Planner<'_> {
    fn workflow(&self, id: Workflow) -> Value {
        let data = &self.program.workflows[id];
        let machines = || {
            [data.coordinator]
                .into_iter()
                .chain(data.participants.clone())
        };
        let deploy = |machine| json!({ "deploy": self.chain_name(machine) });
        let wire = |machine| self.wiring(id, machine);
        // The coordinator comes last: it needs the addresses that the participants send from, some of which wiring decides.
        let wired = data.participants.iter().copied().chain([data.coordinator]);
        let steps: Vec<_> = machines().map(deploy).chain(wired.map(wire)).collect();
        json!({
            "workflow": data.name,
            "fingerprint": hex(&self.facts.fingerprints[id]),
            "contracts": machines().map(|machine| self.contract(machine)).collect::<Vec<_>>(),
            "steps": steps,
        })
    }

    fn contract(&self, machine: Machine) -> Value {
        let data = &self.program.machines[machine];
        let chain = &self.program.declarations.chains[data.chain];
        let address = self.deployment.machines[machine];
        json!({
            "chain": chain.name,
            "vm": chain.vm.name(),
            "network": self.deployment.chains[data.chain].caip2,
            "role": match data.role {
                Role::Coordinator => "coordinator",
                Role::Participant => "participant",
            },
            "address": address.map(format_address),
            "constructorArguments": [],
            "wormhole": self.endpoint(machine),
        })
    }

    fn endpoint(&self, machine: Machine) -> Value {
        let chain = self.program.machines[machine].chain;
        let transports = &self.deployment.chains[chain].transports;
        let Some(Endpoint::Wormhole {
            chain_id,
            core,
            state,
        }) = transports.get(&Transport::Wormhole)
        else {
            return Value::Null;
        };
        json!({
            "chain": chain_id,
            "core": format_address(*core),
            "state": state.map(format_address),
            "emitter": self.emitter(machine),
        })
    }

    /// The address a contract sends from, in Wormhole's 32 bytes, or where it comes from if it is not known yet.
    fn emitter(&self, machine: Machine) -> Value {
        let chain = self.program.machines[machine].chain;
        let vm = self.program.declarations.chains[chain].vm;
        let address = self.deployment.machines[machine];
        match (vm, address) {
            (Vm::Evm, Some(address)) => json!(hex(&address.to_word())),
            (Vm::Evm, None) => json!({ "source": "the contract's address, zeros to its left" }),
            (Vm::Svm, Some(program @ Address::Svm(_))) => json!({
                "source": "the program's derived address",
                "program": format_address(program),
                "seeds": ["emitter"],
            }),
            (Vm::Svm, _) => {
                json!({ "source": "the program's derived address", "seeds": ["emitter"] })
            }
            (Vm::Sui, _) => {
                json!({ "source": "the id of the emitter capability, in the event `Wired`" })
            }
            (Vm::Aptos, _) => {
                json!({ "source": "the number of the emitter capability, in the event `Wired`" })
            }
        }
    }

    fn wiring(&self, workflow: Workflow, machine: Machine) -> Value {
        let data = &self.program.workflows[workflow];
        let peers = match self.program.machines[machine].role {
            Role::Coordinator => data.participants.clone(),
            Role::Participant => vec![data.coordinator],
        };
        let peers = peers.into_iter().map(|peer| {
            let endpoint = self.endpoint(peer);
            json!({
                "contract": self.chain_name(peer),
                "chain": endpoint["chain"],
                "emitter": endpoint["emitter"],
            })
        });
        json!({
            "wire": self.chain_name(machine),
            "peers": peers.collect::<Vec<_>>(),
            "fingerprint": hex(&self.facts.fingerprints[workflow]),
        })
    }

    fn chain_name(&self, machine: Machine) -> &str {
        let chain = self.program.machines[machine].chain;
        &self.program.declarations.chains[chain].name
    }
}
