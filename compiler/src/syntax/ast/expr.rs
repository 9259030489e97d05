//! Expressions and types.

use super::{CallClause, Name, U256};
use crate::source::{Span, Spanned};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, with the parentheses around it.
    pub span: Span,
}

/// The kinds of [`Expr`].
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `true`, `false`
    Bool(bool),
    /// `90_000`, `0xff`
    Int(U256),
    /// `hex"00ff"`
    Bytes(Vec<u8>),
    /// `"text"`
    String(String),
    /// `none`, the empty `option`
    None,
    /// `@POOL`: a constant of the deployment, bound in `xcc.toml`
    Constant(String),
    /// `amount`
    Name(String),
    /// `swap.amount_out`
    Field {
        /// What has the field.
        base: Box<Expr>,
        /// The field.
        field: Name,
    },
    /// `Order { id: 1 }`
    Record {
        /// The record's name.
        name: Name,
        /// The fields, in source order.
        fields: Vec<FieldValue>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `is_large(amount)`, `pda("vault", @POOL)`
    Call {
        /// What is called.
        function: Name,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `Vault.balanceOf(user, gas 30_000)`, in a guard
    View(Box<CallClause>),
    /// `!done`
    Unary {
        /// The operator.
        op: Spanned<UnaryOp>,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `exact amount`
    Exact {
        /// The word `exact`.
        keyword: Span,
        /// What is converted without a loss, or has no value.
        amount: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: Spanned<BinaryOp>,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
}

/// `name: value`, in a record, in `accounts`, in `objects` and in `return`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldValue {
    /// The name.
    pub name: Name,
    /// The value.
    pub value: Expr,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of [`Type`].
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `bool`
    Bool,
    /// `u8`, `u16`, `u32`, `u64`, `u128`, `u256`, by width in bits
    Unsigned(u16),
    /// `i8`, `i16`, `i32`, `i64`, `i128`, `i256`, by width in bits
    Signed(u16),
    /// `bytes1` to `bytes32`, by length
    FixedBytes(u8),
    /// `bytes<64>`: at most so many bytes
    Bytes(Spanned<u32>),
    /// `string<64>`: at most so many bytes of UTF-8
    String(Spanned<u32>),
    /// `list<u64, 8>`
    List {
        /// The type of the elements.
        element: Box<Type>,
        /// The greatest number of elements.
        max: Spanned<u32>,
    },
    /// `[u64; 4]`
    Array {
        /// The type of the elements.
        element: Box<Type>,
        /// The exact number of elements.
        length: Spanned<u32>,
    },
    /// `option<u64>`
    Option(Box<Type>),
    /// `address@sui`
    Address {
        /// The chain.
        chain: Name,
    },
    /// `amount<USDC>`
    Amount {
        /// The asset.
        asset: Name,
    },
    /// The name of a record or an enum.
    Named(String),
}

impl UnaryOp {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Not => "!",
            Self::Negate => "-",
        }
    }
}

impl BinaryOp {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}
