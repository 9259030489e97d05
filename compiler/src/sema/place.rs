//! Puts arguments in place of parameters, and tells how large that becomes.

use super::arithmetic::computed;
use super::check::Checker;
use super::errors::BudgetError;
use super::limits::MAX_PARTS;
use super::symbols::Declared;
use crate::hir::range::Question;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::MAX_DEPTH;

/// The value of a function with the arguments in place of its parameters, which are the inputs in it.
///
/// # Errors
/// What has no value with these arguments, whatever an instance is given.
pub(super) fn put_in_place(value: &Expr, args: &[Expr]) -> Result<Expr, Box<Question>> {
    let place = |inner: &Expr| put_in_place(inner, args).map(Box::new);
    let place_all = |parts: &[Expr]| {
        let parts = parts.iter();
        let placed = parts.map(|part| put_in_place(part, args));
        placed.collect::<Result<Vec<_>, _>>()
    };
    let kind = match &value.kind {
        ExprKind::Input(index) => return Ok(args[*index].clone()),
        // What is wide enough after two conversions is after one, as if it had been written there.
        ExprKind::Widen(inner) => match put_in_place(inner, args)? {
            Expr {
                kind: ExprKind::Widen(inner),
                ..
            } => ExprKind::Widen(inner),
            inner => ExprKind::Widen(Box::new(inner)),
        },
        ExprKind::Field(base, index) => ExprKind::Field(place(base)?, *index),
        ExprKind::Not(inner) => ExprKind::Not(place(inner)?),
        ExprKind::Convert(inner, conversion) => ExprKind::Convert(place(inner)?, *conversion),
        ExprKind::Record(record, parts) => ExprKind::Record(*record, place_all(parts)?),
        ExprKind::List(parts) => ExprKind::List(place_all(parts)?),
        ExprKind::Binary(op, left, right) => ExprKind::Binary(*op, place(left)?, place(right)?),
        ExprKind::Arithmetic(op, left, right) => {
            ExprKind::Arithmetic(*op, place(left)?, place(right)?)
        }
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Result(..)
        | ExprKind::Viewed(_) => value.kind.clone(),
    };
    computed(Expr {
        kind,
        ty: value.ty.clone(),
        span: value.span,
    })
}

/// How large an expression is once all names and calls in it are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// How many operands, operators and conversions it consists of.
    parts: usize,
    /// How deep they nest.
    depth: usize,
}

impl Size {
    const ONE: Self = Size { parts: 1, depth: 1 };

    pub(super) fn of(expr: &Expr) -> Self {
        Self::measure(expr, &|_| Self::ONE)
    }

    /// The size of a function's value with arguments of these sizes, told before it is built.
    pub(super) fn in_place(value: &Expr, args: &[Self]) -> Self {
        Self::measure(value, &|index| args[index])
    }

    fn measure(expr: &Expr, input: &dyn Fn(usize) -> Self) -> Self {
        let measure = |inner: &Expr| Self::measure(inner, input);
        match &expr.kind {
            ExprKind::Input(index) => input(*index),
            ExprKind::Literal(_)
            | ExprKind::Constant(_)
            | ExprKind::Result(..)
            | ExprKind::Viewed(_) => Self::ONE,
            ExprKind::Field(inner, _)
            | ExprKind::Widen(inner)
            | ExprKind::Convert(inner, _)
            | ExprKind::Not(inner) => measure(inner).inside(),
            ExprKind::Record(_, parts) | ExprKind::List(parts) => {
                let empty = Size { parts: 0, depth: 0 };
                parts.iter().map(measure).fold(empty, Self::beside).inside()
            }
            ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
                measure(left).beside(measure(right)).inside()
            }
        }
    }

    fn beside(self, other: Self) -> Self {
        Size {
            parts: self.parts.saturating_add(other.parts),
            depth: self.depth.max(other.depth),
        }
    }

    fn inside(self) -> Self {
        Size {
            parts: self.parts.saturating_add(1),
            depth: self.depth.saturating_add(1),
        }
    }
}

impl Checker<'_> {
    /// Refuses what would become too large in emitted code, or nest too deep for what walks it.
    pub(super) fn check_size(&mut self, size: Size, span: Span) -> Declared<()> {
        if size.parts <= MAX_PARTS && size.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(self.report(BudgetError::ExpressionTooLarge { span }))
    }
}
