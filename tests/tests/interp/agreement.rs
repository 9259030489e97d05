//! The interpreter and the explorer mean the same machines: whatever the interpreter does is a rule of the model, and every state of
//! the model is one that the interpreter reaches.

mod mapping;
mod walk;

use std::collections::{HashSet, VecDeque};

use xcc::analysis::explore::{Limits, Model, Rule, Update, Verdict, explore};
use xcc_tests::project::Project;

use crate::bench::{Bench, projects};
use mapping::{Abstract, CallChoice, Ghost};
use walk::{Step, successors};

/// Every state of a model that a rule leads to.
fn explored(model: &Model) -> HashSet<Abstract> {
    let first = vec![0; model.variables.len()];
    let mut states = HashSet::from([first.clone()]);
    let mut queue = VecDeque::from([first]);
    while let Some(state) = queue.pop_front() {
        for rule in model.rules.iter().filter(|rule| is_enabled(rule, &state)) {
            let next = applied(model, rule, &state);
            if states.insert(next.clone()) {
                queue.push_back(next);
            }
        }
    }
    states
}

fn is_enabled(rule: &Rule, state: &[u8]) -> bool {
    let mut guard = rule.guard.iter();
    guard.all(|condition| condition.holds(state[condition.var.0]))
}

fn applied(model: &Model, rule: &Rule, state: &[u8]) -> Abstract {
    let mut next = state.to_vec();
    for effect in &rule.effects {
        let (value, last) = (
            &mut next[effect.var.0],
            model.variables[effect.var.0].values - 1,
        );
        match effect.update {
            Update::Set(set) => *value = set,
            Update::Next => *value = last.min(*value + 1),
        }
    }
    next
}

/// That a step of the interpreter is one of the model: a rule of the same handler with the same calls leads from the one state to the
/// other. A model has no rule for what changes nothing.
fn check_step(model: &Model, before: &[u8], step: &Step<'_>, place: &str) {
    let after = step.ghost.values(model, &step.bench);
    let calls = mapping::calls(&step.outcome);
    let has_failed = |call: &CallChoice| matches!(call, CallChoice::Fails(..));
    if before == after && calls.iter().all(has_failed) {
        return;
    }
    let mut rules = model.rules.iter();
    let is_it = |rule: &Rule| {
        rule.handler == step.outcome.handler
            && mapping::choices(rule) == calls
            && is_enabled(rule, before)
            && applied(model, rule, before) == after
    };
    assert!(
        rules.any(is_it),
        "{place}: {} leads from {} to {}",
        step.bench.program.handlers[step.outcome.handler].name,
        mapping::describe(model, before),
        mapping::describe(model, &after),
    );
}

/// Follows every step of the interpreter from one concrete state for each abstract one.
fn reached(model: &Model, project: &Project) -> HashSet<Abstract> {
    let bench = Bench::new(project);
    let ghost = Ghost::default();
    let mut states = HashSet::from([ghost.values(model, &bench)]);
    let mut queue = VecDeque::from([(bench, ghost)]);
    while let Some((bench, ghost)) = queue.pop_front() {
        let before = ghost.values(model, &bench);
        for step in successors(&bench, &ghost) {
            check_step(model, &before, &step, &project.name);
            if states.insert(step.ghost.values(model, &step.bench)) {
                queue.push_back((step.bench, step.ghost));
            }
        }
    }
    states
}

#[test]
fn the_interpreter_reaches_the_explored_states_and_no_other() {
    let mut total = 0;
    for project in projects() {
        let program = &project.compiled.lowered.program;
        for workflow in program.workflows.keys() {
            let model = Model::of(program, workflow);
            let expected = explored(&model);
            let limits = Limits {
                states: 1 << 20,
                memory: 1 << 30,
                threads: 1,
                stop: &std::sync::atomic::AtomicBool::new(false),
            };
            let exploration = explore(&model, limits, &mut |_| {});
            assert_eq!(exploration.verdict, Verdict::Proved);
            assert_eq!(exploration.states, expected.len() as u64);
            let reached = reached(&model, project);
            let missed: Vec<_> = expected.difference(&reached).collect();
            let missed: Vec<_> = missed
                .iter()
                .take(3)
                .map(|state| mapping::describe(&model, state))
                .collect();
            assert!(missed.is_empty(), "{}: {missed:#?}", project.name);
            let more = reached.difference(&expected).count();
            assert_eq!(more, 0, "{}", project.name);
            total += reached.len();
        }
    }
    assert!(total > 1_000, "only {total} states");
}
