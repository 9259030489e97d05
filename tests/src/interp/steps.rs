//! What a model says that a step of the interpreter may be.

use std::collections::{HashSet, VecDeque};

use xcc::analysis::explore::{Model, Rule, Update};
use xcc::interp::Outcome;
use xcc::interp::mapping::{self, Abstract, CallChoice};

/// Every state of a model that a rule leads to: a plain reading of its rules, which the search of the compiler is not.
#[must_use]
pub fn explored(model: &Model) -> HashSet<Abstract> {
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

/// Whether a rule can happen in a state.
#[must_use]
pub fn is_enabled(rule: &Rule, state: &[u8]) -> bool {
    let mut guard = rule.guard.iter();
    guard.all(|condition| condition.holds(state[condition.var.0]))
}

/// The state that a rule leads to.
#[must_use]
pub fn applied(model: &Model, rule: &Rule, state: &[u8]) -> Abstract {
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
///
/// # Panics
/// When it is none.
pub fn check_step(model: &Model, outcome: &Outcome, (before, after): (&[u8], &[u8]), place: &str) {
    let calls = mapping::calls(outcome);
    let has_failed = |call: &CallChoice| matches!(call, CallChoice::Fails(..));
    if before == after && calls.iter().all(has_failed) {
        return;
    }
    let mut rules = model.rules.iter();
    let is_it = |rule: &Rule| {
        rule.handler == outcome.handler
            && mapping::choices(rule) == calls
            && is_enabled(rule, before)
            && applied(model, rule, before) == after
    };
    assert!(
        rules.any(is_it),
        "{place}: {} leads from {} to {}",
        outcome.handler,
        mapping::describe(model, before),
        mapping::describe(model, after),
    );
}
