//! Alternatives: what an `attempt` tried and could not keep is undone, step by step as in `unwind.rs`, by `retreat_S`; then `reroute_N` takes the
//! other arm. `passed_N` closes that arm once all that was tried ran. An `abort` is a refusal by the workflow itself.
//!
//! An attempt is under way from when the first step of what it tries leaves None until the first step of its alternative does: that one is Skipped
//! when the attempt is passed, and begins in the transaction that takes the alternative.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::entities::{Handler, Step};
use crate::ir::{InstData, Phase, Rejection, Status, Terminator};
use crate::literal::Literal;

use super::Coordinator;
use super::unwind::Way;
use crate::lower::builder::{BodyBuilder, arm};

/// What undoes the steps that an attempt tries, to take its alternative.
#[derive(Clone, Debug, Default)]
pub(super) struct Retreat {
    /// What undoes all that comes before the stage at a position, as far as the attempt tries it.
    pub(super) before: BTreeMap<usize, Handler>,
    /// What goes on once nothing more can come of a step, by its position.
    pub(super) back: BTreeMap<usize, Handler>,
}

impl Coordinator<'_, '_> {
    /// If a stage is the last that an attempt tries: what leads from there to its alternative, which is known already.
    pub(super) fn retreat_from(&mut self, stage: usize) {
        let plan = self.plan;
        let mut attempts = plan.attempts();
        let Some((index, choice)) = attempts.find(|(_, choice)| choice.then.end == stage + 1)
        else {
            return;
        };
        let mut before = self.reroute(index, choice.otherwise.start);
        let mut retreat = Retreat::default();
        retreat.before.insert(choice.then.start, before);
        self.retreats.insert(index, retreat);
        for stage in choice.then.clone() {
            before = self.undo_stage(Way::Retreat(index), stage, before);
            let retreat = self.retreats.entry(index).or_default();
            retreat.before.insert(stage + 1, before);
        }
    }

    /// `reroute_N`
    fn reroute(&mut self, index: usize, to: usize) -> Handler {
        let (mut builder, _) = BodyBuilder::new(&[]);
        builder.set_phase(Phase::Running);
        builder.terminate(Terminator::Continue(self.enter[to]));
        self.internal(format!("reroute_{}", index + 1), None, builder)
    }

    /// `passed_N`: all that an attempt tried ran, up to this stage.
    pub(super) fn passed(&mut self, index: usize, stage: usize) -> Handler {
        if let Some(&passed) = self.passed.get(&index) {
            return passed;
        }
        let plan = self.plan;
        let otherwise = &plan.decl.choices[index].otherwise;
        let next = self.leaving(stage, otherwise.end, index);
        let (mut builder, _) = BodyBuilder::new(&[]);
        self.skip(otherwise, &mut builder);
        builder.terminate(Terminator::Continue(next));
        let passed = self.internal(format!("passed_{}", index + 1), None, builder);
        self.passed.insert(index, passed);
        passed
    }

    /// `abort_N`: undoes what came before, or what the attempt around it tried. What would still be part of `start` never happened.
    pub(super) fn abort(&mut self, stage: usize) -> Handler {
        let plan = self.plan;
        let number = plan.decl.aborts.range(..=stage).count();
        let (mut builder, _) = BodyBuilder::new(&[]);
        let begin = plan.stages()[stage].start;
        match self.is_in_start(stage, 0..begin) {
            true => builder.reject(Rejection::GuardNotMet),
            false => {
                self.announce_abort(stage, &mut builder);
                self.mark_begun(stage, begin, &mut builder);
                self.turn_back(stage, stage, &mut builder);
            }
        }
        self.internal(format!("abort_{number}"), None, builder)
    }

    fn announce_abort(&self, stage: usize, builder: &mut BodyBuilder) {
        let Some((event, ty)) = &self.plan.aborted else {
            return;
        };
        let literal = Literal::String(self.plan.decl.aborts[&stage].clone());
        let reason = builder.compute("reason", ty.clone(), |result| InstData::Literal {
            result,
            literal,
        });
        builder.push(InstData::Emit {
            event: *event,
            args: vec![reason],
        });
    }

