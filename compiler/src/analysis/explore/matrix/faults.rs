//! Which rules of a model are which fault of a step, and which are none.

use crate::analysis::explore::model::{Choice, Rule, Taken};
use crate::entities::Step;
use crate::ir::{Part, Program, StepKind, Trigger};

/// Tells which rules are faults.
#[derive(Clone, Copy)]
pub(super) struct Faults<'a>(pub(super) &'a Program);

impl Faults<'_> {
    /// Whether nothing goes wrong: calls succeed in time, and nobody cancels, parks or claims.
    pub(super) fn is_faultless(&self, rule: &Rule) -> bool {
        let trigger = self.0.handlers[rule.handler].trigger;
        let by_itself = matches!(
            trigger,
            Trigger::Start | Trigger::Deliver(_) | Trigger::Attempt(..) | Trigger::Redrive
        );
        by_itself
            && rule.choices.iter().all(|choice| match choice {
                // Which way an instance goes is no fault; that the guard of a step is false is one.
                Choice::Branch(step, _, taken) => step.is_none() || *taken == Taken::Yes,
                Choice::Succeeds(..) => true,
                Choice::Fails(..) | Choice::Starves(..) | Choice::Forked => false,
            })
    }

    /// Somebody decides that the instance is cancelled.
    pub(super) fn cancels(&self, rule: &Rule) -> bool {
        self.0.handlers[rule.handler].trigger == Trigger::Cancel
            && !rule
                .choices
                .iter()
                .any(|choice| matches!(choice, Choice::Fails(..)))
    }

    /// The call fails and that is recorded, or the guard is false; or somebody says that it fails, for whom what it spends is held then.
    pub(super) fn refuses(&self, step: Step, rule: &Rule) -> bool {
        let trigger = self.0.handlers[rule.handler].trigger;
        let is_retriable = self.0.steps[step].kind == StepKind::Retriable;
        if is_retriable && trigger == Trigger::ParkStep(step) {
            return true;
        }
        let fails_too = |choice: &Choice| matches!(choice, Choice::Fails(of, _) if *of != step);
        if rule.choices.iter().any(fails_too) {
            return false;
        }
        rule.choices.iter().any(|choice| match choice {
            Choice::Fails(of, Part::Execution) => *of == step,
            Choice::Branch(of, name, Taken::No) => *of == Some(step) && name != IN_TIME,
            _ => false,
        })
    }

    /// An Execute, or who presents it as expired, finds that its deadline has passed.
    pub(super) fn expires(&self, step: Step, rule: &Rule) -> bool {
        let is_expiry = matches!(
            self.0.handlers[rule.handler].trigger,
            Trigger::Expire(_) | Trigger::ExpireStep(_)
        );
        rule.choices.iter().any(|choice| match choice {
            Choice::Branch(of, name, Taken::No) => *of == Some(step) && name == IN_TIME,
            Choice::Branch(of, _, Taken::Yes) => *of == Some(step) && is_expiry,
            _ => false,
        })
    }

    /// The owner gives the compensation up, or it fails where that is caught.
    pub(super) fn parks(&self, step: Step, rule: &Rule) -> bool {
        let handler = &self.0.handlers[rule.handler];
        let can_park = matches!(handler.trigger, Trigger::Park(_) | Trigger::ParkStep(_));
        let is_own = handler.step == Some(step) && can_park;
        // Without a decision it only answers again.
        let by_owner = is_own && !rule.choices.is_empty();
        by_owner
            || rule
                .choices
                .contains(&Choice::Fails(step, Part::Compensation))
    }
}

/// The name lowering gives to the question whether an Execute is in time.
const IN_TIME: &str = "in_time";

/// A call of the step gets too little gas.
pub(super) fn starves(step: Step, rule: &Rule) -> bool {
    let mut choices = rule.choices.iter();
    choices.any(|choice| matches!(choice, Choice::Starves(of, _) if *of == step))
}
