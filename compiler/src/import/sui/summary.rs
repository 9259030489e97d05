//! Reads module summaries as `sui move summary` writes them, from source or from bytecode.

use super::{Module, add, check_type_params, read_abilities, read_address};
use crate::import::interface::{
    Field, Generic, GenericKind, GenericUsage, Home, Interface, Signature, TypeBody,
};
use crate::import::interface::{TypeDef, Unsupported, Variant};
use crate::import::json::{Fault, FaultKind, Node};
use crate::import::move_model::{
    MoveAddress, MoveFunction, MoveStruct, MoveType, Scope, Visibility, type_key,
};
use crate::vm::Vm;

/// Reads the summary of one module.
pub(super) fn read_module(
    root: &Node<'_>,
    fallback: &str,
    interface: &mut Interface,
) -> Result<(), Fault> {
    let (address, name) = read_id(root, fallback)?;
    let module = Module {
        address: &address,
        name: &name,
    };
    for (kind, read) in [("structs", read_struct as ReadType), ("enums", read_enum)] {
        for (type_name, node) in root
            .get(kind)
            .map_or(Ok(Vec::new()), |types| types.members())?
        {
            let def = read_type_def(type_name, &node, read)?;
            interface
                .types
                .insert(type_key(module.address, module.name, type_name), def);
        }
    }
    for (function_name, node) in root.need("functions")?.members()? {
        let read = read_signature(&node, &module, interface);
        add(interface, &node, function_name, read_docs(&node)?, read)?;
    }
    interface.name.clone_from(&name);
    interface.home = Home::Module {
        address,
        module: name,
    };
    Ok(())
}

/// The module's address and name. The first releases of the command left them out; then the file's name is the
/// module's, and a type that the module mentions and declares tells the address.
fn read_id(root: &Node<'_>, fallback: &str) -> Result<(MoveAddress, String), Fault> {
    if let Some(id) = root.get("id") {
        return Ok((
            read_address(&id.need("address")?)?,
            id.need("name")?.text()?.to_owned(),
        ));
    }
    let own = find_own_address(root, root, fallback);
    let node = own.ok_or_else(|| {
        root.malformed("`id` is missing: write the summary with a newer `sui move summary`")
    })?;
    Ok((read_address(&node)?, fallback.to_owned()))
}

fn find_own_address<'a>(root: &Node<'a>, node: &Node<'a>, module: &str) -> Option<Node<'a>> {
    if let (Some(id), Some(name)) = (node.get("module"), node.get("name")) {
        let declared = |kind: &str| {
            root.get(kind)
                .is_some_and(|types| types.value.get(name.value.as_str().unwrap_or("")).is_some())
        };
        let same = id.value.get("name").and_then(|name| name.as_str()) == Some(module);
        if same && (declared("structs") || declared("enums")) {
            return id.get("address");
        }
    }
    let children = match node.value.as_array() {
        Some(_) => node.items().ok()?,
        None => node
            .members()
            .ok()?
            .into_iter()
            .map(|(_, child)| child)
            .collect(),
    };
    children
        .iter()
        .find_map(|child| find_own_address(root, child, module))
}

fn read_docs(node: &Node<'_>) -> Result<Vec<String>, Fault> {
    let Some(doc) = node.get("doc") else {
        return Ok(Vec::new());
    };
    Ok(doc
        .text()?
        .lines()
        .map(|line| line.trim().to_owned())
        .collect())
}

