//! Imports Anchor IDLs, current and legacy.

mod accounts;
mod normalize;
mod types;

use anchor_lang_idl::convert::convert_idl;
use anchor_lang_idl::types as idl;
use indexmap::IndexMap;
use serde_json::{Value, json};

pub use accounts::{Pda, Pubkey, Seed, SvmAccount};
use normalize::{Generation, normalize};
use types::Resolver;
pub use types::{SvmArg, SvmLength, SvmType};

use super::format::Format;
use super::interface::{
    Function, FunctionKind, Generic, GenericKind, Home, Interface, Param, ParamRole, Returned,
};
use super::interface::{Signature, TargetType, TypeBody, TypeDef, Unsupported};
use super::json::{Fault, FaultKind, Node};
use crate::vm::Vm;

/// What only Anchor instructions have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SvmFunction {
    /// The bytes that instruction data starts with.
    pub discriminator: Vec<u8>,
    /// Where the discriminator comes from.
    pub discriminator_source: DiscriminatorSource,
    /// The accounts in order, groups flattened.
    pub accounts: Vec<SvmAccount>,
}

/// Where an instruction's discriminator comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscriminatorSource {
    /// The IDL states it.
    Declared,
    /// It is the hash of the name in snake case. Legacy IDLs write names in camel case, so a name such as `swap2` may
    /// have been `swap_2` in the program, whose discriminator is another.
    Derived,
}

/// The specification that xcc and the IDL library know.
const SPEC: &str = "0.1.0";

/// Imports a document of one of Anchor's formats; `fallback` names the program if the document does not.
pub(super) fn import(root: &Node<'_>, format: Format, fallback: &str) -> Result<Interface, Fault> {
    let generation = if format == Format::LegacyAnchorIdl {
        Generation::Legacy
    } else {
        Generation::Current
    };
    let metadata = root.get("metadata");
    let titled = if generation == Generation::Current {
        metadata.as_ref()
    } else {
        Some(root)
    };
    let name = titled
        .and_then(|node| node.get("name"))
        .map_or(Ok(fallback), |name| name.text())?;
    if let Some(spec) = metadata
        .as_ref()
        .and_then(|metadata| metadata.get("spec"))
        .filter(|s| s.value != SPEC)
    {
        return Err(spec.malformed(format!(
            "IDL specification {} is not known, only {SPEC}",
            spec.value
        )));
    }
    let mut interface = Interface {
        vm: Vm::Svm,
        format,
        name: name.to_owned(),
        home: read_home(root)?,
        functions: IndexMap::new(),
        types: read_types(root, generation)?,
    };
    for item in root.need("instructions")?.items()? {
        let function = read_instruction(&item, generation, &interface.types)?;
        if interface.functions.contains_key(&function.name) {
            return Err(Fault {
                kind: FaultKind::Duplicate,
                ..item.malformed(function.name)
            });
        }
        interface.add(function);
    }
    Ok(interface)
}

/// The program's address: a member of the IDL, or of the metadata that `anchor deploy` added to legacy ones.
fn read_home(root: &Node<'_>) -> Result<Home, Fault> {
    let address = root
        .get("address")
        .or_else(|| root.get("metadata")?.get("address"));
    let Some(node) = address.filter(|node| node.value.as_str() != Some("")) else {
        return Ok(Home::Unknown);
    };
    node.text()?
        .parse()
        .map(Home::Program)
        .map_err(|reason: String| node.malformed(reason))
}

/// Reads the declared types; legacy IDLs list those of accounts and events on their own.
fn read_types(root: &Node<'_>, generation: Generation) -> Result<IndexMap<String, TypeDef>, Fault> {
    let mut nodes = root.list("types")?;
    if generation == Generation::Legacy {
        nodes.extend(root.list("accounts")?);
    }
    let mut types: IndexMap<String, TypeDef> = IndexMap::new();
    for node in nodes {
        let name = node.need("name")?.text()?;
        let def = read_type(&node, name, generation);
        match types.get_mut(name) {
            None => drop(types.insert(name.to_owned(), def)),
            Some(other) if *other == def => {}
            Some(other) => {
                let reason = format!("type `{name}` is declared twice, in different ways");
                other.body = Err(Unsupported {
                    path: node.path.clone(),
                    reason,
                });
            }
        }
    }
    Ok(types)
}

