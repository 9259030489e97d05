//! Finds a project and reads its files, keeping the hash of each.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::lock::Hash;
use super::manifest::{MANIFEST, Manifest};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::source::{SourceId, SourceMap, Span};

/// The greatest size of an `xcc.toml`, in bytes: ten thousand contracts with an address each.
const MAX_MANIFEST_BYTES: usize = 1 << 20;

/// A project whose `xcc.toml` was read.
#[derive(Debug)]
pub struct Project {
    /// What `xcc.toml` says.
    pub manifest: Manifest,
    /// The files read so far.
    pub inputs: Inputs,
}

/// The files of a project that were read, by their path relative to it.
#[derive(Clone, Debug)]
pub struct Inputs {
    root: PathBuf,
    hashes: BTreeMap<String, Hash>,
}

/// Why a file cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// There is no file of this name.
    #[error("there is no file `{0}`")]
    NotFound(String),
    /// A folder has the name.
    #[error("`{0}` is a folder, not a file")]
    Folder(String),
    /// The operating system refused.
    #[error("`{0}` cannot be read")]
    Io(String, #[source] io::Error),
    /// The file is larger than one of its kind can be.
    #[error("`{path}` has {bytes} bytes, and at most {limit} are read")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: usize,
        /// The greatest that is read.
        limit: usize,
    },
    /// The file is not UTF-8.
    #[error("`{path}` is not text: it is not UTF-8")]
    NotUtf8 {
        /// The file.
        path: String,
        /// Its content up to the first fault, and a mark in its place.
        beginning: String,
        /// Where the fault is.
        offset: usize,
    },
}

impl ReadError {
    /// The code it is reported under.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::FileNotFound,
            Self::Folder(_) | Self::Io(..) => Code::UnreadableFile,
            Self::TooLarge { .. } => Code::FileTooLarge,
            Self::NotUtf8 { .. } => Code::NotUtf8,
        }
    }

    /// Reports it. `named` is where the project names the file, if it does.
    pub fn report(
        self,
        named: Option<Span>,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Reported {
        let mut diagnostic = Diagnostic::new(self.code(), self.to_string());
        if let Self::NotUtf8 {
            path,
            beginning,
            offset,
        } = &self
        {
            let source = sources.add(path, beginning.as_str());
            let span = Span::new(source, *offset as u32, *offset as u32);
            diagnostic = diagnostic.primary(span, "this byte is no part of a character");
            if let Some(named) = named {
                diagnostic = diagnostic.secondary(named, "named here");
            }
        } else if let Some(named) = named {
            diagnostic = diagnostic.primary(named, "named here");
        }
        if let Self::Io(_, error) = &self {
            diagnostic = diagnostic.note(error.to_string());
        }
        diagnostics.error(diagnostic)
    }
}

impl Project {
    /// Opens the project that a path belongs to: its folder, or a file directly in it. Without a path, the one that the current folder
    /// or the nearest of those around it holds.
    ///
    /// # Errors
    ///
    /// Reports that there is no project, and whatever is wrong with its `xcc.toml`.
    pub fn open(
        path: Option<&Path>,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Reported> {
        let root = find(path).map_err(|diagnostic| diagnostics.error(diagnostic))?;
        let mut inputs = Inputs::new(root);
        let (source, text) = inputs
            .add(MANIFEST, MAX_MANIFEST_BYTES, sources)
            .map_err(|error| error.report(None, sources, diagnostics))?;
        let manifest = Manifest::parse(source, &text, diagnostics)?;
        Ok(Self { manifest, inputs })
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.inputs.root
    }

    /// The output folder.
    pub fn output(&self) -> PathBuf {
        self.inputs.root.join(&self.manifest.output.value)
    }
}

impl Inputs {
    /// No files of the project in this folder.
    pub fn new(root: PathBuf) -> Self {
        let hashes = BTreeMap::new();
        Self { root, hashes }
    }

    /// The hash of every file read.
    pub fn hashes(&self) -> &BTreeMap<String, Hash> {
        &self.hashes
    }

    /// Reads a text file of at most `limit` bytes, and remembers its hash.
    ///
    /// # Errors
    ///
    /// When there is no such file, it is larger, or it is not text.
    pub fn read(&mut self, path: &str, limit: usize) -> Result<String, ReadError> {
        let named = || path.to_owned();
        let file = self.root.join(path);
        let of_system = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound(named()),
            io::ErrorKind::IsADirectory => ReadError::Folder(named()),
            _ => ReadError::Io(named(), error),
        };
        let bytes = size(&file).map_err(of_system)?;
        if bytes > limit {
            let path = named();
            return Err(ReadError::TooLarge { path, bytes, limit });
        }
        let bytes = fs::read(&file).map_err(of_system)?;
        self.hashes.insert(named(), Hash::of(&bytes));
        String::from_utf8(bytes).map_err(|error| {
            let (path, offset) = (named(), error.utf8_error().valid_up_to());
            let valid = String::from_utf8_lossy(&error.as_bytes()[..offset]);
            ReadError::NotUtf8 {
                path,
                offset,
                beginning: valid.into_owned() + "\u{fffd}",
            }
        })
    }

    /// Reads a text file of at most `limit` bytes into the source map.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn add(
        &mut self,
        path: &str,
        limit: usize,
        sources: &mut SourceMap,
    ) -> Result<(SourceId, String), ReadError> {
        let text = self.read(path, limit)?;
        Ok((sources.add(path, text.as_str()), text))
    }
}

/// The size of an ordinary file; a device or a pipe could have no end.
fn size(path: &Path) -> io::Result<usize> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    match metadata.is_file() {
        true => Ok(usize::try_from(metadata.len()).unwrap_or(usize::MAX)),
        false => Err(io::Error::other("this is no ordinary file")),
    }
}

fn find(path: Option<&Path>) -> Result<PathBuf, Diagnostic> {
    let Some(path) = path else {
        return find_around();
    };
    let folder = match path.metadata() {
        Ok(metadata) if metadata.is_dir() => path,
        Ok(_) => path.parent().unwrap_or(Path::new("")),
        Err(error) => return Err(no_project(path, Some(error))),
    };
    match folder.join(MANIFEST).symlink_metadata() {
        Ok(_) => Ok(folder.to_owned()),
        Err(_) => Err(no_project(path, None)),
    }
}

fn find_around() -> Result<PathBuf, Diagnostic> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut folders = here.ancestors();
    let found = folders.find(|folder| folder.join(MANIFEST).is_file());
    found
        .map(Path::to_owned)
        .ok_or_else(|| no_project(Path::new("."), None))
}

fn no_project(path: &Path, error: Option<io::Error>) -> Diagnostic {
    let path = path.display();
    let title = match error {
        Some(error) if error.kind() == io::ErrorKind::NotFound => {
            format!("there is no file or folder `{path}`")
        }
        Some(error) => format!("`{path}` cannot be read: {error}"),
        None => format!("`{path}` is no project: there is no `{MANIFEST}`"),
    };
    let help = "`xcc init` writes a small project to begin with";
    Diagnostic::new(Code::NoProject, title).help(help)
}
