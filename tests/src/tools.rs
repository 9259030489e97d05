//! Where the outside tools and the cached results of running them live.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};

/// A group of outside tools, each installed by `tests/tools/<name>/install`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The npm packages of one lock file: solc, the Sui Move compiler and VM, formatters.
    Npm,
    /// Members of single npm packages: Wormhole's bytecode, the Aptos compiler and VM.
    Packs,
    /// The compiler, linker and standard library that make real Solana programs.
    Sbf,
    /// SPIN, which makes verifiers of models in Promela.
    Spin,
    /// TLC, which checks models in TLA+ on Java.
    Tlc,
    /// Slither, which analyses Solidity, in a Python environment of its own.
    Slither,
    /// solhint, which lints Solidity, from npm with a lock file of its own.
    Solhint,
}

/// Why an outside tool gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The tool was never installed, or its recipe changed since.
    #[error("{what} is not installed in `{}`: run `tests/install {tool}` in the repository", dir.display())]
    Missing {
        /// What was looked for.
        what: String,
        /// The argument for `tests/install`.
        tool: &'static str,
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// The program could not be started at all.
    #[error("cannot start `{program}`: {source}; install it, or run `tests/install`")]
    Start {
        /// The program's name or path.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The program ended with an error.
    #[error("`{program}` failed ({status}):\n{output}")]
    Failed {
        /// The program's name or path.
        program: String,
        /// How it ended.
        status: String,
        /// Its standard error, then its standard output.
        output: String,
    },
    /// The program answered in a form this library does not know.
    #[error("`{program}` gave an answer that cannot be read: {reason}\n{answer}")]
    Answer {
        /// The program's name or path.
        program: String,
        /// What was expected.
        reason: String,
        /// The beginning of the answer.
        answer: String,
    },
    /// A file of the cache or of a scratch folder could not be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

impl ToolError {
    /// Turns an I/O error at `path` into a tool error, for `map_err`.
    pub fn io(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Self::Io { path, source }
    }

    /// An answer of `program` that cannot be read; keeps its first two kilobytes.
    pub fn answer(program: &str, reason: impl ToString, answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(answer);
        Self::Answer {
            program: program.to_owned(),
            reason: reason.to_string(),
            answer: text.chars().take(2048).collect(),
        }
    }
}

impl Tool {
    /// The folder the tool is installed in.
    ///
    /// # Errors
    /// [`ToolError::Missing`] until `tests/install` has run for the recipe as it is now.
    pub fn dir(self) -> Result<PathBuf, ToolError> {
        let recipe = suite_dir().join("tools").join(self.name());
        let dir = cache_dir().join(format!("{}-{}", self.name(), recipe_key(&recipe)?));
        if dir.join("complete").exists() {
            return Ok(dir);
        }
        Err(ToolError::Missing {
            what: format!("tool group `{}`", self.name()),
            tool: self.name(),
            dir,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Packs => "packs",
            Self::Sbf => "sbf",
            Self::Spin => "spin",
            Self::Tlc => "tlc",
            Self::Slither => "slither",
            Self::Solhint => "solhint",
        }
    }
}

/// The folder of this crate in the repository.
#[must_use]
pub fn suite_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cache outside the clone: `$XCC_TOOLS`, or `xcc` under `$XDG_CACHE_HOME` or `~/.cache`, as in `tests/install`.
#[must_use]
pub fn cache_dir() -> PathBuf {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("XCC_TOOLS").unwrap_or_else(|| {
        let base = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
        base.unwrap_or_else(std::env::temp_dir).join("xcc")
    })
}

/// Returns the bytes `produce` made for the same `kind` and `inputs` before, or makes and keeps them.
///
/// The inputs must hold everything the result depends on, the tool's folder included, since its name carries the recipe's
/// hash. Failures are not kept.
///
/// # Errors
/// Those of `produce`, and I/O errors of the cache.
pub fn cached<E: From<ToolError>>(
    kind: &str,
    inputs: &[&[u8]],
    produce: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let dir = cache_dir().join("results").join(kind);
    let file = dir.join(digest(inputs));
    if let Ok(bytes) = fs::read(&file) {
        return Ok(bytes);
    }
    let bytes = produce()?;
    keep(&dir, &file, &bytes).map_err(ToolError::io(&file))?;
    Ok(bytes)
}

/// Runs `command` with `input` on its standard input and returns what it printed.
///
/// # Errors
/// [`ToolError::Start`] when there is no such program, [`ToolError::Failed`] when it ends with another code than zero.
pub fn run(command: &mut Command, input: &[u8]) -> Result<Output, ToolError> {
    let output = run_any(command, input)?;
    if output.status.success() {
        return Ok(output);
    }
    let text = [&output.stderr[..], &output.stdout[..]]
        .map(String::from_utf8_lossy)
        .concat();
    Err(ToolError::Failed {
        program: program(command),
        status: output.status.to_string(),
        output: text,
    })
}

/// Like [`run`], but an exit code other than zero is an answer, not an error.
///
/// # Errors
/// [`ToolError::Start`] when there is no such program, [`ToolError::Io`] when talking to it fails.
pub fn run_any(command: &mut Command, input: &[u8]) -> Result<Output, ToolError> {
    let name = program(command);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|source| ToolError::Start {
        program: name.clone(),
        source,
    })?;
    let mut stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // Written from a thread of its own, or a program that answers before it has read everything would deadlock.
        scope.spawn(move || stdin.take().map(|mut pipe| pipe.write_all(input)));
        child.wait_with_output()
    })
    .map_err(ToolError::io(name))
}

/// SHA-256 over the parts and their lengths, in hexadecimal.
#[must_use]
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Written beside its place and renamed, so that a reader never sees half a result.
fn keep(dir: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut scratch = tempfile::NamedTempFile::new_in(dir)?;
    scratch.write_all(bytes)?;
    scratch.persist(file)?;
    Ok(())
}

/// The key `tests/install` computes: SHA-256 over the recipe's files in byte order of their names, without dotfiles.
fn recipe_key(recipe: &Path) -> Result<String, ToolError> {
    let entries = fs::read_dir(recipe).map_err(ToolError::io(recipe))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.retain(|file| {
        !file
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    });
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(&file).map_err(ToolError::io(&file))?);
    }
    let mut key = hex::encode(hash.finalize());
    key.truncate(16);
    Ok(key)
}
