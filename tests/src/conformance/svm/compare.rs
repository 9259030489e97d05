//! What a transaction did, held against what it must do.

use xcc::interp::{Action, Event, Rejected};
use xcc::ir::Role;
use xcc::wire::DecodeError;

use super::{SvmMachine, accounts};
use crate::conformance::follow::same;
use crate::conformance::walk::{Step, Trial};
use crate::conformance::words;
use crate::delivery_plan::{Prepared, borsh};
use crate::network::{Announced, Observed};
use crate::svm::script::{FAILURE, Received};
use crate::svm::{AccountMeta, discriminator};

impl SvmMachine<'_> {
    pub(super) fn compare(
        &self,
        trial: &Trial<'_>,
        prepared: &Prepared,
        observed: &Observed,
    ) -> Result<(), String> {
        compare_holder(prepared, observed)?;
        match (&trial.result, observed) {
            (Ok(step), Observed::Done { changes, published }) => {
                let published = published.iter().map(|vaa| vaa.payload.clone());
                self.compare_outcome(step, changes, &published.collect::<Vec<_>>())
            }
            (Err(_), Observed::Rejected(error)) if error == "DuplicateAccount" => {
                same("an account is there twice", true, has_duplicate(prepared))
            }
            (_, Observed::Rejected(error)) if error == "WrongRecord" => self.compare_missing(trial),
            // A coordinator looks who speaks for the step before it looks what is said.
            (Err(Rejected::UnknownMessage { .. }), Observed::Rejected(error))
                if self.is_coordinator() && is_of_another(trial) =>
            {
                same("error", error.as_str(), "WrongEmitter")
            }
            (Err(rejected), Observed::Rejected(error)) => {
                match (rejected, self.is_failure_of_transfer(trial, error)) {
                    (Rejected::CallFailed(_), Some(true)) => Ok(()),
                    (Rejected::CallFailed(_), Some(false)) => {
                        Err(format!("{error} and not the transfer's failure"))
                    }
                    _ => compare_rejection(rejected, error),
                }
            }
            (Ok(_), Observed::Rejected(error)) => Err(format!("rejected: {error}")),
            (Err(rejected), Observed::Done { .. }) => Err(format!("went through: {rejected}")),
        }
    }

    /// That a transaction announced and published the same, and the program keeps the same and owns nothing else.
    fn compare_outcome(
        &self,
        step: &Step<'_>,
        changes: &[Announced],
        published: &[Vec<u8>],
    ) -> Result<(), String> {
        let (program, machine) = (self.fixed.protocol.program(), self.fixed.machine);
        let outcome = &step.outcome;
        let expected = outcome.events.iter();
        let expected: Vec<_> = expected
            .map(|event| self.event(outcome.instance, event))
            .collect();
        let receipt = self.chain.svm.receipt().expect("it went through");
        same("events", receipt.events(), expected)?;
        let announced = outcome.events.iter().filter_map(|event| match event {
            Event::StepChanged(step, status) => {
                Some(Announced::Step(program.steps[*step].number, *status as u8))
            }
            Event::InstanceChanged(phase) => Some(Announced::Phase(*phase as u8)),
            Event::Workflow(..) => None,
        });
        same("changes", changes, &announced.collect::<Vec<_>>())?;
        let sent = outcome.sent.iter().map(|sent| sent.bytes.clone());
        same("messages", published, &sent.collect::<Vec<_>>())?;
        let kept = step.bench.network.machines().machine(machine);
        let kept = kept.instance(&outcome.instance);
        for &step in &program.machines[machine].steps {
            let data = &program.steps[step];
            let found = self.chain.status(outcome.instance, data.number);
            let expected = kept.status(step) as u8;
            same(
                &format!("status of {}", data.name),
                found.unwrap_or(0),
                expected,
            )?;
        }
        if program.machines[machine].role == Role::Coordinator {
            let found = self.chain.phase(outcome.instance);
            same("phase", found, Some(kept.phase() as u8))?;
        }
        for own in [self.fixed.authority, self.fixed.custody] {
            same("lamports", self.chain.svm.balance(&own), 0)?;
        }
        self.compare_rents()
    }

    /// An event as it must be announced: its mark, the instance, and its fields in Borsh.
    fn event(&self, instance: [u8; 32], event: &Event) -> Vec<u8> {
        let program = self.fixed.protocol.program();
        let (name, fields) = match event {
            Event::StepChanged(step, status) => {
                let number = program.steps[*step].number.to_le_bytes();
                ("StepChanged", [&number[..], &[*status as u8]].concat())
            }
            Event::InstanceChanged(phase) => ("InstanceChanged", vec![*phase as u8]),
            Event::Workflow(event, values) => {
                let data = &program.events[*event];
                let fields = data.fields.iter().zip(values);
                let fields = fields.flat_map(|(field, value)| {
                    borsh::bytes(value, &field.ty, &program.declarations)
                });
                (data.name.as_str(), fields.collect())
            }
        };
        [&discriminator("event", name)[..], &instance, &fields].concat()
    }

    /// That everything the program owns has what it must have to last, and no lamport more.
    fn compare_rents(&self) -> Result<(), String> {
        let owned = self.chain.svm.owned_by(&self.fixed.program);
        owned.into_iter().try_for_each(|(address, account)| {
            let rent = self.chain.svm.rent(account.data.len());
            same(&format!("lamports of {address}"), account.lamports, rent)
        })
    }

    /// That there is nothing of an instance that something is asked of, nor comes anything of it where the interpreter has no such
    /// difference. A delivery to a participant makes a record.
    fn compare_missing(&self, trial: &Trial<'_>) -> Result<(), String> {
        if let Ok(Step { outcome, .. }) = &trial.result {
            let (events, sent) = (outcome.events.len(), outcome.sent.len());
            same("what comes of nothing", (events, sent), (0, 0))?;
        }
        let program = self.fixed.protocol.program();
        let (instance, step) = match (&trial.asked(), &trial.transaction.action) {
            (Action::Claim { step, instance }, _) => (*instance, program.steps[*step].number),
            (Action::Deliver(_), Action::Deliver(delivery)) if self.is_coordinator() => {
                (words::header(delivery).instance, 0)
            }
            (
                Action::Cancel { instance }
                | Action::Redrive { instance }
                | Action::Attempt { instance, .. }
                | Action::ExpireStep { instance, .. }
                | Action::ParkStep { instance, .. },
                _,
            ) => (*instance, 0),
            _ => return Err("a delivery with the right record: WrongRecord".to_owned()),
        };
        same("record", self.chain.status(instance, step), None)
    }

    fn is_coordinator(&self) -> bool {
        let machine = self.fixed.machine;
        self.fixed.protocol.program().machines[machine].role == Role::Coordinator
    }

    /// That the targets got the same calls.
    pub(super) fn compare_calls(
        &self,
        trial: &Trial<'_>,
        received: &[Received],
    ) -> Result<(), String> {
        let payer = accounts::key(&trial.transaction.caller);
        let program = self.fixed.protocol.program();
        let handler = words::handler(program, self.fixed.machine, &trial.asked());
        let expected = trial.calls.iter();
        let expected = expected.filter(|(call, _)| !self.fixed.is_movement(call));
        let expected = expected.map(|(call, _)| self.fixed.expected(handler, call, payer));
        same("calls", received, &expected.collect::<Vec<_>>())
    }
}

