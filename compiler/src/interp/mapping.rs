//! What a state of the interpreter is in the variables of a model, so that what is promised of every model can be asked of the
//! machines themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{CallEnd, Instance, InstanceState, Made, Network, Outcome};
use crate::analysis::explore::{Choice, Meaning, Model, Rule, Side, Variable};
use crate::entities::{Machine, Slot, Step};
use crate::ir::Part;
use crate::wire::{Header, Value};

/// The value of each variable of a model.
pub type Abstract = Vec<u8>;

/// What a model counts of one instance and no machine keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ghost {
    effects: BTreeMap<(Step, Part), u8>,
    starved: BTreeSet<Step>,
}

/// What came of one call, as a model says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallChoice {
    /// It took effect.
    Succeeds(Step, Part),
    /// It failed and was caught.
    Fails(Step, Part),
    /// It failed for want of gas and was caught.
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

    /// The values of a model's variables for an instance of the model's workflow.
    ///
    /// # Panics
    ///
    /// When the machines are somewhere that the model says they never come to.
    pub fn values(&self, model: &Model, network: &Network<'_>, instance: &Instance) -> Abstract {
        let view = View {
            ghost: self,
            network,
            instance,
        };
        let mut values: Abstract = model.variables.iter().map(|it| view.value(it)).collect();
        model.forget(&mut values);
        values
    }
}

/// One instance in a network, with what was counted of it.
struct View<'a, 'p> {
    ghost: &'a Ghost,
    network: &'a Network<'p>,
    instance: &'a Instance,
}

impl View<'_, '_> {
    fn value(&self, variable: &Variable) -> u8 {
        let machines = self.network.machines();
        let program = machines.program();
        let home = program.workflows[machines.workflow()].coordinator;
        match &variable.meaning {
            Meaning::Phase(phases) => position(phases, &self.kept(home).phase()),
            Meaning::Status(step, side, statuses) => {
                let machine = match side {
                    Side::Home => home,
                    Side::Participant => program.steps[*step].machine,
                };
                position(statuses, &self.kept(machine).status(*step))
            }
            Meaning::Counter(slot) => self.counter(*slot),
            Meaning::Published(message) => {
                let is_about = |bytes: &[u8]| {
                    Header::decode(bytes).is_some_and(|header| header.instance == *self.instance)
                };
                let mut mail = self.network.mail().iter();
                u8::from(mail.any(|sent| sent.message == *message && is_about(&sent.bytes)))
            }
            Meaning::Effects(step, part) => {
                let effects = self.ghost.effects.get(&(*step, *part));
                effects.copied().unwrap_or(0)
            }
            Meaning::Starved(step) => u8::from(self.ghost.starved.contains(step)),
        }
    }

    fn kept(&self, machine: Machine) -> InstanceState {
        self.network
            .machines()
            .machine(machine)
            .instance(self.instance)
    }

    fn counter(&self, slot: Slot) -> u8 {
        let program = self.network.machines().program();
        match self.kept(program.slots[slot].machine).slot(program, slot) {
            Value::Uint(number) => number.as_u64() as u8,
            other => unreachable!("{other:?} is no counter"),
        }
    }
}

fn position<T: PartialEq + std::fmt::Debug>(values: &[T], value: &T) -> u8 {
    let position = values.iter().position(|it| it == value);
    position.unwrap_or_else(|| panic!("{value:?} is none of {values:?}")) as u8
}

/// What came of the calls of a transaction. Those that are made together come to one thing.
pub fn calls(outcome: &Outcome) -> Vec<CallChoice> {
    let groups = outcome.calls.chunk_by(|_, next| next.call.joins);
    groups.map(together).collect()
}

fn together(made: &[Made]) -> CallChoice {
    let (step, part) = (made[0].call.step.0, made[0].call.part());
    let ends = || made.iter().map(|made| &made.end);
    if ends().any(|end| *end == CallEnd::Starved) {
        return CallChoice::Starves(step, part);
    }
    match ends().all(|end| matches!(end, CallEnd::Returned(_))) {
        true => CallChoice::Succeeds(step, part),
        false => CallChoice::Fails(step, part),
    }
}

/// What comes of the calls of a rule.
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
