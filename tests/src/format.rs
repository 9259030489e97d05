//! The formatters of the targets' own ecosystems, which emitted text must already satisfy.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::node;
use crate::tools::{self, ToolError};

/// The driver that formats Move.
const PRETTIER: &str = "prettier.mjs";

/// What `forge fmt` makes of a Solidity file. Set `XCC_FORGE` to the path of another forge to use that.
///
/// # Errors
/// A missing tool, or text that is not Solidity.
pub fn solidity(text: &str) -> Result<String, ToolError> {
    static VERSION: OnceLock<Vec<u8>> = OnceLock::new();
    let forge = match std::env::var_os("XCC_FORGE") {
        Some(path) => path.into(),
        // The platform package's own binary: the npm wrapper hides exit codes.
        None => node::modules()?.join("@foundry-rs/forge-linux-amd64/bin/forge"),
    };
    run_formatter(&forge, &["fmt", "--raw", "-"], &VERSION, text)
}

/// What `@mysten/prettier-plugin-move` makes of a Sui Move file, at the plugin's own defaults.
///
/// # Errors
/// A missing tool, or text that is not Move.
pub fn sui_move(text: &str) -> Result<String, ToolError> {
    prettier_move(text, &json!({}))
}

/// What the same plugin makes of an Aptos Move file of one module.
///
/// The plugin knows Sui's dialect only: the module's block becomes the rest of the file, four columns narrower, and `acquires`
/// clauses become types of the same length, which no name of a function contains.
///
/// # Errors
/// A missing tool, or text that is not Move.
pub fn aptos_move(text: &str) -> Result<String, ToolError> {
    let (head, body) = text.split_once(" {\n").unwrap_or((text, ""));
    let body = body.strip_suffix("}\n").unwrap_or(body);
    let lines = body
        .lines()
        .map(|line| line.strip_prefix("    ").unwrap_or(line));
    let whole: String = [&format!("{head};"), ""]
        .into_iter()
        .chain(lines)
        .map(|line| format!("{line}\n"))
        .collect();
    let whole = whole
        .replace(") acquires ", "): acquires")
        .replace(" acquires ", "_Acquires_");
    let options = json!({ "printWidth": 96, "autoGroupImports": "module" });
    let whole = prettier_move(&whole, &options)?;
    let whole = whole
        .replace("_Acquires_", " acquires ")
        .replace("): acquires", ") acquires ");
    let (head, body) = whole.split_once(";\n\n").unwrap_or((&whole, ""));
    let indent = |line: &str| {
        if line.is_empty() {
            "\n".to_owned()
        } else {
            format!("    {line}\n")
        }
    };
    Ok(format!(
        "{head} {{\n{}}}\n",
        body.lines().map(indent).collect::<String>()
    ))
}

fn prettier_move(text: &str, options: &Value) -> Result<String, ToolError> {
    let request = json!({ "text": text, "options": options }).to_string();
    let key = node::driver_key(PRETTIER)?;
    let formatted = tools::cached("formatted", &[&key, request.as_bytes()], || {
        let answer = node::ask(PRETTIER, request.as_bytes())?;
        let formatted = formatted_text(&answer);
        formatted.ok_or_else(|| ToolError::answer(PRETTIER, "nothing is formatted", &answer))
    })?;
    text_of(PRETTIER, formatted)
}

/// The text in an answer of the driver; what is not Move has none.
fn formatted_text(answer: &[u8]) -> Option<Vec<u8>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    Some(answer["formatted"].as_str()?.into())
}

/// What `rustfmt` makes of a Rust file of edition 2021, which Anchor programs use.
///
/// # Errors
/// A missing tool, or text that is not Rust.
pub fn rust(text: &str) -> Result<String, ToolError> {
    static VERSION: OnceLock<Vec<u8>> = OnceLock::new();
    let arguments = ["--edition", "2021"];
    run_formatter(Path::new("rustfmt"), &arguments, &VERSION, text)
}

/// What a program makes of its standard input. Starting it takes longer than formatting, so what each version answers is kept.
fn run_formatter(
    program: &Path,
    arguments: &[&str],
    version: &OnceLock<Vec<u8>>,
    text: &str,
) -> Result<String, ToolError> {
    // Away from any foundry.toml and any toolchain file of the caller, so that the defaults hold.
    let command = || {
        let mut command = Command::new(program);
        command.current_dir("/");
        command
    };
    let version = match version.get() {
        Some(version) => version,
        None => {
            let output = tools::run(command().arg("--version"), b"")?;
            version.get_or_init(|| output.stdout)
        }
    };
    let options = arguments.join(" ");
    let key = [version, options.as_bytes(), text.as_bytes()];
    let formatted = tools::cached("formatted", &key, || -> Result<_, ToolError> {
        Ok(tools::run(command().args(arguments), text.as_bytes())?.stdout)
    })?;
    text_of(&program.display().to_string(), formatted)
}

fn text_of(program: &str, formatted: Vec<u8>) -> Result<String, ToolError> {
    String::from_utf8(formatted)
        .map_err(|error| ToolError::answer(program, "not UTF-8", error.as_bytes()))
}
