//! What is generated: a project as a tree, before it is text.

use xcc::syntax::ast::BinaryOp;
use xcc::types::{ConstantKind, Declarations, Field, Type};
use xcc::vm::Vm;

use xcc::entities::{Chain, Enum, Record};

/// A project.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its chains, records and enums. Its contracts and constants are below.
    pub declarations: Declarations,
    /// How many decimal places the asset has on each chain, by the chain's position.
    pub decimals: Vec<u8>,
    /// Whether the newer of Solana's token programs has the asset there, likewise.
    pub is_token_2022: Vec<bool>,
    /// The contracts that exist already.
    pub contracts: Vec<Contract>,
    /// The deployment constants that are used.
    pub constants: Vec<Constant>,
    /// The values that have a name in the whole file.
    pub consts: Vec<Named>,
    /// The functions of the file.
    pub functions: Vec<PureFunction>,
    /// The workflows, in source order.
    pub workflows: Vec<Workflow>,
}

/// A deployment constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Without the `@`.
    pub name: String,
    /// The chain it belongs to.
    pub chain: Chain,
    /// What it stands for.
    pub kind: ConstantKind,
}

/// A value with a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Its type; whether it is written is for the place to say.
    pub ty: Type,
    /// The value.
    pub value: Expr,
}

/// A function of the file.
#[derive(Clone, Debug)]
pub struct PureFunction {
    /// Its name.
    pub name: String,
    /// The parameters.
    pub params: Vec<Field>,
    /// The type of its value.
    pub result: Type,
    /// The values that it names, and whether their types are written.
    pub lets: Vec<(Named, bool)>,
    /// Its value.
    pub value: Expr,
}

/// A contract with an interface file of its own.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its name in the source.
    pub name: String,
    /// Where it is deployed.
    pub chain: Chain,
    /// Whether the interface file has the second of the formats that its VM's tools write.
    pub other_format: bool,
    /// What it can be asked for.
    pub functions: Vec<Function>,
}

/// A function of a contract.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The parameters that arguments stand for.
    pub params: Vec<Param>,
    /// What it returns.
    pub results: Vec<Returned>,
    /// Whether the interface says that it only reads.
    pub reads: bool,
    /// What its VM wants to know beside.
    pub extras: Extras,
}

/// A parameter, by the greatest type of the language that its values can have.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// Its width in the interface, where that is one the language lacks.
    pub odd_bits: Option<u16>,
}

/// A result, by the least type of the language that holds its values.
#[derive(Clone, Debug)]
pub struct Returned {
    /// Its name in the interface, if it has one there.
    pub name: Option<String>,
    /// The type; the source bounds what has no bound in the interface.
    pub ty: Type,
    /// Its width in the interface, where that is one the language lacks.
    pub odd_bits: Option<u16>,
}

/// What only functions of one VM have.
#[derive(Clone, Debug)]
pub enum Extras {
    /// A Solidity function.
    Evm {
        /// Whether it takes the chain's currency.
        payable: bool,
        /// Whether one that only reads does not even read the chain's state.
        pure: bool,
    },
    /// An Anchor instruction.
    Svm {
        /// Its accounts.
        accounts: Vec<Account>,
    },
    /// A Move function on Sui.
    Sui {
        /// Its object parameters, before all others: whether each is changed.
        objects: Vec<bool>,
        /// How many assets it takes by value, after its objects: coins in turn with balances.
        assets: u32,
        /// Whether it takes the clock.
        clock: bool,
        /// Whether it takes the transaction's context.
        context: bool,
        /// How many type parameters it has.
        generics: u32,
    },
    /// A Move function on Aptos.
    Aptos {
        /// Whether it takes the caller's signer.
        signer: bool,
        /// How many assets it takes by value, after its objects.
        assets: u32,
        /// How many objects it takes.
        objects: u32,
        /// How many type parameters it has; objects are of the first, if there is one.
        generics: u32,
    },
}

/// An account of an Anchor instruction.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Whether it may be changed.
    pub writable: bool,
    /// How it is known.
    pub role: AccountRole,
}

