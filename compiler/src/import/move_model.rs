//! Types, abilities and functions of Move, as Sui and Aptos share them.

use std::fmt;

use indexmap::IndexMap;

use super::interface::{
    Field, FunctionKind, Generic, GenericKind, GenericUsage, Param, ParamRole, Passing, Returned,
};
use super::interface::{Signature, TargetType, TypeDef};
use super::well_known;
use crate::vm::Vm;

/// The address of a Move package or account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MoveAddress {
    /// The 32 bytes, most significant first.
    Numeric([u8; 32]),
    /// A name that the package's own build assigns, as source-level summaries write it.
    Named(String),
}

/// A type of Move.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MoveType {
    /// `bool`
    Bool,
    /// `u8` to `u256`, with the width in bits.
    Uint(u16),
    /// `i8` to `i256` of newer Aptos versions, with the width in bits.
    Int(u16),
    /// `address`
    Address,
    /// `signer`
    Signer,
    /// `vector<T>`
    Vector(Box<MoveType>),
    /// A struct or enum with its type arguments.
    Struct(MoveStruct),
    /// A type parameter of the function or struct, by its place.
    TypeParam(u16),
    /// `&T`
    Ref(Box<MoveType>),
    /// `&mut T`
    MutRef(Box<MoveType>),
}

/// The name of a Move struct or enum, with type arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MoveStruct {
    /// The address of the package or account that declares it.
    pub address: MoveAddress,
    /// The module that declares it.
    pub module: String,
    /// Its name.
    pub name: String,
    /// Its type arguments.
    pub args: Vec<MoveType>,
}

/// A set of the four abilities of a Move type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Abilities(u8);

/// What only Move functions have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveFunction {
    /// The package (Sui) or account (Aptos) address.
    pub address: MoveAddress,
    /// The module's name.
    pub module: String,
    /// Who may call it from Move code.
    pub visibility: Visibility,
    /// Whether a transaction may call it directly.
    pub is_entry: bool,
    /// Whether it is declared to be read-only with `#[view]`; Aptos only.
    pub is_view: bool,
    /// Its type parameters with the abilities they demand.
    pub generics: Vec<Generic>,
}

/// Who may call a Move function from Move code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Every module.
    Public,
    /// Modules of the same package.
    Package,
    /// Modules listed as friends; in bytecode, also what the source calls `public(package)`.
    Friend,
    /// Only its own module.
    Private,
}

impl MoveFunction {
    /// Whether a module of another package, such as one that xcc emits, may call it.
    #[must_use]
    pub const fn is_callable_from_elsewhere(&self) -> bool {
        matches!(self.visibility, Visibility::Public)
    }
}

impl Abilities {
    /// No ability.
    pub const NONE: Self = Self(0);
    /// Values can be copied.
    pub const COPY: Self = Self(1);
    /// Values can be discarded.
    pub const DROP: Self = Self(2);
    /// Values can be kept inside others.
    pub const STORE: Self = Self(4);
    /// Values are objects (Sui) or resources (Aptos) of their own.
    pub const KEY: Self = Self(8);
    /// What numbers, booleans and addresses have.
    pub const DATA: Self = Self(7);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every ability of `other` is here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The ability of that name, in the spelling of any of the formats.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "copy" => Self::COPY,
            "drop" => Self::DROP,
            "store" => Self::STORE,
            "key" => Self::KEY,
            _ => return None,
        })
    }

    /// What is left when a value of these abilities holds one of `inner`: `key` demands that the inner can be stored.
    #[must_use]
    const fn holding(self, inner: Self) -> Self {
        let key = if inner.has(Self::STORE) {
            self.0 & Self::KEY.0
        } else {
            0
        };
        Self((self.0 & inner.0 & Self::DATA.0) | key)
    }
}

/// As in source: `copy + drop`, and `no abilities` for the empty set.
impl fmt::Display for Abilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            ("copy", Self::COPY),
            ("drop", Self::DROP),
            ("store", Self::STORE),
            ("key", Self::KEY),
        ];
        let names: Vec<_> = all
            .iter()
            .filter(|(_, ability)| self.has(*ability))
            .map(|(name, _)| *name)
            .collect();
        f.write_str(
            if names.is_empty() {
                "no abilities".to_owned()
            } else {
                names.join(" + ")
            }
            .as_str(),
        )
    }
}

impl MoveAddress {
    /// Reads hexadecimal digits with or without `0x`, or the name of an address.
    ///
    /// # Errors
    ///
    /// A reason when the text is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(digits) = text.strip_prefix("0x") {
            return parse_digits(digits)
                .map(Self::Numeric)
                .ok_or_else(|| format!("`{text}` is no address"));
        }
        // `sui move summary` writes all 64 digits without a prefix.
        if text.len() == 64
            && let Some(bytes) = parse_digits(text)
        {
            return Ok(Self::Numeric(bytes));
        }
        if is_move_identifier(text) {
            Ok(Self::Named(text.to_owned()))
        } else {
            Err(format!("`{text}` is no address"))
        }
    }

    /// The address with this small number, such as the framework's `0x2`.
    #[must_use]
    pub const fn small(number: u8) -> Self {
        let mut bytes = [0; 32];
        bytes[31] = number;
        Self::Numeric(bytes)
    }
}

