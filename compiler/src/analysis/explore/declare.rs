//! The variables of a model: what its machines keep, and what their handlers ever write there.

use std::collections::BTreeSet;

use super::model::{Condition, Meaning, Side, Var, Variable};
use super::paths::Composer;
use crate::entities::{Machine, Slot, Step, Value, Workflow};
use crate::hir::BinaryOp;
use crate::ir::{ArithmeticOp, Body, InstData, Part, Phase, Status};
use crate::literal::Literal;

/// Values of a counter of effects: never, once, twice or more.
const EFFECTS: u8 = 3;

impl Composer<'_> {
    /// Declares every variable, and when an instance is settled.
    pub(super) fn declare(&mut self, workflow: Workflow, machines: &[Machine]) {
        let phases = self.phases();
        let is_settled = |phase: &&Phase| matches!(phase, Phase::Completed | Phase::Compensated);
        let settled = phases.iter().enumerate();
        let settled = settled.filter(|(_, phase)| is_settled(phase));
        let allowed = settled.map(|(value, _)| 1 << value).sum();
        let var = self.variable("phase".to_owned(), phases.len(), Meaning::Phase(phases));
        self.model.settled = Condition { var, allowed };
        for machine in machines {
            self.declare_statuses(*machine);
            self.declare_counters(*machine);
        }
        let steps = self.program.workflows[workflow].steps.clone();
        for step in steps {
            self.declare_effects(step);
        }
        for (message, data) in self.program.messages_of(workflow) {
            let name = &self.program.steps[data.step].name;
            let name = format!("published_{}_{name}", data.kind);
            self.variable(name, 2, Meaning::Published(message));
        }
    }

    /// The phases that are ever set, after the first.
    fn phases(&self) -> Vec<Phase> {
        let mut phases = BTreeSet::from([Phase::Idle]);
        for inst in self.insts_of(self.coordinator) {
            if let InstData::SetPhase { phase } = inst {
                phases.insert(*phase);
            }
        }
        phases.into_iter().collect()
    }

    fn declare_statuses(&mut self, machine: Machine) {
        let side = self.side(machine);
        for &step in &self.program.machines[machine].steps {
            let mut statuses = BTreeSet::from([Status::None]);
            for inst in self.insts_of(machine) {
                if let InstData::SetStatus { step: of, status }
                | InstData::Enter { step: of, status } = inst
                    && *of == step
                {
                    statuses.insert(*status);
                }
            }
            let statuses: Vec<_> = statuses.into_iter().collect();
            let place = match side {
                Side::Home => "home",
                Side::Participant => "participant",
            };
            let name = format!("{place}_{}", self.program.steps[step].name);
            let count = statuses.len();
            self.variable(name, count, Meaning::Status(step, side, statuses));
        }
    }

    /// A slot that is only ever counted up decides branches; all others are data.
    fn declare_counters(&mut self, machine: Machine) {
        for &slot in &self.program.machines[machine].slots {
            if let Some(values) = self.counter(machine, slot) {
                let name = format!("counter_{}", self.program.slots[slot].name);
                self.variable(name, values, Meaning::Counter(slot));
            }
        }
    }

    /// How many values a slot has that is only counted up to a limit.
    fn counter(&self, machine: Machine, slot: Slot) -> Option<usize> {
        let handlers = self.program.machines[machine].handlers.iter();
        let mut bodies = handlers.map(|&handler| &self.program.handlers[handler].body);
        // An input may be computed with and compared just as well, but it begins as what is given.
        let is_data = bodies.clone().any(|body| is_given(body, slot));
        match is_data {
            true => None,
            false => bodies.find_map(|body| counter_in(body, slot)),
        }
    }

    fn declare_effects(&mut self, step: Step) {
        let data = &self.program.steps[step];
        let name = data.name.clone();
        let parts = [
            (Part::Execution, true),
            (Part::Compensation, !data.compensation.is_empty()),
            (Part::Confirmation, !data.confirmation.is_empty()),
        ];
        for (part, exists) in parts {
            if exists {
                let meaning = Meaning::Effects(step, part);
                self.variable(format!("{part}s_{name}"), EFFECTS.into(), meaning);
            }
        }
        let chain = self.program.machines[data.machine].chain;
        if self.program.declarations.chains[chain]
            .vm
            .catches_failures()
        {
            self.variable(format!("starved_{name}"), 2, Meaning::Starved(step));
        }
    }

    fn variable(&mut self, name: String, values: usize, meaning: Meaning) -> Var {
        let values = u8::try_from(values).expect("a variable has few values");
        self.model.variables.push(Variable {
            name,
            meaning,
            values,
        });
        Var(self.model.variables.len() - 1)
    }
}

/// Whether a body stores something in a slot that is not one more than what was there.
fn is_given(body: &Body, slot: Slot) -> bool {
    let stored = body.insts.values().filter_map(|inst| match inst {
        InstData::Store { slot: to, value } if *to == slot => Some(*value),
        _ => None,
    });
    let is_loaded = |value: Value| {
        let mut insts = body.insts.values();
        insts.any(|inst| {
            matches!(inst, InstData::Load { result, slot: from } if *result == value && *from == slot)
        })
    };
    let is_one_more = |value: Value| {
        let mut insts = body.insts.values();
        insts.any(|inst| match inst {
            InstData::Arithmetic {
                result,
                op: ArithmeticOp::Add,
                left,
                right,
            } => *result == value && is_loaded(*left) && number(body, *right) == Some(1),
            _ => false,
        })
    };
    stored.into_iter().any(|value| !is_one_more(value))
}

/// How many values a slot needs in a body that counts it up while it is below a limit.
fn counter_in(body: &Body, slot: Slot) -> Option<usize> {
    let mut insts = body.insts.values();
    let loaded = insts.find_map(|inst| match inst {
        InstData::Load { result, slot: from } if *from == slot => Some(*result),
        _ => None,
    })?;
    let is_counted = body.insts.values().any(|inst| {
        matches!(inst, InstData::Arithmetic { op: ArithmeticOp::Add, left, .. } if *left == loaded)
    });
    if !is_counted {
        return None;
    }
    let limit = body.insts.values().find_map(|inst| match inst {
        InstData::Binary {
            op: BinaryOp::Lt,
            left,
            right,
            ..
        } if *left == loaded => number(body, *right),
        _ => None,
    })?;
    Some(limit as usize + 1)
}

fn number(body: &Body, value: Value) -> Option<u64> {
    body.insts.values().find_map(|inst| match inst {
        InstData::Literal {
            result,
            literal: Literal::Uint(number),
        } if *result == value && *number <= u64::MAX.into() => Some(number.as_u64()),
        _ => None,
    })
}
