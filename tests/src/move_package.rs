//! Move packages as data, and what the Move compilers and virtual machines say about them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::tools::ToolError;

/// A Move package in memory, of either Move chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovePackage {
    /// The name dependents know it by.
    pub name: String,
    /// Named addresses, as hexadecimal literals.
    pub addresses: BTreeMap<String, String>,
    /// Texts by path below the package folder: `sources/vault.move`, `tests/vault_tests.move`.
    pub files: BTreeMap<String, String>,
    /// The packages it depends on; the chain's framework and Wormhole are always added.
    pub dependencies: Vec<MovePackage>,
}

/// What a compiler made of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildReport {
    /// The package's own modules as bytecode, empty after an error.
    pub modules: Vec<Vec<u8>>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// What building a package and running its tests gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestReport {
    /// Errors and warnings of the package's code.
    pub diagnostics: Vec<Diagnostic>,
    /// Every test by its full name, `package::module::test`.
    pub tests: BTreeMap<String, Outcome>,
    /// What the test runner printed.
    pub output: String,
}

/// How one test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// It aborted, or should have and did not.
    Failed,
    /// It ran out of gas or time.
    TimedOut,
}

/// One message of a compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The compiler's code, if it has one.
    pub code: Option<String>,
    /// The first line without severity and code.
    pub title: String,
    /// The whole message with its place in the source.
    pub text: String,
}

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// No bytecode was made.
    Error,
    /// Bytecode was made and is suspect.
    Warning,
}

/// What differs between the manifests of the two chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    Sui,
    Aptos,
}

impl MovePackage {
    /// A package of these files, without addresses and dependencies.
    pub fn new<P: Into<String>, T: Into<String>>(
        name: &str,
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            files: files
                .into_iter()
                .map(|(path, text)| (path.into(), text.into()))
                .collect(),
            ..Self::default()
        }
    }

    /// The same package with one more named address.
    #[must_use]
    pub fn with_address(mut self, name: &str, literal: &str) -> Self {
        self.addresses.insert(name.to_owned(), literal.to_owned());
        self
    }

    /// The same package with one more dependency.
    #[must_use]
    pub fn with_dependency(mut self, package: Self) -> Self {
        self.dependencies.push(package);
        self
    }

    /// Reads a package folder: `Move.toml`, `sources/` and `tests/`, and its local dependencies.
    ///
    /// Dependencies that are not local are left out: the framework and Wormhole are added from this crate when the package
    /// is compiled, under the names their own projects give them.
    ///
    /// # Errors
    /// Files that cannot be read, or a manifest that is none.
    pub fn load(dir: &Path) -> Result<Self, ToolError> {
        let manifest = dir.join("Move.toml");
        let text = fs::read_to_string(&manifest).map_err(ToolError::io(&manifest))?;
        let table: toml::Table = toml::from_str(&text)
            .map_err(|error| ToolError::answer("Move.toml", error, text.as_bytes()))?;
        let string = |value: &toml::Value| value.as_str().unwrap_or_default().to_owned();
        let section = |name: &str| {
            table
                .get(name)
                .and_then(toml::Value::as_table)
                .into_iter()
                .flatten()
        };
        let mut package = Self {
            name: table
                .get("package")
                .and_then(|package| package.get("name"))
                .map(string)
                .unwrap_or_default(),
            addresses: section("addresses")
                .map(|(name, literal)| (name.clone(), string(literal)))
                .collect(),
            ..Self::default()
        };
        for folder in ["sources", "tests"] {
            read_sources(dir, folder, &mut package.files)?;
        }
        for (_, dependency) in section("dependencies") {
            if let Some(path) = dependency.get("local").and_then(toml::Value::as_str) {
                package.dependencies.push(Self::load(&dir.join(path))?);
            }
        }
        Ok(package)
    }

    /// What a build looks at: it is the same whatever the tests are, and is not made again for each of them.
    pub(crate) fn without_tests(&self) -> Self {
        let mut package = self.clone();
        package.files.retain(|path, _| !path.starts_with("tests/"));
        package
    }

    /// Adds `packages` as dependencies of this package and of all packages below it.
    pub(crate) fn depend_on(&mut self, packages: &[Self]) {
        for dependency in &mut self.dependencies {
            if !packages
                .iter()
                .any(|package| package.name == dependency.name)
            {
                dependency.depend_on(packages);
            }
        }
        let known: Vec<String> = self
            .dependencies
            .iter()
            .map(|package| package.name.clone())
            .collect();
        self.dependencies.extend(
            packages
                .iter()
                .filter(|package| !known.contains(&package.name))
                .cloned(),
        );
    }

    /// Every package below this one, by name.
    pub(crate) fn all_dependencies(&self) -> BTreeMap<&str, &Self> {
        let mut all = BTreeMap::new();
        let mut open: Vec<&Self> = self.dependencies.iter().collect();
        while let Some(package) = open.pop() {
            all.insert(package.name.as_str(), package);
            open.extend(&package.dependencies);
        }
        all
    }

    /// The files with a manifest in which every dependency is `local = "../<name>"`.
    pub(crate) fn files_with_manifest(&self, flavor: Flavor) -> BTreeMap<String, String> {
        let mut files = self.files.clone();
        files.insert("Move.toml".to_owned(), self.manifest(flavor));
        files
    }

    fn manifest(&self, flavor: Flavor) -> String {
        let mut text = format!("[package]\nname = \"{}\"\n", self.name);
        text += match flavor {
            Flavor::Sui => "edition = \"2024\"\nimplicit-dependencies = false\n",
            Flavor::Aptos => "version = \"0.0.0\"\n",
        };
        text += "\n[dependencies]\n";
        for dependency in &self.dependencies {
            let _ = writeln!(text, "{0} = {{ local = \"../{0}\" }}", dependency.name);
        }
        text += "\n[addresses]\n";
        for (name, literal) in &self.addresses {
            let _ = writeln!(text, "{name} = \"{literal}\"");
        }
        text
    }
}

