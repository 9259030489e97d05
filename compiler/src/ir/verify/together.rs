//! The rules of routines, whose calls take effect together.

use super::{HandlerVerifier, Path, Rule};
use crate::entities::Step;
use crate::ir::body::{Body, InstData, Terminator, Value};
use crate::ir::program::{Handler, MessageKind, Part, Role, Trigger};
use crate::types::{Field, Type};

impl<'a> HandlerVerifier<'a> {
    /// What a routine is given: what the Execute carries that asks for it, at a participant.
    pub(super) fn given_together(&mut self, step: Step, part: Part) -> &'a [Field] {
        self.step(step);
        let data = &self.program.machines[self.data.machine];
        let vm = self.program.declarations.chains[data.chain].vm;
        if !vm.catches_failures() {
            self.broken.push(Rule::CannotCatch);
        }
        match (data.role, part) {
            (Role::Participant, Part::Execution) => {
                let execute = self.program.message(step, MessageKind::Execute);
                execute.map_or(&[], |execute| &self.program.messages[execute].fields)
            }
            _ => &[],
        }
    }

    /// A routine does nothing that could not be undone with its calls: it computes, calls, keeps, and comes to its end.
    pub(super) fn is_undoable(&mut self) {
        let body = &self.data.body;
        let mut insts = body.insts.values();
        let announces = insts.any(|inst| {
            matches!(
                inst,
                InstData::SetStatus { .. }
                    | InstData::Enter { .. }
                    | InstData::SetPhase { .. }
                    | InstData::Emit { .. }
                    | InstData::Send { .. }
                    | InstData::RequireGas { .. }
            )
        });
        let mut ends = body.blocks.values().flat_map(|block| &block.terminator);
        let leaves = ends.any(|end| {
            !matches!(
                end,
                Terminator::Branch { .. } | Terminator::Finish | Terminator::Reject(_)
            )
        });
        if announces || leaves {
            self.broken.push(Rule::NotUndoable);
        }
    }

    /// A routine is of the same machine, is given what it takes, and was made sure of all its budgets.
    pub(super) fn together(&mut self, (routine, gas): (Handler, u64), args: &[Value], path: &Path) {
        let data = &self.program.handlers[routine];
        let is_own = data.machine == self.data.machine;
        let is_routine = matches!(data.trigger, Trigger::Together(..));
        if !is_own || !is_routine || data.body.gas_of_calls() != gas {
            self.broken.push(Rule::NotARoutine(data.name.clone()));
        }
        if path.required != Some(gas) {
            self.broken.push(Rule::UncheckedBudget);
        }
        if !path.wrote_status {
            self.broken.push(Rule::CallBeforeWrite);
        }
        let body = &data.body;
        let params = &body.blocks[body.entry].params;
        let types = |body: &Body, values: &[Value]| -> Vec<Type> {
            let values = values.iter();
            values.map(|&value| body.values[value].ty.clone()).collect()
        };
        if types(body, params) != types(&self.data.body, args) {
            self.broken.push(Rule::TypeMismatch(data.name.clone()));
        }
    }
}
