//! Instructions that compute a value from values.

use std::cmp::Ordering;

use crate::hir::BinaryOp;
use crate::ir::ArithmeticOp;
use crate::literal::{Literal, U256};
use crate::types::{Declarations, Type};
use crate::wire::Value;

pub(super) fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Uint(number) => Value::Uint(*number),
        Literal::Int(number) => Value::Int(*number),
        Literal::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Variant(index) => Value::Variant(*index),
    }
}

/// Whether a value is the boolean `true`.
///
/// # Panics
///
/// When it is no boolean, which a verified program never asks.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        other => unreachable!("{other:?} is no boolean"),
    }
}

pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value) -> Value {
    Value::Bool(match op {
        BinaryOp::Eq => left == right,
        BinaryOp::Ne => left != right,
        BinaryOp::Lt => order(left, right).is_lt(),
        BinaryOp::Le => order(left, right).is_le(),
        BinaryOp::Gt => order(left, right).is_gt(),
        BinaryOp::Ge => order(left, right).is_ge(),
        BinaryOp::And => is_true(left) && is_true(right),
        BinaryOp::Or => is_true(left) || is_true(right),
    })
}

/// Only numbers have an order.
fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Uint(left), Value::Uint(right)) => left.cmp(right),
        // With the sign bit turned over, two's complements are in the order of their numbers.
        (Value::Int(left), Value::Int(right)) => {
            let sign = U256::one() << 255;
            (*left ^ sign).cmp(&(*right ^ sign))
        }
        (left, right) => unreachable!("{left:?} and {right:?} have no order"),
    }
}

/// Arithmetic on unsigned numbers, unless it has no value in a type.
pub(super) fn arithmetic(
    op: ArithmeticOp,
    (left, right): (&Value, &Value),
    ty: &Type,
    declarations: &Declarations,
) -> Option<Value> {
    let (Value::Uint(left), Value::Uint(right)) = (left, right) else {
        unreachable!("{left:?} and {right:?} are no unsigned numbers")
    };
    let value = match op {
        ArithmeticOp::Add => left.checked_add(*right),
        ArithmeticOp::Sub => left.checked_sub(*right),
        ArithmeticOp::Mul => left.checked_mul(*right),
        ArithmeticOp::Div => left.checked_div(*right),
        ArithmeticOp::Rem => left.checked_rem(*right),
    };
    let value = value.map(Value::Uint);
    value.filter(|value| value.is_of(ty, declarations))
}

/// As many low bits of a number as a type has.
pub(super) fn narrow(value: &Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Uint(number), Type::Uint(bits)) => {
            Value::Uint(*number & (U256::MAX >> (256 - bits)))
        }
        _ => unreachable!("the verifier checked that only unsigned numbers are narrowed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(number: i64) -> Value {
        let magnitude = U256::from(number.unsigned_abs());
        Value::Int(match number < 0 {
            true => (!magnitude).overflowing_add(U256::one()).0,
            false => magnitude,
        })
    }

    fn computed(op: ArithmeticOp, left: U256, right: U256, bits: u16) -> Option<Value> {
        let (left, right) = (Value::Uint(left), Value::Uint(right));
        arithmetic(
            op,
            (&left, &right),
            &Type::Uint(bits),
            &Declarations::default(),
        )
    }

    /// What Rust's own checked arithmetic says.
    fn expected(op: ArithmeticOp, left: u8, right: u8) -> Option<u8> {
        match op {
            ArithmeticOp::Add => left.checked_add(right),
            ArithmeticOp::Sub => left.checked_sub(right),
            ArithmeticOp::Mul => left.checked_mul(right),
            ArithmeticOp::Div => left.checked_div(right),
            ArithmeticOp::Rem => left.checked_rem(right),
        }
    }

    #[test]
    fn eight_bits_are_computed_as_rust_does() {
        for (left, right) in (0..=u8::MAX).flat_map(|left| (0..=u8::MAX).map(move |r| (left, r))) {
            for op in ArithmeticOp::ALL {
                assert_eq!(
                    computed(op, left.into(), right.into(), 8),
                    expected(op, left, right).map(|it| Value::Uint(it.into())),
                    "{left} {op:?} {right}"
                );
            }
        }
    }

    #[test]
    fn the_widest_numbers_do_not_wrap() {
        let (most, one) = (U256::MAX, U256::one());
        assert_eq!(computed(ArithmeticOp::Add, most, one, 256), None);
        assert_eq!(computed(ArithmeticOp::Mul, most, most, 256), None);
        assert_eq!(computed(ArithmeticOp::Sub, one, most, 256), None);
        assert_eq!(
            computed(ArithmeticOp::Div, most, most, 256),
            Some(Value::Uint(one))
        );
    }

    #[test]
    fn signed_numbers_are_in_order() {
        let numbers = [i64::MIN, -2, -1, 0, 1, 2, i64::MAX];
        for (left, right) in numbers.into_iter().flat_map(|l| numbers.map(|r| (l, r))) {
            let holds = |op| binary(op, &int(left), &int(right)) == Value::Bool(true);
            assert_eq!(holds(BinaryOp::Lt), left < right);
            assert_eq!(holds(BinaryOp::Le), left <= right);
            assert_eq!(holds(BinaryOp::Gt), left > right);
            assert_eq!(holds(BinaryOp::Ge), left >= right);
            assert_eq!(holds(BinaryOp::Eq), left == right);
            assert_eq!(holds(BinaryOp::Ne), left != right);
        }
    }
}
