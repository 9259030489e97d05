//! Every emitted file of every example is accepted by its real compiler without a word, and formatted as its ecosystem formats.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::OnceLock;

use xcc_tests::move_package::{BuildReport, MovePackage, render};
use xcc_tests::project::{Project, examples};
use xcc_tests::tools::{self, ToolError};
use xcc_tests::{aptos, format, sbf, solc, sui};

/// The greatest size of a contract's code on mainnet, EIP-170.
const CONTRACT_LIMIT: usize = 24_576;

/// Every example, compiled as it stands.
fn projects() -> &'static [Project] {
    static PROJECTS: OnceLock<Vec<Project>> = OnceLock::new();
    let compile = |folder: &std::path::PathBuf| {
        Project::compile(folder, &[]).unwrap_or_else(|error| panic!("{error}"))
    };
    PROJECTS.get_or_init(|| examples().iter().map(compile).collect())
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
    for project in projects() {
        let output = solc::compile(&project.solidity(&[])).unwrap();
        assert_eq!(
            output.diagnostics,
            [],
            "{}\n{}",
            project.name,
            output.render()
        );
        let largest = output
            .contracts
            .iter()
            .max_by_key(|(_, contract)| contract.runtime.len());
        let (name, contract) = largest.unwrap();
        assert!(contract.runtime.len() > 1_000, "{name} is empty");
        assert!(
            contract.runtime.len() < CONTRACT_LIMIT,
            "{name}: {}",
            contract.runtime.len()
        );
    }
}

#[test]
fn programs_pass_clippy_and_become_real_programs() {
    for project in projects() {
        for program in project.programs().unwrap() {
            assert_eq!(sbf::check(&program).unwrap(), [], "{}", project.name);
            let built = sbf::build(&program).unwrap();
            // A stack frame that is too large is a diagnostic of the linker.
            assert_eq!(built.diagnostics, [], "{}", project.name);
            assert_eq!(built.elf[..4], *b"\x7fELF");
        }
    }
}

#[test]
fn sui_packages_build_without_a_word() {
    builds_clean("sui", sui::build);
}

#[test]
fn aptos_packages_build_without_a_word() {
    builds_clean("aptos", aptos::build);
}

#[test]
fn formatters_change_nothing() {
    for project in projects() {
        for (path, text) in &project.compiled.artifacts.files {
            let formatted = match path.split_once('/') {
                Some(("evm", _)) if path.ends_with(".sol") => format::solidity(text),
                Some(("svm", _)) if path.ends_with(".rs") => format::rust(text),
                Some(("sui", _)) if path.ends_with(".move") => format::sui_move(text),
                Some(("aptos", _)) if path.ends_with(".move") => format::aptos_move(text),
                _ => continue,
            };
            assert_eq!(&formatted.unwrap(), text, "{}: {path}", project.name);
        }
    }
}

/// What no compiler above has seen must be a format this test knows and reads.
#[test]
fn every_file_is_tried() {
    for project in projects() {
        let compiled = compiled_files(project);
        let files = project.compiled.artifacts.files.iter();
        for (path, text) in files.filter(|(path, _)| !compiled.contains(*path)) {
            let name = format!("{}: {path}", project.name);
            match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
                "json" => drop(serde_json::from_str::<serde_json::Value>(text).expect(&name)),
                "toml" => drop(toml::from_str::<toml::Table>(text).expect(&name)),
                "sh" => {
                    drop(tools::run(Command::new("bash").arg("-n"), text.as_bytes()).expect(&name))
                }
                _ => panic!("{name}: nothing tries this file"),
            }
        }
    }
}

fn builds_clean(target: &str, build: fn(&MovePackage) -> Result<BuildReport, ToolError>) {
    for project in projects() {
        for package in project.move_packages(target).unwrap() {
            let report = build(&package).unwrap();
            assert!(
                report.diagnostics.is_empty() && !report.modules.is_empty(),
                "{}: {}\n{}",
                project.name,
                package.name,
                render(&report.diagnostics)
            );
        }
    }
}

/// The paths of the files that the tests above give to a compiler.
fn compiled_files(project: &Project) -> BTreeSet<String> {
    let solidity = project.solidity(&[]).sources.into_keys();
    let mut files: BTreeSet<String> = solidity.map(|path| format!("evm/{path}")).collect();
    let programs = project
        .files("svm")
        .filter(|(path, _)| path.ends_with(".rs"));
    files.extend(programs.map(|(path, _)| format!("svm/{path}")));
    for target in ["sui", "aptos"] {
        let modules = project
            .files(target)
            .filter(|(path, _)| path.ends_with(".move"));
        files.extend(modules.map(|(path, _)| format!("{target}/{path}")));
    }
    files
}
