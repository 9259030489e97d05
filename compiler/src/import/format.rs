//! Tells the interface formats apart by their content.

use std::fmt;

use serde_json::Value;

use super::json;
use crate::vm::Vm;

/// The formats of interface files that xcc reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A Solidity ABI: an array of functions, events and errors.
    SolidityAbi,
    /// An artifact of a Solidity tool (Foundry, Hardhat, Truffle, Waffle): an object whose `abi` is a Solidity ABI.
    SolidityArtifact,
    /// An Anchor IDL of specification 0.1.0, written by Anchor 0.30 and later.
    AnchorIdl,
    /// An Anchor IDL as written before Anchor 0.30.
    LegacyAnchorIdl,
    /// The result of `sui_getNormalizedMoveModule`.
    SuiNormalizedModule,
    /// The result of `sui_getNormalizedMoveModulesByPackage`: an object of normalized modules.
    SuiNormalizedPackage,
    /// A module summary written by `sui move summary`.
    SuiModuleSummary,
    /// A module of the Aptos node API: bytecode and ABI.
    AptosModule,
    /// The ABI object alone of an Aptos module.
    AptosModuleAbi,
    /// An array of Aptos modules or ABIs.
    AptosModuleList,
}

impl Format {
    /// The virtual machine whose contracts this format describes.
    #[must_use]
    pub const fn vm(self) -> Vm {
        match self {
            Self::SolidityAbi | Self::SolidityArtifact => Vm::Evm,
            Self::AnchorIdl | Self::LegacyAnchorIdl => Vm::Svm,
            Self::SuiNormalizedModule | Self::SuiNormalizedPackage | Self::SuiModuleSummary => {
                Vm::Sui
            }
            Self::AptosModule | Self::AptosModuleAbi | Self::AptosModuleList => Vm::Aptos,
        }
    }

