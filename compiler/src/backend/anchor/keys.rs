//! Where the keys of accounts come from, as a client finds them that knows nothing but the delivery plan.

use serde::{Serialize, Serializer};

use super::Target;
use super::places::Place;
use super::values::symbol;
use crate::backend::delivery::Hex;
use crate::deployment::ConstantValue;
use crate::entities::{Constant, Handler, Slot, Value};
use crate::hir::{AccountSource, BinaryOp, Seed as Source};
use crate::ir::{Body, InstData, Program, Trigger};
use crate::literal::Literal;
use crate::types::Type;

/// The seed of the account that holds a program's wiring.
pub(super) const STATE_SEED: &[u8] = b"xcc";
/// The seed of the address a program publishes from.
pub(super) const EMITTER_SEED: &[u8] = b"emitter";
/// The seed of the address a program signs calls of targets with.
pub(super) const AUTHORITY_SEED: &[u8] = b"authority";
/// The seed of the address that owns what a coordinator holds.
pub(super) const CUSTODY_SEED: &[u8] = b"custody";
/// The first seed of the records of steps.
pub(super) const STEP_SEED: &[u8] = b"step";
/// The first seed of the accounts of instances.
pub(super) const INSTANCE_SEED: &[u8] = b"instance";

/// Where the key of an account comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "camelCase")]
pub(super) enum Key {
    /// It is the same in every transaction.
    Fixed { key: Base58 },
    /// It is that of the account that pays.
    Payer,
    /// It is a new one, whose owner signs.
    New,
    /// It is a value of the instance.
    Value { value: Bytes },
    /// It is derived from seeds, with the canonical bump.
    Derived { program: Box<Key>, seeds: Vec<Seed> },
    /// It is that of the associated token account of an owner.
    #[serde(rename_all = "camelCase")]
    AssociatedToken {
        owner: Box<Key>,
        mint: Box<Key>,
        token_program: Box<Key>,
    },
}

/// One seed of a derived key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "camelCase")]
pub(super) enum Seed {
    /// These bytes.
    Bytes { bytes: Hex },
    /// The key of an account.
    Key { key: Key },
    /// A value of the instance.
    Value { value: Bytes },
    /// The Keccak-256 of what guardians sign of the delivered message: the VAA without its header and signatures.
    VaaHash,
    /// The Keccak-256 of these, one after another.
    Keccak256 { of: Vec<Seed> },
}

/// The bytes of a value as seeds have them: integers little-endian, everything else as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "in", rename_all = "camelCase")]
pub(super) enum Bytes {
    /// They are known.
    Plan { bytes: Hex },
    /// They are a byte: 1 if this holds of two values, otherwise 0. Numbers are compared as such.
    Comparison {
        op: &'static str,
        left: Box<Bytes>,
        right: Box<Bytes>,
        signed: bool,
    },
    /// They stand somewhere.
    #[serde(untagged)]
    Place(Place),
}

/// A key of Solana, written in base 58.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Base58(pub(super) [u8; 32]);

impl Serialize for Base58 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&bs58::encode(self.0).into_string())
    }
}

impl From<Bytes> for Key {
    fn from(value: Bytes) -> Self {
        match value {
            Bytes::Plan { bytes } => match bytes.0.try_into() {
                Ok(key) => Key::fixed(key),
                Err(_) => unreachable!("a key of Solana has 32 bytes"),
            },
            value => Key::Value { value },
        }
    }
}

impl Key {
    pub(super) fn fixed(key: [u8; 32]) -> Self {
        Key::Fixed { key: Base58(key) }
    }

    /// The key that a program derives.
    pub(super) fn derived(program: [u8; 32], seeds: impl Into<Vec<Seed>>) -> Self {
        Key::Derived {
            program: Box::new(Key::fixed(program)),
            seeds: seeds.into(),
        }
    }
}

