//! The native currency that a contract keeps: what a start brings of it, and what leaves with calls.

use revm::primitives::{Address, Bytes, U256};
use xcc::entities::Contract;
use xcc::interp::{Call as Made, Called, InstanceState};
use xcc::wire::Value;

use super::tokens::number;
use super::{Fixed, Received, WEALTH};
use crate::conformance::held::held;
use crate::conformance::walk::Trial;

/// What a start brings beyond what it needs.
const MORE: U256 = U256::from_limbs([7, 0, 0, 0]);

/// What the EVM gives a call that sends value, beside the gas that it is passed (EIP-150).
const STIPEND: u64 = 2_300;

impl Fixed<'_> {
    pub(super) fn is_native(&self, contract: Contract) -> bool {
        self.protocol.program().declarations.is_native(contract)
    }

    /// Whether a call of the interpreter is none of the EVM's: what is taken is there already.
    pub(super) fn is_silent(&self, call: &Made) -> bool {
        self.is_native(call.function.contract) && call.function.name == "take"
    }

    /// The calls of a trial that a contract makes.
    pub(super) fn made<'t>(
        &self,
        trial: &'t Trial<'_>,
    ) -> impl Iterator<Item = &'t (Made, Called)> {
        let calls = trial.calls.iter();
        calls.filter(|(call, _)| !self.is_silent(call))
    }

    /// The call that gives an amount to somebody, whose code is none of the test's.
    pub(super) fn payment(&self, call: &Made) -> Option<Received> {
        if !self.is_native(call.function.contract) || call.function.name != "give" {
            return None;
        }
        let [Value::Bytes(account), amount] = call.args.as_slice() else {
            panic!("{call:?} pays nobody");
        };
        Some(Received {
            contract: Address::from_slice(account),
            caller: self.address,
            input: Bytes::new(),
            gas: 0,
            is_static: false,
            value: number(amount),
        })
    }

    /// The wei that go with a call because it spends them.
    pub(super) fn value(&self, call: &Made) -> U256 {
        let spends = call.spends.iter();
        let natives = spends.filter(|funding| self.is_native(funding.function.contract));
        natives.map(|funding| number(&funding.args[0])).sum()
    }

    /// What a call gets that is passed so much gas.
    pub(super) fn with_stipend(&self, call: &Made, gas: u64) -> u64 {
        match self.value(call).is_zero() {
            true => gas,
            false => gas + STIPEND,
        }
    }

    /// The wei that come with a start beside its fees: more than the instance takes, or where something cannot be taken, one less than
    /// that needs.
    pub(super) fn brought(&self, trial: &Trial<'_>) -> U256 {
        let takes = trial.calls.iter().filter(|(call, _)| self.is_silent(call));
        let taken: U256 = takes.clone().map(|(call, _)| number(&call.args[1])).sum();
        let holds = || self.protocol.program().assets_of(self.machine).into_iter();
        match takes.last() {
            Some((_, Called::Failed)) => taken - U256::from(1),
            _ if holds().any(|asset| self.is_native(asset)) => taken + MORE,
            _ => U256::ZERO,
        }
    }

    /// Whether whoever starts an instance has as much as is taken, beside what else it costs.
    pub(super) fn can_be_brought(&self, trial: &Trial<'_>) -> bool {
        let takes = trial.calls.iter().filter(|(call, _)| self.is_silent(call));
        let mut amounts = takes.map(|(call, _)| number(&call.args[1]));
        let sum = amounts.try_fold(U256::ZERO, U256::checked_add);
        sum.is_some_and(|sum| sum < WEALTH / U256::from(2))
    }

    /// Whether a trial has something fail that cannot: there is always enough of nothing.
    pub(super) fn is_impossible(&self, trial: &Trial<'_>) -> bool {
        let Some((call, Called::Failed)) = trial.calls.last() else {
            return false;
        };
        self.is_silent(call) && number(&call.args[1]).is_zero()
    }

    /// The wei that left custody in a transaction that went through.
    pub(super) fn left(&self, trial: &Trial<'_>) -> U256 {
        let sent = trial
            .calls
            .iter()
            .filter(|(_, called)| *called != Called::Failed);
        let amounts = sent.map(|(call, _)| {
            let payment = self.payment(call);
            payment.map_or_else(|| self.value(call), |payment| payment.value)
        });
        amounts.sum()
    }

    /// The wei that an instance has in custody.
    pub(super) fn held(&self, kept: &InstanceState) -> U256 {
        let held = held(self.protocol.program(), self.machine, kept).into_iter();
        let natives = held.filter(|(asset, _)| self.is_native(*asset));
        natives.map(|(_, amount)| number(&amount)).sum()
    }
}
