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

/// The same on two's complements of 256 bits.
fn signed(op: ArithmeticOp, left: U256, right: U256) -> Option<U256> {
    let (left, right) = (Signed::of(left), Signed::of(right));
    let magnitudes = (left.magnitude, right.magnitude);
    let result = match op {
        ArithmeticOp::Add => left.plus(right),
        ArithmeticOp::Sub => left.plus(right.negated()),
        ArithmeticOp::Mul => left.times(right, magnitudes.0.checked_mul(magnitudes.1)),
        ArithmeticOp::Div => left.times(right, magnitudes.0.checked_div(magnitudes.1)),
        ArithmeticOp::Rem => magnitudes
            .0
            .checked_rem(magnitudes.1)
            .map(|magnitude| Signed { magnitude, ..left }),
    };
    result?.to_bits()
}

/// A number by sign and magnitude.
#[derive(Clone, Copy)]
struct Signed {
    sign: Sign,
    magnitude: U256,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

impl Signed {
    fn of(bits: U256) -> Self {
        match is_negative(bits) {
            true => Signed {
                sign: Sign::Minus,
                magnitude: complement(bits),
            },
            false => Signed {
                sign: Sign::Plus,
                magnitude: bits,
            },
        }
    }

    /// The two's complement, unless the number needs more than 256 bits.
    fn to_bits(self) -> Option<U256> {
        let bits = match self.sign {
            Sign::Plus => self.magnitude,
            Sign::Minus => complement(self.magnitude),
        };
        let is_minus = self.sign == Sign::Minus;
        (bits.is_zero() || is_negative(bits) == is_minus).then_some(bits)
    }

    fn negated(self) -> Self {
        let sign = match self.sign {
            Sign::Plus => Sign::Minus,
            Sign::Minus => Sign::Plus,
        };
        Signed { sign, ..self }
    }

    fn plus(self, other: Self) -> Option<Self> {
        let (greater, less) = match self.magnitude >= other.magnitude {
            true => (self, other),
            false => (other, self),
        };
        let magnitude = match greater.sign == less.sign {
            true => greater.magnitude.checked_add(less.magnitude)?,
            false => greater.magnitude - less.magnitude,
        };
        Some(Signed {
            magnitude,
            ..greater
        })
    }

    /// The number of this magnitude, with the sign of a product or quotient.
    fn times(self, other: Self, magnitude: Option<U256>) -> Option<Self> {
        let sign = match self.sign == other.sign {
            true => Sign::Plus,
            false => Sign::Minus,
        };
        Some(Signed {
            sign,
            magnitude: magnitude?,
        })
    }
}

fn complement(bits: U256) -> U256 {
    (!bits).overflowing_add(U256::one()).0
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
            complement(magnitude)
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
