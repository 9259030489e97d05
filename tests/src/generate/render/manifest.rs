//! Writes `xcc.toml`, which binds whatever the project names.

use std::fmt::Write;

use xcc::entities::Chain;
use xcc::types::ConstantKind;
use xcc::vm::Vm;

use super::declarations::assets;
use super::files::roots;
use super::{address, contract_address};
use crate::generate::spec::Spec;

/// Wormhole's numbers of generated chains, beyond those of the chains that exist.
const WORMHOLE_CHAINS: usize = 20_000;

/// Wormhole's core on a VM: where the tests' own packages and programs are.
const fn core(vm: Vm) -> &'static str {
    match vm {
        Vm::Evm => "0x00000000000000000000000000000000000000c2",
        Vm::Svm => "Bridge1p5gheXUvJ6jGWGeCsgPKgnE3YgdGKRVCMY9o",
        Vm::Sui => "0xe1",
        Vm::Aptos => "0xde0036a9600559e295d5f6802ef6f3f802f510366e0c23912b0655d972166017",
    }
}

/// A type that every type parameter of a generated function takes: on Aptos objects are of it.
const fn move_type(vm: Vm) -> &'static str {
    match vm {
        Vm::Aptos => "0x1::fungible_asset::Metadata",
        Vm::Evm | Vm::Svm | Vm::Sui => "0x2::sui::SUI",
    }
}

/// The text of `xcc.toml`.
pub(super) fn manifest(spec: &Spec) -> String {
    let mut text = String::from("edition = \"2026\"\n\n");
    let _ = writeln!(
        text,
        "[project]\nname = \"generated\"\nsource = {}",
        sources(spec)
    );
    for (position, chain) in spec.declarations.chains.keys().enumerate() {
        write_chain(&mut text, spec, position, chain);
    }
    text.push_str("\n[profiles.local.contracts]\n");
    for (position, contract) in spec.contracts.iter().enumerate() {
        let _ = writeln!(
            text,
            "{} = \"{}\"",
            contract.name,
            contract_address(spec, position)
        );
    }
    write_assets(&mut text, spec);
    text.push_str("\n[profiles.local.constants]\n");
    for constant in &spec.constants {
        let name = &constant.name;
        let value = match constant.kind {
            ConstantKind::Address => address(spec.vm(constant.chain), &format!("constant {name}")),
            ConstantKind::MoveType => move_type(spec.vm(constant.chain)).to_owned(),
        };
        let _ = writeln!(text, "{name} = \"{value}\"");
    }
    write_programs(&mut text, spec);
    text
}

/// The files to begin with: a path, or a list of several.
fn sources(spec: &Spec) -> String {
    let roots = roots(spec);
    match roots.as_slice() {
        [root] => format!("\"{root}\""),
        several => format!("{several:?}"),
    }
}

/// The token of each asset on each chain; native currency is none.
fn write_assets(text: &mut String, spec: &Spec) {
    for asset in assets(spec) {
        let tokens = asset.forms.iter().filter(|form| form.standard.has_token());
        let mut tokens = tokens.peekable();
        if tokens.peek().is_some() {
            let _ = writeln!(text, "\n[profiles.local.assets.{}]", asset.name);
        }
        for form in tokens {
            let chain = &spec.declarations.chains[form.chain];
            let token = address(chain.vm, &format!("{} {}", asset.name, chain.name));
            let token = match chain.vm {
                Vm::Sui => format!("{token}::token::TOKEN"),
                Vm::Evm | Vm::Svm | Vm::Aptos => token,
            };
            let _ = writeln!(text, "{} = \"{token}\"", chain.name);
        }
    }
}

fn write_chain(text: &mut String, spec: &Spec, position: usize, chain: Chain) {
    let declared = &spec.declarations.chains[chain];
    let vm = declared.vm;
    let number = 31_337 + position;
    let network = match vm {
        Vm::Evm => format!("eip155:{number}"),
        Vm::Svm => format!("solana:{number}"),
        Vm::Sui => format!("sui:{number}"),
        Vm::Aptos => format!("aptos:{number}"),
    };
    let core = core(vm);
    let state = match vm {
        Vm::Sui => ", state = \"0xe2\"",
        Vm::Evm | Vm::Svm | Vm::Aptos => "",
    };
    let wormhole = WORMHOLE_CHAINS + position;
    let _ = write!(
        text,
        "\n[profiles.local.chains.{}]\nid = \"{network}\"\nwormhole = {{ chain = {wormhole}, core = \"{core}\"{state} }}\n",
        declared.name
    );
}

/// The id of each Solana program, which is compiled into it.
fn write_programs(text: &mut String, spec: &Spec) {
    for workflow in &spec.workflows {
        let chains = workflow.steps().map(|step| spec.chain_of(&step.call));
        let chains = chains.chain([workflow.home]);
        let mut chains: Vec<_> = chains.filter(|&chain| spec.vm(chain) == Vm::Svm).collect();
        chains.sort();
        chains.dedup();
        if chains.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n[profiles.local.programs.{}]", workflow.name);
        for chain in chains {
            let name = &spec.declarations.chains[chain].name;
            let id = address(Vm::Svm, &format!("program {} {name}", workflow.name));
            let _ = writeln!(text, "{name} = \"{id}\"");
        }
    }
}
