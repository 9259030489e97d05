//! What a transaction did, held against what it must do.

use std::collections::BTreeSet;

use alloy_dyn_abi::{DynSolValue, Specifier};
use revm::primitives::{Address, B256, Log, LogData, U256};
use xcc::interp::{Called, Event, InstanceState, Rejected};
use xcc::ir::{Phase, Role};
use xcc::wire::DecodeError;
use xcc::wire::header::SIZE;

use super::{EvmMachine, FEE, Fixed};
use crate::abi::to_abi;
use crate::conformance::follow::same;
use crate::conformance::walk::Trial;
use crate::evm::{Call, Outcome, Receipt, Received, Script};
use crate::network::evm::word;

/// What contracts announce of fees, of which the interpreter knows nothing.
const FEE_EVENTS: [&str; 8] = [
    "Opened",
    "ReserveAdded",
    "ReserveSpent",
    "ReserveReleased",
    "Credited",
    "Claimed",
    "FeesAdded",
    "FeeSpent",
];

impl EvmMachine<'_> {
    /// That a transaction was rejected, and for the reason that the interpreter gives where the protocol has one.
    pub(super) fn compare_rejection(
        &self,
        rejected: &Rejected,
        receipt: &Receipt,
        trial: &Trial<'_>,
        script: &Script,
    ) -> Result<(), String> {
        let Outcome::Reverted(bytes) = &receipt.outcome else {
            return Err(format!("{:?} instead of {rejected}", receipt.outcome));
        };
        self.compare_calls(trial, script)?;
        let (name, offset) = match (rejected, trial.calls.last()) {
            (Rejected::CallFailed(_), Some((call, _))) => match self.fixed.failure(call) {
                Some(name) => (name, None),
                None => return same("error", &bytes[..], Script::FAILURE),
            },
            _ => match error(rejected) {
                Some(error) => error,
                None => return Ok(()),
            },
        };
        let errors = self.fixed.abi.errors();
        let named = errors.filter(|error| error.name == name);
        let mut selectors = named.map(|error| error.selector().to_vec());
        let selector = selectors.next().expect("the contract declares the error");
        let offset = offset.map(|offset| U256::from(SIZE + offset).to_be_bytes_vec());
        let expected = [selector, offset.unwrap_or_default()].concat();
        same("error", &bytes[..expected.len()], &expected[..])
    }

    /// That a transaction went through, and announced and published the same.
    pub(super) fn compare_outcome(
        &self,
        outcome: &xcc::interp::Outcome,
        receipt: &Receipt,
    ) -> Result<(), String> {
        let fixed = &self.fixed;
        let Outcome::Returned(returned) = &receipt.outcome else {
            return Err(format!("{:?}", fixed.named(&receipt.outcome)));
        };
        if fixed.is_start(outcome) {
            same("instance", &returned[..], &outcome.instance[..])?;
        }
        let expected = outcome.events.iter();
        let expected = expected.map(|event| fixed.log(outcome.instance, event));
        same("events", fixed.announced(receipt), expected.collect())?;
        let published = fixed.core.published(receipt).into_iter();
        let published = published.map(|it| (it.sender, it.consistency_level, it.payload));
        let expected = outcome.sent.iter();
        let expected = expected.map(|sent| (fixed.address, 1, sent.bytes.clone()));
        same(
            "messages",
            published.collect::<Vec<_>>(),
            expected.collect(),
        )
    }

    /// That the targets got the same calls, each with its whole budget, and one whose failure was caught with no more. Tokens get all
    /// there is.
    pub(super) fn compare_calls(&self, trial: &Trial<'_>, script: &Script) -> Result<(), String> {
        let received = script.received();
        let made: Vec<_> = self.fixed.made(trial).collect();
        same("number of calls", received.len(), made.len())?;
        for (received, (call, called)) in received.iter().zip(made) {
            let expected = self.fixed.expected(call);
            let is_caught = *called == Called::Failed && trial.result.is_ok();
            let least = match self.fixed.is_bounded(call) {
                true => expected.gas,
                // The stipend counts towards the budget.
                false => call.gas,
            };
            let gas = match self.fixed.failure(call) {
                // A movement of an asset demands nothing, and a caught call gets its budget.
                Some(_) => received.gas,
                None if is_caught => expected.gas,
                None => received.gas.max(least),
            };
            same("call", received, &Received { gas, ..expected })?;
        }
        Ok(())
    }

    /// That the contract keeps the same.
    pub(super) fn compare_state(&mut self, kept: &InstanceState) -> Result<(), String> {
        let (program, instance) = (self.fixed.protocol.program(), word(self.instance));
        for &step in &program.machines[self.fixed.machine].steps {
            let data = &program.steps[step];
            let number = DynSolValue::Uint(U256::from(data.number), 16);
            let found = self.number("statusOf", &[instance.clone(), number]);
            let expected = U256::from(kept.status(step) as u8);
            same(&format!("status of {}", data.name), found, expected)?;
        }
        if program.machines[self.fixed.machine].role == Role::Coordinator {
            let found = self.number("phaseOf", &[instance]);
            same("phase", found, U256::from(kept.phase() as u8))?;
        }
        Ok(())
    }

    /// That what came in pays for what was published, and nothing is left that nobody can get.
    pub(super) fn compare_balance(
        &mut self,
        before: U256,
        trial: &Trial<'_>,
    ) -> Result<(), String> {
        let step = trial.result.as_ref().expect("it went through");
        let spent = FEE * U256::from(step.outcome.sent.len());
        let balance = self.evm.balance(self.fixed.address);
        let left = self.fixed.left(trial);
        same("balance", balance, before - spent - left)?;
        let machine = self.fixed.machine;
        if self.fixed.protocol.program().machines[machine].role == Role::Participant {
            return Ok(());
        }
        let instance = word(step.bench.instance);
        let reserve = self.number("reserveOf", &[instance]);
        if matches!(step.bench.phase(), Phase::Completed | Phase::Compensated) {
            same("reserve of a settled instance", reserve, U256::ZERO)?;
        }
        let stranger = step.bench.stranger(machine).caller;
        let accounts = step.bench.accounts(machine).into_iter().chain([stranger]);
        let accounts: BTreeSet<_> = accounts.map(|it| Address::from_slice(&it)).collect();
        let mut paid_out = self.clone();
        accounts
            .into_iter()
            .try_for_each(|it| paid_out.claim_credit(it))?;
        let kept = step.bench.network.machines().machine(machine);
        let held = self.fixed.held(&kept.instance(&step.bench.instance));
        let left = paid_out.evm.balance(paid_out.fixed.address);
        same(
            "what is left when all credits are paid",
            left,
            reserve + held,
        )
    }

    /// Has somebody's credit paid to somebody else.
    fn claim_credit(&mut self, account: Address) -> Result<(), String> {
        let credit = self.number("credits", &[DynSolValue::Address(account)]);
        let receiver = Address::repeat_byte(0xec);
        let before = self.evm.balance(receiver);
        let data = self
            .fixed
            .encode("claim", &[DynSolValue::Address(receiver)]);
        let receipt = self.evm.send(Call::new(account, self.fixed.address, data));
        let is_paid = matches!(receipt.outcome, Outcome::Returned(_));
        same("a credit can be claimed", is_paid, !credit.is_zero())?;
        same(
            "what was claimed",
            self.evm.balance(receiver) - before,
            credit,
        )
    }
}

