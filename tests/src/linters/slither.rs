//! Slither analyses the control and data flow of contracts. It asks npm's solc, or the one in `XCC_SOLC`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;
use serde_json::json;

use super::{Finding, Impact, write};
use crate::node;
use crate::solc::{self, Input};
use crate::tools::{self, Tool, ToolError};

/// Analyses all contracts of the sources with every detector, or takes the answer that was given before.
///
/// # Errors
/// Slither or solc that is missing, sources that do not compile.
pub fn analyse(input: &Input) -> Result<Vec<Finding>, ToolError> {
    let tool = Tool::Slither.dir()?;
    let request = request(input);
    let inputs = [
        tool.as_os_str().as_encoded_bytes(),
        &solc::compiler_key()?,
        request.as_bytes(),
    ];
    let answer = tools::cached("slither", &inputs, || run(input, &request))?;
    let unreadable = |reason: String| ToolError::answer("slither", reason, &answer);
    let report: Report =
        serde_json::from_slice(&answer).map_err(|error| unreadable(error.to_string()))?;
    let findings = report.results.detectors.into_iter().map(read);
    let mut findings = findings.collect::<Option<Vec<_>>>();
    if let Some(findings) = &mut findings {
        findings.sort();
    }
    findings.ok_or_else(|| unreadable("a finding without a place".to_owned()))
}

/// Standard JSON that asks for the syntax tree; the rest is read, but not used.
fn request(input: &Input) -> String {
    let mut request = input.standard_json();
    request["settings"]["outputSelection"] =
        json!({ "*": { "": ["ast"], "*": ["abi", "evm.bytecode", "evm.deployedBytecode"] } });
    request.to_string()
}

fn run(input: &Input, request: &str) -> Result<Vec<u8>, ToolError> {
    let folder = tempfile::tempdir().map_err(ToolError::io("sources"))?;
    write(input, folder.path())?;
    let [request_file, report] = ["input.json", "report.json"].map(|name| folder.path().join(name));
    fs::write(&request_file, request).map_err(ToolError::io(&request_file))?;
    let mut slither = Command::new(Tool::Slither.dir()?.join("bin/slither"));
    slither.args(["input.json", "--json", "report.json", "--fail-none"]);
    slither.args(["--compile-force-framework", "solc-json"]);
    slither.arg("--solc").arg(compiler());
    slither.env("XCC_NODE_MODULES", node::modules()?);
    // One of its libraries keeps compilers in the home folder.
    slither
        .env("HOME", folder.path())
        .current_dir(folder.path());
    tools::run(&mut slither, b"")?;
    let answer = fs::read(&report).map_err(ToolError::io(&report))?;
    let parsed: Report = serde_json::from_slice(&answer)
        .map_err(|error| ToolError::answer("slither", error, &answer))?;
    match parsed.success {
        true => Ok(answer),
        false => Err(ToolError::answer("slither", "no success", &answer)),
    }
}

fn compiler() -> PathBuf {
    solc::native().unwrap_or_else(|| tools::suite_dir().join("tools/slither/solc"))
}

#[derive(Deserialize)]
struct Report {
    success: bool,
    #[serde(default)]
    results: Results,
}

#[derive(Default, Deserialize)]
struct Results {
    /// Absent when there are no findings.
    #[serde(default)]
    detectors: Vec<Detected>,
}

#[derive(Deserialize)]
struct Detected {
    check: String,
    impact: Impact,
    description: String,
    elements: Vec<Element>,
}

/// A piece of the sources; the first one of a finding is what it is about.
#[derive(Deserialize)]
struct Element {
    name: String,
    #[serde(default)]
    type_specific_fields: Fields,
    source_mapping: Mapping,
}

#[derive(Default, Deserialize)]
struct Fields {
    parent: Option<Box<Element>>,
}

#[derive(Deserialize)]
struct Mapping {
    filename_relative: String,
    lines: Vec<u32>,
}

impl Element {
    fn path(&self) -> String {
        match &self.type_specific_fields.parent {
            Some(parent) => format!("{}.{}", parent.path(), self.name),
            None => self.name.clone(),
        }
    }
}

fn read(detected: Detected) -> Option<Finding> {
    let first = detected.elements.first()?;
    let mapping = &first.source_mapping;
    let mut places = entries(&detected.description);
    if places.is_empty() {
        places.push(first.path());
    }
    Some(Finding {
        line: format!("{}:{}", mapping.filename_relative, mapping.lines.first()?),
        rule: detected.check,
        impact: detected.impact,
        places,
        text: detected.description,
    })
}

/// The functions through which the contract may be entered again, so that it matters what was written after a call. They stand in the
/// text alone: `V can be used in cross function reentrancies:`, then a line `- Contract.function(types) (file#lines)` for each, and
/// maybe the next write, which has details or such a list of its own.
fn entries(description: &str) -> Vec<String> {
    const HEADING: &str = " can be used in cross function reentrancies:";
    let mut entries = Vec::new();
    let mut is_listed = false;
    let mut lines = description.lines().peekable();
    while let Some(line) = lines.next() {
        let item = line.strip_prefix("\t- ");
        let has_details = |next: &&str| next.starts_with("\t\t- ") || next.ends_with(HEADING);
        is_listed = line.ends_with(HEADING)
            || is_listed && item.is_some() && lines.peek().is_none_or(|next| !has_details(next));
        if let (true, Some(item)) = (is_listed, item) {
            entries.push(item.split('(').next().unwrap_or(item).trim().to_owned());
        }
    }
    entries.sort();
    entries.dedup();
    entries
}
