//! Projects of `tests/suite/aptos`, compiled, and their packages as the Move compiler takes them.

use std::path::PathBuf;

use xcc::backend::move_lang::Dialect;
use xcc::project::Compiled;
use xcc_tests::aptos;
use xcc_tests::move_package::MovePackage;
use xcc_tests::move_suite::{self, MoveChain};

/// Where the emitted packages are published: the first object that account 0xd0 makes with the seed `code`.
pub(crate) const CODE: &str = "0xcc45721e986e5d17c7df2606e998f40b5ad9e580298797957a95f7670295a0ec";

/// Aptos as its tests need it.
pub(crate) const CHAIN: MoveChain = MoveChain {
    dialect: Dialect::Aptos,
    package,
    test: aptos::test,
};

/// The folder of a project.
pub(crate) fn folder(name: &str) -> PathBuf {
    move_suite::folder(Dialect::Aptos, name)
}

/// Compiles a project of the suite for its profile `test`.
pub(crate) fn compile(name: &str) -> Compiled {
    move_suite::compile(Dialect::Aptos, name)
}

/// A package of the output with its dependencies, as its manifest names them, on the tests' own Wormhole.
pub(crate) fn package(compiled: &Compiled, name: &str) -> MovePackage {
    let mut package = package_as_written(compiled, name);
    drop_signatures(&mut package);
    package
}

/// The same on the signatures of Wormhole that come along. All packages of a build see them, so that no other is added.
pub(crate) fn package_as_written(compiled: &Compiled, name: &str) -> MovePackage {
    let package = move_suite::load(Dialect::Aptos, compiled, name);
    let mut package = package
        .with_address(name, CODE)
        .with_address("xcc_runtime", "0x7e57");
    let mut below = package
        .dependencies
        .iter()
        .flat_map(|dependency| &dependency.dependencies);
    let signatures = below.find(|dependency| dependency.name == "Wormhole");
    let signatures = signatures.expect("the runtime has them").clone();
    for dependency in &mut package.dependencies {
        if dependency.name != "xcc_runtime" {
            dependency.dependencies.push(signatures.clone());
        }
    }
    package.with_dependency(signatures)
}

/// Takes out the package of Wormhole's signatures, in whose place the tests' Wormhole comes.
pub(crate) fn drop_signatures(package: &mut MovePackage) {
    package
        .dependencies
        .retain(|dependency| dependency.name != "Wormhole");
    package.dependencies.iter_mut().for_each(drop_signatures);
}
