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

/// The greatest size of a file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 256 << 20;

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
    /// The file is not UTF-8.
    #[error("`{path}` is not text: it is not UTF-8")]
    NotUtf8 {
        /// The file.
        path: String,
        /// Its content, with a mark in place of every fault.
        lossy: String,
        /// Where the first fault is.
        offset: usize,
    },
}

impl ReadError {
    /// The code it is reported under.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::FileNotFound,
            Self::Folder(_) | Self::Io(..) => Code::UnreadableFile,
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
            lossy,
            offset,
        } = &self
        {
            let source = sources.add(path, lossy.as_str());
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
            .add(MANIFEST, sources)
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

    /// Reads a text file, and remembers its hash.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it is not text.
    pub fn read(&mut self, path: &str) -> Result<String, ReadError> {
        let bytes = read_bytes(&self.root.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound(path.to_owned()),
            io::ErrorKind::IsADirectory => ReadError::Folder(path.to_owned()),
            _ => ReadError::Io(path.to_owned(), error),
        })?;
        self.hashes.insert(path.to_owned(), Hash::of(&bytes));
        String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
            path: path.to_owned(),
            offset: error.utf8_error().valid_up_to(),
            lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    /// Reads a text file into the source map.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn add(
        &mut self,
        path: &str,
        sources: &mut SourceMap,
    ) -> Result<(SourceId, String), ReadError> {
        let text = self.read(path)?;
        Ok((sources.add(path, text.as_str()), text))
    }
}

/// Reads an ordinary file of a size that a project's file can have; a device or a pipe could have no end.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES {
        let reason = "this is no ordinary file, or it is larger than any that belongs to a project";
        return Err(io::Error::other(reason));
    }
    fs::read(path)
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
