//! Compiles what was emitted, together with the tests' own contracts.

use xcc::backend::Artifacts;
use xcc_tests::solc::{self, Input, Output};

/// The largest code a contract may have (EIP-170).
pub(crate) const MAX_CODE: usize = 24_576;

/// The targets that the tests' workflows call.
#[cfg(feature = "evm")]
pub(crate) const TARGETS: &str = include_str!("../../suite/evm/Targets.sol");

/// Compiles the emitted files and others beside them, with the optimizer and without a single warning.
pub(crate) fn compile(artifacts: &Artifacts, others: &[(&str, String)]) -> Output {
    let emitted = artifacts
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".sol"));
    let emitted = emitted.map(|(path, text)| (path.clone(), text.clone()));
    let others = others
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.clone()));
    let output = solc::compile(&Input::new(emitted.chain(others))).unwrap();
    assert_eq!(output.diagnostics, [], "{}", output.render());
    for (name, contract) in &output.contracts {
        assert!(
            contract.runtime.len() <= MAX_CODE,
            "{name}: {} bytes",
            contract.runtime.len()
        );
    }
    output
}
