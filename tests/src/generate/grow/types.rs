//! Types: what values of each VM can be.

use xcc::entities::{Chain, Enum, Record};
use xcc::types::{Declarations, EnumDecl, Field, INTEGER_WIDTHS, RecordDecl, Type};
use xcc::vm::Vm;
use xcc::wire::layout::{Encoding, address_size};

use super::Grower;

/// Whose parameters and results a type is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) vm: Vm,
    pub(super) chain: Chain,
    /// The most bytes that a value has in a message.
    pub(super) max_size: u32,
    pub(super) records: Records,
    /// Whether there may be enums on the EVM, where results are none.
    pub(super) enums: bool,
}

/// Where in a type there may be records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Records {
    /// In every place.
    #[default]
    Anywhere,
    /// In no list, array or option: what consists of them is put together out of values that are none.
    Outside,
    /// In none.
    Nowhere,
}

impl Records {
    /// Where they may be inside a list, an array or an option.
    pub(super) fn inside(self) -> Self {
        match self {
            Self::Anywhere => Self::Anywhere,
            Self::Outside | Self::Nowhere => Self::Nowhere,
        }
    }

    /// Whether a type has them in no other place.
    pub(super) fn allow(self, ty: &Type, declarations: &Declarations) -> bool {
        match ty {
            Type::Option(inner) | Type::List(inner, _) | Type::Array(inner, _) => {
                self.inside().allow(inner, declarations)
            }
            Type::Record(record) => {
                let mut fields = declarations.records[*record].fields.iter();
                self != Self::Nowhere && fields.all(|field| self.allow(&field.ty, declarations))
            }
            _ => true,
        }
    }
}

/// The kinds of types, the simplest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uint,
    Bool,
    Address,
    Int,
    FixedBytes,
    Bytes,
    String,
    Enum,
    Option,
    List,
    Array,
    Record,
}

const KINDS: [(Kind, u32); 12] = [
    (Kind::Uint, 8),
    (Kind::Bool, 3),
    (Kind::Address, 4),
    (Kind::Int, 3),
    (Kind::FixedBytes, 3),
    (Kind::Bytes, 2),
    (Kind::String, 2),
    (Kind::Enum, 2),
    (Kind::Option, 2),
    (Kind::List, 2),
    (Kind::Array, 2),
    (Kind::Record, 3),
];

/// The least room in which something with parts makes sense.
const ROOM_FOR_PARTS: u32 = 12;

impl Place {
    fn has(self, kind: Kind) -> bool {
        match kind {
            Kind::Uint | Kind::Bool | Kind::Address | Kind::Bytes | Kind::String | Kind::List => {
                true
            }
            Kind::Int | Kind::FixedBytes | Kind::Array => matches!(self.vm, Vm::Evm | Vm::Svm),
            Kind::Record => {
                matches!(self.vm, Vm::Evm | Vm::Svm) && self.records != Records::Nowhere
            }
            Kind::Enum => self.vm == Vm::Svm || self.vm == Vm::Evm && self.enums,
            Kind::Option => self.vm != Vm::Evm,
        }
    }

    fn has_room_for(self, kind: Kind) -> bool {
        match kind {
            Kind::Address => self.max_size >= address_size(self.vm),
            Kind::Option | Kind::List | Kind::Array | Kind::Record | Kind::Bytes | Kind::String => {
                self.max_size >= ROOM_FOR_PARTS
            }
            Kind::Uint | Kind::Bool | Kind::Int | Kind::FixedBytes | Kind::Enum => true,
        }
    }

    /// For a field.
    fn part(self, max_size: u32) -> Self {
        Self { max_size, ..self }
    }

    /// For what is in an option, a list or an array.
    fn inner(self, max_size: u32) -> Self {
        let records = self.records.inside();
        Self {
            max_size,
            records,
            ..self
        }
    }
}

impl Grower {
    /// The most bytes of a value in a message.
    pub(super) fn size_of(&self, ty: &Type) -> u32 {
        Encoding::of(ty, &self.spec.declarations).max_size()
    }

    /// A type for a parameter or a result; `depth` is how deep it may nest.
    pub(super) fn type_for(&mut self, place: Place, depth: u32) -> Type {
        self.part(|grower| grower.any_type(place, depth))
    }

    fn any_type(&mut self, place: Place, depth: u32) -> Type {
        let weights = KINDS.map(|(kind, weight)| {
            let nests = matches!(kind, Kind::Option | Kind::List | Kind::Array | Kind::Record);
            let is_possible = place.has(kind) && place.has_room_for(kind) && (depth > 0 || !nests);
            if is_possible { weight } else { 0 }
        });
        let (kind, _) = KINDS[self.choices.weighed(&weights)];
        self.type_of_kind(kind, place, depth)
    }

