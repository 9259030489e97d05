//! Scripts that deploy and wire each emitted contract with its ecosystem's own tools.
//!
//! The commands are those the tools document: `forge create` and `cast send`; `cargo build-sbf`, `solana program deploy` and
//! `solana find-program-derived-address`, and `spl-token create-account`; `sui client publish` and `sui client ptb`; `aptos move
//! deploy-object` and `aptos move run`.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Facts;
use crate::backend::names::{pascal_case, snake_case};
use crate::deployment::{Address, ConstantValue, Deployment, Endpoint};
use crate::entities::Contract;
use crate::ir::{Machine, Program, Role};
use crate::transport::Transport;
use crate::vm::Vm;
use crate::wire::value::hex;

use super::address::format_address;

/// `sha256("global:wire")[..8]`, by which Anchor programs know the instruction.
const WIRE_DISCRIMINATOR: &str = "8516b1ccf69e1d28";

/// All that a script is made of.
#[derive(Clone, Copy)]
pub(super) struct Scripts<'a> {
    pub(super) program: &'a Program,
    pub(super) facts: &'a Facts,
    pub(super) deployment: &'a Deployment,
}

/// The seed of the address that owns what a coordinator on Solana holds, and of that which signs its calls.
const CUSTODY: &str = "custody";
const AUTHORITY: &str = "authority";

/// A token account that a coordinator on Solana has for an asset: where it holds it, or where targets take what is spent.
pub(super) struct Vault<'a> {
    /// The seed of the address that owns it.
    pub(super) owner: &'static str,
    pub(super) asset: &'a str,
    pub(super) mint: Address,
    pub(super) token_program: Address,
}

/// Where the code of a machine is among the files.
pub(super) struct Package {
    /// The Solidity file, or the manifest of the package.
    pub(super) path: String,
    /// The contract, or the package's folder.
    name: String,
}

