//! Instructions that compute a value from values.

use std::cmp::Ordering;

use super::error::Rejected;
use crate::hir::BinaryOp;
use crate::ir::ArithmeticOp;
use crate::literal::{Literal, U256};
use crate::types::{Declarations, Type};
use crate::wire::Value;
use crate::wire::value::is_negative;

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

/// Checked arithmetic in a type.
pub(super) fn arithmetic(
    op: ArithmeticOp,
    (left, right): (&Value, &Value),
    ty: &Type,
    declarations: &Declarations,
) -> Result<Value, Rejected> {
    let value = match (left, right) {
        (Value::Uint(left), Value::Uint(right)) => unsigned(op, *left, *right).map(Value::Uint),
        (Value::Int(left), Value::Int(right)) => signed(op, *left, *right).map(Value::Int),
        (left, right) => unreachable!("{left:?} and {right:?} are no numbers"),
    };
    let value = value.filter(|value| value.is_of(ty, declarations));
    value.ok_or(Rejected::OutOfRange)
}

/// The result, unless it has more than 256 bits, is negative or does not exist.
fn unsigned(op: ArithmeticOp, left: U256, right: U256) -> Option<U256> {
    match op {
        ArithmeticOp::Add => left.checked_add(right),
        ArithmeticOp::Sub => left.checked_sub(right),
        ArithmeticOp::Mul => left.checked_mul(right),
        ArithmeticOp::Div => left.checked_div(right),
        ArithmeticOp::Rem => left.checked_rem(right),
    }
}

/// The same on two's complements of 256 bits, by sign and magnitude.
fn signed(op: ArithmeticOp, left: U256, right: U256) -> Option<U256> {
    let ((minus_left, left), (minus_right, right)) = (split(left), split(right));
    match op {
        ArithmeticOp::Add => sum((minus_left, left), (minus_right, right)),
        ArithmeticOp::Sub => sum((minus_left, left), (!minus_right, right)),
        ArithmeticOp::Mul => join(minus_left != minus_right, left.checked_mul(right)?),
        ArithmeticOp::Div => join(minus_left != minus_right, left.checked_div(right)?),
        ArithmeticOp::Rem => join(minus_left, left.checked_rem(right)?),
    }
}

fn sum((minus_left, left): (bool, U256), (minus_right, right): (bool, U256)) -> Option<U256> {
    if minus_left == minus_right {
        join(minus_left, left.checked_add(right)?)
    } else if left >= right {
        join(minus_left, left - right)
    } else {
        join(minus_right, right - left)
    }
}

/// Whether it is negative, and its magnitude.
fn split(value: U256) -> (bool, U256) {
    match is_negative(value) {
        true => (true, negate(value)),
        false => (false, value),
    }
}

fn join(is_minus: bool, magnitude: U256) -> Option<U256> {
    let value = match is_minus {
        true => negate(magnitude),
        false => magnitude,
    };
    (magnitude.is_zero() || is_negative(value) == is_minus).then_some(value)
}

fn negate(value: U256) -> U256 {
    (!value).overflowing_add(U256::one()).0
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPS: [ArithmeticOp; 5] = [
        ArithmeticOp::Add,
        ArithmeticOp::Sub,
        ArithmeticOp::Mul,
        ArithmeticOp::Div,
        ArithmeticOp::Rem,
    ];

    fn int(number: i64) -> Value {
        let magnitude = U256::from(number.unsigned_abs());
        Value::Int(if number < 0 {
            negate(magnitude)
        } else {
            magnitude
        })
    }

    fn computed(op: ArithmeticOp, left: Value, right: Value, ty: &Type) -> Option<Value> {
        arithmetic(op, (&left, &right), ty, &Declarations::default()).ok()
    }

    /// What Rust's own checked arithmetic says, but for `i8::MIN % -1`, which is zero and has no overflow here.
    fn expected_signed(op: ArithmeticOp, left: i8, right: i8) -> Option<i8> {
        match op {
            ArithmeticOp::Add => left.checked_add(right),
            ArithmeticOp::Sub => left.checked_sub(right),
            ArithmeticOp::Mul => left.checked_mul(right),
            ArithmeticOp::Div => left.checked_div(right),
            ArithmeticOp::Rem => (right != 0).then(|| left.wrapping_rem(right)),
        }
    }

    fn expected_unsigned(op: ArithmeticOp, left: u8, right: u8) -> Option<u8> {
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
            for op in OPS {
                let unsigned = |number: u8| Value::Uint(number.into());
                assert_eq!(
                    computed(op, unsigned(left), unsigned(right), &Type::Uint(8)),
                    expected_unsigned(op, left, right).map(unsigned),
                    "{left} {op:?} {right}"
                );
                let (left, right) = (left as i8, right as i8);
                assert_eq!(
                    computed(op, int(left.into()), int(right.into()), &Type::Int(8)),
                    expected_signed(op, left, right).map(|number| int(number.into())),
                    "{left} {op:?} {right}"
                );
            }
        }
    }

    #[test]
    fn the_widest_numbers_do_not_wrap() {
        let least = Value::Int(U256::one() << 255);
        let greatest = Value::Int((U256::one() << 255) - 1);
        let ty = Type::Int(256);
        let of = |op, left: &Value, right: Value| computed(op, left.clone(), right, &ty);
        assert_eq!(of(ArithmeticOp::Add, &greatest, int(1)), None);
        assert_eq!(of(ArithmeticOp::Sub, &least, int(1)), None);
        assert_eq!(of(ArithmeticOp::Div, &least, int(-1)), None);
        assert_eq!(of(ArithmeticOp::Mul, &least, int(-1)), None);
        assert_eq!(of(ArithmeticOp::Rem, &least, int(-1)), Some(int(0)));
        assert_eq!(of(ArithmeticOp::Add, &least, greatest), Some(int(-1)));
        let most = Value::Uint(U256::MAX);
        let one = Value::Uint(U256::one());
        assert_eq!(
            computed(ArithmeticOp::Add, most, one, &Type::Uint(256)),
            None
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
