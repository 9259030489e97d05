//! The statements of a workflow, and the clauses of its steps.

use super::{Docs, Expr, FieldValue, Name, Type};
use crate::source::{Span, Spanned};

/// A statement of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `authorise user;`
    Authorise(Authorise),
    /// `transport wormhole;`
    Transport(Transport),
    /// `step lock = Vault.lock(user, amount) …;`
    Step(Box<Step>),
    /// `return stake.shares;`
    Return(Return),
    /// `let order = Order { id: id, note: note };`
    Let(Let),
    /// `parallel { step pay = …; step ship = …; }`
    Parallel(Parallel),
    /// `if (amount > LIMIT) { step large = …; } else { step small = …; }`
    If(If),
    /// `attempt { step near = …; } else { step far = …; }`
    Attempt(Attempt),
    /// `abort "the market is closed";`
    Abort(Abort),
    /// `atomic { step borrow = …; step repay = …; }`
    Atomic(Atomic),
    /// `take funds: USDC = amount from user;`
    Take(Box<Take>),
    /// `pay funds to owner;`
    Pay(Box<Pay>),
    /// `repeat 3 as i { step open = …; }`
    Repeat(Repeat),
}

/// Takes an amount of an asset into custody.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// Its documentation.
    pub docs: Docs,
    /// The word `take`.
    pub keyword: Span,
    /// What the source calls what is held then.
    pub name: Name,
    /// The asset.
    pub asset: Name,
    /// How much of it, in its smallest unit.
    pub amount: Expr,
    /// Whom it is taken from.
    pub from: Expr,
    /// What becomes of what other chains have no units for.
    pub floor: Option<Floor>,
    /// The whole statement.
    pub span: Span,
}

/// Splits off what chains have no units for: `floor on solana, sui to user`.
#[derive(Clone, Debug, PartialEq)]
pub struct Floor {
    /// The word `floor`.
    pub keyword: Span,
    /// The chains, at least one.
    pub chains: Vec<Name>,
    /// Whose the rest is.
    pub to: Expr,
}

/// Gives what is held away for good.
#[derive(Clone, Debug, PartialEq)]
pub struct Pay {
    /// Its documentation.
    pub docs: Docs,
    /// When it is given.
    pub giving: Giving,
    /// The word `pay` or `release`.
    pub keyword: Span,
    /// What is held, by the name that a [`Take`] gave it.
    pub holding: Name,
    /// Whom it is given to.
    pub to: Expr,
    /// The whole statement.
    pub span: Span,
}

/// When a holding is given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giving {
    /// `pay`: once there is no way back.
    Pay,
    /// `release`: at once, whatever becomes of the instance.
    Release,
}

impl Giving {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Release => "release",
        }
    }
}

/// Statements of which only some run.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// The word `if`.
    pub keyword: Span,
    /// What decides.
    pub condition: Expr,
    /// What runs if the condition holds.
    pub then: Vec<Statement>,
    /// What runs otherwise.
    pub otherwise: Vec<Statement>,
    /// The whole statement.
    pub span: Span,
}

/// Statements with others that run if one of the first is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The word `attempt`.
    pub keyword: Span,
    /// What is tried.
    pub first: Vec<Statement>,
    /// What runs if that is refused.
    pub otherwise: Vec<Statement>,
    /// The whole statement.
    pub span: Span,
}

/// Steps that shall run in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Atomic {
    /// The word `atomic`.
    pub keyword: Span,
    /// What stands between the braces.
    pub body: Vec<Statement>,
    /// The whole statement.
    pub span: Span,
}

impl Atomic {
    /// The steps between the braces.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.body.iter().filter_map(|statement| match statement {
            Statement::Step(step) => Some(&**step),
            _ => None,
        })
    }
}

/// Statements that stand for several copies of themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// The word `repeat`.
    pub keyword: Span,
    /// How many copies: a number, or the name of a constant.
    pub times: Expr,
    /// What the copies call their own number, which begins with zero.
    pub counter: Option<Name>,
    /// What stands between the braces.
    pub body: Vec<Statement>,
    /// The whole statement.
    pub span: Span,
}

/// The end of an instance that comes here.
#[derive(Clone, Debug, PartialEq)]
pub struct Abort {
    /// The word `abort`.
    pub keyword: Span,
    /// Why, for people.
    pub reason: Spanned<String>,
    /// The whole statement.
    pub span: Span,
}

/// A name for a value of a workflow or a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// The name.
    pub name: Name,
    /// Its type, if it is written.
    pub ty: Option<Type>,
    /// The value.
    pub value: Expr,
    /// The whole statement.
    pub span: Span,
}

/// Steps that run beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    /// The word `parallel`.
    pub keyword: Span,
    /// What stands between the braces.
    pub body: Vec<Statement>,
    /// The whole statement.
    pub span: Span,
}

/// Who may start an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Authorise {
    /// The answer.
    pub who: Authority,
    /// The whole statement.
    pub span: Span,
}

/// The answer of an [`Authorise`] statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Authority {
    /// `anyone`
    Anyone(Span),
    /// An expression that names an address of the home chain.
    Address(Expr),
}

/// The transport of every remote step that names none: `transport wormhole;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Transport {
    /// The transport.
    pub name: Name,
    /// The whole statement.
    pub span: Span,
}

/// What a workflow gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    /// The value or values.
    pub value: ReturnValue,
    /// The whole statement.
    pub span: Span,
}

