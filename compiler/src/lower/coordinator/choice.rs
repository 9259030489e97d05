//! Arms of which one runs: `choose_N` decides when everything before it is done. It marks the steps of the other arm, so that nothing
//! that happens later, such as sending again what is outstanding, has to decide once more.

use std::ops::Range;

use crate::entities::Handler;
use crate::hir::{Choice, Expr};
use crate::ir::{Status, Terminator};

use super::Coordinator;
use crate::lower::builder::BodyBuilder;
use crate::lower::compute::lower_expr;

impl Coordinator<'_, '_> {
    /// What follows a stage: the next one, or what comes after the other arm.
    pub(super) fn following(&mut self, stage: usize) -> Handler {
        self.leaving(stage, stage + 1, self.plan.decl.choices.len())
    }

    /// What follows at a position for those that come from a stage, as far as this many choices have a say in it.
    pub(super) fn leaving(&mut self, stage: usize, mut position: usize, choices: usize) -> Handler {
        let plan = self.plan;
        // The innermost first.
        for (index, choice) in plan.decl.choices[..choices].iter().enumerate().rev() {
            if choice.then.contains(&stage) && choice.then.end == position {
                if choice.condition().is_none() {
                    return self.passed(index, stage);
                }
                position = choice.otherwise.end;
            }
        }
        self.enter[position]
    }

    /// Puts what decides at a position before what it decides about.
    pub(super) fn choose_at(&mut self, stage: usize) {
        let choices = self.plan.decl.choices.iter().enumerate().rev();
        for (index, choice) in choices.filter(|(_, choice)| choice.then.start == stage) {
            if let Some(condition) = choice.condition() {
                self.enter[stage] = self.choose(index, choice, condition);
            }
        }
    }

    /// `choose_N`
    fn choose(&mut self, index: usize, choice: &Choice, condition: &Expr) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let holds = lower_expr(condition, &mut builder, &mut |b, leaf| self.leaf(b, leaf));
        let (then, otherwise) = builder.branch(holds);
        builder.switch_to(then);
        self.skip(&choice.otherwise, &mut builder);
        builder.terminate(Terminator::Continue(self.enter[choice.then.start]));
        builder.switch_to(otherwise);
        let next = match choice.otherwise.is_empty() {
            true => self.following(choice.then.end - 1),
            false => self.enter[choice.otherwise.start],
        };
        self.skip(&choice.then, &mut builder);
        builder.terminate(Terminator::Continue(next));
        self.internal(format!("choose_{}", index + 1), None, builder)
    }

    /// Marks the steps of some stages, which never run.
    pub(super) fn skip(&self, stages: &Range<usize>, builder: &mut BodyBuilder) {
        let stages = &self.plan.stages()[stages.clone()];
        for step in stages
            .iter()
            .flat_map(|steps| &self.plan.steps[steps.clone()])
        {
            builder.set_status(step.step, Status::Skipped);
        }
    }
}
