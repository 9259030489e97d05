//! Exhaustive exploration: whether any order of delivery and any failure lets an instance of a workflow lose, double or strand
//! something.
//!
//! [`Model::of`] composes the machines of a workflow into one system of guarded rules over small variables: the phase, where each
//! step stands at home and on its participant, which messages were ever published, how often each call took effect. It comes
//! from the handlers of the IR themselves, path by path, so what is explored is what is emitted.
//!
//! - **The network** is a set of messages that only grows. A message in it may be delivered at any time, any number of times, in
//!   any order, or never; that covers loss, delay, repetition and reordering at once.
//! - **Calls** into targets succeed or fail, each time anew. A call that is caught may also be starved of gas, unless the handler
//!   made sure of its budget.
//! - **Clocks** are free: a deadline has passed or has not, each time it is asked for.
//! - **Data** is not kept: a branch on it goes both ways, unless a constant decides.
//! - **Forks** of the home chain are covered as far as the transport waits for finality: what is undone was never heard of.
//!
//! [`explore`] visits every state that can be reached and checks every [`Invariant`] in it, then whether a settled state can be
//! reached from each of them. [`crate::export`] writes a model for other model checkers.

use crate::entities::Workflow;
use crate::ir::Program;

mod counters;
mod declare;
mod endings;
mod matrix;
mod model;
mod orbit;
mod pack;
mod paths;
mod properties;
mod search;
mod symmetry;
mod table;

pub use endings::summarise;
pub use matrix::{Cell, End, Fault, Matrix, matrix};
pub use model::{
    Choice, Condition, Effect, Invariant, Meaning, Model, Rule, Side, Taken, Update, Var, Variable,
};
pub use search::{Counterexample, Exploration, Limits, Move, Progress, Verdict, explore};

impl Model {
    /// Composes the machines of a workflow, with what is promised of them.
    pub fn of(program: &Program, workflow: Workflow) -> Self {
        let mut model = paths::compose(program, workflow);
        properties::add(program, &mut model);
        if model.is_whole {
            counters::set_back(program, &mut model);
            model.interchangeable = symmetry::interchangeable(program, &model);
        }
        model
    }
}
