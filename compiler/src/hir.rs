//! The checked program: every name resolved, every expression typed and converted, every static rule of the language held.
//!
//! Only the checker makes a [`Package`], so a phase that takes one need not ask again whether the source was right.

pub mod range;

use std::collections::BTreeMap;
use std::ops::Range;

use cranelift_entity::PrimaryMap;

use crate::entities::{Constant, Contract, Record, Step, Workflow};
use crate::source::Span;
use crate::transport::Transport;
use crate::types::{Declarations, Field, Type};
use crate::{
    entities::Chain,
    literal::{Literal, U256},
};

/// A checked source: its declarations and workflows.
#[derive(Clone, Debug)]
pub struct Package {
    /// What the workflows refer to.
    pub declarations: Declarations,
    /// Workflows, in source order.
    pub workflows: PrimaryMap<Workflow, WorkflowDecl>,
    /// The steps of all workflows, in source order.
    pub steps: PrimaryMap<Step, StepDecl>,
}

/// A checked workflow.
#[derive(Clone, Debug)]
pub struct WorkflowDecl {
    /// The name in the source.
    pub name: String,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// The chain an instance starts on and is decided on.
    pub home: Chain,
    /// What a caller of `start` supplies.
    pub inputs: Vec<Field>,
    /// Who may start an instance.
    pub authority: Authority,
    /// Steps in source order.
    pub steps: Vec<Step>,
    /// The steps that begin together, by position; together they are all steps. A stage begins when all steps of the one before it
    /// are done. One without steps is an `abort`.
    pub stages: Vec<Range<usize>>,
    /// The reason of each `abort`, by the position of its stage.
    pub aborts: BTreeMap<usize, String>,
    /// What decides which stages run, in source order: each before those in its arms.
    pub choices: Vec<Choice>,
    /// What a completed instance yields; the expressions use inputs and results of steps.
    pub results: Vec<(Field, Expr)>,
    /// What is split off holdings, for those who want to know where it goes.
    pub floors: Vec<Floor>,
    /// Where it is declared.
    pub span: Span,
}

/// What other chains have no units for, and so is split off a holding when it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The holding.
    pub holding: String,
    /// The chains.
    pub chains: Vec<String>,
    /// Whose it is, as the source says.
    pub to: String,
    /// The holding that it is itself; `None` if it is not taken at all.
    pub held: Option<String>,
}

/// Two arms of stages of which one is taken. They follow each other, and what comes after both follows either.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What decides.
    pub by: Decision,
    /// The stages of the first arm, at least one.
    pub then: Range<usize>,
    /// The stages of the other; that of an attempt has at least one.
    pub otherwise: Range<usize>,
}

/// What decides which of two arms is taken.
#[derive(Clone, Debug)]
pub enum Decision {
    /// `if`: the first if this holds, of inputs and of results that are known by then.
    Condition(Expr),
    /// `attempt`: the first is tried; if one of its steps is refused, all of them are undone and the other is taken.
    Refusal,
}

impl Choice {
    /// The condition of an `if`.
    pub fn condition(&self) -> Option<&Expr> {
        match &self.by {
            Decision::Condition(condition) => Some(condition),
            Decision::Refusal => None,
        }
    }
}

/// Who may start an instance of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// `authorise anyone;`
    Anyone,
    /// `authorise user;`: only the address given as this input.
    Input(usize),
    /// `authorise @KEEPER;`: only this address of the deployment.
    Constant(Constant),
}

