//! Types: which names are built in, and which arguments they take.

use super::super::ast::{Name, Type, TypeKind};
use super::super::error::{SyntaxError, TypeFault};
use super::Builder;
use crate::source::{Span, Spanned};

/// An argument between `<` and `>`.
#[derive(Debug)]
pub(in super::super) enum GenericArg {
    Type(Type),
    Size(Spanned<u32>),
}

/// The built-in types that need something after their name, and how they are written.
const FORMS: &[(&str, &str)] = &[
    ("address", "address@CHAIN"),
    ("amount", "amount<ASSET>"),
    ("bytes", "bytes<N>"),
    ("list", "list<TYPE, N>"),
    ("option", "option<TYPE>"),
    ("string", "string<N>"),
];

impl Builder<'_, '_, '_> {
    /// A name alone.
    pub(in super::super) fn plain_type(&mut self, name: Name) -> Type {
        let span = name.span;
        if let Some(form) = form_of(&name.value) {
            return self.malformed(name, span, TypeFault::Form(form));
        }
        let kind = scalar(&name.value).unwrap_or(TypeKind::Named(name.value));
        Type { kind, span }
    }

    /// A name with arguments.
    pub(in super::super) fn generic_type(
        &mut self,
        name: Name,
        args: Vec<GenericArg>,
        end: u32,
    ) -> Type {
        let span = self.span(name.span.start, end);
        let mut args = args.into_iter();
        let kind = match (name.value.as_str(), args.next(), args.next(), args.next()) {
            ("bytes", Some(GenericArg::Size(max)), None, _) => TypeKind::Bytes(max),
            ("string", Some(GenericArg::Size(max)), None, _) => TypeKind::String(max),
            ("option", Some(GenericArg::Type(inner)), None, _) => TypeKind::Option(Box::new(inner)),
            ("list", Some(GenericArg::Type(element)), Some(GenericArg::Size(max)), None) => {
                let element = Box::new(element);
                TypeKind::List { element, max }
            }
            (
                "amount",
                Some(GenericArg::Type(Type {
                    kind: TypeKind::Named(asset),
                    span,
                })),
                None,
                _,
            ) => {
                let asset = Spanned::new(asset, span);
                TypeKind::Amount { asset }
            }
            (other, ..) => {
                if self.is_incomplete(span.start, span.end) {
                    let kind = TypeKind::Named(name.value);
                    return Type { kind, span };
                }
                let fault = form_of(other).map_or(TypeFault::NoArguments, TypeFault::Form);
                return self.malformed(name, span, fault);
            }
        };
        Type { kind, span }
    }

    /// `address@CHAIN`.
    pub(in super::super) fn address_type(&mut self, name: Name, chain: Name) -> Type {
        let span = name.span.to(chain.span);
        if name.value == "address" {
            let kind = TypeKind::Address { chain };
            return Type { kind, span };
        }
        self.malformed(name, span, TypeFault::NotOnAChain)
    }

    /// `[TYPE; N]`.
    pub(in super::super) fn array_type(
        &self,
        element: Type,
        length: Spanned<u32>,
        start: u32,
        end: u32,
    ) -> Type {
        let element = Box::new(element);
        let kind = TypeKind::Array { element, length };
        let span = self.span(start, end);
        Type { kind, span }
    }

    fn malformed(&mut self, name: Name, span: Span, fault: TypeFault) -> Type {
        let name = name.value;
        let kind = TypeKind::Named(name.clone());
        self.errors
            .push(SyntaxError::MalformedType { span, name, fault });
        Type { kind, span }
    }
}

fn form_of(name: &str) -> Option<&'static str> {
    let found = FORMS.iter().find(|(built_in, _)| *built_in == name);
    found.map(|(_, form)| *form)
}

/// `bool`, `u64`, `i64` and `bytes32`.
fn scalar(name: &str) -> Option<TypeKind> {
    if name == "bool" {
        return Some(TypeKind::Bool);
    }
    if let Some(length) = name.strip_prefix("bytes") {
        let length = canonical(length).filter(|length| (1..=32).contains(length))?;
        return u8::try_from(length).ok().map(TypeKind::FixedBytes);
    }
    let (prefix, width) = name.split_at_checked(1)?;
    let width = canonical(width).filter(|width| matches!(width, 8 | 16 | 32 | 64 | 128 | 256))?;
    match prefix {
        "u" => Some(TypeKind::Unsigned(width)),
        "i" => Some(TypeKind::Signed(width)),
        _ => None,
    }
}

/// A decimal number without leading zeros or signs.
fn canonical(digits: &str) -> Option<u16> {
    let starts_well = digits.starts_with(|c: char| ('1'..='9').contains(&c));
    digits.parse().ok().filter(|_| starts_well)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_known_by_their_exact_names() {
        assert_eq!(scalar("u256"), Some(TypeKind::Unsigned(256)));
        assert_eq!(scalar("i8"), Some(TypeKind::Signed(8)));
        assert_eq!(scalar("bytes32"), Some(TypeKind::FixedBytes(32)));
        for name in [
            "u7", "u08", "u+8", "bytes0", "bytes33", "bytes01", "U8", "é8", "", "u",
        ] {
            assert_eq!(scalar(name), None, "{name}");
        }
    }
}
