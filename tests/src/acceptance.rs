//! What every emitted file of a project must pass: its real compiler without a word, the limits of its chain, and the formatter of its
//! ecosystem.

use std::collections::BTreeSet;
use std::process::Command;

use crate::move_package::{BuildReport, MovePackage, render};
use crate::project::Project;
use crate::tools::{self, ToolError};
use crate::{aptos, format, sbf, solc, sui};

/// The greatest size of a contract's code on mainnet in bytes, EIP-170.
const CONTRACT_LIMIT: usize = 24_576;

/// Every contract compiles without a word and fits. A project without a chain of the EVM has none.
///
/// # Panics
/// When one does not, with the project's `label`.
#[track_caller]
pub fn accept_solidity(label: &str, project: &Project) {
    if project.files("evm").next().is_none() {
        return;
    }
    let output = solc::compile(&project.solidity(&[])).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(output.diagnostics, [], "{label}\n{}", output.render());
    let contracts = output.contracts.iter();
    let sizes = contracts.map(|(name, contract)| (contract.runtime.len(), name));
    let (largest, name) = sizes.max().expect("there is a contract");
    assert!(largest > 1_000, "{label}: {name} is empty");
    assert!(largest <= CONTRACT_LIMIT, "{label}: {name} has {largest}");
}

/// Every program passes clippy, which looks at one crate at a time, as does the crate they share; and every program becomes a real one.
/// A stack frame that is too large is a diagnostic of the linker.
///
/// # Panics
/// When one does not, with the project's `label`.
#[track_caller]
pub fn accept_programs(label: &str, project: &Project) {
    let programs = project.programs().unwrap_or_else(|error| panic!("{error}"));
    let runtime = project.program_runtime();
    let runtime = runtime.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(runtime.is_some(), !programs.is_empty(), "{label}");
    for linted in runtime.iter().chain(&programs) {
        let lints = sbf::check(linted).unwrap_or_else(|error| panic!("{label}: {error}"));
        assert_eq!(lints, [], "{label}");
    }
    for program in programs {
        let built = sbf::build(&program).unwrap_or_else(|error| panic!("{label}: {error}"));
        assert_eq!(built.diagnostics, [], "{label}");
        assert_eq!(built.elf[..4], *b"\x7fELF", "{label}");
    }
}

/// Every package on Sui builds without a word.
///
/// # Panics
/// When one does not, with the project's `label`.
#[track_caller]
pub fn accept_sui(label: &str, project: &Project) {
    accept_packages(label, project, ("sui", sui::build));
}

/// Every package on Aptos builds without a word.
///
/// # Panics
/// When one does not, with the project's `label`.
#[track_caller]
pub fn accept_aptos(label: &str, project: &Project) {
    accept_packages(label, project, ("aptos", aptos::build));
}

type Build = fn(&MovePackage) -> Result<BuildReport, ToolError>;

#[track_caller]
fn accept_packages(label: &str, project: &Project, (target, build): (&str, Build)) {
    let packages = project.move_packages(target);
    for package in packages.unwrap_or_else(|error| panic!("{error}")) {
        let report = build(&package).unwrap_or_else(|error| panic!("{label}: {error}"));
        assert!(
            report.diagnostics.is_empty() && !report.modules.is_empty(),
            "{label}: {} on {target}\n{}",
            package.name,
            render(&report.diagnostics)
        );
    }
}

/// The formatters of the ecosystems change nothing.
///
/// # Panics
/// When one does, with the project's `label`.
#[track_caller]
pub fn accept_layout(label: &str, project: &Project) {
    let mut differences = Vec::new();
    for (path, text) in &project.compiled.artifacts.files {
        let formatted = match path.split_once('/') {
            Some(("evm", _)) if path.ends_with(".sol") => format::solidity(text),
            Some(("svm", _)) if path.ends_with(".rs") => format::rust(text),
            Some(("sui", _)) if path.ends_with(".move") => format::sui_move(text),
            Some(("aptos", _)) if path.ends_with(".move") => format::aptos_move(text),
            _ => continue,
        };
        let formatted = formatted.unwrap_or_else(|error| panic!("{label}: {path}: {error}"));
        differences.extend(first_difference(path, text, &formatted));
    }
    assert!(
        differences.is_empty(),
        "{label}:\n{}",
        differences.join("\n")
    );
}

/// The first line that a formatter changed, and what it made of it.
fn first_difference(path: &str, text: &str, formatted: &str) -> Option<String> {
    let mut pairs = text.lines().zip(formatted.lines()).enumerate();
    let (line, (before, after)) = pairs.find(|(_, (before, after))| before != after)?;
    Some(format!("{path}:{}:\n- {before}\n+ {after}", line + 1))
}

/// What no compiler sees is of a format that can be read.
///
/// # Panics
/// When a file is not, with the project's `label`.
#[track_caller]
pub fn accept_other_files(label: &str, project: &Project) {
    let compiled = compiled_files(project);
    let files = project.compiled.artifacts.files.iter();
    for (path, text) in files.filter(|(path, _)| !compiled.contains(*path)) {
        let name = format!("{label}: {path}");
        match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "json" => drop(serde_json::from_str::<serde_json::Value>(text).expect(&name)),
            "toml" => drop(toml::from_str::<toml::Table>(text).expect(&name)),
            "sh" => drop(tools::run(Command::new("bash").arg("-n"), text.as_bytes()).expect(&name)),
            _ => panic!("{name}: nothing tries this file"),
        }
    }
}

/// The paths of the files that a compiler is given.
fn compiled_files(project: &Project) -> BTreeSet<String> {
    let solidity = project.solidity(&[]).sources.into_keys();
    let mut files: BTreeSet<String> = solidity.map(|path| format!("evm/{path}")).collect();
    for (target, extension) in [("svm", ".rs"), ("sui", ".move"), ("aptos", ".move")] {
        let of_target = project.files(target);
        let sources = of_target.filter(|(path, _)| path.ends_with(extension));
        files.extend(sources.map(|(path, _)| format!("{target}/{path}")));
    }
    files
}
