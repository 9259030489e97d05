//! The formatters of the targets' own ecosystems, which emitted text must already satisfy.

use std::path::Path;
use std::process::Command;

use crate::node;
use crate::tools::{self, ToolError};

/// What `forge fmt` makes of a Solidity file.
///
/// # Errors
/// A missing tool, or text that is not Solidity.
pub fn solidity(text: &str) -> Result<String, ToolError> {
    let modules = node::modules()?;
    // The platform package's own binary: the npm wrapper hides exit codes.
    let forge = modules.join("@foundry-rs/forge-linux-amd64/bin/forge");
    // Away from any foundry.toml of the caller, so that the defaults hold.
    let output = tools::run(
        Command::new(forge)
            .args(["fmt", "--raw", "-"])
            .current_dir(modules),
        text.as_bytes(),
    )?;
    text_of("forge fmt", output.stdout)
}

/// What `@mysten/prettier-plugin-move` makes of a Sui Move file, at the plugin's own defaults.
///
/// # Errors
/// A missing tool, or text that is not Move.
pub fn sui_move(text: &str) -> Result<String, ToolError> {
    let modules = node::modules()?;
    let plugin = modules.join("@mysten/prettier-plugin-move/out/index.js");
    let mut prettier = Command::new("node");
    prettier
        .arg(modules.join("prettier/bin/prettier.cjs"))
        .arg("--plugin")
        .arg(plugin);
    prettier.args(["--no-config", "--stdin-filepath", "source.move"]);
    let output = tools::run(prettier.current_dir(modules), text.as_bytes())?;
    text_of("prettier-plugin-move", output.stdout)
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
