//! Builds and tests Sui Move packages with the Sui compiler and virtual machine, compiled to wasm.
//!
//! The framework and Wormhole are this crate's own packages under `tests/framework/sui`, with the public signatures of the
//! real ones and the virtual machine's real natives; the wasm build brings none. Signatures checked against the Sui
//! framework of version 1.71 and the Wormhole repository's `sui/wormhole` of August 2026. What this proves: the real
//! compiler, verifier and VM accept and run the code; not that the real packages behave as these do.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::move_package::{
    BuildReport, Flavor, MovePackage, TestReport, read_diagnostics, read_tests,
};
use crate::node;
use crate::tools::{self, ToolError};

/// Compiles a package; errors in its code are diagnostics of the report.
///
/// # Errors
/// A missing or broken compiler, or dependencies that do not resolve.
pub fn build(package: &MovePackage) -> Result<BuildReport, ToolError> {
    match run(&package.without_tests(), Tests::Skip)? {
        Built::Failed(failure) => failure.into_report(),
        Built::Done { modules, warnings } => read_build(&modules, warnings),
    }
}

/// Compiles a package and runs its tests; errors in its code are diagnostics of the report.
///
/// # Errors
/// A missing or broken compiler, or dependencies that do not resolve.
pub fn test(package: &MovePackage) -> Result<TestReport, ToolError> {
    let built = build(package)?;
    let mut report = TestReport {
        diagnostics: built.diagnostics,
        ..TestReport::default()
    };
    if built.modules.is_empty() {
        return Ok(report);
    }
    match run(package, Tests::Run)? {
        Tested::Ran { output } => {
            report.tests = read_tests(&output);
            report.output = output;
        }
        Tested::Failed(failure) => report
            .diagnostics
            .extend(failure.into_report()?.diagnostics),
    }
    Ok(report)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tests {
    Skip,
    Run,
}

#[derive(Serialize)]
struct Request {
    root: BTreeMap<String, String>,
    packages: BTreeMap<String, BTreeMap<String, String>>,
    tests: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Built {
    Failed(Failure),
    Done {
        modules: Vec<String>,
        #[serde(default)]
        warnings: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Tested {
    Failed(Failure),
    Ran { output: String },
}

#[derive(Deserialize)]
struct Failure {
    error: String,
    #[serde(default)]
    category: Option<String>,
}

impl Failure {
    /// Errors in the code are a report; everything else means that the tool could not do its work.
    fn into_report(self) -> Result<BuildReport, ToolError> {
        let diagnostics = read_diagnostics(&self.error);
        if diagnostics.is_empty() {
            let reason = self
                .category
                .unwrap_or_else(|| "unknown failure".to_owned());
            return Err(ToolError::answer(
                "sui-move-builder",
                reason,
                self.error.as_bytes(),
            ));
        }
        Ok(BuildReport {
            modules: Vec::new(),
            diagnostics,
        })
    }
}

fn run<A: DeserializeOwned>(package: &MovePackage, tests: Tests) -> Result<A, ToolError> {
    let mut root = package.clone();
    root.depend_on(&framework()?);
    let packages = root.all_dependencies().into_iter();
    let request = Request {
        root: root.files_with_manifest(Flavor::Sui),
        packages: packages
            .map(|(name, package)| (name.to_owned(), package.files_with_manifest(Flavor::Sui)))
            .collect(),
        tests: tests == Tests::Run,
    };
    let request = serde_json::to_vec(&request)
        .map_err(|error| ToolError::answer("sui-move-builder", error, b""))?;
    let answer = tools::cached("sui", &[&node::driver_key("sui.mjs")?, &request], || {
        node::ask("sui.mjs", &request)
    })?;
    serde_json::from_slice(&answer)
        .map_err(|error| ToolError::answer("sui-move-builder", error, &answer))
}

fn framework() -> Result<[MovePackage; 3], ToolError> {
    let load =
        |folder: &str| MovePackage::load(&tools::suite_dir().join("framework/sui").join(folder));
    Ok([load("std")?, load("sui")?, load("wormhole")?])
}

fn read_build(modules: &[String], warnings: Option<String>) -> Result<BuildReport, ToolError> {
    let decode = |module: &String| {
        STANDARD
            .decode(module)
            .map_err(|error| ToolError::answer("sui-move-builder", error, b""))
    };
    Ok(BuildReport {
        modules: modules.iter().map(decode).collect::<Result<_, _>>()?,
        diagnostics: read_diagnostics(&warnings.unwrap_or_default()),
    })
}
