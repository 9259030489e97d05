//! What the compiler makes of a sound source keeps every promise.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use xcc::analysis::explore::{
    Cell, Choice, Fault, Limits, Meaning, Model, Taken, Verdict, explore, matrix,
};
use xcc::entities::Step;
use xcc::ir::Part;
use xcc_tests::generate::explorations;
use xcc_tests::project::{FEATURE_HEAD, Project, examples, feature, features};
use xcc_tests::tools::suite_dir;

use crate::subjects::{LAST, projects, shapes, workflow};
use crate::{explored, golden};

#[test]
fn every_workflow_is_proved_on_any_number_of_threads() {
    for project in projects().into_iter().chain(shapes()) {
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

/// A state has room for as many steps as a workflow can have, each with all that can be kept of one.
#[test]
fn the_longest_workflow_has_states() {
    let workflow = r#"
workflow Feature on ethereum (user: address@ethereum, owner: address@base, amount: u64) {
    authorise user;
    transport wormhole;
    step first = Solana.run(amount) -> (receipt)
        within 1h
        accounts { state: @STATE, authority: self }
        gas 50_000
        compensate Solana.undo(first.receipt) accounts { state: @STATE, authority: self } gas 50_000;
    repeat 63 {
        step run = Base.run(amount)
            within 1h
            gas 100_000
            require amount > 5
            compensate Base.undo(amount) gas 100_000
            else hold for owner
            on refused retry 16;
    }
}
"#;
    let source = format!("{FEATURE_HEAD}{workflow}");
    let project = Project::compile_source(&source, &[]).unwrap_or_else(|error| panic!("{error}"));
    let few = 1_000;
    let [exploration] = &explorations(&project.compiled.lowered.program, few)[..] else {
        panic!("there is one workflow");
    };
    assert_eq!(exploration.verdict, Verdict::TooManyStates);
    assert!(exploration.visited >= few, "{}", exploration.visited);
}

/// A handler that never changes anything is dead code in a contract.
#[test]
fn no_handler_is_dead() {
    for project in projects() {
        let program = &project.compiled.lowered.program;
        for workflow in program.workflows.keys() {
            let mut model = Model::of(program, workflow);
            // Of interchangeable steps the search need not see what each of them does.
            model.interchangeable.clear();
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

/// Taking interchangeable steps for each other changes how many states are visited, and nothing that is found.
#[test]
fn interchangeable_steps_save_work_and_change_nothing() {
    let classes = [
        ("eight in sequence", vec![]),
        ("three beside", vec![3]),
        ("five beside", vec![5]),
        ("two and two beside", vec![2, 2]),
        ("released by an alternative", vec![]),
    ];
    for (project, (name, expected)) in shapes().into_iter().zip(classes) {
        assert_eq!(project.name, name);
        let program = &project.compiled.lowered.program;
        let workflow = program.workflows.keys().next().unwrap();
        let reduced = Model::of(program, workflow);
        let members = reduced.interchangeable.iter().map(Vec::len);
        assert_eq!(members.collect::<Vec<_>>(), expected, "{name}");
        let mut whole = reduced.clone();
        whole.interchangeable.clear();
        assert_eq!(matrix(program, &reduced), matrix(program, &whole), "{name}");
        let (reduced, whole) = (explored(&reduced, 1), explored(&whole, 1));
        assert_eq!(reduced.verdict, Verdict::Proved, "{name}");
        assert_eq!(whole.verdict, Verdict::Proved, "{name}");
        assert_eq!(reduced.states, whole.states, "{name}");
        assert_eq!(reduced.transitions, whole.transitions, "{name}");
        assert_eq!(reduced.depth, whole.depth, "{name}");
        assert_eq!(whole.visited, whole.states, "{name}");
        let saves = expected.iter().any(|members| *members > 1);
        assert_eq!(reduced.visited < whole.visited, saves, "{name}");
    }
}

/// The failure matrix of every feature, in the words of the source.
#[test]
fn every_feature_has_its_matrix() {
    for project in features() {
        let program = &project.compiled.lowered.program;
        let name = |step: &Step| program.steps[*step].name.as_str();
        let mut text = String::new();
        for workflow in program.workflows.keys() {
            for (step, cells) in matrix(program, &Model::of(program, workflow)).rows {
                for (fault, cell) in Fault::ALL.iter().zip(cells) {
                    writeln!(
                        text,
                        "{} {}: {}",
                        name(&step),
                        fault.name(),
                        describe(&cell, &name)
                    )
                    .unwrap();
                }
            }
        }
        golden(&format!("matrix-{}", project.name), &text);
    }
}

fn describe<'a>(cell: &Cell, name: &impl Fn(&Step) -> &'a str) -> String {
    let Cell::Ends(ends) = cell else {
        return format!("{cell:?}");
    };
    let ends = ends.iter().map(|end| {
        let lists = [
            ("undone", &end.undone),
            ("parked", &end.parked),
            ("owed", &end.owed),
            ("released", &end.released),
            ("kept", &end.kept),
            ("skipped", &end.skipped),
            ("instead", &end.instead),
        ];
        let lists = lists.iter().filter(|(_, steps)| !steps.is_empty());
        let lists: String = lists
            .map(|(what, steps)| {
                format!(
                    " {what} {}",
                    steps.iter().map(name).collect::<Vec<_>>().join(" ")
                )
            })
            .collect();
        format!("{}{lists}", end.phase)
    });
    ends.collect::<Vec<_>>().join(" | ")
}

#[test]
fn every_golden_belongs_to_a_test() {
    let mut known: BTreeSet<String> = ["faults", "before_finality", "promela", "tla", "tla_config"]
        .map(str::to_owned)
        .into();
    known.extend(
        features()
            .iter()
            .map(|feature| format!("matrix-{}", feature.name)),
    );
    let examples = examples().into_iter();
    known.extend(examples.map(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        format!("check-{name}")
    }));
    for entry in fs::read_dir(suite_dir().join("suite/explore")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".snap").unwrap_or(&file);
        assert!(known.contains(name), "`{file}` belongs to no test");
    }
}

/// A search that is stopped proves nothing, however far it came.
#[test]
fn a_stopped_search_proves_nothing() {
    let project = &projects()[0];
    let program = &project.compiled.lowered.program;
    let workflow = program.workflows.keys().next().unwrap();
    let model = Model::of(program, workflow);
    let all = explored(&model, 1).states;
    for after in 1..=all {
        let stop = AtomicBool::new(false);
        let limits = Limits {
            states: u64::MAX,
            memory: usize::MAX,
            threads: 1,
            stop: &stop,
        };
        let exploration = explore(&model, limits, &mut |progress| {
            stop.store(progress.states >= after, Ordering::Relaxed);
        });
        assert_eq!(
            exploration.verdict,
            Verdict::Stopped,
            "after {after} of {all}"
        );
    }
}

/// A branch goes one way only if constants decide it, and both ways if an input has a say.
#[test]
fn constants_decide_branches() {
    /// A guard, and whether data decides.
    const GUARDS: [(&str, bool); 4] = [
        ("ONE <= 2", false),
        ("ONE > 2 || true", false),
        ("!(ONE > 2) && amount != 7", true),
        ("amount > 2", true),
    ];
    for (guard, by_data) in GUARDS {
        let step = format!(
            "step guarded = Base.run(amount) within 1h gas 90_000 require {guard} compensate none;\n"
        );
        let source = workflow(&format!("{step}{LAST}"));
        let source = source.replacen("workflow", "const ONE: u64 = 1;\nworkflow", 1);
        let project = feature("guarded", &source);
        let program = &project.compiled.lowered.program;
        let of = program.workflows.keys().next().unwrap();
        let guarded = program.workflows[of].steps[0];
        let model = Model::of(program, of);
        let has = |is_it: &dyn Fn(&Choice) -> bool| {
            let mut choices = model.rules.iter().flat_map(|rule| &rule.choices);
            choices.any(is_it)
        };
        let runs = Choice::Succeeds(guarded, Part::Execution);
        assert!(has(&|choice| *choice == runs), "{guard}");
        let is_data =
            |choice: &Choice| matches!(choice, Choice::Branch(_, name, _) if name == "holds");
        assert_eq!(has(&is_data), by_data, "{guard}");
        assert_eq!(explored(&model, 1).verdict, Verdict::Proved, "{guard}");
    }
}

/// What is compared with a number is no counter, however large the number is.
#[test]
fn a_guard_may_compare_with_any_number() {
    let guarded = "step guarded = Home.run(1) gas 50_000 require wide < 0x1_0000_0000_0000_0000 compensate none;\n";
    let source =
        workflow(&format!("{guarded}{LAST}")).replace("amount: u64", "amount: u64, wide: u256");
    let project = feature("wide", &source);
    let program = &project.compiled.lowered.program;
    let workflow = program.workflows.keys().next().unwrap();
    let verdict = explored(&Model::of(program, workflow), 1).verdict;
    assert_eq!(verdict, Verdict::Proved);
}

/// Each step may be passed over in the transaction that runs them all, so its ways to go double with every step.
#[test]
fn a_transaction_with_too_many_ways_is_not_followed() {
    let step = |number: usize| {
        format!(
            "    step s{number} = Home.run(amount) gas 90_000 compensate none on refused continue;\n"
        )
    };
    let source = |steps: usize| {
        let steps: String = (0..steps).map(step).collect();
        workflow(&format!("{steps}{LAST}"))
    };
    for (steps, is_whole) in [(8, true), (40, false)] {
        let project = feature("ways", &source(steps));
        let program = &project.compiled.lowered.program;
        let workflow = program.workflows.keys().next().unwrap();
        let model = Model::of(program, workflow);
        assert_eq!(model.is_whole, is_whole, "{steps} steps");
        let verdict = explored(&model, 1).verdict;
        let expected = match is_whole {
            true => Verdict::Proved,
            false => Verdict::TooManyRules,
        };
        assert_eq!(verdict, expected, "{steps} steps");
    }
}

/// What looks like a number of tries, and is an input: `amount` is compared and added to where it was stored before.
#[test]
fn no_input_is_taken_for_a_counter() {
    let first = "step first = Base.run(amount) within 1h gas 90_000 compensate none;\n";
    let second =
        "step second = Home.run(amount + 1) gas 90_000 require amount < 3 compensate none;\n";
    let source = workflow(&format!("{first}{second}{LAST}"));
    let project = feature("inputs", &source);
    let program = &project.compiled.lowered.program;
    let model = Model::of(program, program.workflows.keys().next().unwrap());
    let is_counter = |meaning: &Meaning| matches!(meaning, Meaning::Counter(_));
    assert!(!model.variables.iter().any(|it| is_counter(&it.meaning)));
    let mut choices = model.rules.iter().flat_map(|rule| &rule.choices);
    let is_refused = |choice: &Choice| matches!(choice, Choice::Branch(Some(_), _, Taken::No));
    assert!(choices.any(is_refused));
}
