//! What is told apart in an output folder, and that it is never half-written.

use std::fs;

use super::*;
use crate::project::{Hash, LOCK};

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

    fn compare(&self, files: &[(&str, &str)]) -> Result<BTreeMap<String, State>, OutputError> {
        compare(Output {
            directory: &self.directory(),
            files: &texts(files),
            lock: self.lock.as_ref(),
        })
    }

    fn states(&self, files: &[(&str, &str)]) -> Vec<(String, State)> {
        self.compare(files)
            .expect("comparable")
            .into_iter()
            .collect()
    }

    fn build(&mut self, files: &[(&str, &str)]) -> Result<(), OutputError> {
        let texts = texts(files);
        let directory = self.directory();
        let output = Output {
            directory: &directory,
            files: &texts,
            lock: self.lock.as_ref(),
        };
        let states = compare(output)?;
        let lock = lock_of(&texts);
        commit(self.folder.path(), output, &states, &lock)?;
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

fn texts(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let text = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    files.iter().map(text).collect()
}

fn lock_of(files: &BTreeMap<String, String>) -> Lock {
    let mut lock = Lock::new("2026", "local", "out");
    let hash = |(path, text): (&String, &String)| (path.clone(), Hash::of(text.as_bytes()));
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
    let next = lock_of(&texts(&[("a", "2"), ("b", "2"), ("c", "2")]));
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
    let files = texts(&[("a", "2"), ("new/x", "2"), ("z", "2"), ("zz/y", "2")]);
    let directory = fixture.directory();
    let output = Output {
        directory: &directory,
        files: &files,
        lock: fixture.lock.as_ref(),
    };
    let states = compare(output).expect("comparable");
    // Somebody puts a file where a folder will be needed, after the comparison.
    fixture.write("zz", "in the way");
    let result = commit(fixture.folder.path(), output, &states, &lock_of(&files));
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
    let files = texts(&[("a/b", "1")]);
    let directory = fixture.directory();
    let output = Output {
        directory: &directory,
        files: &files,
        lock: None,
    };
    let states = compare(output).expect("comparable");
    fs::create_dir(fixture.folder.path().join(LOCK)).expect("in the way");
    let result = commit(fixture.folder.path(), output, &states, &lock_of(&files));
    assert!(matches!(result, Err(OutputError::Io { .. })), "{result:?}");
    assert!(!directory.exists());
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
