//! The chains that run steps, all driven alike.

use super::{AptosChain, Ask, Delivery, EvmChain, Expected, Observed, Peer, SolanaChain, SuiChain};
use crate::spent::Spent;

/// A chain with a participant.
pub enum Chain {
    /// An EVM chain that is not home.
    Evm(Box<EvmChain>),
    /// Solana.
    Solana(Box<SolanaChain>),
    /// Sui.
    Sui(SuiChain),
    /// Aptos.
    Aptos(AptosChain),
}

impl Chain {
    /// The participant as Wormhole knows it.
    #[must_use]
    pub fn peer(&self) -> Peer {
        match self {
            Chain::Evm(chain) => chain.peer(),
            Chain::Solana(chain) => chain.peer(),
            Chain::Sui(chain) => chain.peer(),
            Chain::Aptos(chain) => chain.peer(),
        }
    }

    /// What the last transaction used. The Move virtual machines run a whole test at once and say nothing of its transactions.
    pub(super) fn spent(&self) -> Option<Spent> {
        match self {
            Chain::Evm(chain) => chain.spent(),
            Chain::Solana(chain) => chain.svm.spent(),
            Chain::Sui(_) | Chain::Aptos(_) => None,
        }
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        match self {
            Chain::Evm(chain) => chain.pass(seconds),
            Chain::Solana(chain) => chain.pass(seconds),
            Chain::Sui(chain) => chain.pass(seconds),
            Chain::Aptos(chain) => chain.pass(seconds),
        }
    }

    #[track_caller]
    pub(super) fn deliver(&mut self, delivery: &Delivery<'_>, expected: &Expected) -> Observed {
        match self {
            Chain::Evm(chain) => chain.take(delivery),
            Chain::Solana(chain) => chain.deliver(delivery),
            Chain::Sui(chain) => chain.deliver(delivery, expected),
            Chain::Aptos(chain) => chain.deliver(delivery, expected),
        }
    }

    #[track_caller]
    pub(super) fn ask(&mut self, ask: &Ask<'_>, expected: &Expected) -> Observed {
        match self {
            Chain::Evm(chain) => chain.ask(ask),
            Chain::Solana(chain) => chain.ask(ask),
            Chain::Sui(chain) => chain.ask(ask, expected),
            Chain::Aptos(chain) => chain.ask(ask, expected),
        }
    }

    /// Demands that a step of an instance, by name and number, has the status of this number.
    #[track_caller]
    pub(super) fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        match self {
            Chain::Evm(chain) => chain.assert_status(instance, step, status),
            Chain::Solana(chain) => chain.assert_status(instance, step, status),
            Chain::Sui(chain) => chain.assert_status(instance, step, status),
            Chain::Aptos(chain) => chain.assert_status(instance, step, status),
        }
    }
}
