//! Conversions that keep every value, and what is said when there is none.

use super::check::Checker;
use super::context::Expect;
use super::errors::{MoneyError, TypeError};
use super::money::as_number;
use super::shape::{Direction, Shape, Surroundings};
use super::symbols::Declared;
use crate::entities::Chain;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::types::{INTEGER_WIDTHS, Type, Units};

impl Checker<'_> {
    /// Makes an expression one that its place takes. The word `exact` may stand before it.
    pub(super) fn convert(
        &mut self,
        expr: Expr,
        expect: Expect<'_>,
        exact: Option<Span>,
    ) -> Declared<Expr> {
        match (&expr.ty, expect, exact) {
            (&Type::Amount(from), Expect::Type(&Type::Amount(to)), _) => {
                self.convert_amount(expr, (from, to), exact)
            }
            (&Type::Amount(from), Expect::Param(Shape::Uint(bits), chain), _) => {
                self.amount_to_param(expr, from, (*bits, chain), exact)
            }
            (_, _, Some(keyword)) => Err(self.idle_exact(keyword)),
            (_, Expect::Any, None) => Ok(expr),
            (_, Expect::Type(wanted), None) => self.convert_to_type(expr, wanted, None),
            (_, Expect::Param(shape, chain), None) => self.convert_to_param(expr, shape, chain),
        }
    }

    /// An amount for a parameter of so many bits, in units of the contract's chain.
    fn amount_to_param(
        &mut self,
        expr: Expr,
        from: Units,
        (bits, chain): (u16, Chain),
        exact: Option<Span>,
    ) -> Declared<Expr> {
        let span = expr.span;
        let to = self.units_on(from.asset, chain, span)?;
        if bits < to.bits {
            let units = self.describe_units(&to);
            return Err(self.report(MoneyError::NarrowParameter {
                span,
                units,
                bits: to.bits,
                parameter: Direction::In.round(bits),
            }));
        }
        let amount = self.convert_amount(expr, (from, to), exact)?;
        Ok(as_number(amount, Direction::In.round(bits)))
    }

    fn convert_to_type(
        &mut self,
        expr: Expr,
        wanted: &Type,
        parameter: Option<String>,
    ) -> Declared<Expr> {
        if can_widen(&expr.ty, wanted) {
            return Ok(widen(expr, wanted.clone()));
        }
        let (found, wanted_text) = (self.quote(&expr.ty), self.quote(wanted));
        let error = match (&expr.ty, wanted) {
            (Type::Address(_), Type::Address(_)) => TypeError::AddressOfOtherChain {
                span: expr.span,
                found,
                wanted: wanted_text,
            },
            _ if can_widen(wanted, &expr.ty) => TypeError::Narrowing {
                span: expr.span,
                found,
                wanted: wanted_text,
                parameter,
            },
            _ => mismatch(expr.span, found, wanted_text, &expr.ty, wanted),
        };
        Err(self.report(error))
    }

    fn convert_to_param(&mut self, expr: Expr, shape: &Shape, chain: Chain) -> Declared<Expr> {
        let around = Surroundings {
            declarations: &self.declarations,
            chain,
        };
        if let Some(ty) = shape.accepts(&expr.ty, around) {
            return Ok(widen(expr, ty));
        }
        if let Some(wanted) = shape.natural(chain, Direction::In) {
            return self.convert_to_type(expr, &wanted, odd_width(shape));
        }
        let found = self.quote(&expr.ty);
        let chain = self.chain_name(chain).to_owned();
        let wanted = format!("`{}`", shape.describe(&chain, Direction::In));
        let declaration = shape.declaration(&chain, Direction::In);
        let note =
            declaration.map(|text| format!("declare `{text}`: the same members in the same order"));
        Err(self.report(TypeError::Mismatch {
            span: expr.span,
            found,
            wanted,
            note,
        }))
    }
}

/// What to say of a parameter whose width the language has not.
fn odd_width(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Uint(bits) | Shape::Int(bits) if !INTEGER_WIDTHS.contains(bits) => {
            let width = Direction::In.round(*bits);
            Some(format!(
                "the parameter has {bits} bits, and {width} bits are the most of the language that always fit it"
            ))
        }
        _ => None,
    }
}

fn mismatch(span: Span, found: String, wanted: String, ty: &Type, wanted_ty: &Type) -> TypeError {
    let note = match (ty, wanted_ty) {
        (Type::Uint(_), Type::Int(_)) | (Type::Int(_), Type::Uint(_)) => {
            Some("signed and unsigned integers are not converted into each other".to_owned())
        }
        (Type::List(..), Type::List(..)) => {
            Some("elements of a list are not converted one by one".to_owned())
        }
        (Type::Option(_), Type::Option(_)) => Some(
            "what is in an option is not converted: declare it as it is needed where it enters the workflow, or in a `let`"
                .to_owned(),
        ),
        (_, Type::Option(some)) if can_widen(ty, some) => {
            Some("`some(…)` makes an option of a value".to_owned())
        }
        (Type::Record(_), Type::Record(_)) => {
            Some("records are told apart by name, even if their fields are alike".to_owned())
        }
        (Type::Amount(_), Type::Uint(_)) => Some(
            "an amount is a number only of something: divided by another amount of it, it says how many of those it is"
                .to_owned(),
        ),
        (Type::Uint(_), Type::Amount(_)) => Some(
            "a number does not say of what it is an amount: take it as an amount where it comes from"
                .to_owned(),
        ),
        _ => None,
    };
    TypeError::Mismatch {
        span,
        found,
        wanted,
        note,
    }
}

/// Whether every value of one type is one of the other.
#[must_use]
pub fn can_widen(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Uint(from), Type::Uint(to)) | (Type::Int(from), Type::Int(to)) => from <= to,
        (Type::Bytes(from), Type::Bytes(to)) | (Type::String(from), Type::String(to)) => from <= to,
        (Type::List(from, length), Type::List(to, max)) => from == to && length <= max,
        _ => from == to,
    }
}

/// The expression in a type that holds every value of its own.
pub(super) fn widen(expr: Expr, ty: Type) -> Expr {
    if expr.ty == ty {
        return expr;
    }
    let span = expr.span;
    Expr {
        kind: ExprKind::Widen(Box::new(expr)),
        ty,
        span,
    }
}
