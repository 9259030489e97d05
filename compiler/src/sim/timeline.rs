//! What happened in a run, as data.

use super::failure::Failure;
use crate::entities::{Chain, Message, Step};
use crate::interp::network::Entry as Purpose;
use crate::interp::schedule::StepAsk;
use crate::interp::{Outcome, Rejected};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// On which chain; `None` for what happens everywhere.
    pub chain: Option<Chain>,
    /// The chain's clock, or the first chain's, in seconds since the run began.
    pub at: u64,
    /// About which of the run's instances, from 0.
    pub instance: Option<usize>,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A transaction.
    Transaction {
        /// What was asked for.
        doing: Doing,
        /// What came of it.
        result: Result<Outcome, Rejected>,
    },
    /// Seconds passed.
    Passed(u64),
    /// The transport lost a message.
    Lost(Message),
    /// The transport keeps a message back for so many seconds.
    Delayed(Message, u64),
    /// The chain forgot these transactions, the oldest first, each with its instance; those that it runs again follow.
    Forked(Vec<(usize, Doing)>),
    /// From here on nothing goes wrong.
    Ending,
    /// Something is not as it must be.
    Failed(Failure),
}

/// What a transaction asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doing {
    /// What for.
    pub kind: DoingKind,
    /// The name of who sends it.
    pub by: String,
    /// It takes a message that was taken before.
    pub is_repeated: bool,
    /// It takes a message before an older one of the same chain that is on its way.
    pub is_early: bool,
    /// A fork undid it before.
    pub is_again: bool,
}

/// What a transaction asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoingKind {
    /// To start an instance.
    Start,
    /// To take a message.
    Present(Message, Purpose),
    /// To take a message that no machine sent.
    Forge(Message),
    /// Something about a step that takes no message.
    Ask(StepAsk, Step),
    /// To cancel the instance.
    Cancel,
    /// To send again what is outstanding.
    Redrive,
}
