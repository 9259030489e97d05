//! The examples of `xcc.toml` and of scenarios on the pages of the codes: each faulty one is reported under the page's code, each
//! corrected one is not.

use super::Project;
use xcc::codes::Code;

#[test]
fn examples_of_xcc_toml_say_what_their_pages_say() {
    let mut count = 0;
    for code in Code::ALL {
        for (kind, text) in examples(code.explain(), "toml") {
            let project = Project::new();
            project.write("xcc.toml", text);
            let findings = project.run(&["check", "--format", "json"]).findings();
            let found = findings
                .iter()
                .any(|finding| finding["code"] == code.as_str());
            assert_eq!(found, kind == "fails", "{code} {kind}: {findings:#?}");
            count += 1;
        }
    }
    assert!(count > 20, "{count} examples");
}

#[test]
fn examples_of_scenarios_say_what_their_pages_say() {
    let mut count = 0;
    for code in Code::ALL {
        for (kind, text) in examples(code.explain(), "scenario") {
            let project = Project::new();
            project.write("scenario.toml", text);
            let args = ["sim", "--scenario", "scenario.toml", "--faults", "none"];
            let findings = project.run(&[&args[..], &["--format", "json"]].concat());
            let findings = findings.findings();
            let found = findings
                .iter()
                .any(|finding| finding["code"] == code.as_str());
            assert_eq!(found, kind == "fails", "{code} {kind}: {findings:#?}");
            assert!(found || findings.is_empty(), "{code} {kind}: {findings:#?}");
            count += 1;
        }
    }
    assert!(count >= 12, "{count} examples");
}

/// The interface that most examples import.
const VAULT: &str = include_str!("../../suite/sema/abi/Vault.json");

/// Of what a back end cannot write only a build tells, with everything bound.
#[test]
fn the_examples_of_what_no_target_can_say_are_judged_by_a_build() {
    let codes = Code::ALL.iter();
    let codes = codes.filter(|code| code.as_str().starts_with("XCC09"));
    for code in codes {
        let examples = examples(code.explain(), "xcc");
        let kinds: Vec<_> = examples.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, ["fails", "ok"], "{code}");
        for (kind, text) in examples {
            let project = Project::of_suite(&format!("pages/{code}"));
            project.write("example.xcc", text);
            project.write("abi/Vault.json", VAULT);
            let findings = project.run(&["build", "--format", "json"]).findings();
            let errors = findings.iter().filter(|it| it["severity"] == "error");
            let found: Vec<_> = errors.map(|it| it["code"].clone()).collect();
            let expected: &[_] = match kind {
                "fails" => &[code.as_str()],
                _ => &[],
            };
            assert_eq!(found, expected, "{code} {kind}: {findings:#?}");
        }
    }
}

#[test]
fn the_example_of_the_readme_is_the_one_that_init_writes() {
    let project = Project::new();
    let source = project.read("deposit.xcc");
    let workflow = source.find("workflow Deposit").expect("a workflow");
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(readme).expect("a README");
    assert!(
        readme.contains(&source[workflow..]),
        "{}",
        &source[workflow..]
    );
}

/// The blocks of a page that are in a language, such as that of `xcc.toml`, and whether each fails.
fn examples<'p>(page: &'p str, language: &str) -> Vec<(&'p str, &'p str)> {
    let fence = format!("```{language},");
    let blocks = page.split(fence.as_str()).skip(1);
    let blocks = blocks.filter_map(|block| {
        let (kind, rest) = block.split_once('\n')?;
        Some((kind, rest.split_once("\n```")?.0))
    });
    blocks.collect()
}
