//! The handlers of the replies about remote steps.

use crate::entities::{Handler, Message, Value};
use crate::ir::{InstData, Phase, Status, StepKind, Terminator, Trigger};

use super::Coordinator;
use crate::lower::builder::{BodyBuilder, Fill, arm};
use crate::lower::expr::Root;
use crate::lower::mutant::Mutant;
use crate::lower::plan::StepPlan;

impl Coordinator<'_, '_> {
    /// The handlers of the replies about a remote step.
    pub(super) fn replies(&mut self, index: usize) -> Vec<Handler> {
        let plan = self.plan;
        let step = &plan.steps[index];
        let Some(remote) = &step.remote else {
            return Vec::new();
        };
        let mut handlers = vec![self.on_executed(index, remote.executed)];
        if self.plan.is(Mutant::ReplyOfAnotherStep) {
            let other = self.reply_like(remote.executed);
            handlers.extend(other.map(|other| self.on_executed(index, other)));
        }
        if let Some(messages) = remote.cancellation {
            handlers.push(self.on_refused(index, messages.refused));
            handlers.push(self.on_cancelled(index, messages.cancelled));
        }
        if let Some(messages) = remote.confirmation {
            handlers.push(self.on_confirmed(index, messages.confirmed));
        }
        handlers
    }

    /// A reply about another step with the same fields.
    fn reply_like(&self, message: Message) -> Option<Message> {
        let fields = |message: Message| &self.program.messages[message].fields;
        let steps = self.plan.steps.iter();
        let mut others = steps.filter_map(|step| Some(step.remote.as_ref()?.executed));
        others.find(|&other| other != message && fields(other) == fields(message))
    }

    fn on_executed(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let fields = self.program.messages[message].fields.clone();
        let (mut builder, results) = BodyBuilder::new(&fields);
        let this = &*self;
        let results = &results;
        // A retriable step runs while committing, every other while running.
        let phase = if step.kind == StepKind::Retriable {
            Phase::Committing
        } else {
            Phase::Running
        };
        let advance = arm(move |b: &mut BodyBuilder| {
            let forward = arm(|b: &mut BodyBuilder| this.remote_executed(index, results, b));
            b.switch_status(step.step, vec![(vec![Status::Sent], forward)], ignore());
        });
        let mut arms = vec![(vec![phase], advance)];
        if step.kind == StepKind::Pivot {
            // It won the race against its Cancel: the instance goes forward.
            let won = arm(move |b: &mut BodyBuilder| {
                let forward = arm(|b: &mut BodyBuilder| this.remote_executed(index, results, b));
                b.switch_status(
                    step.step,
                    vec![(vec![Status::Cancelling], forward)],
                    ignore(),
                );
            });
            arms.push((vec![Phase::Cancelling], won));
        }
        builder.switch_phase(arms, ignore());
        self.handler(
            format!("on_executed_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }

    fn remote_executed(&self, index: usize, results: &[Value], builder: &mut BodyBuilder) {
        let step = &self.plan.steps[index];
        for (&result, &value) in step.reported.iter().zip(results) {
            builder.store(
                self.plan.home_slots[&Root::Result(step.step, result)],
                value,
            );
        }
        builder.set_status(step.step, Status::Executed);
        if self.plan.is(Mutant::ConfirmBeforeDecision)
            && let Some(messages) = step.remote.as_ref().and_then(|remote| remote.confirmation)
        {
            builder.send(messages.confirm, None, Vec::new());
        }
        if step.kind == StepKind::Pivot {
            builder.set_phase(Phase::Committing);
        }
        builder.terminate(Terminator::Continue(self.after[index]));
    }

    fn on_refused(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let fields = self.program.messages[message].fields.clone();
        let (mut builder, values) = BodyBuilder::new(&fields);
        let this = &*self;
        let reason = values[0];
        let running = arm(move |b: &mut BodyBuilder| {
            let refused = arm(|b: &mut BodyBuilder| {
                this.announce_refusal(step, reason, b);
                this.after_refusal(index, b);
            });
            b.switch_status(step.step, vec![(vec![Status::Sent], refused)], ignore());
        });
        let cancelling = while_cancelling(step, move |b: &mut BodyBuilder| {
            this.announce_refusal(step, reason, b);
            b.terminate(Terminator::Continue(this.back[index]));
        });
        let mut arms = vec![
            (vec![Phase::Running], running),
            (vec![Phase::Cancelling], cancelling),
        ];
        arms.extend(this.retreat_back(index).map(|back| {
            let settled = move |b: &mut BodyBuilder| {
                this.announce_refusal(step, reason, b);
                b.terminate(Terminator::Continue(back));
            };
            (vec![Phase::Rerouting], while_cancelling(step, settled))
        }));
        builder.switch_phase(arms, ignore());
        self.handler(
            format!("on_refused_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }

    fn announce_refusal(&self, step: &StepPlan<'_>, reason: Value, builder: &mut BodyBuilder) {
        builder.set_status(step.step, Status::Refused);
        if let Some(event) = self.plan.refused {
            let number = builder.uint("step", 16, u64::from(self.program.steps[step.step].number));
            builder.push(InstData::Emit {
                event,
                args: vec![number, reason],
            });
        }
    }

    fn on_cancelled(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let (mut builder, _) = BodyBuilder::new(&[]);
        let backs = [
            (Phase::Cancelling, Some(self.back[index])),
            (Phase::Rerouting, self.retreat_back(index)),
        ];
        let arms = backs.into_iter().filter_map(|(phase, back)| {
            let back = back?;
            let settled = move |b: &mut BodyBuilder| {
                b.set_status(step.step, Status::Cancelled);
                b.terminate(Terminator::Continue(back));
            };
            Some((vec![phase], while_cancelling(step, settled)))
        });
        builder.switch_phase(arms.collect(), ignore());
        self.handler(
            format!("on_cancelled_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }

    fn on_confirmed(&mut self, index: usize, message: Message) -> Handler {
        let step = &self.plan.steps[index];
        let next = self.confirmations[&index].next;
        let (mut builder, _) = BodyBuilder::new(&[]);
        let committing = arm(move |b: &mut BodyBuilder| {
            let confirmed = arm(|b: &mut BodyBuilder| {
                b.set_status(step.step, Status::Confirmed);
                b.terminate(Terminator::Continue(next));
            });
            b.switch_status(
                step.step,
                vec![(vec![Status::Executed], confirmed)],
                ignore(),
            );
        });
        builder.switch_phase(vec![(vec![Phase::Committing], committing)], ignore());
        self.handler(
            format!("on_confirmed_{}", step.decl.name),
            Trigger::Deliver(message),
            Some(step.step),
            builder,
        )
    }
}

/// Runs only while a step is being cancelled.
fn while_cancelling<'f>(step: &StepPlan<'_>, run: impl FnOnce(&mut BodyBuilder) + 'f) -> Fill<'f> {
    let step = step.step;
    arm(move |b: &mut BodyBuilder| {
        b.switch_status(step, vec![(vec![Status::Cancelling], arm(run))], ignore());
    })
}

/// A late or repeated message changes nothing.
fn ignore<'f>() -> Fill<'f> {
    arm(|b: &mut BodyBuilder| b.finish())
}
