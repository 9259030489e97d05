//! What a state of the interpreter is in the variables of a model.

use std::collections::{BTreeMap, BTreeSet};

use xcc::analysis::explore::{Choice, Meaning, Model, Part, Rule, Side, Variable};
use xcc::entities::{Slot, Step};
use xcc::interp::{CallEnd, Made, Outcome};
use xcc::ir::Status;
use xcc::wire::Value;

use super::Bench;

/// The value of each variable of a model.
pub type Abstract = Vec<u8>;

/// What a model counts and no machine keeps.
#[derive(Clone, Debug, Default)]
pub struct Ghost {
    effects: BTreeMap<(Step, Part), u8>,
    starved: BTreeSet<Step>,
}

/// What came of one call, as a model says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallChoice {
    /// It took effect.
    Succeeds(Step, Part),
    /// It failed.
    Fails(Step, Part),
    /// It failed for want of gas.
    Starves(Step, Part),
}

impl Ghost {
    /// Counts what a transaction did.
    pub fn add(&mut self, outcome: &Outcome) {
        for call in calls(outcome) {
            match call {
                CallChoice::Succeeds(step, part) => {
                    let effects = self.effects.entry((step, part)).or_default();
                    *effects = 2.min(*effects + 1);
                }
                CallChoice::Fails(..) => {}
                CallChoice::Starves(step, _) => {
                    self.starved.insert(step);
                }
            }
        }
    }

    /// The values of a model's variables.
    #[must_use]
    pub fn values(&self, model: &Model, bench: &Bench<'_>) -> Abstract {
        let variables = model.variables.iter();
        variables
            .map(|variable| self.value(variable, bench))
            .collect()
    }

    fn value(&self, variable: &Variable, bench: &Bench<'_>) -> u8 {
        match &variable.meaning {
            Meaning::Phase(phases) => position(phases, &bench.phase()),
            Meaning::Status(step, side, statuses) => {
                let machine = match side {
                    Side::Home => bench.coordinator(),
                    Side::Participant => bench.program.steps[*step].machine,
                };
                position(statuses, &bench.kept(machine).status(*step))
            }
            Meaning::Counter(slot) => counter(bench, *slot),
            Meaning::Published(message) => {
                let mut mail = bench.network.mail().iter();
                u8::from(mail.any(|sent| sent.message == *message))
            }
            Meaning::Effects(step, part) => self.effects.get(&(*step, *part)).copied().unwrap_or(0),
            Meaning::Starved(step) => u8::from(self.starved.contains(step)),
        }
    }
}

fn position<T: PartialEq + std::fmt::Debug>(values: &[T], value: &T) -> u8 {
    let position = values.iter().position(|it| it == value);
    position.unwrap_or_else(|| panic!("{value:?} is none of {values:?}")) as u8
}

fn counter(bench: &Bench<'_>, slot: Slot) -> u8 {
    let kept = bench.kept(bench.program.slots[slot].machine);
    match kept.slot(bench.program, slot) {
        Value::Uint(number) => number.as_u64() as u8,
        other => panic!("{other:?} is no counter"),
    }
}

/// What came of the calls of a transaction.
#[must_use]
pub fn calls(outcome: &Outcome) -> Vec<CallChoice> {
    outcome.calls.iter().map(call).collect()
}

fn call(made: &Made) -> CallChoice {
    let (step, status) = made.call.step;
    let part = match status {
        Status::Executed => Part::Execution,
        Status::Cancelled => Part::Compensation,
        Status::Confirmed => Part::Confirmation,
        other => panic!("a call in status {other}"),
    };
    match made.end {
        CallEnd::Returned(_) => CallChoice::Succeeds(step, part),
        CallEnd::Failed => CallChoice::Fails(step, part),
        CallEnd::Starved => CallChoice::Starves(step, part),
    }
}

/// What comes of the calls of a rule.
#[must_use]
pub fn choices(rule: &Rule) -> Vec<CallChoice> {
    let choice = |choice: &Choice| match choice {
        Choice::Succeeds(step, part) => Some(CallChoice::Succeeds(*step, *part)),
        Choice::Fails(step, part) => Some(CallChoice::Fails(*step, *part)),
        Choice::Starves(step, part) => Some(CallChoice::Starves(*step, *part)),
        Choice::Branch(..) | Choice::Forked => None,
    };
    rule.choices.iter().filter_map(choice).collect()
}

/// A state in words: the variables that are not as in the beginning.
#[must_use]
pub fn describe(model: &Model, values: &[u8]) -> String {
    let changed = model.variables.iter().zip(values);
    let changed = changed.filter(|(_, value)| **value != 0);
    let words = changed.map(|(variable, value)| match &variable.meaning {
        Meaning::Phase(phases) => phases[usize::from(*value)].name().to_owned(),
        Meaning::Status(_, _, statuses) => {
            format!("{} {}", variable.name, statuses[usize::from(*value)])
        }
        _ => format!("{} {value}", variable.name),
    });
    words.collect::<Vec<_>>().join(", ")
}
