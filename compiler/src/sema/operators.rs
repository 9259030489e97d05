//! Operators: logic and comparisons; `arithmetic` has the others.

use super::check::Checker;
use super::context::{Context, Expect};
use super::convert::{can_widen, widen};
use super::errors::{ArithmeticError, TypeError};
use super::literal::Sign;
use super::symbols::Declared;
use crate::hir::{ArithmeticOp, BinaryOp, Expr, ExprKind};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, UnaryOp};
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn check_unary(
        &mut self,
        context: Context<'_>,
        op: Spanned<UnaryOp>,
        operand: &ast::Expr,
        span: Span,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        match (op.value, &operand.kind) {
            (UnaryOp::Negate, ast::ExprKind::Int(value)) => {
                self.check_int(*value, Sign::Minus, span, expect)
            }
            (UnaryOp::Negate, _) => Err(self.report(ArithmeticError::Negation { span: op.span })),
            (UnaryOp::Not, _) => {
                let operand = self.check_expr(context, operand, Expect::Type(&Type::Bool))?;
                Ok(Expr {
                    kind: ExprKind::Not(Box::new(operand)),
                    ty: Type::Bool,
                    span,
                })
            }
        }
    }

    pub(super) fn check_binary(
        &mut self,
        context: Context<'_>,
        op: Spanned<ast::BinaryOp>,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        expect: Expect<'_>,
    ) -> Declared<Expr> {
        let operator = match operator(op.value) {
            Operator::Truth(operator) => operator,
            Operator::Number(operator) => {
                let (ops, sides) = ((op, operator), (left, right));
                return self.check_arithmetic(context, ops, sides, span, expect);
            }
        };
        let (left, right) = if matches!(operator, BinaryOp::And | BinaryOp::Or) {
            let left = self.check_expr(context, left, Expect::Type(&Type::Bool));
            let right = self.check_expr(context, right, Expect::Type(&Type::Bool));
            (left?, right?)
        } else {
            let (left, right) = self.check_operands(context, left, right)?;
            self.check_comparable(op, operator, &left)?;
            (left, right)
        };
        Ok(Expr {
            kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)),
            ty: Type::Bool,
            span,
        })
    }

    /// Both sides of a comparison, in one type. A side that has no type of its own takes the other's.
    fn check_operands(
        &mut self,
        context: Context<'_>,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Declared<(Expr, Expr)> {
        if is_untyped(left) && !is_untyped(right) {
            let right = self.check_expr(context, right, Expect::Any)?;
            let left = self.check_expr(context, left, Expect::Type(&right.ty))?;
            return Ok((left, right));
        }
        let left = self.check_expr(context, left, Expect::Any);
        let right = match (&left, is_untyped(right)) {
            (Ok(left), true) => self.check_expr(context, right, Expect::Type(&left.ty)),
            (Err(reported), true) => Err(*reported),
            (_, false) => self.check_expr(context, right, Expect::Any),
        };
        self.in_one_type(left?, right?)
    }

    /// Two operands in one type. Amounts are not converted for it.
    pub(super) fn in_one_type(&mut self, left: Expr, right: Expr) -> Declared<(Expr, Expr)> {
        if let (Type::Amount(one), Type::Amount(other)) = (&left.ty, &right.ty) {
            self.check_same_units((one, left.span), (other, right.span))?;
        }
        if can_widen(&left.ty, &right.ty) {
            let ty = right.ty.clone();
            return Ok((widen(left, ty), right));
        }
        let ty = left.ty.clone();
        let right = self.convert(right, Expect::Type(&ty), None)?;
        Ok((left, right))
    }

    fn check_comparable(
        &mut self,
        op: Spanned<ast::BinaryOp>,
        operator: BinaryOp,
        left: &Expr,
    ) -> Declared<()> {
        let note = match (operator, &left.ty) {
            (_, Type::Uint(_) | Type::Int(_) | Type::Amount(_)) => return Ok(()),
            (
                BinaryOp::Eq | BinaryOp::Ne,
                Type::Bool | Type::FixedBytes(_) | Type::Enum(_) | Type::Address(_),
            ) => {
                return Ok(());
            }
            (BinaryOp::Eq | BinaryOp::Ne, _) => {
                "numbers, booleans, addresses, enums and fixed bytes are compared; not options, values of varying length, records or arrays"
            }
            _ => "only numbers have an order",
        };
        let (op, ty) = (op.value.as_str(), self.quote(&left.ty));
        Err(self.report(TypeError::WrongOperand {
            span: left.span,
            op,
            ty,
            note,
        }))
    }
}

/// Whether an expression takes its type from its place.
pub(super) fn is_untyped(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ast::ExprKind::Int(_)
        | ast::ExprKind::Bytes(_)
        | ast::ExprKind::String(_)
        | ast::ExprKind::None
        | ast::ExprKind::Constant(_)
        | ast::ExprKind::List(_) => true,
        ast::ExprKind::Unary { op, operand } => op.value == UnaryOp::Negate && is_untyped(operand),
        ast::ExprKind::Binary { op, left, right } => {
            let is_number = matches!(operator(op.value), Operator::Number(_));
            is_number && is_untyped(left) && is_untyped(right)
        }
        _ => false,
    }
}

/// An operator, by what it yields.
enum Operator {
    Truth(BinaryOp),
    Number(ArithmeticOp),
}

fn operator(op: ast::BinaryOp) -> Operator {
    use Operator::{Number, Truth};
    match op {
        ast::BinaryOp::Or => Truth(BinaryOp::Or),
        ast::BinaryOp::And => Truth(BinaryOp::And),
        ast::BinaryOp::Equal => Truth(BinaryOp::Eq),
        ast::BinaryOp::NotEqual => Truth(BinaryOp::Ne),
        ast::BinaryOp::Less => Truth(BinaryOp::Lt),
        ast::BinaryOp::LessEqual => Truth(BinaryOp::Le),
        ast::BinaryOp::Greater => Truth(BinaryOp::Gt),
        ast::BinaryOp::GreaterEqual => Truth(BinaryOp::Ge),
        ast::BinaryOp::Add => Number(ArithmeticOp::Add),
        ast::BinaryOp::Subtract => Number(ArithmeticOp::Sub),
        ast::BinaryOp::Multiply => Number(ArithmeticOp::Mul),
        ast::BinaryOp::Divide => Number(ArithmeticOp::Div),
        ast::BinaryOp::Remainder => Number(ArithmeticOp::Rem),
    }
}
