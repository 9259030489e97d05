//! The runtime package that emitted Aptos packages depend on.

use std::collections::BTreeMap;

use xcc_tests::move_package::MovePackage;
use xcc_tests::{aptos, format, tools};

/// Where the tests publish the runtime.
const ADDRESS: &str = "0x7e57";

/// The runtime as it is written out: with the signatures of Wormhole's package instead of the package.
fn runtime_as_written() -> MovePackage {
    let folder = tools::suite_dir().join("../runtime-move/aptos");
    MovePackage::load(&folder)
        .unwrap()
        .with_address("xcc_runtime", ADDRESS)
        .with_address("wormhole", "0x3047")
}

/// The runtime on the tests' own Wormhole, which runs.
pub(crate) fn runtime() -> MovePackage {
    let mut package = runtime_as_written();
    package
        .dependencies
        .retain(|dependency| dependency.name != "Wormhole");
    package.addresses.remove("wormhole");
    package
}

#[test]
fn its_own_tests_pass() {
    let report = aptos::test(&runtime()).unwrap();
    report.assert_clean();
    assert!(report.tests.len() >= 36, "{}", report.output);
}

/// What a user gets must build without Wormhole's sources.
#[test]
fn it_builds_on_signatures_alone() {
    let report = aptos::build(&runtime_as_written()).unwrap();
    assert_eq!(report.diagnostics, []);
    assert_eq!(report.modules.len(), 9);
}

#[test]
fn it_is_formatted() {
    let package = runtime_as_written();
    let wormhole = &package.dependencies[0];
    for (path, text) in package.files.iter().chain(&wormhole.files) {
        assert_eq!(&format::aptos_move(text).unwrap(), text, "{path}");
    }
}

/// A code alone must tell a user what went wrong, whichever module aborted, and the same on both Move chains.
#[test]
fn no_abort_code_means_two_things() {
    let mut names = BTreeMap::new();
    let sui = MovePackage::load(&tools::suite_dir().join("../runtime-move/sui")).unwrap();
    for (path, text) in runtime().files.into_iter().chain(sui.files) {
        let lines = text.lines().map(str::trim_start);
        let constants = lines.filter_map(|line| line.strip_prefix("const E"));
        for constant in constants.filter(|_| path.starts_with("sources/")) {
            let (name, code) = constant.split_once(": u64 = ").unwrap();
            let known = names.insert(code.to_owned(), name.to_owned());
            assert!(known.is_none_or(|known| known == name), "{code} {name}");
        }
    }
    assert!(names.len() > 15, "{names:?}");
}
