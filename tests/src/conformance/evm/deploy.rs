//! Puts emitted contracts where the interpreter and their deployment have them, beside Wormhole's core, and tells them their peers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use revm::primitives::Address;
use xcc::deployment::{self, Endpoint};
use xcc::entities::{Chain, Machine};
use xcc::ir::Role;
use xcc::transport::Transport;
use xcc::vm::Vm;

use super::tokens::Tokens;
use super::{EvmMachine, FEE, Fixed};
use crate::conformance::peers::{Peers, peers, vm};
use crate::evm::{Call, Evm};
use crate::interp::Bench;
use crate::network::Protocol;
use crate::network::evm::wiring;
use crate::project::Project;
use crate::solc;
use crate::tools::ToolError;
use crate::vaa::Guardian;
use crate::wormhole_evm::Core;

/// Who deploys everything.
pub(super) const DEPLOYER: Address = Address::repeat_byte(0xd1);

/// The machines of a project that run on the EVM, each on a chain of its own, in step with those of a bench.
///
/// # Errors
/// A missing compiler, or [`ToolError::Missing`] until `tests/install packs` has run.
///
/// # Panics
/// When the compiler has anything to say, or a contract cannot be deployed or wired.
pub fn deploy<'p>(
    project: &'p Project,
    bench: &Bench<'_>,
) -> Result<BTreeMap<Machine, EvmMachine<'p>>, ToolError> {
    let protocol = Protocol::of_workflow(project, bench.workflow);
    let peers = peers(protocol, bench);
    let machines = peers.keys().copied();
    let machines: Vec<_> = machines
        .filter(|&machine| vm(bench, machine) == Vm::Evm)
        .collect();
    if machines.is_empty() {
        return Ok(BTreeMap::new());
    }
    let output = solc::compile(&project.solidity(&[]))?;
    assert_eq!(output.diagnostics, [], "{}", output.render());
    machines
        .into_iter()
        .map(|machine| {
            let contract = output.contract(&protocol.contract(machine));
            Ok((machine, deploy_one(protocol, contract, &peers, machine)?))
        })
        .collect()
}

fn deploy_one<'p>(
    protocol: Protocol<'p>,
    contract: &solc::Contract,
    peers: &Peers,
    machine: Machine,
) -> Result<EvmMachine<'p>, ToolError> {
    let chain = protocol.program().machines[machine].chain;
    let mut evm = Evm::new(chain_id(protocol, chain));
    let core = core(&mut evm, protocol, chain)?;
    let targets = targets(protocol, chain);
    let tokens = Tokens::deploy(&mut evm, protocol, chain)?;
    // Code that fails when it is run: a script answers in its place.
    targets
        .iter()
        .for_each(|&target| evm.set_code(target, vec![0xfe]));
    let deployed = evm.deploy(DEPLOYER, &contract.creation, &[]);
    let deployed = deployed.unwrap_or_else(|receipt| panic!("{receipt:?}"));
    let address = Address::from_slice(&peers[&machine].emitter[12..]);
    evm.relocate(deployed, address);
    let mut follower = EvmMachine {
        fixed: Rc::new(Fixed {
            protocol,
            machine,
            address,
            abi: serde_json::from_value(contract.abi.clone())
                .unwrap_or_else(|error| panic!("the compiler's own interface: {error}")),
            core,
            targets,
            tokens,
            peers: peers.clone(),
            signed: RefCell::default(),
            tried: RefCell::default(),
        }),
        evm,
        instance: [0; 32],
    };
    follower.wire();
    Ok(follower)
}

impl EvmMachine<'_> {
    fn wire(&mut self) {
        let fixed = &self.fixed;
        let data = fixed.protocol.workflow();
        let others = match fixed.protocol.program().machines[fixed.machine].role {
            Role::Coordinator => data.participants.clone(),
            Role::Participant => vec![data.coordinator],
        };
        let peers: Vec<_> = others.iter().map(|other| fixed.peers[other]).collect();
        let arguments = wiring(&peers, fixed.protocol.fingerprint());
        let call = Call::new(DEPLOYER, fixed.address, fixed.encode("wire", &arguments));
        self.evm.send(call).returned();
    }
}

/// Wormhole's core, at the address that contracts are configured with.
fn core(evm: &mut Evm, protocol: Protocol<'_>, chain: Chain) -> Result<Core, ToolError> {
    let transports = &protocol.project().compiled.deployment.chains[chain].transports;
    let Some(Endpoint::Wormhole { chain_id, core, .. }) = transports.get(&Transport::Wormhole)
    else {
        panic!("the chain has no Wormhole");
    };
    let mut deployed = Core::deploy(evm, *chain_id, &[Guardian::new(1)])?;
    evm.relocate(deployed.address, address(*core));
    deployed.address = address(*core);
    deployed.set_message_fee(evm, FEE);
    Ok(deployed)
}

/// The contracts on a chain that a workflow may call.
fn targets(protocol: Protocol<'_>, chain: Chain) -> Vec<Address> {
    let contracts = protocol.program().declarations.contracts.iter();
    let contracts =
        contracts.filter(|(_, contract)| contract.chain == chain && contract.asset.is_none());
    let addresses = &protocol.project().compiled.deployment.contracts;
    contracts
        .map(|(contract, _)| address(addresses[contract]))
        .collect()
}

fn chain_id(protocol: Protocol<'_>, chain: Chain) -> u64 {
    let caip2 = &protocol.project().compiled.deployment.chains[chain].caip2;
    let number = caip2.strip_prefix("eip155:").map(str::parse);
    let number = number.expect("an EVM chain has a number");
    number.expect("a chain's number is a number")
}

pub(super) fn address(address: deployment::Address) -> Address {
    match address {
        deployment::Address::Evm(bytes) => bytes.into(),
        other => panic!("{other:?} is on another chain"),
    }
}
