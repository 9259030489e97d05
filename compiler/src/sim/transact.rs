//! Transactions of a run, and forks that undo them.

use super::chance::Chance;
use super::failure::FailureKind;
use super::fault::Fault;
use super::ledger::{Record, Took};
use super::state::State;
use super::target::Targets;
use super::timeline::{Doing, DoingKind, What};
use crate::entities::{Chain, Machine, Step};
use crate::interp::network::{By, Entry};
use crate::interp::schedule::StepAsk;
use crate::interp::{Action, CallEnd, MachineState, Outcome, Rejected};
use crate::ir::Part;

/// A transaction to be made.
pub(super) struct Ask {
    pub(super) machine: Machine,
    pub(super) by: By,
    pub(super) action: Action,
    pub(super) failing: u8,
    pub(super) doing: Doing,
    /// The message that it takes.
    pub(super) took: Option<Took>,
}

impl State<'_> {
    /// Makes a transaction, and says which of its calls the move or the draw let fail.
    pub(super) fn transact(&mut self, member: usize, ask: Ask, chance: Option<&mut Chance>) -> u8 {
        let before = self.network.machines().machine(ask.machine).clone();
        let mut targets = Targets {
            program: self.subject.program,
            script: &self.options.script,
            seed: &self.members[member].seed,
            attempts: &mut self.attempts,
            chance,
            failing: ask.failing,
            made: 0,
            failed: Vec::new(),
            is_hopeless: false,
        };
        let result = self
            .network
            .act(&mut targets, ask.machine, &ask.by, ask.action.clone());
        let Targets {
            failing,
            failed,
            is_hopeless,
            ..
        } = targets;
        self.is_hopeless |= is_hopeless;
        self.count(&ask.doing, &result, &failed);
        let chain = self.chain_of(ask.machine);
        let what = What::Transaction {
            doing: ask.doing.clone(),
            result: result.clone(),
        };
        self.note(Some(chain), Some(member), what);
        let is_forged = matches!(ask.doing.kind, DoingKind::Forge(_));
        match result {
            Ok(outcome) => {
                if let DoingKind::Forge(message) = ask.doing.kind {
                    self.fail(member, FailureKind::Believed(message));
                }
                self.keep(member, Ask { failing, ..ask }, outcome, before);
                self.check_promises();
            }
            Err(rejected) if ask.doing.kind == DoingKind::Start => {
                self.members[member].refused = Some(rejected);
            }
            Err(_) => {}
        }
        if is_forged { 0 } else { failing }
    }

    fn keep(&mut self, member: usize, ask: Ask, outcome: Outcome, before: MachineState) {
        let number = self.ledger.next_number();
        if ask.doing.kind == DoingKind::Start {
            self.members[member].id = Some(outcome.instance);
        }
        self.transactions += 1;
        self.messages += outcome.sent.len() as u64;
        let ghost = self.ghosts.entry(outcome.instance).or_default();
        ghost.add(&outcome);
        let sent = outcome.sent.iter();
        let sent = sent.map(|sent| (sent.clone(), self.post.send(sent, number)));
        let sent = sent.collect();
        if let Some(took) = ask.took
            && let Some(parcel) = self.post.find_mut(took.message, took.instance)
        {
            parcel.take();
        }
        self.ledger.add(Record {
            number,
            machine: ask.machine,
            instance: member,
            doing: ask.doing,
            by: ask.by,
            action: ask.action,
            failing: ask.failing,
            outcome,
            took: ask.took,
            before,
            sent,
        });
    }

    /// Undoes the latest transactions of a chain that are not final, and runs some of them again.
    pub(super) fn fork(&mut self, chain: Chain, most: usize, again: &[usize]) {
        let mut machines = self.subject.program.machines_of(self.subject.workflow);
        let Some(machine) = machines.find(|&machine| self.chain_of(machine) == chain) else {
            return;
        };
        drop(machines);
        let undone = self.ledger.undo(machine, most);
        let Some(oldest) = undone.first() else {
            return;
        };
        self.struck.count(Fault::Reorg);
        let unsent = undone.iter().flat_map(|record| &record.sent);
        let unsent = unsent.filter(|(_, before)| before.is_none());
        let unsent: Vec<_> = unsent.map(|(sent, _)| sent.clone()).collect();
        self.network.undo(machine, oldest.before.clone(), &unsent);
        for record in undone.iter().rev() {
            self.forget(record);
        }
        self.count_again();
        let forgotten = undone.iter();
        let forgotten = forgotten.map(|it| (it.instance, it.doing.clone()));
        self.note(Some(chain), None, What::Forked(forgotten.collect()));
        for record in again.iter().filter_map(|&position| undone.get(position)) {
            let doing = Doing {
                is_again: true,
                ..record.doing.clone()
            };
            let ask = Ask {
                machine,
                by: record.by.clone(),
                action: record.action.clone(),
                failing: record.failing,
                doing,
                took: record.took,
            };
            self.transact(record.instance, ask, None);
        }
    }

    /// Takes back what a transaction did outside its machine.
    fn forget(&mut self, record: &Record) {
        for (sent, before) in record.sent.iter().rev() {
            self.post.take_back(sent, before.clone());
        }
        if let Some(took) = record.took
            && let Some(parcel) = self.post.find_mut(took.message, took.instance)
        {
            parcel.untake(took.is_new);
        }
        if record.doing.kind == DoingKind::Start {
            self.members[record.instance].id = None;
        }
    }

    /// Counts anew what calls took effect, without what was undone.
    fn count_again(&mut self) {
        self.ghosts.clear();
        for record in self.ledger.records() {
            let ghost = self.ghosts.entry(record.outcome.instance).or_default();
            ghost.add(&record.outcome);
        }
    }

    fn count(
        &mut self,
        doing: &Doing,
        result: &Result<Outcome, Rejected>,
        failed: &[(Step, Part)],
    ) {
        for (_, part) in failed {
            self.struck.count(match part {
                Part::Execution | Part::Guard => Fault::Refuse,
                Part::Compensation | Part::Confirmation => Fault::UndoFails,
            });
        }
        if doing.is_repeated {
            self.struck.count(Fault::Repeat);
        }
        if doing.is_early {
            self.struck.count(Fault::Reorder);
        }
        if is_starved(result) {
            self.struck.count(Fault::Starve);
        }
        match (doing.kind, result) {
            (DoingKind::Cancel, Ok(_)) => self.struck.count(Fault::Cancel),
            (
                DoingKind::Present(_, Entry::Park) | DoingKind::Ask(StepAsk::Park, _),
                Ok(outcome),
            ) if !outcome.events.is_empty() => {
                self.struck.count(Fault::UndoFails);
            }
            (DoingKind::Forge(_), _) => self.struck.count(Fault::Forge),
            (
                DoingKind::Cancel
                | DoingKind::Ask(..)
                | DoingKind::Present(_, Entry::Expire | Entry::Park),
                Err(Rejected::Protocol(_)),
            ) => self.struck.count(Fault::Meddle),
            _ => {}
        }
    }
}

fn is_starved(result: &Result<Outcome, Rejected>) -> bool {
    match result {
        Ok(outcome) => outcome
            .calls
            .iter()
            .any(|made| made.end == CallEnd::Starved),
        Err(rejected) => matches!(rejected, Rejected::OutOfGas { .. }),
    }
}
