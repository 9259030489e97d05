//! How often a call failed is forgotten once its step is decided.

use std::collections::HashSet;

use xcc::analysis::explore::{Meaning, Model, Update, Var, Verdict, matrix};
use xcc::ir::Program;
use xcc_tests::interp::{applied, explored as states_of, is_enabled};
use xcc_tests::project::{Project, feature, features};

use crate::explored;
use crate::subjects::{LAST, workflow};

/// Two steps one after another, whose calls are tried again so many times.
fn retried(times: u32) -> Project {
    let step = |name: &str| {
        format!(
            "step {name} = Base.run(amount) within 1h gas 90_000 compensate none on refused retry {times};\n"
        )
    };
    feature(
        "retried",
        &workflow(&[&step("one"), &step("other"), LAST].concat()),
    )
}

fn model_of(program: &Program) -> Model {
    Model::of(program, program.workflows.keys().next().unwrap())
}

fn is_counter(model: &Model, var: Var) -> bool {
    matches!(model.variables[var.0].meaning, Meaning::Counter(_))
}

/// The same model, in which every try is remembered for ever.
fn remembering(model: &Model) -> Model {
    let mut model = model.clone();
    let counts: Vec<_> = (0..model.variables.len())
        .map(|position| is_counter(&model, Var(position)))
        .collect();
    for rule in &mut model.rules {
        rule.effects
            .retain(|effect| effect.update == Update::Next || !counts[effect.var.0]);
    }
    model.counting.clear();
    model
}

/// What a state that remembers every try is to a model that does not.
fn forgotten(model: &Model, mut state: Vec<u8>) -> Vec<u8> {
    model.forget(&mut state);
    state
}

/// Otherwise one more try of each would multiply the states of all that comes later, and they would not grow evenly.
#[test]
fn every_try_more_adds_as_many_states() {
    let states = |times| {
        let project = retried(times);
        let exploration = explored(&model_of(&project.compiled.lowered.program), 1);
        assert_eq!(exploration.verdict, Verdict::Proved, "{times}");
        exploration.states
    };
    let [one, two, three, sixteen] = [1, 2, 3, 16].map(states);
    assert!(one < two);
    assert_eq!(three - two, two - one);
    assert_eq!(sixteen - one, 15 * (two - one));
}

/// A model that forgets comes to the states that one comes to which does not, by the same rules, and ends the same ways.
#[test]
fn forgetting_tries_changes_nothing_else() {
    let mut counters = 0;
    for project in features().into_iter().chain([retried(3)]) {
        let program = &project.compiled.lowered.program;
        let model = model_of(program);
        if model.counting.is_empty() {
            continue;
        }
        counters += model.counting.len();
        let whole = remembering(&model);
        let states = states_of(&whole);
        let known: HashSet<_> = states
            .iter()
            .map(|state| forgotten(&model, state.clone()))
            .collect();
        assert_eq!(known, states_of(&model), "{}", project.name);
        assert!(known.len() < states.len(), "{}", project.name);
        for state in &states {
            let short = forgotten(&model, state.clone());
            for (rule, remembering) in model.rules.iter().zip(&whole.rules) {
                let is_there = is_enabled(rule, &short);
                assert_eq!(is_there, is_enabled(remembering, state));
                if is_there {
                    let after = forgotten(&model, applied(&whole, remembering, state));
                    assert_eq!(applied(&model, rule, &short), after, "{}", project.name);
                }
            }
        }
        assert_eq!(matrix(program, &model), matrix(program, &whole));
    }
    assert!(counters >= 4, "{counters}");
}
