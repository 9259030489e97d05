//! What several tools are tried with: a Move package that keeps a ledger, its tests, and a message for them that is signed here.

use xcc_tests::move_package::{MovePackage, Outcome, Severity, TestReport};
use xcc_tests::vaa::{Guardian, Vaa};

/// The package, published at this address.
pub(crate) fn ledger(source: &str, address: &str) -> MovePackage {
    MovePackage::new("ledger", [("sources/ledger.move", source)]).with_address("ledger", address)
}

/// The tests' placeholders filled with messages signed here.
pub(crate) fn signed(tests: &str) -> String {
    let vaa = hello();
    let signed = vaa.sign(&[Guardian::new(1)]);
    let mut forged = signed.clone();
    *forged.last_mut().unwrap() ^= 1;
    tests
        .replace("{guardian}", &hex::encode(Guardian::new(1).address()))
        .replace("{signed}", &hex::encode(signed))
        .replace("{forged}", &hex::encode(forged))
        .replace("{stranger}", &hex::encode(vaa.sign(&[Guardian::new(2)])))
        .replace("{digest}", &hex::encode(vaa.digest()))
}

/// A message that is well-formed and says nothing of use.
pub(crate) fn hello() -> Vaa {
    Vaa {
        guardian_set: 0,
        timestamp: 1,
        nonce: 2,
        emitter_chain: 2,
        emitter_address: [3; 32],
        sequence: 4,
        consistency_level: 1,
        payload: b"hello".to_vec(),
    }
}

/// The package with one more file of tests.
pub(crate) fn with_tests(mut package: MovePackage, name: &str, tests: &str) -> MovePackage {
    let path = format!("tests/{name}.move");
    package.files.insert(path, tests.to_owned());
    package
}

/// Demands that of the module's two tests the false claim failed and the true one passed.
#[track_caller]
pub(crate) fn assert_claims_told_apart(report: &TestReport, module: &str) {
    let [false_claim, true_claim] =
        ["false_claim", "true_claim"].map(|name| format!("{module}::{name}"));
    let output = &report.output;
    assert_eq!(report.failures(), [false_claim.as_str()], "{output}");
    assert_eq!(report.tests[&true_claim], Outcome::Passed);
}

/// Demands that an error in the package's own code was reported, and that nothing ran.
#[track_caller]
pub(crate) fn assert_type_error(report: &TestReport) {
    let first = &report.diagnostics[0];
    assert_eq!(first.severity, Severity::Error, "{report:?}");
    assert!(first.text.contains("sources/ledger.move"), "{report:?}");
    assert!(report.tests.is_empty());
}
