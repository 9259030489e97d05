//! What is told apart in an output folder, and that it is never half-written.

use std::fs;

use std::path::{Path, PathBuf};

use super::*;
use crate::project::{Hash, LOCK, Lock};

struct Fixture {
    folder: tempfile::TempDir,
    lock: Option<Lock>,
}

impl Fixture {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            lock: None,
        }
    }

    fn directory(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn compare(&self, files: &[(&str, &str)]) -> Result<Vec<(String, State)>, OutputError> {
        let directory = self.directory();
        let compared = compare(&directory, self.lock.as_ref(), files, Purpose::Check)?;
        let states = compared.files.into_iter();
        Ok(states.map(|(path, entry)| (path, entry.state)).collect())
    }

    fn states(&self, files: &[(&str, &str)]) -> Vec<(String, State)> {
        self.compare(files).expect("comparable")
    }

    fn build(&mut self, files: &[(&str, &str)]) -> Result<(), OutputError> {
        let directory = self.directory();
        let mut compared = compare(&directory, self.lock.as_ref(), files, Purpose::Write)?;
        let lock = lock_of(files);
        commit(self.folder.path(), &mut compared, &lock)?;
        self.lock = Some(lock);
        Ok(())
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.directory().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, text).expect("written");
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.directory().join(path)).ok()
    }
}

/// Compares with files that are emitted one by one.
fn compare<'a>(
    directory: &'a Path,
    lock: Option<&'a Lock>,
    files: &[(&str, &str)],
    purpose: Purpose,
) -> Result<Compared<'a>, OutputError> {
    let mut update = Update::begin(directory, lock, purpose)?;
    for (path, text) in files {
        update.add([((*path).to_owned(), (*text).to_owned())].into())?;
    }
    update.end()
}

fn lock_of(files: &[(&str, &str)]) -> Lock {
    let mut lock = Lock::new("2026", "local", "out");
    let hash = |(path, text): &(&str, &str)| ((*path).to_owned(), Hash::of(text.as_bytes()));
    lock.outputs = files.iter().map(hash).collect();
    lock
}

#[test]
fn files_are_written_replaced_and_removed() {
    let mut fixture = Fixture::new();
    fixture
        .build(&[("a/b/c.sol", "1"), ("d", "1")])
        .expect("built");
    assert_eq!(fixture.read("a/b/c.sol").as_deref(), Some("1"));
    fixture.write("a/mine", "mine");
    fixture.build(&[("d", "2"), ("e/f", "1")]).expect("built");
    assert_eq!(fixture.read("d").as_deref(), Some("2"));
    assert_eq!(fixture.read("a/mine").as_deref(), Some("mine"));
    assert!(!fixture.directory().join("a/b").exists(), "emptied folder");
    assert!(!fixture.directory().join(STAGING).exists());
    let text = fs::read_to_string(fixture.folder.path().join(LOCK)).expect("a lock");
    assert_eq!(text.parse(), Ok(fixture.lock.expect("built")));
}

#[test]
fn states_are_told_apart() {
    let mut fixture = Fixture::new();
    fixture
        .build(&[
            ("a", "1"),
            ("b", "1"),
            ("c", "1"),
            ("d", "1"),
            ("e", "1"),
            ("f", "1"),
        ])
        .expect("built");
    fixture.write("b", "edited");
    fixture.write("d", "edited");
    fixture.write("x", "foreign");
    fixture.write("y", "same");
    fs::remove_file(fixture.directory().join("e")).expect("removed");
    let states = fixture.states(&[
        ("a", "2"),
        ("b", "2"),
        ("e", "1"),
        ("f", "1"),
        ("x", "1"),
        ("y", "same"),
    ]);
    let expected = [
        ("a", State::Outdated),
        ("b", State::Edited),
        ("c", State::Obsolete),
        ("d", State::EditedObsolete),
        ("e", State::Missing),
        ("f", State::Current),
        ("x", State::Foreign),
        ("y", State::Current),
    ];
    assert_eq!(
        states,
        expected.map(|(path, state)| (path.to_owned(), state))
    );
}

#[test]
fn an_interrupted_build_is_continued() {
    let mut fixture = Fixture::new();
    fixture.build(&[("a", "1"), ("b", "1")]).expect("built");
    // Interrupted after the lock was announced and `a` was moved.
    let next = lock_of(&[("a", "2"), ("b", "2"), ("c", "2")]);
    let lock = fixture.lock.as_mut().expect("built");
    for (path, hash) in next.outputs {
        lock.pending.entry(path).or_default().insert(hash);
    }
    fixture.write("a", "2");
    fixture.write(&format!("{STAGING}/new-1"), "2");
    let states = fixture.states(&[("a", "3"), ("b", "3")]);
    assert_eq!(
        states,
        [
            ("a".to_owned(), State::Outdated),
            ("b".to_owned(), State::Outdated)
        ]
    );
    fixture.build(&[("a", "3"), ("b", "3")]).expect("built");
    assert_eq!(fixture.read("a").as_deref(), Some("3"));
    assert!(!fixture.directory().join(STAGING).exists());
}

