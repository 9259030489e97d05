//! What every checker has to judge: all examples and features as they are, and one feature for each fault of the protocol.

use xcc::analysis::explore::Model;
use xcc::ir::Program;
use xcc::lower::{Mutant, lower_mutant};
use xcc_tests::project::{Project, examples, features};

/// A feature in which each fault can show.
pub(crate) const FAULTS: [(Mutant, &str); 13] = [
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
    (Mutant::JoinEarly, "parallel"),
    (Mutant::ForgottenSibling, "parallel"),
];

/// A workflow to be judged.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) program: Program,
    pub(crate) model: Model,
}

/// Every example and every feature.
pub(crate) fn projects() -> Vec<Project> {
    let examples = examples()
        .into_iter()
        .map(|folder| Project::compile(&folder, &[]).unwrap_or_else(|error| panic!("{error}")));
    examples.chain(features()).collect()
}

/// Every workflow of them.
pub(crate) fn sound() -> Vec<Subject> {
    let projects = projects().into_iter();
    projects
        .flat_map(|project| {
            let program = project.compiled.lowered.program;
            let workflows: Vec<_> = program.workflows.keys().collect();
            let models = workflows.into_iter().map(move |workflow| Subject {
                name: project.name.clone(),
                model: Model::of(&program, workflow),
                program: program.clone(),
            });
            models.collect::<Vec<_>>()
        })
        .collect()
}

/// Every fault, in the feature where it can show.
pub(crate) fn faulty() -> Vec<Subject> {
    let features = features();
    let faults = FAULTS.iter().map(|(mutant, name)| {
        let feature = features.iter().find(|feature| feature.name == *name);
        let program = lower_mutant(&feature.expect(name).package, *mutant);
        let workflow = program.workflows.keys().next().expect("it has a workflow");
        Subject {
            name: format!("{mutant:?} on {name}"),
            model: Model::of(&program, workflow),
            program,
        }
    });
    faults.collect()
}
