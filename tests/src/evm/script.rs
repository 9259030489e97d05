//! Contracts of any interface: the calls they get are recorded, and answered as a script says, in place of their code.
//!
//! What a contract under test does around such a call is real: its calldata, the gas it passes on, what it makes of the answer.

use std::collections::{BTreeSet, VecDeque};

use revm::Inspector;
use revm::context_interface::{ContextTr, JournalTr};
use revm::interpreter::{
    CallInputs, CallOutcome, Gas, InstructionResult, InterpreterResult, InterpreterTypes,
};
use revm::primitives::{Address, Bytes, U256, keccak256};

/// What certain contracts answer in one transaction.
#[derive(Clone, Debug, Default)]
pub struct Script {
    contracts: BTreeSet<Address>,
    /// Contracts whose own code answers a call that does not fail.
    real: BTreeSet<Address>,
    /// How calls of those begin that do not count.
    questions: Vec<[u8; 4]>,
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
    /// What it takes of others, if it returns.
    pub takes: Vec<Taken>,
}

/// An amount of a token of the suite that a contract takes of somebody who allowed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The token.
    pub token: Address,
    /// Whose it was.
    pub from: Address,
    /// How much it is.
    pub amount: U256,
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
    /// Whether it can change nothing.
    pub is_static: bool,
    /// The wei that came along.
    pub value: U256,
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
            questions: Vec::new(),
            answers: answers.into_iter().collect(),
            received: Vec::new(),
        }
    }

    /// These contracts, too, fail when they are told to, and else do what their code says. Calls that begin like a question are none
    /// of the script's.
    #[must_use]
    pub fn with_real(
        mut self,
        contracts: impl IntoIterator<Item = Address>,
        questions: Vec<[u8; 4]>,
    ) -> Self {
        self.real = contracts.into_iter().collect();
        self.questions = questions;
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

    /// What a call of a contract comes to, and what it takes if it returns.
    fn answer(&mut self, gas: u64) -> (InstructionResult, Bytes, Vec<Taken>) {
        let answer = self.answers.pop_front();
        match answer.filter(|answer| gas >= answer.demand) {
            Some(Answer {
                returned: Some(bytes),
                takes,
                ..
            }) => (InstructionResult::Return, bytes, takes),
            _ => (InstructionResult::Revert, Self::FAILURE.into(), Vec::new()),
        }
    }
}

impl Taken {
    /// Moves the amount to whoever is called, as `transferFrom` of the suite's token would.
    fn take(&self, context: &mut impl ContextTr, by: Address) {
        let allowance = slot(by, slot(self.from, U256::from(ALLOWANCES)));
        let [from, to] = [self.from, by].map(|it| slot(it, U256::from(BALANCES)));
        let amount = self.amount;
        self.change(context, allowance, |allowed| allowed.checked_sub(amount));
        self.change(context, from, |balance| balance.checked_sub(amount));
        self.change(context, to, |balance| balance.checked_add(amount));
    }

    fn change(
        &self,
        context: &mut impl ContextTr,
        place: U256,
        change: impl FnOnce(U256) -> Option<U256>,
    ) {
        let journal = context.journal_mut();
        let before = journal.sload(self.token, place);
        let before = before.unwrap_or_else(|error| panic!("{error:?}")).data;
        let after = change(before).expect("the target may take so much, and it is there");
        let stored = journal.sstore(self.token, place, after);
        stored.unwrap_or_else(|error| panic!("{error:?}"));
    }
}

/// Moves the wei that came with a call to whom was called.
fn keep(context: &mut impl ContextTr, inputs: &CallInputs) {
    let (from, to) = (inputs.caller, inputs.target_address);
    let moved = context
        .journal_mut()
        .transfer(from, to, inputs.call_value());
    let refused = moved.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(refused, None, "whoever sends wei has them");
}

/// Where the suite's token keeps what everybody has, and what everybody allows.
const BALANCES: u64 = 1;
const ALLOWANCES: u64 = 2;

/// Where a mapping at some place keeps what belongs to an account.
fn slot(account: Address, mapping: U256) -> U256 {
    let key = [account.into_word().0, mapping.to_be_bytes()].concat();
    keccak256(key).into()
}

impl<C: ContextTr, I: InterpreterTypes> Inspector<C, I> for Script {
    fn call(&mut self, context: &mut C, inputs: &mut CallInputs) -> Option<CallOutcome> {
        let is_real = self.real.contains(&inputs.target_address);
        if !is_real && !self.contracts.contains(&inputs.target_address) {
            return None;
        }
        let input = inputs.input.bytes(context);
        if is_real && self.questions.iter().any(|it| input.starts_with(it)) {
            return None;
        }
        self.received.push(Received {
            contract: inputs.target_address,
            caller: inputs.caller,
            input,
            gas: inputs.gas_limit,
            is_static: inputs.is_static,
            value: inputs.call_value(),
        });
        let (result, output) = match is_real {
            true => self.permit()?,
            false => {
                let (result, output, takes) = self.answer(inputs.gas_limit);
                let by = inputs.target_address;
                takes.iter().for_each(|taken| taken.take(context, by));
                if result == InstructionResult::Return {
                    keep(context, inputs);
                }
                (result, output)
            }
        };
        let gas = Gas::new(inputs.gas_limit);
        let result = InterpreterResult::new(result, output, gas);
        Some(CallOutcome::new(
            result,
            inputs.return_memory_offset.clone(),
        ))
    }
}
