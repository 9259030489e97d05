//! Where a step of an instance stands.

use anchor_lang::prelude::*;

/// Where a step stands. The numbers are those of records and events, equal on every chain; those of the coordinator alone are
/// there too, so that every number has one meaning.
#[derive(
    AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq,
)]
pub enum Status {
    /// Nothing happened yet.
    #[default]
    None,
    /// Only at home: its Execute is on its way.
    Sent,
    /// The call ran.
    Executed,
    /// The call did not run and will not.
    Refused,
    /// Only at home: its Cancel is on its way.
    Cancelling,
    /// It was undone.
    Cancelled,
    /// It was cancelled before its Execute arrived, which will bounce.
    Tombstone,
    /// A reservation was made final.
    Confirmed,
    /// Its compensation was given up, and its value waits for its owner.
    Parked,
    /// Only at home: the instance went another way.
    Skipped,
}
