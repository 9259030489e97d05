//! `xcc build`.

use std::fs::File;
use std::path::Path;

use serde_json::Value;

use super::Exit;
use super::args::{BuildArgs, Emit, ProjectArgs};
use super::session::Session;
use super::summary::Summary;
use super::{emit, verdict};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::project::output::{self, Compared, OutputError, Purpose, State, Update};
use crate::project::{
    Bound, Checked, LOCK, Lock, MANIFEST, Project, bind, check_source, lower_source,
};

/// What a build came to.
enum Done {
    /// Text that was asked for.
    Emitted(String),
    /// The output is as it should be.
    Current,
    /// The output was written.
    Written(Box<Summary>),
}

pub(super) fn build(options: &BuildArgs, session: &mut Session) -> Exit {
    let progress = session.progress("xcc: building");
    let done = run_build(options, session);
    drop(progress);
    let result = match &done {
        Ok(Done::Written(summary)) if session.is_json() => serde_json::to_value(summary).ok(),
        Ok(Done::Emitted(text)) => Some(Value::from(text.as_str())),
        Ok(Done::Written(_) | Done::Current) | Err(_) => None,
    };
    let exit = session.finish("build", result);
    match done {
        Ok(Done::Emitted(text)) if !session.is_json() => session.print(&text),
        Ok(Done::Written(summary)) if session.is_chatty() => {
            session.print(&summary.to_text(session.color()));
        }
        Ok(Done::Current) => session.say("xcc: the output is up to date"),
        _ => {}
    }
    exit
}

fn run_build(options: &BuildArgs, session: &mut Session) -> Result<Done, Reported> {
    if let Some(phase) = options.emit {
        return run_emit(phase, &options.project, session).map(Done::Emitted);
    }
    let (project, bound) = compile(&options.project, session)?;
    let _guard = exclusive(&project);
    let old = match read_lock(&project) {
        Ok(old) => old,
        Err(_) if options.force => None,
        Err(diagnostic) => return Err(session.diagnostics.error(diagnostic)),
    };
    let purpose = match options.check {
        true => Purpose::Check,
        false => Purpose::Write,
    };
    let directory = project.output();
    let mut compared = compare(
        &bound,
        &directory,
        comparable(old.as_ref(), &project),
        purpose,
    )
    .map_err(|error| session.diagnostics.error(explain(&error, &project)))?;
    let lock = new_lock(&project, &bound, &compared);
    if options.check {
        verdict::judge(&project, &compared, old.as_ref(), &lock, session)?;
        return Ok(Done::Current);
    }
    if let Some(old) = old.as_ref().filter(|old| old.output != lock.output) {
        session.say(&format!(
            "xcc: what was written to `{}` is left there",
            old.output
        ));
    }
    if !options.force {
        verdict::refuse_losses(&project, &compared, session)?;
    }
    output::commit(project.root(), &mut compared, &lock)
        .map_err(|error| session.diagnostics.error(explain(&error, &project)))?;
    let summary = Summary::new(&project, &bound, &compared);
    Ok(Done::Written(Box::new(summary)))
}

/// What the last build recorded, if it wrote to the same folder.
fn comparable<'a>(old: Option<&'a Lock>, project: &Project) -> Option<&'a Lock> {
    old.filter(|old| old.output == project.manifest.output.value)
}

/// Emits a program, and compares each part with what the output folder holds before the next is emitted.
fn compare<'a>(
    bound: &Bound,
    directory: &'a Path,
    old: Option<&'a Lock>,
    purpose: Purpose,
) -> Result<Compared<'a>, OutputError> {
    let mut update = Update::begin(directory, old, purpose)?;
    bound.emit(|part| update.add(part.files))?;
    update.end()
}

fn run_emit(phase: Emit, options: &ProjectArgs, session: &mut Session) -> Result<String, Reported> {
    let (sources, diagnostics) = (&mut session.sources, &mut session.diagnostics);
    let mut project = Project::open(options.path.as_deref(), sources, diagnostics)?;
    let checked = check_source(&mut project, sources, diagnostics)?;
    Ok(emit::phase(phase, &checked))
}

/// Everything that can find faults; what is left is to emit.
pub(super) fn compile(
    options: &ProjectArgs,
    session: &mut Session,
) -> Result<(Project, Bound), Reported> {
    let (sources, diagnostics) = (&mut session.sources, &mut session.diagnostics);
    let mut project = Project::open(options.path.as_deref(), sources, diagnostics)?;
    let checked = check_source(&mut project, sources, diagnostics);
    // A wrong profile is reported together with what is wrong with the source.
    let wanted = options.profile.as_deref();
    let profile = project.manifest.profile(wanted, diagnostics).cloned();
    let (Checked { package, .. }, profile) = (checked?, profile?);
    let lowered = lower_source(&package);
    // Nothing needs the source from here on, and emission needs the memory.
    drop(package);
    let bound = bind(lowered, &profile, diagnostics)?;
    Ok((project, bound))
}

fn new_lock(project: &Project, bound: &Bound, compared: &Compared<'_>) -> Lock {
    let manifest = &project.manifest;
    let profile = &bound.deployment.profile;
    let mut lock = Lock::new(&manifest.edition, profile, &manifest.output.value);
    lock.inputs.clone_from(project.inputs.hashes());
    let wanted = compared.files.iter().filter_map(|(path, entry)| {
        let wanted = entry.wanted.as_ref()?;
        Some((path.clone(), wanted.hash))
    });
    lock.outputs = wanted.collect();
    lock
}

/// Reads the lock file, if there is one.
fn read_lock(project: &Project) -> Result<Option<Lock>, Diagnostic> {
    let text = match std::fs::read(project.root().join(LOCK)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let title = format!("`{LOCK}` cannot be read");
            return Err(Diagnostic::new(Code::UnreadableFile, title).note(error.to_string()));
        }
    };
    text.parse()
        .map(Some)
        .map_err(|error: crate::project::LockError| {
            Diagnostic::new(Code::InvalidLock, format!("`{LOCK}` is damaged"))
                .note(error.to_string())
                .help(format!("delete `{LOCK}` and build again"))
        })
}

/// Keeps other builds of the project waiting until it is dropped. Where the file system has no locks, builds must not run at once.
fn exclusive(project: &Project) -> Option<File> {
    let file = File::open(project.root().join(MANIFEST)).ok()?;
    file.lock().ok()?;
    Some(file)
}

fn explain(error: &OutputError, project: &Project) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(error.code(), error.to_string());
    if let OutputError::Io { source, .. } = error {
        diagnostic = diagnostic.note(source.to_string());
        diagnostic = diagnostic.note("the output is as it was before");
    }
    match error {
        OutputError::Link(_) | OutputError::NotAFolder(_) | OutputError::Io { .. } => diagnostic
            .secondary(
                project.manifest.output.span,
                "the output folder is named here",
            ),
        _ => diagnostic,
    }
}

/// Reports something about the output of a project.
pub(super) fn error(
    diagnostics: &mut Diagnostics,
    code: Code,
    title: String,
    help: &str,
) -> Reported {
    diagnostics.error(Diagnostic::new(code, title).help(help))
}

/// The states that mean a change to a file, for the summary.
pub(super) fn action(state: State) -> &'static str {
    match state {
        State::Current => "unchanged",
        State::Missing => "written",
        State::Obsolete | State::EditedObsolete => "removed",
        State::Outdated | State::Edited | State::Foreign => "replaced",
    }
}
