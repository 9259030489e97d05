//! Random workflows on the virtual machines: code for interfaces, types and policies that nobody chose does what the interpreter does.
//!
//! Two conditions of one workflow may leave each other no room, so that some of its transitions cannot be made; nobody looks for that when
//! one is drawn. Such workflows are printed and must be few.

use std::collections::BTreeSet;
use std::io::Write;

use xcc::entities::Machine;
use xcc::hir::Binding;
use xcc::ir::{CallData, InstData, Program};
use xcc::vm::Vm;
use xcc_tests::conformance::follow::{Coverage, Difference, reached};
use xcc_tests::conformance::values::choose;
use xcc_tests::conformance::{aptos, sui};
use xcc_tests::generate::{Sample, Sizes, Style, explorations};
use xcc_tests::interp::Bench;
use xcc_tests::project::Project;

use crate::evm::follow_contracts;
use crate::machines;
use crate::svm::follow_programs;

/// The most states of one; those with more are left to the features.
const MOST_STATES: u64 = 200;

const SIZES: Sizes = Sizes {
    workflows: 1,
    steps: 4,
    more_steps: 60,
};

/// A virtual machine, and how random workflows run on it.
struct Runs {
    vm: Vm,
    /// How many workflows, each with a machine there.
    workflows: usize,
    follow: fn(&Project, &Bench<'_>) -> Result<Coverage, Difference>,
}

/// What came of all of them.
#[derive(Default)]
struct Sum {
    coverage: Coverage,
    transitions: (usize, usize),
    /// The seeds of workflows some of whose transitions were not made.
    partly: Vec<u64>,
}

/// A workflow that runs, with the machines of it that do.
struct Subject {
    sample: Sample,
    project: Project,
}

impl Subject {
    /// The project of a seed, unless its workflow has too many states or nothing runs on a virtual machine.
    fn of(seed: u64, vm: Vm) -> Option<Self> {
        let sample = Sample::of_seed(seed, Style::Emitted, SIZES);
        let emitted = sample.emit();
        let (package, compiled) = emitted.unwrap_or_else(|refused| panic!("{refused}"));
        let project = Project::new(format!("seed {seed}"), package, compiled);
        let project = project.unwrap_or_else(|error| panic!("{error}"));
        let subject = Subject { sample, project };
        let program = &subject.project.compiled.lowered.program;
        let is_small = explorations(program, MOST_STATES)[0].states <= MOST_STATES;
        let machines = machines(&Bench::new(&subject.project), vm);
        let is_fit = match vm {
            Vm::Evm => !machines.is_empty(),
            Vm::Svm => machines.len() == 1,
            Vm::Sui | Vm::Aptos => matches!(machines[..], [machine] if is_told(program, machine)),
        };
        (is_small && is_fit).then_some(subject)
    }

    /// Follows it with each choice of values that makes transitions which those before it do not.
    fn follow(&self, runs: &Runs, sum: &mut Sum) {
        let bench = Bench::new(&self.project);
        let machines = machines(&bench, runs.vm);
        let mut coverage = Coverage {
            reachable: reached(&bench, &machines).reachable,
            ..Coverage::default()
        };
        for bench in choose(&bench, &machines) {
            let found = (runs.follow)(&self.project, &bench);
            let listing = || self.sample.listing();
            coverage.add(found.unwrap_or_else(|difference| panic!("{}\n{difference}", listing())));
        }
        if !coverage.is_whole() {
            sum.partly.push(self.sample.seed);
        }
        sum.transitions.0 += coverage.covered.len();
        sum.transitions.1 += coverage.reachable.len();
        sum.coverage.run += coverage.run;
        sum.coverage.rejected += coverage.rejected;
    }
}

/// Whether a machine can be followed by Move tests: they make one target run, and on Aptos no objects.
fn is_told(program: &Program, machine: Machine) -> bool {
    let handlers = program.machines[machine].handlers.iter();
    let bodies = handlers.map(|&handler| &program.handlers[handler].body);
    let calls = bodies.flat_map(|body| {
        let calls = body.insts.values().filter_map(|inst| match inst {
            InstData::Call { call, .. } => Some(call),
            _ => None,
        });
        calls.collect::<Vec<_>>()
    });
    let is_made = |call: &CallData| match &call.binding {
        Binding::Aptos { objects, .. } => objects.is_empty(),
        _ => true,
    };
    let calls: Vec<_> = calls.collect();
    let contracts: BTreeSet<_> = calls.iter().map(|call| call.function.contract).collect();
    contracts.len() == 1 && calls.into_iter().all(is_made)
}

/// Demands that so many workflows do the same, and that they make all transitions but for a few.
#[track_caller]
fn run(runs: &Runs) {
    let mut sum = Sum::default();
    let subjects = (0..).filter_map(|seed| Subject::of(seed, runs.vm));
    for subject in subjects.take(runs.workflows) {
        subject.follow(runs, &mut sum);
    }
    let text = format!(
        "{} random workflows on {}: {} of {} transitions by {} transactions, {} of them rejected; not all of seeds {:?}",
        runs.workflows,
        runs.vm,
        sum.transitions.0,
        sum.transitions.1,
        sum.coverage.run,
        sum.coverage.rejected,
        sum.partly
    );
    writeln!(std::io::stdout(), "{text}").expect("there is an output");
    assert!(10 * sum.partly.len() <= runs.workflows, "{text}");
}

#[test]
fn random_contracts_do_what_the_interpreter_does() {
    run(&Runs {
        vm: Vm::Evm,
        workflows: 200,
        follow: follow_contracts,
    });
}

#[test]
fn random_programs_do_what_the_interpreter_does() {
    run(&Runs {
        vm: Vm::Svm,
        workflows: 10,
        follow: follow_programs,
    });
}

#[test]
fn random_packages_do_what_the_interpreter_does_on_sui() {
    run(&Runs {
        vm: Vm::Sui,
        workflows: 20,
        follow: sui::follow,
    });
}

#[test]
fn random_packages_do_what_the_interpreter_does_on_aptos() {
    run(&Runs {
        vm: Vm::Aptos,
        workflows: 20,
        follow: aptos::follow,
    });
}
