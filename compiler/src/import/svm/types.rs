//! IDL types, and the declarations they refer to.

use std::collections::HashSet;
use std::fmt;

use anchor_lang_idl::types as idl;
use indexmap::IndexMap;

use crate::import::interface::{
    Field, Generic, GenericKind, TargetType, TypeBody, TypeDef, Variant,
};

/// A type of an Anchor IDL. Values are encoded with Borsh.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SvmType {
    /// `bool`
    Bool,
    /// `u8` to `u256`, with the width in bits.
    Uint(u16),
    /// `i8` to `i256`, with the width in bits.
    Int(u16),
    /// `f32` or `f64`, with the width in bits.
    Float(u16),
    /// `Vec<u8>`
    Bytes,
    /// `String`
    String,
    /// `Pubkey`
    Pubkey,
    /// `Option<T>`, with a tag of one byte.
    Option(Box<SvmType>),
    /// `COption<T>` of SPL programs, with a tag of four bytes.
    COption(Box<SvmType>),
    /// `Vec<T>`
    Vec(Box<SvmType>),
    /// `[T; n]`
    Array(Box<SvmType>, SvmLength),
    /// A type that the IDL declares, with its generic arguments.
    Defined(String, Vec<SvmArg>),
    /// A type parameter of the declaration the type stands in.
    Generic(String),
}

/// The length of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SvmLength {
    /// So many elements.
    Value(u64),
    /// The constant parameter of that name.
    Generic(String),
}

/// A generic argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SvmArg {
    /// A type.
    Type(SvmType),
    /// A constant, as the IDL writes it.
    Const(String),
}

/// The name under which `COption<T>` passes through the IDL library, which does not know the type. No Rust type can
/// be called so.
pub(super) const COPTION: &str = "{coption}";

/// How deep types may nest.
const MAX_NESTING: usize = 32;

impl SvmType {
    /// Takes over a type of the IDL library.
    ///
    /// # Errors
    ///
    /// The reason why xcc does not know the type.
    pub(super) fn of_idl(ty: &idl::IdlType) -> Result<Self, String> {
        Ok(match ty {
            idl::IdlType::Bool => Self::Bool,
            idl::IdlType::U8 => Self::Uint(8),
            idl::IdlType::U16 => Self::Uint(16),
            idl::IdlType::U32 => Self::Uint(32),
            idl::IdlType::U64 => Self::Uint(64),
            idl::IdlType::U128 => Self::Uint(128),
            idl::IdlType::U256 => Self::Uint(256),
            idl::IdlType::I8 => Self::Int(8),
            idl::IdlType::I16 => Self::Int(16),
            idl::IdlType::I32 => Self::Int(32),
            idl::IdlType::I64 => Self::Int(64),
            idl::IdlType::I128 => Self::Int(128),
            idl::IdlType::I256 => Self::Int(256),
            idl::IdlType::F32 => Self::Float(32),
            idl::IdlType::F64 => Self::Float(64),
            idl::IdlType::Bytes => Self::Bytes,
            idl::IdlType::String => Self::String,
            idl::IdlType::Pubkey => Self::Pubkey,
            idl::IdlType::Option(inner) => Self::Option(Box::new(Self::of_idl(inner)?)),
            idl::IdlType::Vec(inner) => Self::Vec(Box::new(Self::of_idl(inner)?)),
            idl::IdlType::Array(inner, length) => {
                Self::Array(Box::new(Self::of_idl(inner)?), SvmLength::of_idl(length))
            }
            idl::IdlType::Defined { name, generics } => Self::of_defined(name, generics)?,
            idl::IdlType::Generic(name) => Self::Generic(name.clone()),
            other => return Err(format!("type `{other:?}` is not known")),
        })
    }

