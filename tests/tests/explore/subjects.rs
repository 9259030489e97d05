//! What every checker has to judge: all examples and features as they are, and one feature for each fault of the protocol.

use xcc::analysis::explore::Model;
use xcc::ir::Program;
use xcc::lower::{Mutant, lower_mutant};
use xcc_tests::project::{Project, declarations, examples, feature, features};

/// A feature in which each fault can show.
pub(crate) const FAULTS: [(Mutant, &str); 17] = [
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
    (Mutant::RerouteEarly, "attempt"),
    (Mutant::ClaimEarly, "holdings"),
    (Mutant::ReleasedGivenBack, "releases"),
    (Mutant::SpentAndHeld, "holds"),
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

/// Workflows of a certain shape: eight steps one after another, three and five steps beside each other, which are interchangeable,
/// two classes of interchangeable steps, and releases in arms of which only some run.
pub(crate) fn shapes() -> Vec<Project> {
    let run = |chain: &str, name: &str| {
        format!(
            "step {name} = {chain}.run(amount) -> (receipt) within 1h gas 90_000 compensate {chain}.undo({name}.receipt) gas 90_000;\n"
        )
    };
    let runs = |chain: &str, names: &[&str]| -> String {
        names.iter().map(|name| run(chain, name)).collect()
    };
    let beside = |steps: String| format!("parallel {{\n{steps}}}\n");
    let eight = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let two = beside(runs("Base", &["a", "b"]) + &runs("Aptos", &["c", "d"]));
    let shapes = [
        ("eight in sequence", runs("Base", &eight)),
        ("three beside", beside(runs("Base", &eight[..3]))),
        ("five beside", beside(runs("Aptos", &eight[..5]))),
        (
            "two and two beside",
            run("Home", "first").replace("within 1h ", "") + &two,
        ),
    ];
    let shapes = shapes.into_iter();
    let sources = shapes.map(|(name, steps)| (name, workflow(&(steps + LAST))));
    let released = ("released by an alternative", released_by_alternative(&run));
    let sources = sources.chain([released]);
    sources
        .map(|(name, source)| feature(name, &source))
        .collect()
}

/// A workflow in which an alternative, and an arm within an arm, release what is held before they abort.
fn released_by_alternative(run: &dyn Fn(&str, &str) -> String) -> String {
    let steps = [
        "take bond: Token = amount from user;\n",
        "if (amount > 7) { if (amount > 9) { release bond to user; } abort \"much\"; }\n",
        &run("Home", "first").replace("within 1h ", ""),
        &format!("attempt {{\n{}}} else {{\n", run("Base", "near")),
        &run("Aptos", "far"),
        "if (far.receipt > 7) { release bond to user; abort \"too much\"; }\n}\n",
        &LAST.replace("(amount)", "(amount) -> (receipt)"),
        "if (last.receipt > 7) { release bond to user; } else { pay bond to user; }\n",
    ];
    let source = workflow(&steps.concat());
    source.replace(
        "workflow Feature",
        "asset Token on ethereum: erc20 decimals 6, solana: spl decimals 6, sui: coin decimals 6, aptos: fungible decimals 6;\nworkflow Feature",
    )
}

/// A pivot on Solana, whose program the manifest of the features names.
pub(crate) const LAST: &str = "step last = Solana.run(amount) within 1h accounts { state: @STATE, authority: self } gas 50_000 pivot;\n";

/// A workflow of these steps, which may use the input `amount` and the contracts of the features.
pub(crate) fn workflow(steps: &str) -> String {
    let declarations = declarations();
    let head = "workflow Feature on ethereum (user: address@ethereum, amount: u64) {\n";
    format!("{declarations}{head}    authorise user;\n    transport wormhole;\n{steps}}}\n")
}

/// Every workflow of them, and of certain shapes.
pub(crate) fn sound() -> Vec<Subject> {
    let projects = projects().into_iter().chain(shapes());
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
