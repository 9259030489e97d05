//! What handlers cost, measured while a network runs: a row for each handler and each thing that comes of it.

use std::collections::{BTreeMap, BTreeSet};

use xcc::entities::{Handler, Machine};
use xcc::ir::Trigger;
use xcc::vm::Vm;
use xcc::wire::Header;
use xcc::wire::header::SIZE;

use super::Protocol;
use super::step::{Change, Outcome};
use crate::costs::{Row, SOLANA_TOLERANCE, Table, grouped};
use crate::spent::Spent;
use crate::vaa::Vaa;

/// What a transaction of a handler cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The chain's name in the source.
    pub chain: String,
    /// The handler.
    pub handler: Handler,
    /// What came of it, in words.
    pub then: String,
    /// What it used; nothing where the virtual machine does not say.
    pub spent: Option<Spent>,
    /// The messages that it published, in words, and the bytes of the body of each.
    pub bodies: Vec<(String, usize)>,
}

impl Cost {
    pub(super) fn new(
        protocol: Protocol<'_>,
        (machine, handler): (Machine, Handler),
        outcome: &Outcome,
        spent: Option<Spent>,
        published: &[Vaa],
    ) -> Self {
        Self {
            chain: protocol.chain_name(machine).to_owned(),
            handler,
            then: then(outcome),
            spent,
            bodies: published.iter().map(|vaa| body(protocol, vaa)).collect(),
        }
    }
}

/// The table of what all handlers of a workflow cost that somebody outside can run.
///
/// # Panics
/// When one of them was never run.
#[must_use]
pub fn table(protocol: Protocol<'_>, costs: &[Cost]) -> Table {
    let missing = protocol.unmeasured(costs);
    assert_eq!(
        missing,
        BTreeSet::new(),
        "no run of these handlers went through"
    );
    excerpt(protocol, costs)
}

/// The table of these costs: the first of each that brings the same about, chain by chain in the order of handlers.
#[must_use]
pub fn excerpt(protocol: Protocol<'_>, costs: &[Cost]) -> Table {
    let mut rows: BTreeMap<(Handler, &str, Vec<&str>), &Cost> = BTreeMap::new();
    for cost in costs {
        let sent = cost.bodies.iter().map(|(words, _)| words.as_str());
        let key = (cost.handler, cost.then.as_str(), sent.collect());
        rows.entry(key).or_insert(cost);
    }
    let columns = [
        "chain",
        "handler",
        "what changes",
        "used",
        "own",
        "body of what it sends, in bytes",
    ];
    Table {
        columns: columns.map(str::to_owned).into(),
        rows: rows.into_values().map(|cost| row(protocol, cost)).collect(),
    }
}

fn row(protocol: Protocol<'_>, cost: &Cost) -> Row {
    let handler = &protocol.program().handlers[cost.handler];
    let units = |of: fn(Spent) -> u64| {
        cost.spent
            .map_or("–".to_owned(), |spent| grouped(of(spent)))
    };
    let sent = cost
        .bodies
        .iter()
        .map(|(words, size)| format!("{words}: {size}"));
    let sent: Vec<_> = sent.collect();
    let cells = [
        cost.chain.clone(),
        format!("`{}`", handler.name),
        cost.then.clone(),
        units(|spent| spent.whole),
        units(|spent| spent.own),
        if sent.is_empty() {
            "–".to_owned()
        } else {
            sent.join(", ")
        },
    ];
    let chain = protocol.program().machines[handler.machine].chain;
    let is_solana = protocol.program().declarations.chains[chain].vm == Vm::Svm;
    Row {
        cells: cells.into(),
        tolerance: if is_solana { SOLANA_TOLERANCE } else { 0 },
    }
}

/// What came of a transaction: the new status of each step and the new phase, in their order.
fn then(outcome: &Outcome) -> String {
    let Outcome::Done { changes, .. } = outcome else {
        return "rejected".to_owned();
    };
    if changes.is_empty() {
        return "nothing changes".to_owned();
    }
    let words = changes.iter().map(|change| match change {
        Change::Step(step, status) => format!("`{step}` {status}"),
        Change::Phase(phase) => phase.to_string(),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn body(protocol: Protocol<'_>, vaa: &Vaa) -> (String, usize) {
    let header = Header::decode(&vaa.payload).expect("a described message has a header");
    let step = protocol.step_name(header.step);
    let size = vaa.payload.len() - SIZE;
    (format!("{} of `{step}`", header.kind), size)
}

impl Protocol<'_> {
    /// The handlers that somebody outside can run and that have no cost yet, by name.
    #[must_use]
    pub fn unmeasured(&self, costs: &[Cost]) -> BTreeSet<&str> {
        let known: BTreeSet<_> = costs.iter().map(|cost| cost.handler).collect();
        let handlers = self.program().handlers.iter();
        let left = handlers
            .filter(|(id, data)| !matches!(data.trigger, Trigger::Internal) && !known.contains(id));
        left.map(|(_, data)| data.name.as_str()).collect()
    }
}