    fn of_defined(name: &str, generics: &[idl::IdlGenericArg]) -> Result<Self, String> {
        let mut args = Vec::new();
        for generic in generics {
            args.push(match generic {
                idl::IdlGenericArg::Type { ty } => SvmArg::Type(Self::of_idl(ty)?),
                idl::IdlGenericArg::Const { value } => SvmArg::Const(value.clone()),
            });
        }
        match (name, &mut args[..]) {
            (COPTION, [SvmArg::Type(inner)]) => Ok(Self::COption(Box::new(inner.clone()))),
            _ => Ok(Self::Defined(name.to_owned(), args)),
        }
    }
}

impl SvmLength {
    fn of_idl(length: &idl::IdlArrayLen) -> Self {
        match length {
            idl::IdlArrayLen::Generic(name) => Self::Generic(name.clone()),
            idl::IdlArrayLen::Value(value) => Self::Value(*value as u64),
        }
    }
}

/// As in Rust.
impl fmt::Display for SvmType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Uint(bits) => write!(f, "u{bits}"),
            Self::Int(bits) => write!(f, "i{bits}"),
            Self::Float(bits) => write!(f, "f{bits}"),
            Self::Bytes => f.write_str("Vec<u8>"),
            Self::String => f.write_str("String"),
            Self::Pubkey => f.write_str("Pubkey"),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::COption(inner) => write!(f, "COption<{inner}>"),
            Self::Vec(inner) => write!(f, "Vec<{inner}>"),
            Self::Array(inner, SvmLength::Value(length)) => write!(f, "[{inner}; {length}]"),
            Self::Array(inner, SvmLength::Generic(name)) => write!(f, "[{inner}; {name}]"),
            Self::Generic(name) => f.write_str(name),
            Self::Defined(name, args) if args.is_empty() => f.write_str(name),
            Self::Defined(name, args) => {
                let args: Vec<_> = args.iter().map(ToString::to_string).collect();
                write!(f, "{name}<{}>", args.join(", "))
            }
        }
    }
}

impl fmt::Display for SvmArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(ty) => write!(f, "{ty}"),
            Self::Const(value) => f.write_str(value),
        }
    }
}

/// Takes over the shape of a declared type.
///
/// # Errors
///
/// The reason why xcc cannot use the type, naming the field.
pub(super) fn body_of_idl(ty: &idl::IdlTypeDefTy) -> Result<TypeBody, String> {
    match ty {
        idl::IdlTypeDefTy::Struct { fields } => {
            Ok(TypeBody::Struct(fields_of_idl(fields.as_ref())?))
        }
        idl::IdlTypeDefTy::Type { alias } => {
            Ok(TypeBody::Alias(TargetType::Svm(SvmType::of_idl(alias)?)))
        }
        idl::IdlTypeDefTy::Enum { variants } => {
            let variant = |variant: &idl::IdlEnumVariant| -> Result<Variant, String> {
                Ok(Variant {
                    name: variant.name.clone(),
                    fields: fields_of_idl(variant.fields.as_ref())?,
                })
            };
            Ok(TypeBody::Enum(
                variants.iter().map(variant).collect::<Result<_, _>>()?,
            ))
        }
    }
}

fn fields_of_idl(fields: Option<&idl::IdlDefinedFields>) -> Result<Vec<Field>, String> {
    let field = |name: String, ty: &idl::IdlType| -> Result<Field, String> {
        let ty = SvmType::of_idl(ty).map_err(|reason| format!("field `{name}`: {reason}"))?;
        Ok(Field {
            name,
            ty: TargetType::Svm(ty),
        })
    };
    match fields {
        None => Ok(Vec::new()),
        Some(idl::IdlDefinedFields::Named(fields)) => fields
            .iter()
            .map(|f| field(f.name.clone(), &f.ty))
            .collect(),
        Some(idl::IdlDefinedFields::Tuple(types)) => types
            .iter()
            .enumerate()
            .map(|(place, ty)| field(place.to_string(), ty))
            .collect(),
    }
}