impl TestReport {
    /// Demands that there are tests, that all pass, and that the compiler had nothing to say.
    ///
    /// # Panics
    /// Otherwise, with everything that was printed.
    #[track_caller]
    pub fn assert_clean(&self) {
        let all_pass = !self.tests.is_empty()
            && self
                .tests
                .values()
                .all(|outcome| *outcome == Outcome::Passed);
        assert!(
            all_pass && self.diagnostics.is_empty(),
            "{}{}",
            render(&self.diagnostics),
            self.output
        );
    }

    /// Demands the same, and that there are so many tests.
    ///
    /// # Panics
    /// Otherwise, with everything that was printed.
    #[track_caller]
    pub fn assert_passes(&self, tests: usize) {
        self.assert_clean();
        assert_eq!(self.tests.len(), tests, "{}", self.output);
    }

    /// The names of the tests that did not pass.
    #[must_use]
    pub fn failures(&self) -> Vec<&str> {
        let failed = self
            .tests
            .iter()
            .filter(|(_, outcome)| **outcome != Outcome::Passed);
        failed.map(|(name, _)| name.as_str()).collect()
    }
}

/// All messages as the compiler printed them.
#[must_use]
pub fn render(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| format!("{}\n", diagnostic.text))
        .collect()
}

/// Reads what a Move compiler printed: blocks that start with `error[code]: title` or `warning[code]: title`.
pub(crate) fn read_diagnostics(printed: &str) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for line in without_colors(printed).lines() {
        if let Some(diagnostic) = read_first_line(line) {
            diagnostics.push(diagnostic);
        } else if let Some(open) = diagnostics.last_mut() {
            open.text.push('\n');
            open.text.push_str(line);
        }
    }
    for diagnostic in &mut diagnostics {
        diagnostic.text.truncate(diagnostic.text.trim_end().len());
    }
    diagnostics
}

/// Reads the test runner's lines `[ PASS    ] name`, `[ FAIL    ] name` and `[ TIMEOUT ] name`.
pub(crate) fn read_tests(printed: &str) -> BTreeMap<String, Outcome> {
    let outcome = |word: &str| match word.trim() {
        "PASS" => Some(Outcome::Passed),
        "FAIL" => Some(Outcome::Failed),
        "TIMEOUT" => Some(Outcome::TimedOut),
        _ => None,
    };
    let lines = printed
        .lines()
        .filter_map(|line| line.strip_prefix("[ ")?.split_once(" ] "));
    lines
        .filter_map(|(word, name)| Some((name.trim().to_owned(), outcome(word)?)))
        .collect()
}

fn read_first_line(line: &str) -> Option<Diagnostic> {
    let (severity, rest) = match line.strip_prefix("error") {
        Some(rest) => (Severity::Error, rest),
        None => (Severity::Warning, line.strip_prefix("warning")?),
    };
    let (code, title) = match rest.strip_prefix('[') {
        Some(rest) => rest
            .split_once("]: ")
            .map(|(code, title)| (Some(code.to_owned()), title))?,
        None => (None, rest.strip_prefix(": ")?),
    };
    Some(Diagnostic {
        severity,
        code,
        title: title.to_owned(),
        text: line.to_owned(),
    })
}

/// Takes out terminal colours, which one of the compilers always prints.
fn without_colors(printed: &str) -> String {
    let mut parts = printed.split("\u{1b}[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    text
}

fn read_sources(
    dir: &Path,
    folder: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), ToolError> {
    let path = dir.join(folder);
    let Ok(entries) = fs::read_dir(&path) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_sources(dir, &name, files)?;
        } else if name.ends_with(".move") {
            let text = fs::read_to_string(entry.path()).map_err(ToolError::io(entry.path()))?;
            files.insert(name, text);
        }
    }
    Ok(())
}
