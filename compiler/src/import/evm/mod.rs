//! Imports Solidity ABIs: raw ABI JSON and the artifacts of Foundry, Hardhat and their like.

mod types;

use ethabi::StateMutability;
use indexmap::IndexMap;

pub use types::{EvmComponent, EvmTuple, EvmType};
use types::{read_name, write_list};

use super::format::Format;
use super::interface::Unsupported;
use super::interface::{
    Function, FunctionKind, Home, Interface, Param, ParamRole, Returned, Signature, TargetType,
};
use super::json::{Fault, FaultKind, Node};
use crate::vm::Vm;

/// What only Solidity functions have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvmFunction {
    /// The first four bytes of the hash of the canonical signature.
    pub selector: [u8; 4],
    /// Name and parameter types as the selector hashes them, such as `transfer(address,uint256)`.
    pub canonical: String,
    /// What the function may do with state and value.
    pub mutability: Mutability,
}

/// What a Solidity function may do with state and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// Neither reads nor writes state.
    Pure,
    /// Only reads state.
    View,
    /// Writes state and refuses value.
    NonPayable,
    /// Writes state and takes value.
    Payable,
}

/// Imports a document of one of Solidity's formats; `fallback` names the contract if the document does not.
pub(super) fn import(root: &Node<'_>, format: Format, fallback: &str) -> Result<Interface, Fault> {
    let abi = if format == Format::SolidityArtifact {
        root.need("abi")?
    } else {
        root.clone()
    };
    let mut interface = Interface {
        vm: Vm::Evm,
        format,
        name: contract_name(root).unwrap_or(fallback).to_owned(),
        home: Home::Unknown,
        functions: IndexMap::new(),
        types: IndexMap::new(),
    };
    for item in abi.items()? {
        if is_function(&item)? {
            interface.add(read_function(&item)?);
        }
    }
    settle_collisions(&mut interface);
    Ok(interface)
}

fn contract_name<'a>(root: &Node<'a>) -> Option<&'a str> {
    root.value
        .get("contractName")?
        .as_str()
        .filter(|name| !name.is_empty())
}

/// Whether an item is a function, and not a constructor, event, error, fallback or receive function.
fn is_function(item: &Node<'_>) -> Result<bool, Fault> {
    // Compilers before 0.4.16 could leave the type out; the ABI specification makes it a function then.
    let Some(kind) = item.get("type") else {
        return Ok(true);
    };
    match kind.text()? {
        "function" => Ok(true),
        "constructor" | "event" | "error" | "fallback" | "receive" => Ok(false),
        other => Err(kind.malformed(format!("`{other}` is no kind of ABI item"))),
    }
}

fn read_function(item: &Node<'_>) -> Result<Function, Fault> {
    let name = item.need("name")?.text()?.to_owned();
    let signature = match read_signature(item, &name) {
        Ok(signature) => Ok(signature),
        Err(fault) if fault.kind == FaultKind::Unsupported => Err(Unsupported {
            path: fault.path,
            reason: format!("function `{name}`, {}", fault.reason),
        }),
        Err(fault) => return Err(fault),
    };
    Ok(Function {
        name,
        docs: Vec::new(),
        path: item.path.clone(),
        signature,
    })
}

fn read_signature(item: &Node<'_>, name: &str) -> Result<Signature, Fault> {
    if !is_identifier(name) {
        return Err(item.unsupported(format!("`{name}` is no Solidity identifier")));
    }
    let params = read_params(item)?;
    let results = read_results(item)?;
    let types: Vec<_> = params.iter().map(|(_, ty)| ty.to_ethabi()).collect();
    let kind = EvmFunction {
        selector: ethabi::short_signature(name, &types),
        canonical: canonical(name, params.iter().map(|(_, ty)| ty)),
        mutability: read_mutability(item)?,
    };
    let param = |(name, ty)| Param {
        name,
        ty: TargetType::Evm(ty),
        role: ParamRole::Value,
    };
    Ok(Signature {
        params: params.into_iter().map(param).collect(),
        results,
        kind: FunctionKind::Evm(kind),
    })
}

fn read_params(item: &Node<'_>) -> Result<Vec<(Option<String>, EvmType)>, Fault> {
    read_typed_list(item, "inputs", "parameter")
}

