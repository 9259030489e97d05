//! Files on their way into the output folder: written aside at the paths they will have, then moved, a whole folder at a time where none
//! was before. Every move can be taken back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Entry, OutputError, STAGING, State, parent};

/// Where new files are in the staging folder.
const NEW: &str = "new";

/// Where old files are in the staging folder, under numbers.
const OLD: &str = "old";

/// What was written aside, and the moves made so far. All is taken back unless it comes to its end.
pub(super) struct Moves {
    directory: PathBuf,
    staging: PathBuf,
    /// The folders inside the staging folder, by the path they will have.
    staged: HashSet<String>,
    /// The output folder and those around it that were created, outermost first.
    created: Vec<PathBuf>,
    /// What was moved from where to where.
    moved: Vec<(PathBuf, PathBuf)>,
    /// The folders inside the output folder that were looked at, by their path relative to it.
    folders: HashMap<String, Origin>,
    /// The places of files that nothing replaces.
    removed: Vec<PathBuf>,
}

/// How a folder inside the output folder came there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// It was there, with files that may be in the way of new ones.
    Before,
    /// It was moved out of the staging folder, with all the new files in it.
    Staged,
}

impl Moves {
    /// Makes the output folder, if it is missing, and an empty staging folder in it.
    pub(super) fn begin(directory: &Path) -> Result<Self, OutputError> {
        let mut moves = Self {
            directory: directory.to_owned(),
            staging: directory.join(STAGING),
            staged: HashSet::from([String::new()]),
            created: Vec::new(),
            moved: Vec::new(),
            folders: HashMap::from([(String::new(), Origin::Before)]),
            removed: Vec::new(),
        };
        moves.create_directory()?;
        create_staging(&moves.staging)?;
        Ok(moves)
    }

    fn create_directory(&mut self) -> Result<(), OutputError> {
        let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let missing: Vec<_> = self.directory.ancestors().take_while(missing).collect();
        for folder in missing.into_iter().rev() {
            create(folder)?;
            self.created.push(folder.to_owned());
        }
        Ok(())
    }

    /// Writes a new file into the staging folder.
    pub(super) fn stage(&mut self, path: &str, text: &str) -> Result<(), OutputError> {
        self.stage_folder(parent(path))?;
        let place = self.place_aside(path);
        fs::write(&place, text).map_err(|source| failed("write", &place, source))
    }

    fn stage_folder(&mut self, folder: &str) -> Result<(), OutputError> {
        if self.staged.contains(folder) {
            return Ok(());
        }
        self.stage_folder(parent(folder))?;
        self.staged.insert(folder.to_owned());
        create(&self.place_aside(folder))
    }

    /// Moves every new file to its place, and the old ones away.
    pub(super) fn make(&mut self, files: &BTreeMap<String, Entry>) -> Result<(), OutputError> {
        let changed = files
            .iter()
            .filter(|(_, entry)| entry.state != State::Current);
        for (path, entry) in changed {
            if entry.wanted.is_none() {
                self.put_aside(path)?;
                self.removed.push(self.directory.join(path));
            } else if self.place_folder(parent(path))? == Origin::Before {
                self.put_aside(path)?;
                self.place(path)?;
            }
        }
        Ok(())
    }

    /// Sees to it that a folder is there. One that is missing is placed with all that belongs into it.
    fn place_folder(&mut self, folder: &str) -> Result<Origin, OutputError> {
        if let Some(origin) = self.folders.get(folder) {
            return Ok(*origin);
        }
        let mut origin = self.place_folder(parent(folder))?;
        let is_missing = || self.directory.join(folder).symlink_metadata().is_err();
        if origin == Origin::Before && is_missing() {
            self.place(folder)?;
            origin = Origin::Staged;
        }
        self.folders.insert(folder.to_owned(), origin);
        Ok(origin)
    }

    fn place(&mut self, path: &str) -> Result<(), OutputError> {
        self.rename(self.place_aside(path), self.directory.join(path))
    }

    /// Moves the file at a path out of the way, if there is one.
    fn put_aside(&mut self, path: &str) -> Result<(), OutputError> {
        let target = self.directory.join(path);
        if target.symlink_metadata().is_err() {
            return Ok(());
        }
        let number = self.moved.len().to_string();
        self.rename(target, self.staging.join(OLD).join(number))
    }

    fn rename(&mut self, from: PathBuf, to: PathBuf) -> Result<(), OutputError> {
        fs::rename(&from, &to).map_err(|source| failed("write", &to, source))?;
        self.moved.push((from, to));
        Ok(())
    }

    /// Keeps what was done, and removes folders that are empty now.
    pub(super) fn end(mut self) {
        self.moved.clear();
        self.created.clear();
        for file in &self.removed {
            let folders = file.ancestors().skip(1);
            let inside = folders.take_while(|folder| *folder != self.directory);
            // Removing a folder fails unless it is empty, which is what is wanted.
            inside.for_each(|folder| drop(fs::remove_dir(folder)));
        }
    }

    fn place_aside(&self, path: &str) -> PathBuf {
        self.staging.join(NEW).join(path)
    }
}

impl Drop for Moves {
    /// Undoes what was done. Nothing more can be done if this fails too, and the lock file then knows all files that can be there.
    fn drop(&mut self) {
        for (from, to) in self.moved.drain(..).rev() {
            let _ = fs::rename(to, from);
        }
        let _ = fs::remove_dir_all(&self.staging);
        for folder in self.created.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn create_staging(staging: &Path) -> Result<(), OutputError> {
    // A build that was interrupted leaves its staging folder behind.
    match staging.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(staging),
        Ok(_) => fs::remove_file(staging),
        Err(_) => Ok(()),
    }
    .map_err(|source| failed("create", staging, source))?;
    create(staging)?;
    create(&staging.join(NEW))?;
    create(&staging.join(OLD))
}

fn create(folder: &Path) -> Result<(), OutputError> {
    fs::create_dir(folder).map_err(|source| failed("create", folder, source))
}

/// What the system refused.
pub(super) fn failed(action: &'static str, path: &Path, source: io::Error) -> OutputError {
    let path = path.to_owned();
    OutputError::Io {
        action,
        path,
        source,
    }
}
