//! Every emitted file of every example is accepted by its real compiler without a word, and formatted as its ecosystem formats.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use xcc_tests::acceptance::{
    accept_aptos, accept_layout, accept_other_files, accept_programs, accept_solidity, accept_sui,
};
use xcc_tests::project::{Project, examples};

/// Every example, compiled as it stands.
fn projects() -> &'static [Project] {
    static PROJECTS: OnceLock<Vec<Project>> = OnceLock::new();
    let compile = |folder: &std::path::PathBuf| {
        Project::compile(folder, &[]).unwrap_or_else(|error| panic!("{error}"))
    };
    PROJECTS.get_or_init(|| examples().iter().map(compile).collect())
}

fn for_each(accept: fn(&str, &Project)) {
    projects()
        .iter()
        .for_each(|project| accept(&project.name, project));
}

#[test]
fn there_are_examples_for_every_target() {
    let targets = projects()
        .iter()
        .flat_map(|project| project.compiled.artifacts.files.keys());
    let targets: BTreeSet<_> = targets
        .filter_map(|path| Some(path.split_once('/')?.0))
        .collect();
    for target in ["evm", "svm", "sui", "aptos"] {
        assert!(targets.contains(target), "no example emits `{target}`");
    }
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
fn sui_packages_build_without_a_word() {
    for_each(accept_sui);
}

#[test]
fn aptos_packages_build_without_a_word() {
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
