//! Slither and solhint over the emitted Solidity of all examples and features: what they find is explained in the runtime's README, and
//! what is explained there is found.

mod explained;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use xcc_tests::linters::{Finding, Impact, slither, solhint};
use xcc_tests::project::{Project, examples, features};
use xcc_tests::solc::{Input, Pipeline};

use explained::{Explanation, explanations, unsettled};

/// All examples and features, compiled once.
fn everything() -> &'static Input {
    static EVERYTHING: OnceLock<Input> = OnceLock::new();
    EVERYTHING.get_or_init(|| {
        let examples = examples();
        let examples = examples.iter().map(|folder| example(folder));
        together(&examples.chain(features()).collect::<Vec<_>>())
    })
}

fn example(folder: &Path) -> Project {
    Project::compile(folder, &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// The emitted Solidity of several projects as one, so that a linter starts once. A project's own contracts are in a folder named after
/// it; the runtime, which is the same in all, is there once.
fn together(projects: &[Project]) -> Input {
    let mut sources = BTreeMap::new();
    let mut remappings = Vec::new();
    for project in projects {
        let name = &project.name;
        remappings.push(format!("{name}/xcc/=xcc/"));
        for (path, text) in project.solidity(&[]).sources {
            let path = path.strip_prefix("src/").expect("contracts are in `src`");
            let path = match path.starts_with("xcc/") {
                true => path.to_owned(),
                false => format!("{name}/{path}"),
            };
            let other = sources.insert(path, text.clone());
            assert!(other.is_none_or(|other| other == text), "{name}");
        }
    }
    Input {
        sources,
        remappings,
        pipeline: Pipeline::Unoptimized,
    }
}

fn analysed(input: &Input) -> Vec<Finding> {
    let findings = slither::analyse(input).unwrap_or_else(|error| panic!("{error}"));
    let counting = findings
        .into_iter()
        .filter(|found| found.impact >= Impact::Low);
    counting.collect()
}

#[track_caller]
fn assert_settled(findings: &[Finding], explanations: &[Explanation]) {
    let complaints = unsettled(findings, explanations);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn slither_finds_what_is_explained() {
    assert_settled(&analysed(everything()), &explanations("slither"));
}

#[test]
fn solhint_finds_what_is_explained() {
    let findings = solhint::lint(everything()).unwrap_or_else(|error| panic!("{error}"));
    assert_settled(&findings, &explanations("solhint"));
}

/// What is abstract may look otherwise where nothing inherits from it.
#[test]
fn slither_finds_no_more_in_an_example_alone() {
    let projects = examples().into_iter().map(|folder| example(&folder));
    // One without a chain of the EVM has nothing to be read.
    let projects = projects.filter(|project| project.files("evm").next().is_some());
    for project in projects {
        assert_eq!(unexplained(&together(&[project])), [""; 0]);
    }
}

/// The explanations must not cover more than they say: what an entry without its guard makes possible is none of it.
#[test]
fn an_entry_without_its_guard_is_not_explained() {
    let project = Project::compile_feature("parked", &[]).expect("features compile");
    let contract = format!("{}/FeatureCoordinator.sol", project.name);
    let guarded = together(&[project]);
    assert_eq!(unexplained(&guarded), [""; 0]);
    for (path, function) in [
        ("xcc/transport/Wormhole.sol", "function deliver("),
        (&contract, "function redrive("),
    ] {
        let mut open = guarded.clone();
        let source = open.sources.get_mut(path).expect(path);
        let mut lines = source.lines();
        let line = lines.find(|line| line.contains(function)).expect(function);
        *source = source.replace(line, &line.replace(" nonReentrant", ""));
        assert_ne!(open.sources, guarded.sources);
        let complaints = unexplained(&open);
        let is_reentrancy = |complaint: &String| complaint.contains("reentrancy-no-eth");
        assert!(complaints.iter().any(is_reentrancy), "{function}");
    }
}

fn unexplained(input: &Input) -> Vec<String> {
    let mut complaints = unsettled(&analysed(input), &explanations("slither"));
    complaints.retain(|complaint| complaint.starts_with("not explained"));
    complaints
}

#[test]
fn an_explanation_of_nothing_is_noticed() {
    let stale = Explanation {
        rule: "arbitrary-send-eth".to_owned(),
        places: vec!["*Coordinator.refund".to_owned()],
    };
    assert_eq!(
        unsettled(&[], &[stale]),
        ["explained, but not found: arbitrary-send-eth in *Coordinator.refund"]
    );
}
