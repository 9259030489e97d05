//! What machines keep between transactions.

use std::collections::BTreeMap;

use crate::entities::{Slot, Step};
use crate::ir::{Phase, Program, Status};
use crate::wire::Value;

/// The identity of one run of a workflow.
pub type Instance = [u8; 32];

/// What one machine keeps. Two machines with equal states cannot be told apart by anything they do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MachineState {
    /// Only instances with something that is not zero.
    instances: BTreeMap<Instance, InstanceState>,
    started: u64,
}

/// What a machine keeps of one instance. What is zero is not in the maps, so that equal states are equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstanceState {
    phase: Phase,
    statuses: BTreeMap<Step, Status>,
    slots: BTreeMap<Slot, Value>,
}

impl MachineState {
    /// How many instances it started.
    pub fn started(&self) -> u64 {
        self.started
    }

    /// The instances it keeps something of, by identity.
    pub fn instances(&self) -> impl Iterator<Item = (&Instance, &InstanceState)> {
        self.instances.iter()
    }

    /// What it keeps of an instance; everything is zero if it never heard of it.
    pub fn instance(&self, instance: &Instance) -> InstanceState {
        self.instances.get(instance).cloned().unwrap_or_default()
    }

    pub(super) fn set(&mut self, instance: Instance, state: InstanceState) {
        if state == InstanceState::default() {
            self.instances.remove(&instance);
        } else {
            self.instances.insert(instance, state);
        }
    }

    pub(super) fn count_start(&mut self) {
        self.started += 1;
    }
}

impl Default for InstanceState {
    fn default() -> Self {
        InstanceState {
            phase: Phase::Idle,
            statuses: BTreeMap::new(),
            slots: BTreeMap::new(),
        }
    }
}

impl InstanceState {
    /// Where the instance stands; `Idle` on a participant.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Where a step stands.
    pub fn status(&self, step: Step) -> Status {
        self.statuses.get(&step).copied().unwrap_or(Status::None)
    }

    /// The value of a slot, which is the zero of its type before it is written.
    pub fn slot(&self, program: &Program, slot: Slot) -> Value {
        let zero = || Value::zero(&program.slots[slot].ty, &program.declarations);
        self.slots.get(&slot).cloned().unwrap_or_else(zero)
    }

    pub(super) fn set_phase(&mut self, phase: Phase) {
        self.phase = phase;
    }

    pub(super) fn set_status(&mut self, step: Step, status: Status) {
        match status {
            Status::None => self.statuses.remove(&step),
            status => self.statuses.insert(step, status),
        };
    }

    pub(super) fn store(&mut self, program: &Program, slot: Slot, value: Value) {
        if value == Value::zero(&program.slots[slot].ty, &program.declarations) {
            self.slots.remove(&slot);
        } else {
            self.slots.insert(slot, value);
        }
    }
}
