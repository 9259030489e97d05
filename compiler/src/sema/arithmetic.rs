//! Arithmetic: what it takes, what is computed at once, and where it has to have a value.

use super::check::Checker;
use super::context::{Context, Expect};
use super::errors::ArithmeticError;
use super::symbols::Declared;
use crate::hir::range::{Question, constant, partial, plain};
use crate::hir::{ArithmeticOp, Binding, Call, Expr, ExprKind};
use crate::interval::Outcome;
use crate::literal::Literal;
use crate::source::{Span, Spanned};
use crate::syntax::ast;
use crate::types::Type;

/// Why an expression must always have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Necessity {
    /// It belongs to a compensation.
    Compensation,
    /// It says who may claim a compensation.
    Owner,
    /// It says whom what could not be spent is held for.
    Unspent,
    /// It belongs to a confirmation.
    Confirmation,
    /// It belongs to a retriable step.
    Retriable,
    /// It decides which steps run.
    Condition,
    /// It is a result of the workflow.
    Result,
}

impl Checker<'_> {
    /// An operation on two numbers. A side that has no type of its own takes the other's, or that of the place.
    pub(super) fn check_arithmetic(
        &mut self,
        context: Context<'_>,
        (op, operator): (Spanned<ast::BinaryOp>, ArithmeticOp),
        (left, right): (&ast::Expr, &ast::Expr),
        span: Span,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let number = Spanned::new(operator, op.span);
        let (left, right, ty) = self.check_numbers(context, number, (left, right), expect)?;
        if left.ty.unsigned_bits().is_none() {
            let (op, ty) = (op.value.as_str(), self.quote(&left.ty));
            let is_signed = matches!(left.ty, Type::Int(_));
            return Err(self.report(ArithmeticError::NotUnsigned {
                span: left.span,
                op,
                ty,
                is_signed,
            }));
        }
        let kind = ExprKind::Arithmetic(operator, Box::new(left), Box::new(right));
        computed(Expr { kind, ty, span }).map_err(|question| {
            let call = None;
            self.report(ArithmeticError::Never { question, call })
        })
    }

    /// Refuses arithmetic in what the keys of accounts are found by.
    pub(super) fn check_keys(&mut self, binding: Binding<Expr>) -> Declared<Binding<Expr>> {
        let mut computed = Vec::new();
        if let Binding::Svm { .. } = binding {
            let has_arithmetic = |expr: &&Expr| has_arithmetic(expr);
            binding.for_each_value(&mut |expr| computed.extend(Some(expr).filter(has_arithmetic)));
        }
        match computed.first() {
            Some(expr) => Err(self.report(ArithmeticError::InKey { span: expr.span })),
            None => Ok(binding),
        }
    }

    /// Demands of what a call is given that it always has a value.
    pub(super) fn check_call_is_total(&mut self, call: &Call, why: Necessity) -> Declared<()> {
        let mut questions = Vec::new();
        call.for_each_expr(&mut |expr| questions.extend(partial(expr)));
        self.report_partial(questions, why)
    }

    /// Demands of an expression that it always has a value.
    pub(super) fn check_is_total(&mut self, expr: &Expr, why: Necessity) -> Declared<()> {
        self.report_partial(partial(expr), why)
    }

    fn report_partial(
        &mut self,
        questions: impl IntoIterator<Item = Question>,
        why: Necessity,
    ) -> Declared<()> {
        let questions = questions.into_iter();
        let report = |question| Err(self.report(ArithmeticError::MayFail { question, why }));
        questions.map(report).fold(Ok(()), Result::and)
    }
}

/// The same expression, or the number that it is if its parts are constants.
///
/// # Errors
/// What has no value, whatever an instance is given.
pub(super) fn computed(expr: Expr) -> Result<Expr, Box<Question>> {
    let is_constant = match &expr.kind {
        ExprKind::Arithmetic(_, left, right) => {
            constant(left).is_some() && constant(right).is_some()
        }
        ExprKind::Convert(inner, _) => constant(inner).is_some(),
        _ => return Ok(expr),
    };
    let Some(question) = Question::of(&expr) else {
        return Ok(expr);
    };
    match question.outcome() {
        Outcome::Never => Err(Box::new(question)),
        Outcome::Always(values) if is_constant => Ok(Expr {
            kind: ExprKind::Literal(Literal::Uint(values.least)),
            ..expr
        }),
        _ => Ok(expr),
    }
}

/// Whether there is arithmetic in an expression.
pub(super) fn has_arithmetic(expr: &Expr) -> bool {
    match &plain(expr).kind {
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..)
        | ExprKind::Viewed(_) => false,
        ExprKind::Field(inner, _) | ExprKind::Widen(inner) | ExprKind::Not(inner) => {
            has_arithmetic(inner)
        }
        ExprKind::Record(_, parts) | ExprKind::List(parts) => parts.iter().any(has_arithmetic),
        ExprKind::Binary(_, left, right) => has_arithmetic(left) || has_arithmetic(right),
        ExprKind::Arithmetic(..) | ExprKind::Convert(..) => true,
    }
}
