//! Intervals of unsigned numbers, and whether arithmetic on them always, sometimes or never has a value.

use crate::hir::ArithmeticOp;
use crate::literal::U256;

/// The numbers from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least of them.
    pub least: U256,
    /// The greatest of them.
    pub most: U256,
}

/// What is known of an operation on numbers out of two intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has a value in this interval, whichever numbers they are.
    Always(Interval),
    /// For some of the numbers it may have none; the values that it has are in this interval.
    Sometimes(Interval),
    /// It has no value, whichever numbers they are.
    Never,
}

impl Interval {
    /// Every number of so many bits, from 1 to 256.
    pub fn of_bits(bits: u16) -> Self {
        Interval {
            least: U256::zero(),
            most: U256::MAX >> (256 - bits),
        }
    }

    /// One number.
    pub fn exactly(number: U256) -> Self {
        Interval {
            least: number,
            most: number,
        }
    }

    /// The numbers that both have. If they have none in common, what is asked about never comes up, and any answer is right.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let least = self.least.max(other.least);
        let most = self.most.min(other.most);
        Interval {
            least: least.min(most),
            most,
        }
    }

    /// What comes of an operation whose result has so many bits.
    pub fn apply(op: ArithmeticOp, left: Self, right: Self, bits: u16) -> Outcome {
        let limit = Self::of_bits(bits).most;
        match op {
            ArithmeticOp::Add => up_to(limit, left, right, U256::checked_add),
            ArithmeticOp::Mul => up_to(limit, left, right, U256::checked_mul),
            ArithmeticOp::Sub => left.minus(right),
            ArithmeticOp::Div | ArithmeticOp::Rem => left.divided(op, right),
        }
    }

    /// What comes of dividing by a number other than zero without a remainder, into so many bits.
    pub fn divided_exactly(self, divisor: U256, bits: u16) -> Outcome {
        let limit = Self::of_bits(bits).most;
        let (least, most) = (rounded_up(self.least, divisor), self.most / divisor);
        if least > most || least > limit {
            return Outcome::Never;
        }
        let is_one_number = self.least == self.most;
        let values = Interval {
            least,
            most: most.min(limit),
        };
        match is_one_number || divisor == U256::one() && most <= limit {
            true => Outcome::Always(values),
            false => Outcome::Sometimes(values),
        }
    }

    fn minus(self, right: Self) -> Outcome {
        if self.most < right.least {
            return Outcome::Never;
        }
        let difference = Interval {
            least: self.least.saturating_sub(right.most),
            most: self.most - right.least,
        };
        match self.least >= right.most {
            true => Outcome::Always(difference),
            false => Outcome::Sometimes(difference),
        }
    }

    fn divided(self, op: ArithmeticOp, right: Self) -> Outcome {
        if right.most.is_zero() {
            return Outcome::Never;
        }
        let least_divisor = right.least.max(U256::one());
        let value = match op {
            ArithmeticOp::Div => Interval {
                least: self.least / right.most,
                most: self.most / least_divisor,
            },
            _ if self.most < least_divisor => self,
            _ => Interval {
                least: U256::zero(),
                most: self.most.min(right.most - 1),
            },
        };
        match right.least.is_zero() {
            true => Outcome::Sometimes(value),
            false => Outcome::Always(value),
        }
    }
}

/// A quotient, or the next number if that leaves a remainder.
fn rounded_up(number: U256, divisor: U256) -> U256 {
    let (quotient, remainder) = number.div_mod(divisor);
    match remainder.is_zero() {
        true => quotient,
        false => quotient + 1,
    }
}

/// An operation that grows with both of its sides, and has a value up to a limit.
fn up_to(
    limit: U256,
    left: Interval,
    right: Interval,
    grow: fn(U256, U256) -> Option<U256>,
) -> Outcome {
    let at_most = |number: &U256| *number <= limit;
    let Some(least) = grow(left.least, right.least).filter(at_most) else {
        return Outcome::Never;
    };
    match grow(left.most, right.most).filter(at_most) {
        Some(most) => Outcome::Always(Interval { least, most }),
        None => Outcome::Sometimes(Interval { least, most: limit }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hir::ArithmeticOp::{Add, Div, Mul, Rem, Sub};

    /// Every interval of numbers of three bits.
    fn intervals() -> impl Iterator<Item = Interval> {
        (0..8_u64).flat_map(|least| {
            (least..8).map(move |most| Interval {
                least: least.into(),
                most: most.into(),
            })
        })
    }

    fn value(op: ArithmeticOp, left: u64, right: u64) -> Option<u64> {
        let value = match op {
            Add => left.checked_add(right),
            Sub => left.checked_sub(right),
            Mul => left.checked_mul(right),
            Div => left.checked_div(right),
            Rem => left.checked_rem(right),
        };
        value.filter(|value| *value < 8)
    }

    /// Whether an outcome says of these values, of which `None` is that there is none, what is true of them.
    fn is_right(outcome: Outcome, values: &[Option<u64>]) -> bool {
        let is_in = |interval: Interval| {
            let mut some = values.iter().flatten();
            some.all(|&it| interval.least <= it.into() && interval.most >= it.into())
        };
        match outcome {
            Outcome::Always(interval) => values.iter().all(Option::is_some) && is_in(interval),
            Outcome::Sometimes(interval) => values.contains(&None) && is_in(interval),
            Outcome::Never => values.iter().all(Option::is_none),
        }
    }

    #[test]
    fn outcomes_are_those_of_all_numbers_of_three_bits() {
        let numbers = |of: Interval| of.least.as_u64()..=of.most.as_u64();
        for (left, right) in intervals().flat_map(|left| intervals().map(move |it| (left, it))) {
            for op in [Add, Sub, Mul, Div, Rem] {
                let values: Vec<_> = numbers(left)
                    .flat_map(|left| numbers(right).map(move |right| value(op, left, right)))
                    .collect();
                let outcome = Interval::apply(op, left, right, 3);
                assert!(
                    is_right(outcome, &values),
                    "{left:?} {op:?} {right:?}: {outcome:?}"
                );
            }
        }
    }

    #[test]
    fn exact_quotients_are_those_of_all_numbers_of_three_bits() {
        for (of, divisor) in intervals().flat_map(|of| (1..9_u64).map(move |by| (of, by))) {
            let numbers = of.least.as_u64()..=of.most.as_u64();
            let whole = |number: u64| number.is_multiple_of(divisor).then_some(number / divisor);
            let values: Vec<_> = numbers.map(|it| whole(it).filter(|it| *it < 4)).collect();
            let outcome = of.divided_exactly(divisor.into(), 2);
            assert!(
                is_right(outcome, &values),
                "{of:?} by {divisor}: {outcome:?}"
            );
        }
    }

    #[test]
    fn the_widest_numbers_do_not_wrap() {
        let all = Interval::of_bits(256);
        for op in [Add, Mul] {
            assert_eq!(Interval::apply(op, all, all, 256), Outcome::Sometimes(all));
        }
        let most = Interval::exactly(U256::MAX);
        assert_eq!(Interval::apply(Add, most, most, 256), Outcome::Never);
        assert_eq!(Interval::apply(Sub, most, all, 256), Outcome::Always(all));
    }
}
