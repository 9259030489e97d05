//! Manifests, and the runtime package that comes along.

use std::collections::BTreeSet;

use crate::backend::move_lang::custody::Movement;
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::packages::{Package, PackageId, Packages};
use crate::backend::move_lang::project::{
    dependencies, head, interface_dependencies, machine_head, runtime_files,
};
use crate::backend::move_lang::targets::{Target, calls_of};
use crate::deployment::{ConstantValue, Endpoint, MoveType};
use crate::transport::Transport;
use crate::wire::value::hex;

/// The runtime, by path in its package.
pub(super) const RUNTIME: &[(&str, &str)] = runtime_files![
    "aptos":
    "Move.toml",
    "sources/custody.move",
    "sources/header.move",
    "sources/instance_id.move",
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

/// The manifest of a machine's package.
pub(super) fn manifest(machine: EmittedMachine<'_>) -> String {
    let name = &machine.names.package;
    let mut text = machine_head(machine) + PUBLISHING;
    text += &format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    text += &addresses(machine);
    text +=
        &format!("\n[dependencies]\n{FRAMEWORK}xcc_runtime = {{ local = \"../xcc_runtime\" }}\n");
    let used = used_packages(machine);
    if !used.is_empty() {
        text += SIGNATURES;
    }
    text + &dependencies(used, "../interfaces")
}

/// The named addresses. Where the package will be published may be unknown; for `--dev` builds it then is anywhere.
fn addresses(machine: EmittedMachine<'_>) -> String {
    let EmittedMachine { input, id, .. } = machine;
    let name = &machine.names.package;
    let data = &input.program.machines[id];
    let transports = &input.deployment.chains[data.chain].transports;
    let wormhole = transports.get(&Transport::Wormhole);
    let wormhole = wormhole.map_or_else(
        || "_".to_owned(),
        |Endpoint::Wormhole { core, .. }| hex(&core.to_word()),
    );
    let own = input.deployment.machines[id];
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
    text + &interface_dependencies(package, packages)
}

/// The names of the packages that a machine's code names itself, in order.
fn used_packages(machine: EmittedMachine<'_>) -> BTreeSet<String> {
    let packages = machine.packages;
    let Packages { input, rules, .. } = *packages;
    let mut used = BTreeSet::new();
    let calls = calls_of(input.program, machine.id);
    for call in calls.filter(|call| Movement::of(input.program, call).is_none()) {
        let target = Target::of(input.program, &call.function);
        used.extend(
            target
                .and_then(|target| rules.resolve(input, target.contract, &target.function.address)),
        );
        for &constant in call.binding.type_arguments() {
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
