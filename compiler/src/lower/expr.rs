//! Expressions: which values of the instance they need; `compute` has how they are computed from them.

use crate::entities::{Step, Value};
use crate::hir::range::is_total;
use crate::hir::{BinaryOp, Expr, ExprKind};
use crate::ir::{InstData, Program};
use crate::literal::Literal;
use crate::types::Type;

use super::builder::BodyBuilder;

/// A value of the instance that expressions refer to: an input, a step's result, or a field inside one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Leaf {
    /// Where it comes from.
    pub(super) root: Root,
    /// The fields that lead to it, by position.
    pub(super) path: Vec<usize>,
}

/// Where a [`Leaf`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Root {
    /// An input of the workflow.
    Input(usize),
    /// A result of a step.
    Result(Step, usize),
    /// What the guard of the step at hand asked, by position.
    Viewed(usize),
}

/// The part of a record built in place that a field of it is; nothing else of the record is needed.
fn part_of(expr: &Expr) -> Option<&Expr> {
    let ExprKind::Field(base, index) = &expr.kind else {
        return None;
    };
    match &part_of(base).unwrap_or(base).kind {
        ExprKind::Record(_, parts) => Some(part_of(&parts[*index]).unwrap_or(&parts[*index])),
        _ => None,
    }
}

/// The part of an expression that its value is: constants that decide a connection, or have no say in it, are left out.
pub(super) fn simpler(expr: &Expr) -> &Expr {
    let expr = part_of(expr).unwrap_or(expr);
    let ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), left, right) = &expr.kind else {
        return expr;
    };
    let (left, right) = (simpler(left), simpler(right));
    let has_no_say = *op == BinaryOp::And;
    match (truth(left), truth(right)) {
        (Some(truth), _) if truth == has_no_say => right,
        (_, Some(truth)) if truth == has_no_say => left,
        (Some(_), _) => left,
        // The left side comes first, so it counts whether it has a value.
        (_, Some(_)) if is_total(left) => right,
        _ => expr,
    }
}

fn truth(expr: &Expr) -> Option<bool> {
    match expr.kind {
        ExprKind::Literal(Literal::Bool(truth)) => Some(truth),
        _ => None,
    }
}

/// The leaf that an expression is, if it is one.
pub(super) fn as_leaf(expr: &Expr) -> Option<Leaf> {
    let expr = simpler(expr);
    match &expr.kind {
        ExprKind::Input(index) => Some(Leaf {
            root: Root::Input(*index),
            path: Vec::new(),
        }),
        ExprKind::Result(step, index) => Some(Leaf {
            root: Root::Result(*step, *index),
            path: Vec::new(),
        }),
        ExprKind::Viewed(index) => Some(Leaf {
            root: Root::Viewed(*index),
            path: Vec::new(),
        }),
        ExprKind::Field(base, index) => as_leaf(base).map(|mut leaf| {
            leaf.path.push(*index);
            leaf
        }),
        _ => None,
    }
}

/// Visits the leaves of an expression, in order of writing, with their types.
pub(super) fn for_each_leaf(expr: &Expr, visit: &mut impl FnMut(Leaf, &Type)) {
    let expr = simpler(expr);
    if let Some(leaf) = as_leaf(expr) {
        // What a guard asks is known only where it is asked.
        if !matches!(leaf.root, Root::Viewed(_)) {
            visit(leaf, &expr.ty);
        }
        return;
    }
    match &expr.kind {
        ExprKind::Field(base, _) => for_each_leaf(base, visit),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => {
            parts.iter().for_each(|part| for_each_leaf(part, visit))
        }
        ExprKind::Widen(inner) | ExprKind::Convert(inner, _) | ExprKind::Not(inner) => {
            for_each_leaf(inner, visit);
        }
        ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
            for_each_leaf(left, visit);
            for_each_leaf(right, visit);
        }
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..)
        | ExprKind::Viewed(_) => {}
    }
}

/// Follows a path of fields from a value.
pub(super) fn project(
    value: Value,
    path: &[usize],
    builder: &mut BodyBuilder,
    program: &Program,
) -> Value {
    path.iter().fold(value, |value, &index| {
        let Type::Record(record) = builder.type_of(value) else {
            unreachable!("the checker only lets records have fields")
        };
        let field = &program.declarations.records[record].fields[index];
        builder.compute(&field.name, field.ty.clone(), |result| InstData::Field {
            result,
            value,
            index,
        })
    })
}