fn read_results(item: &Node<'_>) -> Result<Vec<Returned>, Fault> {
    let results = read_typed_list(item, "outputs", "result")?;
    let returned = |(name, ty)| Returned {
        name,
        ty: TargetType::Evm(ty),
        abilities: None,
    };
    Ok(results.into_iter().map(returned).collect())
}

fn read_typed_list(
    item: &Node<'_>,
    key: &str,
    noun: &str,
) -> Result<Vec<(Option<String>, EvmType)>, Fault> {
    let mut list = Vec::new();
    for (place, node) in item.list(key)?.iter().enumerate() {
        let name = read_name(node)?;
        let label = name.as_ref().map_or_else(
            || format!("{noun} {}", place + 1),
            |name| format!("{noun} `{name}`"),
        );
        let ty = EvmType::read(node).map_err(|fault| Fault {
            reason: format!("{label}: {}", fault.reason),
            ..fault
        })?;
        list.push((name, ty));
    }
    Ok(list)
}

/// The mutability, which compilers before 0.4.16 wrote as two flags.
fn read_mutability(item: &Node<'_>) -> Result<Mutability, Fault> {
    if let Some(node) = item.get("stateMutability") {
        let text = node.text()?;
        return Mutability::from_name(text)
            .ok_or_else(|| node.malformed(format!("`{text}` is no state mutability")));
    }
    let flag = |key: &str| item.get(key).map_or(Ok(false), |node| node.flag());
    Ok(match (flag("constant")?, flag("payable")?) {
        (true, _) => Mutability::View,
        (false, true) => Mutability::Payable,
        (false, false) => Mutability::NonPayable,
    })
}

fn canonical<'a>(name: &str, types: impl Iterator<Item = &'a EvmType>) -> String {
    let mut text = name.to_owned();
    write_list(&mut text, types).expect("writing to a string cannot fail");
    text
}

fn is_identifier(name: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    name.starts_with(start) && name.chars().all(|c| start(c) || c.is_ascii_digit())
}

/// Drops repeated functions, as merged ABIs of proxies have them, and bars those that share a selector but differ.
fn settle_collisions(interface: &mut Interface) {
    for overloads in interface.functions.values_mut() {
        let mut kept: Vec<Function> = Vec::new();
        for function in overloads.drain(..) {
            if !kept
                .iter()
                .any(|other| other.signature.is_ok() && other.signature == function.signature)
            {
                kept.push(function);
            }
        }
        *overloads = kept;
    }
    let mut owners: IndexMap<[u8; 4], Vec<String>> = IndexMap::new();
    for function in interface.functions.values().flatten() {
        if let Some(selector) = selector_of(function) {
            owners
                .entry(selector)
                .or_default()
                .push(function.name.clone());
        }
    }
    for function in interface.functions.values_mut().flatten() {
        let others = selector_of(function)
            .and_then(|selector| owners.get(&selector))
            .filter(|names| names.len() > 1);
        if let Some(names) = others {
            let reason = format!(
                "functions {} share one selector but differ, so a call could mean either",
                names.join(" and ")
            );
            function.signature = Err(Unsupported {
                path: function.path.clone(),
                reason,
            });
        }
    }
}

fn selector_of(function: &Function) -> Option<[u8; 4]> {
    match &function.signature.as_ref().ok()?.kind {
        FunctionKind::Evm(evm) => Some(evm.selector),
        FunctionKind::Svm(_) | FunctionKind::Sui(_) | FunctionKind::Aptos(_) => None,
    }
}

impl Mutability {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "pure" => Self::Pure,
            "view" => Self::View,
            "nonpayable" => Self::NonPayable,
            "payable" => Self::Payable,
            _ => return None,
        })
    }

    /// The keyword for a Solidity interface, empty for the default.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Pure => "pure",
            Self::View => "view",
            Self::NonPayable => "",
            Self::Payable => "payable",
        }
    }

    /// The same for ethabi.
    #[must_use]
    pub const fn to_ethabi(self) -> StateMutability {
        match self {
            Self::Pure => StateMutability::Pure,
            Self::View => StateMutability::View,
            Self::NonPayable => StateMutability::NonPayable,
            Self::Payable => StateMutability::Payable,
        }
    }
}
