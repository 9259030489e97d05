//! The shape of a target's type in terms all machines share, and which types of the language fit it.

use crate::entities::Chain;
use crate::types::{Declarations, Field, INTEGER_WIDTHS, Type};

use super::names::translated;

/// A type of an interface in terms all machines share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Bool,
    /// An unsigned integer of so many bits, which may be a width the language has not, such as 96.
    Uint(u16),
    /// A signed integer of so many bits.
    Int(u16),
    /// `bytesN` of Solidity.
    FixedBytes(u8),
    /// So many bytes, which are an array of `u8` as well.
    ByteArray(u32),
    /// Bytes without a bound.
    Bytes,
    /// A string without a bound.
    String,
    /// An address of the contract's chain.
    Address,
    List(Box<Shape>),
    Array(Box<Shape>, u32),
    Option(Box<Shape>),
    Struct(String, Vec<(String, Shape)>),
    Enum(String, Vec<String>),
    /// An enum of which the interface tells the name only. Its values are numbers as well.
    Choice(String),
    /// A type that no type of the language stands for, and the reason.
    Opaque(String),
}

/// What shapes are compared in.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'d> {
    pub(super) declarations: &'d Declarations,
    /// The chain of the contract.
    pub(super) chain: Chain,
}

/// Which way a value goes, which decides how a width the language has not is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Into the contract: down, so that every value fits the parameter.
    In,
    /// Out of the contract: up, so that every result fits the type.
    Out,
}

impl Direction {
    /// The width of the language nearest to a target's.
    pub(super) fn round(self, bits: u16) -> u16 {
        let mut widths = INTEGER_WIDTHS.into_iter();
        let found = match self {
            Self::In => widths.rfind(|width| *width <= bits),
            Self::Out => widths.find(|width| *width >= bits),
        };
        found.unwrap_or(bits)
    }
}

impl Shape {
    /// The type an argument of type `ty` has to be converted to for this parameter; `None` if none keeps every value.
    pub(super) fn accepts(&self, ty: &Type, around: Surroundings<'_>) -> Option<Type> {
        match (self, ty) {
            (Self::Uint(bits), Type::Uint(width)) if width <= bits => {
                Some(Type::Uint(Direction::In.round(*bits)))
            }
            (Self::Int(bits), Type::Int(width)) if width <= bits => {
                Some(Type::Int(Direction::In.round(*bits)))
            }
            _ => self.matches(ty, around, Direction::In).then(|| ty.clone()),
        }
    }

    /// Whether values of `ty` are values of this shape without a conversion, apart from the rounding of widths.
    pub(super) fn matches(
        &self,
        ty: &Type,
        around: Surroundings<'_>,
        direction: Direction,
    ) -> bool {
        match (self, ty) {
            (Self::Bool, Type::Bool)
            | (Self::Bytes, Type::Bytes(_))
            | (Self::String, Type::String(_)) => true,
            (Self::Uint(bits), Type::Uint(width)) | (Self::Int(bits), Type::Int(width)) => {
                direction.round(*bits) == *width
            }
            // Only results are amounts; arguments are converted into numbers first.
            (Self::Uint(bits), Type::Amount(units)) => direction.round(*bits) == units.bits,
            (Self::FixedBytes(length), Type::FixedBytes(found)) => length == found,
            (Self::ByteArray(length), Type::FixedBytes(found)) => *length == u32::from(*found),
            (Self::ByteArray(length), Type::Array(element, found)) => {
                **element == Type::Uint(8) && length == found
            }
            (Self::Address, Type::Address(chain)) => *chain == around.chain,
            (Self::List(shape), Type::List(element, _))
            | (Self::Option(shape), Type::Option(element)) => {
                shape.is_same(element, around, direction)
            }
            (Self::Array(shape, length), Type::Array(element, found)) => {
                length == found && shape.is_same(element, around, direction)
            }
            (Self::Struct(_, fields), Type::Record(record)) => {
                let found = &around.declarations.records[*record].fields;
                same_fields(fields, found, |shape, ty| {
                    shape.matches(ty, around, direction)
                })
            }
            (Self::Choice(_), Type::Uint(8)) => true,
            (Self::Choice(name), Type::Enum(id)) => {
                direction == Direction::In
                    && translated(name) == translated(&around.declarations.enums[*id].written)
            }
            (Self::Enum(_, variants), Type::Enum(id)) => {
                let found = &around.declarations.enums[*id].variants;
                variants.len() == found.len()
                    && variants
                        .iter()
                        .zip(found)
                        .all(|(one, other)| translated(one) == translated(other))
            }
            _ => false,
        }
    }

