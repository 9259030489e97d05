//! Random workflows on the virtual machines: code for interfaces, types and policies that nobody chose does what the interpreter does.
//!
//! What is emitted decides nothing twice by one value, so that conditions seldom leave each other no room; but values that lead a
//! workflow through all of its transitions are only drawn, and may not be found. Such workflows are printed and must be few.

use std::collections::BTreeSet;
use std::io::Write;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

use xcc::entities::Machine;
use xcc::hir::Binding;
use xcc::ir::{CallData, InstData, Program, Role};
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
    /// How many workflows that are at home there, and how many others that come there: in the suite, and at most.
    workflows: (usize, usize),
    follow: fn(&Project, &Bench<'_>) -> Result<Coverage, Difference>,
}

/// The part that a machine has in its workflow.
const ROLES: [Role; 2] = [Role::Coordinator, Role::Participant];

/// Which workflows run: `XCC_RANDOM` says `all`, or the seed of the only one.
enum Which {
    Usual,
    All,
    Seed(u64),
}

impl Which {
    fn asked() -> Self {
        match std::env::var("XCC_RANDOM").as_deref() {
            Err(_) => Self::Usual,
            Ok("all") => Self::All,
            Ok(seed) => Self::Seed(seed.parse().expect("`XCC_RANDOM` is `all` or a seed")),
        }
    }

    /// The seeds to try, and how many of their workflows to run.
    fn seeds(&self, (usual, all): (usize, usize)) -> (RangeInclusive<u64>, usize) {
        match *self {
            Self::Usual => (0..=u64::MAX, usual),
            Self::All => (0..=u64::MAX, all),
            Self::Seed(seed) => (seed..=seed, 1),
        }
    }
}

/// What came of all of them.
#[derive(Default)]
struct Sum {
    workflows: usize,
    coverage: Coverage,
    transitions: (usize, usize),
    /// The seeds of workflows some of whose transitions were not made.
    partly: Vec<u64>,
    /// What is wrong with those that do something else, or cannot be run.
    faults: Vec<String>,
}

/// A workflow that runs, with the machines of it that do.
struct Subject {
    sample: Sample,
    project: Project,
}

impl Subject {
    /// The project of a seed, unless its workflow has too many states or nothing with such a part in it runs on a virtual machine.
    fn of(seed: u64, vm: Vm, role: Role) -> Option<Self> {
        let sample = Sample::of_seed(seed, Style::Emitted, SIZES);
        let workflow = &sample.spec.workflows[0];
        let is_at_home = sample.spec.vm(workflow.home) == vm;
        if is_at_home != (role == Role::Coordinator) {
            return None;
        }
        let emitted = sample.emit();
        let (package, compiled) = emitted.unwrap_or_else(|refused| panic!("{refused}"));
        let is_small = |program| explorations(program, MOST_STATES)[0].states <= MOST_STATES;
        if !is_small(&compiled.lowered.program) {
            return None;
        }
        let project = Project::new(format!("seed {seed}"), package, compiled);
        let project = project.unwrap_or_else(|error| panic!("{error}"));
        let subject = Subject { sample, project };
        let program = &subject.project.compiled.lowered.program;
        let machines = machines(&Bench::new(&subject.project), vm);
        let is_fit = match vm {
            Vm::Evm => !machines.is_empty(),
            Vm::Svm => machines.len() == 1,
            Vm::Sui | Vm::Aptos => matches!(machines[..], [machine] if is_told(program, machine)),
        };
        is_fit.then_some(subject)
    }

    /// Follows it with each choice of values that makes transitions which those before it do not.
    fn follow(&self, runs: &Runs) -> Result<Coverage, Difference> {
        let bench = Bench::new(&self.project);
        let machines = machines(&bench, runs.vm);
        let mut coverage = Coverage {
            reachable: reached(&bench, &machines).reachable,
            ..Coverage::default()
        };
        for bench in choose(&bench, &machines) {
            coverage.add((runs.follow)(&self.project, &bench)?);
        }
        Ok(coverage)
    }
}

