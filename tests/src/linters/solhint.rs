//! solhint looks for patterns in the text of contracts, by the rules in `tests/suite/lints/solhint.cjs`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::{Finding, Impact, write};
use crate::solc::Input;
use crate::tools::{self, Tool, ToolError};

/// Lints all sources, or takes the answer that was given before.
///
/// # Errors
/// solhint that is missing, sources that it cannot read.
pub fn lint(input: &Input) -> Result<Vec<Finding>, ToolError> {
    let tool = Tool::Solhint.dir()?;
    let rules = fs::read(rules()).map_err(ToolError::io(rules()))?;
    let sources = serde_json::to_vec(&input.sources)
        .map_err(|error| ToolError::answer("solhint", error, b""))?;
    let inputs = [tool.as_os_str().as_encoded_bytes(), &rules, &sources];
    let answer = tools::cached("solhint", &inputs, || run(input))?;
    read(&answer).map_err(|reason| ToolError::answer("solhint", reason, &answer))
}

fn rules() -> PathBuf {
    tools::suite_dir().join("suite/lints/solhint.cjs")
}

fn run(input: &Input) -> Result<Vec<u8>, ToolError> {
    let folder = tempfile::tempdir().map_err(ToolError::io("sources"))?;
    write(input, folder.path())?;
    let program = Tool::Solhint.dir()?.join("node_modules/solhint/solhint.js");
    let mut solhint = Command::new("node");
    solhint.arg(program).arg("--config").arg(rules());
    solhint.args(["--noPoster", "--disc", "--formatter", "json", "**/*.sol"]);
    let output = tools::run_any(solhint.current_dir(folder.path()), b"")?;
    // It ends with an error over findings too, and over what it cannot read it says nothing on its standard output.
    match read(&output.stdout) {
        Ok(_) => Ok(output.stdout),
        Err(reason) => {
            let said = [output.stdout, output.stderr].concat();
            Err(ToolError::answer("solhint", reason, &said))
        }
    }
}

/// What stands in the list: findings, and last a conclusion.
#[derive(Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Entry {
    Found {
        rule_id: String,
        file_path: String,
        line: u32,
        message: String,
    },
    Conclusion {
        #[serde(rename = "conclusion")]
        _text: String,
    },
}

fn read(answer: &[u8]) -> Result<Vec<Finding>, String> {
    let entries: Vec<Entry> = serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    let mut findings: Vec<_> = entries.into_iter().filter_map(finding).collect();
    findings.sort();
    Ok(findings)
}

fn finding(entry: Entry) -> Option<Finding> {
    let Entry::Found {
        rule_id,
        file_path,
        line,
        message,
    } = entry
    else {
        return None;
    };
    Some(Finding {
        rule: rule_id,
        impact: Impact::Low,
        line: format!("{file_path}:{line}"),
        places: vec![file_path],
        text: message,
    })
}
