//! The linters find what they look for, leave alone what is right, and take nothing that is not Solidity.

use xcc_tests::linters::{Impact, slither, solhint};
use xcc_tests::solc::Input;

/// Pays before it forgets the debt.
const BANK: &str = "// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title A bank
contract Bank {
    error Locked();

    uint256 private _lock;
    mapping(address owner => uint256) public balances;

    modifier nonReentrant() {
        if (_lock != 0) revert Locked();
        _lock = 1;
        _;
        _lock = 0;
    }

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 amount = balances[msg.sender];
        (bool paid,) = msg.sender.call{value: amount}(\"\");
        if (paid) balances[msg.sender] = 0;
    }
}
";

fn bank(edits: &[(&str, &str)]) -> Input {
    let edit = |source: String, (from, to): &(&str, &str)| {
        assert!(source.contains(from));
        source.replace(from, to)
    };
    let source = edits.iter().fold(BANK.to_owned(), edit);
    Input::new([("src/Bank.sol", source)])
}

#[test]
fn slither_finds_a_reentrant_function() {
    let findings = slither::analyse(&bank(&[])).unwrap();
    let serious: Vec<_> = findings
        .iter()
        .filter(|found| found.impact == Impact::High)
        .collect();
    let [found] = serious[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(found.rule, "reentrancy-eth");
    assert_eq!(
        found.places,
        ["Bank.balances", "Bank.deposit", "Bank.withdraw"]
    );
    assert_eq!(found.line, "src/Bank.sol:22");
}

#[test]
fn slither_knows_a_guard_by_its_name() {
    let guarded = bank(&[
        (
            "deposit() external payable",
            "deposit() external payable nonReentrant",
        ),
        ("withdraw() external", "withdraw() external nonReentrant"),
        ("public balances", "private balances"),
    ]);
    let findings = slither::analyse(&guarded).unwrap();
    assert!(
        findings.iter().all(|found| found.impact < Impact::Low),
        "{findings:?}"
    );
}

#[test]
fn solhint_finds_who_sent_a_transaction() {
    assert_eq!(solhint::lint(&bank(&[])).unwrap(), []);
    let wrong = bank(&[("balances[msg.sender] += ", "balances[tx.origin] += ")]);
    let findings = solhint::lint(&wrong).unwrap();
    let [found] = &findings[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(found.rule, "avoid-tx-origin");
    assert_eq!(found.places, ["src/Bank.sol"]);
    assert_eq!(found.line, "src/Bank.sol:19");
}

#[test]
fn both_refuse_what_is_not_solidity() {
    let wrong = bank(&[("public balances;", "public balances")]);
    assert!(slither::analyse(&wrong).is_err());
    let error = solhint::lint(&wrong).unwrap_err();
    assert!(error.to_string().contains("Parse error"), "{error}");
}

/// What does not compile has no flow to analyse.
#[test]
fn slither_refuses_what_does_not_compile() {
    let wrong = bank(&[("if (paid)", "if (amount)")]);
    let error = slither::analyse(&wrong).unwrap_err();
    assert!(
        error.to_string().contains("not implicitly convertible"),
        "{error}"
    );
}
