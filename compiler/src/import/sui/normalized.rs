//! Reads normalized modules as the Sui node API returns them.

use super::{Module, add, check_type_params, read_abilities, read_address};
use crate::import::interface::{
    Field, Generic, GenericKind, GenericUsage, Home, Interface, Signature, TypeBody,
};
use crate::import::interface::{TypeDef, Unsupported};
use crate::import::json::{Fault, FaultKind, Node};
use crate::import::move_model::{
    Abilities, MoveFunction, MoveStruct, MoveType, Scope, Visibility, type_key,
};
use crate::vm::Vm;

/// Reads the result of `sui_getNormalizedMoveModulesByPackage`.
pub(super) fn read_package(root: &Node<'_>, interface: &mut Interface) -> Result<(), Fault> {
    let modules: Vec<_> = root
        .members()?
        .into_iter()
        .map(|(_, module)| module)
        .collect();
    read_modules(&modules, interface)?;
    if let (Home::Module { address, .. }, true) = (interface.home.clone(), modules.len() > 1) {
        interface.home = Home::Package(address);
    }
    Ok(())
}

/// Reads the result of `sui_getNormalizedMoveModule`.
pub(super) fn read_module(root: &Node<'_>, interface: &mut Interface) -> Result<(), Fault> {
    interface.name = root.need("name")?.text()?.to_owned();
    read_modules(std::slice::from_ref(root), interface)
}

/// Reads the types of all modules first, since the abilities of parameters depend on them.
fn read_modules(modules: &[Node<'_>], interface: &mut Interface) -> Result<(), Fault> {
    for node in modules {
        let address = read_address(&node.need("address")?)?;
        let name = node.need("name")?.text()?;
        let module = Module {
            address: &address,
            name,
        };
        for (struct_name, declaration) in node
            .get("structs")
            .map_or(Ok(Vec::new()), |structs| structs.members())?
        {
            let def = read_struct(struct_name, &declaration)?;
            interface
                .types
                .insert(type_key(module.address, module.name, struct_name), def);
        }
        interface.home = Home::Module {
            address: address.clone(),
            module: name.to_owned(),
        };
    }
    for node in modules {
        let address = read_address(&node.need("address")?)?;
        let module = Module {
            address: &address,
            name: node.need("name")?.text()?,
        };
        for (name, function) in node.need("exposedFunctions")?.members()? {
            let read = read_signature(&function, &module, interface);
            add(interface, &function, name, Vec::new(), read)?;
        }
    }
    Ok(())
}

fn read_struct(name: &str, node: &Node<'_>) -> Result<TypeDef, Fault> {
    let mut generics = Vec::new();
    for param in node.list("typeParameters")? {
        let phantom = param
            .get("isPhantom")
            .map_or(Ok(false), |flag| flag.flag())?;
        let usage = if phantom {
            GenericUsage::Phantom
        } else {
            GenericUsage::Stored
        };
        generics.push(generic(
            read_ability_set(&param.need("constraints")?)?,
            usage,
        ));
    }
    let body = match read_fields(node, &generics) {
        Ok(fields) => Ok(TypeBody::Struct(fields)),
        Err(fault) if fault.kind == FaultKind::Unsupported => Err(Unsupported {
            path: fault.path,
            reason: fault.reason,
        }),
        Err(fault) => return Err(fault),
    };
    let abilities = Some(read_ability_set(&node.need("abilities")?)?);
    Ok(TypeDef {
        name: name.to_owned(),
        generics,
        abilities,
        body,
    })
}

fn read_fields(node: &Node<'_>, generics: &[Generic]) -> Result<Vec<Field>, Fault> {
    let field = |node: &Node<'_>| -> Result<Field, Fault> {
        let ty = node.need("type")?;
        Ok(Field::of_move(
            node.need("name")?.text()?,
            check_type_params(&ty, read_type(&ty)?, generics)?,
        ))
    };
    node.list("fields")?.iter().map(field).collect()
}

fn read_signature(
    node: &Node<'_>,
    module: &Module<'_>,
    interface: &Interface,
) -> Result<Signature, Fault> {
    let mut generics = Vec::new();
    for param in node.list("typeParameters")? {
        generics.push(generic(read_ability_set(&param)?, GenericUsage::Stored));
    }
    let types = |key: &str| -> Result<Vec<MoveType>, Fault> {
        let read = |node: &Node<'_>| check_type_params(node, read_type(node)?, &generics);
        node.need(key)?.items()?.iter().map(read).collect()
    };
    let params = types("parameters")?
        .into_iter()
        .map(|ty| (None, ty))
        .collect();
    let results = types("return")?;
    let scope = Scope {
        vm: Vm::Sui,
        types: &interface.types,
        generics: &generics,
    };
    let function = MoveFunction {
        address: module.address.clone(),
        module: module.name.to_owned(),
        visibility: read_visibility(&node.need("visibility")?)?,
        is_entry: node.need("isEntry")?.flag()?,
        is_view: false,
        generics: generics.clone(),
    };
    Ok(scope.signature(params, results, function))
}

fn generic(constraints: Abilities, usage: GenericUsage) -> Generic {
    Generic {
        name: None,
        kind: GenericKind::Move { constraints, usage },
    }
}

fn read_ability_set(node: &Node<'_>) -> Result<Abilities, Fault> {
    read_abilities(&node.need("abilities")?)
}

fn read_visibility(node: &Node<'_>) -> Result<Visibility, Fault> {
    match node.text()? {
        "Public" => Ok(Visibility::Public),
        "Friend" => Ok(Visibility::Friend),
        "Private" => Ok(Visibility::Private),
        other => Err(node.malformed(format!("`{other}` is no visibility"))),
    }
}

fn read_type(node: &Node<'_>) -> Result<MoveType, Fault> {
    if let Some(name) = node.value.as_str() {
        return match name {
            "Bool" => Ok(MoveType::Bool),
            "Address" => Ok(MoveType::Address),
            "Signer" => Ok(MoveType::Signer),
            _ => MoveType::integer(&name.to_ascii_lowercase())
                .ok_or_else(|| node.unsupported(format!("type `{name}` is not known"))),
        };
    }
    let (variant, inner) = node
        .variant()
        .ok_or_else(|| node.malformed("expected a type"))?;
    Ok(match variant {
        "Vector" => MoveType::Vector(Box::new(read_type(&inner)?)),
        "Reference" => MoveType::Ref(Box::new(read_type(&inner)?)),
        "MutableReference" => MoveType::MutRef(Box::new(read_type(&inner)?)),
        "TypeParameter" => MoveType::TypeParam(read_index(&inner)?),
        "Struct" => MoveType::Struct(read_struct_name(&inner)?),
        other => return Err(node.unsupported(format!("type `{other}` is not known"))),
    })
}

fn read_index(node: &Node<'_>) -> Result<u16, Fault> {
    u16::try_from(node.number()?)
        .map_err(|_| node.malformed("no function has so many type parameters"))
}

fn read_struct_name(node: &Node<'_>) -> Result<MoveStruct, Fault> {
    Ok(MoveStruct {
        address: read_address(&node.need("address")?)?,
        module: node.need("module")?.text()?.to_owned(),
        name: node.need("name")?.text()?.to_owned(),
        args: node
            .list("typeArguments")?
            .iter()
            .map(read_type)
            .collect::<Result<_, _>>()?,
    })
}
