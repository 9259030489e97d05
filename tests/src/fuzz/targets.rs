//! What each target does with an input, and what must be true of the answer.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use xcc::analysis::check_budgets;
use xcc::codes::Code;
use xcc::diagnostic::{Diagnostic, Diagnostics, Format, RenderOptions, render};
use xcc::import::{ImportError, Interface, import as import_file};
use xcc::ir::print::program_to_string;
use xcc::load::SourceTree;
use xcc::project::{LOCK, Lock, Lowered, MANIFEST, Manifest, bind, lower_source};
use xcc::sema::{Interfaces, Needed};
use xcc::source::SourceMap;
use xcc::syntax;
use xcc::vm::Vm;
use xcc::wire::{Layout, decode_body, encode_body};

use super::input;
use crate::front_end;

/// The name of the file that an input is.
const FILE: &str = "input.xcc";

/// Parses, and prints the tree.
pub(super) fn parse(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add(FILE, text.as_ref());
    let file = syntax::parse(source, &text, &mut diagnostics);
    assert_eq!(file.is_err(), diagnostics.error_count() > 0);
    if let Ok(file) = file {
        syntax::print::print(&file);
    }
    show(&sources, &diagnostics);
}

/// Goes from text to a verified program, prints it, and adds up its budgets.
pub(super) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let outcome = front_end::run(FILE, &text, supply);
    let errors = outcome.diagnostics.error_count();
    assert!(outcome.package.is_some() || errors > 0);
    show(&outcome.sources, &outcome.diagnostics);
    // The checker stays silent about an interface that nothing needs, so it may have been reported all the same.
    if let Some(package) = outcome.package.filter(|_| errors == 0) {
        let lowered = lower_source(&package);
        let text = program_to_string(&lowered.program);
        assert_eq!(text.is_empty(), lowered.program.workflows.is_empty());
        let Lowered { program, facts } = lowered;
        let mut diagnostics = Diagnostics::new();
        let fit = check_budgets(&program, &facts, &mut diagnostics);
        assert_eq!(fit.is_err(), diagnostics.error_count() > 0);
        show(&outcome.sources, &diagnostics);
    }
}

/// Imports for each virtual machine. What was imported must be found in the text, and so must the place of a fault.
pub(super) fn import(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    for vm in Vm::ALL {
        match import_file(vm, "contract.json", text) {
            Ok(interface) => find(&interface, text),
            Err(error @ (ImportError::Malformed { .. } | ImportError::DuplicateName { .. })) => {
                assert!(error.position().is_some(), "{error}");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn find(interface: &Interface, text: &str) {
    for function in interface.all_functions() {
        assert!(function.path.locate(text).is_some(), "{}", function.path);
        if let Err(unsupported) = &function.signature {
            assert!(unsupported.path.locate(text).is_some(), "{unsupported}");
            assert!(!unsupported.reason.is_empty());
        }
        assert!(interface.lookup(&function.name).next().is_some());
    }
}

/// Reads a manifest and binds to it the program that has the most names in common with it; and reads a lock file.
pub(super) fn manifest(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Bindable { sources, lowered } = program_for(&text);
    let (mut sources, mut diagnostics) = (sources.clone(), Diagnostics::new());
    let source = sources.add(MANIFEST, text.as_ref());
    if let Ok(manifest) = Manifest::parse(source, &text, &mut diagnostics)
        && let Ok(profile) = manifest.profile(None, &mut diagnostics)
    {
        let lowered = Lowered {
            program: lowered.program.clone(),
            facts: lowered.facts.clone(),
        };
        let bound = bind(lowered, profile, &mut diagnostics);
        assert_eq!(bound.is_err(), diagnostics.error_count() > 0);
    }
    show(&sources, &diagnostics);
    if let Ok(lock) = text.parse::<Lock>() {
        let again = lock.to_string().parse();
        assert_eq!(again, Ok(lock), "{LOCK} is read as it is written");
    }
}

fn program_for(manifest: &str) -> &'static Bindable {
    let shared = |program: &&Bindable| {
        let declarations = &program.lowered.program.declarations;
        let contracts = declarations.contracts.values();
        let is_named = |name: &str| manifest.contains(&format!("{name} ="));
        contracts.filter(|it| is_named(&it.name)).count()
    };
    let program = bindable().iter().max_by_key(shared);
    program.expect("the examples have programs")
}

/// Decodes the rest as the message that the first two bytes choose. There is one encoding for each value.
pub(super) fn decode(input: &[u8]) {
    let Some((choice, body)) = input.split_first_chunk() else {
        return;
    };
    let layouts = layouts();
    let layout = &layouts[usize::from(u16::from_be_bytes(*choice)) % layouts.len()];
    if let Ok(values) = decode_body(layout, body) {
        assert_eq!(encode_body(layout, &values), body);
    }
}

/// The layouts of the messages of the suite's sources, those that are encoded alike once.
pub(super) fn layouts() -> &'static [Layout] {
    static LAYOUTS: OnceLock<Vec<Layout>> = OnceLock::new();
    LAYOUTS.get_or_init(|| {
        let programs = input::sources().into_iter().filter_map(|text| lower(&text));
        let layouts = programs.flat_map(|Bindable { lowered, .. }| {
            let messages = lowered.program.messages.keys();
            let layouts = messages.map(|message| lowered.facts.layout(message).clone());
            layouts.collect::<Vec<_>>()
        });
        let mut seen = HashSet::new();
        let mut is_new = |layout: &Layout| {
            let fields = layout.fields.iter();
            seen.insert(
                fields
                    .map(|field| field.encoding.clone())
                    .collect::<Vec<_>>(),
            )
        };
        layouts.filter(|layout| is_new(layout)).collect()
    })
}

/// A program, with the files that its places are in.
struct Bindable {
    sources: SourceMap,
    lowered: Lowered,
}

/// The programs for which there are manifests.
fn bindable() -> &'static [Bindable] {
    static PROGRAMS: OnceLock<Vec<Bindable>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let sources = input::manifests().into_keys();
        sources.filter_map(|source| lower(&source)).collect()
    })
}

