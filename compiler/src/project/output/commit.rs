//! Brings an output folder from one state to the next: everything is written aside first, then moved, and a move that fails is taken back.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::moves::failed;
use super::{Compared, OutputError, State};
use crate::project::lock::{LOCK, Lock};

/// Replaces the files that are not current, removes the obsolete ones, and records the result in the project's lock file.
///
/// Every file given as anything but [`State::Current`] is replaced or removed: the caller has refused what must not be lost. If the
/// process ends in the middle, each file is either the old or the new one as a whole, and the lock file knows both.
///
/// # Errors
///
/// When the system refuses; the folder and the lock file are then as they were.
pub fn commit(project: &Path, compared: &mut Compared<'_>, lock: &Lock) -> Result<(), OutputError> {
    let lock_path = project.join(LOCK);
    let mut entries = compared.files.values();
    if entries.all(|entry| entry.state == State::Current) {
        return write_lock(&lock_path, lock);
    }
    let mut moves = compared.take_moves()?;
    let result = write_lock(&lock_path, &announce(compared.lock, lock))
        .and_then(|()| moves.make(&compared.files))
        .and_then(|()| write_lock(&lock_path, lock));
    match result {
        Ok(()) => moves.end(),
        Err(_) => {
            drop(moves);
            restore_lock(&lock_path, compared.lock);
        }
    }
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