fn parse_digits(digits: &str) -> Option<[u8; 32]> {
    if digits.is_empty()
        || digits.len() > 64
        || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    let mut bytes = [0; 32];
    for (place, digit) in digits.bytes().rev().enumerate() {
        let value = u8::try_from(char::from(digit).to_digit(16)?).ok()?;
        bytes[31 - place / 2] |= value << (4 * (place % 2));
    }
    Some(bytes)
}

/// As the nodes write it: `0x` and no leading zeros, or the name.
impl fmt::Display for MoveAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match self {
            Self::Named(name) => return f.write_str(name),
            Self::Numeric(bytes) => bytes,
        };
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let short = digits.trim_start_matches('0');
        write!(f, "0x{}", if short.is_empty() { "0" } else { short })
    }
}

impl fmt::Display for MoveStruct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}::{}", self.address, self.module, self.name)?;
        if self.args.is_empty() {
            return Ok(());
        }
        let args: Vec<_> = self.args.iter().map(ToString::to_string).collect();
        write!(f, "<{}>", args.join(", "))
    }
}

/// As in source, with type parameters written `T0`, `T1` and so on.
impl fmt::Display for MoveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Uint(bits) => write!(f, "u{bits}"),
            Self::Int(bits) => write!(f, "i{bits}"),
            Self::Address => f.write_str("address"),
            Self::Signer => f.write_str("signer"),
            Self::Vector(item) => write!(f, "vector<{item}>"),
            Self::Struct(name) => write!(f, "{name}"),
            Self::TypeParam(index) => write!(f, "T{index}"),
            Self::Ref(to) => write!(f, "&{to}"),
            Self::MutRef(to) => write!(f, "&mut {to}"),
        }
    }
}

impl MoveType {
    /// The integer type of that name.
    pub(super) fn integer(name: &str) -> Option<Self> {
        let (make, bits): (fn(u16) -> Self, _) = match name.split_at_checked(1)? {
            ("u", bits) => (Self::Uint, bits),
            ("i", bits) => (Self::Int, bits),
            _ => return None,
        };
        match bits {
            "8" | "16" | "32" | "64" | "128" | "256" => bits.parse().ok().map(make),
            _ => None,
        }
    }

    /// The greatest type parameter that occurs, to check it against the declaration.
    pub(super) fn max_type_param(&self) -> Option<u16> {
        match self {
            Self::TypeParam(index) => Some(*index),
            Self::Vector(inner) | Self::Ref(inner) | Self::MutRef(inner) => inner.max_type_param(),
            Self::Struct(name) => name.args.iter().filter_map(Self::max_type_param).max(),
            Self::Bool | Self::Uint(_) | Self::Int(_) | Self::Address | Self::Signer => None,
        }
    }

    /// Whether a caller can make a value out of plain data: numbers, addresses, strings, ids, and vectors and options of them.
    fn is_data(&self, vm: Vm) -> bool {
        match self {
            Self::Bool | Self::Uint(_) | Self::Int(_) | Self::Address => true,
            Self::Vector(item) => item.is_data(vm),
            Self::Struct(name) => {
                well_known::is_data(vm, name)
                    && name
                        .args
                        .iter()
                        .all(|arg| well_known::wraps_only_an_address(vm, name) || arg.is_data(vm))
            }
            Self::Signer | Self::TypeParam(_) | Self::Ref(_) | Self::MutRef(_) => false,
        }
    }
}

/// The key of a declared type in an interface's `types`.
pub(super) fn type_key(address: &MoveAddress, module: &str, name: &str) -> String {
    format!("{address}::{module}::{name}")
}

/// What names in a function's types stand for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) vm: Vm,
    pub(super) types: &'a IndexMap<String, TypeDef>,
    pub(super) generics: &'a [Generic],
}

