//! The Aptos compiler and virtual machine run packages, and Wormhole's stand-in knows a signed message from a forged one.

use xcc_tests::aptos;
use xcc_tests::move_package::{MovePackage, Severity};

use crate::samples;

const LEDGER: &str = include_str!("aptos/ledger.move");
const LEDGER_TESTS: &str = include_str!("aptos/ledger_tests.move");

fn ledger(source: &str) -> MovePackage {
    samples::ledger(source, "0x1ed9e4")
}

#[test]
fn a_package_builds_without_a_word() {
    let report = aptos::build(&ledger(LEDGER)).unwrap();
    assert_eq!(report.diagnostics, []);
    assert_eq!(report.modules.len(), 1);
}

#[test]
fn resources_coins_clock_events_and_messages_are_real() {
    let tests = samples::signed(LEDGER_TESTS);
    let package = samples::with_tests(ledger(LEDGER), "ledger_tests", &tests);
    let report = aptos::test(&package).unwrap();
    report.assert_passes(10);
}

#[test]
fn a_test_that_must_fail_fails() {
    let wrong = "#[test_only] module ledger::wrong {
        use aptos_std::aptos_hash::keccak256;
        #[test] fun false_claim() { assert!(keccak256(b\"\")[0] == 0, 1) }
        #[test] fun true_claim() { assert!(keccak256(b\"\")[0] == 0xc5, 1) }
    }\n";
    let package = samples::with_tests(ledger(LEDGER), "wrong", wrong);
    let report = aptos::test(&package).unwrap();
    samples::assert_claims_told_apart(&report, "0x1ed9e4::wrong");
}

#[test]
fn a_type_error_is_reported_and_makes_no_code() {
    let report = aptos::test(&ledger(
        &LEDGER.replace("self.next = entry + 1", "self.next = true"),
    ))
    .unwrap();
    samples::assert_type_error(&report);
}

#[test]
fn an_error_in_a_test_is_reported() {
    let wrong =
        "#[test_only] module ledger::wrong { #[test] fun ill_typed() { let _x: u64 = true; } }\n";
    let package = samples::with_tests(ledger(LEDGER), "wrong", wrong);
    let report = aptos::test(&package).unwrap();
    assert_eq!(report.diagnostics.len(), 1, "{report:?}");
    assert!(report.tests.is_empty());
}

#[test]
fn a_warning_is_reported_as_such() {
    let wordy = LEDGER.replace("use std::signer;", "use std::signer;\n    use std::option;");
    let report = aptos::build(&ledger(&wordy)).unwrap();
    let [warning] = &report.diagnostics[..] else {
        panic!("{report:?}")
    };
    assert_eq!(
        (warning.severity, warning.title.as_str()),
        (Severity::Warning, "unused alias")
    );
    assert_eq!(report.modules.len(), 1);
}

#[test]
fn packages_can_depend_on_packages() {
    let user = "module user::user { public fun closed(entry: u64): bool { ledger::ledger::is_closed(entry) } }\n";
    let package = MovePackage::new("user", [("sources/user.move", user)])
        .with_address("user", "0x05e4")
        .with_dependency(ledger(LEDGER));
    let report = aptos::build(&package).unwrap();
    assert_eq!(
        (report.diagnostics.len(), report.modules.len()),
        (0, 1),
        "{report:?}"
    );
}