/// The operand of a [`Return`] statement.
#[derive(Clone, Debug, PartialEq)]
pub enum ReturnValue {
    /// `return stake.shares;`, for the only result.
    Single(Expr),
    /// `return { shares: stake.shares };`, for results by name.
    Named(Vec<FieldValue>),
}

/// A call of a contract: `step swap = Amm.swap(amount) -> (amount_out: u64) via wormhole …;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// What it calls.
    pub call: Call,
    /// `-> (…)`: the names given to the call's results, in the order of the interface.
    pub results: Option<Spanned<Vec<StepResult>>>,
    /// What comes with the call.
    pub options: CallOptions,
    /// `via wormhole`
    pub via: Option<Clause<Name>>,
    /// `within 30m`
    pub within: Option<Clause<Duration>>,
    /// `require min_out > 0`
    pub require: Option<Clause<Expr>>,
    /// `spend price`: what is held and goes with the call
    pub spend: Option<Clause<Vec<Name>>>,
    /// `compensate Amm.swap_back(…)` or `compensate none`
    pub compensate: Option<Clause<Compensation>>,
    /// `else hold for @DESK`: who may claim the compensation if it fails
    pub hold_for: Option<Clause<Expr>>,
    /// `confirm Booking.confirm(…)`: what makes the step final once the pivot ran
    pub confirm: Option<Clause<Box<CallClause>>>,
    /// `on refused retry 3`
    pub on_refused: Option<Clause<Policy>>,
    /// `pivot`
    pub pivot: Option<Span>,
    /// `retriable`
    pub retriable: Option<Span>,
    /// The whole statement.
    pub span: Span,
}

/// A clause: its operand, and the span of keyword and operand together.
pub type Clause<T> = Spanned<T>;

/// A name, and perhaps a type, for one result of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct StepResult {
    /// The name.
    pub name: Name,
    /// The type, which gives a bound that the interface does not.
    pub ty: Option<Type>,
}

/// A call of a function of a contract: `Vault.lock(user, amount)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The contract.
    pub contract: Name,
    /// The function, as the interface names it.
    pub function: Name,
    /// The arguments.
    pub args: Vec<Expr>,
    /// From the contract to the closing parenthesis.
    pub span: Span,
}

/// The clauses that belong to a call, be it the step's own or that of one of its clauses.
///
/// After `compensate CALL` and `confirm CALL` these clauses are that call's, up to the next clause that only a step can have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    /// `gas 90_000`: the budget, in the unit of the target's VM.
    pub gas: Option<Clause<u64>>,
    /// `value EXPR`: the native currency that goes with the call, in its smallest unit.
    pub value: Option<Clause<Expr>>,
    /// `accounts { pool: @POOL }`
    pub accounts: Option<Clause<Vec<FieldValue>>>,
    /// `objects { pool: @POOL }`
    pub objects: Option<Clause<Vec<FieldValue>>>,
    /// `types [ @USDC_TYPE ]`
    pub types: Option<Clause<Vec<Expr>>>,
    /// `sender anyone`: who may send the transaction that makes the call, where the function sees who does.
    pub sender: Option<Clause<Authority>>,
}

/// What undoes a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Compensation {
    /// `compensate none`: there is nothing to undo.
    None,
    /// `compensate Vault.release(user, amount) gas 60_000`
    Call(Box<CallClause>),
}

/// A call in a clause of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct CallClause {
    /// What is called.
    pub call: Call,
    /// What comes with the call.
    pub options: CallOptions,
}

/// What happens when a step is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Policy {
    /// `compensate`: undo what was done. The default.
    Compensate,
    /// `retry 3`: try again, at most so often.
    Retry(Spanned<u64>),
    /// `hold for EXPR`: keep the value for this address, which may claim it.
    HoldFor(Expr),
    /// `continue`: go on without it.
    Continue,
}

/// A length of time, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// How many seconds.
    pub seconds: u64,
}

impl Statement {
    /// The whole statement.
    pub fn span(&self) -> Span {
        match self {
            Self::Authorise(statement) => statement.span,
            Self::Transport(statement) => statement.span,
            Self::Step(statement) => statement.span,
            Self::Return(statement) => statement.span,
            Self::Let(statement) => statement.span,
            Self::Parallel(statement) => statement.span,
            Self::If(statement) => statement.span,
            Self::Attempt(statement) => statement.span,
            Self::Abort(statement) => statement.span,
            Self::Atomic(statement) => statement.span,
            Self::Take(statement) => statement.span,
            Self::Pay(statement) => statement.span,
            Self::Repeat(statement) => statement.span,
        }
    }
    /// The statements between its braces, if it has any.
    pub fn blocks(&self) -> impl Iterator<Item = &Vec<Statement>> {
        let (first, second) = match self {
            Self::Parallel(statement) => (Some(&statement.body), None),
            Self::Atomic(statement) => (Some(&statement.body), None),
            Self::Repeat(statement) => (Some(&statement.body), None),
            Self::If(statement) => (Some(&statement.then), Some(&statement.otherwise)),
            Self::Attempt(statement) => (Some(&statement.first), Some(&statement.otherwise)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The statements between its braces, if it has any, to be changed.
    pub fn blocks_mut(&mut self) -> impl Iterator<Item = &mut Vec<Statement>> {
        let (first, second) = match self {
            Self::Parallel(statement) => (Some(&mut statement.body), None),
            Self::Atomic(statement) => (Some(&mut statement.body), None),
            Self::Repeat(statement) => (Some(&mut statement.body), None),
            Self::If(it) => (Some(&mut it.then), Some(&mut it.otherwise)),
            Self::Attempt(it) => (Some(&mut it.first), Some(&mut it.otherwise)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }
}
