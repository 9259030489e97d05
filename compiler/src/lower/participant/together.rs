//! What a participant tries as a whole: the calls of a step, and those that undo it, where there are several and their failure is caught.

use std::collections::BTreeMap;

use crate::entities::{Handler, Value};
use crate::ir::{Block, Part, Program, Status};

use super::StepLowering;
use crate::lower::builder::BodyBuilder;
use crate::lower::expr::Leaf;
use crate::lower::together::{Caught, Routine, lower_execution};

impl StepLowering<'_, '_> {
    /// Declares what is tried as a whole.
    pub(super) fn declare_routines(&mut self, program: &mut Program) -> Vec<Handler> {
        if !self.catches || self.remote.cancellation.is_none() {
            return Vec::new();
        }
        if self.step.is_together() {
            let body = self.run_together(program);
            let part = (self.step, Part::Execution);
            self.execution = Some(Routine::declare(program, self.machine, part, body));
        }
        if let Some(body) = self.undo_together(program) {
            let part = (self.step, Part::Compensation);
            self.undoing = Some(Routine::declare(program, self.machine, part, body));
        }
        let routines = [self.execution, self.undoing].into_iter().flatten();
        routines.map(Routine::handler).collect()
    }

    /// The calls of the step, and what is kept of their results.
    fn run_together(&self, program: &Program) -> BodyBuilder {
        let fields = &program.messages[self.remote.execute].fields;
        let (mut builder, carried) = BodyBuilder::new(fields);
        let carried = self.by_leaf(carried);
        let mut leaves = |_: &mut BodyBuilder, leaf: &Leaf| carried[leaf];
        let results = lower_execution(self.step, None, program, &mut builder, &mut leaves);
        self.keep_results(&results, &mut builder);
        builder.finish();
        builder
    }

    /// Makes all calls together, and replies if they succeed; the block for when one does not.
    pub(super) fn run_routine(
        &self,
        routine: Routine,
        carried: &BTreeMap<Leaf, Value>,
        program: &Program,
        builder: &mut BodyBuilder,
    ) -> Block {
        let args = self.remote.carried.iter().map(|leaf| carried[leaf]);
        let caught = Caught::Routine(routine, args.collect());
        let (ok, refused) = (builder.plain_block(), builder.plain_block());
        builder.catch(caught, ok, refused);
        builder.switch_to(ok);
        builder.set_status(self.step.step, Status::Executed);
        // The routine has kept the results.
        self.reply_executed_again(program, builder);
        refused
    }
}
