//! Emitted machines on their virtual machines, in step with the interpreter through every transition of every workflow.

#![cfg(all(feature = "evm", feature = "svm"))]

mod aptos;
mod damage;
mod evm;
mod random;
mod sui;
mod svm;

use std::io::Write;

use xcc::entities::Machine;
use xcc::lower::Mutant;
use xcc::vm::Vm;
use xcc_tests::conformance::follow::{Coverage, Difference};
use xcc_tests::conformance::values::choose;
use xcc_tests::interp::{Bench, feature, projects};
use xcc_tests::project::Project;

/// Follows every example and every feature, says how far that went, and demands that it was all the way.
///
/// At first every guard holds; where transitions or reasons are missing then, values are drawn with which conditions go another way.
#[track_caller]
fn cover(vm: Vm, follow: impl Fn(&Project, &Bench<'_>) -> Result<Coverage, Difference>) {
    for (project, first) in projects().iter().flat_map(benches) {
        let follow = |bench: &Bench<'_>| {
            let found = follow(project, bench);
            found.unwrap_or_else(|it| panic!("{} on {vm}: {it}", project.name))
        };
        let mut coverage = follow(&first);
        if !coverage.has_all_reasons() {
            let others = choose(&first, &machines(&first, vm)).into_iter();
            others.for_each(|bench| coverage.add(follow(&bench)));
        }
        let name = &project.name;
        writeln!(std::io::stdout(), "{name} on {vm}: {coverage}").expect("there is an output");
        assert!(coverage.has_all_reasons(), "{name} on {vm}: {coverage}");
    }
}

/// A bench for each workflow of a project.
fn benches(project: &Project) -> impl Iterator<Item = (&Project, Bench<'_>)> {
    let lowered = &project.compiled.lowered;
    let bench = move |workflow| {
        let deployment = &project.compiled.deployment;
        let bench = Bench::of_workflow(deployment, &lowered.program, &lowered.facts, workflow);
        (project, bench)
    };
    lowered.program.workflows.keys().map(bench)
}

/// The machines of a bench that run on a virtual machine.
fn machines(bench: &Bench<'_>, vm: Vm) -> Vec<Machine> {
    let all = bench.network.machines().machines().keys().copied();
    let chains = &bench.program.declarations.chains;
    all.filter(|&machine| chains[bench.program.machines[machine].chain].vm == vm)
        .collect()
}

/// For each fault of the protocol a feature in which it shows on a virtual machine, or why it shows in none.
type Faults = [(Mutant, Result<&'static str, &'static str>); Mutant::ALL.len()];

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
