//! TLC checks a model in TLA+, breadth first. It knows states by 64-bit fingerprints and says how likely it confused two; for the
//! models of workflows that is never.

use std::fs;
use std::path::Path;
use std::process::Command;

use xcc::export::Tla;

use super::{Report, Violation};
use crate::tools::{self, Tool, ToolError};

/// TLC's exit codes for a state without a next one, and for an invariant that does not hold.
const VIOLATIONS: [i32; 2] = [11, 12];

/// Checks a model with one thread, or takes the answer that was given before.
///
/// # Errors
/// TLC or Java that is missing, a model that TLC refuses, a search that was not complete.
pub fn check(model: &Tla) -> Result<Report, ToolError> {
    let tool = Tool::Tlc.dir()?;
    let texts = [&model.name, &model.module, &model.config];
    let [name, module, config] = texts.map(|text| text.as_bytes());
    let inputs = [tool.as_os_str().as_encoded_bytes(), name, module, config];
    let bytes = tools::cached("tlc", &inputs, || {
        serde_json::to_vec(&run(model)?).map_err(|error| ToolError::answer("TLC", error, b""))
    })?;
    serde_json::from_slice(&bytes).map_err(|error| ToolError::answer("TLC", error, &bytes))
}

/// Writes a model as TLC reads it.
///
/// # Errors
/// A folder that cannot be written to.
pub fn write(model: &Tla, folder: &Path) -> Result<(), ToolError> {
    for (end, text) in [("tla", &model.module), ("cfg", &model.config)] {
        let path = folder.join(format!("{}.{end}", model.name));
        fs::write(&path, text).map_err(ToolError::io(&path))?;
    }
    Ok(())
}

/// Java with TLC's classes and a heap that suffices, for a class to be named. What it unpacks goes into a folder.
///
/// # Errors
/// TLC that is missing.
pub fn java(folder: &Path) -> Result<Command, ToolError> {
    let mut command = Command::new("java");
    command.args(["-XX:+UseSerialGC", "-Xmx1g", "-XX:TieredStopAtLevel=1"]);
    command.arg(format!("-Djava.io.tmpdir={}", folder.display()));
    command
        .arg("-cp")
        .arg(Tool::Tlc.dir()?.join("tla2tools.jar"));
    command.current_dir(folder);
    Ok(command)
}

fn run(model: &Tla) -> Result<Report, ToolError> {
    let folder = tempfile::tempdir().map_err(ToolError::io("model"))?;
    write(model, folder.path())?;
    let mut command = java(folder.path())?;
    command.args(["tlc2.TLC", "-workers", "1", &model.name]);
    let output = tools::run_any(&mut command, b"")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let unreadable = |reason| ToolError::answer("TLC", reason, &output.stdout);
    let (states, left) = counts(&text).ok_or_else(|| unreadable("no count of states"))?;
    let violation = violation(&text);
    let code = output.status.code().unwrap_or(-1);
    let is_complete = match &violation {
        None => code == 0 && left == 0 && text.contains("No error has been found"),
        Some(_) => VIOLATIONS.contains(&code),
    };
    match is_complete {
        true => Ok(Report { states, violation }),
        false => Err(unreadable("neither all states nor a violation")),
    }
}

/// The last `256 states generated, 43 distinct states found, 0 states left on queue.`: distinct states, and those left.
#[must_use]
pub fn counts(text: &str) -> Option<(u64, u64)> {
    let mut lines = text.lines().rev();
    let line =
        lines.find(|line| line.ends_with("left on queue.") && !line.starts_with("Progress"))?;
    let parts: Vec<_> = line.split(", ").collect();
    let number = |part: &str| part.split(' ').next()?.replace(',', "").parse().ok();
    Some((number(parts.get(1)?)?, number(parts.get(2)?)?))
}

/// `Error: Invariant X is violated.` or `Error: Deadlock reached.`, and the number of states on the way.
fn violation(text: &str) -> Option<Violation> {
    let errors = text.lines().filter_map(|line| line.strip_prefix("Error: "));
    let is_promise = |what: &&str| what.starts_with("Invariant ") || *what == "Deadlock reached.";
    let what = errors.into_iter().find(is_promise)?;
    let states = text
        .lines()
        .filter(|line| line.starts_with("State "))
        .count() as u64;
    Some(Violation {
        what: what.to_owned(),
        depth: states.checked_sub(1)?,
    })
}
