//! Projects of `tests/suite/sui`, compiled, and their packages as the Move compiler takes them.

use std::path::PathBuf;

use xcc::backend::move_lang::Dialect;
use xcc::project::Compiled;
use xcc_tests::move_package::MovePackage;
use xcc_tests::move_suite::{self, MoveChain};
use xcc_tests::sui;

/// Sui as its tests need it.
pub(crate) const CHAIN: MoveChain = MoveChain {
    dialect: Dialect::Sui,
    package,
    test: sui::test,
};

/// The folder of a project.
pub(crate) fn folder(name: &str) -> PathBuf {
    move_suite::folder(Dialect::Sui, name)
}

/// Compiles a project of the suite for its profile `test`.
pub(crate) fn compile(name: &str) -> Compiled {
    move_suite::compile(Dialect::Sui, name)
}

/// A package of the output with its dependencies, as its manifest names them.
pub(crate) fn package(compiled: &Compiled, name: &str) -> MovePackage {
    let mut package = move_suite::load(Dialect::Sui, compiled, name);
    publish(&mut package, "0x0");
    for dependency in &mut package.dependencies {
        publish(dependency, "0xcc");
    }
    package
}

/// Interface packages have their published address; the others get one here, as publishing would give.
fn publish(package: &mut MovePackage, address: &str) {
    if package.addresses.is_empty() {
        let name = package.name.clone();
        package.addresses.insert(name, address.to_owned());
    }
}