/// Takes over the type parameters of a declared type.
pub(super) fn generics_of_idl(generics: &[idl::IdlTypeDefGeneric]) -> Vec<Generic> {
    let generic = |generic: &idl::IdlTypeDefGeneric| match generic {
        idl::IdlTypeDefGeneric::Type { name } => Generic {
            name: Some(name.clone()),
            kind: GenericKind::Type,
        },
        idl::IdlTypeDefGeneric::Const { name, .. } => Generic {
            name: Some(name.clone()),
            kind: GenericKind::Const,
        },
    };
    generics.iter().map(generic).collect()
}

/// Follows a type through the declarations it needs.
pub(super) struct Resolver<'a> {
    types: &'a IndexMap<String, TypeDef>,
    open: Vec<&'a str>,
    /// Declarations found to be fine, so that one that is used often is followed once.
    checked: HashSet<&'a str>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(types: &'a IndexMap<String, TypeDef>) -> Self {
        Self {
            types,
            open: Vec::new(),
            checked: HashSet::new(),
        }
    }

    /// Checks that everything a type needs is declared, usable and of finite size.
    ///
    /// # Errors
    ///
    /// The reason why it is not.
    pub(super) fn check(&mut self, ty: &'a SvmType) -> Result<(), String> {
        match ty {
            SvmType::Option(inner) | SvmType::COption(inner) | SvmType::Vec(inner) => {
                self.check(inner)
            }
            SvmType::Array(inner, SvmLength::Value(_)) => self.check(inner),
            SvmType::Array(inner, SvmLength::Generic(name)) => {
                self.check_parameter(name)?;
                self.check(inner)
            }
            SvmType::Generic(name) => self.check_parameter(name),
            SvmType::Defined(name, args) => self.check_defined(name, args),
            _ => Ok(()),
        }
    }

    /// A type parameter outside of any declaration stands for nothing.
    fn check_parameter(&self, name: &str) -> Result<(), String> {
        if self.open.is_empty() {
            Err(format!(
                "the type parameter `{name}` stands for nothing here"
            ))
        } else {
            Ok(())
        }
    }

    fn check_defined(&mut self, name: &'a str, args: &'a [SvmArg]) -> Result<(), String> {
        let Some((name, def)) = self.types.get_key_value(name) else {
            return Err(format!("type `{name}` is not declared in the IDL"));
        };
        if self.open.contains(&name.as_str()) {
            return Err(format!(
                "type `{name}` contains itself, so it has no greatest size"
            ));
        }
        if self.open.len() >= MAX_NESTING {
            return Err(format!(
                "type `{name}` nests more than {MAX_NESTING} levels"
            ));
        }
        if def.generics.len() != args.len() {
            let (wants, has) = (def.generics.len(), args.len());
            return Err(format!(
                "type `{name}` takes {wants} type arguments, but is given {has}"
            ));
        }
        for arg in args {
            if let SvmArg::Type(ty) = arg {
                self.check(ty)?;
            }
        }
        if self.checked.contains(name.as_str()) {
            return Ok(());
        }
        let body = def
            .body
            .as_ref()
            .map_err(|unsupported| format!("type `{name}`: {}", unsupported.reason))?;
        self.open.push(name);
        self.check_body(body)?;
        self.open.pop();
        self.checked.insert(name);
        Ok(())
    }

    fn check_body(&mut self, body: &'a TypeBody) -> Result<(), String> {
        match body {
            TypeBody::Struct(fields) => self.check_fields(fields),
            TypeBody::Enum(variants) => variants
                .iter()
                .try_for_each(|variant| self.check_fields(&variant.fields)),
            TypeBody::Alias(TargetType::Svm(ty)) => self.check(ty),
            TypeBody::Alias(_) | TypeBody::Opaque => Ok(()),
        }
    }

    fn check_fields(&mut self, fields: &'a [Field]) -> Result<(), String> {
        fields.iter().try_for_each(|field| match &field.ty {
            TargetType::Svm(ty) => self.check(ty),
            TargetType::Evm(_) | TargetType::Move(_) => Ok(()),
        })
    }
}
