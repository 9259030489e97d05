//! Codec vectors: sample bodies with their bytes, the same on every run, for the tests of whoever uses the emitted code.

use serde::{Serialize, Serializer};

use super::codec::encode_message;
use super::header::{self, Header, NO_DEADLINE};
use super::identity::keccak256;
use super::layout::Layout;
use super::value::{Value, hex};
use crate::analysis::Facts;
use crate::ir::{Message, MessageKind, Program, StepKind};
use crate::json::{Sequence, pretty};
use crate::literal::U256;
use crate::types::{Declarations, Field, Type, Units};
use crate::wire::layout::address_size;

/// Random vectors for each message type, beside the least and the greatest.
const RANDOM_VECTORS: usize = 2;

/// Where sample values come from: bytes that depend on nothing but the seed.
#[derive(Clone, Debug)]
pub struct Sampler {
    state: [u8; 32],
    used: usize,
    extent: Extent,
}

/// How large sample values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Zeros, and nothing in what can be empty.
    Least,
    /// All bits set, and everything full.
    Greatest,
    /// Anything.
    Random,
}

impl Sampler {
    /// A source of values for a seed.
    pub fn new(seed: &str, extent: Extent) -> Self {
        let state = match extent {
            Extent::Random => keccak256(seed.as_bytes()),
            Extent::Least | Extent::Greatest => [0; 32],
        };
        Sampler {
            state,
            used: 0,
            extent,
        }
    }

    /// A value of a type.
    pub fn value(&mut self, ty: &Type, declarations: &Declarations) -> Value {
        match ty {
            Type::Bool => Value::Bool(self.below(2) == 1),
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => Value::Uint(self.bits(*bits)),
            Type::Int(bits) => Value::Int(self.signed(*bits)),
            Type::FixedBytes(len) => Value::Bytes(self.bytes(usize::from(*len))),
            Type::Bytes(max) => {
                let length = self.below(*max + 1) as usize;
                Value::Bytes(self.bytes(length))
            }
            Type::String(max) => Value::String(self.text(*max as usize)),
            Type::List(element, max) => {
                let count = self.below(*max + 1);
                Value::List(
                    (0..count)
                        .map(|_| self.value(element, declarations))
                        .collect(),
                )
            }
            Type::Array(element, len) => Value::List(
                (0..*len)
                    .map(|_| self.value(element, declarations))
                    .collect(),
            ),
            Type::Option(some) => {
                let is_some = self.below(2) == 1;
                Value::Option(is_some.then(|| Box::new(self.value(some, declarations))))
            }
            Type::Record(record) => {
                let fields = &declarations.records[*record].fields;
                Value::Record(
                    fields
                        .iter()
                        .map(|field| self.value(&field.ty, declarations))
                        .collect(),
                )
            }
            Type::Enum(id) => {
                Value::Variant(self.below(declarations.enums[*id].variants.len() as u32) as u8)
            }
            Type::Address(chain) => {
                Value::Bytes(self.bytes(address_size(declarations.chains[*chain].vm) as usize))
            }
        }
    }

    /// A number under `bound`, which is not zero.
    fn below(&mut self, bound: u32) -> u32 {
        match self.extent {
            Extent::Least => 0,
            Extent::Greatest => bound - 1,
            Extent::Random => {
                let draw = [self.byte(), self.byte(), self.byte(), self.byte()];
                u32::from_be_bytes(draw) % bound
            }
        }
    }

    fn bits(&mut self, bits: u16) -> U256 {
        U256::from_big_endian(&self.bytes(usize::from(bits) / 8))
    }

    /// The least and the greatest number of so many bits, or any.
    fn signed(&mut self, bits: u16) -> U256 {
        let limit = U256::one() << (bits - 1);
        match self.extent {
            Extent::Least => (!limit).overflowing_add(U256::one()).0,
            Extent::Greatest => limit - 1,
            Extent::Random => {
                let value = self.bits(bits);
                if value < limit || bits == 256 {
                    value
                } else {
                    value | !(limit | (limit - 1))
                }
            }
        }
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        match self.extent {
            Extent::Least => vec![0; length],
            Extent::Greatest => vec![0xff; length],
            Extent::Random => (0..length).map(|_| self.byte()).collect(),
        }
    }