impl Key {
    /// How many derivations lead to it.
    pub(super) fn derivations(&self) -> u64 {
        match self {
            Key::Fixed { .. } | Key::Payer | Key::New | Key::Value { .. } => 0,
            Key::Derived { program, seeds } => {
                let seeds = seeds.iter().map(|seed| match seed {
                    Seed::Key { key } => key.derivations(),
                    _ => 0,
                });
                1 + program.derivations() + seeds.sum::<u64>()
            }
            Key::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                let keys = [owner, mint, token_program].into_iter();
                1 + keys.map(|key| key.derivations()).sum::<u64>()
            }
        }
    }
}

impl Seed {
    pub(super) fn bytes(bytes: &[u8]) -> Self {
        Seed::Bytes {
            bytes: Hex(bytes.to_vec()),
        }
    }

    pub(super) fn value(place: Place) -> Self {
        Seed::Value {
            value: Bytes::Place(place),
        }
    }
}

/// Follows the values of a body to where a client finds them.
pub(super) struct Origins<'o, 'a> {
    target: &'o Target<'a>,
    /// The handler that the outside reaches.
    entry: Handler,
    /// The body of the handler that the values are in.
    body: &'a Body,
}

impl<'o, 'a> Origins<'o, 'a> {
    /// Those of the values of a handler, which runs in a transaction that was entered so.
    pub(super) fn of(target: &'o Target<'a>, entry: Handler, handler: Handler) -> Self {
        let body = &target.input.program.handlers[handler].body;
        Self {
            target,
            entry,
            body,
        }
    }

    /// The key of an account that a call of the program at `called` takes.
    pub(super) fn key(&self, source: &AccountSource<Value>, called: [u8; 32]) -> Key {
        let boxed = |source: &AccountSource<Value>| Box::new(self.key(source, called));
        match source {
            AccountSource::Constant(constant) => Key::fixed(self.address(*constant)),
            AccountSource::Fixed(key) => Key::fixed(*key),
            AccountSource::Authority => self.target.own(AUTHORITY_SEED),
            AccountSource::Custody => self.target.own(CUSTODY_SEED),
            AccountSource::CalledProgram => Key::fixed(called),
            AccountSource::Payer => Key::Payer,
            AccountSource::Value(value) => self.bytes(*value).into(),
            AccountSource::Pda { program, seeds } => Key::Derived {
                program: match program {
                    Some(program) => boxed(program),
                    None => Box::new(Key::fixed(called)),
                },
                seeds: seeds.iter().map(|seed| self.seed(seed, called)).collect(),
            },
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => Key::AssociatedToken {
                owner: boxed(owner),
                mint: boxed(mint),
                token_program: boxed(token_program),
            },
        }
    }

    fn seed(&self, seed: &Source<Value>, called: [u8; 32]) -> Seed {
        match seed {
            Source::Bytes(bytes) => Seed::bytes(bytes),
            Source::Key(source) => Seed::Key {
                key: self.key(source, called),
            },
            Source::Value(value) => Seed::Value {
                value: self.bytes(*value),
            },
        }
    }

    /// Where the bytes of a value are.
    pub(super) fn bytes(&self, value: Value) -> Bytes {
        let ty = &self.body.values[value].ty;
        let known = |bytes: Vec<u8>| Bytes::Plan { bytes: Hex(bytes) };
        match self.definition(value) {
            Some(InstData::Literal { literal, .. }) => known(literal_bytes(literal, ty)),
            Some(InstData::Constant { constant, .. }) => known(self.constant_bytes(*constant)),
            Some(InstData::Widen { value, .. }) => self.widened(*value, ty),
            Some(InstData::Not { value, .. }) => Bytes::Comparison {
                op: symbol(BinaryOp::Eq),
                left: Box::new(self.bytes(*value)),
                right: Box::new(known(vec![0])),
                signed: false,
            },
            Some(InstData::Binary {
                op, left, right, ..
            }) => Bytes::Comparison {
                op: symbol(*op),
                left: Box::new(self.bytes(*left)),
                right: Box::new(self.bytes(*right)),
                signed: matches!(self.body.values[*left].ty, Type::Int(_)),
            },
            _ => Bytes::Place(self.place(value)),
        }
    }

