//! Every feature of the language on every target: goldens of the IR and of what each back end emits, accepted by the real compilers.
//!
//! A case is `tests/suite/features/<feature>.xcc`; its goldens stand beside it. All cases share one manifest and the interfaces of one
//! small target on each VM.

use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;

use xcc::ir::print::program_to_string;
use xcc_tests::acceptance::{
    accept_aptos, accept_layout, accept_other_files, accept_programs, accept_solidity, accept_sui,
};
use xcc_tests::project::{FEATURE_HEAD, Project, features, features_folder};

const TARGETS: [&str; 4] = ["evm", "svm", "sui", "aptos"];

/// Folders that hold what is the same for every workflow.
const SHARED: [&str; 4] = ["/xcc/", "/xcc-runtime/", "/xcc_runtime/", "/interfaces/"];

/// Every case, compiled once.
fn cases() -> &'static [Project] {
    static CASES: OnceLock<Vec<Project>> = OnceLock::new();
    CASES.get_or_init(features)
}

/// What a back end emitted for the workflow itself, file after file.
fn emitted(project: &Project, target: &str) -> String {
    let is_own = |path: &str| {
        !SHARED
            .iter()
            .any(|shared| format!("/{path}").contains(shared))
    };
    let files = project.files(target).filter(|(path, _)| is_own(path));
    files
        .map(|(path, text)| format!("===== {path}\n{text}\n"))
        .collect()
}

#[test]
fn goldens() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(features_folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for project in cases() {
            let name = &project.name;
            let ir = program_to_string(&project.compiled.lowered.program);
            insta::assert_snapshot!(format!("{name}.ir"), ir);
            for target in TARGETS {
                insta::assert_snapshot!(format!("{name}.{target}"), emitted(project, target));
            }
        }
    });
}

#[test]
fn every_golden_belongs_to_a_case() {
    let names: BTreeSet<_> = cases().iter().map(|case| case.name.as_str()).collect();
    for entry in fs::read_dir(features_folder()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if let Some(golden) = file.strip_suffix(".snap") {
            let (case, kind) = golden.split_once('.').unwrap();
            assert!(names.contains(case), "`{file}` has no case");
            assert!(
                kind == "ir" || TARGETS.contains(&kind),
                "`{file}` is of no target"
            );
        }
    }
}

fn for_each(accept: fn(&str, &Project)) {
    cases().iter().for_each(|case| accept(&case.name, case));
}

#[test]
fn solidity_compiles_without_a_word_and_fits() {
    for_each(accept_solidity);
}

#[test]
fn programs_pass_clippy_and_become_real_programs() {
    for_each(accept_programs);
}

#[test]
fn move_packages_build_without_a_word() {
    for_each(accept_sui);
    for_each(accept_aptos);
}

#[test]
fn formatters_change_nothing() {
    for_each(accept_layout);
}

#[test]
fn every_file_is_tried() {
    for_each(accept_other_files);
}

/// What the language's page says of the largest code that a chain of the EVM takes.
#[test]
fn twelve_remote_steps_fit_into_a_contract() {
    let workflow = r#"
workflow Feature on ethereum (user: address@ethereum, amount: u64) {
    authorise user;
    transport wormhole;
    step first = Solana.run(amount) -> (receipt)
        within 1h
        accounts { state: @STATE, authority: self }
        gas 50_000
        compensate Solana.undo(first.receipt) accounts { state: @STATE, authority: self } gas 50_000;
    repeat 11 {
        step run = Base.run(amount) -> (receipt) within 1h gas 100_000 compensate Base.undo(run.receipt) gas 100_000;
    }
}
"#;
    let source = format!("{FEATURE_HEAD}{workflow}");
    let project = Project::compile_source(&source, &[]).unwrap_or_else(|error| panic!("{error}"));
    accept_solidity("twelve steps", &project);
}
