//! Finds the shape of a target's type.

use super::shape::Shape;
use crate::import::{
    EvmTuple, EvmType, Interface, MoveAddress, MoveStruct, MoveType, SvmArg, SvmLength, SvmType,
    TargetType, TypeBody, Variant,
};

/// How deep declared types are followed; deeper ones contain themselves.
const MAX_NESTING: usize = 16;

/// The shape of a type of an interface.
pub(super) fn shape_of(ty: &TargetType, interface: &Interface) -> Shape {
    match ty {
        TargetType::Evm(ty) => of_evm(ty),
        TargetType::Svm(ty) => of_svm(ty, interface, 0),
        TargetType::Move(ty) => of_move(ty),
    }
}

/// A type in the target's own spelling.
pub(super) fn spell(ty: &TargetType) -> String {
    match ty {
        TargetType::Evm(ty) => ty.to_string(),
        TargetType::Svm(ty) => ty.to_string(),
        TargetType::Move(ty) => shorten(&ty.to_string()),
    }
}

/// Leaves out the middle of long addresses.
fn shorten(text: &str) -> String {
    const HEAD: usize = 4;
    let mut parts = text.split("0x");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        short.push_str("0x");
        if digits > 3 * HEAD {
            let (address, rest) = part.split_at(digits);
            short.push_str(&format!(
                "{}…{}{rest}",
                &address[..HEAD],
                &address[digits - HEAD..]
            ));
        } else {
            short.push_str(part);
        }
    }
    short
}

fn of_evm(ty: &EvmType) -> Shape {
    match ty {
        EvmType::Bool => Shape::Bool,
        EvmType::Address => Shape::Address,
        EvmType::Uint(bits) => Shape::Uint(*bits),
        EvmType::Enum(name) => Shape::Choice(last_name(name).to_owned()),
        EvmType::Int(bits) => Shape::Int(*bits),
        EvmType::FixedBytes(length) => Shape::FixedBytes(*length),
        EvmType::Bytes => Shape::Bytes,
        EvmType::String => Shape::String,
        EvmType::Array(inner) => Shape::List(Box::new(of_evm(inner))),
        EvmType::FixedArray(inner, length) => Shape::Array(Box::new(of_evm(inner)), *length),
        EvmType::Tuple(tuple) => of_tuple(tuple),
    }
}

fn of_tuple(tuple: &EvmTuple) -> Shape {
    let mut fields = Vec::new();
    for component in &tuple.components {
        let Some(name) = &component.name else {
            return Shape::Opaque(
                "the interface gives the struct's members no names, so no record can match it"
                    .to_owned(),
            );
        };
        fields.push((name.clone(), of_evm(&component.ty)));
    }
    let name = tuple.name.as_deref().map_or("Tuple", last_name);
    Shape::Struct(name.to_owned(), fields)
}

/// `Side` of `Vault.Side`, which is declared in a contract.
fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn of_svm(ty: &SvmType, interface: &Interface, depth: usize) -> Shape {
    if depth > MAX_NESTING {
        return Shape::Opaque(
            "the type contains itself, so its values have no greatest size".to_owned(),
        );
    }
    let inner = |ty: &SvmType| Box::new(of_svm(ty, interface, depth + 1));
    match ty {
        SvmType::Bool => Shape::Bool,
        SvmType::Uint(bits) => Shape::Uint(*bits),
        SvmType::Int(bits) => Shape::Int(*bits),
        SvmType::Float(_) => Shape::Opaque(
            "xcc has no floating-point numbers: machines round them differently".to_owned(),
        ),
        SvmType::Bytes => Shape::Bytes,
        SvmType::String => Shape::String,
        SvmType::Pubkey => Shape::Address,
        SvmType::Option(some) => Shape::Option(inner(some)),
        SvmType::COption(_) => {
            Shape::Opaque("`COption` is encoded as no type of the language is".to_owned())
        }
        SvmType::Vec(element) if **element == SvmType::Uint(8) => Shape::Bytes,
        SvmType::Vec(element) => Shape::List(inner(element)),
        SvmType::Array(element, SvmLength::Value(length)) => of_svm_array(element, *length, inner),
        SvmType::Defined(name, args) => of_defined(name, args, interface, depth),
        SvmType::Array(_, SvmLength::Generic(_)) | SvmType::Generic(_) => {
            Shape::Opaque("generic types of an IDL are not supported".to_owned())
        }
    }
}

