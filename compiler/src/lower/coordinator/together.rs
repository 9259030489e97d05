//! What a coordinator tries as a whole: the calls of a step, those that undo it and those that make it final, where there are several.

use crate::hir::Call;
use crate::ir::Part;

use super::Coordinator;
use crate::lower::builder::BodyBuilder;
use crate::lower::compute::lower_call;
use crate::lower::expr::Leaf;
use crate::lower::together::{Caught, Routine, lower_execution, lower_later};

impl Coordinator<'_, '_> {
    /// The calls of a step of home, if their failure is caught and there are several.
    pub(super) fn run_together(&mut self, index: usize) -> Option<Routine> {
        let step = &self.plan.steps[index];
        if !self.tries(index) || !step.is_together() || self.is_atomic_with_start(index) {
            return None;
        }
        let (mut builder, _) = BodyBuilder::new(&[]);
        let mut leaves = |b: &mut BodyBuilder, leaf: &Leaf| self.leaf(b, leaf);
        let results = lower_execution(step, None, self.program, &mut builder, &mut leaves);
        self.keep_results(index, &results, &mut builder);
        builder.finish();
        Some(self.routine(index, Part::Execution, builder))
    }

    /// The calls that undo a step of home, likewise.
    pub(super) fn undo_together(&mut self, index: usize) -> Option<Routine> {
        if let Some(&known) = self.undoing.get(&index) {
            // Undoing all and undoing what was tried run the same.
            return Some(known);
        }
        let compensation = self.plan.steps[index].decl.compensation()?;
        compensation.hold_for.as_ref()?;
        let routine = self.later_together(index, Part::Compensation, &compensation.calls)?;
        self.undoing.insert(index, routine);
        Some(routine)
    }

    /// The calls that make a step of home final, likewise.
    pub(super) fn confirm_together(&mut self, index: usize) -> Option<Routine> {
        let calls = &self.plan.steps[index].decl.confirmation;
        self.later_together(index, Part::Confirmation, calls)
    }

    fn later_together(&mut self, index: usize, part: Part, calls: &[Call]) -> Option<Routine> {
        if !self.tries(index) || calls.len() < 2 {
            return None;
        }
        let (mut builder, _) = BodyBuilder::new(&[]);
        lower_later(calls, &mut builder, &mut |b, leaf| self.leaf(b, leaf));
        builder.finish();
        Some(self.routine(index, part, builder))
    }

    /// Whether the coordinator itself makes the calls of a step, and can catch their failure.
    fn tries(&self, index: usize) -> bool {
        self.plan.home_catches && self.plan.steps[index].remote.is_none()
    }

    fn routine(&mut self, index: usize, part: Part, body: BodyBuilder) -> Routine {
        let step = (&self.plan.steps[index], part);
        let routine = Routine::declare(self.program, self.plan.coordinator, step, body);
        self.internal.push(routine.handler());
        routine
    }

    /// What is called with its failure caught: a routine, or the only call there is.
    pub(super) fn caught(
        &self,
        routine: Option<Routine>,
        only: &Call,
        builder: &mut BodyBuilder,
    ) -> Caught {
        match routine {
            Some(routine) => Caught::Routine(routine, Vec::new()),
            None => {
                let mut leaves = |b: &mut BodyBuilder, leaf: &Leaf| self.leaf(b, leaf);
                Caught::Call(lower_call(only, Vec::new(), builder, &mut leaves))
            }
        }
    }
}
