//! Writes a project as the files that it consists of.

mod aptos;
mod declarations;
mod evm;
mod expr;
mod files;
mod manifest;
mod sui;
mod svm;
mod workflow;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use xcc::project::MANIFEST;
use xcc::vm::Vm;

use super::spec::{Contract, Spec};

/// The source file of a generated project, or the last one of several.
pub const SOURCE: &str = "generated.xcc";

/// Stands for the way from a source file to the folder with the interfaces.
const INTERFACES: &str = "<interfaces>";

/// The files of a project, by path.
pub(super) fn files(spec: &Spec) -> BTreeMap<String, String> {
    let names = files::written_names(spec);
    let interfaces = spec.contracts.iter().enumerate();
    let interfaces = interfaces.map(|(position, contract)| {
        let text = match spec.vm(contract.chain) {
            Vm::Evm => evm::interface(spec, contract, &names),
            Vm::Svm => svm::interface(spec, contract, position),
            Vm::Sui => sui::interface(spec, contract, position),
            Vm::Aptos => aptos::interface(spec, contract, position),
        };
        (interface_path(contract), text)
    });
    let others = [(MANIFEST.to_owned(), manifest::manifest(spec))];
    interfaces
        .chain(others)
        .chain(files::sources(spec))
        .collect()
}

/// Where the interface of a contract is.
pub(super) fn interface_path(contract: &Contract) -> String {
    format!("{}.json", contract.name)
}

/// The module of a Move contract.
fn module(contract: &Contract) -> String {
    contract.name.to_lowercase()
}

/// An address on a chain of a VM, a different one for each purpose.
fn address(vm: Vm, purpose: &str) -> String {
    let hash = Sha256::digest(purpose.as_bytes());
    match vm {
        Vm::Evm => format!("0x{}", hex::encode(&hash[..20])),
        Vm::Svm => bs58::encode(hash).into_string(),
        Vm::Sui | Vm::Aptos => format!("0x{}", hex::encode(hash)),
    }
}

/// The address of the contract at this position.
fn contract_address(spec: &Spec, position: usize) -> String {
    let contract = &spec.contracts[position];
    address(
        spec.vm(contract.chain),
        &format!("contract {}", contract.name),
    )
}
