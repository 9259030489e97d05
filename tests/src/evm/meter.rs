//! Where the gas of a transaction goes: to the contract it calls, and to each that this one calls.

use std::collections::BTreeMap;

use revm::Inspector;
use revm::context_interface::ContextTr;
use revm::interpreter::{CallInputs, CallOutcome, InterpreterTypes};
use revm::primitives::Address;

/// The gas that the contracts used which a transaction's own contract called, without what it used itself.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    depth: usize,
    spent: BTreeMap<Address, u64>,
}

impl Meter {
    /// What calls of this contract used, those that it made in turn included. Refunds are not taken off.
    #[must_use]
    pub fn spent_by(&self, contract: Address) -> u64 {
        self.spent.get(&contract).copied().unwrap_or_default()
    }

    /// What all of them used.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.spent.values().sum()
    }
}

impl<C: ContextTr, I: InterpreterTypes> Inspector<C, I> for Meter {
    fn call(&mut self, _: &mut C, _: &mut CallInputs) -> Option<CallOutcome> {
        self.depth += 1;
        None
    }

    fn call_end(&mut self, _: &mut C, inputs: &CallInputs, outcome: &mut CallOutcome) {
        self.depth -= 1;
        if self.depth == 1 {
            *self.spent.entry(inputs.target_address).or_default() +=
                outcome.gas().total_gas_spent();
        }
    }
}
