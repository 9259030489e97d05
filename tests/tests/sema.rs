//! Goldens of the checker: `<case>.xcc` beside the findings it gives, the pages of its codes, and what it makes of a sound file.

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xcc::codes::Code;
use xcc::diagnostic::{Diagnostics, RenderOptions, render};
use xcc::hir::Package;
use xcc::import::{Interface, import};
use xcc::sema::{Interfaces, check};
use xcc::source::SourceMap;
use xcc::syntax::{self, ast};
use xcc::vm::Vm;

/// What the checker says about a file.
struct Outcome {
    package: Option<Package>,
    findings: String,
    codes: Vec<Code>,
}

#[test]
fn every_case_matches_its_golden() {
    let cases = cases();
    assert!(!cases.is_empty());
    let mut failed = Vec::new();
    for case in &cases {
        let name = stem(case);
        let outcome = run(&format!("{name}.xcc"), &read(case));
        if panic::catch_unwind(|| compare(&name, &outcome.findings)).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_sound_file_has_no_findings() {
    let outcome = run("accepted.xcc", &read(&directory().join("accepted.xcc")));
    assert_eq!(outcome.findings, "");
    assert!(outcome.package.is_some());
}

fn compare(name: &str, findings: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../suite/sema");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        if !findings.is_empty() {
            insta::assert_snapshot!(format!("{name}.err"), findings);
        }
    });
}

fn run(name: &str, text: &str) -> Outcome {
    let mut sources = SourceMap::new();
    let source = sources.add(name, text);
    let mut diagnostics = Diagnostics::new();
    let package = syntax::parse(source, text, &mut diagnostics)
        .and_then(|file| check(&file, &interfaces(&file), &mut diagnostics));
    let mut findings = Vec::new();
    render(
        &diagnostics,
        &sources,
        RenderOptions::default(),
        &mut findings,
    )
    .expect("renders");
    Outcome {
        package: package.ok(),
        findings: String::from_utf8(findings).expect("findings are UTF-8"),
        codes: diagnostics
            .sorted()
            .iter()
            .map(|finding| finding.diagnostic.code)
            .collect(),
    }
}

/// The fixtures that a file names. One that is not there is not supplied.
fn interfaces(file: &ast::File) -> Interfaces {
    let mut interfaces = Interfaces::new();
    for contract in Interfaces::needed(file) {
        let path = &contract.interface.value;
        if let Ok(text) = fs::read_to_string(directory().join(path)) {
            interfaces.insert(path.clone(), Ok(Arc::new(load(path, &text))));
        }
    }
    interfaces
}

/// The fixture, by the machine it is of.
fn load(path: &str, text: &str) -> Interface {
    let found = Vm::ALL
        .into_iter()
        .find_map(|vm| import(vm, path, text).ok());
    found.unwrap_or_else(|| panic!("{path} is no interface"))
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

fn stem(path: &Path) -> String {
    path.file_stem()
        .expect("a case has a name")
        .to_string_lossy()
        .into_owned()
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/sema")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a case is UTF-8")
}
