//! Damaged messages, and messages of others, on every virtual machine.

use std::io::Write;

use xcc_tests::conformance::damage::follow_damaged;
use xcc_tests::conformance::follow::{Coverage, Difference};
use xcc_tests::conformance::svm::{self, Trials};
use xcc_tests::conformance::{aptos, evm, sui};
use xcc_tests::interp::{Bench, feature};
use xcc_tests::project::Project;

/// Features with every kind of message, and with every type in one.
const FEATURES: [&str; 5] = ["confirmed", "dynamic", "keywords", "records", "retriable"];
/// Features that are at home on Solana, with every kind of reply and every type in one.
const HOMES_ON_SOLANA: [&str; 3] = [
    "solana_home_confirmed",
    "solana_home_retriable",
    "solana_home_values",
];
/// Features that are at home on Sui, with every kind of reply.
const HOMES_ON_SUI: [&str; 2] = ["sui_home_confirmed", "sui_home_steps"];
/// The same on Aptos.
const HOMES_ON_APTOS: [&str; 2] = ["aptos_home_confirmed", "aptos_home_steps"];
/// Fewer tries than these would be no trial.
const LEAST: usize = 50;

/// Demands that nothing is taken that the interpreter refuses, nor refused that it takes.
#[track_caller]
fn damage(
    vm: &str,
    features: &[&str],
    follow: impl Fn(&Project, &Bench<'_>) -> Result<Coverage, Difference>,
) {
    for name in features {
        let project = feature(name);
        let found = follow(project, &Bench::new(project));
        let found = found.unwrap_or_else(|it| panic!("{name} on {vm}: {it}"));
        let text = format!(
            "{name} on {vm}: {} damaged messages and others, {} of them rejected",
            found.run, found.rejected
        );
        writeln!(std::io::stdout(), "{text}").expect("there is an output");
        assert!(found.rejected > LEAST, "{text}");
    }
}

#[test]
fn contracts_read_every_byte_as_the_interpreter_does() {
    damage("the EVM", &FEATURES, |project, bench| {
        let machines = evm::deploy(project, bench).unwrap_or_else(|error| panic!("{error}"));
        follow_damaged(bench, &machines)
    });
}

#[test]
fn programs_read_every_byte_as_the_interpreter_does() {
    let features = [&FEATURES[..], &HOMES_ON_SOLANA].concat();
    damage("Solana", &features, |project, bench| {
        let machines = svm::deploy(project, bench, Trials::Nothing);
        follow_damaged(bench, &machines.unwrap_or_else(|error| panic!("{error}")))
    });
}

#[test]
fn packages_on_sui_read_every_byte_as_the_interpreter_does() {
    let features = [&FEATURES[..], &HOMES_ON_SUI].concat();
    damage("Sui", &features, sui::follow_damaged);
}

#[test]
fn packages_on_aptos_read_every_byte_as_the_interpreter_does() {
    let features = [&FEATURES[..], &HOMES_ON_APTOS].concat();
    damage("Aptos", &features, aptos::follow_damaged);
}
