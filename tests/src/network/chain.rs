//! The chains that run steps, all driven alike.

use super::{
    AptosChain, Claim, Delivery, EvmChain, Expected, Observed, Peer, SolanaChain, SuiChain,
};
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
    pub(super) fn claim(&mut self, claim: &Claim<'_>, expected: &Expected) -> Observed {
        match self {
            Chain::Evm(chain) => chain.claim(claim),
            Chain::Solana(chain) => chain.claim(claim),
            Chain::Sui(chain) => chain.claim(claim, expected),
            Chain::Aptos(chain) => chain.claim(claim, expected),
        }
    }

    /// Demands that a step of an instance, by name and number, has the status of this number.
    #[track_caller]
    pub(super) fn assert_status(&mut self, instance: [u8; 32], step: (&str, u16), status: u8) {
        let (name, number) = step;
        match self {
            Chain::Evm(chain) => assert_eq!(chain.status(instance, number), status, "{name}"),
            Chain::Solana(chain) => {
                let found = chain.status(instance, number).unwrap_or_default();
                assert_eq!(found, status, "{name}");
            }
            Chain::Sui(chain) => {
                let instance = hex::encode(instance);
                let call = format!("participant::{name}_status(&participant, x\"{instance}\")");
                chain.check(&format!("{call} == {status}"));
            }
            Chain::Aptos(chain) => {
                let (package, instance) = (chain.package().to_owned(), hex::encode(instance));
                chain.check(&format!(
                    "{package}::{name}_status(x\"{instance}\") == {status}"
                ));
            }
        }
    }
}
