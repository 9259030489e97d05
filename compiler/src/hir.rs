//! The checked program: every name resolved, every expression typed and converted, every static rule of the language held.
//!
//! Only the checker makes a [`Package`], so a phase that takes one need not ask again whether the source was right.

mod binding;
mod expr;
pub mod range;

pub use binding::{AccountBinding, AccountSource, Binding, ObjectBinding, ObjectSource, Seed};
pub use expr::{ArithmeticOp, BinaryOp, Certainty, Conversion, Expr, ExprKind};

use std::collections::BTreeMap;
use std::ops::Range;

use cranelift_entity::PrimaryMap;

use crate::entities::{Chain, Constant, Contract, Step, Workflow};
use crate::source::Span;
use crate::transport::Transport;
use crate::types::{Declarations, Field};

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
    /// The call it makes, or the first of them.
    pub call: Call,
    /// The results that later expressions may use, with the position of each among those of its call: first those of the first call, then
    /// those of the others in order.
    pub results: Vec<(Field, usize)>,
    /// What follows the call in the same transaction, if the step is an `atomic` of several: all of it happens, or nothing.
    pub then: Vec<Following>,
    /// What makes it safe to stop after it.
    pub role: Role,
    /// On the same chain, what makes the step final once the workflow is decided for good, in order; empty if nothing does.
    pub confirmation: Vec<Call>,
    /// What its guard asks contracts of its chain, in order; the guard knows each by its position.
    pub views: Vec<View>,
    /// A condition checked on the step's chain right before the call.
    pub guard: Option<Expr>,
    /// Seconds the receiver may still start the call after the message was sent; `None` for home and retriable steps.
    pub within: Option<u64>,
    /// What a refusal leads to.
    pub on_refused: RefusalPolicy,
    /// What it does to custody, if it stands for `take`, `pay`, `release` or for what another step did not spend.
    pub custody: Option<Custody>,
    /// Where its name is declared.
    pub name_span: Span,
    /// Where it is declared.
    pub span: Span,
}

/// A call of a step that is made after others in the same transaction. If it fails, or its guard does not hold, all of them are undone.
#[derive(Clone, Debug)]
pub struct Following {
    /// The call.
    pub call: Call,
    /// Which of the step's results are its own.
    pub results: Range<usize>,
    /// What its guard asks, as of a step.
    pub views: Vec<View>,
    /// A condition checked right before the call.
    pub guard: Option<Expr>,
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
    /// It lets what this step took be claimed for somebody, once there is no way back.
    Paid(Step),
    /// It lets what this step took be claimed for somebody, whatever becomes of the instance.
    Released(Step),
    /// It lets what this step took be claimed for somebody, because a step right before could not spend it. Otherwise it is skipped.
    Unspent(Step),
}

impl Custody {
    /// The step whose asset it gives away.
    pub const fn given(self) -> Option<Step> {
        match self {
            Custody::Taken { .. } => None,
            Custody::Paid(taken) | Custody::Released(taken) | Custody::Unspent(taken) => {
                Some(taken)
            }
        }
    }
}

/// A step's part in the saga.
#[derive(Clone, Debug)]
pub enum Role {
    /// Undone by calls on the same chain.
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
    /// The calls that undo it, in order and in one transaction; at least one.
    pub calls: Vec<Call>,
    /// Who may claim them later if they fail; `None` lets nobody go on before it succeeds. An address of the step's chain.
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
    /// For a retriable step of home that spends: if its call fails, what it would have spent is owed to this account, by the steps that
    /// follow, and the workflow goes on without its results.
    HoldFor(Box<Expr>),
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

/// A call in a guard, of a function that only reads. It runs before the step's own call, in the same transaction. One that fails makes
/// the guard false where failures are caught, and fails the transaction elsewhere.
#[derive(Clone, Debug)]
pub struct View {
    /// The call.
    pub call: Call,
    /// What it gives, with the position among the function's results.
    pub result: (Field, usize),
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

impl StepDecl {
    /// What undoes it, if a call does.
    pub fn compensation(&self) -> Option<&Compensation> {
        match &self.role {
            Role::Compensable(compensation) => Some(compensation),
            Role::NothingToUndo | Role::Pivot | Role::Retriable => None,
        }
    }

    /// What a result is called among those of all steps: `swap_out`.
    pub fn result_name(&self, index: usize) -> String {
        let result = &self.results[index].0.name;
        match self.then.is_empty() {
            true => format!("{}_{result}", self.name),
            // The name of the one that gives it stands before it already.
            false => result.clone(),
        }
    }

    /// Its calls, in the order in which they are made.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        std::iter::once(&self.call).chain(self.then.iter().map(|following| &following.call))
    }

    /// Visits the expressions of its calls, their guards and what those ask.
    pub fn for_each_expr_of_execution<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        let first = (&self.call, &self.views, &self.guard);
        let then = self.then.iter();
        let then = then.map(|following| (&following.call, &following.views, &following.guard));
        for (call, views, guard) in std::iter::once(first).chain(then) {
            call.for_each_expr(visit);
            for view in views {
                view.call.for_each_expr(visit);
            }
            guard.iter().for_each(&mut *visit);
        }
    }

    /// Visits the expressions of what may follow it: its compensation, its confirmation, and whom what it spends is held for.
    pub fn for_each_later_expr<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        if let Some(compensation) = self.compensation() {
            for call in &compensation.calls {
                call.for_each_expr(visit);
            }
            compensation.hold_for.iter().for_each(&mut *visit);
        }
        for call in &self.confirmation {
            call.for_each_expr(visit);
        }
        if let RefusalPolicy::HoldFor(owner) = &self.on_refused {
            visit(owner);
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
