//! The command line as a user sees it: exit codes, what is printed where, and what is on disk afterwards.

mod check;
mod commands;
mod decode;
mod deploy;
mod imports;
mod output;
mod pages;
mod project;
mod sim;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder with a project in it.
struct Project {
    folder: TempDir,
}

/// What a run of xcc came to.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Project {
    /// The project that `xcc init` writes.
    fn new() -> Self {
        let project = Self::empty();
        project.run(&["init", "--name", "deposit"]).succeeds();
        project
    }

    /// The same, built.
    fn built() -> Self {
        let project = Self::new();
        project.run(&["build"]).succeeds();
        project
    }

    /// A copy of one of the example projects, without what was built in it.
    fn example(name: &str) -> Self {
        Self::copied(&format!("../examples/{name}"))
    }

    /// A copy of a folder of the suite, likewise.
    fn of_suite(folder: &str) -> Self {
        Self::copied(&format!("suite/{folder}"))
    }

    fn copied(folder: &str) -> Self {
        let project = Self::empty();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut files = BTreeMap::new();
        collect(&source, &mut files);
        assert!(!files.is_empty(), "{}", source.display());
        for (path, content) in files {
            let path = path.strip_prefix(&source).expect("inside");
            if !path.starts_with("generated") && !path.ends_with("xcc.lock") {
                project.write(path.to_str().expect("UTF-8"), content);
            }
        }
        project
    }

    /// A project of one of the cases that show a feature.
    fn feature(name: &str) -> Self {
        let project = Self::empty();
        let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/features");
        let copy = |from: &str, to: &str| {
            let content = std::fs::read(features.join(from)).expect(from);
            project.write(to, content);
        };
        copy(&format!("{name}.xcc"), "feature.xcc");
        let interfaces = ["aptos", "evm", "sui", "svm"].map(|vm| format!("interfaces/{vm}.json"));
        for file in ["xcc.toml"]
            .into_iter()
            .chain(interfaces.iter().map(String::as_str))
        {
            copy(file, file);
        }
        project
    }

    fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect(path)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, content).expect("written");
    }

    /// Replaces a part of a file, which must be there.
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// Every file below the folder, with its content.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), &mut files);
        files
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xcc-under-test"));
        command.args(args).current_dir(self.folder.path());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().expect("xcc runs"))
    }

    /// Runs a command that must fail with this exit code and, among its findings, this code at this place of a file.
    fn fails(&self, args: &[&str], exit: i32, code: &str, place: Option<(&str, u64)>) -> Run {
        let args: Vec<_> = args.iter().copied().chain(["--format", "json"]).collect();
        let run = self.run(&args);
        assert_eq!(run.code, Some(exit), "{run:?}");
        let findings = run.findings();
        let fits = |finding: &&Value| {
            let at = (finding["file"].as_str(), finding["line"].as_u64());
            let expected = place.map_or((None, None), |(file, line)| (Some(file), Some(line)));
            finding["code"] == code && at == expected
        };
        assert!(
            findings.iter().any(|f| fits(&f)),
            "{code} at {place:?}: {findings:#?}"
        );
        run
    }
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("what xcc prints is UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn findings(&self) -> Vec<Value> {
        let json = self.json();
        json["diagnostics"].as_array().expect("a list").clone()
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let kind = path.symlink_metadata().expect("metadata");
        if kind.is_dir() {
            collect(&path, files);
        } else if kind.is_symlink() {
            files.insert(path, b"a symbolic link".to_vec());
        } else {
            let content = fs::read(&path).expect("readable");
            files.insert(path, content);
        }
    }
}
