//! The transitions of a model, and which of them were seen.

use std::collections::HashSet;

use xcc::analysis::explore::Model;
use xcc::entities::{Handler, Machine};
use xcc::ir::Program;

use crate::interp::{applied, explored, is_enabled};
use xcc::interp::mapping::{Abstract, CallChoice, choices};

/// One transition: a handler runs in a state, its calls end so, and lead to a state. That may be the same state, as when a message is
/// answered again; `xcc check` counts only transitions to another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The state before.
    pub before: Abstract,
    /// What runs.
    pub handler: Handler,
    /// What comes of the calls it makes.
    pub calls: Vec<CallChoice>,
    /// The state afterwards.
    pub after: Abstract,
}

/// Every transition of a model that some machines can make.
#[must_use]
pub fn edges(program: &Program, model: &Model, machines: &[Machine]) -> HashSet<Edge> {
    let is_theirs = |handler: Handler| machines.contains(&program.handlers[handler].machine);
    let rules = || model.rules.iter().filter(|rule| is_theirs(rule.handler));
    let states = explored(model).into_iter();
    states
        .flat_map(|before| {
            let enabled = rules().filter(|rule| is_enabled(rule, &before));
            let edges = enabled.map(|rule| Edge {
                handler: rule.handler,
                calls: choices(rule),
                after: applied(model, rule, &before),
                before: before.clone(),
            });
            edges.collect::<Vec<_>>()
        })
        .collect()
}