fn lower(text: &str) -> Option<Bindable> {
    let outcome = front_end::run(FILE, text, supply);
    Some(Bindable {
        lowered: lower_source(&outcome.package?),
        sources: outcome.sources,
    })
}

/// The interfaces that a text names, from among those of the suite.
fn supply(tree: &SourceTree, diagnostics: &mut Diagnostics) -> Interfaces {
    let mut interfaces = Interfaces::new();
    for Needed { path, vm, contract } in Interfaces::needed(tree) {
        let Some(vm) = vm else { continue };
        let interface = match imported().get(&(path.clone(), vm)) {
            Some(interface) => Ok(Arc::clone(interface)),
            None => {
                let title = format!("`{path}` is no interface for {vm}");
                let diagnostic = Diagnostic::new(Code::InterfaceFormat, title);
                Err(diagnostics.error(diagnostic.primary(contract.interface.span, "named here")))
            }
        };
        interfaces.insert(path, interface);
    }
    interfaces
}

fn imported() -> &'static BTreeMap<(String, Vm), Arc<Interface>> {
    static IMPORTED: OnceLock<BTreeMap<(String, Vm), Arc<Interface>>> = OnceLock::new();
    IMPORTED.get_or_init(|| {
        let files = input::interfaces().iter();
        let tried = files.flat_map(|file| Vm::ALL.map(|vm| (file, vm)));
        let imported = tried.filter_map(|(file, vm)| {
            let interface = import_file(vm, &file.path, &file.text).ok()?;
            Some(((file.path.clone(), vm), Arc::new(interface)))
        });
        imported.collect()
    })
}

/// Renders whatever was found; all of it must be about a place in a file.
fn show(sources: &SourceMap, diagnostics: &Diagnostics) {
    for finding in diagnostics.sorted() {
        for label in &finding.diagnostic.labels {
            let text = sources.text(label.span.source);
            assert!(text.get(label.span.range()).is_some(), "{:?}", label.span);
        }
    }
    for format in [Format::Human, Format::Short, Format::Json] {
        let options = RenderOptions {
            format,
            ..RenderOptions::default()
        };
        render(diagnostics, sources, options, &mut Vec::new()).expect("memory can be written to");
    }
}
