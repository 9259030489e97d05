//! The numbers that an expression can be, as far as literals and types tell, and what may have no value for that reason.

use super::{ArithmeticOp, Certainty, Conversion, Expr, ExprKind};
use crate::interval::{Interval, Outcome};
use crate::literal::{Literal, U256};
use crate::source::Span;
use crate::types::{Type, Units};

/// What may have no value.
#[derive(Clone, Debug)]
pub enum Question {
    /// Arithmetic.
    Operation(Operation),
    /// A conversion of an amount.
    Converted(Converted),
}

/// An amount that is converted.
#[derive(Clone, Debug)]
pub struct Converted {
    /// From which units to which.
    pub conversion: Conversion,
    /// The amount.
    pub span: Span,
    /// The numbers that it can be.
    pub values: Interval,
    /// The width of the type that it is converted to.
    pub bits: u16,
}

/// Arithmetic on two numbers.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Which.
    pub op: ArithmeticOp,
    /// The operation with its sides.
    pub span: Span,
    /// The numbers that its sides can be.
    pub sides: [Interval; 2],
    /// The width of its type.
    pub bits: u16,
}

/// The numbers that an expression can be, if it is one; what it was widened from says more than its type. Signed ones have their sign bit
/// turned over, which puts two's complements in order.
pub fn range_of(expr: &Expr) -> Option<Interval> {
    let expr = plain(expr);
    match (&expr.kind, &expr.ty) {
        (ExprKind::Widen(inner), _) => range_of(inner),
        (ExprKind::Literal(Literal::Uint(number)), _) => Some(Interval::exactly(*number)),
        (ExprKind::Literal(Literal::Int(number)), _) => Some(Interval::exactly(*number ^ sign())),
        (ExprKind::Arithmetic(..) | ExprKind::Convert(..), ty) => {
            match Question::of(expr)?.outcome() {
                Outcome::Always(values) | Outcome::Sometimes(values) => Some(values),
                Outcome::Never => ty.unsigned_bits().map(Interval::of_bits),
            }
        }
        (_, Type::Uint(bits) | Type::Amount(Units { bits, .. })) => Some(Interval::of_bits(*bits)),
        (_, Type::Int(bits)) => {
            let half = U256::one() << (bits - 1);
            Some(Interval {
                least: sign() - half,
                most: sign() + (half - 1),
            })
        }
        _ => None,
    }
}

impl Question {
    /// What an expression asks by itself, whatever its parts do.
    pub fn of(expr: &Expr) -> Option<Self> {
        let bits = expr.ty.unsigned_bits()?;
        match &expr.kind {
            ExprKind::Arithmetic(op, left, right) => Some(Self::Operation(Operation {
                op: *op,
                span: expr.span,
                sides: [range_of(left)?, range_of(right)?],
                bits,
            })),
            ExprKind::Convert(inner, conversion) => Some(Self::Converted(Converted {
                conversion: *conversion,
                span: expr.span,
                values: range_of(inner)?,
                bits,
            })),
            _ => None,
        }
    }

    /// Whether it has a value, and which numbers that can be.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Operation(operation) => {
                let [left, right] = operation.sides;
                Interval::apply(operation.op, left, right, operation.bits)
            }
            Self::Converted(converted) => converted.outcome(),
        }
    }
}

impl Converted {
    /// Whether it has a value, and which numbers that can be.
    pub fn outcome(&self) -> Outcome {
        let factor = self.conversion.factor();
        let outcome = match self.conversion.divides() {
            true => self.values.divided_exactly(factor, self.bits),
            false => {
                let factor = Interval::exactly(factor);
                Interval::apply(ArithmeticOp::Mul, self.values, factor, self.bits)
            }
        };
        let has_value = match self.conversion.certainty {
            Certainty::Nothing => false,
            Certainty::Whole => self.conversion.divides() && self.has_room(),
            Certainty::Value => true,
        };
        match outcome {
            Outcome::Sometimes(values) if has_value => Outcome::Always(values),
            other => other,
        }
    }

    /// Whether the type has room for what the greatest of the numbers is divided to.
    fn has_room(&self) -> bool {
        let limit = Interval::of_bits(self.bits).most;
        self.values.most / self.conversion.factor() <= limit
    }
}

/// The literal that an expression is.
pub fn constant(expr: &Expr) -> Option<&Literal> {
    match &plain(expr).kind {
        ExprKind::Literal(literal) => Some(literal),
        ExprKind::Widen(inner) => constant(inner),
        _ => None,
    }
}

/// The expression itself, or what a record that is built in place has for the field that is asked for.
pub fn plain(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Field(base, index) => match &plain(base).kind {
            ExprKind::Record(_, parts) => plain(&parts[*index]),
            _ => expr,
        },
        _ => expr,
    }
}

/// The first part of an expression that may have no value, whatever `&&` and `||` decide.
pub fn partial(expr: &Expr) -> Option<Question> {
    let expr = plain(expr);
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..)
        | ExprKind::Viewed(_) => None,
        ExprKind::Field(inner, _) | ExprKind::Widen(inner) | ExprKind::Not(inner) => partial(inner),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => parts.iter().find_map(partial),
        ExprKind::Binary(_, left, right) => partial(left).or_else(|| partial(right)),
        ExprKind::Arithmetic(_, left, right) => partial(left)
            .or_else(|| partial(right))
            .or_else(|| partial_itself(expr)),
        ExprKind::Convert(inner, _) => partial(inner).or_else(|| partial_itself(expr)),
    }
}

/// What an expression asks, if it may have no value though its parts have.
fn partial_itself(expr: &Expr) -> Option<Question> {
    Question::of(expr).filter(|it| !matches!(it.outcome(), Outcome::Always(_)))
}

/// Whether an expression has a value whatever an instance is given.
pub fn is_total(expr: &Expr) -> bool {
    partial(expr).is_none()
}

/// The sign bit of the widest signed number.
fn sign() -> U256 {
    U256::one() << 255
}
