//! What each chain did, and how much of it is final.
//!
//! A transport speaks of a message only once the transaction that sent it is final, and how long that takes is for the chain to say.
//! Here it is decided as late as possible: a transaction is final from the moment on that one of its messages, or a message of a later
//! transaction of its chain, is presented elsewhere. Whatever a fork of a real chain can undo, a fork here can undo too.

use std::collections::BTreeMap;

use super::post::Parcel;
use super::timeline::Doing;
use crate::entities::{Machine, Message};
use crate::interp::network::By;
use crate::interp::{Action, Instance, MachineState, Outcome, Sent};

/// A transaction that went through.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Its number among all of the run.
    pub(super) number: u64,
    pub(super) machine: Machine,
    /// Whom the run made it for.
    pub(super) instance: usize,
    pub(super) doing: Doing,
    pub(super) by: By,
    pub(super) action: Action,
    pub(super) failing: u8,
    pub(super) outcome: Outcome,
    /// The message that it took.
    pub(super) took: Option<Took>,
    /// What its machine kept before it.
    pub(super) before: MachineState,
    /// What was known before of each message that it sent.
    pub(super) sent: Vec<(Sent, Option<Parcel>)>,
}

/// A message that a transaction took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    pub(super) message: Message,
    pub(super) instance: Instance,
    /// Whether it was a copy that had not been taken yet.
    pub(super) is_new: bool,
}

/// The transactions of all chains, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    records: Vec<Record>,
    /// For each machine, the number of the latest final transaction.
    finality: BTreeMap<Machine, u64>,
    numbers: u64,
}

impl Ledger {
    /// A number for the next transaction.
    pub(super) fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(super) fn add(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Every transaction that was not undone.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// From now on a transaction of a machine, and all before it, are final.
    pub(super) fn finalise(&mut self, machine: Machine, number: u64) {
        let latest = self.finality.entry(machine).or_default();
        *latest = number.max(*latest);
    }

    /// How many transactions of a machine are not final.
    pub(super) fn open(&self, machine: Machine) -> usize {
        self.records
            .iter()
            .filter(|it| self.is_open(it, machine))
            .count()
    }

    fn is_open(&self, record: &Record, machine: Machine) -> bool {
        let latest = self.finality.get(&machine).copied().unwrap_or(0);
        record.machine == machine && record.number > latest
    }

    /// Takes out the latest transactions of a machine, at most so many and those that are final not, the oldest first.
    pub(super) fn undo(&mut self, machine: Machine, most: usize) -> Vec<Record> {
        let open = self.open(machine);
        let mut kept = open.saturating_sub(most);
        let mut undone = Vec::new();
        for record in std::mem::take(&mut self.records) {
            if !self.is_open(&record, machine) {
                self.records.push(record);
            } else if kept > 0 {
                kept -= 1;
                self.records.push(record);
            } else {
                undone.push(record);
            }
        }
        undone
    }
}