fn read_type(node: &Node<'_>, name: &str, generation: Generation) -> TypeDef {
    let unsupported = |reason: String| Unsupported {
        path: node.path.clone(),
        reason,
    };
    let converted = convert("types", node.value, generation).map_err(unsupported);
    let mut def = TypeDef {
        name: name.to_owned(),
        generics: Vec::new(),
        abilities: None,
        body: Ok(TypeBody::Opaque),
    };
    match converted.map(|idl| idl.types) {
        Err(reason) => def.body = Err(reason),
        Ok(declared) => {
            for ty in declared {
                def.generics = types::generics_of_idl(&ty.generics);
                def.body = types::body_of_idl(&ty.ty).map_err(unsupported);
            }
        }
    }
    if generation == Generation::Legacy {
        def.generics = legacy_generics(node);
    }
    def
}

/// The type parameters of a legacy type, which the IDL library drops.
fn legacy_generics(node: &Node<'_>) -> Vec<Generic> {
    let names = node.value.get("generics").and_then(Value::as_array);
    let generic = |name: &Value| Generic {
        name: name.as_str().map(str::to_owned),
        kind: GenericKind::Type,
    };
    names.map_or_else(Vec::new, |names| names.iter().map(generic).collect())
}

fn read_instruction(
    node: &Node<'_>,
    generation: Generation,
    types: &IndexMap<String, TypeDef>,
) -> Result<Function, Fault> {
    let name = node.need("name")?.text()?;
    node.need("accounts")?.items()?;
    node.need("args")?.items()?;
    if generation == Generation::Current {
        check_discriminator(&node.need("discriminator")?)?;
    }
    match convert_instruction(node, generation) {
        Ok(instruction) => {
            let signature = read_signature(node, &instruction, generation, types);
            let signature = signature.map_err(|unsupported| blame(&instruction.name, unsupported));
            Ok(Function {
                name: instruction.name,
                docs: instruction.docs,
                path: node.path.clone(),
                signature,
            })
        }
        Err(unsupported) => {
            let signature = Err(blame(name, unsupported));
            Ok(Function {
                name: name.to_owned(),
                docs: Vec::new(),
                path: node.path.clone(),
                signature,
            })
        }
    }
}

fn blame(name: &str, unsupported: Unsupported) -> Unsupported {
    Unsupported {
        reason: format!("instruction `{name}`: {}", unsupported.reason),
        ..unsupported
    }
}

fn check_discriminator(node: &Node<'_>) -> Result<(), Fault> {
    let bytes = node.items()?;
    if bytes.is_empty() {
        return Err(node.malformed("a discriminator has at least one byte"));
    }
    bytes.iter().try_for_each(|byte| match byte.number()? {
        0..=255 => Ok(()),
        _ => Err(byte.malformed("a byte is at most 255")),
    })
}

/// Converts one instruction. If that fails, its parts are tried one by one to find the one at fault.
fn convert_instruction(
    node: &Node<'_>,
    generation: Generation,
) -> Result<idl::IdlInstruction, Unsupported> {
    let whole = match convert_one(node.value, generation) {
        Ok(instruction) => return Ok(instruction),
        Err(reason) => Unsupported {
            path: node.path.clone(),
            reason,
        },
    };
    for key in ["accounts", "args"] {
        for part in node.list(key).unwrap_or_default() {
            let mut alone = json!({"name": "f", "discriminator": [0], "accounts": [], "args": []});
            alone[key] = json!([part.value]);
            if let Err(reason) = convert_one(&alone, generation) {
                return Err(Unsupported {
                    path: part.path,
                    reason: describe(&part_name(part.value), &reason),
                });
            }
        }
    }
    Err(whole)
}

