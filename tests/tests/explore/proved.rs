//! What the compiler makes of a sound source keeps every promise.

use xcc::analysis::explore::{Model, Verdict};
use xcc_tests::project::{Project, examples, features};

use crate::explored;

fn projects() -> Vec<Project> {
    let examples = examples()
        .into_iter()
        .map(|folder| Project::compile(&folder, &[]).unwrap_or_else(|error| panic!("{error}")));
    examples.chain(features()).collect()
}

#[test]
fn every_workflow_is_proved_on_any_number_of_threads() {
    for project in projects() {
        let program = &project.compiled.lowered.program;
        for workflow in program.workflows.keys() {
            let model = Model::of(program, workflow);
            let exploration = explored(&model, 1);
            assert_eq!(exploration.verdict, Verdict::Proved, "{}", project.name);
            let again = explored(&model, 2);
            assert_eq!(exploration.states, again.states, "{}", project.name);
            assert_eq!(exploration.transitions, again.transitions);
            assert_eq!(exploration.depth, again.depth);
        }
    }
}

/// A handler that never changes anything is dead code in a contract.
#[test]
fn no_handler_is_dead() {
    for project in projects() {
        let program = &project.compiled.lowered.program;
        for workflow in program.workflows.keys() {
            let model = Model::of(program, workflow);
            let exploration = explored(&model, 1);
            for rule in &model.rules {
                let mut rules = model.rules.iter().zip(&exploration.fired);
                assert!(
                    rules.any(|(other, fired)| other.handler == rule.handler && *fired),
                    "{}: {}",
                    project.name,
                    program.handlers[rule.handler].name
                );
            }
        }
    }
}
