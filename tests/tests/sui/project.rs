//! Projects of `tests/suite/sui`, compiled, and their packages as the Move compiler takes them.

use std::fs;
use std::path::{Path, PathBuf};

use xcc::diagnostic::{Diagnostics, RenderOptions, Reported, render};
use xcc::entities::Message;
use xcc::ir::MessageKind;
use xcc::project::{Compiled, Project, check_source, emit, lower_source};
use xcc::source::SourceMap;
use xcc_tests::move_package::MovePackage;
use xcc_tests::tools;

/// The folder of a project.
pub(crate) fn folder(name: &str) -> PathBuf {
    tools::suite_dir().join("suite/sui").join(name)
}

/// Compiles a project of the suite for its profile `test`.
pub(crate) fn compile(name: &str) -> Compiled {
    compile_at(&folder(name), "test").unwrap_or_else(|findings| panic!("{findings}"))
}

/// Compiles a project.
///
/// # Errors
///
/// The findings as a user sees them.
pub(crate) fn compile_at(folder: &Path, profile: &str) -> Result<Compiled, String> {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let compiled = run(folder, profile, &mut sources, &mut diagnostics);
    let mut findings = Vec::new();
    let options = RenderOptions::default();
    render(&diagnostics, &sources, options, &mut findings).unwrap();
    compiled.map_err(|_| String::from_utf8(findings).unwrap())
}

fn run(
    folder: &Path,
    profile: &str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<Compiled, Reported> {
    let mut project = Project::open(Some(folder), sources, diagnostics)?;
    let checked = check_source(&mut project, sources, diagnostics)?;
    let profile = project.manifest.profile(Some(profile), diagnostics)?;
    emit(lower_source(&checked.package), profile, diagnostics)
}

/// A package of the output with its dependencies, as its manifest names them.
pub(crate) fn package(compiled: &Compiled, name: &str) -> MovePackage {
    let output = tempfile::tempdir().unwrap();
    for (path, text) in &compiled.artifacts.files {
        let file = output.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let mut package = MovePackage::load(&output.path().join("sui").join(name)).unwrap();
    publish(&mut package, "0x0");
    for dependency in &mut package.dependencies {
        publish(dependency, "0xcc");
    }
    package
}

/// Interface packages have their published address; the others get one here, as publishing would give.
fn publish(package: &mut MovePackage, address: &str) {
    if package.addresses.is_empty() {
        package
            .addresses
            .insert(package.name.clone(), address.to_owned());
    }
}

/// The same package, with working targets in the place of the interface packages.
pub(crate) fn with_mocks(mut package: MovePackage, mocks: &str) -> MovePackage {
    for dependency in &mut package.dependencies {
        let mock = folder(mocks).join(format!("mocks/{}.move", dependency.name));
        if let Ok(text) = fs::read_to_string(mock) {
            let path = format!("sources/{}.move", dependency.name);
            dependency.files = [(path, text)].into();
        }
        *dependency = with_mocks(dependency.clone(), mocks);
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