    /// Lets an attempt be under way that ends before its first step.
    fn mark_begun(&self, stage: usize, begin: usize, builder: &mut BodyBuilder) {
        let Some(attempt) = self.plan.attempt_of(stage) else {
            return;
        };
        let first = self.plan.first_of(&self.plan.decl.choices[attempt].then);
        if self.plan.steps[begin..]
            .iter()
            .any(|step| step.step == first)
        {
            builder.set_status(first, Status::Skipped);
        }
    }

    /// Goes back from a stage: to the alternative, if an attempt tries it, or else all the way. Undoes what comes before a position.
    pub(super) fn turn_back(&self, stage: usize, before: usize, builder: &mut BodyBuilder) {
        let attempt = self.plan.attempt_of(stage);
        let (phase, back) = match attempt.map(|attempt| &self.retreats[&attempt]) {
            Some(retreat) => (Phase::Rerouting, retreat.before[&before]),
            None => (Phase::Cancelling, self.unwind[before]),
        };
        builder.set_phase(phase);
        builder.terminate(Terminator::Continue(back));
    }

    /// What goes on in an attempt once nothing more can come of one of its steps.
    pub(super) fn retreat_back(&self, index: usize) -> Option<Handler> {
        let attempt = self.plan.attempt_of(self.plan.stage_of(index))?;
        self.retreats[&attempt].back.get(&index).copied()
    }

    /// Undoes all that the attempt under way tried, or has that asked for again; `none` if there is no such attempt.
    pub(super) fn while_under_way(
        &self,
        sets_phase: bool,
        none: &dyn Fn(&mut BodyBuilder),
        builder: &mut BodyBuilder,
    ) {
        let attempts = self.plan.attempts().map(|(index, choice)| Candidate {
            tried: self.plan.first_of(&choice.then),
            other: self.plan.first_of(&choice.otherwise),
            retreat: self.retreats[&index].before[&choice.then.end],
        });
        let attempts: Vec<_> = attempts.collect();
        ask(&attempts, &BTreeMap::new(), sets_phase, none, builder);
    }

    /// Whether a stage is part of `start`: all of these steps run there, and no attempt begins before.
    pub(super) fn is_in_start(&self, stage: usize, steps: Range<usize>) -> bool {
        let mut attempts = self.plan.attempts();
        let is_before = attempts.any(|(_, choice)| choice.then.start <= stage);
        !is_before
            && self.plan.steps[steps]
                .iter()
                .all(super::forward::is_plain_home)
    }
}

/// An attempt that may be under way.
struct Candidate {
    /// The first step of what it tries.
    tried: Step,
    /// The first step of its alternative.
    other: Step,
    retreat: Handler,
}

/// Asks one attempt after the other, the latest first. `begun` says of first steps whether they are known to have begun.
fn ask(
    attempts: &[Candidate],
    begun: &BTreeMap<Step, bool>,
    sets_phase: bool,
    none: &dyn Fn(&mut BodyBuilder),
    builder: &mut BodyBuilder,
) {
    let Some((attempt, rest)) = attempts.split_last() else {
        return none(builder);
    };
    let next = |begun: &BTreeMap<Step, bool>, b: &mut BodyBuilder| {
        ask(rest, begun, sets_phase, none, b);
    };
    if_begun(attempt.other, begun, builder, &|has_other, begun, b| {
        if has_other {
            return next(begun, b);
        }
        if_begun(attempt.tried, begun, b, &|is_under_way, begun, b| {
            if !is_under_way {
                return next(begun, b);
            }
            if sets_phase {
                b.set_phase(Phase::Rerouting);
            }
            b.terminate(Terminator::Continue(attempt.retreat));
        });
    });
}

type Then<'f> = &'f dyn Fn(bool, &BTreeMap<Step, bool>, &mut BodyBuilder);

/// Goes on either way, asking only what is not known yet.
fn if_begun(step: Step, begun: &BTreeMap<Step, bool>, builder: &mut BodyBuilder, then: Then<'_>) {
    if let Some(&known) = begun.get(&step) {
        return then(known, begun, builder);
    }
    let go_on = |has_begun: bool| {
        let mut begun = begun.clone();
        begun.insert(step, has_begun);
        arm(move |b: &mut BodyBuilder| then(has_begun, &begun, b))
    };
    let arms = vec![(vec![Status::None], go_on(false))];
    builder.switch_status(step, arms, go_on(true));
}
