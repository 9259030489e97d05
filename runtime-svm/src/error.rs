//! Why a program rejects a transaction. Anchor adds 6000 to each number.

use anchor_lang::prelude::*;

/// Why a transaction is rejected. The numbers up to 15 are those of xcc's `Rejection`, equal on every chain.
#[error_code]
pub enum XccError {
    /// The caller is not the one who may do this.
    #[msg("the caller is not authorised")]
    NotAuthorised = 1,
    /// An Execute came too late for its call.
    #[msg("the deadline has passed: present the message to the expire instruction")]
    DeadlinePassed = 2,
    /// An Execute cannot expire yet.
    #[msg("the deadline has not passed yet")]
    DeadlineNotPassed = 3,
    /// The instance cannot be cancelled in its phase.
    #[msg("the instance cannot be cancelled in its phase")]
    NotCancellable = 4,
    /// There is nothing to send again.
    #[msg("nothing is outstanding")]
    NothingOutstanding = 5,
    /// The message does not fit what happened to its step before.
    #[msg("the message does not fit the state of its step")]
    WrongState = 6,
    /// The guard of a step that must succeed at last does not hold yet.
    #[msg("the guard of the step does not hold yet")]
    GuardNotMet = 7,
    /// Arithmetic of a step that is run by `start`, or of a later one in an `atomic`, has no value.
    #[msg("arithmetic of the step has no value")]
    NoValue = 8,
    /// The fingerprint given to `wire` is not the program's.
    #[msg("the peers were built from another source")]
    WrongFingerprint = 16,
    /// The peers given to `wire` are zero, missing, too many or on this chain.
    #[msg("the peers are not exactly the machines this program speaks to")]
    WrongPeers = 17,
    /// An account that should hold a posted message does not.
    #[msg("the account is no message that Wormhole's core has posted")]
    NotPosted = 18,
    /// A message comes from another chain or contract than the peer it must come from.
    #[msg("the message was not published by the peer that it must come from")]
    WrongEmitter = 19,
    /// A message has no header of this version, or one that cannot be.
    #[msg("the message does not begin with a valid header")]
    WrongHeader = 20,
    /// A message is for another instruction.
    #[msg("the message is of another kind, step or workflow")]
    WrongMessage = 21,
    /// A message ends before its last field.
    #[msg("the message ends too early")]
    Truncated = 22,
    /// A message has bytes after its last field.
    #[msg("bytes follow the last field of the message")]
    TrailingBytes = 23,
    /// A boolean, tag or variant is none.
    #[msg("a byte is no boolean, tag or variant")]
    NotCanonical = 24,
    /// A length is over its bound.
    #[msg("a length is over its bound")]
    OverBound = 25,
    /// A string is not UTF-8.
    #[msg("a string is not well-formed UTF-8")]
    NotUtf8 = 26,
    /// An account is not the one the workflow names.
    #[msg("an account is not the one the workflow names")]
    WrongAccount = 27,
    /// One account stands in two places, and at least one of them is writable.
    #[msg("a writable account is passed twice")]
    DuplicateAccount = 28,
    /// The record of a step or an instance is not this program's, or does not exist.
    #[msg("the record is not the one of this instance and step")]
    WrongRecord = 29,
    /// The called program returned nothing, or something else than its interface says.
    #[msg("the called program did not return what its interface says")]
    WrongReturn = 30,
    /// Arithmetic left the range of its type.
    #[msg("arithmetic left the range of its type")]
    OutOfRange = 31,
    /// An initiator has started an instance with this nonce before.
    #[msg("the initiator has started an instance with this nonce before")]
    NonceUsed = 32,
    /// A call took another amount than it spends, or the account that it spends out of, or left somebody else the right to take more.
    #[msg("the call did not take exactly what it spends")]
    NotSpent = 33,
    /// The token account derived from whom an amount goes to is not there, or was given to somebody else.
    #[msg("the token account does not belong to whom the amount goes to")]
    NotReceivers = 34,
}
