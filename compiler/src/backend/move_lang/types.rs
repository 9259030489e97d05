//! How the types of the language, their zeros and their literals are spelled in Move.
//!
//! Integers keep their width; signed ones are two's complements in the unsigned type of that width. An address of the machine's
//! own chain is an `address`, any other one a `vector<u8>`. Enums are the number of the variant.

use std::collections::BTreeMap;

use super::names::{lower_case, scope};
use super::{Dialect, Expr, address_literal, bytes_literal};
use crate::backend::names::pascal_case;
use crate::entities::{Chain, Record};
use crate::literal::Literal;
use crate::types::{Declarations, Type, Units};
use crate::wire::layout::address_size;

/// What spelling a type depends on.
#[derive(Clone, Debug)]
pub struct Types<'a> {
    /// The dialect.
    pub dialect: Dialect,
    /// What the types refer to.
    pub declarations: &'a Declarations,
    /// The machine's chain.
    pub chain: Chain,
    /// The names of the records' structs and functions, all in the module `messages`.
    pub records: BTreeMap<Record, RecordNames>,
}

/// The names of a record in Move. Its fields are private to its module, so there is a function for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordNames {
    /// The struct.
    pub name: String,
    /// Its fields.
    pub fields: Vec<String>,
    /// The function that makes one from its fields.
    pub constructor: String,
    /// The function that reads each field.
    pub accessors: Vec<String>,
}

/// From where a record is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// From the module `messages` itself.
    Messages,
    /// From another module of the package.
    Elsewhere,
}

impl<'a> Types<'a> {
    /// Chooses the names of all records.
    pub fn new(dialect: Dialect, declarations: &'a Declarations, chain: Chain) -> Self {
        let mut structs = scope(&["Reader"]);
        let mut functions = scope(&["check_inputs"]);
        let mut records = BTreeMap::new();
        for (record, decl) in &declarations.records {
            let snake = lower_case(&decl.name);
            let mut members = scope(&["self"]);
            let fields = decl.fields.iter();
            let fields: Vec<_> = fields
                .map(|field| members.choose(&lower_case(&field.name)))
                .collect();
            let names = RecordNames {
                name: structs.choose(&pascal_case(decl.name.trim_start_matches('_'))),
                constructor: functions.choose(&format!("new_{snake}")),
                accessors: fields
                    .iter()
                    .map(|field| functions.choose(&format!("{snake}_{field}")))
                    .collect(),
                fields,
            };
            records.insert(record, names);
        }
        Types {
            dialect,
            declarations,
            chain,
            records,
        }
    }

    /// The type in Move.
    pub fn name(&self, ty: &Type, place: Place) -> String {
        let inner = |ty: &Type| self.name(ty, place);
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::Uint(bits) | Type::Int(bits) | Type::Amount(Units { bits, .. }) => {
                format!("u{bits}")
            }
            Type::Enum(_) => "u8".to_owned(),
            Type::FixedBytes(_) | Type::Bytes(_) => "vector<u8>".to_owned(),
            Type::String(_) => "std::string::String".to_owned(),
            Type::List(element, _) | Type::Array(element, _) => {
                format!("vector<{}>", inner(element))
            }
            Type::Option(some) => match self.dialect {
                Dialect::Sui => format!("Option<{}>", inner(some)),
                Dialect::Aptos => format!("std::option::Option<{}>", inner(some)),
            },
            Type::Record(record) => format!("{}{}", prefix(place), self.records[record].name),
            Type::Address(chain) if *chain == self.chain => "address".to_owned(),
            Type::Address(_) => "vector<u8>".to_owned(),
        }
    }

    /// An option with a value in it, or none.
    pub fn option(&self, value: Option<Expr>) -> Expr {
        let function = match value {
            Some(_) => "some",
            None => "none",
        };
        let module = self.dialect.option_module();
        Expr::call(format!("{module}::{function}"), value)
    }

    /// The zero of the type: what a slot holds before it is written.
    pub fn zero(&self, ty: &Type) -> Expr {
        match ty {
            Type::Bool => Expr::atom("false"),
            Type::Uint(_) | Type::Int(_) | Type::Amount(_) | Type::Enum(_) => Expr::atom("0"),
            Type::FixedBytes(size) => zero_bytes(u32::from(*size)),
            Type::Bytes(_) | Type::List(..) => Expr::atom("vector[]"),
            Type::String(_) => Expr::atom("std::string::utf8(b\"\")"),
            Type::Array(element, length) => Expr::vector((0..*length).map(|_| self.zero(element))),
            Type::Option(_) => self.option(None),
            Type::Record(record) => {
                let fields = &self.declarations.records[*record].fields;
                self.new_record(*record, fields.iter().map(|field| self.zero(&field.ty)))
            }
            Type::Address(chain) if *chain == self.chain => Expr::atom("@0x0"),
            Type::Address(chain) => zero_bytes(address_size(self.declarations.chains[*chain].vm)),
        }
    }

    /// A literal of the type.
    pub fn literal(&self, ty: &Type, literal: &Literal) -> Expr {
        Expr::atom(match (literal, ty) {
            (Literal::Bool(value), _) => value.to_string(),
            (Literal::Uint(value), _) => value.to_string(),
            (Literal::Int(value), Type::Int(bits)) => {
                let unused = 256 - usize::from(*bits);
                ((*value << unused) >> unused).to_string()
            }
            (Literal::Int(value), _) => value.to_string(),
            (Literal::Bytes(bytes), Type::Address(chain)) if *chain == self.chain => {
                let mut word = [0; 32];
                let size = bytes.len().min(32);
                word[32 - size..].copy_from_slice(&bytes[bytes.len() - size..]);
                address_literal(&word)
            }
            (Literal::Bytes(bytes), _) => bytes_literal(bytes),
            (Literal::String(text), _) => format!("std::string::utf8({})", text_literal(text)),
            (Literal::Variant(index), _) => index.to_string(),
        })
    }

    /// A record of these fields, in order, made outside the module `messages`.
    pub fn new_record(&self, record: Record, fields: impl IntoIterator<Item = Expr>) -> Expr {
        Expr::call(
            format!("messages::{}", self.records[&record].constructor),
            fields,
        )
    }

    /// A field of a record, read outside the module `messages`.
    pub fn field(&self, record: Record, value: Expr, index: usize) -> Expr {
        let accessor = &self.records[&record].accessors[index];
        Expr::call(format!("messages::{accessor}"), [value.borrowed()])
    }
}

fn prefix(place: Place) -> &'static str {
    match place {
        Place::Messages => "",
        Place::Elsewhere => "messages::",
    }
}

fn zero_bytes(size: u32) -> Expr {
    Expr::atom(bytes_literal(&vec![0; size as usize]))
}

/// Printable ASCII as it reads, everything else as hexadecimal.
fn text_literal(text: &str) -> String {
    let is_plain =
        |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        format!("b\"{text}\"")
    } else {
        bytes_literal(text.as_bytes())
    }
}
