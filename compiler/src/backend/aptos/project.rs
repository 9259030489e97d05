//! Manifests, and the runtime package that comes along.

use crate::backend::move_lang::packages::{Package, PackageId, Packages};
use crate::backend::move_lang::participant::names::MachineNames;
use crate::backend::move_lang::targets::{Target, calls_of, type_arguments};
use crate::backend::{Artifacts, Input};
use crate::deployment::Endpoint;
use crate::deployment::{ConstantValue, MoveType};
use crate::entities::Machine;
use crate::transport::Transport;
use crate::wire::value::hex;
use std::collections::BTreeSet;

macro_rules! runtime_files {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../../../runtime-move/aptos/", $path)))),*]
    };
}

/// The runtime, by path in its package.
const RUNTIME: [(&str, &str); 15] = runtime_files![
    "Move.toml",
    "sources/header.move",
    "sources/message_kind.move",
    "sources/peers.move",
    "sources/reader.move",
    "sources/signed.move",
    "sources/wormhole_endpoint.move",
    "sources/writer.move",
    "wormhole/Move.toml",
    "wormhole/sources/emitter.move",
    "wormhole/sources/external_address.move",
    "wormhole/sources/state.move",
    "wormhole/sources/u16.move",
    "wormhole/sources/vaa.move",
    "wormhole/sources/wormhole.move",
];

/// The framework, as the runtime depends on it: all packages of a build must name the same.
const FRAMEWORK: &str = "AptosFramework = { git = \"https://github.com/aptos-labs/aptos-framework.git\", subdir = \"aptos-framework\", rev = \"mainnet\" }\n";

/// How to publish so that nobody keeps power over the code.
const PUBLISHING: &str = "\
# Publish this package and xcc_runtime to objects (`aptos move deploy-object`), wire it, and freeze both objects' code with
# 0x1::object_code_deployment::freeze_code_object: from then on nobody can change it. The upgrade policy \"immutable\" would do
# the same at once, but the chain refuses it to packages whose dependencies, such as Wormhole's, have a weaker one.
";

/// What to do about signatures.
const SIGNATURES: &str = "\
# Signatures only, which is all a build needs. The chain looks for a dependency by its package's name: before you publish,
# name the package's source here, or give the interface package the name that the real one was published under.
";

/// Writes the runtime package.
pub(super) fn runtime() -> Artifacts {
    let mut artifacts = Artifacts::default();
    for (path, text) in RUNTIME {
        artifacts.add(format!("aptos/xcc_runtime/{path}"), text);
    }
    artifacts
}

/// The manifest of a participant's package.
pub(super) fn participant_manifest(
    input: Input<'_>,
    machine: Machine,
    names: &MachineNames,
    packages: &Packages<'_>,
) -> String {
    let workflow = input.program.machines[machine].workflow;
    let name = &names.package;
    let mut text = head(&format!(" from {}", input.program.workflows[workflow].name));
    text += PUBLISHING;
    text += &format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    text += &addresses(input, machine, name);
    text +=
        &format!("\n[dependencies]\n{FRAMEWORK}xcc_runtime = {{ local = \"../xcc_runtime\" }}\n");
    let used = used_packages(packages, machine);
    if !used.is_empty() {
        text += SIGNATURES;
    }
    for package in used {
        text += &format!("{package} = {{ local = \"../interfaces/{package}\" }}\n");
    }
    text
}

/// The named addresses. Where the package will be published may be unknown; for `--dev` builds it then is anywhere.
fn addresses(input: Input<'_>, machine: Machine, name: &str) -> String {
    let data = &input.program.machines[machine];
    let transports = &input.deployment.chains[data.chain].transports;
    let wormhole = transports.get(&Transport::Wormhole);
    let wormhole = wormhole.map_or_else(
        || "_".to_owned(),
        |Endpoint::Wormhole { core, .. }| hex(&core.to_word()),
    );
    let own = input.deployment.machines[machine];
    let (own, dev) = match own {
        Some(address) => (hex(&address.to_word()), String::new()),
        None => ("_".to_owned(), format!("{name} = \"0xc0de\"\n")),
    };
    format!(
        "\n[addresses]\n{name} = \"{own}\"\nxcc_runtime = \"_\"\nwormhole = \"{wormhole}\"\n\
         \n[dev-addresses]\n{dev}xcc_runtime = \"0xc0de\"\n"
    )
}

/// The manifest of an interface package.
pub(super) fn interface_manifest(
    id: &PackageId,
    package: &Package,
    packages: &Packages<'_>,
) -> String {
    let name = &package.name;
    let mut text = head("");
    text += &format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\n");
    text += &format!("\n[addresses]\n{name} = \"{}\"\n", hex(id));
    text += &format!("\n[dependencies]\n{FRAMEWORK}");
    for dependency in &package.dependencies {
        let name = packages.name(dependency);
        text += &format!("{name} = {{ local = \"../{name}\" }}\n");
    }
    text
}

fn head(source: &str) -> String {
    let version = crate::VERSION;
    format!(
        "# SPDX-License-Identifier: MIT OR Apache-2.0\n# Code generated by xcc {version}{source}. DO NOT EDIT.\n# @generated\n\n"
    )
}

/// The names of the packages that a machine's code names itself, in order.
fn used_packages(packages: &Packages<'_>, machine: Machine) -> BTreeSet<String> {
    let Packages { input, rules, .. } = *packages;
    let mut used = BTreeSet::new();
    for call in calls_of(input.program, machine) {
        let target = Target::of(input.program, &call.function);
        used.extend(
            target
                .and_then(|target| rules.resolve(input, target.contract, &target.function.address)),
        );
        for &constant in type_arguments(call) {
            if let ConstantValue::MoveType(ty) = &input.deployment.constants[constant] {
                collect_packages(ty, &mut used);
            }
        }
    }
    let used = used.iter().filter_map(|id| packages.by_id.get(id));
    used.map(|package| package.name.clone()).collect()
}

fn collect_packages(ty: &MoveType, used: &mut BTreeSet<PackageId>) {
    used.insert(ty.address);
    let arguments = ty.arguments.iter();
    arguments.for_each(|argument| collect_packages(argument, used));
}
