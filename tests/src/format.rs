//! The formatters of the targets' own ecosystems, which emitted text must already satisfy.

use std::path::Path;
use std::process::Command;

use crate::node;
use crate::tools::{self, ToolError};

/// What `forge fmt` makes of a Solidity file. Set `XCC_FORGE` to the path of another forge to use that.
///
/// # Errors
/// A missing tool, or text that is not Solidity.
pub fn solidity(text: &str) -> Result<String, ToolError> {
    let forge = match std::env::var_os("XCC_FORGE") {
        Some(path) => path.into(),
        // The platform package's own binary: the npm wrapper hides exit codes.
        None => node::modules()?.join("@foundry-rs/forge-linux-amd64/bin/forge"),
    };
    let mut fmt = Command::new(forge);
    // Away from any foundry.toml of the caller, so that the defaults hold.
    fmt.args(["fmt", "--raw", "-"]).current_dir(Path::new("/"));
    let output = tools::run(&mut fmt, text.as_bytes())?;
    text_of("forge fmt", output.stdout)
}

/// What `@mysten/prettier-plugin-move` makes of a Sui Move file, at the plugin's own defaults.
///
/// # Errors
/// A missing tool, or text that is not Move.
pub fn sui_move(text: &str) -> Result<String, ToolError> {
    prettier_move(text, &[])
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
    let options = ["--print-width", "96", "--auto-group-imports", "module"];
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

/// Starting the formatter takes longer than formatting, so what it answers is kept.
fn prettier_move(text: &str, options: &[&str]) -> Result<String, ToolError> {
    let modules = node::modules()?;
    let options_key = options.join(" ");
    // The folder is named by the versions of what is installed in it.
    let key = [
        modules.as_os_str().as_encoded_bytes(),
        options_key.as_bytes(),
        text.as_bytes(),
    ];
    let formatted = tools::cached("prettier", &key, || run_prettier(&modules, text, options))?;
    text_of("prettier-plugin-move", formatted)
}

fn run_prettier(modules: &Path, text: &str, options: &[&str]) -> Result<Vec<u8>, ToolError> {
    let plugin = modules.join("@mysten/prettier-plugin-move/out/index.js");
    let mut prettier = Command::new("node");
    prettier
        .arg(modules.join("prettier/bin/prettier.cjs"))
        .arg("--plugin")
        .arg(plugin);
    prettier
        .args(["--no-config", "--stdin-filepath", "source.move"])
        .args(options);
    Ok(tools::run(prettier.current_dir(modules), text.as_bytes())?.stdout)
}

/// What `rustfmt` makes of a Rust file of edition 2021, which Anchor programs use.
///
/// # Errors
/// A missing tool, or text that is not Rust.
pub fn rust(text: &str) -> Result<String, ToolError> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt
        .args(["--edition", "2021"])
        .current_dir(Path::new("/"));
    text_of("rustfmt", tools::run(&mut rustfmt, text.as_bytes())?.stdout)
}

fn text_of(program: &str, stdout: Vec<u8>) -> Result<String, ToolError> {
    String::from_utf8(stdout)
        .map_err(|error| ToolError::answer(program, "not UTF-8", error.as_bytes()))
}
