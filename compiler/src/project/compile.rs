//! The pipeline, from a project's files to the files to write.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use super::Profile;
use super::files::{Project, ReadError};
use super::plan::{check_places, plan};
use super::resolve::resolve;
use crate::analysis::{Facts, analyze, check_budgets};
use crate::backend::{Artifacts, BACKENDS, Backend, Input};
use crate::codes::Code;
use crate::deployment::Deployment;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::hir::Package;
use crate::import::{self, ImportError, Interface, import};
use crate::ir::{Program, verify};
use crate::load::{SourceTree, load};
use crate::lower::lower;
use crate::sema::{Interfaces, Needed, check};
use crate::source::{SourceMap, Span};
use crate::syntax::MAX_FILE_BYTES;
use crate::vm::Vm;
use crate::wire::vectors::vectors;

/// Where the codec vectors are written, relative to the output folder.
pub const VECTORS: &str = "vectors.json";

/// The source of a project as it was parsed and checked.
#[derive(Debug)]
pub struct Checked {
    /// As it was parsed.
    pub tree: SourceTree,
    /// As it was checked.
    pub package: Package,
}

/// What a source means, whatever it is deployed to.
#[derive(Debug)]
pub struct Lowered {
    /// The program.
    pub program: Program,
    /// What was computed about it.
    pub facts: Facts,
}

/// A program that every back end can spell, with its deployment.
#[derive(Debug)]
pub struct Bound {
    /// The program and what was computed about it.
    pub lowered: Lowered,
    /// What its names are bound to.
    pub deployment: Deployment,
}

/// A program for one deployment.
#[derive(Debug)]
pub struct Compiled {
    /// The program and what was computed about it.
    pub lowered: Lowered,
    /// What its names are bound to.
    pub deployment: Deployment,
    /// The files to write.
    pub artifacts: Artifacts,
}

/// Reads and checks the source files of a project.
///
/// # Errors
///
/// Reports everything that is wrong with the source files and the interface files they name.
pub fn check_source(
    project: &mut Project,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<Checked, Reported> {
    let before = diagnostics.error_count();
    let Project { manifest, inputs } = &mut *project;
    let mut read = |path: &str, named, diagnostics: &mut Diagnostics| {
        let read = inputs.add(path, MAX_FILE_BYTES, sources);
        read.map_err(|error| error.report(Some(named), sources, diagnostics))
    };
    let tree = load(&manifest.sources, &mut read, diagnostics)?;
    let interfaces = load_interfaces(&tree, project, sources, diagnostics);
    let package = check(&tree, &interfaces, diagnostics)?;
    // The checker stays silent about an interface that nothing needs.
    diagnostics.ok_since(before)?;
    Ok(Checked { tree, package })
}

/// Lowers a checked source, and computes what is to be known about it.
///
/// # Panics
///
/// When lowering made a program that is not well-formed, which is a bug.
pub fn lower_source(package: &Package) -> Lowered {
    let program = lower(package);
    if let Err(errors) = verify(&program) {
        panic!("lowering made an ill-formed program: {errors}");
    }
    let facts = analyze(&program);
    Lowered { program, facts }
}

/// Binds a program to a profile.
///
/// # Errors
///
/// Reports what the profile does not bind, and what a VM cannot do.
pub fn bind(
    lowered: Lowered,
    profile: &Profile,
    diagnostics: &mut Diagnostics,
) -> Result<Bound, Reported> {
    let before = diagnostics.error_count();
    let _ = check_budgets(&lowered.program, &lowered.facts, diagnostics);
    let deployment = resolve(profile, &lowered.program, diagnostics)?;
    check_places(&lowered.program, &lowered.facts, &deployment, diagnostics)?;
    let bound = Bound {
        lowered,
        deployment,
    };
    for backend in bound.backends() {
        // Every back end is asked, so that all findings come in one run.
        let _ = (backend.check)(bound.input(), diagnostics);
    }
    diagnostics.ok_since(before)?;
    Ok(bound)
}

/// Binds a program to a profile and emits it for the VM of each of its machines.
///
/// # Errors
///
/// Reports what the profile does not bind, and what a VM cannot do.
pub fn emit(
    lowered: Lowered,
    profile: &Profile,
    diagnostics: &mut Diagnostics,
) -> Result<Compiled, Reported> {
    let bound = bind(lowered, profile, diagnostics)?;
    let mut artifacts = Artifacts::default();
    let Ok(()) = bound.emit::<Infallible>(|part| {
        artifacts.extend(part);
        Ok(())
    });
    Ok(Compiled {
        lowered: bound.lowered,
        deployment: bound.deployment,
        artifacts,
    })
}

impl Bound {
    /// Emits the program for the VM of each of its machines. The files are handed over in parts, since all of them at once would take
    /// more memory than everything else.
    ///
    /// # Errors
    ///
    /// What `take` returns; emission itself cannot fail.
    pub fn emit<E>(&self, mut take: impl FnMut(Artifacts) -> Result<(), E>) -> Result<(), E> {
        let mut emitted = BTreeSet::new();
        for backend in self.backends() {
            let part = (backend.emit)(self.input());
            emitted.extend(part.files.keys().cloned());
            take(part)?;
        }
        let mut part = Artifacts::default();
        part.add(VECTORS, vectors(&self.lowered.program, &self.lowered.facts));
        take(part)?;
        take(plan(self.input(), &emitted))
    }

    fn backends(&self) -> impl Iterator<Item = &'static Backend> {
        let is_used = |backend: &&Backend| uses(&self.lowered.program, backend.vm);
        BACKENDS.iter().filter(is_used)
    }

    fn input(&self) -> Input<'_> {
        Input {
            program: &self.lowered.program,
            facts: &self.lowered.facts,
            deployment: &self.deployment,
        }
    }
}