impl Scripts<'_> {
    /// The script of a machine, by path relative to the output folder.
    pub(super) fn script(&self, machine: Machine) -> (String, String) {
        let data = &self.program.machines[machine];
        let workflow = &self.program.workflows[data.workflow].name;
        let chain = &self.program.declarations.chains[data.chain];
        let path = self.script_path(machine);
        let template = match chain.vm {
            Vm::Evm => include_str!("scripts/evm.sh"),
            Vm::Svm => include_str!("scripts/solana.sh"),
            Vm::Sui => include_str!("scripts/sui.sh"),
            Vm::Aptos => include_str!("scripts/aptos.sh"),
        };
        let role = match data.role {
            Role::Coordinator => "coordinator",
            Role::Participant => "participant",
        };
        let network = &self.deployment.chains[data.chain].caip2;
        let mut values = Vec::new();
        let mut fill = |name: &'static str, value: &str| values.push((name, value.to_owned()));
        fill("XCC", crate::VERSION);
        fill("WORKFLOW", workflow);
        fill("CHAIN", &chain.name);
        fill("NETWORK", network);
        fill("ROLE", role);
        fill("SCRIPT", &path);
        self.fill_own(machine, &mut fill);
        self.fill_vaults(machine, &mut fill);
        self.fill_peers(machine, &mut fill);
        (path, filled(template, &values))
    }

    /// Where a machine's script is written.
    pub(super) fn script_path(&self, machine: Machine) -> String {
        let (workflow, chain) = self.names(machine);
        format!("deploy/{}/{}.sh", snake_case(workflow), snake_case(chain))
    }

    /// Two machines whose code would be at one place, if there are any: `A_b` on `c` and `A` on `b_c`.
    pub(super) fn collision(&self) -> Option<(Machine, Machine)> {
        let mut seen = BTreeMap::new();
        let mut machines = self.program.machines.keys();
        machines.find_map(|machine| {
            let path = self.expected_package(machine).path;
            seen.insert(path, machine).map(|other| (other, machine))
        })
    }

    /// Where the code of a machine is, if a back end has put it where it belongs.
    pub(super) fn package(&self, machine: Machine, emitted: &BTreeSet<String>) -> Option<Package> {
        let package = self.expected_package(machine);
        emitted.contains(&package.path).then_some(package)
    }

    fn expected_package(&self, machine: Machine) -> Package {
        let data = &self.program.machines[machine];
        let (workflow, chain) = self.names(machine);
        let name = match (self.vm(machine), data.role) {
            (Vm::Evm, Role::Coordinator) => format!("{}Coordinator", pascal_case(workflow)),
            (Vm::Evm, Role::Participant) => {
                format!("{}{}Participant", pascal_case(workflow), pascal_case(chain))
            }
            _ => format!("{}_{}", snake_case(workflow), snake_case(chain)),
        };
        let path = match self.vm(machine) {
            Vm::Evm => format!("evm/src/{name}.sol"),
            Vm::Svm => format!("svm/{}/Cargo.toml", name.replace('_', "-")),
            Vm::Sui => format!("sui/{name}/Move.toml"),
            Vm::Aptos => format!("aptos/{name}/Move.toml"),
        };
        Package { path, name }
    }

    /// The token accounts of a coordinator on Solana: one for each asset that it holds, and another for each that its calls spend.
    pub(super) fn vaults(&self, machine: Machine) -> Vec<Vault<'_>> {
        let declarations = &self.program.declarations;
        let vault = |owner, contract: Contract| {
            let asset = declarations.contracts[contract].asset?;
            let mint = declarations.token(asset, declarations.contracts[contract].chain)?;
            let ConstantValue::Address(mint) = self.deployment.constants[mint] else {
                return None;
            };
            Some(Vault {
                owner,
                asset: &declarations.assets[asset].name,
                mint,
                token_program: self.deployment.contracts[contract],
            })
        };
        if self.vm(machine) != Vm::Svm {
            return Vec::new();
        }
        let held = self.program.assets_of(machine).into_iter();
        let held = held.filter_map(|contract| vault(CUSTODY, contract));
        let spent = self.program.spent_by(machine).into_iter();
        let spent = spent.filter_map(|contract| vault(AUTHORITY, contract));
        held.chain(spent).collect()
    }

    fn fill_own(&self, machine: Machine, fill: &mut impl FnMut(&'static str, &str)) {
        let workflow = self.program.machines[machine].workflow;
        let fingerprint = self.facts.fingerprints[workflow];
        let Package { name, .. } = self.expected_package(machine);
        fill("SOURCE", &format!("src/{name}.sol:{name}"));
        fill("LIBRARY", &name);
        match self.vm(machine) {
            Vm::Svm => fill("PACKAGE", &name.replace('_', "-")),
            _ => fill("PACKAGE", &name),
        }
        fill("FINGERPRINT", &hex(&fingerprint)[2..]);
        fill(
            "FINGERPRINT_BYTES",
            &fingerprint.map(|byte| byte.to_string()).join(", "),
        );
        fill("DISCRIMINATOR", WIRE_DISCRIMINATOR);
        let address = self.deployment.machines[machine].map(format_address);
        fill("ADDRESS", &address.unwrap_or_default());
        if let Some(Endpoint::Wormhole { core, state, .. }) = self.endpoint(machine) {
            fill("CORE", &format_address(*core));
            fill("STATE", &state.map(format_address).unwrap_or_default());
        }
    }

    /// The command that creates the vaults of a coordinator on Solana; one that holds nothing has none.
    fn fill_vaults(&self, machine: Machine, fill: &mut impl FnMut(&'static str, &str)) {
        let vaults = self.vaults(machine);
        if vaults.is_empty() {
            fill("VAULTS_USAGE", "");
            fill("USAGE_END", "10");
            return fill("VAULTS", "");
        }
        let create = vaults.iter().map(|vault| {
            let [mint, program] = [vault.mint, vault.token_program].map(format_address);
            let create = format!("spl-token create-account {mint} --program-id {program}");
            let owner = vault.owner;
            format!("    {create} --owner \"${owner}\" \"$@\" || status=1\n")
        });
        let address = self.deployment.machines[machine].map(format_address);
        let address = address.unwrap_or_default();
        let owners: BTreeSet<_> = vaults.iter().map(|vault| vault.owner).collect();
        let owners = owners.iter().rev().map(|owner| {
            let find = format!("solana find-program-derived-address {address} string:{owner}");
            format!("    {owner}=$({find})\n")
        });
        let values = [
            ("OWNERS", owners.collect()),
            ("SCRIPT", self.script_path(machine)),
            ("CREATE", create.collect()),
        ];
        let usage = "#   sh @SCRIPT@ vaults [OPTIONS]\n";
        fill("VAULTS_USAGE", &filled(usage, &values));
        fill("USAGE_END", "11");
        let command = include_str!("scripts/solana_vaults.sh");
        fill("VAULTS", &filled(command, &values));
    }

    fn fill_peers(&self, machine: Machine, fill: &mut impl FnMut(&'static str, &str)) {
        let peers = self.peers(machine);
        let ids: Vec<_> = peers
            .iter()
            .map(|peer| self.wormhole_chain(*peer))
            .collect();
        let names = peers.iter().map(|peer| self.names(*peer).1);
        let emitters = names.map(|chain| format!("{}_EMITTER", snake_case(chain).to_uppercase()));
        fill("EMITTERS", &emitters.collect::<Vec<_>>().join(" "));
        // `wire`, where the contract is, and one emitter a peer.
        let (first, mark) = match self.vm(machine) {
            Vm::Sui => (4, "@"),
            Vm::Evm | Vm::Svm | Vm::Aptos => (3, ""),
        };
        fill("COUNT", &(first - 1 + peers.len()).to_string());
        let tuples = ids
            .iter()
            .zip(first..)
            .map(|(id, position)| format!("({id},${{{position}}})"));
        fill("PEERS", &tuples.collect::<Vec<_>>().join(","));
        // `wire-data`, and one emitter a peer.
        fill("WIRE_COUNT", &(1 + peers.len()).to_string());
        let count = peers.len() as u32;
        fill("PEER_COUNT_LE", &hex(&count.to_le_bytes())[2..]);
        let chains = ids.iter().map(|id| hex(&id.to_le_bytes())[2..].to_owned());
        fill("PEER_CHAINS_LE", &chains.collect::<Vec<_>>().join(" "));
        let chains: Vec<_> = ids.iter().map(u16::to_string).collect();
        fill("PEER_CHAINS", &chains.join(","));
        let addresses = (first..first + peers.len()).map(|it| format!("{mark}${{{it}}}"));
        fill("ADDRESSES", &addresses.collect::<Vec<_>>().join(","));
        if let [peer] = peers.as_slice() {
            fill("PEER", self.names(*peer).1);
            fill("PEER_CHAIN", &self.wormhole_chain(*peer).to_string());
        }
    }

    /// Whom a machine listens to, in the order in which it is told.
    pub(super) fn peers(&self, machine: Machine) -> Vec<Machine> {
        let data = &self.program.machines[machine];
        let workflow = &self.program.workflows[data.workflow];
        match data.role {
            Role::Coordinator => workflow.participants.clone(),
            Role::Participant => vec![workflow.coordinator],
        }
    }

    /// Wormhole's endpoint on a machine's chain.
    pub(super) fn endpoint(&self, machine: Machine) -> Option<&Endpoint> {
        let chain = self.program.machines[machine].chain;
        self.deployment.chains[chain]
            .transports
            .get(&Transport::Wormhole)
    }

    /// The virtual machine that runs a machine.
    pub(super) fn vm(&self, machine: Machine) -> Vm {
        let chain = self.program.machines[machine].chain;
        self.program.declarations.chains[chain].vm
    }

    fn wormhole_chain(&self, machine: Machine) -> u16 {
        match self.endpoint(machine) {
            Some(Endpoint::Wormhole { chain_id, .. }) => *chain_id,
            None => 0,
        }
    }

    fn names(&self, machine: Machine) -> (&str, &str) {
        let data = &self.program.machines[machine];
        let workflow = &self.program.workflows[data.workflow].name;
        (workflow, &self.program.declarations.chains[data.chain].name)
    }
}

/// A template with each `@NAME@` replaced by its value; other at signs stay.
fn filled(template: &str, values: &[(&str, String)]) -> String {
    let value_of = |name| values.iter().find(|(known, _)| *known == name);
    let mut text = String::with_capacity(2 * template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('@') {
        text.push_str(before);
        let name = after.split_once('@');
        match name.and_then(|(name, behind)| Some((value_of(name)?, behind))) {
            Some(((_, value), behind)) => {
                text.push_str(value);
                rest = behind;
            }
            None => {
                text.push('@');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}
