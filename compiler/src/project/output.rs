//! The output folder: what differs from what it should hold, and how it is brought there without ever being half-written.

mod commit;
mod moves;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::lock::{Hash, Lock};
use crate::codes::Code;

pub use commit::commit;

/// The folder inside the output folder where files are written before they are moved to their places.
pub const STAGING: &str = ".xcc-staging";

/// What an output folder should hold and what an earlier build put there.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// The output folder.
    pub directory: &'a Path,
    /// The text of each file, by path relative to the folder with `/` as separator.
    pub files: &'a BTreeMap<String, String>,
    /// What the last build recorded.
    pub lock: Option<&'a Lock>,
}

/// How a file of the output folder stands to what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Current,
    /// Not there.
    Missing,
    /// What an earlier build wrote, and no longer what it should be.
    Outdated,
    /// What an earlier build wrote, and nothing writes any more.
    Obsolete,
    /// Written by an earlier build and changed since.
    Edited,
    /// Changed since an earlier build wrote it, and nothing writes it any more.
    EditedObsolete,
    /// Not written by xcc, where a file should be written.
    Foreign,
}

/// Why the output folder cannot be compared or written.
#[derive(Debug, Error)]
pub enum OutputError {
    /// The operating system refused.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried: `write`, `move`, …
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A path that leads out of the output folder, or is not the same on every system.
    #[error("`{0}` is no path inside the output folder")]
    Outside(String),
    /// Two files whose names differ in case only, which many systems cannot hold side by side.
    #[error("the files `{0}` and `{1}` differ in nothing but case")]
    SameButForCase(String, String),
    /// A symbolic link on the way to a file, or the output folder itself.
    #[error("`{}` is a symbolic link, and what xcc writes never follows one", .0.display())]
    Link(PathBuf),
    /// A folder where a file should be written.
    #[error("`{}` is a folder, where a file must be written", .0.display())]
    Folder(PathBuf),
    /// A file where a folder should be.
    #[error("`{}` is a file, where a folder is needed", .0.display())]
    NotAFolder(PathBuf),
}

impl OutputError {
    /// The code it is reported under.
    pub fn code(&self) -> Code {
        match self {
            Self::Io { .. } => Code::OutputUnwritable,
            Self::Folder(_) | Self::NotAFolder(_) => Code::OutputForeign,
            Self::Outside(_) | Self::SameButForCase(..) | Self::Link(_) => Code::OutputPath,
        }
    }
}

/// Compares a folder with what it should hold. The result is in order of the paths, and holds every file that should be there and
/// every one an earlier build wrote; others are nobody's business.
///
/// # Errors
///
/// When a path is unsafe, a link or a folder is in the way, or a file cannot be read.
pub fn compare(output: Output<'_>) -> Result<BTreeMap<String, State>, OutputError> {
    check_paths(output.files)?;
    let mut folders = Folders::open(output.directory)?;
    let recorded = output.lock.into_iter().flat_map(Lock::paths);
    let paths: BTreeSet<&String> = output.files.keys().chain(recorded).collect();
    let mut states = BTreeMap::new();
    for path in paths {
        if let Some(state) = state_of(output, path, &mut folders)? {
            states.insert(path.clone(), state);
        }
    }
    Ok(states)
}

/// Whether a path stays inside the folder it is relative to, on every system.
pub fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.ends_with(['.', ' ']);
    let is_forbidden =
        |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    path.split('/').all(is_name) && !path.contains(is_forbidden) && !path.starts_with(STAGING)
}

fn check_paths(files: &BTreeMap<String, String>) -> Result<(), OutputError> {
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    for path in files.keys() {
        if !is_inside(path) {
            return Err(OutputError::Outside(path.clone()));
        }
        if let Some(other) = seen.insert(path.to_lowercase(), path) {
            return Err(OutputError::SameButForCase(other.clone(), path.clone()));
        }
    }
    Ok(())
}

/// Whether there is a folder at a path, which is then neither a link nor a file.
fn is_folder(path: &Path) -> Result<bool, OutputError> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => Err(OutputError::Link(path.to_owned())),
        Ok(metadata) if !metadata.is_dir() => Err(OutputError::NotAFolder(path.to_owned())),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let parent = path.parent().unwrap_or(path);
            Err(OutputError::NotAFolder(parent.to_owned()))
        }
        Err(source) => Err(OutputError::Io {
            action: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

/// The folders inside the output folder, each looked at once however many files it holds.
struct Folders<'a> {
    directory: &'a Path,
    /// Whether a folder is there, by its path relative to the output folder; that of the output folder is empty.
    seen: HashMap<String, bool>,
}

impl<'a> Folders<'a> {
    fn open(directory: &'a Path) -> Result<Self, OutputError> {
        let seen = HashMap::from([(String::new(), is_folder(directory)?)]);
        Ok(Self { directory, seen })
    }

    /// Whether a folder is there.
    fn has(&mut self, folder: &str) -> Result<bool, OutputError> {
        if let Some(known) = self.seen.get(folder) {
            return Ok(*known);
        }
        let found = self.has(parent(folder))? && is_folder(&self.directory.join(folder))?;
        self.seen.insert(folder.to_owned(), found);
        Ok(found)
    }
}

/// The folder that a path relative to the output folder is in; empty for the output folder.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The state of one file; `None` for a file of an earlier build that is gone and not wanted either.
fn state_of(
    output: Output<'_>,
    path: &str,
    folders: &mut Folders<'_>,
) -> Result<Option<State>, OutputError> {
    let found = match folders.has(parent(path))? {
        true => read(&output.directory.join(path))?,
        false => Found::Nothing,
    };
    let wanted = output.files.get(path);
    let was_made = |content: &[u8]| {
        output
            .lock
            .is_some_and(|lock| lock.made(path, Hash::of(content)))
    };
    let was_recorded = || output.lock.is_some_and(|lock| lock.knows(path));
    Ok(match (found, wanted) {
        (Found::Nothing, Some(_)) => Some(State::Missing),
        (Found::Nothing, None) => None,
        (Found::File(content), Some(text)) if content == text.as_bytes() => Some(State::Current),
        (Found::File(content), Some(_)) if was_made(&content) => Some(State::Outdated),
        (Found::File(content), None) if was_made(&content) => Some(State::Obsolete),
        (Found::File(_), Some(_)) if was_recorded() => Some(State::Edited),
        (Found::File(_) | Found::Link, None) => Some(State::EditedObsolete),
        (Found::File(_) | Found::Link, Some(_)) => Some(State::Foreign),
    })
}

enum Found {
    Nothing,
    File(Vec<u8>),
    Link,
}

fn read(path: &Path) -> Result<Found, OutputError> {
    let io = |source| OutputError::Io {
        action: "read",
        path: path.to_owned(),
        source,
    };
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(io(error)),
        Ok(metadata) if metadata.is_symlink() => Ok(Found::Link),
        Ok(metadata) if metadata.is_dir() => Err(OutputError::Folder(path.to_owned())),
        Ok(_) => Ok(Found::File(std::fs::read(path).map_err(io)?)),
    }
}
