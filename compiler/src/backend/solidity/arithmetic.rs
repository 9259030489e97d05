//! Arithmetic, and the question whether it has a value.

use crate::backend::solidity::expr::{Expr, Precedence};
use crate::backend::solidity::handlers::BodyWriter;
use crate::entities::Value;
use crate::ir::ArithmeticOp;

impl BodyWriter<'_> {
    /// Arithmetic in the type of its sides.
    pub(super) fn arithmetic(&self, op: ArithmeticOp, left: Value, right: Value) -> Expr {
        let (left, right) = self.operands(left, right);
        infix(op, &left, &right)
    }

    /// Whether arithmetic has a value: `b <= type(uint64).max - a`, `a >= b`, `a == 0 || b <= type(uint64).max / a`, `b != 0`.
    pub(super) fn fits(&self, op: ArithmeticOp, left: Value, right: Value) -> Expr {
        match op {
            ArithmeticOp::Sub => relation(&self.value(left), ">=", &self.value(right)),
            ArithmeticOp::Div | ArithmeticOp::Rem => equality(&self.value(right), "!="),
            ArithmeticOp::Add | ArithmeticOp::Mul => {
                let [value, other] = self.literal_last(left, right);
                let limit = self.limit(op, other);
                let is_within = relation(&self.value(value), "<=", &limit);
                match op == ArithmeticOp::Add || self.is_literal(other) {
                    true => is_within,
                    false => {
                        let is_zero = equality(&self.value(other), "==");
                        Expr::binary(&is_zero, "||", &is_within, Precedence::Or)
                    }
                }
            }
        }
    }

    /// The opposite.
    pub(super) fn does_not_fit(&self, op: ArithmeticOp, left: Value, right: Value) -> Expr {
        match op {
            ArithmeticOp::Sub => relation(&self.value(left), "<", &self.value(right)),
            ArithmeticOp::Div | ArithmeticOp::Rem => equality(&self.value(right), "=="),
            ArithmeticOp::Add | ArithmeticOp::Mul => {
                let [value, other] = self.literal_last(left, right);
                let limit = self.limit(op, other);
                let is_beyond = relation(&self.value(value), ">", &limit);
                match op == ArithmeticOp::Add || self.is_literal(other) {
                    true => is_beyond,
                    false => {
                        let is_some = equality(&self.value(other), "!=");
                        Expr::binary(&is_some, "&&", &is_beyond, Precedence::And)
                    }
                }
            }
        }
    }

    /// The greatest number that a sum or product with another one has room for.
    fn limit(&self, op: ArithmeticOp, other: Value) -> Expr {
        let max = Expr::atom(format!("type({}).max", self.types().name(&self.ty(other))));
        let back = match op {
            ArithmeticOp::Mul => ArithmeticOp::Div,
            _ => ArithmeticOp::Sub,
        };
        infix(back, &max, &self.value(other))
    }

    /// The sides of a sum or product, a literal among them last: what is computed of it is known.
    fn literal_last(&self, left: Value, right: Value) -> [Value; 2] {
        match self.is_literal(left) {
            true => [right, left],
            false => [left, right],
        }
    }
}

fn infix(op: ArithmeticOp, left: &Expr, right: &Expr) -> Expr {
    let precedence = match op {
        ArithmeticOp::Add | ArithmeticOp::Sub => Precedence::Sum,
        ArithmeticOp::Mul | ArithmeticOp::Div | ArithmeticOp::Rem => Precedence::Product,
    };
    Expr::binary(left, op.as_str(), right, precedence)
}

fn relation(left: &Expr, op: &str, right: &Expr) -> Expr {
    Expr::binary(left, op, right, Precedence::Relation)
}

/// A comparison with zero.
fn equality(value: &Expr, op: &str) -> Expr {
    Expr::binary(value, op, &Expr::atom("0"), Precedence::Equality)
}
