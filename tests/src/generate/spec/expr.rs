//! Calls and expressions.

use xcc::entities::{Asset, Enum, Record};
use xcc::syntax::ast::BinaryOp;
use xcc::types::Type;

/// A call with its clauses.
#[derive(Clone, Debug)]
pub struct Call {
    /// The contract, by position.
    pub contract: usize,
    /// Its function, by position.
    pub function: usize,
    /// The arguments.
    pub args: Vec<Expr>,
    /// The budget.
    pub gas: u64,
    /// The clause `value`.
    pub value: Option<Expr>,
    /// The clause `accounts`.
    pub accounts: Vec<(String, AccountExpr)>,
    /// The clause `objects`: the name of each in the source, and its constant with the `@`, or an asset.
    pub objects: Vec<(String, String)>,
    /// The clause `types`: constants with their `@`, or an asset.
    pub types: Vec<String>,
}

/// A call in a guard.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What is called.
    pub call: Call,
    /// Whether its budget is written; it has the step's without.
    pub has_gas: bool,
    /// The type of the answer.
    pub ty: Type,
}

/// What an account is bound to.
#[derive(Clone, Debug)]
pub enum AccountExpr {
    /// `@NAME`
    Constant(String),
    /// `self`, `payer`, `program` or `none`.
    Word(&'static str),
    /// The name of an asset, for its token.
    Asset(Asset),
    /// A value of the workflow.
    Value(Expr),
    /// `pda(…)`, or `pda_of(PROGRAM, …)`.
    Derived(Option<Box<AccountExpr>>, Vec<SeedExpr>),
    /// `ata(OWNER, MINT)`
    TokenAccount(Box<AccountExpr>, Box<AccountExpr>),
}

/// A seed in the source.
#[derive(Clone, Debug)]
pub enum SeedExpr {
    /// A string or bytes.
    Literal(Expr),
    /// The key of an account.
    Key(AccountExpr),
    /// A value of the workflow.
    Value(Expr),
}

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written, perhaps with a minus.
    Number(String),
    /// `hex"…"`
    Bytes(Vec<u8>),
    /// A string, without its quotes and escapes.
    Text(String),
    /// A variant, by position.
    Variant(Enum, usize),
    /// `@NAME`
    Constant(String),
    /// An input, a result or a field of one, as it is written.
    Path(String),
    /// A record.
    Record(Record, Vec<Expr>),
    /// A field of a record that is built in place.
    FieldOf(Box<Expr>, String),
    /// A list or an array.
    List(Vec<Expr>),
    /// `none` or `some(a)`
    Optional(Option<Box<Expr>>),
    /// `!a`
    Not(Box<Expr>),
    /// `a == b` and the like.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// The name of an asset, for its token.
    Asset(Asset),
    /// `exact a`: an amount of which no part may be lost.
    Exact(Box<Expr>),
    /// What a guard asks a contract.
    Ask(Box<Ask>),
    /// A call of a function of the project.
    Call {
        /// The function.
        function: String,
        /// The arguments.
        args: Vec<Expr>,
        /// What it was before it became a call.
        written_out: Box<Expr>,
    },
}

impl Expr {
    /// Whether something is true of it or of a part of it.
    pub fn any(&self, is_it: &dyn Fn(&Expr) -> bool) -> bool {
        let any = |parts: &[Expr]| parts.iter().any(|part| part.any(is_it));
        let is_inside = match self {
            Self::Record(_, parts) | Self::List(parts) => any(parts),
            Self::FieldOf(inner, _) | Self::Not(inner) | Self::Exact(inner) => inner.any(is_it),
            Self::Optional(value) => value.iter().any(|value| value.any(is_it)),
            Self::Binary(_, left, right) => left.any(is_it) || right.any(is_it),
            Self::Ask(ask) => any(&ask.call.args),
            Self::Call { written_out, .. } => written_out.any(is_it),
            Self::Bool(_)
            | Self::Number(_)
            | Self::Bytes(_)
            | Self::Text(_)
            | Self::Variant(..)
            | Self::Constant(_)
            | Self::Asset(_)
            | Self::Path(_) => false,
        };
        is_inside || is_it(self)
    }
}
