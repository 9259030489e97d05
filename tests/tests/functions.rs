//! Functions of a file are decided before anything is lowered: a call is what it computes, wherever it stands.

use std::fs;

use xcc::entities::Workflow;
use xcc::ir::print::program_to_string;
use xcc_tests::project::{Project, feature, features_folder};

fn source(path: &str) -> String {
    fs::read_to_string(features_folder().join(path)).expect("a case is UTF-8")
}

/// The feature with its functions, after some text of it was replaced.
fn changed(from: &str, to: &str) -> Project {
    let text = source("functions.xcc");
    assert!(text.contains(from), "`{from}` is not in the feature");
    feature("functions", &text.replace(from, to))
}

fn fingerprints(project: &Project) -> Vec<[u8; 32]> {
    let lowered = &project.compiled.lowered;
    let workflows = lowered.program.workflows.keys();
    workflows
        .map(|workflow: Workflow| lowered.facts.fingerprints[workflow])
        .collect()
}

#[test]
fn what_is_emitted_is_what_the_expressions_give_written_out() {
    let called = feature("functions", &source("functions.xcc"));
    let written_out = feature("written_out", &source("written_out/functions.xcc"));
    let ir = |project: &Project| program_to_string(&project.compiled.lowered.program);
    assert_eq!(ir(&called), ir(&written_out));
    assert_eq!(fingerprints(&called), fingerprints(&written_out));
    let files = |project: &Project| project.compiled.artifacts.files.clone();
    let (called, written_out) = (files(&called), files(&written_out));
    assert!(called.len() > 30, "{}", called.len());
    let names: Vec<_> = called.keys().collect();
    assert_eq!(names, written_out.keys().collect::<Vec<_>>());
    for (path, text) in &called {
        assert_eq!(text, &written_out[path], "{path}");
    }
}

#[test]
fn a_fingerprint_covers_what_functions_compute_and_not_how_they_are_called() {
    let before = fingerprints(&feature("functions", &source("functions.xcc")));
    let computes = [
        ("amount == 13", "amount == 14"),
        ("amount <= limits.most", "amount < limits.most"),
        ("least: LEAST, most: most }", "least: 2, most: most }"),
    ];
    for (from, to) in computes {
        assert_ne!(fingerprints(&changed(from, to)), before, "{from}");
    }
    let names = [
        ("is_reserved", "may_not_be"),
        ("is_enough", "enough"),
        ("/// What no order may be of.\n", ""),
        (
            "first: u64, second: u64, is_known: bool",
            "first: u64, second: u64, is_known: bool,",
        ),
    ];
    for (from, to) in names {
        assert_eq!(fingerprints(&changed(from, to)), before, "{from}");
    }
}
