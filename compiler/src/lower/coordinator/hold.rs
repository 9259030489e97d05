//! `on refused hold for`: the steps behind one that spends owe what it could not spend, and are skipped if it could. `spent_S` skips them.

use crate::entities::Handler;
use crate::hir::{Custody, RefusalPolicy};
use crate::ir::{Status, Terminator};

use super::Coordinator;
use crate::lower::builder::BodyBuilder;
use crate::lower::mutant::Mutant;
use crate::lower::plan::StepPlan;

impl Coordinator<'_, '_> {
    /// `spent_S`: what follows a step that could spend what would be held for somebody otherwise; `None` for other steps.
    pub(super) fn spent(&mut self, index: usize) -> Option<Handler> {
        let plan = self.plan;
        let step = &plan.steps[index];
        if !is_held(step) || plan.is(Mutant::SpentAndHeld) {
            return None;
        }
        let kept = plan.steps[index + 1..].iter();
        let kept = kept.take_while(|it| matches!(it.decl.custody, Some(Custody::Unspent(_))));
        let stage = plan.stage_of(index);
        let last = stage + kept.count();
        let next = self.following(last);
        let (mut builder, _) = BodyBuilder::new(&[]);
        self.skip(&(stage + 1..last + 1), &mut builder);
        builder.terminate(Terminator::Continue(next));
        let name = format!("spent_{}", step.decl.name);
        Some(self.internal(name, Some(step.step), builder))
    }

    /// Lets what a step would have spent be owed, and goes on without its results.
    pub(super) fn hold(&self, index: usize, builder: &mut BodyBuilder) {
        builder.set_status(self.plan.steps[index].step, Status::Refused);
        let kept = self.enter[self.plan.stage_of(index) + 1];
        builder.terminate(Terminator::Continue(kept));
    }
}

/// Whether what a step could not spend is held for somebody.
pub(super) fn is_held(step: &StepPlan<'_>) -> bool {
    matches!(step.decl.on_refused, RefusalPolicy::HoldFor(_))
}
