//! Emitted machines on their virtual machines, in step with the interpreter through every transition of every workflow.

#![cfg(all(feature = "evm", feature = "svm"))]

mod aptos;
mod damage;
mod evm;
mod random;
mod sui;
mod svm;

use std::io::Write;

use xcc::lower::Mutant;
use xcc::wire::Value;
use xcc_tests::conformance::follow::{Coverage, Difference};
use xcc_tests::interp::{Bench, feature, projects};
use xcc_tests::project::Project;

/// Follows every example and every feature, says how far that went, and demands that it was all the way.
///
/// Guards that ask for an input hold at first; then, where transitions are missing, fail one after another.
#[track_caller]
fn cover(vm: &str, follow: impl Fn(&Project, &Bench<'_>) -> Result<Coverage, Difference>) {
    for project in projects() {
        let bench = Bench::new(project);
        let mut coverage = Coverage::default();
        let blanks = (0..bench.data().inputs.len()).map(Some);
        for blank in std::iter::once(None).chain(blanks) {
            let mut bench = bench.clone();
            if let Some(position) = blank {
                let ty = &bench.data().inputs[position].ty;
                bench.inputs[position] = Value::zero(ty, &bench.program.declarations);
            }
            let found = follow(project, &bench);
            coverage.add(found.unwrap_or_else(|it| panic!("{} on {vm}: {it}", project.name)));
            if coverage.is_whole() {
                break;
            }
        }
        let name = &project.name;
        writeln!(std::io::stdout(), "{name} on {vm}: {coverage}").expect("there is an output");
        assert!(coverage.is_whole(), "{name} on {vm}: {coverage}");
    }
}

/// For each fault of the protocol a feature in which it shows on a virtual machine, or why it shows in none.
type Faults = [(Mutant, Result<&'static str, &'static str>); Mutant::ALL.len()];

/// Why a fault shows only where home is.
const HOME: &str = "home decides that, and no home runs here";

/// Why a fault shows only on the EVM.
const CAUGHT: &str = "no failure is caught here";

/// Demands that each fault is told from the sound program where it can show, and nowhere else.
#[track_caller]
fn tell(faults: Faults, follow: impl Fn(&Project, &Bench<'_>) -> Result<Coverage, Difference>) {
    assert_eq!(faults.map(|(mutant, _)| mutant), Mutant::ALL);
    for (mutant, shows) in faults {
        let project = feature(shows.unwrap_or("nothing_to_undo"));
        let faulty = project.with_fault(mutant);
        let faulty = faulty.unwrap_or_else(|error| panic!("{error}"));
        let found = follow(&faulty, &Bench::new(project));
        assert_eq!(found.is_err(), shows.is_ok(), "{mutant:?}: {found:?}");
    }
}
