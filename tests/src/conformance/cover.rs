//! The transitions of a model and the reasons of its refusals, and which of them were seen.

use std::collections::{BTreeSet, HashSet};

use xcc::analysis::explore::Model;
use xcc::entities::{Handler, Machine, Step};
use xcc::interp::{Outcome, Rejected};
use xcc::ir::{Body, InstData, MessageKind, Program, Rejection, Terminator};
use xcc::literal::Literal;

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

/// Why something did not run. Several reasons can lead to one state, so that transitions do not tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A step is refused by this number.
    Refused(Step, u8),
    /// A transaction is rejected because something has no value.
    NoValue(Machine),
}

/// Every reason that some machines can give.
#[must_use]
pub fn reasons(program: &Program, machines: &[Machine]) -> BTreeSet<Reason> {
    let of_machine = |&machine: &Machine| {
        let handlers = program.machines[machine].handlers.iter();
        let bodies = handlers.map(|&handler| &program.handlers[handler].body);
        bodies.flat_map(move |body| reasons_in(program, machine, body))
    };
    machines.iter().flat_map(of_machine).collect()
}

fn reasons_in(program: &Program, machine: Machine, body: &Body) -> Vec<Reason> {
    let number = |value| {
        body.insts.values().find_map(|inst| match inst {
            InstData::Literal {
                result,
                literal: Literal::Uint(number),
            } if *result == value => Some(number.as_u32() as u8),
            _ => None,
        })
    };
    let refusals = body.insts.values().filter_map(|inst| match inst {
        InstData::Send { message, args, .. } => {
            let data = &program.messages[*message];
            let is_refusal = data.kind == MessageKind::Refused;
            // What is kept was given before.
            let reason = args.first().filter(|_| is_refusal).copied();
            Some(Reason::Refused(data.step, number(reason?)?))
        }
        _ => None,
    });
    let rejects = |terminator: &Terminator| *terminator == Terminator::Reject(Rejection::NoValue);
    let mut ends = body.blocks.values().filter_map(|it| it.terminator.as_ref());
    let rejection = ends.any(rejects).then_some(Reason::NoValue(machine));
    refusals.chain(rejection).collect()
}

/// The reasons that were given in a transaction.
#[must_use]
pub fn given(
    program: &Program,
    machine: Machine,
    result: Result<&Outcome, &Rejected>,
) -> Vec<Reason> {
    match result {
        Err(rejected) if *rejected == Rejected::from(Rejection::NoValue) => {
            vec![Reason::NoValue(machine)]
        }
        Err(_) => Vec::new(),
        Ok(outcome) => {
            let refusals = outcome.sent.iter().filter_map(|sent| {
                let data = &program.messages[sent.message];
                let reason = sent.bytes.last().copied();
                let reason = reason.filter(|_| data.kind == MessageKind::Refused);
                Some(Reason::Refused(data.step, reason?))
            });
            refusals.collect()
        }
    }
}
