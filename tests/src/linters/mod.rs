//! Linters of Solidity that others wrote, for what xcc emits.
//!
//! [`slither`] analyses what the compiler made of the sources, [`solhint`] reads the sources alone.

pub mod slither;
pub mod solhint;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::solc::Input;
use crate::tools::ToolError;

/// Something that a linter would have looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// The linter's name for what it looks for.
    pub rule: String,
    /// How bad it would be.
    pub impact: Impact,
    /// What it is about: `Contract.function` or `Contract.function.variable` from Slither, the path of a file from solhint.
    pub places: Vec<String>,
    /// The file and the line that it begins in.
    pub line: String,
    /// The finding in the linter's words.
    pub text: String,
}

/// How bad a [`Finding`] would be. What solhint finds has no grade but the lowest that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Impact {
    /// Costs gas.
    Optimization,
    /// Worth knowing.
    Informational,
    /// The first that has to be explained.
    Low,
    /// May break what the contract promises.
    Medium,
    /// May lose what the contract holds.
    High,
}

/// Writes sources where a linter looks for them.
fn write(input: &Input, folder: &Path) -> Result<(), ToolError> {
    for (path, text) in &input.sources {
        let path = folder.join(path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = written.and_then(|()| fs::write(&path, text));
        written.map_err(ToolError::io(&path))?;
    }
    Ok(())
}
