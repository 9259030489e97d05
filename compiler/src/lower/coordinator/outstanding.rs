//! What is outstanding, for `redrive`: `resend_S` for each step that may be waited for, each leading to the next.

use crate::entities::Handler;
use crate::ir::{Phase, Rejection, Status, StepKind, Terminator};
use crate::wire::header::NO_DEADLINE;

use super::Coordinator;
use super::hold::is_held;
use crate::lower::builder::{BodyBuilder, Fill, arm};
use crate::lower::plan::{RemotePlan, StepPlan};

impl Coordinator<'_, '_> {
    /// `resend_S` for each step that can be outstanding; the first of them.
    pub(super) fn resend_chain(&mut self) -> Option<Handler> {
        let plan = self.plan;
        let mut next = None;
        for steps in plan.stages().iter().rev() {
            next = match steps.len() {
                0 => next,
                1 => self.resend_alone(steps.start, next),
                _ => Some(self.resend_beside(steps.clone(), next)),
            };
        }
        next
    }

    fn resend_alone(&mut self, index: usize, next: Option<Handler>) -> Option<Handler> {
        let step = &self.plan.steps[index];
        let is_tried_again = step.kind == StepKind::Retriable
            && self.plan.home_catches
            && step.decl.custody.is_none()
            && !is_held(step);
        // A confirmation that is left open is made by a transaction of its own; it only keeps later steps waiting.
        let is_confirmed =
            !step.decl.confirmation.is_empty() && (self.plan.home_catches || next.is_some());
        match step.remote.is_some() || is_tried_again || is_confirmed {
            true => Some(self.resend(index, step.remote.as_ref(), next)),
            false => next,
        }
    }

    /// `resend_S`; `sent` is the step's own message if it is for this handler to send it again.
    pub(super) fn resend(
        &mut self,
        index: usize,
        sent: Option<&RemotePlan>,
        next: Option<Handler>,
    ) -> Handler {
        let step = &self.plan.steps[index];
        let (mut builder, _) = BodyBuilder::new(&[]);
        let mut settled = vec![Status::Executed, Status::Refused];
        let skipped = self.plan.is_in_choice(index).then_some(Status::Skipped);
        let mut arms = Vec::new();
        if let Some(remote) = sent {
            let resend = arm(|b: &mut BodyBuilder| {
                self.send_execute_again(step, remote, b);
                b.finish();
            });
            arms.push((vec![Status::Sent], resend));
        }
        if self.confirmations.contains_key(&index) {
            settled = vec![Status::Refused, Status::Confirmed];
            let executed = arm(|b: &mut BodyBuilder| self.confirm_again(index, next, b));
            arms.push((vec![Status::Executed], executed));
        }
        settled.extend(skipped);
        arms.push((settled, go_on(next)));
        let stage = self.plan.stage_of(index);
        let run = self.run[stage];
        let otherwise: Fill<'_> = if self.plan.attempt_of(stage).is_some() {
            // It may have been undone, or never have begun, and an alternative be outstanding.
            go_on(next)
        } else if step.kind == StepKind::Retriable && step.remote.is_none() {
            arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(run)))
        } else {
            go_on(None)
        };
        builder.switch_status(step.step, arms, otherwise);
        let name = format!("resend_{}", step.decl.name);
        self.internal(name, Some(step.step), builder)
    }

    pub(super) fn send_execute_again(
        &self,
        step: &StepPlan<'_>,
        remote: &RemotePlan,
        builder: &mut BodyBuilder,
    ) {
        let deadline = match step.deadline {
            Some(slot) => builder.load(self.program, slot),
            None => builder.uint("no_deadline", 64, NO_DEADLINE),
        };
        self.send_execute(remote, deadline, builder);
    }

    /// An executed step waits for its confirmation once the workflow is decided, and for nothing before.
    fn confirm_again(&self, index: usize, next: Option<Handler>, builder: &mut BodyBuilder) {
        let confirm = self.confirmations[&index].run;
        let is_left_open = self.plan.steps[index].remote.is_none() && !self.plan.home_catches;
        let again = match is_left_open {
            true => go_on(None),
            false => arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(confirm))),
        };
        builder.switch_phase(vec![(vec![Phase::Committing], again)], go_on(next));
    }
}

/// Asks the next step, if there is one.
pub(super) fn go_on<'f>(next: Option<Handler>) -> Fill<'f> {
    arm(move |b: &mut BodyBuilder| match next {
        Some(next) => b.terminate(Terminator::Continue(next)),
        None => b.reject(Rejection::NothingOutstanding),
    })
}