    /// As [`Self::matches`], but with equal widths: elements of lists are not converted one by one.
    fn is_same(&self, ty: &Type, around: Surroundings<'_>, direction: Direction) -> bool {
        match (self, ty) {
            (Self::Uint(bits), Type::Uint(width)) | (Self::Int(bits), Type::Int(width)) => {
                bits == width
            }
            (Self::Struct(_, fields), Type::Record(record)) => {
                let found = &around.declarations.records[*record].fields;
                same_fields(fields, found, |shape, ty| {
                    shape.is_same(ty, around, direction)
                })
            }
            _ => self.matches(ty, around, direction),
        }
    }

    /// The only type that fits, where there is only one.
    pub(super) fn natural(&self, chain: Chain, direction: Direction) -> Option<Type> {
        Some(match self {
            Self::Bool => Type::Bool,
            Self::Uint(bits) => Type::Uint(direction.round(*bits)),
            Self::Choice(_) => Type::Uint(8),
            Self::Int(bits) => Type::Int(direction.round(*bits)),
            Self::FixedBytes(length) => Type::FixedBytes(*length),
            Self::ByteArray(length) => match u8::try_from(*length) {
                Ok(length @ 1..=32) => Type::FixedBytes(length),
                _ => Type::Array(Box::new(Type::Uint(8)), *length),
            },
            Self::Address => Type::Address(chain),
            Self::Array(inner, length) if inner.has_own_width() => {
                Type::Array(Box::new(inner.natural(chain, direction)?), *length)
            }
            Self::Option(inner) if inner.has_own_width() => {
                Type::Option(Box::new(inner.natural(chain, direction)?))
            }
            _ => return None,
        })
    }

    /// A type of elements that fits, where several may: one of the least bound, or the first record or enum declared that is like it.
    pub(super) fn any_type(&self, around: Surroundings<'_>) -> Option<Type> {
        let inner = |shape: &Self| shape.any_type(around).map(Box::new);
        let natural = self.natural(around.chain, Direction::In);
        Some(match self {
            Self::Choice(_) => {
                let mut enums = around.declarations.enums.keys().map(Type::Enum);
                let named = enums.find(|ty| self.is_same(ty, around, Direction::In));
                named.or(natural)?
            }
            _ if natural.is_some() => natural?,
            Self::Bytes => Type::Bytes(1),
            Self::String => Type::String(1),
            Self::List(shape) => Type::List(inner(shape)?, 1),
            Self::Array(shape, length) => Type::Array(inner(shape)?, *length),
            Self::Option(shape) => Type::Option(inner(shape)?),
            Self::Struct(..) | Self::Enum(..) => {
                let declarations = around.declarations;
                let records = declarations.records.keys().map(Type::Record);
                let mut declared = records.chain(declarations.enums.keys().map(Type::Enum));
                declared.find(|ty| self.is_same(ty, around, Direction::In))?
            }
            _ => return None,
        })
    }

    /// Whether it is no integer of a width that the language has not.
    fn has_own_width(&self) -> bool {
        match self {
            Self::Uint(bits) | Self::Int(bits) => INTEGER_WIDTHS.contains(bits),
            _ => true,
        }
    }

    /// The reason why no type stands for it, or for a part of it.
    pub(super) fn opaque(&self) -> Option<String> {
        match self {
            Self::Opaque(reason) => Some(reason.clone()),
            Self::List(inner) | Self::Array(inner, _) | Self::Option(inner) if !inner.has_own_width() => {
                Some("elements of a list are not converted one by one, and no integer type has their width".to_owned())
            }
            Self::List(inner) | Self::Array(inner, _) | Self::Option(inner) => inner.opaque(),
            Self::Struct(_, fields) => fields.iter().find_map(|(_, shape)| shape.opaque()),
            _ => None,
        }
    }

