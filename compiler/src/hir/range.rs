//! The numbers that an expression can be, as far as literals and types tell, and what may have no value for that reason.

use super::{ArithmeticOp, Expr, ExprKind};
use crate::interval::{Interval, Outcome};
use crate::literal::{Literal, U256};
use crate::source::Span;
use crate::types::Type;

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
        (ExprKind::Arithmetic(..), Type::Uint(bits)) => match Operation::of(expr)?.outcome() {
            Outcome::Always(values) | Outcome::Sometimes(values) => Some(values),
            Outcome::Never => Some(Interval::of_bits(*bits)),
        },
        (_, Type::Uint(bits)) => Some(Interval::of_bits(*bits)),
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

impl Operation {
    /// The operation that an expression is, if it is one.
    pub fn of(expr: &Expr) -> Option<Self> {
        let (ExprKind::Arithmetic(op, left, right), Type::Uint(bits)) = (&expr.kind, &expr.ty)
        else {
            return None;
        };
        Some(Operation {
            op: *op,
            span: expr.span,
            sides: [range_of(left)?, range_of(right)?],
            bits: *bits,
        })
    }

    /// Whether it has a value, and which numbers that can be.
    pub fn outcome(&self) -> Outcome {
        let [left, right] = self.sides;
        Interval::apply(self.op, left, right, self.bits)
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

/// The first operation of an expression that may have no value, whatever `&&` and `||` decide.
pub fn partial(expr: &Expr) -> Option<Operation> {
    let expr = plain(expr);
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..) => None,
        ExprKind::Field(inner, _) | ExprKind::Widen(inner) | ExprKind::Not(inner) => partial(inner),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => parts.iter().find_map(partial),
        ExprKind::Binary(_, left, right) => partial(left).or_else(|| partial(right)),
        ExprKind::Arithmetic(_, left, right) => {
            let inner = partial(left).or_else(|| partial(right));
            let own = || Operation::of(expr);
            inner.or_else(|| own().filter(|it| !matches!(it.outcome(), Outcome::Always(_))))
        }
    }
}

/// Whether an expression has a value whatever an instance is given.
pub fn is_total(expr: &Expr) -> bool {
    partial(expr).is_none()
}

/// The sign bit of the widest signed number.
fn sign() -> U256 {
    U256::one() << 255
}
