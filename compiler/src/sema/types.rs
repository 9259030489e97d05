//! Types as written become types of the language.

use super::check::Checker;
use super::errors::{NameError, NameKind, NoAmount, TypeError};
use super::money::Amounts;
use super::symbols::{Declared, ItemKind};
use crate::source::Spanned;
use crate::syntax::ast::{self, Name, TypeKind};
use crate::types::Type;
use crate::wire::layout::MAX_BOUND;

impl Checker<'_> {
    /// The type that is written, where amounts are counted like this.
    pub(super) fn check_type(&mut self, ty: &ast::Type, amounts: Amounts) -> Declared<Type> {
        let inside = Amounts::Nowhere(NoAmount::Element);
        Ok(match &ty.kind {
            TypeKind::Bool => Type::Bool,
            TypeKind::Unsigned(bits) => Type::Uint(*bits),
            TypeKind::Signed(bits) => Type::Int(*bits),
            TypeKind::FixedBytes(length) => Type::FixedBytes(*length),
            TypeKind::Bytes(max) => Type::Bytes(self.check_bound(max)?),
            TypeKind::String(max) => Type::String(self.check_bound(max)?),
            TypeKind::List { element, max } => {
                let element = self.check_type(element, inside);
                let max = self.check_bound(max);
                Type::List(Box::new(element?), max?)
            }
            TypeKind::Array { element, length } => {
                let element = self.check_type(element, inside);
                let length = self.check_bound(length);
                Type::Array(Box::new(element?), length?)
            }
            TypeKind::Option(inner) => Type::Option(Box::new(self.check_type(inner, inside)?)),
            TypeKind::Address { chain } => Type::Address(self.find_chain(chain)?),
            TypeKind::Amount { asset } => self.amount_type(asset, amounts, ty.span)?,
            TypeKind::Named(name) => self.find_type(&Name::new(name.clone(), ty.span))?,
        })
    }

    fn check_bound(&mut self, bound: &Spanned<u32>) -> Declared<u32> {
        if (1..=MAX_BOUND).contains(&bound.value) {
            return Ok(bound.value);
        }
        let (value, most) = (u64::from(bound.value), u64::from(MAX_BOUND));
        Err(self.report(TypeError::Bound {
            span: bound.span,
            value,
            least: 1,
            most,
        }))
    }

    fn find_type(&mut self, name: &Name) -> Declared<Type> {
        match self.symbols.find(&name.value).map(|item| &item.kind) {
            Some(ItemKind::Faulty(reported)) => Err(*reported),
            Some(ItemKind::Record(record)) => self.symbols.sound(*record).map(Type::Record),
            Some(ItemKind::Enum(id)) => Ok(Type::Enum(*id)),
            _ => {
                let known = self.type_names();
                Err(self.report(NameError::Unknown {
                    kind: NameKind::Type,
                    name: name.clone(),
                    known,
                }))
            }
        }
    }

    fn type_names(&self) -> Vec<String> {
        let declared = self.symbols.items();
        let declared = declared
            .filter(|(_, item)| matches!(item.kind, ItemKind::Record(_) | ItemKind::Enum(_)));
        let builtin = [
            "bool", "u8", "u16", "u32", "u64", "u128", "u256", "i8", "i16", "i32", "i64", "i128",
            "i256",
        ];
        let builtin = builtin
            .into_iter()
            .chain(["bytes", "string", "list", "option", "address", "bytes32"]);
        declared
            .map(|(name, _)| name.clone())
            .chain(builtin.map(str::to_owned))
            .collect()
    }
}
