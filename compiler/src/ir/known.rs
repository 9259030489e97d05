//! What is known of the values of a body at one of its places: the numbers that they can be, and what the branches before it decided.

use std::collections::{HashMap, HashSet};

use super::body::{Block, Body, InstData, Terminator, Value};
use crate::hir::{ArithmeticOp, BinaryOp};
use crate::interval::{Interval, Outcome};
use crate::literal::{Literal, U256};
use crate::types::Type;

/// The most seconds since 1970 that a clock is taken to show: in 292 billion years it shows more.
const LATEST: U256 = U256([i64::MAX as u64, 0, 0, 0]);

/// What is known at a place. What never fails needs nothing to be known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The numbers that a value can be, where that are less than its type has.
    ranges: HashMap<Value, Interval>,
    /// What a wider value was made of.
    narrow: HashMap<Value, Value>,
    /// Pairs of numbers of which the first is not less than the second.
    ordered: HashSet<(Value, Value)>,
    /// Operations that a branch has found to have a value, with the width of their type.
    fitting: HashSet<(ArithmeticOp, Value, Value, u16)>,
}

impl Known {
    /// What is known after an instruction.
    pub fn pass(&mut self, body: &Body, inst: &InstData) {
        match inst {
            InstData::Literal {
                result,
                literal: Literal::Uint(number),
            } => {
                self.ranges.insert(*result, Interval::exactly(*number));
            }
            InstData::Widen { result, value } => {
                self.narrow.insert(*result, self.origin(*value));
            }
            InstData::Narrow { result, value } => {
                let all = Interval::of_bits(bits(body, *result));
                let fits = |it: &Interval| it.most <= all.most;
                let range = self.range(body, *value).filter(fits);
                self.ranges.extend(range.map(|it| (*result, it)));
            }
            InstData::Now { result } => {
                let times = Interval {
                    least: U256::zero(),
                    most: LATEST,
                };
                self.ranges.insert(*result, times);
            }
            InstData::Arithmetic {
                result,
                op,
                left,
                right,
            } => {
                let outcome = self.outcome(body, *op, *left, *right);
                self.ranges.extend(values(outcome).map(|it| (*result, it)));
            }
            InstData::ArithmeticOrZero {
                result,
                op,
                left,
                right,
                ..
            } => {
                let outcome = self.outcome(body, *op, *left, *right);
                let zero = U256::zero();
                let or_zero = |it: Interval| Interval { least: zero, ..it };
                self.ranges
                    .extend(values(outcome).map(|it| (*result, or_zero(it))));
            }
            _ => {}
        }
    }

    /// What is known in a block that a terminator leads to.
    pub fn follow(&mut self, body: &Body, terminator: &Terminator, next: Block) {
        if let Terminator::Branch {
            condition, then, ..
        } = terminator
        {
            self.assume(body, *condition, next == *then);
        }
    }

    /// Whether an operation has a value here, whatever an instance was given.
    pub fn always_fits(&self, body: &Body, op: ArithmeticOp, left: Value, right: Value) -> bool {
        let sides = (self.origin(left), self.origin(right));
        let is_ordered = sides.0 == sides.1 || self.ordered.contains(&sides);
        let key = (op, sides.0, sides.1, bits(body, left));
        op == ArithmeticOp::Sub && is_ordered
            || self.fitting.contains(&key)
            || matches!(
                self.outcome(body, op, left, right),
                Some(Outcome::Always(_))
            )
    }

    /// Takes a condition for true, or for false.
    pub fn assume(&mut self, body: &Body, condition: Value, holds: bool) {
        let defines = |inst: &&InstData| inst.results() == [condition];
        match body.insts.values().find(defines) {
            Some(InstData::Not { value, .. }) => self.assume(body, *value, !holds),
            Some(InstData::Fits {
                op, left, right, ..
            }) if holds => self.fits(body, *op, *left, *right),
            Some(InstData::Binary {
                op, left, right, ..
            }) => match (op, holds) {
                (BinaryOp::And, true) | (BinaryOp::Or, false) => {
                    self.assume(body, *left, holds);
                    self.assume(body, *right, holds);
                }
                (BinaryOp::Lt, true) | (BinaryOp::Ge, false) => self.less(body, *left, *right),
                (BinaryOp::Gt, true) | (BinaryOp::Le, false) => self.less(body, *right, *left),
                (BinaryOp::Le, true) | (BinaryOp::Gt, false) => self.at_most(body, *left, *right),
                (BinaryOp::Ge, true) | (BinaryOp::Lt, false) => self.at_most(body, *right, *left),
                (BinaryOp::Eq, true) | (BinaryOp::Ne, false) => {
                    self.at_most(body, *left, *right);
                    self.at_most(body, *right, *left);
                }
                (BinaryOp::Ne, true) | (BinaryOp::Eq, false) => {
                    self.differ(body, *left, *right);
                    self.differ(body, *right, *left);
                }
                (BinaryOp::And, false) | (BinaryOp::Or, true) => {}
            },
            _ => {}
        }
    }

