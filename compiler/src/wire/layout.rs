//! Body layouts, computed once for each message type.

use crate::types::{Declarations, Field, Type, Units};
use crate::vm::Vm;

/// Bytes of a length or count prefix.
pub const PREFIX_SIZE: u32 = 2;

/// The greatest bound of a dynamic type: what a length prefix can say.
pub const MAX_BOUND: u32 = u16::MAX as u32;

/// The body of a message type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The fields in the order they stand on the wire.
    pub fields: Vec<FieldLayout>,
    /// The least number of bytes a body can have.
    pub min_size: u32,
    /// The greatest number of bytes a body can have.
    pub max_size: u32,
}

/// A field of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLayout {
    /// Its position among the message's declared fields.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Its type in the language.
    pub ty: Type,
    /// How it is encoded.
    pub encoding: Encoding,
    /// Where it begins in the body; `None` after the first field of variable size.
    pub offset: Option<u32>,
}

/// How a value is encoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// One byte, 0 or 1.
    Bool,
    /// Big-endian, so many bytes.
    Uint(u32),
    /// Big-endian two's complement, so many bytes.
    Int(u32),
    /// So many bytes as they are.
    Fixed(u32),
    /// A prefix and at most so many bytes.
    Bytes(u32),
    /// A prefix and at most so many bytes of UTF-8.
    Utf8(u32),
    /// A prefix and at most so many elements.
    List(Box<Encoding>, u32),
    /// So many elements.
    Array(Box<Encoding>, u32),
    /// A tag byte and perhaps a value.
    Option(Box<Encoding>),
    /// The fields in declared order.
    Record(Vec<Encoding>),
    /// One byte under so many variants.
    Variant(u32),
}

impl Layout {
    /// Lays out a body with these declared fields.
    pub fn new(fields: &[Field], declarations: &Declarations) -> Layout {
        let is_fixed = |field: &Field| field.ty.is_fixed_size(declarations);
        let fixed = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| is_fixed(field));
        let dynamic = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| !is_fixed(field));

        let mut offset = Some(0);
        let mut layouts = Vec::with_capacity(fields.len());
        for (index, field) in fixed.chain(dynamic) {
            let encoding = Encoding::of(&field.ty, declarations);
            let next = offset
                .filter(|_| encoding.min_size() == encoding.max_size())
                .map(|at| at + encoding.max_size());
            layouts.push(FieldLayout {
                index,
                name: field.name.clone(),
                ty: field.ty.clone(),
                encoding,
                offset,
            });
            offset = next;
        }
        let min_size = layouts.iter().map(|field| field.encoding.min_size()).sum();
        let max_size = layouts.iter().fold(0u32, |sum, field| {
            sum.saturating_add(field.encoding.max_size())
        });
        Layout {
            fields: layouts,
            min_size,
            max_size,
        }
    }

    /// Whether every body has the same size.
    pub fn is_fixed_size(&self) -> bool {
        self.min_size == self.max_size
    }
}

impl Encoding {
    /// How values of a type are encoded.
    pub fn of(ty: &Type, declarations: &Declarations) -> Encoding {
        let inner = |ty: &Type| Box::new(Encoding::of(ty, declarations));
        match ty {
            Type::Bool => Encoding::Bool,
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => {
                Encoding::Uint(u32::from(*bits) / 8)
            }
            Type::Int(bits) => Encoding::Int(u32::from(*bits) / 8),
            Type::FixedBytes(len) => Encoding::Fixed(u32::from(*len)),
            Type::Bytes(max) => Encoding::Bytes(*max),
            Type::String(max) => Encoding::Utf8(*max),
            Type::List(element, max) => Encoding::List(inner(element), *max),
            Type::Array(element, len) => Encoding::Array(inner(element), *len),
            Type::Option(some) => Encoding::Option(inner(some)),
            Type::Record(record) => {
                let fields = &declarations.records[*record].fields;
                Encoding::Record(
                    fields
                        .iter()
                        .map(|field| Encoding::of(&field.ty, declarations))
                        .collect(),
                )
            }
            Type::Enum(id) => Encoding::Variant(declarations.enums[*id].variants.len() as u32),
            Type::Address(chain) => Encoding::Fixed(address_size(declarations.chains[*chain].vm)),
        }
    }

    /// The least number of bytes.
    pub fn min_size(&self) -> u32 {
        match self {
            Encoding::Bool | Encoding::Variant(_) | Encoding::Option(_) => 1,
            Encoding::Uint(size) | Encoding::Int(size) | Encoding::Fixed(size) => *size,
            Encoding::Bytes(_) | Encoding::Utf8(_) | Encoding::List(..) => PREFIX_SIZE,
            Encoding::Array(element, len) => element.min_size().saturating_mul(*len),
            Encoding::Record(fields) => fields
                .iter()
                .fold(0, |sum, field| sum.saturating_add(field.min_size())),
        }
    }

    /// The greatest number of bytes; saturates.
    pub fn max_size(&self) -> u32 {
        match self {
            Encoding::Bool | Encoding::Variant(_) => 1,
            Encoding::Uint(size) | Encoding::Int(size) | Encoding::Fixed(size) => *size,
            Encoding::Bytes(max) | Encoding::Utf8(max) => PREFIX_SIZE + max,
            Encoding::List(element, max) => element
                .max_size()
                .saturating_mul(*max)
                .saturating_add(PREFIX_SIZE),
            Encoding::Array(element, len) => element.max_size().saturating_mul(*len),
            Encoding::Option(some) => some.max_size().saturating_add(1),
            Encoding::Record(fields) => fields
                .iter()
                .fold(0, |sum, field| sum.saturating_add(field.max_size())),
        }
    }
}

/// Bytes of an address of a VM.
pub fn address_size(vm: Vm) -> u32 {
    match vm {
        Vm::Evm => 20,
        Vm::Svm | Vm::Sui | Vm::Aptos => 32,
    }
}