#[test]
fn a_move_that_fails_takes_the_others_back() {
    let mut fixture = Fixture::new();
    fixture.build(&[("a", "1"), ("z", "1")]).expect("built");
    let files = [("a", "2"), ("new/x", "2"), ("z", "2"), ("zz/y", "2")];
    let directory = fixture.directory();
    let compared = compare(&directory, fixture.lock.as_ref(), &files, Purpose::Write);
    let mut compared = compared.expect("comparable");
    // Somebody puts a file where a folder will be needed, after the comparison.
    fixture.write("zz", "in the way");
    let result = commit(fixture.folder.path(), &mut compared, &lock_of(&files));
    assert!(matches!(result, Err(OutputError::Io { .. })), "{result:?}");
    assert_eq!(fixture.read("a").as_deref(), Some("1"));
    assert_eq!(fixture.read("z").as_deref(), Some("1"));
    assert_eq!(fixture.read("zz").as_deref(), Some("in the way"));
    assert!(!directory.join("new").exists());
    assert!(!directory.join(STAGING).exists());
    let text = fs::read_to_string(fixture.folder.path().join(LOCK)).expect("a lock");
    assert_eq!(text.parse().ok(), fixture.lock);
}

#[test]
fn a_first_build_that_fails_leaves_nothing() {
    let fixture = Fixture::new();
    let files = [("a/b", "1")];
    let directory = fixture.directory();
    let mut compared = compare(&directory, None, &files, Purpose::Write).expect("comparable");
    fs::create_dir(fixture.folder.path().join(LOCK)).expect("in the way");
    let result = commit(fixture.folder.path(), &mut compared, &lock_of(&files));
    assert!(matches!(result, Err(OutputError::Io { .. })), "{result:?}");
    assert!(!directory.exists());
}

#[test]
fn what_is_not_committed_leaves_nothing() {
    let mut fixture = Fixture::new();
    let directory = fixture.directory();
    drop(compare(&directory, None, &[("a/b", "1")], Purpose::Write).expect("comparable"));
    assert!(!directory.exists());
    fixture.build(&[("a/b", "1")]).expect("built");
    let files = [("a/b", "2"), ("c", "2")];
    drop(compare(&directory, fixture.lock.as_ref(), &files, Purpose::Write).expect("comparable"));
    assert_eq!(fixture.read("a/b").as_deref(), Some("1"));
    assert!(!directory.join(STAGING).exists());
    assert!(!directory.join("c").exists());
}

#[test]
fn new_folders_are_moved_into_folders_that_are_there() {
    let mut fixture = Fixture::new();
    fixture.build(&[("a/x/1", "1")]).expect("built");
    fixture.write("a/z/mine", "mine");
    let files = [
        ("a/x/1", "1"),
        ("a/x/2", "2"),
        ("a/y/n/1", "1"),
        ("a/y/2", "2"),
        ("a/z/1", "1"),
    ];
    fixture.build(&files).expect("built");
    for (path, text) in files {
        assert_eq!(fixture.read(path).as_deref(), Some(text), "{path}");
    }
    assert_eq!(fixture.read("a/z/mine").as_deref(), Some("mine"));
}

#[test]
fn unsafe_paths_are_refused() {
    let fixture = Fixture::new();
    for path in [
        "../a",
        "/a",
        "a/../../b",
        "a//b",
        "",
        "a\\b",
        "c:d",
        "./a",
        "a/.",
        STAGING,
    ] {
        let result = fixture.compare(&[(path, "")]);
        assert!(
            matches!(result, Err(OutputError::Outside(_))),
            "{path}: {result:?}"
        );
    }
    let result = fixture.compare(&[("a/Swap.sol", ""), ("a/SWAP.sol", "")]);
    assert!(matches!(result, Err(OutputError::SameButForCase(..))));
}

#[test]
fn folders_and_files_in_the_way_are_refused() {
    let fixture = Fixture::new();
    fixture.write("a/b", "");
    assert!(matches!(
        fixture.compare(&[("a", "")]),
        Err(OutputError::Folder(_))
    ));
    let result = fixture.compare(&[("a/b/c", "")]);
    assert!(
        matches!(result, Err(OutputError::NotAFolder(_))),
        "{result:?}"
    );
}

#[cfg(unix)]
#[test]
fn links_are_never_followed() {
    use std::os::unix::fs::symlink;
    let mut fixture = Fixture::new();
    fixture.write("a", "1");
    let outside = fixture.folder.path().join("outside");
    fs::create_dir(&outside).expect("created");
    fs::write(outside.join("file"), "precious").expect("written");
    symlink(outside.join("file"), fixture.directory().join("link")).expect("linked");
    symlink(&outside, fixture.directory().join("folder")).expect("linked");
    let result = fixture.compare(&[("folder/file", "x")]);
    assert!(matches!(result, Err(OutputError::Link(_))), "{result:?}");
    assert_eq!(
        fixture.states(&[("link", "x")]),
        [("link".to_owned(), State::Foreign)]
    );
    // Replacing it by force replaces the link, not what it leads to.
    fixture.build(&[("link", "x")]).expect("built");
    assert_eq!(
        fs::read_to_string(outside.join("file")).expect("there"),
        "precious"
    );
    assert_eq!(fixture.read("link").as_deref(), Some("x"));
}
