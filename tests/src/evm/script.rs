//! Contracts of any interface: the calls they get are recorded, and answered as a script says, in place of their code.
//!
//! What a contract under test does around such a call is real: its calldata, the gas it passes on, what it makes of the answer.

use std::collections::{BTreeSet, VecDeque};

use revm::Inspector;
use revm::context_interface::ContextTr;
use revm::interpreter::{
    CallInputs, CallOutcome, Gas, InstructionResult, InterpreterResult, InterpreterTypes,
};
use revm::primitives::{Address, Bytes};

/// What certain contracts answer in one transaction.
#[derive(Clone, Debug, Default)]
pub struct Script {
    contracts: BTreeSet<Address>,
    /// Contracts whose own code answers a call that does not fail.
    real: BTreeSet<Address>,
    /// How calls of those begin that do not count.
    question: Option<[u8; 4]>,
    answers: VecDeque<Answer>,
    received: Vec<Received>,
}

/// What a call is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The gas that the call must be given; with less it reverts.
    pub demand: u64,
    /// The bytes it returns; without any it reverts, with [`Script::FAILURE`].
    pub returned: Option<Bytes>,
}

/// A call that a contract got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Who was called.
    pub contract: Address,
    /// Who called.
    pub caller: Address,
    /// With what.
    pub input: Bytes,
    /// The gas it was given.
    pub gas: u64,
}

impl Script {
    /// What a call that fails reverts with.
    pub const FAILURE: &[u8] = b"as told";

    /// These contracts answer so, in order, and revert once there is no answer left.
    pub fn new(
        contracts: impl IntoIterator<Item = Address>,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        Script {
            contracts: contracts.into_iter().collect(),
            real: BTreeSet::new(),
            question: None,
            answers: answers.into_iter().collect(),
            received: Vec::new(),
        }
    }

    /// These contracts, too, fail when they are told to, and else do what their code says. Calls that begin like the question are none
    /// of the script's.
    #[must_use]
    pub fn with_real(
        mut self,
        contracts: impl IntoIterator<Item = Address>,
        question: Option<[u8; 4]>,
    ) -> Self {
        self.real = contracts.into_iter().collect();
        self.question = question;
        self
    }

    /// The calls they got, in order, also those that were undone.
    #[must_use]
    pub fn received(&self) -> &[Received] {
        &self.received
    }

    /// How a call fails that is told to; `None` if its code is run.
    fn permit(&mut self) -> Option<(InstructionResult, Bytes)> {
        let answer = self.answers.pop_front();
        match answer.and_then(|answer| answer.returned) {
            Some(_) => None,
            None => Some((InstructionResult::Revert, Self::FAILURE.into())),
        }
    }

    fn answer(&mut self, gas: u64) -> (InstructionResult, Bytes) {
        let answer = self.answers.pop_front();
        let returned = answer.filter(|answer| gas >= answer.demand);
        match returned.and_then(|answer| answer.returned) {
            Some(bytes) => (InstructionResult::Return, bytes),
            None => (InstructionResult::Revert, Self::FAILURE.into()),
        }
    }
}

impl<C: ContextTr, I: InterpreterTypes> Inspector<C, I> for Script {
    fn call(&mut self, context: &mut C, inputs: &mut CallInputs) -> Option<CallOutcome> {
        let is_real = self.real.contains(&inputs.target_address);
        if !is_real && !self.contracts.contains(&inputs.target_address) {
            return None;
        }
        let input = inputs.input.bytes(context);
        if is_real && self.question.is_some_and(|it| input.starts_with(&it)) {
            return None;
        }
        self.received.push(Received {
            contract: inputs.target_address,
            caller: inputs.caller,
            input,
            gas: inputs.gas_limit,
        });
        let (result, output) = match is_real {
            true => self.permit()?,
            false => self.answer(inputs.gas_limit),
        };
        let gas = Gas::new(inputs.gas_limit);
        let result = InterpreterResult::new(result, output, gas);
        Some(CallOutcome::new(
            result,
            inputs.return_memory_offset.clone(),
        ))
    }
}
