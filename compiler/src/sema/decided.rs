//! Guards whose outcome is the same whatever an instance is given.

use super::check::Checker;
use super::errors::LivenessError;
use crate::diagnostic::Reported;
use crate::hir::{BinaryOp, Expr, ExprKind};
use crate::literal::Literal;

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
}

/// Whether a condition holds, if constants alone decide it.
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
        (_, (Some(left), Some(right))) => compared(op, &Literal::Bool(left), &Literal::Bool(right)),
        _ => compared(op, constant(left)?, constant(right)?),
    }
}

fn compared(op: BinaryOp, left: &Literal, right: &Literal) -> Option<bool> {
    let order = match (left, right) {
        (Literal::Uint(left), Literal::Uint(right)) => Some(left.cmp(right)),
        _ => None,
    };
    match op {
        BinaryOp::Eq => Some(left == right),
        BinaryOp::Ne => Some(left != right),
        BinaryOp::Lt => order.map(|order| order.is_lt()),
        BinaryOp::Le => order.map(|order| order.is_le()),
        BinaryOp::Gt => order.map(|order| order.is_gt()),
        BinaryOp::Ge => order.map(|order| order.is_ge()),
        BinaryOp::And | BinaryOp::Or => None,
    }
}

/// The literal that an expression is.
fn constant(expr: &Expr) -> Option<&Literal> {
    match &expr.kind {
        ExprKind::Literal(literal) => Some(literal),
        ExprKind::Widen(inner) => constant(inner),
        ExprKind::Field(base, index) => match &base.kind {
            ExprKind::Record(_, parts) => constant(&parts[*index]),
            _ => None,
        },
        _ => None,
    }
}
