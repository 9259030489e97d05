//! What an output folder holds beside what it should hold, found out file by file as the files are emitted, so that no more than a part
//! of them is in memory at once.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use super::moves::Moves;
use super::{OutputError, State, is_inside, parent};
use crate::project::lock::{Hash, Lock};

/// What the comparison is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Nothing is written.
    Check,
    /// What is not current is written aside, ready to be moved to its place.
    Write,
}

/// An output folder that is being compared with what it should hold.
pub struct Update<'a> {
    folders: Folders<'a>,
    /// The path of each file by its lower case.
    cases: HashMap<String, String>,
    purpose: Purpose,
    compared: Compared<'a>,
}

/// An output folder that was compared with what it should hold. What was written aside for it is removed unless it is committed.
pub struct Compared<'a> {
    /// The output folder.
    pub directory: &'a Path,
    /// What the last build recorded.
    pub lock: Option<&'a Lock>,
    /// Every file that should be there, and every one an earlier build wrote; others are nobody's business.
    pub files: BTreeMap<String, Entry>,
    moves: Option<Moves>,
}

/// A file of the output folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How it stands to what it should be.
    pub state: State,
    /// What it should be; `None` if nothing writes it.
    pub wanted: Option<Wanted>,
}

/// What a file should be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The hash of its text.
    pub hash: Hash,
    /// How many bytes the text has.
    pub size: u64,
    /// The text itself, if somebody edited the file.
    pub text: Option<String>,
}

impl<'a> Update<'a> {
    /// Begins with a folder of which nothing is known but what the last build recorded.
    ///
    /// # Errors
    ///
    /// When the folder is a link or a file.
    pub fn begin(
        directory: &'a Path,
        lock: Option<&'a Lock>,
        purpose: Purpose,
    ) -> Result<Self, OutputError> {
        Ok(Self {
            folders: Folders::open(directory)?,
            cases: HashMap::new(),
            purpose,
            compared: Compared {
                directory,
                lock,
                files: BTreeMap::new(),
                moves: None,
            },
        })
    }

    /// Compares files that should be there.
    ///
    /// # Errors
    ///
    /// When a path is unsafe, a link or a folder is in the way, or a file cannot be read or written aside.
    pub fn add(&mut self, files: BTreeMap<String, String>) -> Result<(), OutputError> {
        // Nothing is written aside if any of the paths is unsafe.
        files.keys().try_for_each(|path| self.check_path(path))?;
        for (path, text) in files {
            self.add_file(path, text)?;
        }
        Ok(())
    }

    fn check_path(&mut self, path: &str) -> Result<(), OutputError> {
        if !is_inside(path) {
            return Err(OutputError::Outside(path.to_owned()));
        }
        match self.cases.insert(path.to_lowercase(), path.to_owned()) {
            Some(other) => Err(OutputError::SameButForCase(other, path.to_owned())),
            None => Ok(()),
        }
    }

    fn add_file(&mut self, path: String, text: String) -> Result<(), OutputError> {
        let found = self.find(&path)?;
        let state = self.compared.state_of(&path, found, Some(&text));
        if self.purpose == Purpose::Write && state != State::Current {
            self.compared.moves()?.stage(&path, &text)?;
        }
        let wanted = Wanted {
            hash: Hash::of(text.as_bytes()),
            size: text.len() as u64,
            text: (state == State::Edited).then_some(text),
        };
        let wanted = Some(wanted);
        self.compared.files.insert(path, Entry { state, wanted });
        Ok(())
    }

    /// Ends with the files of earlier builds that nothing writes any more.
    ///
    /// # Errors
    ///
    /// When a link or a folder is in the way, or a file cannot be read.
    pub fn end(mut self) -> Result<Compared<'a>, OutputError> {
        let recorded = self.compared.lock.into_iter().flat_map(Lock::paths);
        for path in recorded {
            if self.compared.files.contains_key(path) {
                continue;
            }
            let found = self.find(path)?;
            if !matches!(found, Found::Nothing) {
                let state = self.compared.state_of(path, found, None);
                let wanted = None;
                let entry = Entry { state, wanted };
                self.compared.files.insert(path.clone(), entry);
            }
        }
        Ok(self.compared)
    }

    fn find(&mut self, path: &str) -> Result<Found, OutputError> {
        match self.folders.has(parent(path))? {
            true => read(&self.compared.directory.join(path)),
            false => Ok(Found::Nothing),
        }
    }
}

impl Compared<'_> {
    /// What moves files, for which the folder is made ready when the first is to be moved.
    fn moves(&mut self) -> Result<&mut Moves, OutputError> {
        let moves = match self.moves.take() {
            Some(moves) => moves,
            None => Moves::begin(self.directory)?,
        };
        Ok(self.moves.insert(moves))
    }

    /// Takes over what was written aside, to move it to its place.
    pub(super) fn take_moves(&mut self) -> Result<Moves, OutputError> {
        let moves = self.moves.take();
        moves.map_or_else(|| Moves::begin(self.directory), Ok)
    }

    fn state_of(&self, path: &str, found: Found, wanted: Option<&str>) -> State {
        let was_made = |content: &[u8]| {
            self.lock
                .is_some_and(|lock| lock.made(path, Hash::of(content)))
        };
        let was_recorded = || self.lock.is_some_and(|lock| lock.knows(path));
        match (found, wanted) {
            (Found::Nothing, _) => State::Missing,
            (Found::File(content), Some(text)) if content == text.as_bytes() => State::Current,
            (Found::File(content), Some(_)) if was_made(&content) => State::Outdated,
            (Found::File(content), None) if was_made(&content) => State::Obsolete,
            (Found::File(_), Some(_)) if was_recorded() => State::Edited,
            (Found::File(_) | Found::Link, None) => State::EditedObsolete,
            (Found::File(_) | Found::Link, Some(_)) => State::Foreign,
        }
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
