//! Whether two expressions mean the same value, wherever they are written.

use crate::hir::{Expr, ExprKind};

/// Whether both are the same input, result, constant or literal, or the same field of one.
pub(super) fn is_same_value(one: &Expr, other: &Expr) -> bool {
    let same_kind = match (&one.kind, &other.kind) {
        (ExprKind::Field(one, i), ExprKind::Field(other, j)) => i == j && is_same_value(one, other),
        (ExprKind::Widen(one), ExprKind::Widen(other))
        | (ExprKind::Not(one), ExprKind::Not(other)) => is_same_value(one, other),
        (
            ExprKind::Input(_)
            | ExprKind::Result(..)
            | ExprKind::Viewed(_)
            | ExprKind::Literal(_)
            | ExprKind::Constant(_),
            _,
        ) => one.kind == other.kind,
        _ => false,
    };
    same_kind && one.ty == other.ty
}
