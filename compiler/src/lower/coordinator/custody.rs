//! What leaves custody: it is owed first, as a step that is Parked, and sent by `claim_S`, so that no account that cannot be paid keeps
//! anything else from going on.

use crate::entities::Handler;
use crate::ir::{Rejection, Status, Terminator, Trigger};

use super::Coordinator;
use crate::lower::builder::{BodyBuilder, arm};
use crate::lower::compute::lower_call;
use crate::lower::mutant::Mutant;
use crate::lower::plan::StepPlan;

impl Coordinator<'_, '_> {
    /// What undoes a step that took an asset: it is owed to whoever gave it. `None` for one that pays, which nothing undoes.
    pub(super) fn unwind_holding(
        &self,
        step: &StepPlan<'_>,
        before: Handler,
        builder: &mut BodyBuilder,
    ) -> Option<()> {
        step.decl.compensation()?;
        let id = step.step;
        let owe = arm(move |b: &mut BodyBuilder| {
            b.set_status(id, Status::Parked);
            b.terminate(Terminator::Continue(before));
        });
        let go_on = arm(move |b: &mut BodyBuilder| b.terminate(Terminator::Continue(before)));
        builder.switch_status(id, vec![(vec![Status::Executed], owe)], go_on);
        Some(())
    }

    /// `claim_S`: anyone may send what is owed, since it can go nowhere but to whom it is owed.
    pub(super) fn claim_holding(&mut self, step: &StepPlan<'_>) -> Handler {
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
        self.handler(name, trigger, Some(step.step), builder)
    }
}
