//! Transactions with wrong accounts, in states that the walk comes to.

use std::collections::BTreeSet;

use super::SvmMachine;
use crate::conformance::walk::Trial;
use crate::delivery_plan::Prepared;
use crate::delivery_plan::faults::{Fault, harmless};
use crate::svm::Svm;
use crate::svm::script::play;

/// What came of wrong accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// The instructions that were tried.
    pub tried: BTreeSet<String>,
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

    /// Tries wrong accounts in the first transaction of an instruction that goes through and makes all its calls.
    pub(super) fn exchange(&self, trial: &Trial<'_>, prepared: &Prepared) {
        let Some(exchanged) = &self.fixed.exchanged else {
            return;
        };
        let plan = &self.chain.plan;
        let makes_all = trial.calls.len() == prepared.instruction(plan).calls.len();
        if trial.result.is_err() || !makes_all {
            return;
        }
        if !exchanged.borrow_mut().tried.insert(prepared.name.clone()) {
            return;
        }
        let send = |svm: &mut Svm, prepared: &Prepared| {
            let answers = trial.calls.iter();
            let answers = answers.map(|(call, called)| self.fixed.answer(call, called));
            let answers: Vec<_> = answers.collect();
            let new: Vec<_> = prepared.new.iter().collect();
            let (sent, _) = play(answers, || {
                svm.send_paid_by(&prepared.payer, &prepared.instructions(), &new)
            });
            sent.is_ok()
        };
        let found = harmless(&self.chain.svm, plan, prepared, &send);
        exchanged.borrow_mut().harmless.extend(found);
    }
}
