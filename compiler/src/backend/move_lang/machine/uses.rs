//! What the handlers of a machine name, and so what its module must declare or import.

use std::collections::BTreeSet;

use super::EmittedMachine;
use crate::backend::move_lang::custody::Movement;
use crate::entities::Constant;
use crate::hir::ObjectSource;
use crate::ir::{CallData, InstData, Phase, Program, Rejection, Role, Status, Terminator};

/// What is named.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// Deployment constants.
    pub constants: BTreeSet<Constant>,
    /// Statuses.
    pub statuses: BTreeSet<Status>,
    /// Phases.
    pub phases: BTreeSet<Phase>,
    /// Reasons to abort.
    pub rejections: BTreeSet<Rejection>,
    /// Whether a call is given an object that a constant names.
    pub objects: bool,
    /// Whether a target is called.
    pub calls: bool,
    /// Whether assets are held.
    pub custody: bool,
    /// Whether a handler itself asks for the time.
    pub time: bool,
}

impl Uses {
    /// What the handlers of this machine name.
    pub fn of(machine: EmittedMachine<'_>) -> Self {
        let mut uses = Uses::default();
        uses.statuses.insert(Status::None);
        if machine.role() == Role::Coordinator {
            uses.phases.insert(Phase::Idle);
        }
        for &handler in machine.handlers() {
            let body = &machine.program().handlers[handler].body;
            let program = machine.program();
            (body.insts.values()).for_each(|inst| uses.add_inst(program, inst));
            let terminators = body.blocks.values().flat_map(|block| &block.terminator);
            terminators.for_each(|terminator| uses.add_terminator(terminator));
        }
        uses
    }

    fn add_inst(&mut self, program: &Program, inst: &InstData) {
        match inst {
            InstData::Constant { constant, .. } => {
                self.constants.insert(*constant);
            }
            InstData::Now { .. } => self.time = true,
            InstData::SetStatus { status, .. } => {
                self.statuses.insert(*status);
            }
            InstData::SetPhase { phase } => {
                self.phases.insert(*phase);
            }
            InstData::Call { call, .. } => {
                (call.with_fundings()).for_each(|call| self.add_call(program, call));
            }
            _ => {}
        }
    }

    fn add_call(&mut self, program: &Program, call: &CallData) {
        let is_movement = Movement::of(program, call).is_some();
        self.custody |= is_movement;
        self.calls |= !is_movement;
        for object in call.binding.objects() {
            if let ObjectSource::Constant(constant) = object.source {
                self.constants.insert(constant);
                self.objects |= !is_movement;
            }
        }
    }

    fn add_terminator(&mut self, terminator: &Terminator) {
        match terminator {
            Terminator::SwitchStatus { arms, .. } => {
                let statuses = arms.iter().flat_map(|(statuses, _)| statuses);
                self.statuses.extend(statuses);
            }
            Terminator::SwitchPhase { arms, .. } => {
                let phases = arms.iter().flat_map(|(phases, _)| phases);
                self.phases.extend(phases);
            }
            Terminator::Reject(rejection) => {
                self.rejections.insert(*rejection);
            }
            _ => {}
        }
    }
}