type ReadType = fn(&Node<'_>, &[Generic]) -> Result<TypeBody, Fault>;

fn read_type_def(name: &str, node: &Node<'_>, read: ReadType) -> Result<TypeDef, Fault> {
    let generics = read_generics(node)?;
    let body = match read(node, &generics) {
        Ok(body) => Ok(body),
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

fn read_struct(node: &Node<'_>, generics: &[Generic]) -> Result<TypeBody, Fault> {
    read_fields(node, generics).map(TypeBody::Struct)
}

fn read_enum(node: &Node<'_>, generics: &[Generic]) -> Result<TypeBody, Fault> {
    let mut variants = Vec::new();
    for (name, variant) in node.need("variants")?.members()? {
        variants.push(Variant {
            name: name.to_owned(),
            fields: read_fields(&variant, generics)?,
        });
    }
    Ok(TypeBody::Enum(variants))
}

fn read_fields(node: &Node<'_>, generics: &[Generic]) -> Result<Vec<Field>, Fault> {
    let mut fields = Vec::new();
    for (name, field) in node.need("fields")?.need("fields")?.members()? {
        fields.push(Field::of_move(
            name,
            read_typed(&field.need("type_")?, generics)?,
        ));
    }
    Ok(fields)
}

/// Type parameters of functions and of datatypes; only the latter have `phantom`.
fn read_generics(node: &Node<'_>) -> Result<Vec<Generic>, Fault> {
    let read = |node: &Node<'_>| -> Result<Generic, Fault> {
        let name = node.get("name").map(|name| name.text()).transpose()?;
        let phantom = node.get("phantom").map_or(Ok(false), |flag| flag.flag())?;
        let usage = if phantom {
            GenericUsage::Phantom
        } else {
            GenericUsage::Stored
        };
        let constraints = read_abilities(&node.need("constraints")?)?;
        Ok(Generic {
            name: name.map(str::to_owned),
            kind: GenericKind::Move { constraints, usage },
        })
    };
    node.list("type_parameters")?.iter().map(read).collect()
}

fn read_signature(
    node: &Node<'_>,
    module: &Module<'_>,
    interface: &Interface,
) -> Result<Signature, Fault> {
    if node.get("macro_").map_or(Ok(false), |flag| flag.flag())? {
        return Err(node.unsupported("it is a macro, which exists only in Move source"));
    }
    let generics = read_generics(node)?;
    let mut params = Vec::new();
    for param in node.need("parameters")?.items()? {
        let name = param.get("name").map(|name| name.text()).transpose()?;
        params.push((
            name.map(str::to_owned),
            read_typed(&param.need("type_")?, &generics)?,
        ));
    }
    let returned = node.need("return_")?.items()?;
    let results = returned
        .iter()
        .map(|node| read_typed(node, &generics))
        .collect::<Result<_, _>>()?;
    let scope = Scope {
        vm: Vm::Sui,
        types: &interface.types,
        generics: &generics,
    };
    let function = MoveFunction {
        address: module.address.clone(),
        module: module.name.to_owned(),
        visibility: read_visibility(&node.need("visibility")?)?,
        is_entry: node.need("entry")?.flag()?,
        is_view: false,
        generics: generics.clone(),
    };
    Ok(scope.signature(params, results, function))
}

fn read_visibility(node: &Node<'_>) -> Result<Visibility, Fault> {
    match node.text()? {
        "Public" => Ok(Visibility::Public),
        "Package" => Ok(Visibility::Package),
        "Friend" => Ok(Visibility::Friend),
        "Private" => Ok(Visibility::Private),
        other => Err(node.malformed(format!("`{other}` is no visibility"))),
    }
}

fn read_typed(node: &Node<'_>, generics: &[Generic]) -> Result<MoveType, Fault> {
    check_type_params(node, read_type(node, generics)?, generics)
}

fn read_type(node: &Node<'_>, generics: &[Generic]) -> Result<MoveType, Fault> {
    if let Some(name) = node.value.as_str() {
        return match name {
            "bool" => Ok(MoveType::Bool),
            "address" => Ok(MoveType::Address),
            "signer" => Ok(MoveType::Signer),
            _ => MoveType::integer(name)
                .ok_or_else(|| node.unsupported(format!("type `{name}` is not known"))),
        };
    }
    let (variant, inner) = node
        .variant()
        .ok_or_else(|| node.malformed("expected a type"))?;
    match variant {
        "vector" => Ok(MoveType::Vector(Box::new(read_type(&inner, generics)?))),
        "Reference" => read_reference(&inner, generics),
        "TypeParameter" => u16::try_from(inner.number()?)
            .map(MoveType::TypeParam)
            .map_err(|_| inner.malformed("no function has so many type parameters")),
        "NamedTypeParameter" => read_named_param(&inner, generics),
        "Datatype" => Ok(MoveType::Struct(read_datatype(&inner, generics)?)),
        other => Err(node.unsupported(format!("type `{other}` exists only in macros"))),
    }
}

/// A reference is written `[is_mut, type]`.
fn read_reference(node: &Node<'_>, generics: &[Generic]) -> Result<MoveType, Fault> {
    let [is_mut, to] = &node.items()?[..] else {
        return Err(node.malformed("a reference has two parts"));
    };
    let to = Box::new(read_type(to, generics)?);
    Ok(if is_mut.flag()? {
        MoveType::MutRef(to)
    } else {
        MoveType::Ref(to)
    })
}

fn read_named_param(node: &Node<'_>, generics: &[Generic]) -> Result<MoveType, Fault> {
    let name = node.text()?;
    let place = generics
        .iter()
        .position(|generic| generic.name.as_deref() == Some(name));
    let index = place.and_then(|place| u16::try_from(place).ok());
    index
        .map(MoveType::TypeParam)
        .ok_or_else(|| node.malformed(format!("type parameter `{name}` is not declared")))
}

fn read_datatype(node: &Node<'_>, generics: &[Generic]) -> Result<MoveStruct, Fault> {
    let module = node.need("module")?;
    let arg = |node: &Node<'_>| -> Result<MoveType, Fault> {
        // Newer summaries wrap each argument to say whether it is phantom.
        let inner = node.get("argument");
        read_type(inner.as_ref().unwrap_or(node), generics)
    };
    Ok(MoveStruct {
        address: read_address(&module.need("address")?)?,
        module: module.need("name")?.text()?.to_owned(),
        name: node.need("name")?.text()?.to_owned(),
        args: node
            .list("type_arguments")?
            .iter()
            .map(arg)
            .collect::<Result<_, _>>()?,
    })
}