    /// Text of at most `max` bytes, with characters of one to four bytes.
    fn text(&mut self, max: usize) -> String {
        const CHARACTERS: [char; 8] = ['a', 'Z', '0', ' ', 'é', '語', '🦀', '\u{10ffff}'];
        let length = self.below(max as u32 + 1) as usize;
        let mut text = String::new();
        while text.len() < length {
            let character = CHARACTERS[self.below(CHARACTERS.len() as u32) as usize];
            let fits = text.len() + character.len_utf8() <= length;
            text.push(if fits { character } else { 'x' });
        }
        text
    }

    fn byte(&mut self) -> u8 {
        if self.used == self.state.len() {
            self.state = keccak256(&self.state);
            self.used = 0;
        }
        self.used += 1;
        self.state[self.used - 1]
    }
}

/// Sample values for the fields of a message type, in declared order.
pub fn sample(program: &Program, message: Message, sampler: &mut Sampler) -> Vec<Value> {
    let fields = &program.messages[message].fields;
    fields
        .iter()
        .map(|field| sampler.value(&field.ty, &program.declarations))
        .collect()
}

/// The vectors of every message type of a program, as the text of a JSON file.
pub fn vectors(program: &Program, facts: &Facts) -> String {
    let messages = || program.messages.keys();
    let file = File {
        format: "xcc-vectors-1",
        messages: Sequence(|| messages().map(|message| vectors_of(program, facts, message))),
    };
    let sizes = messages().map(|message| expected_size(facts.layout(message)));
    pretty(&file, sizes.sum())
}

/// About how many bytes the vectors of a message type have at most: its bytes and its fields, both in hexadecimal.
fn expected_size(layout: &Layout) -> usize {
    let message = header::SIZE + layout.max_size as usize;
    (2 + RANDOM_VECTORS) * (300 + 4 * message)
}

#[derive(Serialize)]
struct File<M> {
    format: &'static str,
    messages: M,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageVectors<'a> {
    workflow: &'a str,
    step: &'a str,
    kind: &'static str,
    min_body_size: u32,
    max_body_size: u32,
    vectors: Vec<Vector<'a>>,
}

#[derive(Serialize)]
struct Vector<'a> {
    instance: String,
    deadline: String,
    fields: NamedValues<'a>,
    message: String,
}

/// Values by the names of their fields.
struct NamedValues<'a> {
    fields: &'a [Field],
    values: Vec<Value>,
}

impl Serialize for NamedValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.fields.iter().map(|field| &field.name);
        serializer.collect_map(names.zip(&self.values))
    }
}

fn vectors_of<'a>(program: &'a Program, facts: &Facts, message: Message) -> MessageVectors<'a> {
    let data = &program.messages[message];
    let step = &program.steps[data.step];
    let workflow = &program.workflows[step.workflow];
    let layout = facts.layout(message);
    let seed = format!("{} {} {}", workflow.name, step.name, data.kind);
    let extents = [Extent::Least, Extent::Greatest]
        .into_iter()
        .chain([Extent::Random; RANDOM_VECTORS]);
    let vectors = extents.enumerate().map(|(index, extent)| {
        let mut sampler = Sampler::new(&format!("{seed} {index}"), extent);
        let header = sample_header(program, facts, message, &mut sampler);
        let values = sample(program, message, &mut sampler);
        vector(&data.fields, layout, &header, values)
    });
    MessageVectors {
        workflow: &workflow.name,
        step: &step.name,
        kind: data.kind.name(),
        min_body_size: layout.min_size,
        max_body_size: layout.max_size,
        vectors: vectors.collect(),
    }
}

fn sample_header(
    program: &Program,
    facts: &Facts,
    message: Message,
    sampler: &mut Sampler,
) -> Header {
    let data = &program.messages[message];
    let step = &program.steps[data.step];
    let instance = sampler.bytes(32);
    let deadline = match (data.kind, step.kind) {
        (MessageKind::Execute, StepKind::Retriable) => NO_DEADLINE,
        (MessageKind::Execute, _) => u64::from(sampler.below(u32::MAX)),
        _ => 0,
    };
    let fingerprint = &facts.fingerprints[step.workflow];
    let prefix = *fingerprint
        .first_chunk()
        .expect("a fingerprint has 32 bytes");
    let instance = instance.try_into().expect("32 bytes were asked for");
    Header {
        kind: data.kind,
        step: step.number,
        fingerprint: prefix,
        deadline,
        instance,
    }
}

fn vector<'a>(
    fields: &'a [Field],
    layout: &Layout,
    header: &Header,
    values: Vec<Value>,
) -> Vector<'a> {
    Vector {
        instance: hex(&header.instance),
        deadline: header.deadline.to_string(),
        message: hex(&encode_message(header, layout, &values)),
        fields: NamedValues { fields, values },
    }
}