/// A checked step.
#[derive(Clone, Debug)]
pub struct StepDecl {
    /// The name in the source.
    pub name: String,
    /// Documentation lines.
    pub docs: Vec<String>,
    /// The workflow it belongs to.
    pub workflow: Workflow,
    /// The chain it runs on, which is its contract's.
    pub chain: Chain,
    /// The layer that carries its messages; `None` for a step on the home chain.
    pub transport: Option<Transport>,
    /// The call it makes.
    pub call: Call,
    /// The call's results that later expressions may use, with the position of each among the call's results.
    pub results: Vec<(Field, usize)>,
    /// What makes it safe to stop after it.
    pub role: Role,
    /// On the same chain, what makes the step final once the workflow is decided for good.
    pub confirmation: Option<Call>,
    /// A condition checked on the step's chain right before the call.
    pub guard: Option<Expr>,
    /// Seconds the receiver may still start the call after the message was sent; `None` for home and retriable steps.
    pub within: Option<u64>,
    /// What a refusal leads to.
    pub on_refused: RefusalPolicy,
    /// What it does to custody, if it stands for `take` or `pay`.
    pub custody: Option<Custody>,
    /// Where its name is declared.
    pub name_span: Span,
    /// Where it is declared.
    pub span: Span,
}

/// What a step of home does to custody. Whatever leaves it is claimed: nothing waits until it has left, and anyone may send it to where
/// it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Custody {
    /// It takes an asset from whoever starts the instance. Undoing it means that the asset may be claimed back.
    Taken {
        /// Which argument of its call is the amount; its only result is the same number.
        amount: usize,
    },
    /// It lets what this step took be claimed for somebody.
    Paid(Step),
}

/// A step's part in the saga.
#[derive(Clone, Debug)]
pub enum Role {
    /// Undone by a call on the same chain.
    Compensable(Box<Compensation>),
    /// `compensate none`: it leaves nothing to undo.
    NothingToUndo,
    /// The one step after which there is no way back.
    Pivot,
    /// Runs after the pivot and must succeed at last.
    Retriable,
}

/// What undoes a step.
#[derive(Clone, Debug)]
pub struct Compensation {
    /// The call that undoes it.
    pub call: Call,
    /// Who may claim the call later if it fails; `None` lets nobody go on before it succeeds. An address of the step's chain.
    pub hold_for: Option<Expr>,
}

/// What follows a refused step.
#[derive(Clone, Debug)]
pub enum RefusalPolicy {
    /// Everything before it is undone.
    Compensate,
    /// The receiver lets the call fail this many more times before it records the refusal.
    Retry(u32),
    /// The workflow goes on without the step's results.
    Continue,
}

/// A call into an imported contract.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub function: FunctionRef,
    /// Its value arguments in the order of the interface; each already has a type the parameter can represent.
    pub args: Vec<Expr>,
    /// The budget: gas on the EVM, compute units on Solana, gas units on Sui and Aptos.
    pub gas: u64,
    /// What the target's VM needs beside the arguments.
    pub binding: Binding<Expr>,
    /// What is held and goes with the call, in the order of the source.
    pub spends: Vec<Spend<Call>>,
    /// Where it is written.
    pub span: Span,
}

/// What a call gets of what a coordinator holds: exactly that, or the call fails. `C` is a call in the HIR and in the IR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend<C> {
    /// The step that took it.
    pub taken: Step,
    /// The asset's own call, which makes the amount ready for the target.
    pub funding: C,
    /// The parameter that it is the argument of, on machines where an asset is a value; elsewhere the target takes it from the caller.
    pub parameter: Option<usize>,
}

/// One function of an imported interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionRef {
    /// The contract.
    pub contract: Contract,
    /// The name in the interface.
    pub name: String,
    /// Which of the functions of that name.
    pub overload: usize,
}

/// What a call needs beside its arguments, by the target's VM. `V` is an expression in the HIR and a value in the IR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding<V> {
    /// The chain's currency sent along, in its smallest unit.
    Evm {
        /// `None` sends nothing.
        value: Option<V>,
    },
    /// The accounts of the instruction, in the order of the interface, nested groups flattened.
    Svm {
        /// One entry for each account of the interface.
        accounts: Vec<AccountBinding<V>>,
    },
    /// The object parameters of the function, and its type arguments.
    Sui {
        /// One entry for each object parameter, in order; `TxContext` is supplied without being listed.
        objects: Vec<ObjectBinding>,
        /// Constants of kind `MoveType`.
        type_arguments: Vec<Constant>,
    },
    /// The object parameters of the function, and its type arguments; signers are supplied without being listed.
    Aptos {
        /// One entry for each `Object<T>` parameter, in order.
        objects: Vec<ObjectBinding>,
        /// Constants of kind `MoveType`.
        type_arguments: Vec<Constant>,
    },
}

