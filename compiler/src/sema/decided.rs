//! Guards whose outcome is the same whatever an instance is given.

use super::check::Checker;
use super::context::WorkflowScope;
use super::errors::{FlowError, LivenessError};
use crate::diagnostic::{Diagnostic, Reported};
use crate::hir::range::{constant, is_total, plain, range_of};
use crate::hir::{BinaryOp, Expr, ExprKind};
use crate::interval::Interval;
use crate::literal::Literal;

impl Checker<'_> {
    /// Refuses a guard that is never true, and warns of one that always is.
    pub(super) fn check_guard_decides(
        &mut self,
        scope: &WorkflowScope,
        guard: &Expr,
    ) -> Result<(), Reported> {
        let span = guard.span;
        let may_differ = scope.copies.may_differ(span);
        match truth(guard) {
            Some(false) => {
                let mut diagnostic = Diagnostic::from(LivenessError::NeverTrue { span });
                if may_differ {
                    diagnostic = diagnostic.note("so it is in at least one repetition");
                }
                Err(self.report(diagnostic))
            }
            Some(true) if is_total(guard) && !may_differ => {
                self.warn(LivenessError::AlwaysTrue { span });
                Ok(())
            }
            // What may have no value refuses the step then.
            Some(true) | None => Ok(()),
        }
    }

    /// Warns of an `if` that goes the same way in every instance.
    pub(super) fn warn_of_decided(&mut self, condition: &Expr) {
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
    let (left, right) = (range_of(left)?, range_of(right)?);
    match op {
        BinaryOp::Lt => is_below(left, right),
        BinaryOp::Ge => is_below(left, right).map(|below| !below),
        BinaryOp::Gt => is_below(right, left),
        BinaryOp::Le => is_below(right, left).map(|below| !below),
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
        (ExprKind::Input(left), ExprKind::Input(right))
        | (ExprKind::Viewed(left), ExprKind::Viewed(right)) => left == right,
        (ExprKind::Result(step, left), ExprKind::Result(other, right)) => {
            step == other && left == right
        }
        (ExprKind::Field(base, left), ExprKind::Field(other, right)) => {
            left == right && is_same(base, other)
        }
        (ExprKind::Widen(left), ExprKind::Widen(right)) => is_same(left, right),
        (ExprKind::Convert(left, one), ExprKind::Convert(right, other)) => {
            one == other && is_same(left, right)
        }
        (
            ExprKind::Arithmetic(op, left, right),
            ExprKind::Arithmetic(other_op, other_left, other_right),
        ) => op == other_op && is_same(left, other_left) && is_same(right, other_right),
        _ => false,
    }
}

/// Whether all of some numbers are less than all of the others, or none is less than any.
fn is_below(numbers: Interval, others: Interval) -> Option<bool> {
    if numbers.most < others.least {
        return Some(true);
    }
    (numbers.least >= others.most).then_some(false)
}
