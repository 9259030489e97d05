//! Goldens of the front end: `<case>.xcc` beside the tree it parses to (`.ast`) or the findings it gives (`.err`).

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use xcc::diagnostic::{Diagnostics, RenderOptions, render};
use xcc::source::SourceMap;
use xcc::syntax;

/// What `xcc` says about a file: the tree, the findings, or both if there are only warnings.
struct Outcome {
    tree: Option<String>,
    findings: String,
}

#[test]
fn every_case_matches_its_golden() {
    let cases = cases();
    assert!(!cases.is_empty());
    let fails = |case: &&PathBuf| panic::catch_unwind(|| check(case)).is_err();
    let failed: Vec<_> = cases.iter().filter(fails).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn five_independent_mistakes_give_five_errors() {
    let (text, mut diagnostics) = (
        read(&directory().join("five_mistakes.xcc")),
        Diagnostics::new(),
    );
    let source = SourceMap::new().add("five_mistakes.xcc", text.clone());
    assert!(syntax::parse(source, &text, &mut diagnostics).is_err());
    // `form`, `gass`, `:` twice, `;`, an empty argument and `=` for `==`.
    assert_eq!(diagnostics.error_count(), 7);
}

#[test]
fn a_file_that_is_parsed_again_fails_again() {
    let (text, mut diagnostics) = ("chain a b;", Diagnostics::new());
    let source = SourceMap::new().add("a.xcc", text);
    for _ in 0..2 {
        assert!(syntax::parse(source, text, &mut diagnostics).is_err());
    }
    assert_eq!(diagnostics.sorted().len(), 1);
}

fn check(case: &Path) {
    let name = case
        .file_stem()
        .expect("a case has a name")
        .to_string_lossy();
    let outcome = run(&name, &read(case));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../suite/syntax");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let findings = Some(outcome.findings).filter(|findings| !findings.is_empty());
    settings.bind(|| {
        for (kind, text) in [("ast", outcome.tree), ("err", findings)] {
            let name = format!("{name}.{kind}");
            match text {
                Some(text) => insta::assert_snapshot!(name, text),
                None => assert!(!golden(&name).exists(), "{name} is given no more"),
            }
        }
    });
}

fn golden(name: &str) -> PathBuf {
    directory().join(format!("{name}.snap"))
}

fn run(name: &str, text: &str) -> Outcome {
    let mut sources = SourceMap::new();
    let source = sources.add(format!("{name}.xcc"), text);
    let mut diagnostics = Diagnostics::new();
    let file = syntax::parse(source, text, &mut diagnostics);
    let mut findings = Vec::new();
    render(
        &diagnostics,
        &sources,
        RenderOptions::default(),
        &mut findings,
    )
    .expect("renders");
    Outcome {
        tree: file.ok().map(|file| syntax::print::print(&file)),
        findings: String::from_utf8(findings).expect("findings are UTF-8"),
    }
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(directory()).expect("the suite is there");
    let paths = entries.map(|entry| entry.expect("the suite can be read").path());
    let mut cases: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "xcc"))
        .collect();
    cases.sort();
    cases
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/syntax")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a case is UTF-8")
}
