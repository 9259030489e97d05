//! Imports Aptos modules: module ABIs of the node API, alone, with bytecode, or several at once.

mod type_parser;

use indexmap::{IndexMap, IndexSet};

use super::format::Format;
use super::interface::{
    Field, Function, Generic, GenericKind, GenericUsage, Home, Interface, Signature, TypeBody,
};
use super::interface::{TypeDef, Unsupported};
use super::json::{Fault, FaultKind, Node};
use super::move_model::{
    Abilities, MoveAddress, MoveFunction, MoveType, Scope, Visibility, type_key,
};
use crate::vm::Vm;

/// Imports a document of one of Aptos's formats.
pub(super) fn import(root: &Node<'_>, format: Format, fallback: &str) -> Result<Interface, Fault> {
    let items = if format == Format::AptosModuleList {
        root.items()?
    } else {
        vec![root.clone()]
    };
    let modules: Vec<_> = items
        .into_iter()
        .map(|item| item.get("abi").unwrap_or(item))
        .collect();
    let mut interface = Interface {
        vm: Vm::Aptos,
        format,
        name: fallback.to_owned(),
        home: Home::Unknown,
        functions: IndexMap::new(),
        types: IndexMap::new(),
    };
    for module in &modules {
        read_types(module, &mut interface)?;
    }
    for module in &modules {
        read_functions(module, &mut interface)?;
    }
    settle_home(&modules, &mut interface)?;
    Ok(interface)
}

fn settle_home(modules: &[Node<'_>], interface: &mut Interface) -> Result<(), Fault> {
    let [first, rest @ ..] = modules else {
        return Ok(());
    };
    let address = read_address(first)?;
    if rest.is_empty() {
        interface.name = first.need("name")?.text()?.to_owned();
        interface.home = Home::Module {
            address,
            module: interface.name.clone(),
        };
        return Ok(());
    }
    for module in rest {
        if read_address(module)? != address {
            return Err(module.malformed("the modules belong to different accounts"));
        }
    }
    interface.home = Home::Package(address);
    Ok(())
}

fn read_address(module: &Node<'_>) -> Result<MoveAddress, Fault> {
    let node = module.need("address")?;
    MoveAddress::parse(node.text()?).map_err(|reason| node.malformed(reason))
}

fn read_types(module: &Node<'_>, interface: &mut Interface) -> Result<(), Fault> {
    let address = read_address(module)?;
    let module_name = module.need("name")?.text()?;
    for node in module.list("structs")? {
        let name = node.need("name")?.text()?;
        let def = read_struct(name, &node)?;
        if interface
            .types
            .insert(type_key(&address, module_name, name), def)
            .is_some()
        {
            return Err(Fault {
                kind: FaultKind::Duplicate,
                ..node.malformed(name)
            });
        }
    }
    Ok(())
}

fn read_struct(name: &str, node: &Node<'_>) -> Result<TypeDef, Fault> {
    let generics = read_generics(node)?;
    let body = match read_fields(node, &generics) {
        // Enums and native structs are listed without fields, and no Move struct has none.
        Ok(fields) if fields.is_empty() => Ok(TypeBody::Opaque),
        Ok(fields) => Ok(TypeBody::Struct(fields)),
        Err(fault) if fault.kind == FaultKind::Unsupported => Err(Unsupported {
            path: fault.path,
            reason: fault.reason,
        }),
        Err(fault) => return Err(fault),
    };
    let abilities = Some(read_abilities(&node.need("abilities")?)?);
    Ok(TypeDef {
        name: name.to_owned(),
        generics,
        abilities,
        body,
    })
}

fn read_fields(node: &Node<'_>, generics: &[Generic]) -> Result<Vec<Field>, Fault> {
    let field = |node: &Node<'_>| -> Result<Field, Fault> {
        Ok(Field::of_move(
            node.need("name")?.text()?,
            read_type(&node.need("type")?, generics)?,
        ))
    };
    node.list("fields")?.iter().map(field).collect()
}