    /// The type to write for it, with `N` for a bound to choose.
    pub(super) fn describe(&self, chain: &str, direction: Direction) -> String {
        let inner = |shape: &Self| shape.describe(chain, direction);
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Uint(bits) => format!("u{}", direction.round(*bits)),
            Self::Choice(_) => "u8".to_owned(),
            Self::Int(bits) => format!("i{}", direction.round(*bits)),
            Self::FixedBytes(length) => format!("bytes{length}"),
            Self::ByteArray(length @ 1..=32) => format!("bytes{length}"),
            Self::ByteArray(length) => format!("[u8; {length}]"),
            Self::Bytes => "bytes<N>".to_owned(),
            Self::String => "string<N>".to_owned(),
            Self::Address => format!("address@{chain}"),
            Self::List(shape) => format!("list<{}, N>", inner(shape)),
            Self::Array(shape, length) => format!("[{}; {length}]", inner(shape)),
            Self::Option(shape) => format!("option<{}>", inner(shape)),
            Self::Struct(name, _) | Self::Enum(name, _) => name.clone(),
            Self::Opaque(_) => "nothing".to_owned(),
        }
    }

    /// The declaration to write for a struct or enum, such as `record Order { id: u64 }`.
    pub(super) fn declaration(&self, chain: &str, direction: Direction) -> Option<String> {
        match self {
            Self::Struct(name, fields) => {
                let field = |(name, shape): &(String, Self)| {
                    format!("{name}: {}", shape.describe(chain, direction))
                };
                let fields: Vec<_> = fields.iter().map(field).collect();
                Some(format!("record {name} {{ {} }}", fields.join(", ")))
            }
            Self::Enum(name, variants) => {
                Some(format!("enum {name} {{ {} }}", variants.join(", ")))
            }
            Self::List(inner) | Self::Array(inner, _) | Self::Option(inner) => {
                inner.declaration(chain, direction)
            }
            _ => None,
        }
    }
}

/// Fields agree if they have the same names in the same order, apart from case and underscores.
fn same_fields(
    fields: &[(String, Shape)],
    found: &[Field],
    same: impl Fn(&Shape, &Type) -> bool,
) -> bool {
    fields.len() == found.len()
        && fields.iter().zip(found).all(|((name, shape), field)| {
            translated(name) == translated(&field.name) && same(shape, &field.ty)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cranelift_entity::EntityRef;

    fn accepted(shape: &Shape, ty: &Type) -> Option<Type> {
        let declarations = Declarations::default();
        shape.accepts(
            ty,
            Surroundings {
                declarations: &declarations,
                chain: Chain::new(0),
            },
        )
    }

    #[test]
    fn an_integer_is_widened_to_the_greatest_width_that_fits() {
        for (bits, given, expected) in [
            (256, 64, Some(256)),
            (96, 64, Some(64)),
            (96, 32, Some(64)),
            (96, 128, None),
            (160, 128, Some(128)),
            (24, 16, Some(16)),
            (8, 8, Some(8)),
            (8, 16, None),
        ] {
            assert_eq!(
                accepted(&Shape::Uint(bits), &Type::Uint(given)),
                expected.map(Type::Uint),
                "{bits} {given}"
            );
            assert_eq!(
                accepted(&Shape::Int(bits), &Type::Int(given)),
                expected.map(Type::Int),
                "{bits} {given}"
            );
            assert_eq!(
                accepted(&Shape::Int(bits), &Type::Uint(given)),
                None,
                "{bits} {given}"
            );
        }
    }

    #[test]
    fn a_result_is_widened_to_the_least_width_that_holds_it() {
        let chain = Chain::new(0);
        for (bits, expected) in [(96, 128), (24, 32), (160, 256), (64, 64)] {
            assert_eq!(
                Shape::Uint(bits).natural(chain, Direction::Out),
                Some(Type::Uint(expected))
            );
        }
    }

    #[test]
    fn elements_of_lists_are_not_widened() {
        let list = |shape| Shape::List(Box::new(shape));
        let of = |ty| Type::List(Box::new(ty), 4);
        assert_eq!(
            accepted(&list(Shape::Uint(64)), &of(Type::Uint(64))),
            Some(of(Type::Uint(64)))
        );
        assert_eq!(accepted(&list(Shape::Uint(64)), &of(Type::Uint(32))), None);
        assert_eq!(accepted(&list(Shape::Uint(96)), &of(Type::Uint(64))), None);
        assert!(list(Shape::Uint(96)).opaque().is_some());
    }

    #[test]
    fn addresses_stay_on_their_chain() {
        assert!(accepted(&Shape::Address, &Type::Address(Chain::new(0))).is_some());
        assert!(accepted(&Shape::Address, &Type::Address(Chain::new(1))).is_none());
    }
}