/// How an account is known.
#[derive(Clone, Debug)]
pub enum AccountRole {
    /// The source binds it.
    Bound,
    /// It signs; the source says who that is.
    Signer,
    /// It may be left out; the source says so or binds it.
    Optional,
    /// The interface fixes it: this address.
    Fixed(&'static str),
    /// The interface derives it.
    Derived(Vec<IdlSeed>),
}

/// A seed in an interface.
#[derive(Clone, Debug)]
pub enum IdlSeed {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The key of another account.
    Account(String),
    /// The value of a parameter.
    Param(String),
}

/// A workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// Its name.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Its home.
    pub home: Chain,
    /// What `start` takes.
    pub inputs: Vec<Field>,
    /// Who may start it, as it is written; anyone may without it.
    pub authorised: Option<String>,
    /// The transport of steps that name none.
    pub transport: Option<&'static str>,
    /// What is taken of the one asset of the project when an instance starts. Whoever is authorised gives it.
    pub takes: Vec<Take>,
    /// What happens, in order.
    pub flow: Vec<Item>,
    /// What it yields.
    pub results: Vec<(Field, Expr)>,
}

/// What is taken into custody.
#[derive(Clone, Debug)]
pub struct Take {
    /// The name of the holding.
    pub name: String,
    /// How much is taken.
    pub amount: Expr,
    /// On which chains it is made whole, and whose the rest is.
    pub floor: Option<(Vec<Chain>, Expr)>,
}

/// A part of a flow.
#[derive(Clone, Debug)]
pub enum Item {
    /// A step.
    Step(Box<Step>),
    /// Steps of one transaction.
    Atomic(Vec<Step>),
    /// Steps beside each other.
    Parallel(Vec<Step>),
    /// Steps of which only some run.
    If(Box<If>),
    /// What is tried, and what runs if a step of that is refused.
    Attempt(Vec<Item>, Vec<Item>),
    /// The end of an instance, for this reason.
    Abort(&'static str),
    /// A name for a value, and whether its type is written.
    Let(Named, bool),
    /// The payment of a holding to somebody.
    Pay(String, Expr),
    /// The release of a holding to somebody.
    Release(String, Expr),
}

/// Two arms of which one runs.
#[derive(Clone, Debug)]
pub struct If {
    /// What decides.
    pub condition: Expr,
    /// What runs if it holds.
    pub then: Vec<Item>,
    /// What runs otherwise.
    pub otherwise: Vec<Item>,
}

impl Item {
    /// The steps in it, in order.
    pub fn steps(&self) -> Vec<&Step> {
        match self {
            Item::Step(step) => vec![step],
            Item::Parallel(steps) | Item::Atomic(steps) => steps.iter().collect(),
            Item::If(choice) => {
                let items = choice.then.iter().chain(&choice.otherwise);
                items.flat_map(Item::steps).collect()
            }
            Item::Attempt(first, otherwise) => {
                let items = first.iter().chain(otherwise);
                items.flat_map(Item::steps).collect()
            }
            Item::Let(..) | Item::Abort(_) | Item::Pay(..) | Item::Release(..) => Vec::new(),
        }
    }
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// How it is repeated, if it is.
    pub repeat: Option<Repeat>,
    /// What it calls.
    pub call: Call,
    /// The names and types that the source gives to the results; the interface's without it.
    pub results: Option<Vec<ResultName>>,
    /// The transport that it names.
    pub via: Option<&'static str>,
    /// Its deadline, as written.
    pub within: Option<String>,
    /// The holdings that its call spends.
    pub spends: Vec<String>,
    /// Its guard.
    pub require: Option<Expr>,
    /// Its part in the saga.
    pub role: Role,
    /// What makes it final.
    pub confirm: Option<Call>,
    /// What follows a refusal, if the source says so.
    pub on_refused: Option<Policy>,
    /// Whom what it cannot spend is held for, in place of a policy.
    pub held_for: Option<Expr>,
}

/// How a step is repeated.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// How often.
    pub times: u32,
    /// The constant that says so, if it is no literal.
    pub constant: Option<String>,
    /// Whether an argument is the number of the repetition.
    pub counter: Option<&'static str>,
}

