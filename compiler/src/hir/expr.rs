//! Typed expressions and their operators.

use crate::entities::{Constant, Record, Step};
use crate::literal::{Literal, U256};
use crate::source::Span;
use crate::types::Type;

/// A typed expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it is written.
    pub span: Span,
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// A literal value.
    Literal(Literal),
    /// A deployment constant of kind `Address`.
    Constant(Constant),
    /// An input of the workflow, by position.
    Input(usize),
    /// A result of a step, by position in [`StepDecl::results`](super::StepDecl::results).
    Result(Step, usize),
    /// In a guard, what a call of the step's gave that only reads, by position in [`StepDecl::views`](super::StepDecl::views).
    Viewed(usize),
    /// A field of a record, by position.
    Field(Box<Expr>, usize),
    /// A record, with a value for each field in order.
    Record(Record, Vec<Expr>),
    /// A list or an array, or an option as a list of at most one element.
    List(Vec<Expr>),
    /// A conversion that keeps every value: a wider integer of the same sign, or a greater bound.
    Widen(Box<Expr>),
    /// The same amount in the smallest unit that its asset has on another chain. It has no value if it is no whole number of
    /// those, or if its type cannot hold it.
    Convert(Box<Expr>, Conversion),
    /// `!a`
    Not(Box<Expr>),
    /// A comparison or a logical connection of sides of one type. It has a value if both sides have one, and `&&` and `||` also if the
    /// left side decides.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// Arithmetic on unsigned integers of one type, which is its own. It has no value if that type cannot hold it, or if it divides by
    /// zero.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
}

/// From the smallest unit of an asset on one chain to that on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conversion {
    /// The decimal places of the first.
    pub from: u8,
    /// The decimal places of the other.
    pub to: u8,
    /// What is known of the amount, because of how it was taken into custody.
    pub certainty: Certainty,
}

/// What is known of an amount that is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Nothing but its type.
    Nothing,
    /// It is a whole number of the other units.
    Whole,
    /// It has a value.
    Value,
}

impl Conversion {
    /// How many of the smaller units are one of the greater: ten to the difference of decimal places.
    pub fn factor(self) -> U256 {
        U256::exp10(usize::from(self.from.abs_diff(self.to)))
    }

    /// Whether a number may not be whole afterwards.
    pub fn divides(self) -> bool {
        self.to < self.from
    }
}

/// Operators of the language that yield a boolean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Arithmetic on unsigned integers of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`, without the remainder
    Div,
    /// `%`, the remainder
    Rem,
}

impl ArithmeticOp {
    /// Every operation.
    pub const ALL: [ArithmeticOp; 5] = [
        ArithmeticOp::Add,
        ArithmeticOp::Sub,
        ArithmeticOp::Mul,
        ArithmeticOp::Div,
        ArithmeticOp::Rem,
    ];

    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Sub => "-",
            ArithmeticOp::Mul => "*",
            ArithmeticOp::Div => "/",
            ArithmeticOp::Rem => "%",
        }
    }
}