    /// The formats that describe contracts of `vm`, as a phrase for messages.
    #[must_use]
    pub const fn expected(vm: Vm) -> &'static str {
        match vm {
            Vm::Evm => "Solidity ABI JSON or a Foundry or Hardhat artifact",
            Vm::Svm => "Anchor IDL JSON",
            Vm::Sui => "`sui move summary` JSON or normalized module JSON",
            Vm::Aptos => "Aptos module ABI JSON",
        }
    }

    const fn phrase(self) -> &'static str {
        match self {
            Self::SolidityAbi => "a Solidity ABI",
            Self::SolidityArtifact => "a Solidity build artifact",
            Self::AnchorIdl => "an Anchor IDL",
            Self::LegacyAnchorIdl => "a legacy Anchor IDL",
            Self::SuiNormalizedModule => "a normalized Sui module",
            Self::SuiNormalizedPackage => "a normalized Sui package",
            Self::SuiModuleSummary => "a Sui module summary",
            Self::AptosModule => "an Aptos module",
            Self::AptosModuleAbi => "an Aptos module ABI",
            Self::AptosModuleList => "a list of Aptos modules",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phrase())
    }
}

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Detected {
    Known(Format),
    /// An empty container, with the words for it.
    Empty(&'static str),
    /// Something else, in words with an article.
    Other(String),
}

/// Detects the format of a document by the members it has.
pub(super) fn detect(value: &Value) -> Detected {
    match value {
        Value::Array(items) => detect_array(items),
        Value::Object(_) => detect_object(value),
        other => Detected::Other(format!("{} and no interface", json::kind(other))),
    }
}

fn detect_array(items: &[Value]) -> Detected {
    let Some(first) = items.first() else {
        return Detected::Empty("the array in the file");
    };
    if items
        .iter()
        .all(|item| is_aptos_abi(item) || item.get("abi").is_some_and(is_aptos_abi))
    {
        return Detected::Known(Format::AptosModuleList);
    }
    if items
        .iter()
        .all(|item| item.get("type").is_some_and(Value::is_string))
    {
        return Detected::Known(Format::SolidityAbi);
    }
    if first.is_string() {
        return Detected::Other("an array of strings, perhaps a human-readable ABI".to_owned());
    }
    // Old compilers left out the type of functions, which the ABI importer knows how to read.
    if items
        .iter()
        .all(|item| item.get("inputs").is_some() || item.get("type").is_some())
    {
        return Detected::Known(Format::SolidityAbi);
    }
    Detected::Other(format!(
        "an array whose first element is {}",
        json::kind(first)
    ))
}

fn detect_object(value: &Value) -> Detected {
    if is_aptos_abi(value) {
        return Detected::Known(Format::AptosModuleAbi);
    }
    match value.get("abi") {
        Some(Value::Array(_)) => return Detected::Known(Format::SolidityArtifact),
        Some(abi) if is_aptos_abi(abi) => return Detected::Known(Format::AptosModule),
        Some(Value::Null) if value.get("bytecode").is_some() => {
            return Detected::Other("a module of which only the bytecode is known".to_owned());
        }
        _ => {}
    }
    if value.get("exposedFunctions").is_some() {
        return Detected::Known(Format::SuiNormalizedModule);
    }
    if value.get("functions").is_some_and(Value::is_object)
        && value.get("immediate_dependencies").is_some()
    {
        return Detected::Known(Format::SuiModuleSummary);
    }
    detect_idl(value).unwrap_or_else(|| detect_package(value))
}

fn detect_idl(value: &Value) -> Option<Detected> {
    if value.get("kind").and_then(Value::as_str) == Some("rootNode") {
        return Some(Detected::Other(
            "a Codama IDL, which is not an Anchor IDL".to_owned(),
        ));
    }
    value
        .get("instructions")
        .filter(|instructions| instructions.is_array())?;
    if value.pointer("/metadata/origin").and_then(Value::as_str) == Some("shank") {
        return Some(Detected::Other(
            "a Shank IDL of a program that does not use Anchor".to_owned(),
        ));
    }
    let current = value.pointer("/metadata/spec").is_some();
    Some(Detected::Known(if current {
        Format::AnchorIdl
    } else {
        Format::LegacyAnchorIdl
    }))
}

fn detect_package(value: &Value) -> Detected {
    let members = value.as_object();
    let Some(members) = members.filter(|members| !members.is_empty()) else {
        return Detected::Empty("the object in the file");
    };
    if members
        .values()
        .all(|member| member.get("exposedFunctions").is_some())
    {
        return Detected::Known(Format::SuiNormalizedPackage);
    }
    if members.contains_key("sources") && members.contains_key("language") {
        return Detected::Other("an input for the Solidity compiler".to_owned());
    }
    if members.contains_key("solcVersion") {
        return Detected::Other(
            "a Hardhat build-info file; the artifact of the one contract is needed".to_owned(),
        );
    }
    let names: Vec<_> = members
        .keys()
        .take(4)
        .map(|name| format!("`{name}`"))
        .collect();
    Detected::Other(format!("an object with the members {}", names.join(", ")))
}

fn is_aptos_abi(value: &Value) -> bool {
    value.get("exposed_functions").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str) -> Detected {
        detect(&serde_json::from_str(text).expect("valid JSON"))
    }

    #[test]
    fn every_format_is_known_by_its_content() {
        let cases = [
            (r#"[{"type":"function","name":"f"}]"#, Format::SolidityAbi),
            (
                r#"{"abi":[],"contractName":"A","_format":"hh-sol-artifact-1"}"#,
                Format::SolidityArtifact,
            ),
            (
                r#"{"address":"","metadata":{"spec":"0.1.0"},"instructions":[]}"#,
                Format::AnchorIdl,
            ),
            (
                r#"{"version":"0.1.0","name":"a","instructions":[]}"#,
                Format::LegacyAnchorIdl,
            ),
            (
                r#"{"name":"m","exposedFunctions":{}}"#,
                Format::SuiNormalizedModule,
            ),
            (
                r#"{"m":{"name":"m","exposedFunctions":{}}}"#,
                Format::SuiNormalizedPackage,
            ),
            (
                r#"{"id":{},"immediate_dependencies":[],"functions":{}}"#,
                Format::SuiModuleSummary,
            ),
            (
                r#"{"bytecode":"0x","abi":{"exposed_functions":[]}}"#,
                Format::AptosModule,
            ),
            (
                r#"{"name":"m","exposed_functions":[]}"#,
                Format::AptosModuleAbi,
            ),
            (
                r#"[{"abi":{"exposed_functions":[]}}]"#,
                Format::AptosModuleList,
            ),
        ];
        for (text, format) in cases {
            assert_eq!(detected(text), Detected::Known(format), "{text}");
        }
    }

    #[test]
    fn what_is_no_interface_is_named() {
        for (text, words) in [
            ("3", "a number and no interface"),
            (
                r#"["function f()"]"#,
                "an array of strings, perhaps a human-readable ABI",
            ),
            (
                r#"{"kind":"rootNode"}"#,
                "a Codama IDL, which is not an Anchor IDL",
            ),
            (r#"{"a":1,"b":2}"#, "an object with the members `a`, `b`"),
        ] {
            assert_eq!(detected(text), Detected::Other(words.to_owned()), "{text}");
        }
        assert_eq!(detected("[]"), Detected::Empty("the array in the file"));
    }
}
