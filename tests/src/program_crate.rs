//! Solana program crates as data, and the copies of them that are compiled.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use crate::tools::{self, ToolError};

/// A Solana program's crate: a plain package, not a workspace member that inherits from its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramCrate {
    /// Texts by path below the crate's folder: `Cargo.toml`, `src/lib.rs`, …
    pub files: BTreeMap<String, String>,
    /// What relative paths in `Cargo.toml` start from.
    pub base: PathBuf,
    /// Folders to take dependencies from, by name, whatever `Cargo.toml` says.
    pub overrides: BTreeMap<String, PathBuf>,
}

/// One message of the compiler or the linker.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Diagnostic {
    /// `error`, `warning`, `note` or `help`.
    pub level: String,
    /// The message alone.
    pub message: String,
    /// The message with its place in the source.
    #[serde(default)]
    pub rendered: Option<String>,
}

/// A copy in the cache that cargo compiles, locked against other processes for as long as it lives.
pub(crate) struct Stage {
    pub(crate) dir: PathBuf,
    package: String,
    /// Everything a build of it depends on.
    pub(crate) key: Vec<u8>,
    _lock: File,
}

impl Stage {
    /// The package's name as rustc spells it.
    pub(crate) fn crate_name(&self) -> String {
        self.package.replace('-', "_")
    }
}

impl ProgramCrate {
    /// A crate in memory; relative paths in its `Cargo.toml` have no meaning.
    pub fn new<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files
            .into_iter()
            .map(|(path, text)| (path.into(), text.into()))
            .collect();
        Self {
            files,
            ..Self::default()
        }
    }

    /// Reads a crate's folder: `Cargo.toml`, `Cargo.lock` and everything under `src`.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub fn load(dir: &Path) -> Result<Self, ToolError> {
        let mut files = BTreeMap::new();
        read_folder(&dir.join("src"), "src", &mut files)?;
        for name in ["Cargo.toml", "Cargo.lock"] {
            if let Ok(text) = fs::read_to_string(dir.join(name)) {
                files.insert(name.to_owned(), text);
            }
        }
        Ok(Self {
            files,
            base: dir.to_path_buf(),
            overrides: BTreeMap::new(),
        })
    }

    /// The same crate with one dependency taken from a folder.
    #[must_use]
    pub fn with_override(mut self, name: &str, dir: &Path) -> Self {
        self.overrides.insert(name.to_owned(), dir.to_path_buf());
        self
    }

    /// Copies the crate to its place in the cache, as a workspace of its own, with absolute paths; `edit` changes the rest.
    pub(crate) fn stage(
        &self,
        kind: &str,
        edit: impl FnOnce(&mut Table, &mut BTreeMap<String, String>),
    ) -> Result<Stage, ToolError> {
        let mut manifest = self.manifest()?;
        let paths = self.resolve_paths(&mut manifest)?;
        let package = manifest
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(Value::as_str);
        let package = package.unwrap_or_default().to_owned();
        let mut files = self.files.clone();
        let default_lock = tools::suite_dir().join("programs/Cargo.lock");
        if !files.contains_key("Cargo.lock") {
            let text = fs::read_to_string(&default_lock).map_err(ToolError::io(&default_lock))?;
            files.insert("Cargo.lock".to_owned(), text);
        }
        manifest.insert("workspace".to_owned(), Value::Table(Table::new()));
        edit(&mut manifest, &mut files);
        files.insert("Cargo.toml".to_owned(), manifest.to_string());
        let mut key =
            serde_json::to_vec(&files).map_err(|error| ToolError::answer("cargo", error, b""))?;
        for path in &paths {
            key.extend(content_key(path)?);
        }
        let dir = tools::cache_dir().join("stage").join(kind).join(&package);
        let lock = lock(
            &tools::cache_dir()
                .join("stage")
                .join(format!("{kind}.lock")),
        )?;
        write_changed(&dir, &files)?;
        Ok(Stage {
            dir,
            package,
            key,
            _lock: lock,
        })
    }

    fn manifest(&self) -> Result<Table, ToolError> {
        let text = self
            .files
            .get("Cargo.toml")
            .map(String::as_str)
            .unwrap_or_default();
        toml::from_str(text)
            .map_err(|error| ToolError::answer("Cargo.toml", error, text.as_bytes()))
    }

    /// Makes the paths of dependencies absolute, overrides included, and returns them.
    fn resolve_paths(&self, manifest: &mut Table) -> Result<Vec<PathBuf>, ToolError> {
        let mut paths = Vec::new();
        let Some(Value::Table(dependencies)) = manifest.get_mut("dependencies") else {
            return Ok(paths);
        };
        for (name, dependency) in dependencies.iter_mut() {
            let written = dependency
                .get("path")
                .and_then(Value::as_str)
                .map(|path| self.base.join(path));
            let Some(path) = self.overrides.get(name).cloned().or(written) else {
                continue;
            };
            let path = path.canonicalize().map_err(ToolError::io(&path))?;
            if let Value::String(_) = dependency {
                *dependency = Value::Table(Table::new());
            }
            if let Value::Table(table) = dependency {
                table.remove("version");
                table.insert("path".to_owned(), Value::String(path.display().to_string()));
            }
            paths.push(path);
        }
        Ok(paths)
    }
}

