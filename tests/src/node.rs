//! Runs the Node drivers that stand between this library and compilers published on npm.

use std::path::PathBuf;
use std::process::Command;

use crate::tools::{self, Tool, ToolError};

/// Runs `tests/tools/drivers/<driver>` with `input` on standard input and returns its standard output.
///
/// # Errors
/// A missing tool, or a driver that failed; a driver fails only when the tool itself broke, not over what it was given.
pub fn run_driver(driver: &str, input: &[u8]) -> Result<Vec<u8>, ToolError> {
    let script = tools::suite_dir().join("tools/drivers").join(driver);
    let output = tools::run(Command::new("node").arg(script).arg(modules()?), input)?;
    Ok(output.stdout)
}

/// What a driver's answers depend on besides its input, for [`tools::cached`]: the installed packages and the script's text.
///
/// # Errors
/// A missing tool, or a driver that cannot be read.
pub fn driver_key(driver: &str) -> Result<Vec<u8>, ToolError> {
    let script = tools::suite_dir().join("tools/drivers").join(driver);
    let mut key = std::fs::read(&script).map_err(ToolError::io(&script))?;
    key.extend(modules()?.as_os_str().as_encoded_bytes());
    Ok(key)
}

/// The installed `node_modules` folder.
///
/// # Errors
/// [`ToolError::Missing`] until `tests/install npm` has run.
pub fn modules() -> Result<PathBuf, ToolError> {
    Ok(Tool::Npm.dir()?.join("node_modules"))
}
