//! Transactions with wrong accounts, in states that the walk comes to.

use std::collections::{BTreeMap, BTreeSet};

use super::SvmMachine;
use crate::conformance::walk::{Step, Trial};
use crate::delivery_plan::Prepared;
use crate::delivery_plan::faults::{Fault, harmless};
use crate::svm::Svm;
use crate::svm::script::play;

/// What came of wrong accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// The instructions that were tried, and how many calls they made and how many messages they sent then.
    pub tried: BTreeMap<String, (usize, usize)>,
    /// The faults with which a transaction still went through, by the name of the account.
    pub harmless: BTreeSet<(String, Fault)>,
}

impl SvmMachine<'_> {
    /// What came of wrong accounts so far.
    ///
    /// # Panics
    /// When they were not to be tried.
    #[must_use]
    pub fn exchanged(&self) -> Exchanged {
        let exchanged = self.fixed.exchanged.as_ref();
        exchanged.expect("they are to be tried").borrow().clone()
    }

    /// The instructions that can be tried: all but the one that wires.
    #[must_use]
    pub fn instructions(&self) -> BTreeSet<String> {
        let instructions = self.chain.plan.instructions.iter();
        let others = instructions.filter(|instruction| instruction.does != "wire");
        others.map(|instruction| instruction.name.clone()).collect()
    }

    /// Tries wrong accounts in the first transaction of an instruction that goes through and does something; and again in the first that
    /// makes more calls, or sends more messages.
    pub(super) fn exchange(&self, trial: &Trial<'_>, prepared: &Prepared) {
        let Some(exchanged) = &self.fixed.exchanged else {
            return;
        };
        let plan = &self.chain.plan;
        let all_calls = prepared.instruction(plan).calls.len();
        let Ok(Step { outcome, .. }) = &trial.result else {
            return;
        };
        let (made, sent) = (trial.calls.len(), outcome.sent.len());
        if (made, sent) == (0, 0) && (all_calls > 0 || outcome.events.is_empty()) {
            return;
        }
        let before = exchanged.borrow().tried.get(&prepared.name).copied();
        if before.is_some_and(|before| (made, sent) <= before) {
            return;
        }
        let mut tried = exchanged.borrow_mut();
        tried.tried.insert(prepared.name.clone(), (made, sent));
        drop(tried);
        let send = |svm: &mut Svm, prepared: &Prepared| {
            let new: Vec<_> = prepared.new.iter().collect();
            let (sent, _) = play(self.fixed.answers(trial), || {
                svm.send_paid_by(&prepared.payer, &prepared.instructions(), &new)
            });
            sent.is_ok()
        };
        let found = harmless(&self.chain.svm, plan, prepared, &send);
        // Nobody looks at what messages go out with, or what calls take, where fewer are sent or made than might be.
        let is_idle = |name: &str| match name.starts_with("sending.") || name.starts_with("message")
        {
            true => sent < prepared.new.len(),
            false => made < all_calls && !name.contains('.'),
        };
        let found = found.into_iter().filter(|(name, _)| !is_idle(name));
        exchanged.borrow_mut().harmless.extend(found);
    }
}