/// Whether a machine can be followed by Move tests: they make one target run, hold one asset, and on Aptos make no objects.
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
    let is_target = |call: &&CallData| {
        let contract = call.function.contract;
        program.declarations.contracts[contract].asset.is_none()
    };
    let calls: Vec<_> = calls.filter(is_target).collect();
    let contracts: BTreeSet<_> = calls.iter().map(|call| call.function.contract).collect();
    let holds_one = program.assets_of(machine).len() <= 1;
    contracts.len() <= 1 && holds_one && calls.into_iter().all(is_made)
}

/// One in how many workflows may have transitions that were not made. The fewer workflows there are, the more of those may come together.
fn least_whole(vm: Vm, role: Role) -> usize {
    match (vm, role) {
        (Vm::Evm, Role::Coordinator) => 20,
        _ => 10,
    }
}

/// Demands that so many workflows do the same in each part, and that they make all transitions but for a few.
#[track_caller]
fn run(runs: &Runs) {
    let which = Which::asked();
    let (seeds, count) = which.seeds(runs.workflows);
    for role in ROLES {
        let mut sum = Sum::default();
        let subjects = seeds.clone();
        let subjects = subjects.filter_map(|seed| Subject::of(seed, runs.vm, role));
        for subject in subjects.take(count) {
            sum.workflows += 1;
            if matches!(which, Which::Seed(_)) {
                let listing = subject.sample.listing();
                writeln!(std::io::stdout(), "{listing}").expect("there is an output");
            }
            // One that fails does not hide those after it.
            match catch_unwind(AssertUnwindSafe(|| subject.follow(runs))) {
                Ok(Ok(coverage)) => sum.add(subject.sample.seed, coverage),
                Ok(Err(difference)) => sum.fail(&subject.sample, &difference.to_string()),
                Err(_) => sum.fail(&subject.sample, "a panic, which is above"),
            }
        }
        let name = format!(
            "{} random workflows, {role:?} on {}",
            sum.workflows, runs.vm
        );
        let most_partly = match which {
            // Whoever looks at one wants to see what it does.
            Which::Seed(_) => 1,
            _ => count / least_whole(runs.vm, role),
        };
        sum.demand(&name, most_partly);
    }
}

impl Sum {
    fn add(&mut self, seed: u64, coverage: Coverage) {
        if !coverage.is_whole() {
            self.partly.push(seed);
        }
        self.transitions.0 += coverage.covered.len();
        self.transitions.1 += coverage.reachable.len();
        self.coverage.run += coverage.run;
        self.coverage.rejected += coverage.rejected;
    }

    fn fail(&mut self, sample: &Sample, what: &str) {
        let fault = format!("{}\n{what}", sample.listing());
        writeln!(std::io::stdout(), "{fault}").expect("there is an output");
        self.faults.push(fault);
    }

    #[track_caller]
    fn demand(&self, name: &str, most_partly: usize) {
        let text = format!(
            "{name}: {} of {} transitions by {} transactions, {} of them rejected; not all of seeds {:?}",
            self.transitions.0,
            self.transitions.1,
            self.coverage.run,
            self.coverage.rejected,
            self.partly
        );
        writeln!(std::io::stdout(), "{text}").expect("there is an output");
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
        assert!(self.partly.len() <= most_partly, "{text}");
    }
}

#[test]
fn random_contracts_do_what_the_interpreter_does() {
    run(&Runs {
        vm: Vm::Evm,
        workflows: (100, 250),
        follow: follow_contracts,
    });
}

#[test]
fn random_programs_do_what_the_interpreter_does() {
    run(&Runs {
        vm: Vm::Svm,
        workflows: (10, 50),
        follow: follow_programs,
    });
}

#[test]
fn random_packages_do_what_the_interpreter_does_on_sui() {
    run(&Runs {
        vm: Vm::Sui,
        workflows: (15, 50),
        follow: sui::follow,
    });
}

#[test]
fn random_packages_do_what_the_interpreter_does_on_aptos() {
    run(&Runs {
        vm: Vm::Aptos,
        workflows: (15, 50),
        follow: aptos::follow,
    });
}