/// One account of a Solana call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountBinding<V> {
    /// Its name in the interface; groups are joined with dots.
    pub name: String,
    /// Whether the call may write it.
    pub writable: bool,
    /// Whether the call needs its signature, which only the participant's authority can give.
    pub signer: bool,
    /// Which account it must be.
    pub source: AccountSource<V>,
}

/// How the key of an account is known; the participant checks it before the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountSource<V> {
    /// A deployment constant.
    Constant(Constant),
    /// A key that the interface itself fixes.
    Fixed([u8; 32]),
    /// The participant's signing authority, a PDA of the participant.
    Authority,
    /// The owner of what a coordinator holds, another PDA of its own. No source can name it, and it signs nothing but what leaves custody.
    Custody,
    /// The called program itself, which also stands for an omitted optional account.
    CalledProgram,
    /// The account that pays for the delivery.
    Payer,
    /// An address computed from values of the instance.
    Value(V),
    /// An address derived from seeds.
    Pda {
        /// The deriving program; `None` is the called program.
        program: Option<Box<AccountSource<V>>>,
        /// Its seeds, in order.
        seeds: Vec<Seed<V>>,
    },
    /// The associated token account of an owner.
    AssociatedToken {
        /// The owner's key.
        owner: Box<AccountSource<V>>,
        /// The mint's key.
        mint: Box<AccountSource<V>>,
        /// The token program's key.
        token_program: Box<AccountSource<V>>,
    },
}

/// One seed of a derived address, at most 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed<V> {
    /// Literal bytes.
    Bytes(Vec<u8>),
    /// The key of an account.
    Key(AccountSource<V>),
    /// The Borsh encoding of a value (little-endian integers, raw keys).
    Value(V),
}

/// One object parameter of a Move call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectBinding {
    /// Position among the function's parameters.
    pub parameter: usize,
    /// Its name in the source.
    pub name: String,
    /// Which object it must be.
    pub source: ObjectSource,
}

/// How the identity of an object is known; the participant checks it before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectSource {
    /// A deployment constant.
    Constant(Constant),
    /// Sui's shared clock at `0x6`, whose type alone proves its identity.
    Clock,
}

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
    /// A result of a step, by position in [`StepDecl::results`].
    Result(Step, usize),
    /// A field of a record, by position.
    Field(Box<Expr>, usize),
    /// A record, with a value for each field in order.
    Record(Record, Vec<Expr>),
    /// A list or an array.
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

impl StepDecl {
    /// What undoes it, if a call does.
    pub fn compensation(&self) -> Option<&Compensation> {
        match &self.role {
            Role::Compensable(compensation) => Some(compensation),
            Role::NothingToUndo | Role::Pivot | Role::Retriable => None,
        }
    }

    /// Visits the expressions of its call and its guard.
    pub fn for_each_expr_of_execution<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        self.call.for_each_expr(visit);
        self.guard.iter().for_each(visit);
    }

    /// Visits the expressions of what may follow it: its compensation and its confirmation.
    pub fn for_each_later_expr<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        if let Some(compensation) = self.compensation() {
            compensation.call.for_each_expr(visit);
            compensation.hold_for.iter().for_each(&mut *visit);
        }
        if let Some(confirmation) = &self.confirmation {
            confirmation.for_each_expr(visit);
        }
    }
}

impl Call {
    /// Its budget, and that of what makes ready what it spends.
    pub fn whole_gas(&self) -> u64 {
        let fundings = self.spends.iter().map(|spend| spend.funding.gas);
        self.gas + fundings.sum::<u64>()
    }

