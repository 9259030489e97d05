//! The output folder: what differs from what it should hold, and how it is brought there without ever being half-written.

mod commit;
mod moves;
#[cfg(test)]
mod tests;
mod update;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::codes::Code;

pub use commit::commit;
pub use update::{Compared, Entry, Purpose, Update, Wanted};

/// The folder inside the output folder where files are written before they are moved to their places.
pub const STAGING: &str = ".xcc-staging";

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

/// Whether a path stays inside the folder it is relative to, on every system.
pub fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.ends_with(['.', ' ']);
    let is_forbidden =
        |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    path.split('/').all(is_name) && !path.contains(is_forbidden) && !path.starts_with(STAGING)
}

/// The folder that a path relative to the output folder is in; empty for the output folder.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
