//! Calls that move an asset into custody or out of it: no target is called, the runtime's module `custody` does it.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::calls_of_handler;
use crate::entities::{Constant, Contract, Handler, Machine, Step, Value};
use crate::hir::{Custody, ObjectSource};
use crate::import::asset::{SPEND, TAKE, WITHDRAW};
use crate::ir::{CallData, Program, Trigger};

/// The runtime's module for custody, by the name that every emitted package knows it by.
const MODULE: &str = "xcc_runtime::custody";

/// A movement of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Whether it comes or leaves.
    pub way: Way,
    /// The constant that stands for the asset: the type of its coins on Sui, its metadata object on Aptos.
    pub token: Constant,
}

/// Where an asset goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Into custody, from whoever sends the transaction.
    In,
    /// Out of custody.
    Out,
    /// Out of custody, to the account that signs for the call of a target.
    Spent,
    /// Out of custody, as an argument of the call of a target.
    Withdrawn,
}

impl Movement {
    /// What a call moves; `None` if it calls a target.
    pub fn of(program: &Program, call: &CallData) -> Option<Self> {
        let contract = &program.declarations.contracts[call.function.contract];
        contract.asset?;
        let way = match call.function.name.as_str() {
            TAKE => Way::In,
            SPEND => Way::Spent,
            WITHDRAW => Way::Withdrawn,
            _ => Way::Out,
        };
        let object = call
            .binding
            .objects()
            .iter()
            .find_map(|object| match object.source {
                ObjectSource::Constant(token) => Some(token),
                ObjectSource::Clock => None,
            });
        let token = object.or_else(|| call.binding.type_arguments().first().copied());
        let token = token.expect("the checker binds every movement to a token");
        Some(Movement { way, token })
    }

    /// What a call spends, in order.
    pub fn spent(program: &Program, call: &CallData) -> Vec<Self> {
        let fundings = call.spends.iter().map(|spend| &spend.funding);
        fundings
            .filter_map(|funding| Movement::of(program, funding))
            .collect()
    }

    /// The account that an asset is taken from. It is whoever sends the transaction, which the handler has made sure of, and so is not
    /// named in the call.
    pub fn sender(self, call: &CallData) -> Option<Value> {
        match self.way {
            Way::In => call.args.first().copied(),
            Way::Out | Way::Spent | Way::Withdrawn => None,
        }
    }

    /// The function of the runtime that does it.
    pub fn function(self) -> &'static str {
        match self.way {
            Way::In => "take",
            Way::Out => "give",
            Way::Spent => "spend",
            Way::Withdrawn => "withdraw",
        }
    }

    /// The function with its module.
    pub fn path(self) -> String {
        format!("{MODULE}::{}", self.function())
    }
}

/// The constants that stand for the assets that a machine holds.
pub fn tokens(program: &Program, machine: Machine) -> BTreeSet<Constant> {
    let declarations = &program.declarations;
    let token = |contract: Contract| {
        let data = &declarations.contracts[contract];
        declarations.token(data.asset?, data.chain)
    };
    let assets = program.assets_of(machine).into_iter();
    assets.filter_map(token).collect()
}

/// The steps of a machine that take assets, in order.
pub fn takes(program: &Program, machine: Machine) -> impl Iterator<Item = Step> + '_ {
    let steps = program.machines[machine].steps.iter().copied();
    steps.filter(|&step| matches!(program.steps[step].custody, Some(Custody::Taken { .. })))
}

/// What each handler is handed by the transaction that starts an instance: the steps that have not taken their asset yet, each with the
/// constant that stands for the asset. A handler that neither takes one nor goes on to one that does rejects the transaction.
pub fn untaken(program: &Program, machine: Machine) -> BTreeMap<Handler, BTreeMap<Step, Constant>> {
    let handlers = program.machines[machine].handlers.iter().copied();
    let all: BTreeMap<_, _> = (handlers.clone())
        .filter_map(|handler| taken_by(program, handler))
        .collect();
    let start = handlers.filter(|&it| program.handlers[it].trigger == Trigger::Start);
    let mut untaken: BTreeMap<Handler, BTreeMap<_, _>> = BTreeMap::new();
    let mut open: Vec<_> = start.map(|handler| (handler, all.clone())).collect();
    while let Some((handler, mut given)) = open.pop() {
        let known = untaken.entry(handler).or_default();
        if given.keys().all(|step| known.contains_key(step)) {
            continue;
        }
        known.extend(given.clone());
        if let Some((step, _)) = taken_by(program, handler) {
            given.remove(&step);
        }
        let next = program.handlers[handler].body.continued();
        open.extend(next.map(|next| (next, given.clone())));
    }
    untaken
}

/// The step that takes an asset in a handler, and the constant that stands for it.
fn taken_by(program: &Program, handler: Handler) -> Option<(Step, Constant)> {
    let step = program.handlers[handler].step?;
    let mut calls = calls_of_handler(program, handler);
    calls.find_map(|call| match Movement::of(program, call)? {
        Movement {
            way: Way::In,
            token,
        } => Some((step, token)),
        _ => None,
    })
}
