//! Brings an output folder from one state to the next: everything is written aside first, then moved, and a move that fails is taken back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Output, OutputError, STAGING, State};
use crate::project::lock::{LOCK, Lock};

/// Writes the files that are not current, removes the obsolete ones, and records the result in the project's lock file.
///
/// Every file given as anything but [`State::Current`] is replaced or removed: the caller has refused what must not be lost. If the
/// process ends in the middle, each file is either the old or the new one as a whole, and the lock file knows both.
///
/// # Errors
///
/// When the system refuses; the folder and the lock file are then as they were.
pub fn commit(
    project: &Path,
    output: Output<'_>,
    states: &BTreeMap<String, State>,
    lock: &Lock,
) -> Result<(), OutputError> {
    let lock_path = project.join(LOCK);
    let changes: Vec<_> = states
        .iter()
        .filter(|(_, state)| **state != State::Current)
        .map(|(path, _)| path.as_str())
        .collect();
    if changes.is_empty() {
        return write_lock(&lock_path, lock);
    }
    let mut moves = Moves::begin(output.directory)?;
    let result = moves.stage(output, &changes).and_then(|()| {
        write_lock(&lock_path, &announce(output.lock, lock))?;
        moves.make(output, &changes)?;
        write_lock(&lock_path, lock)
    });
    if result.is_err() {
        moves.take_back();
        restore_lock(&lock_path, output.lock);
    }
    moves.end();
    result
}

/// The lock file while files are being moved: what is recorded stays true, and what comes is announced.
fn announce(old: Option<&Lock>, new: &Lock) -> Lock {
    let mut lock = old.unwrap_or(new).clone();
    if old.is_none() {
        lock.outputs.clear();
    }
    for (path, hash) in &new.outputs {
        let pending = lock.pending.entry(path.clone()).or_default();
        pending.insert(*hash);
    }
    lock
}

fn restore_lock(path: &Path, old: Option<&Lock>) {
    // Best effort: the announced lock describes the restored folder just as well.
    let _ = match old {
        Some(lock) => write_lock(path, lock),
        None => fs::remove_file(path).map_err(|source| failed("remove", path, source)),
    };
}

/// Replaces the lock file as a whole, unless it is already so.
fn write_lock(path: &Path, lock: &Lock) -> Result<(), OutputError> {
    let text = lock.to_string();
    if fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".xcc-lock-")
            .permissions(readable())
            .tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| failed("write", path, source))
}

/// The permissions of an ordinary file; temporary files would have stricter ones.
fn readable() -> fs::Permissions {
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    #[cfg(not(unix))]
    let permissions = fs::metadata(".")
        .expect("the current folder exists")
        .permissions();
    permissions
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> OutputError {
    let path = path.to_owned();
    OutputError::Io {
        action,
        path,
        source,
    }
}

/// The moves made so far, so that they can be taken back.
struct Moves {
    directory: PathBuf,
    staging: PathBuf,
    /// Folders that were created, outermost first.
    created: Vec<PathBuf>,
    /// Old files, and where they were put aside.
    aside: Vec<(PathBuf, PathBuf)>,
    /// New files in their places.
    placed: Vec<PathBuf>,
}

impl Moves {
    fn begin(directory: &Path) -> Result<Self, OutputError> {
        let staging = directory.join(STAGING);
        let mut moves = Self {
            directory: directory.to_owned(),
            staging: staging.clone(),
            created: Vec::new(),
            aside: Vec::new(),
            placed: Vec::new(),
        };
        let made = moves.create_folder(directory).and_then(|()| {
            // A build that was interrupted leaves its staging folder behind.
            match staging.symlink_metadata() {
                Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&staging),
                Ok(_) => fs::remove_file(&staging),
                Err(_) => Ok(()),
            }
            .and_then(|()| fs::create_dir(&staging))
            .map_err(|source| failed("create", &staging, source))
        });
        if made.is_err() {
            moves.take_back();
        }
        made.map(|()| moves)
    }

    /// Writes every new file into the staging folder.
    fn stage(&mut self, output: Output<'_>, changes: &[&str]) -> Result<(), OutputError> {
        for (index, path) in changes.iter().enumerate() {
            if let Some(text) = output.files.get(*path) {
                let staged = self.staged(index);
                fs::write(&staged, text).map_err(|source| failed("write", &staged, source))?;
            }
        }
        Ok(())
    }

    fn make(&mut self, output: Output<'_>, changes: &[&str]) -> Result<(), OutputError> {
        for (index, path) in changes.iter().enumerate() {
            let target = self.directory.join(path);
            if target.symlink_metadata().is_ok() {
                let aside = self.staging.join(format!("old-{index}"));
                rename(&target, &aside)?;
                self.aside.push((target.clone(), aside));
            }
            if output.files.contains_key(*path) {
                self.create_folder(target.parent().unwrap_or(&self.directory.clone()))?;
                rename(&self.staged(index), &target)?;
                self.placed.push(target);
            }
        }
        Ok(())
    }

    /// Undoes what was done. Nothing more can be done if this fails too, and the lock file then knows all files that can be there.
    fn take_back(&mut self) {
        for target in self.placed.drain(..) {
            let _ = fs::remove_file(target);
        }
        for (target, aside) in self.aside.drain(..).rev() {
            let _ = fs::rename(aside, target);
        }
        let _ = fs::remove_dir_all(&self.staging);
        for folder in self.created.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }

    /// Cleans up: the staging folder with the old files, and folders that are empty now.
    fn end(self) {
        let _ = fs::remove_dir_all(&self.staging);
        for (target, _) in &self.aside {
            let folders = target.ancestors().skip(1);
            let inside = folders.take_while(|folder| *folder != self.directory);
            // Removing a folder fails unless it is empty, which is what is wanted.
            inside.for_each(|folder| drop(fs::remove_dir(folder)));
        }
    }

    fn create_folder(&mut self, folder: &Path) -> Result<(), OutputError> {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let missing: Vec<_> = missing.map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(|source| failed("create", &folder, source))?;
            self.created.push(folder);
        }
        Ok(())
    }

    fn staged(&self, index: usize) -> PathBuf {
        self.staging.join(format!("new-{index}"))
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), OutputError> {
    fs::rename(from, to).map_err(|source| failed("write", to, source))
}