fn uses(program: &Program, vm: Vm) -> bool {
    let mut machines = program.machines.values();
    machines.any(|machine| program.declarations.chains[machine.chain].vm == vm)
}

fn load_interfaces(
    tree: &SourceTree,
    project: &mut Project,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Interfaces {
    let mut interfaces = Interfaces::new();
    for Needed { path, vm, contract } in Interfaces::needed(tree) {
        if let Some(vm) = vm {
            let named = contract.interface.span;
            let interface = load_interface(vm, &path, named, project, sources, diagnostics);
            interfaces.insert(path, interface);
        }
    }
    interfaces
}

fn load_interface(
    vm: Vm,
    path: &str,
    named: Span,
    project: &mut Project,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<Arc<Interface>, Reported> {
    let text = match project.inputs.read(path, import::MAX_BYTES) {
        Ok(text) => text,
        Err(ReadError::TooLarge { bytes, limit, .. }) => {
            let error = ImportError::TooLarge { bytes, limit };
            return Err(diagnostics.error(unusable(&error, path, "", named, sources)));
        }
        Err(error) => return Err(error.report(Some(named), sources, diagnostics)),
    };
    import(vm, path, &text)
        .map(Arc::new)
        .map_err(|error| diagnostics.error(unusable(&error, path, &text, named, sources)))
}

/// The report of an interface file that cannot be used, at the place in it that is wrong.
fn unusable(
    error: &ImportError,
    path: &str,
    text: &str,
    named: Span,
    sources: &mut SourceMap,
) -> Diagnostic {
    let title = format!("`{path}` is no interface that can be used");
    let diagnostic = Diagnostic::new(code_of(error), title);
    match error.position() {
        Some(at) => {
            let source = sources.add(path, text);
            let offset = u32::try_from(at.offset).unwrap_or(u32::MAX);
            diagnostic
                .primary(Span::new(source, offset, offset), error.to_string())
                .secondary(named, "named here")
        }
        None => diagnostic.primary(named, error.to_string()),
    }
}

fn code_of(error: &ImportError) -> Code {
    match error {
        ImportError::NotJson { .. } => Code::InterfaceNotJson,
        ImportError::WrongFormat { .. } => Code::InterfaceFormat,
        ImportError::TooLarge { .. }
        | ImportError::TooManyValues { .. }
        | ImportError::TooDeep { .. } => Code::InterfaceTooLarge,
        ImportError::Malformed { .. }
        | ImportError::Empty { .. }
        | ImportError::DuplicateName { .. } => Code::InterfaceMalformed,
    }
}
