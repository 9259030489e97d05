//! Literals take the type their place needs.

use super::check::Checker;
use super::context::Expect;
use super::errors::TypeError;
use super::shape::{Direction, Shape};
use super::symbols::Declared;
use crate::entities::Chain;
use crate::hir::{Expr, ExprKind};
use crate::literal::{Literal, U256};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{ConstantKind, Type, Units};

/// The sign in front of an integer literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

impl Checker<'_> {
    /// A literal. Apart from other expressions, whose checks nest: less of the stack is for each of those.
    pub(super) fn check_literal(&mut self, expr: &ast::Expr, expect: Expect<'_>) -> Declared<Expr> {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::Bool(value) => Ok(literal_expr(Literal::Bool(*value), Type::Bool, span)),
            ast::ExprKind::Int(value) => self.check_int(*value, Sign::Plus, span, expect),
            ast::ExprKind::Bytes(bytes) => self.check_bytes(bytes, span, expect),
            ast::ExprKind::String(text) => self.check_string(text, span, expect),
            ast::ExprKind::None => self.check_none(span, expect),
            ast::ExprKind::Constant(name) => self.check_constant(name, span, expect),
            _ => unreachable!("only literals are checked as such"),
        }
    }

    /// An integer literal; `span` covers its sign.
    pub(super) fn check_int(
        &mut self,
        value: U256,
        sign: Sign,
        span: Span,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let ty = match wanted_type(expect) {
            Some(ty @ (Type::Uint(_) | Type::Int(_) | Type::Amount(_))) => ty,
            Some(other) => return self.literal_mismatch(span, "a number", &other),
            None => return self.untyped_or_mismatch(span, "a number", "this number", expect),
        };
        let (literal, fits) = match ty {
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => {
                (Literal::Uint(value), fits_unsigned(value, sign, bits))
            }
            Type::Int(bits) => (
                Literal::Int(twos_complement(value, sign)),
                fits_signed(value, sign, bits),
            ),
            _ => unreachable!("an integer type was found"),
        };
        if !fits {
            let name = ty.display(&self.declarations).to_string();
            return Err(self.report(TypeError::OutOfRange {
                span,
                ty: name,
                range: range(&ty),
            }));
        }
        Ok(literal_expr(literal, ty, span))
    }

    fn check_bytes(&mut self, bytes: &[u8], span: Span, expect: Expect<'_>) -> Declared<Expr> {
        let ty = match expect {
            Expect::Param(Shape::Bytes, _) => Some(Type::Bytes(length_of(bytes))),
            _ => wanted_type(expect),
        };
        let ty = match ty {
            Some(ty @ (Type::FixedBytes(_) | Type::Bytes(_))) => ty,
            Some(other) => return self.literal_mismatch(span, "bytes", &other),
            None => return self.untyped_or_mismatch(span, "bytes", "these bytes", expect),
        };
        self.check_length(bytes.len(), &ty, span)?;
        Ok(literal_expr(Literal::Bytes(bytes.to_vec()), ty, span))
    }

    fn check_string(&mut self, text: &str, span: Span, expect: Expect<'_>) -> Declared<Expr> {
        let ty = match expect {
            Expect::Param(Shape::String, _) => Some(Type::String(length_of(text.as_bytes()))),
            _ => wanted_type(expect),
        };
        let ty = match ty {
            Some(ty @ Type::String(_)) => ty,
            Some(other) => return self.literal_mismatch(span, "a string", &other),
            None => return self.untyped_or_mismatch(span, "a string", "this string", expect),
        };
        self.check_length(text.len(), &ty, span)?;
        Ok(literal_expr(Literal::String(text.to_owned()), ty, span))
    }

    fn check_length(&mut self, found: usize, ty: &Type, span: Span) -> Declared<()> {
        let (fits, wanted) = match ty {
            Type::FixedBytes(length) => (
                found == usize::from(*length),
                format!("`bytes{length}` has exactly {length}"),
            ),
            Type::Bytes(max) => (
                found <= *max as usize,
                format!("`bytes<{max}>` has at most {max}"),
            ),
            Type::String(max) => (
                found <= *max as usize,
                format!("`string<{max}>` has at most {max}"),
            ),
            _ => return Ok(()),
        };
        if fits {
            Ok(())
        } else {
            Err(self.report(TypeError::LiteralLength {
                span,
                found,
                wanted,
            }))
        }
    }

    /// A deployment constant, which is an address of the chain its place needs.
    fn check_constant(&mut self, name: &str, span: Span, expect: Expect<'_>) -> Declared<Expr> {
        let chain = match wanted_type(expect) {
            Some(Type::Address(chain)) => chain,
            Some(other) => {
                return self.literal_mismatch(span, "a constant, which is an address", &other);
            }
            None => return self.untyped_or_mismatch(span, "a constant", "this constant", expect),
        };
        let constant = self.use_constant(name, span, ConstantKind::Address, chain)?;
        Ok(Expr {
            kind: ExprKind::Constant(constant),
            ty: Type::Address(chain),
            span,
        })
    }

    pub(super) fn literal_mismatch(
        &mut self,
        span: Span,
        found: &str,
        wanted: &Type,
    ) -> Declared<Expr> {
        let note = matches!(wanted, Type::Address(_))
            .then(|| "source files hold no addresses, since those differ between networks: write `@NAME` and bind it in `xcc.toml`".to_owned());
        let wanted = self.quote(wanted);
        Err(self.report(TypeError::Mismatch {
            span,
            found: found.to_owned(),
            wanted,
            note,
        }))
    }

    pub(super) fn untyped_or_mismatch(
        &mut self,
        span: Span,
        found: &str,
        what: &'static str,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let Expect::Param(shape, chain) = expect else {
            return Err(self.report(TypeError::Untyped { span, what }));
        };
        let wanted = format!(
            "`{}`",
            shape.describe(self.chain_name(chain), Direction::In)
        );
        Err(self.report(TypeError::Mismatch {
            span,
            found: found.to_owned(),
            wanted,
            note: None,
        }))
    }
}

