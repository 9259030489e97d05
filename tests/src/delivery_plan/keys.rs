//! Keys of accounts, found as a plan says.

use serde::Deserialize;
use sha3::{Digest, Keccak256};
use solana_signer::Signer;

use super::parse;
use super::values::{Bytes, Known};
use crate::plan_head;
use crate::svm::tokens::{self, ASSOCIATED_TOKEN};
use crate::svm::{Address, Instruction, Keypair};

/// Where a key comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "from", rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Key {
    Fixed {
        #[serde(deserialize_with = "parse::address")]
        key: Address,
    },
    Payer,
    New,
    Value {
        value: Bytes,
    },
    Derived {
        program: Box<Key>,
        seeds: Vec<Seed>,
    },
    #[serde(rename_all = "camelCase")]
    AssociatedToken {
        owner: Box<Key>,
        mint: Box<Key>,
        token_program: Box<Key>,
    },
}

/// One seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "from", rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Seed {
    Bytes {
        #[serde(deserialize_with = "plan_head::bytes")]
        bytes: Vec<u8>,
    },
    Key {
        key: Key,
    },
    Value {
        value: Bytes,
    },
    VaaHash,
    #[serde(rename = "keccak256")]
    Keccak256 {
        of: Vec<Seed>,
    },
}

/// What keys are found from.
pub(super) struct Finder<'k> {
    pub(super) payer: Address,
    /// What guardians signed.
    pub(super) signed: &'k [u8],
    pub(super) known: Known<'k>,
    /// The owners of new keys.
    pub(super) new: Vec<Keypair>,
}

impl Key {
    /// Whether it is known only while there is a record.
    pub(super) fn needs_record(&self) -> bool {
        self.comes_from(Bytes::needs_record)
    }

    /// Whether it follows from what only one message says.
    pub(super) fn needs_body(&self) -> bool {
        self.comes_from(Bytes::needs_body)
    }

    fn comes_from(&self, such: fn(&Bytes) -> bool) -> bool {
        match self {
            Key::Fixed { .. } | Key::Payer | Key::New => false,
            Key::Value { value } => such(value),
            Key::Derived { program, seeds } => {
                program.comes_from(such) || seeds.iter().any(|seed| seed.comes_from(such))
            }
            Key::AssociatedToken {
                owner,
                mint,
                token_program,
            } => [owner, mint, token_program]
                .into_iter()
                .any(|key| key.comes_from(such)),
        }
    }
}

impl Seed {
    fn comes_from(&self, such: fn(&Bytes) -> bool) -> bool {
        match self {
            Seed::Bytes { .. } | Seed::VaaHash => false,
            Seed::Key { key } => key.comes_from(such),
            Seed::Value { value } => such(value),
            Seed::Keccak256 { of } => of.iter().any(|seed| seed.comes_from(such)),
        }
    }
}

impl Finder<'_> {
    pub(super) fn key(&mut self, key: &Key) -> Address {
        match key {
            Key::Fixed { key } => *key,
            Key::Payer => self.payer,
            Key::New => {
                let new = Keypair::new();
                let key = new.pubkey();
                self.new.push(new);
                key
            }
            Key::Value { value } => {
                let bytes = value.resolve(&self.known);
                Address::try_from(bytes.as_slice()).expect("a key has 32 bytes")
            }
            Key::Derived { program, seeds } => {
                let program = self.key(program);
                let seeds: Vec<_> = seeds.iter().map(|seed| self.seed(seed)).collect();
                derive(&program, &seeds)
            }
            Key::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                let seeds =
                    [owner, token_program, mint].map(|key| self.key(key).to_bytes().to_vec());
                derive(&ASSOCIATED_TOKEN, &seeds)
            }
        }
    }

    /// The instruction that creates an account with this key, unless it is there, if it is a token account.
    pub(super) fn open(&mut self, key: &Key) -> Instruction {
        let Key::AssociatedToken {
            owner,
            mint,
            token_program,
        } = key
        else {
            panic!("{key:?} is not that of a token account");
        };
        let [owner, mint, token_program] = [owner, mint, token_program].map(|key| self.key(key));
        tokens::create_idempotent(&self.payer, &owner, &mint, &token_program)
    }

    fn seed(&mut self, seed: &Seed) -> Vec<u8> {
        match seed {
            Seed::Bytes { bytes } => bytes.clone(),
            Seed::Key { key } => self.key(key).to_bytes().to_vec(),
            Seed::Value { value } => value.resolve(&self.known),
            Seed::VaaHash => Keccak256::digest(self.signed).to_vec(),
            Seed::Keccak256 { of } => {
                let parts: Vec<_> = of.iter().map(|part| self.seed(part)).collect();
                Keccak256::digest(parts.concat()).to_vec()
            }
        }
    }
}

fn derive(program: &Address, seeds: &[Vec<u8>]) -> Address {
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    Address::find_program_address(&seeds, program).0
}
