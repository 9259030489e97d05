//! Compiles Solidity with the real compiler and returns code, interface and every diagnostic as data.
//!
//! The compiler is npm's `solc`; set `XCC_SOLC` to the path of a native `solc` of the same 0.8 line to use that instead.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::node;
use crate::tools::{self, ToolError};

/// What to compile and how.
#[derive(Clone, Debug)]
pub struct Input {
    /// Source text by path, as import statements name it.
    pub sources: BTreeMap<String, String>,
    /// Import remappings, `prefix=target`.
    pub remappings: Vec<String>,
    /// How the code is generated.
    pub pipeline: Pipeline,
}

/// The code generator's settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pipeline {
    /// No optimizer: fastest to compile, and what a debugger likes.
    Unoptimized,
    /// The optimizer at 200 runs, as Foundry and Hardhat have it by default.
    #[default]
    Optimized,
    /// The optimizer over the intermediate representation, which knows no "stack too deep".
    ViaIr,
}

/// What the compiler made of an [`Input`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// Every contract, interface and library, by `path:Name`.
    pub contracts: BTreeMap<String, Contract>,
    /// Every error, warning and hint, in the compiler's order.
    pub diagnostics: Vec<Diagnostic>,
}

/// One compiled contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// The interface as the compiler describes it.
    pub abi: Value,
    /// The code to deploy with; constructor arguments are appended to it. Empty for interfaces.
    pub creation: Vec<u8>,
    /// The code that stays on chain, immutables as zeros.
    pub runtime: Vec<u8>,
}

/// One message of the compiler.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The compiler's own number for it, if it has one.
    #[serde(default)]
    pub error_code: Option<String>,
    /// The message alone.
    pub message: String,
    /// The message with its place in the source.
    #[serde(default)]
    pub formatted_message: String,
}

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No code was made.
    Error,
    /// Code was made and is suspect.
    Warning,
    /// A hint.
    Info,
}

impl Input {
    /// Optimized, without remappings.
    pub fn new<P: Into<String>, T: Into<String>>(
        sources: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        Self {
            sources: sources
                .into_iter()
                .map(|(path, text)| (path.into(), text.into()))
                .collect(),
            remappings: Vec::new(),
            pipeline: Pipeline::default(),
        }
    }

    /// The request for the compiler.
    pub(crate) fn standard_json(&self) -> Value {
        let sources = self
            .sources
            .iter()
            .map(|(path, text)| (path.clone(), json!({ "content": text })));
        json!({
            "language": "Solidity",
            "sources": sources.collect::<serde_json::Map<_, _>>(),
            "settings": {
                "remappings": self.remappings,
                "optimizer": { "enabled": self.pipeline != Pipeline::Unoptimized, "runs": 200 },
                "viaIR": self.pipeline == Pipeline::ViaIr,
                "outputSelection": { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
            },
        })
    }
}

impl Output {
    /// The contract of that name, in whatever file it stands.
    ///
    /// # Panics
    /// When there is none or more than one, with the diagnostics, since tests name contracts they wrote.
    #[must_use]
    pub fn contract(&self, name: &str) -> &Contract {
        let has_name = |key: &String| key.rsplit_once(':').is_some_and(|(_, last)| last == name);
        let mut found = self.contracts.iter().filter(|(key, _)| has_name(key));
        match (found.next(), found.next()) {
            (Some((_, contract)), None) => contract,
            (None, _) => panic!("no contract `{name}`:\n{}", self.render()),
            (Some(_), Some(_)) => panic!("several contracts `{name}`"),
        }
    }

    /// All diagnostics as the compiler prints them.
    #[must_use]
    pub fn render(&self) -> String {
        self.diagnostics
            .iter()
            .map(|diagnostic| diagnostic.formatted_message.as_str())
            .collect()
    }
}

/// Compiles all sources in one run of the compiler. Errors in the sources are diagnostics of the output, not of this call.
///
/// Results are kept in the cache by everything they depend on.
///
/// # Errors
/// A missing or broken compiler.
pub fn compile(input: &Input) -> Result<Output, ToolError> {
    let request = input.standard_json().to_string();
    let key = compiler_key()?;
    let answer = tools::cached("solc", &[&key, request.as_bytes()], || match native() {
        Some(path) => Ok(tools::run(
            Command::new(path).arg("--standard-json"),
            request.as_bytes(),
        )?
        .stdout),
        None => node::ask("solc.mjs", request.as_bytes()),
    })?;
    read_answer(&answer).map_err(|reason| ToolError::answer("solc", reason, &answer))
}

/// The compiler to use instead of npm's.
pub(crate) fn native() -> Option<PathBuf> {
    std::env::var_os("XCC_SOLC").map(PathBuf::from)
}

/// What the compiler's answers depend on besides the request, for [`tools::cached`].
pub(crate) fn compiler_key() -> Result<Vec<u8>, ToolError> {
    match native() {
        Some(path) => Ok(tools::run(Command::new(path).arg("--version"), b"")?.stdout),
        None => node::driver_key("solc.mjs"),
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    errors: Vec<Diagnostic>,
    #[serde(default)]
    contracts: BTreeMap<String, BTreeMap<String, AnsweredContract>>,
}

#[derive(Deserialize)]
struct AnsweredContract {
    abi: Value,
    evm: AnsweredCode,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnsweredCode {
    bytecode: AnsweredObject,
    deployed_bytecode: AnsweredObject,
}

#[derive(Deserialize)]
struct AnsweredObject {
    object: String,
}

fn read_answer(answer: &[u8]) -> Result<Output, String> {
    let answer: Answer = serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    let mut output = Output {
        contracts: BTreeMap::new(),
        diagnostics: answer.errors,
    };
    for (path, contracts) in answer.contracts {
        for (name, contract) in contracts {
            output
                .contracts
                .insert(format!("{path}:{name}"), read_contract(contract)?);
        }
    }
    Ok(output)
}

/// An object with unlinked libraries is not hexadecimal; emitted code links none, so that is an error.
fn read_contract(contract: AnsweredContract) -> Result<Contract, String> {
    let bytes = |code: AnsweredObject| {
        hex::decode(code.object).map_err(|error| format!("bytecode: {error}"))
    };
    Ok(Contract {
        abi: contract.abi,
        creation: bytes(contract.evm.bytecode)?,
        runtime: bytes(contract.evm.deployed_bytecode)?,
    })
}
