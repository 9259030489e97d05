//! The pipeline, from a project's files to the files to write.

use std::sync::Arc;

use super::Profile;
use super::files::Project;
use super::plan::{add_plan, check_places};
use super::resolve::resolve;
use crate::analysis::{Facts, analyze};
use crate::backend::{Artifacts, BACKENDS, Input};
use crate::codes::Code;
use crate::deployment::Deployment;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::hir::Package;
use crate::import::{ImportError, Interface, import};
use crate::ir::{Program, verify};
use crate::lower::lower;
use crate::sema::{Interfaces, check};
use crate::source::{SourceMap, Span};
use crate::syntax::{ast, parse};
use crate::vm::Vm;
use crate::wire::vectors::vectors;

/// Where the codec vectors are written, relative to the output folder.
pub const VECTORS: &str = "vectors.json";

/// A source as it was parsed and checked.
#[derive(Debug)]
pub struct Checked {
    /// As it was parsed.
    pub file: ast::File,
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

/// Reads and checks the source of a project.
///
/// # Errors
///
/// Reports everything that is wrong with the source and its interface files.
pub fn check_source(
    project: &mut Project,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<Checked, Reported> {
    let main = project.manifest.main.clone();
    let (source, text) = project
        .inputs
        .add(&main.value, sources)
        .map_err(|error| error.report(Some(main.span), sources, diagnostics))?;
    let file = parse(source, &text, diagnostics)?;
    let interfaces = load_interfaces(&file, project, sources, diagnostics);
    let package = check(&file, &interfaces, diagnostics)?;
    Ok(Checked { file, package })
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
    let deployment = resolve(profile, &lowered.program, diagnostics)?;
    let input = Input {
        program: &lowered.program,
        facts: &lowered.facts,
        deployment: &deployment,
    };
    check_places(&lowered.program, &lowered.facts, &deployment, diagnostics)?;
    let before = diagnostics.error_count();
    let backends: Vec<_> = BACKENDS
        .iter()
        .filter(|backend| uses(&lowered.program, backend.vm))
        .collect();
    for backend in &backends {
        // Every back end is asked, so that all findings come in one run.
        let _ = (backend.check)(input, diagnostics);
    }
    diagnostics.ok_since(before)?;
    let mut artifacts = Artifacts::default();
    backends
        .iter()
        .for_each(|backend| artifacts.extend((backend.emit)(input)));
    artifacts.add(VECTORS, vectors(&lowered.program, &lowered.facts));
    let Lowered { program, facts } = &lowered;
    add_plan(program, facts, &deployment, &mut artifacts);
    Ok(Compiled {
        lowered,
        deployment,
        artifacts,
    })
}

fn uses(program: &Program, vm: Vm) -> bool {
    let mut machines = program.machines.values();
    machines.any(|machine| program.declarations.chains[machine.chain].vm == vm)
}

fn load_interfaces(
    file: &ast::File,
    project: &mut Project,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Interfaces {
    let mut interfaces = Interfaces::new();
    for contract in Interfaces::needed(file) {
        // The checker reports a chain that is unknown or runs an unknown VM.
        if let Some(vm) = vm_of(file, &contract.chain.value) {
            let path = &contract.interface;
            let interface =
                load_interface(vm, &path.value, path.span, project, sources, diagnostics);
            interfaces.insert(&path.value, interface);
        }
    }
    interfaces
}

fn vm_of(file: &ast::File, chain: &str) -> Option<Vm> {
    let mut chains = file.items.iter().filter_map(|item| match item {
        ast::Item::Chain(declaration) => Some(declaration),
        _ => None,
    });
    let declaration = chains.find(|declaration| declaration.name.value == chain)?;
    declaration.vm.value.parse().ok()
}

fn load_interface(
    vm: Vm,
    path: &str,
    named: Span,
    project: &mut Project,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Result<Arc<Interface>, Reported> {
    let text = project
        .inputs
        .read(path)
        .map_err(|error| error.report(Some(named), sources, diagnostics))?;
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
        ImportError::TooLarge { .. } | ImportError::TooDeep { .. } => Code::InterfaceTooLarge,
        ImportError::Malformed { .. }
        | ImportError::Empty { .. }
        | ImportError::DuplicateName { .. } => Code::InterfaceMalformed,
    }
}
