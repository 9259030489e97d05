//! SPIN makes a verifier in C of a Promela model. It is compiled and run here for safety alone, with every state and no reduction.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{Report, Violation};
use crate::tools::{self, Tool, ToolError};

/// Safety alone, every state, and room for large ones.
const COMPILE: [&str; 4] = ["-w", "-DSAFETY", "-DNOREDUCE", "-DVECTORSZ=4096"];
/// How deep to search, and how large a table of hashes to begin with, as a power of two.
const SEARCH: [&str; 2] = ["-m100000", "-w22"];

/// What a verifier is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be compiled fast.
    Answer,
    /// To run fast, as its users have it.
    Speed,
}

/// A compiled verifier.
#[derive(Debug)]
pub struct Verifier {
    folder: TempDir,
}

/// What a verifier's run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says of the model.
    pub report: Report,
    /// How many bytes a stored state takes, without the table of hashes; small searches do not tell.
    pub bytes_per_state: Option<u64>,
}

/// Verifies a model, or takes the answer that was given before.
///
/// # Errors
/// SPIN or a C compiler that is missing, a model that SPIN refuses, a search that was not complete.
pub fn verify(model: &str) -> Result<Report, ToolError> {
    let tool = Tool::Spin.dir()?;
    let compiler = tools::run(Command::new("gcc").arg("--version"), b"")?.stdout;
    let options = [COMPILE.join(" "), SEARCH.join(" ")].concat();
    let inputs = [
        tool.as_os_str().as_encoded_bytes(),
        &compiler,
        options.as_bytes(),
        model.as_bytes(),
    ];
    let bytes = tools::cached("spin", &inputs, || {
        let report = Verifier::compile(model, Purpose::Answer)?.run()?.report;
        serde_json::to_vec(&report).map_err(|error| ToolError::answer("pan", error, b""))
    })?;
    serde_json::from_slice(&bytes).map_err(|error| ToolError::answer("pan", error, &bytes))
}

impl Verifier {
    /// Makes and compiles the verifier of a model.
    ///
    /// # Errors
    /// SPIN or a C compiler that is missing, a model that SPIN refuses.
    pub fn compile(model: &str, purpose: Purpose) -> Result<Self, ToolError> {
        let folder = tempfile::tempdir().map_err(ToolError::io("verifier"))?;
        let source = folder.path().join("model.pml");
        fs::write(&source, model).map_err(ToolError::io(&source))?;
        let mut spin = Command::new(Tool::Spin.dir()?.join("usr/bin/spin"));
        let output = tools::run(spin.args(["-a", "model.pml"]).current_dir(&folder), b"")?;
        // Some faults of a model are said, and a verifier written all the same.
        if !output.stdout.is_empty() || !output.stderr.is_empty() {
            let text = [output.stdout, output.stderr].concat();
            return Err(ToolError::answer("spin", "it has something to say", &text));
        }
        let level = match purpose {
            Purpose::Answer => "-O0",
            Purpose::Speed => "-O2",
        };
        let mut compiler = Command::new("gcc");
        compiler.arg(level).args(COMPILE);
        compiler.args(["-o", "pan", "pan.c"]).current_dir(&folder);
        tools::run(&mut compiler, b"")?;
        Ok(Verifier { folder })
    }

    /// Visits every state, or stops at the first violation.
    ///
    /// # Errors
    /// A search that was not complete.
    pub fn run(&self) -> Result<Verified, ToolError> {
        let mut command = Command::new(self.folder.path().join("pan"));
        command.args(SEARCH).current_dir(&self.folder);
        let output = tools::run_any(&mut command, b"")?;
        let said = [output.stdout, output.stderr].concat();
        let unreadable = |reason| ToolError::answer("pan", reason, &said);
        let text = String::from_utf8_lossy(&said);
        let verified = verified(&text).ok_or_else(|| unreadable("no count of states"))?;
        let is_usable = match verified.report.violation {
            None => errors(&text) == Some(0) && is_complete(&text),
            Some(_) => errors(&text) == Some(1),
        };
        match is_usable {
            true => Ok(verified),
            false => Err(unreadable("neither all states nor a violation")),
        }
    }
}

/// A search that went as deep as it could counts no errors, but says `error: max search depth too small`.
fn is_complete(text: &str) -> bool {
    let is_complaint = |line: &str| {
        let line = line.to_lowercase();
        ["error:", "warning:", "pan: reached", "pan: out of"]
            .iter()
            .any(|start| line.starts_with(start))
            || line.contains("not completed")
    };
    !text.lines().any(is_complaint)
}

fn verified(text: &str) -> Option<Verified> {
    Some(Verified {
        report: Report {
            states: states(text)?,
            violation: violation(text),
        },
        bytes_per_state: bytes_per_state(text),
    })
}

/// The number in `134 states, stored`.
fn states(text: &str) -> Option<u64> {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_suffix(" states, stored"))?;
    line.trim().parse().ok()
}

/// The sum in `state-vector as stored = 62 byte + 20 byte overhead`.
fn bytes_per_state(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("state-vector as stored = ")?;
    let words = rest.lines().next()?.split(' ');
    Some(words.filter_map(|word| word.parse::<u64>().ok()).sum())
}

/// The number in `State-vector 36 byte, depth reached 17, errors: 0`.
fn errors(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(", errors: ")?;
    rest.lines().next()?.trim().parse().ok()
}

/// `pan:1: assertion violated 0 (at depth 5)` or `pan:1: invalid end state (at depth 5)`
fn violation(text: &str) -> Option<Violation> {
    let line = text.lines().find_map(|line| line.strip_prefix("pan:1: "))?;
    let (what, rest) = line.split_once(" (at depth ")?;
    let is_promise = what.starts_with("assertion violated") || what == "invalid end state";
    let depth = rest.strip_suffix(')')?.parse().ok()?;
    is_promise.then(|| Violation {
        what: what.to_owned(),
        depth,
    })
}
