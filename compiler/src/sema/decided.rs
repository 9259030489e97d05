//! Guards whose outcome is the same whatever an instance is given.

use super::check::Checker;
use super::errors::{FlowError, LivenessError};
use crate::diagnostic::Reported;
use crate::hir::{BinaryOp, Expr, ExprKind};
use crate::literal::{Literal, U256};
use crate::types::Type;

impl Checker<'_> {
    /// Refuses a guard that is never true, and warns of one that always is.
    pub(super) fn check_guard_decides(&mut self, guard: &Expr) -> Result<(), Reported> {
        let span = guard.span;
        match truth(guard) {
            Some(false) => Err(self.report(LivenessError::NeverTrue { span })),
            Some(true) => {
                self.warn(LivenessError::AlwaysTrue { span });
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Warns of an `if` that goes the same way in every instance.
    pub(super) fn check_choice_decides(&mut self, condition: &Expr) {
        let span = condition.span;
        if let Some(holds) = truth(condition) {
            self.warn(FlowError::DecidedIf { span, holds });
        }
    }
}

/// Whether a condition holds, if literals, constants and the ranges of types decide it, or if it compares a value with itself.
fn truth(expr: &Expr) -> Option<bool> {
    if let Some(Literal::Bool(truth)) = constant(expr) {
        return Some(*truth);
    }
    match &expr.kind {
        ExprKind::Not(inner) => truth(inner).map(|truth| !truth),
        ExprKind::Binary(op, left, right) => binary(*op, left, right),
        _ => None,
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    let sides = (truth(left), truth(right));
    match (op, sides) {
        (BinaryOp::And, (Some(false), _) | (_, Some(false))) => Some(false),
        (BinaryOp::Or, (Some(true), _) | (_, Some(true))) => Some(true),
        (BinaryOp::And | BinaryOp::Or, (Some(left), Some(_))) => Some(left),
        (BinaryOp::And | BinaryOp::Or, _) => None,
        (_, (Some(left), Some(right))) => equal(op, left == right),
        _ => compared(op, left, right),
    }
}

fn compared(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    if is_same(left, right) {
        return Some(matches!(op, BinaryOp::Eq | BinaryOp::Le | BinaryOp::Ge));
    }
    if let (Some(left), Some(right)) = (constant(left), constant(right)) {
        // Numbers are compared below, by their ranges.
        if let decided @ Some(_) = equal(op, left == right) {
            return decided;
        }
    }
    let (left, right) = (Range::of(left)?, Range::of(right)?);
    match op {
        BinaryOp::Lt => left.is_below(right),
        BinaryOp::Ge => left.is_below(right).map(|below| !below),
        BinaryOp::Gt => right.is_below(left),
        BinaryOp::Le => right.is_below(left).map(|below| !below),
        BinaryOp::Eq | BinaryOp::Ne => {
            let is_apart = left.most < right.least || right.most < left.least;
            is_apart.then_some(op == BinaryOp::Ne)
        }
        BinaryOp::And | BinaryOp::Or => None,
    }
}

/// What an operator that only asks for equality says of sides that are equal, or not.
fn equal(op: BinaryOp, is_equal: bool) -> Option<bool> {
    match op {
        BinaryOp::Eq => Some(is_equal),
        BinaryOp::Ne => Some(!is_equal),
        _ => None,
    }
}

/// Whether two expressions are the same value whatever an instance is given.
fn is_same(left: &Expr, right: &Expr) -> bool {
    match (&plain(left).kind, &plain(right).kind) {
        (ExprKind::Constant(left), ExprKind::Constant(right)) => left == right,
        (ExprKind::Input(left), ExprKind::Input(right)) => left == right,
        (ExprKind::Result(step, left), ExprKind::Result(other, right)) => {
            step == other && left == right
        }
        (ExprKind::Field(base, left), ExprKind::Field(other, right)) => {
            left == right && is_same(base, other)
        }
        (ExprKind::Widen(left), ExprKind::Widen(right)) => is_same(left, right),
        _ => false,
    }
}

/// The numbers that an expression can be. Signed ones have their sign bit turned over, which puts two's complements in order.
#[derive(Clone, Copy)]
struct Range {
    least: U256,
    most: U256,
}

impl Range {
    /// The range of an expression that is a number; what it was widened from says more than its type.
    fn of(expr: &Expr) -> Option<Self> {
        let sign = U256::one() << 255;
        let one = |number| Range {
            least: number,
            most: number,
        };
        match (&plain(expr).kind, &expr.ty) {
            (ExprKind::Widen(inner), _) => Range::of(inner),
            (_, Type::Uint(bits)) => Some(match constant(expr) {
                Some(Literal::Uint(number)) => one(*number),
                _ => Range {
                    least: U256::zero(),
                    most: U256::MAX >> (256 - bits),
                },
            }),
            (_, Type::Int(bits)) => Some(match constant(expr) {
                Some(Literal::Int(number)) => one(*number ^ sign),
                _ => {
                    let half = U256::one() << (bits - 1);
                    Range {
                        least: sign - half,
                        most: sign + (half - 1),
                    }
                }
            }),
            _ => None,
        }
    }

    /// Whether all of these are less than all of the others, or none is less than any.
    fn is_below(self, other: Self) -> Option<bool> {
        if self.most < other.least {
            return Some(true);
        }
        (self.least >= other.most).then_some(false)
    }
}

/// The literal that an expression is.
fn constant(expr: &Expr) -> Option<&Literal> {
    match &plain(expr).kind {
        ExprKind::Literal(literal) => Some(literal),
        ExprKind::Widen(inner) => constant(inner),
        _ => None,
    }
}

/// The expression itself, or what a record that is built in place has for the field that is asked for.
fn plain(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Field(base, index) => match &plain(base).kind {
            ExprKind::Record(_, parts) => plain(&parts[*index]),
            _ => expr,
        },
        _ => expr,
    }
}
