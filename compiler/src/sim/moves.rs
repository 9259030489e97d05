//! What a schedule of a run consists of.

use crate::entities::{Chain, Message};
use crate::interp::Gas;
use crate::interp::schedule::{self, MoveKind, Shrinkable};

/// One move of a schedule. A move that is impossible where it stands does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which of the run's instances it is about, from 0. Moves about a whole chain ignore it.
    pub instance: usize,
    /// What happens.
    pub kind: Kind,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The initiator starts the instance.
    Start {
        /// Which calls fail: bit `n` is for the call after `n` others.
        failing: u8,
        /// The gas of the transaction.
        gas: Gas,
    },
    /// A transaction, or time that passes on one chain.
    Act(schedule::Move),
    /// Time passes on every chain, in seconds.
    Pass(u64),
    /// The transport loses a message.
    Lose(Message),
    /// The transport delivers a message only after so many seconds of its receiver's clock.
    Delay(Message, u64),
    /// A chain forgets its latest transactions that are not final.
    Fork {
        /// The chain.
        chain: Chain,
        /// How many transactions; at most those that are not final.
        undone: usize,
        /// Which of them it runs again, in this order: their positions among the undone ones, from 0 for the oldest.
        again: Vec<usize>,
    },
    /// Somebody presents a message of this type that no machine sent.
    Forge(Message),
}

impl Move {
    /// A transaction in which nothing goes wrong.
    pub(super) fn act(instance: usize, kind: MoveKind) -> Self {
        let kind = Kind::Act(schedule::Move {
            kind,
            failing: 0,
            gas: Gas::Enough,
        });
        Move { instance, kind }
    }

    /// A start in which nothing goes wrong.
    pub(super) fn start(instance: usize) -> Self {
        let kind = Kind::Start {
            failing: 0,
            gas: Gas::Enough,
        };
        Move { instance, kind }
    }

    /// The same with such calls failing and so much gas, if it is a transaction.
    #[must_use]
    pub(super) fn with(mut self, fails: u8, limit: Gas) -> Self {
        match &mut self.kind {
            Kind::Start { failing, gas } | Kind::Act(schedule::Move { failing, gas, .. }) => {
                (*failing, *gas) = (fails, limit);
            }
            _ => {}
        }
        self
    }

    /// Which calls fail, and the gas, if it is a transaction.
    pub(super) fn conditions(&self) -> (u8, Gas) {
        match &self.kind {
            Kind::Start { failing, gas } => (*failing, *gas),
            Kind::Act(act) => (act.failing, act.gas),
            _ => (0, Gas::Enough),
        }
    }
}

impl Shrinkable for Move {
    /// All its calls succeed and it has enough gas; a fork runs nothing again.
    fn plain(&self) -> Self {
        let mut plain = self.clone().with(0, Gas::Enough);
        if let Kind::Fork { again, .. } = &mut plain.kind {
            again.clear();
        }
        plain
    }
}