/// How the source names a result.
#[derive(Clone, Debug)]
pub struct ResultName {
    /// Its name, or `_`.
    pub name: String,
    /// Its type, if it is written.
    pub ty: Option<Type>,
}

/// A step's part in the saga.
#[derive(Clone, Debug)]
pub enum Role {
    /// `compensate none`
    NothingToUndo,
    /// `compensate CALL`, and whom it is held for if it fails.
    Compensable(Box<Call>, Option<Expr>),
    /// `pivot`
    Pivot,
    /// `retriable`
    Retriable,
}

/// What follows a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// `on refused compensate`
    Compensate,
    /// `on refused retry N`
    Retry(u32),
    /// `on refused continue`
    Continue,
}

impl Step {
    /// Whether the workflow goes on if its call fails.
    pub fn goes_on(&self) -> bool {
        matches!(self.on_refused, Some(Policy::Continue)) || self.held_for.is_some()
    }
}

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
    /// The clause `objects`: the name of each in the source, and its constant with the `@`, or the asset.
    pub objects: Vec<(String, String)>,
    /// The clause `types`: constants with their `@`, or the asset.
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
    /// `!a`
    Not(Box<Expr>),
    /// `a == b` and the like.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// The name of the asset, for its token.
    Asset,
    /// `exact a`: an amount of which no part may be lost.
    Exact(Box<Expr>),
    /// What a guard asks a contract.
    Ask(Box<Ask>),
    /// A call of a function of the file.
    Call {
        /// The function.
        function: String,
        /// The arguments.
        args: Vec<Expr>,
        /// What it was before it became a call.
        written_out: Box<Expr>,
    },
}

impl Spec {
    /// The VM of a chain.
    #[must_use]
    pub fn vm(&self, chain: Chain) -> Vm {
        self.declarations.chains[chain].vm
    }

    /// The function that a call means.
    #[must_use]
    pub fn function(&self, call: &Call) -> &Function {
        &self.contracts[call.contract].functions[call.function]
    }
}

impl Step {
    /// How many steps it stands for.
    #[must_use]
    pub fn times(&self) -> u32 {
        self.repeat.as_ref().map_or(1, |repeat| repeat.times)
    }
}

impl Expr {
    /// Whether something is true of it or of a part of it.
    pub fn any(&self, is_it: &dyn Fn(&Expr) -> bool) -> bool {
        let any = |parts: &[Expr]| parts.iter().any(|part| part.any(is_it));
        let is_inside = match self {
            Self::Record(_, parts) | Self::List(parts) => any(parts),
            Self::FieldOf(inner, _) | Self::Not(inner) | Self::Exact(inner) => inner.any(is_it),
            Self::Binary(_, left, right) => left.any(is_it) || right.any(is_it),
            Self::Ask(ask) => any(&ask.call.args),
            Self::Call { written_out, .. } => written_out.any(is_it),
            Self::Bool(_)
            | Self::Number(_)
            | Self::Bytes(_)
            | Self::Text(_)
            | Self::Variant(..)
            | Self::Constant(_)
            | Self::Asset
            | Self::Path(_) => false,
        };
        is_inside || is_it(self)
    }
}

impl Function {
    /// Whether it takes assets by value.
    #[must_use]
    pub fn takes_assets(&self) -> bool {
        matches!(
            self.extras,
            Extras::Sui { assets: 1.., .. } | Extras::Aptos { assets: 1.., .. }
        )
    }

    /// Whether an account is derived from the argument for a parameter.
    #[must_use]
    pub fn derives_from(&self, param: &str) -> bool {
        let Extras::Svm { accounts } = &self.extras else {
            return false;
        };
        let roles = accounts.iter().map(|account| &account.role);
        let mut seeds = roles.flat_map(|role| match role {
            AccountRole::Derived(seeds) => seeds.as_slice(),
            _ => &[],
        });
        seeds.any(|seed| matches!(seed, IdlSeed::Param(name) if name == param))
    }
}

impl Workflow {
    /// Its steps, in source order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.flow.iter().flat_map(Item::steps)
    }
}
