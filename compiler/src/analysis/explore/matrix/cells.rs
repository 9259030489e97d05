//! What the matrix says: faults, and the ways in which instances end.

use std::collections::BTreeSet;

use super::fates::{Fate, Fates};
use crate::analysis::explore::model::Model;
use crate::entities::{Step, Workflow};
use crate::ir::{Phase, Program};

/// Something that goes wrong with one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Its call fails, or its guard does not hold.
    Refused,
    /// Its Execute comes after the deadline.
    Expired,
    /// Its messages are lost until somebody asks for them again.
    Lost,
    /// Its Execute comes after home has begun to cancel.
    Late,
    /// Its messages come again and again.
    Repeated,
    /// Its Execute comes with too little gas.
    Starved,
    /// A fork undoes the block at home that asked for it.
    Fork,
    /// Its compensation fails, after home has begun to cancel.
    CompensationFails,
}

/// How instances end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It cannot happen to this step.
    Impossible,
    /// The transaction fails and nothing happened; it can be tried again.
    Nothing,
    /// In one of these ways.
    Ends(BTreeSet<End>),
}

/// One way to end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// The settled phase.
    pub phase: Phase,
    /// Steps whose compensation ran, the latest first, which is the order they ran in but for steps beside each other.
    pub undone: Vec<Step>,
    /// Steps whose compensation waits for its owner.
    pub parked: Vec<Step>,
    /// Steps of which an asset waits to be claimed.
    pub owed: Vec<Step>,
    /// Steps that released an asset, which was claimed or waits to be.
    pub released: Vec<Step>,
    /// Steps that ran and have nothing to undo, in a compensated instance.
    pub kept: Vec<Step>,
    /// Steps that were refused and passed over.
    pub skipped: Vec<Step>,
    /// Steps that ran because what they are alternatives to did not.
    pub instead: Vec<Step>,
}

/// The cells of each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// The workflow.
    pub workflow: Workflow,
    /// For each step, a cell for each of [`Fault::ALL`].
    pub rows: Vec<(Step, Vec<Cell>)>,
}

impl End {
    /// How an instance in this state of a model ended, or where it stands.
    pub fn of(program: &Program, model: &Model, state: &[u8]) -> Self {
        let fates = Fates::new(program, model);
        End::new(fates.phase(state), fates.steps(), &fates.of(state))
    }

    /// What became of each step, in their order.
    pub(super) fn new(phase: Phase, steps: &[Step], fates: &[Fate]) -> Self {
        let all = || steps.iter().copied().zip(fates);
        let list = |is_it: fn(&Fate) -> bool| all().filter(move |(_, fate)| is_it(fate));
        let latest_first = |is_it| list(is_it).rev().map(|(step, _)| step).collect();
        let in_order = |is_it| list(is_it).map(|(step, _)| step).collect();
        End {
            phase,
            undone: latest_first(|fate| fate.undone),
            parked: latest_first(|fate| fate.parked),
            owed: in_order(|fate| fate.owed),
            released: in_order(|fate| fate.released),
            kept: in_order(|fate| fate.kept),
            skipped: in_order(|fate| fate.skipped),
            instead: in_order(|fate| fate.instead),
        }
    }
}

impl Fault {
    /// Every fault, in the order of the columns.
    pub const ALL: [Fault; 8] = [
        Fault::Refused,
        Fault::Expired,
        Fault::Lost,
        Fault::Late,
        Fault::Repeated,
        Fault::Starved,
        Fault::Fork,
        Fault::CompensationFails,
    ];

    /// The head of its column.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Refused => "refused",
            Fault::Expired => "expired",
            Fault::Lost => "lost",
            Fault::Late => "late",
            Fault::Repeated => "repeated",
            Fault::Starved => "starved",
            Fault::Fork => "fork at home",
            Fault::CompensationFails => "undoing fails",
        }
    }
}