impl Fixed<'_> {
    /// The error that a contract reverts with if this movement of an asset fails; `None` if it is a call of a target.
    fn failure(&self, call: &xcc::interp::Call) -> Option<&'static str> {
        if self.is_silent(call) {
            return Some("InsufficientValue");
        }
        if self.payment(call).is_some() {
            return Some("ClaimRefused");
        }
        self.movement(call).map(|_| "TransferFailed")
    }

    /// What the contract announced but for fees, in order.
    fn announced(&self, receipt: &Receipt) -> Vec<LogData> {
        let fees: Vec<B256> = FEE_EVENTS
            .iter()
            .filter_map(|name| Some(self.abi.event(name)?.first()?.selector()))
            .collect();
        let own = receipt
            .logs
            .iter()
            .filter(|log| log.address == self.address);
        let is_fee = |log: &&Log| log.topics().first().is_some_and(|it| fees.contains(it));
        own.filter(|log| !is_fee(log))
            .map(|log| log.data.clone())
            .collect()
    }

    /// An event as it must be announced.
    fn log(&self, instance: [u8; 32], event: &Event) -> LogData {
        let program = self.protocol.program();
        let number = |number: u16| B256::from(U256::from(number));
        let (name, topics, values) = match event {
            Event::StepChanged(step, status) => {
                let step = number(program.steps[*step].number);
                let status = DynSolValue::Uint(U256::from(*status as u8), 8);
                ("StepChanged", vec![step], vec![status])
            }
            Event::InstanceChanged(phase) => {
                let phase = DynSolValue::Uint(U256::from(*phase as u8), 8);
                ("InstanceChanged", vec![], vec![phase])
            }
            Event::Workflow(event, values) => {
                let name = &program.events[*event].name;
                let fields = self.abi.event(name).expect("it is emitted")[0].inputs[1..].iter();
                let types = fields.map(|field| field.resolve().expect("a type of the ABI"));
                let values = types.zip(values).map(|(ty, value)| to_abi(&ty, value));
                (name.as_str(), vec![], values.collect())
            }
        };
        let selector = self.abi.event(name).expect("it is emitted")[0].selector();
        let topics = [vec![selector, instance.into()], topics].concat();
        let data = DynSolValue::Tuple(values).abi_encode_params();
        LogData::new_unchecked(topics, data.into())
    }

    fn is_start(&self, outcome: &xcc::interp::Outcome) -> bool {
        let handler = &self.protocol.program().handlers[outcome.handler];
        handler.trigger == xcc::ir::Trigger::Start
    }

    /// An outcome with the name of its error, where the contract declares it.
    fn named(&self, outcome: &Outcome) -> String {
        let Outcome::Reverted(bytes) = outcome else {
            return format!("{outcome:?}");
        };
        let mut errors = self.abi.errors();
        let error = errors.find(|error| bytes.starts_with(error.selector().as_slice()));
        error.map_or_else(|| format!("{outcome:?}"), |error| error.name.clone())
    }
}

/// The error that a contract reverts with where the interpreter rejects a transaction for this reason, and where in the body it is.
fn error(rejected: &Rejected) -> Option<(&'static str, Option<usize>)> {
    let error = match rejected {
        Rejected::Protocol(rejection) => (rejection.name(), None),
        Rejected::UnknownSender => ("UnknownEmitter", None),
        Rejected::WrongFingerprint => ("WrongFingerprint", None),
        Rejected::UnknownMessage { .. } => ("UnknownMessage", None),
        Rejected::Undecodable(error) => match *error {
            DecodeError::Header => ("InvalidHeader", None),
            DecodeError::Truncated(at) => ("Truncated", Some(at)),
            DecodeError::Trailing(at) => ("Trailing", Some(at)),
            DecodeError::Bool(at) | DecodeError::Tag(at) => ("InvalidFlag", Some(at)),
            DecodeError::Variant(at) => ("InvalidVariant", Some(at)),
            DecodeError::Bound(at) => ("OverBound", Some(at)),
            DecodeError::Utf8(at) => ("InvalidUtf8", Some(at)),
        },
        _ => return None,
    };
    Some(error)
}
