//! Manifests, and the runtime package that comes along.

use std::collections::BTreeSet;

use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::packages::{Package, PackageId, Packages};
use crate::backend::move_lang::project::{
    dependencies, head, interface_dependencies, machine_head, runtime_files,
};
use crate::wire::value::hex;

/// The runtime, by path in its package.
pub(super) const RUNTIME: &[(&str, &str)] = runtime_files![
    "sui":
    "Move.toml",
    "sources/custody.move",
    "sources/header.move",
    "sources/instance_id.move",
    "sources/message_kind.move",
    "sources/peers.move",
    "sources/reader.move",
    "sources/signed.move",
    "sources/wormhole_endpoint.move",
    "sources/wormhole_publisher.move",
    "sources/writer.move",
];

/// Wormhole's core package, as the runtime depends on it: both must name the same.
const WORMHOLE: &str = "wormhole = { git = \"https://github.com/wormhole-foundation/wormhole.git\", subdir = \"sui/wormhole\", rev = \"c5a2eabe0a48654fcb1d3c98537915c2fb671c80\" }";

/// What to do about signatures.
const SIGNATURES: &str = "# Signatures only, which is all a build needs. To read or test what is behind them, name the package's source here.\n";

/// What to do about upgrades, at the head of each module that is a machine.
pub(super) const UPGRADES: [&str; 3] = [
    "Whoever holds the package's `UpgradeCap` can change it, and with it every promise made here. Before money is at stake",
    "restrict it by `sui::package::only_dep_upgrades`: the code stays as it is, and can be linked to new versions of what it",
    "calls. With `sui::package::make_immutable` it would call a version for ever that its owners may have closed.",
];

/// The manifest of a machine's package.
pub(super) fn manifest(machine: EmittedMachine<'_>) -> String {
    let name = &machine.names.package;
    let mut text = machine_head(machine);
    text += &format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
    text +=
        &format!("\n[dependencies]\n{WORMHOLE}\nxcc_runtime = {{ local = \"../xcc_runtime\" }}\n");
    let used = used_packages(machine);
    if !used.is_empty() {
        text += SIGNATURES;
    }
    text + &dependencies(used, "../interfaces")
}

/// The manifest of an interface package. It gives the published address itself, which every version of the Sui CLI reads.
pub(super) fn interface_manifest(
    id: &PackageId,
    package: &Package,
    packages: &Packages<'_>,
) -> String {
    let (name, published_at) = (&package.name, hex(&package.published_at));
    let mut text = head("");
    text += &format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
    text += &format!("published-at = \"{published_at}\"\n\n[dependencies]\n");
    text += &interface_dependencies(package, packages);
    text + &format!("\n[addresses]\n{name} = \"{}\"\n", hex(id))
}

/// The names of the packages that a machine's code names, directly or in signatures, in order.
fn used_packages(machine: EmittedMachine<'_>) -> BTreeSet<String> {
    let packages = machine.packages;
    let used = packages.named_by(machine.id);
    used.map(|id| packages.name(&id)).collect()
}
