//! The runtime package that emitted Sui packages depend on.

use std::collections::BTreeMap;

use xcc_tests::move_package::MovePackage;
use xcc_tests::{format, sui, tools};

/// The runtime as a package of its own, with its tests.
fn runtime() -> MovePackage {
    let folder = tools::suite_dir().join("../runtime-move/sui");
    MovePackage::load(&folder)
        .unwrap()
        .with_address("xcc_runtime", "0x0")
}

#[test]
fn its_own_tests_pass() {
    let report = sui::test(&runtime()).unwrap();
    report.assert_clean();
    assert!(report.tests.len() >= 31, "{}", report.output);
}

#[test]
fn it_is_formatted() {
    for (path, text) in &runtime().files {
        assert_eq!(&format::sui_move(text).unwrap(), text, "{path}");
    }
}

/// A code alone must tell a user what went wrong, whichever module aborted.
#[test]
fn no_abort_code_means_two_things() {
    let mut names = BTreeMap::new();
    for (path, text) in runtime().files {
        let constants = text.lines().filter_map(|line| line.strip_prefix("const E"));
        for constant in constants.filter(|_| path.starts_with("sources/")) {
            let (name, code) = constant.split_once(": u64 = ").unwrap();
            let known = names.insert(code.to_owned(), name.to_owned());
            assert!(known.is_none_or(|known| known == name), "{code} {name}");
        }
    }
    assert!(names.len() > 15, "{names:?}");
}