/// Whether a message comes from somebody who did not send it.
fn is_of_another(trial: &Trial<'_>) -> bool {
    match (&trial.meant, &trial.transaction.action) {
        (Some(meant), Action::Deliver(delivery)) => meant.from != delivery.from,
        _ => false,
    }
}

/// That a transaction which only the holder may pay for went through for nobody else, and was not refused to the holder for who it is.
fn compare_holder(prepared: &Prepared, observed: &Observed) -> Result<(), String> {
    let Some(holder) = prepared.holder else {
        return Ok(());
    };
    match observed {
        Observed::Done { .. } => same("payer", prepared.payer, holder),
        Observed::Rejected(error) if error == "NotAuthorised" => {
            same("the holder is refused", prepared.payer == holder, false)
        }
        Observed::Rejected(_) => Ok(()),
    }
}

/// Whether an account that may be changed is there twice, which is refused before anything else.
pub(super) fn has_duplicate(prepared: &Prepared) -> bool {
    let accounts = &prepared.call.accounts;
    let is_there_before = |(place, account): (usize, &AccountMeta)| {
        let mut before = accounts[..place].iter();
        before.any(|it| it.pubkey == account.pubkey && (it.is_writable || account.is_writable))
    };
    accounts.iter().enumerate().any(is_there_before)
}

/// That a transaction was rejected for the reason that the interpreter gives, where the protocol has one.
fn compare_rejection(rejected: &Rejected, error: &str) -> Result<(), String> {
    match rejected {
        Rejected::Protocol(rejection) => same("error", error, rejection.name()),
        Rejected::UnknownSender => same("error", error, "WrongEmitter"),
        // A program says the same of another workflow as of another kind or step.
        Rejected::WrongFingerprint | Rejected::UnknownMessage { .. } => {
            same("error", error, "WrongMessage")
        }
        Rejected::Undecodable(undecodable) => same("error", error, decode_error(undecodable)),
        Rejected::CallFailed(_) if error.contains(&format!("Custom({FAILURE})")) => Ok(()),
        Rejected::CallFailed(_) => Err(format!("{error} and not the target's failure")),
        _ => Ok(()),
    }
}

/// What programs call the reason why a message is none.
fn decode_error(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::Header => "WrongHeader",
        DecodeError::Truncated(_) => "Truncated",
        DecodeError::Trailing(_) => "TrailingBytes",
        DecodeError::Bool(_) | DecodeError::Tag(_) | DecodeError::Variant(_) => "NotCanonical",
        DecodeError::Bound(_) => "OverBound",
        DecodeError::Utf8(_) => "NotUtf8",
    }
}
