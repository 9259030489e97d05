//! What a transaction did, held against what it must do.

use xcc::interp::{Action, Rejected};
use xcc::wire::DecodeError;

use super::{SvmMachine, accounts};
use crate::conformance::follow::same;
use crate::conformance::walk::{Step, Trial};
use crate::conformance::words;
use crate::delivery_plan::Prepared;
use crate::network::{Announced, Observed};
use crate::svm::AccountMeta;
use crate::svm::script::{FAILURE, Received};

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
            (Err(_), Observed::Rejected(error)) if error == "WrongRecord" => {
                self.compare_missing(trial)
            }
            (Err(rejected), Observed::Rejected(error)) => compare_rejection(rejected, error),
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
        let expected = words::changes(program, outcome).into_iter();
        let expected = expected.map(|(step, status)| Announced::Step(step, status));
        same("events", changes, &expected.collect::<Vec<_>>())?;
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
        let owned = self.chain.svm.balance(&self.fixed.authority);
        same("lamports of the authority", owned, 0)?;
        self.compare_rents()
    }

    /// That everything the program owns has what it must have to last, and no lamport more.
    fn compare_rents(&self) -> Result<(), String> {
        let owned = self.chain.svm.owned_by(&self.fixed.program);
        owned.into_iter().try_for_each(|(address, account)| {
            let rent = self.chain.svm.rent(account.data.len());
            same(&format!("lamports of {address}"), account.lamports, rent)
        })
    }

    /// That somebody claims of a step that there is no record of.
    fn compare_missing(&self, trial: &Trial<'_>) -> Result<(), String> {
        let Action::Claim { step, instance } = trial.transaction.action else {
            return Err("a delivery with the right record: WrongRecord".to_owned());
        };
        let number = self.fixed.protocol.program().steps[step].number;
        same("record", self.chain.status(instance, number), None)
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
        let expected = expected.map(|(call, _)| self.fixed.expected(handler, call, payer));
        same("calls", received, &expected.collect::<Vec<_>>())
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
fn has_duplicate(prepared: &Prepared) -> bool {
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
