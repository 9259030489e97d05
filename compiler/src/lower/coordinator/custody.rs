//! What leaves custody: it is owed first, as a step that is Parked, and sent by `claim_S`, so that no account that cannot be paid keeps
//! anything else from going on.

use crate::entities::{Handler, Step};
use crate::hir::Custody;
use crate::ir::{Rejection, Status, StepKind, Terminator, Trigger};

use super::Coordinator;
use crate::lower::builder::{BodyBuilder, Fill, arm};
use crate::lower::compute::lower_call;
use crate::lower::mutant::Mutant;
use crate::lower::plan::StepPlan;

impl Coordinator<'_, '_> {
    /// What undoes a step that took an asset: it is owed to whoever gave it, unless it was released before. `None` for one that gives
    /// away, which nothing undoes, and for what is released in any case.
    pub(super) fn unwind_holding(
        &self,
        step: &StepPlan<'_>,
        before: Handler,
        builder: &mut BodyBuilder,
    ) -> Option<()> {
        step.decl.compensation()?;
        let id = step.step;
        if self.is_always_released(step) {
            return None;
        }
        let releases = self.releases_of(id).into_iter();
        let releases: Vec<_> = releases.map(|index| self.plan.steps[index].step).collect();
        let owe = arm(move |b: &mut BodyBuilder| {
            unless_any(&releases, before, b);
            b.set_status(id, Status::Parked);
            b.terminate(Terminator::Continue(before));
        });
        builder.switch_status(id, vec![(vec![Status::Executed], owe)], go_on(before));
        Some(())
    }

    /// The steps, by position, that may have released what a step took when the instance is undone. What comes after the pivot is no
    /// longer undone.
    fn releases_of(&self, taken: Step) -> Vec<usize> {
        if self.plan.is(Mutant::ReleasedGivenBack) {
            return Vec::new();
        }
        let steps = self.plan.steps.iter().enumerate();
        let may_have = steps.filter(|(_, step)| {
            let releases = step.decl.custody == Some(Custody::Released(taken));
            releases && step.kind != StepKind::Retriable
        });
        may_have.map(|(index, _)| index).collect()
    }

    /// Whether a step runs in every instance, because it does in the transaction that starts it.
    fn always_runs(&self, index: usize) -> bool {
        self.is_atomic_with_start(index) && !self.plan.is_in_choice(index)
    }

    /// Whether what a step took is never given back.
    fn is_always_released(&self, step: &StepPlan<'_>) -> bool {
        let mut releases = self.releases_of(step.step).into_iter();
        releases.any(|index| self.always_runs(index))
    }

    /// `claim_S`: anyone may send what is owed, since it can go nowhere but to whom it is owed. `None` if nothing ever is.
    pub(super) fn claim_holding(&mut self, step: &StepPlan<'_>) -> Option<Handler> {
        if self.is_always_released(step) {
            return None;
        }
        let (mut builder, _) = BodyBuilder::new(&[]);
        let compensation = step.decl.compensation();
        let (call, status) = match compensation {
            Some(back) => (&back.calls[0], Status::Cancelled),
            None => (&step.decl.call, Status::Executed),
        };
        let mut owed = vec![Status::Parked];
        if self.plan.is(Mutant::ClaimEarly) && compensation.is_some() {
            owed.push(Status::Executed);
        }
        let send = arm(|b: &mut BodyBuilder| {
            b.set_status(step.step, status);
            let call = lower_call(call, Vec::new(), b, &mut |b, leaf| self.leaf(b, leaf));
            b.call(call, &[]);
            b.finish();
        });
        let nothing = arm(|b: &mut BodyBuilder| b.reject(Rejection::WrongState));
        builder.switch_status(step.step, vec![(owed, send)], nothing);
        let (name, trigger) = (
            format!("claim_{}", step.decl.name),
            Trigger::Claim(step.step),
        );
        Some(self.handler(name, trigger, Some(step.step), builder))
    }
}

/// Goes on with what comes before if one of these steps released the holding: by then that is owed to somebody else, or theirs.
fn unless_any(releases: &[Step], before: Handler, builder: &mut BodyBuilder) {
    for &step in releases {
        let released = builder.plain_block();
        let held = builder.plain_block();
        builder.terminate(Terminator::SwitchStatus {
            step,
            arms: vec![(vec![Status::Parked, Status::Executed], released)],
            otherwise: held,
        });
        builder.switch_to(released);
        builder.terminate(Terminator::Continue(before));
        builder.switch_to(held);
    }
}

fn go_on<'f>(before: Handler) -> Fill<'f> {
    arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(before)))
}
