//! Solidity's types, literals and addresses for those of the language.

use crate::backend::solidity::names::LibraryNames;
use crate::deployment::{Address, ConstantValue};
use crate::literal::{Literal, U256};
use crate::types::{Declarations, Type, Units};
use crate::vm::Vm;
use crate::wire::identity::keccak256;
use crate::wire::value::{hex, is_negative};

/// Where a type is named from: the messages library itself, or a contract that imports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Library,
    Contract,
}

impl Scope {
    /// What stands before the name of a type that the library declares.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Scope::Library => "",
            Scope::Contract => "Messages.",
        }
    }
}

/// The types of one workflow's contracts.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    pub(super) declarations: &'a Declarations,
    pub(super) names: &'a LibraryNames,
    pub(super) scope: Scope,
}

impl Types<'_> {
    /// The type's name.
    pub(super) fn name(&self, ty: &Type) -> String {
        let prefix = self.scope.prefix();
        match ty {
            Type::Bool => "bool".into(),
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => format!("uint{bits}"),
            Type::Int(bits) => format!("int{bits}"),
            Type::FixedBytes(len) => format!("bytes{len}"),
            Type::Bytes(_) => "bytes".into(),
            Type::String(_) => "string".into(),
            Type::List(element, _) => format!("{}[]", self.name(element)),
            Type::Array(element, len) => format!("{}[{len}]", self.name(element)),
            Type::Option(_) => format!("{prefix}{}", self.names.helper(ty)),
            Type::Record(record) => format!("{prefix}{}", self.names.records[record].name),
            Type::Enum(id) => format!("{prefix}{}", self.names.enums[id].name),
            Type::Address(chain) => match self.declarations.chains[*chain].vm {
                Vm::Evm => "address".into(),
                _ => "bytes32".into(),
            },
        }
    }

    /// The type of a parameter or a local variable.
    pub(super) fn in_memory(&self, ty: &Type) -> String {
        let name = self.name(ty);
        if is_reference(ty) {
            format!("{name} memory")
        } else {
            name
        }
    }

    /// A list of so many elements that are still to be filled in.
    pub(super) fn new_list(&self, element: &Type, length: &str) -> String {
        format!("new {}[]({length})", self.name(element))
    }

    /// The type of a slot: what storage cannot take over from memory is kept as it stands on the wire.
    pub(super) fn in_storage(&self, ty: &Type) -> String {
        if is_storable(ty, self.declarations) {
            self.name(ty)
        } else {
            "bytes".into()
        }
    }

    /// A literal of a type.
    pub(super) fn literal(&self, literal: &Literal, ty: &Type) -> String {
        match literal {
            Literal::Bool(value) => value.to_string(),
            Literal::Uint(value) if is_greatest(*value, ty) => {
                format!("type({}).max", self.name(ty))
            }
            Literal::Uint(value) => grouped(&value.to_string()),
            Literal::Int(value) if is_negative(*value) => {
                let magnitude = (!*value).overflowing_add(U256::one()).0;
                format!("-{}", grouped(&magnitude.to_string()))
            }
            Literal::Int(value) => grouped(&value.to_string()),
            Literal::Bytes(bytes) => self.bytes_literal(bytes, ty),
            Literal::String(text) => string_literal(text),
            Literal::Variant(index) => self.variant(*index, ty),
        }
    }

    fn bytes_literal(&self, bytes: &[u8], ty: &Type) -> String {
        let digits = &hex(bytes)[2..];
        match (ty, <[u8; 20]>::try_from(bytes)) {
            (Type::Address(_), Ok(address)) => checksummed(address),
            (Type::FixedBytes(_) | Type::Address(_), _) => {
                format!("{}(hex\"{digits}\")", self.name(ty))
            }
            _ => format!("hex\"{digits}\""),
        }
    }

    fn variant(&self, index: u8, ty: &Type) -> String {
        let Type::Enum(id) = ty else {
            return index.to_string();
        };
        let variant = &self.names.enums[id].members[usize::from(index)];
        format!("{}.{variant}", self.name(ty))
    }
}

/// Whether values live in memory and need a data location.
pub(super) fn is_reference(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Bytes(_)
            | Type::String(_)
            | Type::List(..)
            | Type::Array(..)
            | Type::Option(_)
            | Type::Record(_)
    )
}

/// Whether the compiler's older code generator can copy a value from memory to storage: not lists, arrays and options of
/// everything, so none of them.
pub(super) fn is_storable(ty: &Type, declarations: &Declarations) -> bool {
    match ty {
        Type::List(..) | Type::Array(..) | Type::Option(_) => false,
        Type::Record(record) => {
            let fields = &declarations.records[*record].fields;
            fields
                .iter()
                .all(|field| is_storable(&field.ty, declarations))
        }
        _ => true,
    }
}

/// Whether Solidity has values of the type that no message can carry: too long, or ill-formed UTF-8.
pub(super) fn needs_check(ty: &Type, declarations: &Declarations) -> bool {
    match ty {
        Type::Bytes(_) | Type::String(_) | Type::List(..) => true,
        Type::Array(inner, _) | Type::Option(inner) => needs_check(inner, declarations),
        Type::Record(record) => {
            let fields = &declarations.records[*record].fields;
            fields
                .iter()
                .any(|field| needs_check(&field.ty, declarations))
        }
        _ => false,
    }
}

/// An address with the mixed case of EIP-55, which the compiler demands.
pub(super) fn checksummed(address: [u8; 20]) -> String {
    let digits = hex(&address)[2..].to_owned();
    let hash = keccak256(digits.as_bytes());
    let nibble = |index: usize| (hash[index / 2] >> (4 * (1 - index % 2))) & 0xf;
    let cased = digits.char_indices().map(|(index, digit)| {
        if nibble(index) >= 8 {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    });
    format!("0x{}", cased.collect::<String>())
}

/// The type and the value of a deployment constant or of a called contract's address.
pub(super) fn constant(value: &ConstantValue) -> (&'static str, String) {
    match value {
        ConstantValue::Address(Address::Evm(address)) => ("address", checksummed(*address)),
        ConstantValue::Address(Address::Svm(word) | Address::Move(word)) => ("bytes32", hex(word)),
        // A Move type means nothing to the EVM; no expression of an EVM step can name one.
        ConstantValue::MoveType(_) => ("bytes32", hex(&[0; 32])),
    }
}

/// `1800000` → `1_800_000`
pub(super) fn grouped(digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

fn is_greatest(value: U256, ty: &Type) -> bool {
    matches!(ty, Type::Uint(bits) if *bits >= 64 && value == U256::max_value() >> (256 - *bits))
}

fn string_literal(text: &str) -> String {
    let escaped: String = text.chars().map(escape).collect();
    let prefix = if escaped.is_ascii() { "" } else { "unicode" };
    format!("{prefix}\"{escaped}\"")
}

/// Control characters and those that change the direction of writing are escaped: the compiler refuses some, readers are misled by
/// the others.
fn escape(char: char) -> String {
    match char {
        '"' => "\\\"".into(),
        '\\' => "\\\\".into(),
        '\n' => "\\n".into(),
        _ if char.is_control() || is_directional(char) => {
            format!("\\u{:04x}", u32::from(char))
        }
        _ => char.into(),
    }
}

/// Whether a character steers the direction of writing or ends a line.
pub(super) fn is_directional(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
