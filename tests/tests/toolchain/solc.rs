//! The Solidity compiler reports what it should.

use xcc_tests::solc::{self, Input, Pipeline, Severity};

const COUNTER: &str = "// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {Step} from \"lib/Step.sol\";
contract Counter {
    uint256 public count;
    function bump() external { count += Step.SIZE; }
}
";

const STEP: &str = "// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
library Step { uint256 internal constant SIZE = 2; }
";

fn counter() -> Input {
    Input {
        remappings: vec!["lib/=vendor/step/".to_owned()],
        ..Input::new([("src/Counter.sol", COUNTER), ("vendor/step/Step.sol", STEP)])
    }
}

#[test]
fn a_clean_contract_compiles_without_a_word() {
    let output = solc::compile(&counter()).unwrap();
    assert_eq!(output.diagnostics, []);
    let contract = output.contract("Counter");
    assert!(contract.creation.len() > contract.runtime.len());
    assert_eq!(contract.abi.as_array().map(Vec::len), Some(2));
}

#[test]
fn each_pipeline_makes_its_own_code() {
    let code = |pipeline| {
        let output = solc::compile(&Input {
            pipeline,
            ..counter()
        })
        .unwrap();
        output.contract("Counter").runtime.clone()
    };
    let codes = [Pipeline::Unoptimized, Pipeline::Optimized, Pipeline::ViaIr].map(code);
    assert!(codes[0].len() > codes[1].len());
    assert_ne!(codes[1], codes[2]);
}

#[test]
fn a_type_error_is_reported_and_makes_no_code() {
    let wrong = COUNTER.replace("Step.SIZE", "\"two\"");
    let input = Input {
        sources: [("src/Counter.sol".to_owned(), wrong)].into(),
        ..counter()
    };
    let output = solc::compile(&Input::new(
        input
            .sources
            .into_iter()
            .chain([("lib/Step.sol".to_owned(), STEP.to_owned())]),
    ));
    let output = output.unwrap();
    let errors: Vec<_> = output
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .collect();
    assert_eq!(errors.len(), 1, "{}", output.render());
    assert!(
        errors[0].message.contains("Operator += not compatible"),
        "{}",
        errors[0].message
    );
    assert!(!output.contracts.contains_key("src/Counter.sol:Counter"));
}

#[test]
fn a_warning_is_reported_as_such() {
    let unused = COUNTER.replace("count += Step.SIZE;", "uint256 unused; count += Step.SIZE;");
    let mut input = counter();
    input.sources.insert("src/Counter.sol".to_owned(), unused);
    let output = solc::compile(&input).unwrap();
    let [warning] = &output.diagnostics[..] else {
        panic!("{}", output.render())
    };
    assert_eq!(warning.severity, Severity::Warning);
    assert_eq!(warning.error_code.as_deref(), Some("2072"));
}
