//! Why a transaction is rejected.

use thiserror::Error;

use crate::hir::FunctionRef;
use crate::ir::{MessageKind, Rejection};
use crate::wire::DecodeError;

/// Why a transaction is rejected. Whatever the reason, nothing happened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejected {
    /// A message of somebody who is no peer of the machine.
    #[error("the message was not sent by a peer of the machine")]
    UnknownSender,
    /// Bytes that are no message.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
    /// A message of contracts that were built from another source.
    #[error("the message was sent by contracts that were built from another source")]
    WrongFingerprint,
    /// A message that this sender never sends to this machine.
    #[error("no {kind} of step {step} comes from this sender")]
    UnknownMessage {
        /// The number of the step.
        step: u16,
        /// What it says.
        kind: MessageKind,
    },
    /// An action that the machine has no handler for.
    #[error("the machine has no entry point for this")]
    NoEntry,
    /// A caller that is no address of the machine's chain.
    #[error("the caller is no address of the chain")]
    WrongCaller,
    /// Inputs that are not of the workflow's types.
    #[error("the inputs are not those of the workflow")]
    WrongInputs,
    /// The handler ended with a `reject`.
    #[error("rejected: {}", .0.name())]
    Protocol(Rejection),
    /// The gas left does not cover a budget.
    #[error("{left} gas is left, and a call needs {required}")]
    OutOfGas {
        /// The budget.
        required: u64,
        /// What is left.
        left: u64,
    },
    /// A call that is not caught failed.
    #[error("the call of `{}` failed", .0.name)]
    CallFailed(FunctionRef),
    /// A target returned something else than its interface says. Nothing catches that, not even an `invoke`.
    #[error("`{}` did not return what its interface says", .0.name)]
    WrongResults(FunctionRef),
}

impl From<Rejection> for Rejected {
    fn from(rejection: Rejection) -> Self {
        Rejected::Protocol(rejection)
    }
}