    /// An operation has a value.
    fn fits(&mut self, body: &Body, op: ArithmeticOp, left: Value, right: Value) {
        let bits = bits(body, left);
        match op {
            ArithmeticOp::Sub => self.at_most(body, right, left),
            ArithmeticOp::Div | ArithmeticOp::Rem => self.is_at_least(body, right, U256::one()),
            ArithmeticOp::Add | ArithmeticOp::Mul => {}
        }
        let sides = (self.origin(left), self.origin(right));
        self.fitting.insert((op, sides.0, sides.1, bits));
    }

    fn less(&mut self, body: &Body, left: Value, right: Value) {
        let (Some(low), Some(high)) = (self.range(body, left), self.range(body, right)) else {
            return;
        };
        self.at_most(body, left, right);
        self.is_at_most(body, left, high.most.saturating_sub(U256::one()));
        self.is_at_least(body, right, low.least.saturating_add(U256::one()));
    }

    fn at_most(&mut self, body: &Body, left: Value, right: Value) {
        let (Some(low), Some(high)) = (self.range(body, left), self.range(body, right)) else {
            return;
        };
        let ordered = (self.origin(right), self.origin(left));
        self.ordered.insert(ordered);
        self.is_at_most(body, left, high.most);
        self.is_at_least(body, right, low.least);
    }

    /// A number is not another one, which tells something if that one is its least or greatest.
    fn differ(&mut self, body: &Body, value: Value, other: Value) {
        let (Some(range), Some(other)) = (self.range(body, value), self.range(body, other)) else {
            return;
        };
        if other.least != other.most {
            return;
        }
        if other.least == range.least {
            self.is_at_least(body, value, range.least.saturating_add(U256::one()));
        }
        if other.most == range.most {
            self.is_at_most(body, value, range.most.saturating_sub(U256::one()));
        }
    }

    fn is_at_least(&mut self, body: &Body, value: Value, least: U256) {
        let most = U256::MAX;
        self.restrict(body, value, Interval { least, most });
    }

    fn is_at_most(&mut self, body: &Body, value: Value, most: U256) {
        let least = U256::zero();
        self.restrict(body, value, Interval { least, most });
    }

    fn restrict(&mut self, body: &Body, value: Value, to: Interval) {
        if let Some(range) = self.range(body, value) {
            let value = self.origin(value);
            self.ranges.insert(value, range.intersection(to));
        }
    }

    fn outcome(&self, body: &Body, op: ArithmeticOp, left: Value, right: Value) -> Option<Outcome> {
        let sides = (self.range(body, left)?, self.range(body, right)?);
        Some(Interval::apply(op, sides.0, sides.1, bits(body, left)))
    }

    /// The numbers that a value can be, if it is an unsigned one.
    pub fn range(&self, body: &Body, value: Value) -> Option<Interval> {
        let value = self.origin(value);
        let Type::Uint(bits) = body.values[value].ty else {
            return None;
        };
        let known = self.ranges.get(&value).copied();
        Some(known.unwrap_or_else(|| Interval::of_bits(bits)))
    }

    /// The narrowest value that is the same number.
    fn origin(&self, value: Value) -> Value {
        self.narrow.get(&value).copied().unwrap_or(value)
    }
}

/// The width of a number; arithmetic is on nothing else.
fn bits(body: &Body, value: Value) -> u16 {
    match body.values[value].ty {
        Type::Uint(bits) => bits,
        _ => 0,
    }
}

/// The values that an operation can have.
fn values(outcome: Option<Outcome>) -> Option<Interval> {
    match outcome? {
        Outcome::Always(values) | Outcome::Sometimes(values) => Some(values),
        Outcome::Never => None,
    }
}
