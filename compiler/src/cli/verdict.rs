//! What is wrong with an output folder: what `build` must not overwrite, and what `build --check` finds.

use std::collections::{BTreeMap, BTreeSet};

use super::build::error;
use super::session::Session;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Reported};
use crate::project::output::{Compared, State};
use crate::project::{Hash, Lock, Project};
use crate::source::Span;

const REBUILD: &str = "run `xcc build`";
const FORCE: &str =
    "make the change in the source; to give up the edited file, run `xcc build --force`";
const MOVE: &str = "move it away, or run `xcc build --force` to replace it";

/// Refuses a build that would overwrite or remove what somebody else wrote.
///
/// # Errors
///
/// Reports each file that would be lost.
pub(super) fn refuse_losses(
    project: &Project,
    compared: &Compared<'_>,
    session: &mut Session,
) -> Result<(), Reported> {
    let before = session.diagnostics.error_count();
    for (path, entry) in &compared.files {
        match entry.state {
            State::Edited | State::EditedObsolete => edited(project, compared, path, session),
            State::Foreign => foreign(project, path, session),
            State::Current | State::Missing | State::Outdated | State::Obsolete => {}
        }
    }
    session.diagnostics.ok_since(before)
}

/// Judges how the output compares with what a build would make: `lock` is what it would record, `old` what is recorded.
///
/// # Errors
///
/// Reports every difference, by its cause as far as that is known.
pub(super) fn judge(
    project: &Project,
    compared: &Compared<'_>,
    old: Option<&Lock>,
    lock: &Lock,
    session: &mut Session,
) -> Result<(), Reported> {
    let before = session.diagnostics.error_count();
    let Some(old) = old else {
        let title = "there was no build yet: `xcc.lock` is missing".to_owned();
        return Err(error(
            &mut session.diagnostics,
            Code::OutputMissing,
            title,
            REBUILD,
        ));
    };
    let cause = cause(old, lock);
    if let Some((code, title)) = &cause {
        error(&mut session.diagnostics, *code, title.clone(), REBUILD);
    }
    for (path, entry) in &compared.files {
        match entry.state {
            State::Edited | State::EditedObsolete => edited(project, compared, path, session),
            State::Foreign => foreign(project, path, session),
            // What is missing or outdated for a known cause needs no words of its own.
            State::Missing if cause.is_none() => missing(project, path, session),
            State::Current | State::Missing | State::Outdated | State::Obsolete => {}
        }
    }
    session.diagnostics.ok_since(before)?;
    if old == lock {
        return Ok(());
    }
    let title = format!("the output was made by another build of xcc {}", old.xcc);
    let code = Code::OutputOtherVersion;
    Err(error(&mut session.diagnostics, code, title, REBUILD))
}

/// Why the whole output cannot be what a build would make.
fn cause(old: &Lock, lock: &Lock) -> Option<(Code, String)> {
    if old.xcc != lock.xcc {
        let title = format!(
            "the output was made by xcc {}, this is xcc {}",
            old.xcc, lock.xcc
        );
        return Some((Code::OutputOtherVersion, title));
    }
    let stale = |reason: String| {
        Some((
            Code::OutputStale,
            format!("the output is out of date: {reason}"),
        ))
    };
    if old.profile != lock.profile {
        return stale(format!("it was made for profile `{}`", old.profile));
    }
    if old.output != lock.output {
        return stale(format!("it was written to `{}`", old.output));
    }
    if !old.pending.is_empty() {
        return stale("the last build was interrupted".to_owned());
    }
    let changed = changed(&old.inputs, &lock.inputs);
    let verb = if changed.len() == 1 { "has" } else { "have" };
    match changed.is_empty() {
        true => None,
        false => stale(format!(
            "{} {verb} changed since it was made",
            changed.join(", ")
        )),
    }
}

/// The names of the files that were added, removed or changed.
fn changed(old: &BTreeMap<String, Hash>, new: &BTreeMap<String, Hash>) -> Vec<String> {
    let paths: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let differs = |path: &&&String| old.get(**path) != new.get(**path);
    paths
        .iter()
        .filter(differs)
        .map(|path| format!("`{path}`"))
        .collect()
}

fn edited(project: &Project, compared: &Compared<'_>, path: &str, session: &mut Session) {
    let name = name(project, path);
    let title = format!("`{name}` was edited by hand");
    let mut diagnostic = Diagnostic::new(Code::OutputEdited, title).help(FORCE);
    if let Some((text, range)) = first_edit(compared, path) {
        let source = session.sources.add(name, text);
        let span = Span::new(source, range.start as u32, range.end as u32);
        diagnostic = diagnostic.primary(span, "xcc wrote something else here");
    }
    session.diagnostics.error(diagnostic);
}

/// The text of an edited file and its first changed line, if what xcc wrote is still what it would write.
fn first_edit(compared: &Compared<'_>, path: &str) -> Option<(String, std::ops::Range<usize>)> {
    let wanted = compared.files.get(path)?.wanted.as_ref()?;
    let written = wanted.text.as_ref()?;
    let recorded = compared.lock?.outputs.get(path)?;
    let text = std::fs::read_to_string(compared.directory.join(path)).ok()?;
    if *recorded != wanted.hash {
        return None;
    }
    let mut start = 0;
    let mut lines = text.split_inclusive('\n');
    for line in written.split_inclusive('\n') {
        match lines.next() {
            Some(found) if found == line => start += found.len(),
            Some(found) => return Some((text.clone(), start..start + found.trim_end().len())),
            None => return Some((text.clone(), start..start)),
        }
    }
    let end = lines
        .next()
        .map_or(start, |line| start + line.trim_end().len());
    Some((text, start..end))
}

fn foreign(project: &Project, path: &str, session: &mut Session) {
    let title = format!("`{}` was not written by xcc", name(project, path));
    error(&mut session.diagnostics, Code::OutputForeign, title, MOVE);
}

fn missing(project: &Project, path: &str, session: &mut Session) {
    let title = format!("`{}` is missing", name(project, path));
    error(
        &mut session.diagnostics,
        Code::OutputMissing,
        title,
        REBUILD,
    );
}

/// A file of the output folder, as the user sees it from the project's folder.
fn name(project: &Project, path: &str) -> String {
    format!("{}/{path}", project.manifest.output.value)
}