/// Reads cargo's `--message-format json`: the compiler's messages, without its closing summaries.
pub(crate) fn read_messages(stdout: &[u8]) -> Vec<Diagnostic> {
    #[derive(Deserialize)]
    struct Line {
        message: Option<Diagnostic>,
    }
    let lines = stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    let is_summary = |found: &Diagnostic| {
        found.level == "failure-note"
            || found.message.contains(" warning") && found.message.ends_with("emitted")
            || found.message.starts_with("aborting due to")
    };
    lines
        .filter_map(|line| line.message)
        .filter(|found| !is_summary(found))
        .collect()
}

/// The content of a local dependency and of those it depends on by path.
fn content_key(dir: &Path) -> Result<Vec<u8>, ToolError> {
    let dependency = ProgramCrate::load(dir)?;
    let mut key = serde_json::to_vec(&dependency.files)
        .map_err(|error| ToolError::answer("cargo", error, b""))?;
    for path in dependency.resolve_paths(&mut dependency.manifest()?)? {
        key.extend(content_key(&path)?);
    }
    Ok(key)
}

fn lock(path: &Path) -> Result<File, ToolError> {
    let open = || {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let file = File::create(path)?;
        file.lock()?;
        Ok(file)
    };
    open().map_err(ToolError::io(path))
}

/// Writes only what differs, since cargo goes by modification times, and removes sources that are gone.
fn write_changed(dir: &Path, files: &BTreeMap<String, String>) -> Result<(), ToolError> {
    let mut old = BTreeMap::new();
    read_folder(&dir.join("src"), "src", &mut old)?;
    for name in old.keys().filter(|name| !files.contains_key(*name)) {
        let path = dir.join(name);
        fs::remove_file(&path).map_err(ToolError::io(&path))?;
    }
    for (name, text) in files {
        let path = dir.join(name);
        if fs::read_to_string(&path).is_ok_and(|found| found == *text) {
            continue;
        }
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).map_err(ToolError::io(folder))?;
        fs::write(&path, text).map_err(ToolError::io(&path))?;
    }
    Ok(())
}

/// Reads a folder's text files, or nothing where there is no such folder.
fn read_folder(
    dir: &Path,
    name: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), ToolError> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let below = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_folder(&entry.path(), &below, files)?;
        } else {
            let text = fs::read_to_string(entry.path()).map_err(ToolError::io(entry.path()))?;
            files.insert(below, text);
        }
    }
    Ok(())
}
