//! Goldens: what is emitted for each feature, compiled without a warning and already laid out as `forge fmt` would.

use std::fmt::Write as _;

use xcc::backend::Artifacts;
use xcc_tests::format;

use crate::build::compile;
use crate::fixture::{Lowered, cases, overcrowded, swap_and_stake};

/// The emitted files of a workflow, without the runtime.
fn emitted(artifacts: &Artifacts) -> String {
    let own = artifacts
        .files
        .iter()
        .filter(|(path, _)| !path.contains("/xcc/"));
    own.fold(String::new(), |mut all, (path, text)| {
        let _ = write!(all, "==== {path}\n{text}");
        all
    })
}

#[test]
fn every_case_is_emitted_as_before() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../suite/evm");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, package) in cases() {
            let lowered = Lowered::new(&package);
            let artifacts = lowered.emit(&lowered.deployment());
            insta::assert_snapshot!(name, emitted(&artifacts));
        }
    });
}

#[test]
fn every_case_compiles_without_a_warning() {
    for (_, package) in cases() {
        let lowered = Lowered::new(&package);
        compile(&lowered.emit(&lowered.deployment()), &[]);
    }
}

#[test]
fn every_file_is_laid_out_as_forge_would() {
    for (name, package) in cases() {
        let lowered = Lowered::new(&package);
        let artifacts = lowered.emit(&lowered.deployment());
        for (path, text) in artifacts
            .files
            .iter()
            .filter(|(path, _)| path.ends_with(".sol"))
        {
            let formatted = format::solidity(text).unwrap();
            assert_eq!(text.as_str(), formatted, "{name}: {path}");
        }
    }
}

#[test]
fn emission_is_the_same_every_time() {
    for (_, package) in cases() {
        let lowered = Lowered::new(&package);
        let deployment = lowered.deployment();
        assert_eq!(lowered.emit(&deployment), lowered.emit(&deployment));
    }
}

/// Constructs that no emitted contract and no runtime file may contain.
const FORBIDDEN: [&str; 7] = [
    "delegatecall",
    "selfdestruct",
    "tx.origin",
    "callcode",
    ".transfer(",
    ".send(",
    "block.number",
];

#[test]
fn nothing_dangerous_is_emitted() {
    for (_, package) in cases() {
        let lowered = Lowered::new(&package);
        for (path, text) in lowered.emit(&lowered.deployment()).files {
            for word in FORBIDDEN {
                assert!(!text.contains(word), "{path}: {word}");
            }
        }
    }
}

#[test]
fn what_solidity_cannot_do_is_said_before_anything_is_written() {
    let lowered = Lowered::new(&overcrowded());
    assert_eq!(
        lowered.complaints(&lowered.deployment()),
        [
            "the workflow returns 11 values, and a Solidity event can carry at most 10",
            "`crowd` takes 11 arguments, and a Solidity contract can pass at most 10",
            "an argument of `list` cannot be turned into `uint256[]`",
            "`many` takes 10 arguments while 5 results of its transaction are used, and a Solidity function has no room for so many values",
        ]
    );
    let lowered = Lowered::new(&swap_and_stake());
    let mut deployment = lowered.deployment();
    let chain = lowered.program.declarations.chains.keys().next().unwrap();
    deployment.chains[chain].caip2 = "solana:1".into();
    assert_eq!(
        lowered.complaints(&deployment),
        ["`solana:1` names no EVM chain"]
    );
}