fn of_svm_array(element: &SvmType, length: u64, inner: impl Fn(&SvmType) -> Box<Shape>) -> Shape {
    let Ok(length @ 1..) = u32::try_from(length) else {
        return Shape::Opaque(
            "the array has no element, or more than a message can carry".to_owned(),
        );
    };
    match element {
        SvmType::Uint(8) => Shape::ByteArray(length),
        _ => Shape::Array(inner(element), length),
    }
}

fn of_defined(name: &str, args: &[SvmArg], interface: &Interface, depth: usize) -> Shape {
    if !args.is_empty() {
        return Shape::Opaque("generic types of an IDL are not supported".to_owned());
    }
    let Some(definition) = interface.types.get(name) else {
        return Shape::Opaque(format!("the IDL does not declare `{name}`"));
    };
    let of_target = |ty: &TargetType| match ty {
        TargetType::Svm(ty) => of_svm(ty, interface, depth + 1),
        other => shape_of(other, interface),
    };
    match &definition.body {
        Err(reason) => Shape::Opaque(reason.to_string()),
        Ok(TypeBody::Opaque) => {
            Shape::Opaque(format!("the IDL does not say what `{name}` is made of"))
        }
        Ok(TypeBody::Alias(ty)) => of_target(ty),
        Ok(TypeBody::Enum(variants)) => of_enum(name, variants),
        Ok(TypeBody::Struct(fields)) => {
            let fields = fields
                .iter()
                .map(|field| (field.name.clone(), of_target(&field.ty)))
                .collect();
            Shape::Struct(name.to_owned(), fields)
        }
    }
}

fn of_enum(name: &str, variants: &[Variant]) -> Shape {
    match variants.iter().find(|variant| !variant.fields.is_empty()) {
        Some(variant) => Shape::Opaque(format!(
            "the variant `{}` of `{name}` has fields, and an enum of the language has only names",
            variant.name
        )),
        None => Shape::Enum(
            name.to_owned(),
            variants
                .iter()
                .map(|variant| variant.name.clone())
                .collect(),
        ),
    }
}

fn of_move(ty: &MoveType) -> Shape {
    match ty {
        MoveType::Bool => Shape::Bool,
        MoveType::Uint(bits) => Shape::Uint(*bits),
        MoveType::Int(bits) => Shape::Int(*bits),
        MoveType::Address => Shape::Address,
        MoveType::Vector(element) if **element == MoveType::Uint(8) => Shape::Bytes,
        MoveType::Vector(element) => Shape::List(Box::new(of_move(element))),
        MoveType::Ref(inner) | MoveType::MutRef(inner) => of_move(inner),
        MoveType::Struct(name) => of_struct(name),
        MoveType::Signer => Shape::Opaque("only a transaction has a signer".to_owned()),
        MoveType::TypeParam(_) => Shape::Opaque("its type depends on a type argument".to_owned()),
    }
}

fn of_struct(name: &MoveStruct) -> Shape {
    let standard = name.address == MoveAddress::small(1);
    match (
        standard,
        name.module.as_str(),
        name.name.as_str(),
        name.args.as_slice(),
    ) {
        (true, "string", "String", []) => Shape::String,
        (true, "option", "Option", [some]) => Shape::Option(Box::new(of_move(some))),
        _ => Shape::Opaque(format!(
            "only its own module can make or open a `{}`",
            name.name
        )),
    }
}

/// Whether a type is an address of an object on Aptos, `0x1::object::Object<T>`.
pub(super) fn is_aptos_object(ty: &TargetType) -> bool {
    let TargetType::Move(MoveType::Struct(name)) = ty else {
        return false;
    };
    name.address == MoveAddress::small(1) && name.module == "object" && name.name == "Object"
}
