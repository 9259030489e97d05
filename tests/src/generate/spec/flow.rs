//! Workflows, their steps, and what runs when.

use xcc::entities::{Asset, Chain};
use xcc::types::{Field, Type};

use super::{Call, Expr, Named};

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
    /// What is taken when an instance starts. Whoever is authorised gives it.
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
    /// What is taken.
    pub asset: Asset,
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
    /// What is written once and runs several times.
    Repeat(Repeat, Vec<Item>),
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

/// How a step is repeated, or several.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// How often.
    pub times: u32,
    /// The constant that says so, if it is no literal.
    pub constant: Option<String>,
    /// What the number of the repetition is called, if it is used.
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
    /// What another step of its `atomic` says.
    Unsaid,
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

impl Workflow {
    /// Its steps, in source order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.flow.iter().flat_map(Item::steps)
    }
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
            Item::Repeat(_, body) => body.iter().flat_map(Item::steps).collect(),
            Item::Attempt(first, otherwise) => {
                let items = first.iter().chain(otherwise);
                items.flat_map(Item::steps).collect()
            }
            Item::Let(..) | Item::Abort(_) | Item::Pay(..) | Item::Release(..) => Vec::new(),
        }
    }

    /// For how many steps it stands, with what is repeated.
    #[must_use]
    pub fn written(&self) -> u32 {
        let all = |items: &[Item]| items.iter().map(Item::written).sum::<u32>();
        match self {
            Item::Step(step) => step.times(),
            Item::Parallel(steps) | Item::Atomic(steps) => steps.iter().map(Step::times).sum(),
            Item::If(choice) => all(&choice.then) + all(&choice.otherwise),
            Item::Repeat(repeat, body) => repeat.times * all(body),
            Item::Attempt(first, otherwise) => all(first) + all(otherwise),
            Item::Let(..) | Item::Abort(_) | Item::Pay(..) | Item::Release(..) => 0,
        }
    }
}

impl Step {
    /// All that it may call.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let undo = match &self.role {
            Role::Compensable(undo, _) => Some(&**undo),
            _ => None,
        };
        [Some(&self.call), undo, self.confirm.as_ref()]
            .into_iter()
            .flatten()
    }

    /// Whether the workflow goes on if its call fails.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        matches!(self.on_refused, Some(Policy::Continue)) || self.held_for.is_some()
    }

    /// How many steps it stands for.
    #[must_use]
    pub fn times(&self) -> u32 {
        self.repeat.as_ref().map_or(1, |repeat| repeat.times)
    }
}