impl Scope<'_> {
    /// The abilities of a type, if every declaration it depends on is known.
    pub(super) fn abilities(&self, ty: &MoveType) -> Option<Abilities> {
        match ty {
            MoveType::Bool | MoveType::Uint(_) | MoveType::Int(_) | MoveType::Address => {
                Some(Abilities::DATA)
            }
            MoveType::Signer => Some(Abilities::DROP),
            MoveType::Ref(_) | MoveType::MutRef(_) => Some(Abilities::COPY.with(Abilities::DROP)),
            MoveType::Vector(item) => Some(Abilities::DATA.holding(self.abilities(item)?)),
            MoveType::TypeParam(index) => match self.generics.get(usize::from(*index))?.kind {
                GenericKind::Move { constraints, .. } => Some(constraints),
                GenericKind::Type | GenericKind::Const => None,
            },
            MoveType::Struct(name) => self.struct_abilities(name),
        }
    }

    fn struct_abilities(&self, name: &MoveStruct) -> Option<Abilities> {
        let Some(def) = self
            .types
            .get(&type_key(&name.address, &name.module, &name.name))
        else {
            let known = well_known::find(self.vm, name)?;
            return match known.usage {
                GenericUsage::Phantom => Some(known.abilities),
                GenericUsage::Stored => self.held(known.abilities, name.args.iter()),
            };
        };
        let stored = def
            .generics
            .iter()
            .zip(&name.args)
            .filter(|(generic, _)| !generic.is_phantom());
        self.held(def.abilities?, stored.map(|(_, arg)| arg))
    }

    fn held<'a>(
        &self,
        start: Abilities,
        mut inner: impl Iterator<Item = &'a MoveType>,
    ) -> Option<Abilities> {
        inner.try_fold(start, |abilities, arg| {
            Some(abilities.holding(self.abilities(arg)?))
        })
    }

    fn role(&self, ty: &MoveType) -> ParamRole {
        let (passing, inner) = match ty {
            MoveType::Ref(inner) => (Passing::Ref, &**inner),
            MoveType::MutRef(inner) => (Passing::MutRef, &**inner),
            other => (Passing::Value, other),
        };
        if *inner == MoveType::Signer {
            return ParamRole::Signer;
        }
        if let MoveType::Struct(name) = inner {
            match (well_known::special(self.vm, name), passing) {
                (Some(well_known::Special::Clock), Passing::Ref) => return ParamRole::Clock,
                (Some(well_known::Special::Context), Passing::Ref | Passing::MutRef) => {
                    return ParamRole::Context;
                }
                _ => {}
            }
        }
        // A value behind `&mut` carries something back to the caller, so it is more than data.
        if passing != Passing::MutRef && inner.is_data(self.vm) {
            return ParamRole::Value;
        }
        ParamRole::Object {
            passing,
            abilities: self.abilities(inner),
        }
    }

    /// Puts a function's signature together: classifies its parameters and finds the abilities of its results.
    pub(super) fn signature(
        &self,
        params: Vec<(Option<String>, MoveType)>,
        results: Vec<MoveType>,
        function: MoveFunction,
    ) -> Signature {
        let param = |(name, ty)| Param {
            name,
            role: self.role(&ty),
            ty: TargetType::Move(ty),
        };
        let returned = |ty| Returned {
            name: None,
            abilities: self.abilities(&ty),
            ty: TargetType::Move(ty),
        };
        let kind = if self.vm == Vm::Sui {
            FunctionKind::Sui(function)
        } else {
            FunctionKind::Aptos(function)
        };
        Signature {
            params: params.into_iter().map(param).collect(),
            results: results.into_iter().map(returned).collect(),
            kind,
        }
    }
}

impl Generic {
    /// Whether it bears on no ability of the type that declares it.
    #[must_use]
    pub const fn is_phantom(&self) -> bool {
        matches!(
            self.kind,
            GenericKind::Move {
                usage: GenericUsage::Phantom,
                ..
            }
        )
    }
}

impl Field {
    pub(super) fn of_move(name: &str, ty: MoveType) -> Self {
        Self {
            name: name.to_owned(),
            ty: TargetType::Move(ty),
        }
    }
}

/// Whether `text` can be the name of a module, a struct or an address in Move.
pub(super) fn is_move_identifier(text: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(start)
        && text
            .chars()
            .all(|c| start(c) || c.is_ascii_digit() || c == '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_spelling() {
        let long = format!("{:0>64}", "2");
        for text in ["0x2", "0x02", long.as_str()] {
            assert_eq!(
                MoveAddress::parse(text),
                Ok(MoveAddress::small(2)),
                "{text}"
            );
        }
        assert_eq!(
            MoveAddress::parse("0xabc").map(|a| a.to_string()),
            Ok("0xabc".to_owned())
        );
        assert_eq!(
            MoveAddress::parse("pool").map(|a| a.to_string()),
            Ok("pool".to_owned())
        );
        assert_eq!(
            MoveAddress::parse("0x0").map(|a| a.to_string()),
            Ok("0x0".to_owned())
        );
        for text in ["", "0x", "0xg", "1abc", &format!("0x{long}0")] {
            assert!(MoveAddress::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn holding_follows_the_rules_of_move() {
        let all = Abilities::DATA.with(Abilities::KEY);
        assert_eq!(all.holding(Abilities::STORE).to_string(), "store + key");
        assert_eq!(all.holding(Abilities::DROP).to_string(), "drop");
        assert_eq!(Abilities::NONE.to_string(), "no abilities");
    }
}