fn part_name(part: &Value) -> String {
    part.get("name")
        .and_then(Value::as_str)
        .unwrap_or("?")
        .to_owned()
}

fn describe(name: &str, reason: &str) -> String {
    format!("`{name}` is not as the IDL specification says: {reason}")
}

fn convert_one(instruction: &Value, generation: Generation) -> Result<idl::IdlInstruction, String> {
    let idl = convert("instructions", instruction, generation)?;
    idl.instructions
        .into_iter()
        .next()
        .ok_or_else(|| "the instruction was lost in conversion".to_owned())
}

/// Runs the IDL library over a document that holds nothing but one item, so that an item it cannot read spoils no other.
fn convert(list: &str, item: &Value, generation: Generation) -> Result<idl::Idl, String> {
    let mut document = json!({"instructions": []});
    match generation {
        Generation::Current => {
            document["address"] = json!("");
            document["metadata"] = json!({"name": "", "version": "", "spec": SPEC});
        }
        Generation::Legacy => {
            document["version"] = json!("");
            document["name"] = json!("");
            document["metadata"] = json!({"address": ""});
        }
    }
    document[list] = json!([normalize(item, generation)]);
    convert_idl(document.to_string().as_bytes()).map_err(|error| error.to_string())
}

fn read_signature(
    node: &Node<'_>,
    instruction: &idl::IdlInstruction,
    generation: Generation,
    types: &IndexMap<String, TypeDef>,
) -> Result<Signature, Unsupported> {
    let params = read_params(node, &instruction.args, types)?;
    let results = read_returns(node, instruction.returns.as_ref(), types)?;
    let accounts =
        accounts::flatten(&instruction.accounts, &params).map_err(|(place, reason)| {
            Unsupported {
                path: node.path.key("accounts").index(place),
                reason,
            }
        })?;
    let discriminator_source = match generation {
        Generation::Current => DiscriminatorSource::Declared,
        Generation::Legacy => DiscriminatorSource::Derived,
    };
    let kind = SvmFunction {
        discriminator: instruction.discriminator.clone(),
        discriminator_source,
        accounts,
    };
    Ok(Signature {
        params,
        results,
        kind: FunctionKind::Svm(kind),
    })
}

fn read_params(
    node: &Node<'_>,
    args: &[idl::IdlField],
    types: &IndexMap<String, TypeDef>,
) -> Result<Vec<Param>, Unsupported> {
    let mut params = Vec::new();
    for (place, arg) in args.iter().enumerate() {
        let ty = read_type_use(&arg.ty, types).map_err(|reason| Unsupported {
            path: node.path.key("args").index(place).key("type"),
            reason: format!("parameter `{}`: {reason}", arg.name),
        })?;
        params.push(Param {
            name: Some(arg.name.clone()),
            ty: TargetType::Svm(ty),
            role: ParamRole::Value,
        });
    }
    Ok(params)
}

fn read_returns(
    node: &Node<'_>,
    returns: Option<&idl::IdlType>,
    types: &IndexMap<String, TypeDef>,
) -> Result<Vec<Returned>, Unsupported> {
    let Some(ty) = returns else {
        return Ok(Vec::new());
    };
    let ty = read_type_use(ty, types).map_err(|reason| Unsupported {
        path: node.path.key("returns"),
        reason: format!("result: {reason}"),
    })?;
    Ok(vec![Returned {
        name: None,
        ty: TargetType::Svm(ty),
        abilities: None,
    }])
}

fn read_type_use(ty: &idl::IdlType, types: &IndexMap<String, TypeDef>) -> Result<SvmType, String> {
    let ty = SvmType::of_idl(ty)?;
    Resolver::new(types).check(&ty)?;
    Ok(ty)
}
