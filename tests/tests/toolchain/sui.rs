//! The Sui compiler and virtual machine run packages, and Wormhole's stand-in knows a signed message from a forged one.

use xcc_tests::move_package::{MovePackage, Severity};
use xcc_tests::sui;

use crate::samples;

const LEDGER: &str = include_str!("sui/ledger.move");
const LEDGER_TESTS: &str = include_str!("sui/ledger_tests.move");

fn ledger(source: &str) -> MovePackage {
    samples::ledger(source, "0x0")
}

#[test]
fn a_package_builds_without_a_word() {
    let report = sui::build(&ledger(LEDGER)).unwrap();
    assert_eq!(report.diagnostics, []);
    assert_eq!(report.modules.len(), 1);
}

#[test]
fn objects_coins_clock_events_and_messages_are_real() {
    let tests = samples::signed(LEDGER_TESTS);
    let package = samples::with_tests(ledger(LEDGER), "ledger_tests", &tests);
    let report = sui::test(&package).unwrap();
    report.assert_passes(9);
}

#[test]
fn a_test_that_must_fail_fails() {
    let wrong = "#[test_only] module ledger::wrong;\n#[test] fun false_claim() { assert!(sui::hash::keccak256(&b\"\")[0] == 0) }\n#[test] fun true_claim() { assert!(sui::hash::keccak256(&b\"\")[0] == 0xc5) }\n";
    let package = samples::with_tests(ledger(LEDGER), "wrong", wrong);
    let report = sui::test(&package).unwrap();
    samples::assert_claims_told_apart(&report, "ledger::wrong");
}

#[test]
fn a_type_error_is_reported_and_makes_no_code() {
    let report = sui::test(&ledger(
        &LEDGER.replace("self.entries.length()", "self.entries"),
    ))
    .unwrap();
    samples::assert_type_error(&report);
}

#[test]
fn a_warning_is_reported_as_such() {
    let report = sui::build(&ledger(&format!("{LEDGER}\nfun unused() {{}}\n"))).unwrap();
    let [warning] = &report.diagnostics[..] else {
        panic!("{report:?}")
    };
    assert_eq!(
        (warning.severity, warning.code.as_deref()),
        (Severity::Warning, Some("W09008"))
    );
}

#[test]
fn packages_can_depend_on_packages() {
    let user = "module user::user;\npublic fun entries(ledger: &ledger::ledger::Ledger): u64 { ledger.entries() }\n";
    let package = MovePackage::new("user", [("sources/user.move", user)])
        .with_address("user", "0x0")
        .with_dependency(ledger(LEDGER).with_address("ledger", "0xbeef"));
    let report = sui::build(&package).unwrap();
    assert_eq!(
        (report.diagnostics.len(), report.modules.len()),
        (0, 1),
        "{report:?}"
    );
}
