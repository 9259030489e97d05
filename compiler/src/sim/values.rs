//! Values that are made up from their types: small enough to read, and the same for the same seed.

use crate::interp::schedule::Draw;
use crate::interp::{Call, Used};
use crate::ir::Program;
use crate::literal::U256;
use crate::types::{Declarations, Type, Units};
use crate::wire::Value;
use crate::wire::layout::address_size;

/// The most elements of a list, and characters of a string.
const LONGEST: u32 = 3;

/// A value of a type.
pub fn made_up(ty: &Type, seed: &str, declarations: &Declarations) -> Value {
    let mut maker = Maker {
        draw: Draw::of(seed),
        declarations,
    };
    maker.value(ty)
}

/// What a call returns: a value for each result that is used.
pub fn results(program: &Program, call: &Call, seed: &str) -> Vec<Value> {
    let value = |used: &Used| {
        let seed = format!("{seed} {} {}", call.function.name, used.position);
        made_up(&used.ty, &seed, &program.declarations)
    };
    call.results.iter().map(value).collect()
}

struct Maker<'d> {
    draw: Draw,
    declarations: &'d Declarations,
}

impl Maker<'_> {
    fn value(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Bool => Value::Bool(self.below(2) == 1),
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => Value::Uint(self.number(*bits)),
            Type::Int(bits) => Value::Int(self.signed(*bits)),
            Type::FixedBytes(length) => Value::Bytes(self.bytes(u32::from(*length))),
            Type::Bytes(most) => {
                let length = self.length(*most);
                Value::Bytes(self.bytes(length))
            }
            Type::String(most) => Value::String(self.text(*most)),
            Type::List(element, most) => {
                let length = self.length(*most);
                Value::List((0..length).map(|_| self.value(element)).collect())
            }
            Type::Array(element, length) => {
                Value::List((0..*length).map(|_| self.value(element)).collect())
            }
            Type::Option(some) => {
                let is_some = self.below(2) == 1;
                Value::Option(is_some.then(|| Box::new(self.value(some))))
            }
            Type::Record(record) => {
                let fields = &self.declarations.records[*record].fields;
                Value::Record(fields.iter().map(|field| self.value(&field.ty)).collect())
            }
            Type::Enum(id) => {
                let variants = self.declarations.enums[*id].variants.len();
                Value::Variant(self.below(variants as u32) as u8)
            }
            Type::Address(chain) => {
                let size = address_size(self.declarations.chains[*chain].vm);
                Value::Bytes(self.bytes(size))
            }
        }
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.draw.below(u64::from(bound)) as u32
    }

    /// From one to a hundred, or to a thousand where there is room for it.
    fn number(&mut self, bits: u16) -> U256 {
        let most = if bits > 8 { 1_000 } else { 100 };
        U256::from(1 + self.below(most))
    }

    fn signed(&mut self, bits: u16) -> U256 {
        let number = self.number(bits);
        match self.below(2) {
            0 => number,
            _ => (!number).overflowing_add(U256::one()).0,
        }
    }

    fn length(&mut self, most: u32) -> u32 {
        self.below(most.min(LONGEST) + 1)
    }

    fn bytes(&mut self, length: u32) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }

    fn text(&mut self, most: u32) -> String {
        let length = self.length(most);
        let letter = |_| char::from(b'a' + self.below(26) as u8);
        (0..length).map(letter).collect()
    }
}