    fn type_of_kind(&mut self, kind: Kind, place: Place, depth: u32) -> Type {
        let room = place.max_size;
        match kind {
            Kind::Bool => Type::Bool,
            Kind::Uint => Type::Uint(self.width(room)),
            Kind::Int => Type::Int(self.width(room)),
            Kind::Address => Type::Address(place.chain),
            Kind::FixedBytes => Type::FixedBytes(1 + self.choices.below(room.min(32)) as u8),
            Kind::Bytes => Type::Bytes(self.bound(room - 2)),
            Kind::String => Type::String(self.bound(room - 2)),
            Kind::Enum => Type::Enum(self.enumeration()),
            Kind::Option => Type::Option(Box::new(self.type_for(place.inner(room - 1), depth - 1))),
            Kind::List => {
                let element = self.element(place.inner(room / 3), depth - 1);
                let most = (room - 2) / self.size_of(&element);
                Type::List(Box::new(element), self.bound(most))
            }
            Kind::Array => {
                let element = self.type_for(place.inner(room / 3), depth - 1);
                let most = (room / self.size_of(&element)).min(6);
                Type::Array(Box::new(element), self.bound(most))
            }
            Kind::Record => Type::Record(self.record(place, depth)),
        }
    }

    /// A bound of at least one.
    fn bound(&mut self, most: u32) -> u32 {
        let near = most.min(8);
        match self.choices.chance(25) {
            true => 1 + self.choices.below(most),
            false => 1 + self.choices.below(near),
        }
    }

    /// A width in bits that takes no more than so many bytes; 64 is the simplest.
    fn width(&mut self, bytes: u32) -> u16 {
        let mut widths = INTEGER_WIDTHS.to_vec();
        widths.retain(|&width| u32::from(width) <= 8 * bytes);
        widths.sort_by_key(|&width| (width != 64, width));
        self.choices.pick(&widths)
    }

    /// The element of a list. Outside the EVM a list of bytes is `bytes`.
    fn element(&mut self, place: Place, depth: u32) -> Type {
        let element = self.type_for(place, depth);
        match (&element, place.vm) {
            (Type::Uint(8), Vm::Svm | Vm::Sui | Vm::Aptos) => Type::Uint(16),
            _ => element,
        }
    }

    fn enumeration(&mut self) -> Enum {
        let known: Vec<_> = self.spec.declarations.enums.keys().collect();
        if !known.is_empty() && !self.choices.chance(30) {
            return self.choices.pick(&known);
        }
        let count = 1 + self.choices.below(4);
        let name = format!("Kind{}", known.len() + 1);
        let docs = self.docs();
        self.spec.declarations.enums.push(EnumDecl {
            variants: (1..=count).map(|number| format!("Case{number}")).collect(),
            written: name.clone(),
            name,
            docs,
            span: self.nowhere,
        })
    }

    fn record(&mut self, place: Place, depth: u32) -> Record {
        let records = self.spec.declarations.records.keys();
        let is_fitting = |&record: &Record| {
            let ty = Type::Record(record);
            self.size_of(&ty) <= place.max_size
                && place.records.allow(&ty, &self.spec.declarations)
                && self.is_possible(&ty, place, depth)
        };
        let known: Vec<_> = records.filter(is_fitting).collect();
        if !known.is_empty() && !self.choices.chance(30) {
            return self.choices.pick(&known);
        }
        let count = 1 + self.choices.below(3);
        let part = place.part(place.max_size / count);
        let fields = (1..=count).map(|number| Field {
            name: format!("f{number}"),
            ty: self.type_for(part, depth - 1),
        });
        let fields = fields.collect();
        let docs = self.docs();
        let name = format!("Data{}", self.spec.declarations.records.len() + 1);
        self.spec.declarations.records.push(RecordDecl {
            name,
            fields,
            docs,
            span: self.nowhere,
        })
    }

    /// Whether a type that is declared for one chain can stand in the interface of another.
    fn is_possible(&self, ty: &Type, place: Place, depth: u32) -> bool {
        let nests = |kind| place.has(kind) && depth > 0;
        match ty {
            Type::Bool | Type::Uint(_) | Type::Bytes(_) | Type::String(_) => true,
            Type::Int(_) => place.has(Kind::Int),
            Type::FixedBytes(_) => place.has(Kind::FixedBytes),
            Type::Enum(_) => place.has(Kind::Enum),
            Type::Address(chain) => *chain == place.chain,
            Type::Option(some) => nests(Kind::Option) && self.is_possible(some, place, depth - 1),
            Type::List(element, _) => {
                let is_bytes = **element == Type::Uint(8) && place.vm != Vm::Evm;
                nests(Kind::List) && !is_bytes && self.is_possible(element, place, depth - 1)
            }
            Type::Array(element, _) => {
                nests(Kind::Array) && self.is_possible(element, place, depth - 1)
            }
            Type::Record(record) => {
                let fields = &self.spec.declarations.records[*record].fields;
                let mut types = fields.iter().map(|field| &field.ty);
                nests(Kind::Record) && types.all(|ty| self.is_possible(ty, place, depth - 1))
            }
            Type::Amount(_) => false,
        }
    }
}
