//! Every fault of the protocol is found where it can show, with the shortest way to it.

use std::fmt::Write;

use xcc::analysis::explore::{Choice, Counterexample, Model, Taken, Verdict};
use xcc::ir::Program;
use xcc::lower::{Mutant, lower_mutant};
use xcc_tests::project::{Project, features};

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
        let choices: Vec<_> = rule.choices.iter().map(choice).collect();
        let line = format!("  {chain}.{} {}", handler.name, choices.join(", "));
        writeln!(text, "{}", line.trim_end()).unwrap();
        text
    })
}

fn choice(choice: &Choice) -> String {
    match choice {
        Choice::Branch(_, name, Taken::Yes) => name.clone(),
        Choice::Branch(_, name, Taken::No) => format!("not {name}"),
        Choice::Succeeds(_, part) => format!("{part} succeeds"),
        Choice::Fails(_, part) => format!("{part} fails"),
        Choice::Starves(_, part) => format!("{part} starves"),
        Choice::Forked => "forked".to_owned(),
    }
}

fn feature(name: &str) -> Project {
    let mut features = features().into_iter();
    features.find(|feature| feature.name == name).expect(name)
}

/// The report about one feature with one fault.
fn report(project: &Project, mutant: Mutant) -> String {
    let program = lower_mutant(&project.package, mutant);
    let workflow = program.workflows.keys().next().unwrap();
    verdict(&program, &Model::of(&program, workflow))
}

#[test]
fn every_fault_is_found() {
    let cases = [
        (Mutant::NoTombstone, "compensable"),
        (Mutant::RefundOnTimer, "compensable"),
        (Mutant::ParticipantTimer, "compensable"),
        (Mutant::ExecuteAfterCancel, "compensable"),
        (Mutant::PivotDeniesItself, "pivot_on_base"),
        (Mutant::UndoBeforePivot, "pivot_on_sui"),
        (Mutant::UndoTwice, "compensable"),
        (Mutant::ReplyOfAnotherStep, "nothing_to_undo"),
        (Mutant::LowGasRefusal, "compensable"),
        (Mutant::ConfirmBeforeDecision, "confirmed"),
        (Mutant::ClaimTwice, "parked"),
    ];
    assert_eq!(cases.map(|(mutant, _)| mutant), Mutant::ALL);
    let reports = cases.map(|(mutant, name)| {
        let report = report(&feature(name), mutant);
        assert!(!report.starts_with("Proved"), "{mutant:?} on {name}");
        format!("{mutant:?} on {name}: {report}")
    });
    golden("faults", &reports.join("\n"));
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