fn read_functions(module: &Node<'_>, interface: &mut Interface) -> Result<(), Fault> {
    let address = read_address(module)?;
    let module_name = module.need("name")?.text()?;
    let mut seen = IndexSet::new();
    for node in module.need("exposed_functions")?.items()? {
        let name = node.need("name")?.text()?.to_owned();
        if !seen.insert(name.clone()) {
            return Err(Fault {
                kind: FaultKind::Duplicate,
                ..node.malformed(name)
            });
        }
        let read = read_signature(&node, &address, module_name, interface);
        let signature = match read {
            Ok(signature) => Ok(signature),
            Err(fault) if fault.kind == FaultKind::Unsupported => Err(Unsupported {
                path: fault.path,
                reason: format!("function `{name}`: {}", fault.reason),
            }),
            Err(fault) => return Err(fault),
        };
        interface.add(Function {
            name,
            docs: Vec::new(),
            path: node.path.clone(),
            signature,
        });
    }
    Ok(())
}

fn read_signature(
    node: &Node<'_>,
    address: &MoveAddress,
    module: &str,
    interface: &Interface,
) -> Result<Signature, Fault> {
    let generics = read_generics(node)?;
    let types = |key: &str| -> Result<Vec<MoveType>, Fault> {
        node.need(key)?
            .items()?
            .iter()
            .map(|ty| read_type(ty, &generics))
            .collect()
    };
    let params = types("params")?.into_iter().map(|ty| (None, ty)).collect();
    let results = types("return")?;
    let flag = |key: &str| node.get(key).map_or(Ok(false), |flag| flag.flag());
    let (visibility, script) = read_visibility(&node.need("visibility")?)?;
    let function = MoveFunction {
        address: address.clone(),
        module: module.to_owned(),
        visibility,
        is_entry: flag("is_entry")? || script == Script::Yes,
        is_view: flag("is_view")?,
        generics: generics.clone(),
    };
    let scope = Scope {
        vm: Vm::Aptos,
        types: &interface.types,
        generics: &generics,
    };
    Ok(scope.signature(params, results, function))
}

/// Whether the visibility is `script`, which the first versions of Move had for public entry functions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Yes,
    No,
}

fn read_visibility(node: &Node<'_>) -> Result<(Visibility, Script), Fault> {
    match node.text()? {
        "public" => Ok((Visibility::Public, Script::No)),
        "script" => Ok((Visibility::Public, Script::Yes)),
        "friend" => Ok((Visibility::Friend, Script::No)),
        "private" => Ok((Visibility::Private, Script::No)),
        other => Err(node.malformed(format!("`{other}` is no visibility"))),
    }
}

fn read_generics(node: &Node<'_>) -> Result<Vec<Generic>, Fault> {
    let read = |node: &Node<'_>| -> Result<Generic, Fault> {
        let constraints = read_abilities(&node.need("constraints")?)?;
        let phantom = node
            .get("is_phantom")
            .map_or(Ok(false), |flag| flag.flag())?;
        let usage = if phantom {
            GenericUsage::Phantom
        } else {
            GenericUsage::Stored
        };
        Ok(Generic {
            name: None,
            kind: GenericKind::Move { constraints, usage },
        })
    };
    node.list("generic_type_params")?.iter().map(read).collect()
}

fn read_abilities(node: &Node<'_>) -> Result<Abilities, Fault> {
    node.items()?.iter().try_fold(Abilities::NONE, |set, item| {
        let name = item.text()?;
        let ability = Abilities::named(name)
            .ok_or_else(|| item.malformed(format!("`{name}` is no ability")))?;
        Ok(set.with(ability))
    })
}

fn read_type(node: &Node<'_>, generics: &[Generic]) -> Result<MoveType, Fault> {
    let text = node.text()?;
    let ty = type_parser::parse(text)
        .map_err(|reason| node.unsupported(format!("type `{text}`: {reason}")))?;
    match ty.max_type_param() {
        Some(index) if usize::from(index) >= generics.len() => {
            Err(node.malformed(format!("type parameter {index} is not declared")))
        }
        _ => Ok(ty),
    }
}