    fn widened(&self, value: Value, ty: &Type) -> Bytes {
        match self.bytes(value) {
            Bytes::Place(place) => Bytes::Place(place.widened(ty)),
            known => known,
        }
    }

    /// Where a value stands: in the message, in the record, or inside a record that stands there.
    fn place(&self, value: Value) -> Place {
        match self.definition(value) {
            None => self.param(value),
            Some(InstData::Load { slot, .. }) => self.slot(*slot),
            Some(InstData::Field { value, index, .. }) => {
                let declarations = &self.target.input.program.declarations;
                self.place(*value).field(*index, declarations)
            }
            Some(other) => unreachable!("no key is made of {other:?}"),
        }
    }

    /// A slot has the value that it had before the transaction. The one that starts an instance writes its inputs there first.
    fn slot(&self, slot: Slot) -> Place {
        match self.target.input.program.handlers[self.entry].trigger {
            Trigger::Start => match started_with(self.target.input.program, self.entry, slot) {
                Some(index) => Place::of_input(self.target, index),
                None => unreachable!("the check lets only inputs be accounts of a start"),
            },
            _ => Place::of_slot(self.target, slot),
        }
    }

    fn param(&self, value: Value) -> Place {
        let params = &self.body.blocks[self.body.entry].params;
        let index = params.iter().position(|param| *param == value);
        let message = self.target.message_of(self.entry);
        match (index, message) {
            (Some(index), Some(message)) => Place::of_message(self.target, message, index),
            (Some(index), None) => Place::of_input(self.target, index),
            _ => unreachable!("what no instruction defines is a parameter of the entry"),
        }
    }

    fn definition(&self, value: Value) -> Option<&InstData> {
        let mut insts = self.body.insts.values();
        insts.find(|inst| inst.results().contains(&value))
    }

    fn address(&self, constant: Constant) -> [u8; 32] {
        match self.target.input.deployment.constants[constant] {
            ConstantValue::Address(address) => address.to_word(),
            _ => unreachable!("the checker lets only addresses be accounts"),
        }
    }

    /// Addresses of other chains are as short as they are there.
    fn constant_bytes(&self, constant: Constant) -> Vec<u8> {
        use crate::deployment::Address::{Evm, Move, Svm};
        match self.target.input.deployment.constants[constant] {
            ConstantValue::Address(Evm(bytes)) => bytes.to_vec(),
            ConstantValue::Address(Svm(bytes) | Move(bytes)) => bytes.to_vec(),
            _ => unreachable!("the checker lets only addresses be values"),
        }
    }
}

/// The input that `start` keeps in a slot before anything else happens, by its position.
pub(super) fn started_with(program: &Program, start: Handler, slot: Slot) -> Option<usize> {
    let body = &program.handlers[start].body;
    let kept = body.insts.values().find_map(|inst| match inst {
        InstData::Store { slot: other, value } if *other == slot => Some(*value),
        _ => None,
    })?;
    let params = &body.blocks[body.entry].params;
    params.iter().position(|param| *param == kept)
}

/// A literal as a seed has it.
fn literal_bytes(literal: &Literal, ty: &Type) -> Vec<u8> {
    match (literal, ty) {
        (Literal::Bool(value), _) => vec![u8::from(*value)],
        (Literal::Variant(index), _) => vec![*index],
        (Literal::Bytes(bytes), _) => bytes.clone(),
        (Literal::Uint(value) | Literal::Int(value), Type::Uint(bits) | Type::Int(bits)) => {
            let mut word = [0; 32];
            value.to_little_endian(&mut word);
            word[..usize::from(*bits) / 8].to_vec()
        }
        _ => unreachable!("{ty:?} has no encoding in seeds"),
    }
}
