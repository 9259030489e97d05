//! The interpreter and the explorer mean the same machines: whatever the interpreter does is a rule of the model, and every state of
//! the model is one that the interpreter reaches.

mod random;

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::AtomicBool;

use xcc::analysis::analyze;
use xcc::analysis::explore::{Limits, Meaning, Model, Verdict, explore};
use xcc::interp::mapping::{self, Abstract, Ghost};
use xcc::lower::{Mutant, lower_mutant};

use xcc_tests::conformance::values::choose;
use xcc_tests::conformance::walk::successors;
use xcc_tests::interp::{Bench, check_step, explored, feature, projects};

/// Follows every step of the interpreter from one concrete state for each abstract one.
fn reach(model: &Model, bench: Bench<'_>, place: &str) -> HashSet<Abstract> {
    let ghost = Ghost::default();
    let mut states = HashSet::from([ghost.values(model, &bench.network, &bench.instance)]);
    let mut queue = VecDeque::from([(bench, ghost)]);
    while let Some((bench, ghost)) = queue.pop_front() {
        let before = ghost.values(model, &bench.network, &bench.instance);
        for step in successors(&bench, &ghost) {
            let after = step
                .ghost
                .values(model, &step.bench.network, &step.bench.instance);
            check_step(model, &step.outcome, (&before, &after), place);
            if states.insert(after) {
                queue.push_back((step.bench, step.ghost));
            }
        }
    }
    states
}

/// That both have the same states and steps; how many states there are. A model lets any caught call starve by itself; here what
/// follows a starved call has no gas either, so states after one need not be reached. A sound protocol has none.
fn check_agreement(model: &Model, bench: Bench<'_>, place: &str) -> usize {
    let expected = explored(model);
    let mut reached = reach(model, bench.clone(), place);
    if reached.len() < expected.len() {
        // Conditions of an instance's values went one way only.
        let machines = bench.network.machines().machines().keys().copied();
        let others = choose(&bench, &machines.collect::<Vec<_>>()).into_iter();
        others.for_each(|bench| reached.extend(reach(model, bench, place)));
    }
    let has_starved = |state: &Abstract| {
        let mut variables = model.variables.iter().zip(state);
        variables.any(|(it, value)| matches!(it.meaning, Meaning::Starved(_)) && *value == 1)
    };
    let missed: Vec<_> = expected
        .difference(&reached)
        .filter(|state| !has_starved(state))
        .take(3)
        .map(|state| mapping::describe(model, state))
        .collect();
    assert!(missed.is_empty(), "{place}: {missed:#?}");
    assert_eq!(reached.difference(&expected).count(), 0, "{place}");
    reached.len()
}

#[test]
fn the_interpreter_reaches_the_explored_states_and_no_other() {
    let mut total = 0;
    for project in projects() {
        let bench = Bench::new(project);
        let model = Model::of(bench.program, bench.workflow);
        let limits = Limits {
            states: 1 << 20,
            memory: 1 << 30,
            threads: 1,
            stop: &AtomicBool::new(false),
        };
        let exploration = explore(&model, limits, &mut |_| {});
        assert_eq!(exploration.verdict, Verdict::Proved);
        let states = check_agreement(&model, bench, &project.name);
        assert_eq!(exploration.states, states as u64);
        total += states;
    }
    assert!(total > 1_000, "only {total} states");
}

/// The agreement is about the IR and not about the protocol: it holds where the protocol is broken, too.
#[test]
fn both_agree_on_faults_of_the_protocol() {
    for mutant in Mutant::ALL {
        // It has two handlers of one message, which no machine can have.
        if mutant == Mutant::ReplyOfAnotherStep {
            continue;
        }
        for name in ["home_steps", "pivot_on_base", "pivot_on_sui"] {
            let project = feature(name);
            let program = lower_mutant(&project.package, mutant);
            let facts = analyze(&program);
            let bench = Bench::of(&project.compiled.deployment, &program, &facts);
            let model = Model::of(&program, bench.workflow);
            check_agreement(&model, bench, &format!("{name} {mutant:?}"));
        }
    }
}
