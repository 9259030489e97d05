//! Builds and tests Aptos Move packages with the Aptos compiler and virtual machine.
//!
//! They come as a library in npm's `@initia/builder.js`, made from aptos-core of early 2025 (language 2.1). The framework and
//! Wormhole are this crate's own packages under `tests/framework/aptos`, with the public signatures of the real ones; where
//! that virtual machine's natives have other names than Aptos's, a module there bridges them. Natives are looked up when
//! they are called, so a wrong declaration shows only in a test. Signatures checked against aptos-core and the Wormhole
//! repository's `aptos/wormhole`, of August 2026. What this proves: a real compiler, verifier and VM accept and run the
//! code; not that the real packages behave as these do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::move_package::{
    BuildReport, Flavor, MovePackage, TestReport, read_diagnostics, read_tests,
};
use crate::tools::{self, Tool, ToolError};

/// Compiles a package; errors in its code are diagnostics of the report.
///
/// # Errors
/// A missing or broken compiler, or dependencies that do not resolve.
pub fn build(package: &MovePackage) -> Result<BuildReport, ToolError> {
    let answer = run(&package.without_tests(), "build")?;
    let diagnostics = read_diagnostics(answer.compiler_output());
    if !answer.succeeded && diagnostics.is_empty() {
        return Err(ToolError::answer(
            "aptos-move build",
            "it failed",
            answer.stderr.as_bytes(),
        ));
    }
    Ok(BuildReport {
        modules: answer.modules,
        diagnostics,
    })
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
    let answer = run(package, "test")?;
    report.tests = read_tests(&answer.stdout);
    // Errors in the tests' own code come out here and nowhere else; warnings too, besides those of the build.
    let found = read_diagnostics(answer.compiler_output()).into_iter();
    let new: Vec<_> = found
        .filter(|diagnostic| !report.diagnostics.contains(diagnostic))
        .collect();
    report.diagnostics.extend(new);
    if !answer.succeeded && report.tests.is_empty() && report.diagnostics.is_empty() {
        return Err(ToolError::answer(
            "aptos-move test",
            "it failed",
            answer.stderr.as_bytes(),
        ));
    }
    report.output = answer.stdout;
    Ok(report)
}

/// The helper's source, for which its answers are kept: its bytes are others in each folder and profile that it is compiled in.
const HELPER: &str = include_str!("bin/aptos-move.rs");

#[derive(Serialize, Deserialize)]
struct Answer {
    succeeded: bool,
    stdout: String,
    stderr: String,
    modules: Vec<Vec<u8>>,
}

impl Answer {
    /// Standard error without the helper's own last words.
    fn compiler_output(&self) -> &str {
        self.stderr
            .split("\naptos-move: ")
            .next()
            .unwrap_or_default()
    }
}

fn run(package: &MovePackage, mode: &str) -> Result<Answer, ToolError> {
    let mut root = package.clone();
    root.depend_on(&framework()?);
    let folders = folders(&root);
    let library = Tool::Packs
        .dir()?
        .join("@initia/builder.js/library/libcompiler.x86_64.so");
    let helper = helper()?;
    let inputs = serde_json::to_vec(&folders)
        .map_err(|error| ToolError::answer("aptos-move", error, b""))?;
    let key = [
        mode.as_bytes(),
        &inputs,
        library.as_os_str().as_encoded_bytes(),
        HELPER.as_bytes(),
    ];
    let answer = tools::cached("aptos", &key, || {
        let answer = run_helper(&helper, &library, &root.name, &folders, mode)?;
        serde_json::to_vec(&answer).map_err(|error| ToolError::answer("aptos-move", error, b""))
    })?;
    serde_json::from_slice(&answer).map_err(|error| ToolError::answer("aptos-move", error, &answer))
}

/// Files by package folder, the packages side by side.
type Folders<'package> = BTreeMap<&'package str, BTreeMap<String, String>>;

fn folders(root: &MovePackage) -> Folders<'_> {
    let mut packages = root.all_dependencies();
    packages.insert(&root.name, root);
    packages
        .into_iter()
        .map(|(name, package)| (name, package.files_with_manifest(Flavor::Aptos)))
        .collect()
}

fn framework() -> Result<[MovePackage; 2], ToolError> {
    let load =
        |folder: &str| MovePackage::load(&tools::suite_dir().join("framework/aptos").join(folder));
    Ok([load("framework")?, load("wormhole")?])
}

/// The helper program stands beside the test's own, since cargo builds a package's programs before it runs its tests.
fn helper() -> Result<PathBuf, ToolError> {
    let test = std::env::current_exe().map_err(ToolError::io("the running test"))?;
    let near = test
        .ancestors()
        .skip(1)
        .take(2)
        .map(|dir| dir.join("aptos-move"));
    near.into_iter()
        .find(|path| path.exists())
        .ok_or_else(|| ToolError::Missing {
            what: "helper `aptos-move` (`cargo build -p xcc-tests --bin aptos-move`)".to_owned(),
            tool: "packs",
            dir: test,
        })
}

fn run_helper(
    helper: &Path,
    library: &Path,
    root: &str,
    folders: &Folders<'_>,
    mode: &str,
) -> Result<Answer, ToolError> {
    let scratch = tempfile::tempdir().map_err(ToolError::io("a scratch folder"))?;
    for (name, files) in folders {
        for (path, text) in files {
            write(&scratch.path().join(name).join(path), text)?;
        }
    }
    let package = scratch.path().join(root);
    let mut command = Command::new(helper);
    // The compiler keeps a home folder and locks it; one of its own lets packages be built side by side.
    command
        .arg(library)
        .arg(&package)
        .arg(mode)
        .current_dir(&package)
        .env("MOVE_HOME", scratch.path());
    let output = tools::run_any(&mut command, b"")?;
    Ok(Answer {
        succeeded: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr)
            .replace(&scratch.path().display().to_string(), ""),
        modules: read_modules(&package.join("build").join(root).join("bytecode_modules"))?,
    })
}

fn write(path: &Path, text: &str) -> Result<(), ToolError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(ToolError::io(folder))?;
    }
    fs::write(path, text).map_err(ToolError::io(path))
}

/// The package's own modules in the order of their names; none when the build failed.
fn read_modules(dir: &Path) -> Result<Vec<Vec<u8>>, ToolError> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(Vec::new());
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "mv"));
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).map_err(ToolError::io(path)))
        .collect()
}