    /// Visits its arguments and the values of its binding.
    pub fn for_each_expr<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.args.iter().for_each(&mut *visit);
        self.binding.for_each_value(&mut |expr| visit(expr));
        for spend in &self.spends {
            spend.funding.for_each_expr(visit);
        }
    }
}

impl<V> Binding<V> {
    /// Visits every value of the instance that the binding uses.
    pub fn for_each_value<'a>(&'a self, visit: &mut impl FnMut(&'a V)) {
        match self {
            Binding::Evm { value } => value.iter().for_each(visit),
            Binding::Svm { accounts } => accounts
                .iter()
                .for_each(|account| account.source.for_each_value(visit)),
            Binding::Sui { .. } | Binding::Aptos { .. } => {}
        }
    }

    /// The same binding with every value replaced.
    pub fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> Binding<W> {
        match self {
            Binding::Evm { value } => Binding::Evm {
                value: value.as_ref().map(map),
            },
            Binding::Svm { accounts } => Binding::Svm {
                accounts: accounts.iter().map(|account| account.map(map)).collect(),
            },
            Binding::Sui {
                objects,
                type_arguments,
            } => Binding::Sui {
                objects: objects.clone(),
                type_arguments: type_arguments.clone(),
            },
            Binding::Aptos {
                objects,
                type_arguments,
            } => Binding::Aptos {
                objects: objects.clone(),
                type_arguments: type_arguments.clone(),
            },
        }
    }
}

impl<V> AccountBinding<V> {
    fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> AccountBinding<W> {
        AccountBinding {
            name: self.name.clone(),
            writable: self.writable,
            signer: self.signer,
            source: self.source.map(map),
        }
    }
}

impl<V> AccountSource<V> {
    /// Visits every value of the instance that the account follows from.
    pub fn for_each_value<'a>(&'a self, visit: &mut impl FnMut(&'a V)) {
        match self {
            AccountSource::Value(value) => visit(value),
            AccountSource::Pda { program, seeds } => {
                program
                    .iter()
                    .for_each(|program| program.for_each_value(visit));
                for seed in seeds {
                    match seed {
                        Seed::Bytes(_) => {}
                        Seed::Key(key) => key.for_each_value(visit),
                        Seed::Value(value) => visit(value),
                    }
                }
            }
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                [owner, mint, token_program]
                    .into_iter()
                    .for_each(|source| source.for_each_value(visit));
            }
            AccountSource::Constant(_)
            | AccountSource::Fixed(_)
            | AccountSource::Authority
            | AccountSource::Custody
            | AccountSource::CalledProgram
            | AccountSource::Payer => {}
        }
    }

    fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> AccountSource<W> {
        match self {
            AccountSource::Constant(constant) => AccountSource::Constant(*constant),
            AccountSource::Fixed(key) => AccountSource::Fixed(*key),
            AccountSource::Authority => AccountSource::Authority,
            AccountSource::Custody => AccountSource::Custody,
            AccountSource::CalledProgram => AccountSource::CalledProgram,
            AccountSource::Payer => AccountSource::Payer,
            AccountSource::Value(value) => AccountSource::Value(map(value)),
            AccountSource::Pda { program, seeds } => AccountSource::Pda {
                program: program.as_ref().map(|program| Box::new(program.map(map))),
                seeds: seeds.iter().map(|seed| seed.map(map)).collect(),
            },
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => AccountSource::AssociatedToken {
                owner: Box::new(owner.map(map)),
                mint: Box::new(mint.map(map)),
                token_program: Box::new(token_program.map(map)),
            },
        }
    }
}

impl<V> Seed<V> {
    fn map<W>(&self, map: &mut impl FnMut(&V) -> W) -> Seed<W> {
        match self {
            Seed::Bytes(bytes) => Seed::Bytes(bytes.clone()),
            Seed::Key(key) => Seed::Key(key.map(map)),
            Seed::Value(value) => Seed::Value(map(value)),
        }
    }
}
