//! The failure matrix: for each step and each fault, how an instance can end if nothing else goes wrong.
//!
//! Each cell is computed on the model: the states in which the fault can strike are those that a faultless run reaches; from what
//! the fault makes of them, faultless moves are followed in every order to settled states.

use super::model::Model;
use crate::ir::Program;
use runs::Runs;

pub use cells::{Cell, End, Fault, Matrix};

mod alike;
mod cells;
mod fates;
mod faults;
mod graph;
mod runs;

/// Computes the matrix of a workflow.
pub fn matrix(program: &Program, model: &Model) -> Matrix {
    let mut all = Runs::new(program, model, None);
    let steps = program.workflows[model.workflow].steps.iter();
    let rows = steps.map(|&step| match all.has_alike(step) {
        false => (step, all.row(step)),
        // The step that a fault strikes is like no other.
        true => (step, Runs::new(program, model, Some(step)).row(step)),
    });
    Matrix {
        workflow: model.workflow,
        rows: rows.collect(),
    }
}
