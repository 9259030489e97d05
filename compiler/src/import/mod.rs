//! Imports contract interfaces: the text of an ABI, IDL or module description becomes a model the checker reads.
//!
//! Nothing here opens files or prints. An interface loads even if xcc cannot call some of its functions: such a
//! function keeps the reason, which is reported when a workflow calls it.

mod aptos;
pub mod asset;
mod error;
mod evm;
mod format;
mod interface;
mod json;
mod move_model;
mod resolve;
mod sui;
mod svm;
#[cfg(test)]
mod tests;
pub(crate) mod well_known;

pub use error::{ImportError, Position};
pub use evm::{EvmComponent, EvmFunction, EvmTuple, EvmType, Mutability};
pub use format::Format;
pub use interface::{
    Field, Function, FunctionKind, Generic, GenericKind, GenericUsage, Home, Interface, Param,
    ParamRole, Passing, Returned, Signature, TargetType, TypeBody, TypeDef, Unsupported, Variant,
};
pub use json::{JsonPath, MAX_BYTES};
pub use move_model::{Abilities, MoveAddress, MoveFunction, MoveStruct, MoveType, Visibility};
pub use svm::{
    DiscriminatorSource, Pda, Pubkey, Seed, SvmAccount, SvmArg, SvmFunction, SvmLength, SvmType,
};

use format::Detected;
use json::{Fault, FaultKind, Node};

use crate::vm::Vm;

/// Imports the interface of a contract on a chain of `vm` from `text`, the content of the file `file_name`.
///
/// The format is detected by content; the file's name only names a contract whose file does not.
///
/// # Errors
///
/// An [`ImportError`] if the file as a whole cannot be used.
pub fn import(vm: Vm, file_name: &str, text: &str) -> Result<Interface, ImportError> {
    // Some editors and shells put a byte order mark before the JSON.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = json::parse(text)?;
    let root = open(&document).map_err(|fault| explain(text, fault))?;
    let format = match format::detect(root.value) {
        Detected::Known(format) => format,
        Detected::Empty(what) => {
            return Err(ImportError::Empty {
                what: what.to_owned(),
            });
        }
        Detected::Other(found) => return Err(ImportError::WrongFormat { found, vm }),
    };
    if format.vm() != vm {
        return Err(ImportError::WrongFormat {
            found: format.to_string(),
            vm,
        });
    }
    let fallback = stem(file_name);
    let read = match vm {
        Vm::Evm => evm::import(&root, format, fallback),
        Vm::Svm => svm::import(&root, format, fallback),
        Vm::Sui => sui::import(&root, format, fallback),
        Vm::Aptos => aptos::import(&root, format, fallback),
    };
    let interface = read.map_err(|fault| explain(text, fault))?;
    if interface.functions.is_empty() {
        return Err(ImportError::Empty {
            what: "the list of functions".to_owned(),
        });
    }
    Ok(interface)
}

/// The interface in a document, which may be the result in an answer of a node.
fn open(document: &serde_json::Value) -> Result<Node<'_>, Fault> {
    let root = Node::root(document);
    if root.get("jsonrpc").is_none() {
        return Ok(root);
    }
    root.get("result").ok_or_else(|| {
        let message = document
            .pointer("/error/message")
            .and_then(serde_json::Value::as_str);
        root.malformed(format!(
            "this is a node's error answer: {}",
            message.unwrap_or("no message")
        ))
    })
}

fn explain(text: &str, fault: Fault) -> ImportError {
    match fault.kind {
        FaultKind::Duplicate => ImportError::duplicate(text, &fault.reason, &fault.path),
        FaultKind::Malformed | FaultKind::Unsupported => ImportError::malformed(text, fault),
    }
}

/// The file name without folders and extensions.
fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.split('.')
        .find(|part| !part.is_empty())
        .unwrap_or(name)
}
