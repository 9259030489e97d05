//! The syntax tree: what the user wrote, with the place of everything, and nothing decided yet.
//!
//! Names are not resolved, types are not checked, and numbers are only known to fit 256 bits. What the tree does guarantee:
//! each clause of a step stands at most once, a type has the right number of arguments, and nesting is bounded by
//! [`MAX_DEPTH`](super::MAX_DEPTH), so recursion over it is safe.

pub use ethabi::ethereum_types::U256;

use crate::source::{Span, Spanned};

/// A name where it was written.
pub type Name = Spanned<String>;

/// The lines of the `///` or `//!` comments of something, without the marker and one space after it.
pub type Docs = Vec<String>;

/// One source file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The `//!` comments at its head.
    pub docs: Docs,
    /// What it imports from other files, in source order.
    pub imports: Vec<Import>,
    /// What it declares, in source order.
    pub items: Vec<Item>,
    /// The whole file.
    pub span: Span,
}

/// Names that another file declares: `import { Vault, Order as VaultOrder } from "shared/chains.xcc";`.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The names, in source order.
    pub names: Vec<ImportedName>,
    /// The file, relative to the folder of the one that imports it.
    pub path: Spanned<String>,
    /// The whole statement.
    pub span: Span,
}

/// One name of an [`Import`]: `Order as VaultOrder`.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedName {
    /// The name in the file that declares it.
    pub name: Name,
    /// The name in the file that imports it, if it is another one.
    pub alias: Option<Name>,
}

/// A declaration at the top level of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `chain ethereum: evm;`
    Chain(Chain),
    /// `contract Vault on ethereum from "abi/Vault.json";`
    Contract(Contract),
    /// `asset USDC on ethereum: erc20 decimals 6;`
    Asset(Asset),
    /// `record Order { id: u64 }`
    Record(Record),
    /// `enum Side { Buy, Sell }`
    Enum(Enum),
    /// `const LIMIT: u64 = 1_000;`
    Const(Const),
    /// `fn is_large(amount: u64) -> bool { amount >= LIMIT }`
    Function(Function),
    /// `workflow Swap on ethereum (…) -> (…) { … }`
    Workflow(Workflow),
}

/// A chain and the virtual machine it runs: `chain ethereum: evm;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Its documentation.
    pub docs: Docs,
    /// What the source calls the chain.
    pub name: Name,
    /// The virtual machine, as written.
    pub vm: Name,
    /// The whole declaration.
    pub span: Span,
}

/// A contract, program or module that exists already: `contract Vault on ethereum from "abi/Vault.json";`.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its documentation.
    pub docs: Docs,
    /// What the source calls it.
    pub name: Name,
    /// The chain it lives on.
    pub chain: Name,
    /// The interface file, relative to the folder of the file that declares the contract.
    pub interface: Spanned<String>,
    /// The whole declaration.
    pub span: Span,
}

/// Something of value, in the form it has on each of its chains: `asset USDC on ethereum: erc20 decimals 6, sui: coin decimals 6;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// Its documentation.
    pub docs: Docs,
    /// What the source calls it.
    pub name: Name,
    /// Its forms, in source order.
    pub forms: Vec<AssetForm>,
    /// The whole declaration.
    pub span: Span,
}

/// One chain's form of an [`Asset`]: `ethereum: erc20 decimals 6`.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetForm {
    /// The chain.
    pub chain: Name,
    /// The token standard, as written.
    pub standard: Name,
    /// The decimal places of its smallest unit.
    pub decimals: Spanned<u64>,
    /// The whole form.
    pub span: Span,
}

/// A structured value: `record Order { id: u64, note: bytes<64> }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its fields, in source order.
    pub fields: Vec<Field>,
    /// The whole declaration.
    pub span: Span,
}

/// A choice between names: `enum Side { Buy, Sell }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its variants, in source order.
    pub variants: Vec<Variant>,
    /// The whole declaration.
    pub span: Span,
}

/// A value with a name, the same wherever it is used: `const LIMIT: u64 = 1_000;`.
#[derive(Clone, Debug, PartialEq)]
pub struct Const {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Its value.
    pub value: Expr,
    /// The whole declaration.
    pub span: Span,
}

/// An expression with a name and parameters: `fn is_large(amount: u64) -> bool { amount >= LIMIT }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// The parameters, in source order.
    pub params: Vec<Field>,
    /// The type of its value.
    pub result: Type,
    /// The names it gives to values, in source order.
    pub lets: Vec<Let>,
    /// Its value.
    pub value: Expr,
    /// The whole declaration.
    pub span: Span,
}

/// One variant of an [`Enum`].
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
}

/// A named place with a type: a field of a record, an input or a result of a workflow, a parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Name and type.
    pub span: Span,
}

/// A workflow: `workflow Swap on ethereum (user: address@ethereum) -> (shares: u64) { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Its documentation.
    pub docs: Docs,
    /// Its name.
    pub name: Name,
    /// The home chain.
    pub home: Name,
    /// The inputs, in source order.
    pub inputs: Vec<Field>,
    /// The results, in source order; empty if the workflow has none.
    pub results: Vec<Field>,
    /// The body, in source order.
    pub body: Vec<Statement>,
    /// The whole declaration.
    pub span: Span,
}

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
    /// The whole statement.
    pub span: Span,
}

/// Gives what is held away for good.
#[derive(Clone, Debug, PartialEq)]
pub struct Pay {
    /// Its documentation.
    pub docs: Docs,
    /// The word `pay`.
    pub keyword: Span,
    /// What is held, by the name that a [`Take`] gave it.
    pub holding: Name,
    /// Whom it is given to.
    pub to: Expr,
    /// The whole statement.
    pub span: Span,
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
    /// `!done`
    Unary {
        /// The operator.
        op: Spanned<UnaryOp>,
        /// The operand.
        operand: Box<Expr>,
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

impl ImportedName {
    /// The name in the file that imports it.
    pub fn local(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

impl Item {
    /// The name it declares.
    pub fn name(&self) -> &Name {
        match self {
            Self::Chain(item) => &item.name,
            Self::Contract(item) => &item.name,
            Self::Asset(item) => &item.name,
            Self::Record(item) => &item.name,
            Self::Enum(item) => &item.name,
            Self::Const(item) => &item.name,
            Self::Function(item) => &item.name,
            Self::Workflow(item) => &item.name,
        }
    }

    /// The whole declaration.
    pub fn span(&self) -> Span {
        match self {
            Self::Chain(item) => item.span,
            Self::Contract(item) => item.span,
            Self::Asset(item) => item.span,
            Self::Record(item) => item.span,
            Self::Enum(item) => item.span,
            Self::Const(item) => item.span,
            Self::Function(item) => item.span,
            Self::Workflow(item) => item.span,
        }
    }
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
        }
    }
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
