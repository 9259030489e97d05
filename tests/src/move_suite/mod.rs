//! What the tests of both Move chains share: the projects of the suite, codec vectors, and messages for runs of a participant.

pub mod codec;
pub mod messages;

use std::fs;
use std::path::{Path, PathBuf};

use xcc::backend::move_lang::Dialect;
use xcc::diagnostic::{Diagnostics, RenderOptions, Reported, render};
use xcc::entities::Message;
use xcc::ir::{MessageKind, Program};
use xcc::project::{Compiled, Project, check_source, emit, lower_source};
use xcc::source::SourceMap;

use crate::move_package::{MovePackage, TestReport};
use crate::tools::{self, ToolError};

/// A Move chain as its tests need it.
#[derive(Clone, Copy)]
pub struct MoveChain {
    /// Its dialect.
    pub dialect: Dialect,
    /// A package of the output with its dependencies, placed and connected as the tests run it.
    pub package: fn(&Compiled, &str) -> MovePackage,
    /// Runs a package's tests.
    pub test: fn(&MovePackage) -> Result<TestReport, ToolError>,
}

/// The folder of a project of the suite.
pub fn folder(dialect: Dialect, name: &str) -> PathBuf {
    let suite = tools::suite_dir().join("suite");
    suite.join(dialect.folder()).join(name)
}

/// Compiles a project of the suite for its profile `test`.
///
/// # Panics
/// With the findings, if there are errors.
pub fn compile(dialect: Dialect, name: &str) -> Compiled {
    compile_at(&folder(dialect, name), "test").unwrap_or_else(|findings| panic!("{findings}"))
}

/// Compiles the project in a folder.
///
/// # Errors
/// The findings as a user sees them.
///
/// # Panics
/// When findings cannot be rendered.
pub fn compile_at(folder: &Path, profile: &str) -> Result<Compiled, String> {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let compiled = run(folder, profile, &mut sources, &mut diagnostics);
    let mut findings = Vec::new();
    let options = RenderOptions::default();
    render(&diagnostics, &sources, options, &mut findings).expect("findings can be rendered");
    compiled.map_err(|_| String::from_utf8(findings).expect("findings are UTF-8"))
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
///
/// # Panics
/// When the output cannot be written down and read.
pub fn load(dialect: Dialect, compiled: &Compiled, name: &str) -> MovePackage {
    let output = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in &compiled.artifacts.files {
        let file = output.path().join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all);
        let written = written.and_then(|()| fs::write(file, text));
        written.expect("the temporary folder can be written to");
    }
    let folder = output.path().join(dialect.folder()).join(name);
    MovePackage::load(&folder).expect("the package was emitted")
}

/// The same package, with working targets, which a project of the suite has, in the place of the interface packages.
pub fn with_mocks(dialect: Dialect, mut package: MovePackage, project: &str) -> MovePackage {
    for dependency in &mut package.dependencies {
        let name = &dependency.name;
        let mock = folder(dialect, project).join(format!("mocks/{name}.move"));
        if let Ok(text) = fs::read_to_string(mock) {
            dependency.files = [(format!("sources/{name}.move"), text)].into();
        }
        *dependency = with_mocks(dialect, std::mem::take(dependency), project);
    }
    package
}

/// The message type of a step and kind.
///
/// # Panics
/// When there is none.
pub fn message(program: &Program, step: &str, kind: MessageKind) -> Message {
    let mut messages = program.messages.iter();
    let found =
        messages.find(|(_, data)| program.steps[data.step].name == step && data.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind} of {step}")).0
}
