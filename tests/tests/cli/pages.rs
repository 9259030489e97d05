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

/// A project of one chain, with the contract of the examples.
const ON_ETHEREUM: &str = r#"
edition = "2026"

[project]
name = "p"
source = "deposit.xcc"

[profiles.local.chains.ethereum]
id = "eip155:31337"

[profiles.local.contracts]
Vault = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"#;

/// Of what a back end cannot write only a build tells, with everything bound.
#[test]
fn the_examples_of_what_solidity_cannot_say_are_judged_by_a_build() {
    for (kind, text) in examples(Code::SolidityUnsupported.explain(), "xcc") {
        let project = Project::new();
        project.write("xcc.toml", ON_ETHEREUM);
        project.write("deposit.xcc", text);
        project.write(
            "abi/Vault.json",
            include_str!("../../suite/sema/abi/Vault.json"),
        );
        let run = project.run(&["build", "--format", "json"]);
        let findings = run.findings();
        let errors = findings.iter().filter(|it| it["severity"] == "error");
        let codes: Vec<_> = errors.map(|it| it["code"].clone()).collect();
        let expected: &[_] = match kind {
            "fails" => &[Code::SolidityUnsupported.as_str()],
            _ => &[],
        };
        assert_eq!(codes, expected, "{kind}: {findings:#?}");
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
