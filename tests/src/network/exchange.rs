//! What a network and its chains tell each other: deliveries and other requests, what must come of them, and what came.

use xcc::wire::Header;

use super::By;
use crate::vaa::Vaa;

/// A machine as Wormhole knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Wormhole's number of its chain.
    pub chain: u16,
    /// The address it publishes from.
    pub emitter: [u8; 32],
}

/// Which of a machine's entry points takes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The one that does what the message asks for.
    Deliver,
    /// The one that refuses an Execute whose deadline has passed.
    Expire,
    /// The one that gives up the compensation that a Cancel asks for.
    Park,
}

/// A delivery to a machine.
#[derive(Clone, Debug)]
pub struct Delivery<'a> {
    /// The entry point's name, as `execute_swap`.
    pub entry: &'a str,
    /// The number of the step.
    pub step: u16,
    /// The instance.
    pub instance: [u8; 32],
    /// The message.
    pub vaa: &'a Vaa,
    /// Who presents it.
    pub by: By,
}

impl Delivery<'_> {
    /// The number of the message's kind.
    pub(crate) fn kind(&self) -> u16 {
        let header = Header::decode(&self.vaa.payload);
        header.expect("a message has a header").kind as u16
    }
}

/// Something asked of an instance without a message.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What it does, in the words of delivery plans.
    pub does: &'a str,
    /// The entry point's name, as `claim_swap`.
    pub entry: &'a str,
    /// The number of the step it is about, if it is about one.
    pub step: Option<u16>,
    /// The instance.
    pub instance: [u8; 32],
    /// Who asks.
    pub by: By,
}

/// What a machine must do, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Announce these changes, and publish these messages.
    Done {
        /// What it announces, in order.
        changes: Vec<Announced>,
        /// Whole messages.
        messages: Vec<Vec<u8>>,
    },
    /// Fail with the error of this name.
    Rejected(String),
}

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It went through.
    Done {
        /// What machines announced, in order.
        changes: Vec<Announced>,
        /// What was published, in order.
        published: Vec<Vaa>,
    },
    /// It failed with the error of this name.
    Rejected(String),
}

/// What a machine announces by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// A step, by number, has a new status, by number.
    Step(u16, u8),
    /// The instance has a new phase, by number.
    Phase(u8),
}

impl Expected {
    /// The new statuses of steps among what must be announced, by number, and the new phases; nothing of a transaction that must fail.
    pub(crate) fn changes(&self) -> (Vec<(u16, u8)>, Vec<u8>) {
        let Expected::Done { changes, .. } = self else {
            return (Vec::new(), Vec::new());
        };
        let steps = changes.iter().filter_map(|change| match *change {
            Announced::Step(step, status) => Some((step, status)),
            Announced::Phase(_) => None,
        });
        let phases = changes.iter().filter_map(|change| match *change {
            Announced::Phase(phase) => Some(phase),
            Announced::Step(..) => None,
        });
        (steps.collect(), phases.collect())
    }
}
