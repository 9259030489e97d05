//! Every fault of the protocol is found where it can show, with the shortest way to it.

use std::fmt::Write;

use xcc::analysis::explore::{Counterexample, Model, Verdict};
use xcc::ir::Program;
use xcc::lower::Mutant;
use xcc_tests::project::{Project, features};

use crate::subjects::{FAULTS, faulty};
use crate::{explored, golden};

/// What a search says of a model, with the whole way to a fault.
fn verdict(program: &Program, model: &Model) -> String {
    match explored(model, 1).verdict {
        Verdict::Violated(name, path) => format!("{name}\n{}", steps(program, model, &path)),
        Verdict::Stuck(path) => format!("stuck\n{}", steps(program, model, &path)),
        other => format!("{other:?}\n"),
    }
}

fn steps(program: &Program, model: &Model, path: &Counterexample) -> String {
    path.moves.iter().fold(String::new(), |mut text, step| {
        let rule = &model.rules[step.rule];
        let handler = &program.handlers[rule.handler];
        let chain = &program.declarations.chains[program.machines[handler.machine].chain].name;
        let choices: Vec<_> = rule
            .choices
            .iter()
            .map(|choice| choice.describe(program))
            .collect();
        let line = format!("  {chain}.{} {}", handler.name, choices.join(", "));
        writeln!(text, "{}", line.trim_end()).unwrap();
        text
    })
}

fn feature(name: &str) -> Project {
    let mut features = features().into_iter();
    features.find(|feature| feature.name == name).expect(name)
}

#[test]
fn every_fault_is_found() {
    assert_eq!(FAULTS.map(|(mutant, _)| mutant), Mutant::ALL);
    let reports = faulty().into_iter().map(|subject| {
        let verdict = verdict(&subject.program, &subject.model);
        assert!(!verdict.starts_with("Proved"), "{}", subject.name);
        format!("{}: {verdict}", subject.name)
    });
    golden("faults", &reports.collect::<Vec<_>>().join("\n"));
}

/// No transport of the catalogue delivers before finality; this shows that one which did would be noticed.
#[test]
fn messages_before_finality_are_noticed() {
    let project = feature("compensable");
    let program = &project.compiled.lowered.program;
    let workflow = program.workflows.keys().next().unwrap();
    let model = Model::of(program, workflow).without_finality();
    golden("before_finality", &verdict(program, &model));
}
