//! Projects of `tests/suite/aptos`, compiled, and their packages as the Move compiler takes them.

use std::fs;
use std::path::{Path, PathBuf};

use xcc::diagnostic::{Diagnostics, RenderOptions, render};
use xcc::entities::Message;
use xcc::ir::MessageKind;
use xcc::project::{Compiled, Project, check_source, emit, lower_source};
use xcc::source::SourceMap;
use xcc_tests::move_package::MovePackage;
use xcc_tests::tools;

/// Where the emitted packages are published: the first object that account 0xd0 makes with the seed `code`.
pub(crate) const CODE: &str = "0xcc45721e986e5d17c7df2606e998f40b5ad9e580298797957a95f7670295a0ec";

/// The folder of a project.
pub(crate) fn folder(name: &str) -> PathBuf {
    tools::suite_dir().join("suite/aptos").join(name)
}

/// Compiles a project of the suite for its profile `test`.
pub(crate) fn compile(name: &str) -> Compiled {
    compile_at(&folder(name), "test").unwrap_or_else(|findings| panic!("{findings}"))
}

/// Compiles the project in a folder, or gives the findings.
pub(crate) fn compile_at(folder: &Path, profile: &str) -> Result<Compiled, String> {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let compiled = try_compile(folder, profile, &mut sources, &mut diagnostics);
    compiled.ok_or_else(|| {
        let mut findings = Vec::new();
        let options = RenderOptions::default();
        render(&diagnostics, &sources, options, &mut findings).unwrap();
        String::from_utf8(findings).unwrap()
    })
}

fn try_compile(
    folder: &Path,
    profile: &str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Compiled> {
    let mut project = Project::open(Some(folder), sources, diagnostics).ok()?;
    let checked = check_source(&mut project, sources, diagnostics).ok()?;
    let profile = project.manifest.profile(Some(profile), diagnostics).ok()?;
    emit(lower_source(&checked.package), profile, diagnostics).ok()
}

/// A package of the output with its dependencies, as its manifest names them, on the tests' own Wormhole.
pub(crate) fn package(compiled: &Compiled, name: &str) -> MovePackage {
    let mut package = package_as_written(compiled, name);
    drop_signatures(&mut package);
    package
}

/// The same on the signatures of Wormhole that come along. All packages of a build see them, so that no other is added.
pub(crate) fn package_as_written(compiled: &Compiled, name: &str) -> MovePackage {
    let output = tempfile::tempdir().unwrap();
    for (path, text) in &compiled.artifacts.files {
        let file = output.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let package = MovePackage::load(&output.path().join("aptos").join(name)).unwrap();
    let mut package = package
        .with_address(name, CODE)
        .with_address("xcc_runtime", "0x7e57");
    let mut below = package
        .dependencies
        .iter()
        .flat_map(|dependency| &dependency.dependencies);
    let signatures = below.find(|dependency| dependency.name == "Wormhole");
    let signatures = signatures.expect("the runtime has them").clone();
    for dependency in &mut package.dependencies {
        if dependency.name != "xcc_runtime" {
            dependency.dependencies.push(signatures.clone());
        }
    }
    package.with_dependency(signatures)
}

/// Takes out the package of Wormhole's signatures, in whose place the tests' Wormhole comes.
fn drop_signatures(package: &mut MovePackage) {
    package
        .dependencies
        .retain(|dependency| dependency.name != "Wormhole");
    package.dependencies.iter_mut().for_each(drop_signatures);
}

/// The same package, with working targets in the place of the interface packages.
pub(crate) fn with_mocks(mut package: MovePackage, case: &str) -> MovePackage {
    for dependency in &mut package.dependencies {
        let mock = folder(case).join(format!("mocks/{}.move", dependency.name));
        if let Ok(text) = fs::read_to_string(mock) {
            let path = format!("sources/{}.move", dependency.name);
            dependency.files = [(path, text)].into();
        }
    }
    package
}

/// The message type of a step and kind.
pub(crate) fn message(compiled: &Compiled, step: &str, kind: MessageKind) -> Message {
    let program = &compiled.lowered.program;
    let mut messages = program.messages.iter();
    let found =
        messages.find(|(_, data)| program.steps[data.step].name == step && data.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind} of {step}")).0
}
