//! Imports Sui modules: normalized modules of the node API and summaries of `sui move summary`.

mod normalized;
mod summary;

use indexmap::IndexMap;

use super::format::Format;
use super::interface::{Function, Generic, Home, Interface, Signature, Unsupported};
use super::json::{Fault, FaultKind, Node};
use super::move_model::{Abilities, MoveAddress, MoveType};
use super::well_known;
use crate::vm::Vm;

/// Imports a document of one of Sui's formats; `fallback` names the module if the document does not.
pub(super) fn import(root: &Node<'_>, format: Format, fallback: &str) -> Result<Interface, Fault> {
    let mut interface = Interface {
        vm: Vm::Sui,
        format,
        name: fallback.to_owned(),
        home: Home::Unknown,
        functions: IndexMap::new(),
        types: IndexMap::new(),
    };
    match format {
        Format::SuiNormalizedPackage => normalized::read_package(root, &mut interface)?,
        Format::SuiModuleSummary => summary::read_module(root, fallback, &mut interface)?,
        _ => normalized::read_module(root, &mut interface)?,
    }
    Ok(interface)
}

/// What surrounds a function or type while it is read.
struct Module<'a> {
    address: &'a MoveAddress,
    name: &'a str,
}

/// Reads an address; the names of Sui's own packages become their numbers.
fn read_address(node: &Node<'_>) -> Result<MoveAddress, Fault> {
    let text = node.text()?;
    if let Some(number) = well_known::sui_named_address(text) {
        return Ok(MoveAddress::small(number));
    }
    MoveAddress::parse(text).map_err(|reason| node.malformed(reason))
}

/// Reads an array of ability names.
fn read_abilities(node: &Node<'_>) -> Result<Abilities, Fault> {
    node.items()?.iter().try_fold(Abilities::NONE, |set, item| {
        let name = item.text()?;
        let ability = Abilities::named(name)
            .ok_or_else(|| item.malformed(format!("`{name}` is no ability")))?;
        Ok(set.with(ability))
    })
}

/// Checks that every type parameter that occurs is declared.
fn check_type_params(
    node: &Node<'_>,
    ty: MoveType,
    generics: &[Generic],
) -> Result<MoveType, Fault> {
    match ty.max_type_param() {
        Some(index) if usize::from(index) >= generics.len() => {
            Err(node.malformed(format!("type parameter {index} is not declared")))
        }
        _ => Ok(ty),
    }
}

/// Adds a function whose signature could be read, or could not for a reason of its own.
fn add(
    interface: &mut Interface,
    node: &Node<'_>,
    name: &str,
    docs: Vec<String>,
    read: Result<Signature, Fault>,
) -> Result<(), Fault> {
    let signature = match read {
        Ok(signature) => Ok(signature),
        Err(fault) if fault.kind == FaultKind::Unsupported => Err(Unsupported {
            path: fault.path,
            reason: format!("function `{name}`: {}", fault.reason),
        }),
        Err(fault) => return Err(fault),
    };
    interface.add(Function {
        name: name.to_owned(),
        docs,
        path: node.path.clone(),
        signature,
    });
    Ok(())
}