/// The type a place needs, if only one fits.
pub(super) fn wanted_type(expect: Expect<'_>) -> Option<Type> {
    match expect {
        Expect::Any => None,
        Expect::Type(ty) => Some(ty.clone()),
        Expect::Param(shape, chain) => natural(shape, chain),
    }
}

fn natural(shape: &Shape, chain: Chain) -> Option<Type> {
    shape.natural(chain, Direction::In)
}

pub(super) fn literal_expr(literal: Literal, ty: Type, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Literal(literal),
        ty,
        span,
    }
}

/// The least bound that holds a literal; a bound is never zero.
fn length_of(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).max(1)
}

fn fits_unsigned(value: U256, sign: Sign, bits: u16) -> bool {
    let negative = sign == Sign::Minus && !value.is_zero();
    !negative && value.bits() <= usize::from(bits)
}

fn fits_signed(value: U256, sign: Sign, bits: u16) -> bool {
    let half = U256::one() << usize::from(bits - 1);
    match sign {
        Sign::Plus => value < half,
        Sign::Minus => value <= half,
    }
}

fn twos_complement(value: U256, sign: Sign) -> U256 {
    match sign {
        Sign::Plus => value,
        Sign::Minus => (!value).overflowing_add(U256::one()).0,
    }
}

fn range(ty: &Type) -> String {
    match ty {
        Type::Uint(bits @ ..=64)
        | Type::Amount(Units {
            bits: bits @ ..=64, ..
        }) => format!("0 to {}", u64::MAX >> (64 - bits)),
        Type::Uint(bits) | Type::Amount(Units { bits, .. }) => format!("0 to 2^{bits} - 1"),
        Type::Int(bits @ ..=64) => {
            format!("{} to {}", i64::MIN >> (64 - bits), i64::MAX >> (64 - bits))
        }
        Type::Int(bits) => format!("-2^{0} to 2^{0} - 1", bits - 1),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_where_the_type_does() {
        let number = U256::from;
        assert!(
            fits_unsigned(number(255), Sign::Plus, 8) && !fits_unsigned(number(256), Sign::Plus, 8)
        );
        assert!(
            fits_unsigned(number(0), Sign::Minus, 8) && !fits_unsigned(number(1), Sign::Minus, 8)
        );
        assert!(
            fits_signed(number(127), Sign::Plus, 8) && !fits_signed(number(128), Sign::Plus, 8)
        );
        assert!(
            fits_signed(number(128), Sign::Minus, 8) && !fits_signed(number(129), Sign::Minus, 8)
        );
        assert!(
            fits_unsigned(U256::MAX, Sign::Plus, 256) && !fits_signed(U256::MAX, Sign::Plus, 256)
        );
        assert_eq!(range(&Type::Uint(64)), "0 to 18446744073709551615");
        assert_eq!(range(&Type::Int(8)), "-128 to 127");
    }

    #[test]
    fn negative_numbers_are_two_s_complement() {
        assert_eq!(twos_complement(U256::one(), Sign::Minus), U256::MAX);
        assert_eq!(twos_complement(U256::zero(), Sign::Minus), U256::zero());
    }
}
