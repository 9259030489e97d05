//! What a profile binds the names of a program to: networks, addresses and constants of one deployment.
//!
//! Nothing here is part of a program's fingerprint; the same program deployed twice speaks the same language to different peers.

use std::collections::BTreeMap;

use cranelift_entity::SecondaryMap;

use crate::entities::{Chain, Constant, Contract, Machine};
use crate::transport::Transport;

/// A resolved profile: every chain, contract and constant the program uses is bound.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// The profile's name.
    pub profile: String,
    /// The network behind each chain.
    pub chains: SecondaryMap<Chain, ChainBinding>,
    /// The address of each imported contract, program or package.
    pub contracts: SecondaryMap<Contract, Address>,
    /// The value of each deployment constant.
    pub constants: SecondaryMap<Constant, ConstantValue>,
    /// Where an emitted contract will live, as far as that must or may be known before it is deployed: always for a Solana
    /// program (its id is compiled in), optionally for the others.
    pub machines: SecondaryMap<Machine, Option<Address>>,
}

/// A network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainBinding {
    /// Its CAIP-2 identifier, such as `eip155:1`.
    pub caip2: String,
    /// Each transport's endpoint on it.
    pub transports: BTreeMap<Transport, Endpoint>,
}

/// A transport's endpoint on a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Wormhole's core bridge.
    Wormhole {
        /// Wormhole's own number for the chain.
        chain_id: u16,
        /// The core contract (EVM), program (Solana), package (Sui) or account (Aptos).
        core: Address,
        /// The core's shared state object, which only Sui has.
        state: Option<Address>,
    },
}

/// An address in the form of its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// A contract or account of an EVM chain.
    Evm([u8; 20]),
    /// A Solana account or program, written in base 58.
    Svm([u8; 32]),
    /// A Sui or Aptos address or object id, written in hexadecimal.
    Move([u8; 32]),
}

/// The value of a deployment constant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConstantValue {
    /// An address, account key or object id.
    Address(Address),
    /// A Move type, such as `0x2::sui::SUI`.
    MoveType(MoveType),
}

/// A Move struct type given by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MoveType {
    /// The package's address.
    pub address: [u8; 32],
    /// The module.
    pub module: String,
    /// The struct.
    pub name: String,
    /// Its own type arguments.
    pub arguments: Vec<MoveType>,
}

impl Default for Address {
    /// The zero address, which no resolved deployment contains.
    fn default() -> Self {
        Address::Move([0; 32])
    }
}

impl Default for ConstantValue {
    fn default() -> Self {
        ConstantValue::Address(Address::default())
    }
}

impl Address {
    /// The address as 32 bytes, zeros to its left if it is shorter.
    pub fn to_word(self) -> [u8; 32] {
        match self {
            Address::Evm(bytes) => {
                let mut word = [0; 32];
                word[12..].copy_from_slice(&bytes);
                word
            }
            Address::Svm(word) | Address::Move(word) => word,
        }
    }

    /// Whether every byte is zero.
    pub fn is_zero(self) -> bool {
        self.to_word() == [0; 32]
    }
}
