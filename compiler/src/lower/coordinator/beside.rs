//! Steps beside each other: they begin, are cancelled and are sent again in one transaction, and what follows waits for all of them.

use std::ops::Range;

use crate::entities::{Handler, Step};
use crate::hir::RefusalPolicy;
use crate::ir::{Status, Terminator};

use super::Coordinator;
use super::outstanding::go_on;
use super::unwind::Way;
use crate::lower::builder::{BodyBuilder, Fill, arm};
use crate::lower::mutant::Mutant;
use crate::lower::plan::StepPlan;

impl Coordinator<'_, '_> {
    /// `run_S` for each step, each leading to the next, and what follows each of them: `join_S`.
    pub(super) fn run_beside(&mut self, steps: Range<usize>, next: Handler) -> Handler {
        let join = match self.plan.is(Mutant::JoinEarly) {
            true => next,
            false => self.join(steps.clone(), next),
        };
        self.after[steps.clone()].fill(join);
        let mut then = None;
        for index in steps.rev() {
            then = Some(self.run_step(index, then));
        }
        then.expect("a stage has steps")
    }

    /// `join_S`: goes on once every step ran or is passed over.
    fn join(&mut self, steps: Range<usize>, next: Handler) -> Handler {
        let plan = self.plan;
        let done = |step: &StepPlan<'_>| {
            let is_passed_over = matches!(step.decl.on_refused, RefusalPolicy::Continue);
            let skipped = is_passed_over.then_some(Status::Refused);
            let statuses = std::iter::once(Status::Executed).chain(skipped);
            (step.step, statuses.collect())
        };
        let done = plan.steps[steps.clone()].iter().map(done).collect();
        let (mut builder, _) = BodyBuilder::new(&[]);
        when_all(done, next, &mut builder);
        self.about_stage("join", &steps, builder)
    }

    /// `unwind_S` for each step, the last first, each leading to the next, and what follows the answers: `unwound_S`.
    pub(super) fn unwind_beside(
        &mut self,
        way: Way,
        steps: Range<usize>,
        before: Handler,
    ) -> Handler {
        let can_be_cancelled = |step: &&StepPlan<'_>| {
            let remote = step.remote.as_ref();
            remote.is_some_and(|remote| remote.cancellation.is_some())
        };
        let plan = self.plan;
        let cancelled = plan.steps[steps.clone()].iter().filter(can_be_cancelled);
        let cancelled: Vec<_> = cancelled.map(|step| step.step).collect();
        if cancelled.is_empty() {
            return before;
        }
        let (mut builder, _) = BodyBuilder::new(&[]);
        unless_any(&cancelled, before, &mut builder);
        let unwound = self.about_stage(way.done(), &steps, builder);
        self.set_back(way, steps.clone(), unwound);
        steps.fold(unwound, |then, index| {
            let undone = self.unwind_step(way, index, Some(then), then);
            undone.unwrap_or(then)
        })
    }

    /// `resend_S`: sends again what is still out, all of it at once; else asks whether a confirmation is.
    pub(super) fn resend_beside(&mut self, steps: Range<usize>, next: Option<Handler>) -> Handler {
        let plan = self.plan;
        let mut later = next;
        for index in steps.clone().rev() {
            if self.confirmations.contains_key(&index) {
                later = Some(self.resend(index, None, later));
            }
        }
        let mut again = None;
        for index in steps.clone().rev() {
            again = Some(self.send_again(&plan.steps[index], again));
        }
        let sent = plan.steps[steps.clone()].iter().map(|step| step.step);
        let sent: Vec<_> = sent.collect();
        let (mut builder, _) = BodyBuilder::new(&[]);
        if_any(&sent, again, later, &mut builder);
        self.about_stage("outstanding", &steps, builder)
    }

    /// `again_S`
    fn send_again(&mut self, step: &StepPlan<'_>, then: Option<Handler>) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        let remote = step.remote.as_ref();
        let remote = remote.expect("the checker lets only remote steps run beside others");
        let send = arm(|b: &mut BodyBuilder| {
            self.send_execute_again(step, remote, b);
            b.continue_or_finish(then);
        });
        let skip = arm(|b: &mut BodyBuilder| b.continue_or_finish(then));
        builder.switch_status(step.step, vec![(vec![Status::Sent], send)], skip);
        let name = format!("again_{}", step.decl.name);
        self.internal(name, Some(step.step), builder)
    }

    /// A handler about all steps of a stage, named after the first of them.
    fn about_stage(&mut self, what: &str, steps: &Range<usize>, builder: BodyBuilder) -> Handler {
        let first = &self.plan.steps[steps.start];
        let name = format!("{what}_{}", first.decl.name);
        self.internal(name, Some(first.step), builder)
    }
}

/// Goes on if each step has one of its statuses, and waits otherwise.
fn when_all(mut done: Vec<(Step, Vec<Status>)>, next: Handler, builder: &mut BodyBuilder) {
    if done.is_empty() {
        return builder.terminate(Terminator::Continue(next));
    }
    let (step, statuses) = done.remove(0);
    let go_on = arm(move |b: &mut BodyBuilder| when_all(done, next, b));
    builder.switch_status(step, vec![(statuses, go_on)], wait());
}

/// Waits while any of the steps is being cancelled.
fn unless_any(steps: &[Step], before: Handler, builder: &mut BodyBuilder) {
    let Some((&step, rest)) = steps.split_first() else {
        return builder.terminate(Terminator::Continue(before));
    };
    let go_on = arm(|b: &mut BodyBuilder| unless_any(rest, before, b));
    builder.switch_status(step, vec![(vec![Status::Cancelling], wait())], go_on);
}

/// Goes one way if any of the steps is out, and the other way otherwise.
fn if_any(steps: &[Step], out: Option<Handler>, none: Option<Handler>, builder: &mut BodyBuilder) {
    let Some((&step, rest)) = steps.split_first() else {
        return go_on(none)(builder);
    };
    let found = arm(move |b: &mut BodyBuilder| b.continue_or_finish(out));
    let other = arm(move |b: &mut BodyBuilder| if_any(rest, out, none, b));
    builder.switch_status(step, vec![(vec![Status::Sent], found)], other);
}

fn wait<'f>() -> Fill<'f> {
    arm(|b: &mut BodyBuilder| b.finish())
}
