//! Arithmetic, and the question whether it has a value.

use super::{BodyWriter, Host};
use crate::backend::move_lang::Expr;
use crate::entities::Value;
use crate::hir::BinaryOp;
use crate::ir::{ArithmeticOp, InstData};
use crate::types::Type;

impl<H: Host> BodyWriter<'_, H> {
    /// Arithmetic in the type of its sides.
    pub(super) fn arithmetic(&self, op: ArithmeticOp, left: Value, right: Value) -> Expr {
        Expr::arithmetic(op, self.operand(left), self.operand(right))
    }

    /// Whether arithmetic has a value: `b <= 0xff - a`, `a >= b`, `a == 0 || b <= 0xff / a`, `b != 0`.
    pub(super) fn fits(&self, op: ArithmeticOp, left: Value, right: Value) -> Expr {
        match op {
            ArithmeticOp::Sub => {
                Expr::binary(BinaryOp::Ge, self.operand(left), self.operand(right))
            }
            ArithmeticOp::Div | ArithmeticOp::Rem => self.with_zero(BinaryOp::Ne, right),
            ArithmeticOp::Add | ArithmeticOp::Mul => {
                let [value, other] = self.literal_last(left, right);
                let limit = self.limit(op, other);
                let is_within = Expr::binary(BinaryOp::Le, self.operand(value), limit);
                match op == ArithmeticOp::Add || self.is_literal(other) {
                    true => is_within,
                    false => {
                        let is_zero = self.with_zero(BinaryOp::Eq, other);
                        Expr::binary(BinaryOp::Or, is_zero, is_within)
                    }
                }
            }
        }
    }

    /// The low bits, since a cast fails where others are set: `((amount & 0xff) as u8)`.
    pub(super) fn narrow(&self, ty: &Type, value: Value) -> Expr {
        let Type::Uint(bits) = ty else {
            unreachable!("the verifier checked that only unsigned integers are narrowed")
        };
        let low = Expr::masked(self.operand(value), Expr::atom(max_of(*bits)));
        low.cast(&format!("u{bits}"))
    }

    /// The greatest number that a sum or product with another one has room for.
    fn limit(&self, op: ArithmeticOp, other: Value) -> Expr {
        let Type::Uint(bits) = self.type_of(other) else {
            unreachable!("the verifier checked that arithmetic is on unsigned integers")
        };
        let back = match op {
            ArithmeticOp::Mul => ArithmeticOp::Div,
            _ => ArithmeticOp::Sub,
        };
        Expr::arithmetic(back, Expr::atom(max_of(*bits)), self.operand(other))
    }

    /// The sides of a sum or product, a literal among them last: what is computed of it is known.
    fn literal_last(&self, left: Value, right: Value) -> [Value; 2] {
        match self.is_literal(left) {
            true => [right, left],
            false => [left, right],
        }
    }

    fn with_zero(&self, op: BinaryOp, value: Value) -> Expr {
        Expr::binary(op, self.operand(value), Expr::atom("0"))
    }

    pub(super) fn is_literal(&self, value: Value) -> bool {
        let mut insts = self.body.insts.values();
        insts.any(|inst| matches!(inst, InstData::Literal { result, .. } if *result == value))
    }
}

/// The greatest number of so many bits. Hexadecimal digits in groups of four show at a glance that it is.
fn max_of(bits: u16) -> String {
    let groups = match bits {
        8 => vec!["ff"],
        _ => vec!["ffff"; usize::from(bits) / 16],
    };
    format!("0x{}", groups.join("_"))
}
