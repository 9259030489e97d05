//! Findings as SARIF 2.1.0, which code hosts and editors show at their places.
//!
//! Source of the format: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use serde_json::{Value, json};

use crate::codes::Code;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one run, from findings as they are printed for `--format json`.
pub(super) fn log(findings: &[Value]) -> Value {
    let mut codes: Vec<&str> = findings.iter().filter_map(|f| f["code"].as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<_> = codes.iter().map(|code| rule(code)).collect();
    let results: Vec<_> = findings.iter().map(|f| result(f, &codes)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "xcc", "version": crate::VERSION, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: &str) -> Value {
    let title = Code::parse(code).map_or("", Code::title);
    json!({ "id": code, "shortDescription": { "text": title } })
}

fn result(finding: &Value, codes: &[&str]) -> Value {
    let code = finding["code"].as_str().unwrap_or_default();
    let more = ["notes", "help"].map(|key| finding[key].as_array().into_iter().flatten());
    let said = [&finding["message"]].into_iter();
    let said = said.chain(more.into_iter().flatten());
    let said = said.filter_map(Value::as_str);
    let mut result = json!({
        "ruleId": code,
        "ruleIndex": codes.iter().position(|other| *other == code),
        "level": finding["severity"],
        "message": { "text": said.collect::<Vec<_>>().join("\n") },
    });
    if finding["file"].is_string() {
        result["locations"] = json!([location(finding)]);
    }
    result
}

fn location(finding: &Value) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": finding["file"] },
            "region": { "startLine": finding["line"], "startColumn": finding["column"] },
        },
    })
}
