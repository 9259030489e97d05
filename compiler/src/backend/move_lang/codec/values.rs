//! Reading and writing single values, with a helper function for each composite type, so that nested types need no nested
//! loops.

use std::collections::{BTreeMap, VecDeque};

use super::super::function::Function;
use super::super::names::{lower_case, scope};
use super::super::types::{Place, Types};
use super::super::{Dialect, Doc, Expr};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::Record;
use crate::types::{Type, Units};
use crate::wire::layout::address_size;

/// Spells reads and writes, and remembers the helpers they need.
pub(super) struct ValueWriter<'t, 'a> {
    pub(super) types: &'t Types<'a>,
    namer: Namer,
    helpers: BTreeMap<(Direction, String), String>,
    pending: VecDeque<Helper>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    Read,
    Write,
    Check,
}

/// A helper that is still to be written.
pub(super) struct Helper {
    direction: Direction,
    pub(super) name: String,
    pub(super) ty: Type,
}

impl<'t, 'a> ValueWriter<'t, 'a> {
    pub(super) fn new(types: &'t Types<'a>) -> Self {
        ValueWriter {
            types,
            namer: scope(&[]),
            helpers: BTreeMap::new(),
            pending: VecDeque::new(),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.types.dialect
    }

    pub(super) fn type_name(&self, ty: &Type) -> String {
        self.types.name(ty, Place::Messages)
    }

    /// The expression that reads a value; `reader` is how the reader is handed on to a helper.
    pub(super) fn read_value(&mut self, ty: &Type, reader: &str) -> Expr {
        let function = match ty {
            Type::Bool => "read_bool()".to_owned(),
            Type::Uint(bits) | Type::Int(bits) | Type::Amount(Units { bits, .. }) => {
                format!("read_u{bits}()")
            }
            Type::FixedBytes(size) => format!("read_fixed({size})"),
            Type::Bytes(max) => format!("read_bytes({max})"),
            Type::String(max) => format!("read_string({max})"),
            Type::Enum(id) => {
                let variants = &self.types.declarations.enums[*id].variants;
                format!("read_variant({})", variants.len())
            }
            Type::Address(_) => match self.foreign_size(ty) {
                None => "read_address()".to_owned(),
                Some(size) => format!("read_fixed({size})"),
            },
            Type::List(..) | Type::Array(..) | Type::Option(_) | Type::Record(_) => {
                let helper = self.helper(Direction::Read, ty);
                return Expr::call(helper, [Expr::atom(reader)]);
            }
        };
        Expr::atom(format!("reader.{function}"))
    }

    /// The statement that writes a value; `out` is how the output is handed on.
    pub(super) fn write_value(&mut self, ty: &Type, out: &str, value: Expr) -> Doc {
        let (suffix, bound) = match ty {
            Type::Bool => ("bool".to_owned(), None),
            Type::Uint(bits) | Type::Int(bits) | Type::Amount(Units { bits, .. }) => {
                (format!("u{bits}"), None)
            }
            Type::Enum(_) => ("u8".to_owned(), None),
            Type::FixedBytes(size) => ("fixed".to_owned(), Some(u32::from(*size))),
            Type::Bytes(max) => ("bytes".to_owned(), Some(*max)),
            Type::String(max) => ("string".to_owned(), Some(*max)),
            Type::Address(_) => match self.foreign_size(ty) {
                None => ("address".to_owned(), None),
                size => ("fixed".to_owned(), size),
            },
            Type::List(..) | Type::Array(..) | Type::Option(_) | Type::Record(_) => {
                let helper = self.helper(Direction::Write, ty);
                return Expr::call(helper, [Expr::atom(out), value]).doc;
            }
        };
        let bound = bound.map(|bound| Expr::atom(bound.to_string()));
        let args = [Expr::atom(out), value].into_iter().chain(bound);
        Expr::call(format!("writer::write_{suffix}"), args).doc
    }

    /// Writes the helpers that were asked for, and those that these ask for.
    pub(super) fn write_helpers(&mut self, printer: &mut Printer) {
        while let Some(helper) = self.pending.pop_front() {
            printer.blank();
            match helper.direction {
                Direction::Read => self.write_reader(&helper, printer),
                Direction::Write => self.write_writer(&helper, printer),
                Direction::Check => self.write_checker(&helper, printer),
            }
        }
    }

    /// Bytes of an address of another chain.
    pub(super) fn foreign_size(&self, ty: &Type) -> Option<u32> {
        match ty {
            Type::Address(chain) if *chain != self.types.chain => {
                Some(address_size(self.types.declarations.chains[*chain].vm))
            }
            _ => None,
        }
    }

    pub(super) fn helper(&mut self, direction: Direction, ty: &Type) -> String {
        let key = (direction, self.mangled(ty));
        if let Some(name) = self.helpers.get(&key) {
            return name.clone();
        }
        let verb = match direction {
            Direction::Read => "read",
            Direction::Write => "write",
            Direction::Check => "check",
        };
        let name = self.namer.choose(&format!("{verb}_{}", key.1));
        self.helpers.insert(key, name.clone());
        self.pending.push_back(Helper {
            direction,
            name: name.clone(),
            ty: ty.clone(),
        });
        name
    }

    /// The type as part of a function's name; types that are read alike have one name.
    fn mangled(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::Uint(bits) | Type::Int(bits) | Type::Amount(Units { bits, .. }) => {
                format!("u{bits}")
            }
            Type::FixedBytes(size) => format!("fixed_{size}"),
            Type::Bytes(max) => format!("bytes_{max}"),
            Type::String(max) => format!("string_{max}"),
            Type::List(element, max) => format!("list_{max}_{}", self.mangled(element)),
            Type::Array(element, length) => format!("array_{length}_{}", self.mangled(element)),
            Type::Option(some) => format!("option_{}", self.mangled(some)),
            Type::Record(record) => {
                format!("record_{}", lower_case(&self.types.records[record].name))
            }
            Type::Enum(id) => format!("enum_{}", self.types.declarations.enums[*id].variants.len()),
            Type::Address(_) => match self.foreign_size(ty) {
                None => "address".to_owned(),
                Some(size) => format!("fixed_{size}"),
            },
        }
    }

    fn write_reader(&mut self, helper: &Helper, printer: &mut Printer) {
        let function = Function {
            head: format!("fun {}", helper.name),
            params: vec!["reader: &mut Reader".to_owned()],
            results: vec![self.type_name(&helper.ty)],
        };
        match &helper.ty {
            Type::List(element, max) => {
                let read = self.read_value(element, "reader");
                function.write(printer, |printer| {
                    self.write_read_loop(&format!("reader.read_count({max})"), read, printer)
                });
            }
            Type::Array(element, length) => {
                let read = self.read_value(element, "reader");
                function.write(printer, |printer| {
                    self.write_read_loop(&format!("{length}u64"), read, printer)
                });
            }
            Type::Option(some) => {
                let option = self.dialect().option_module();
                let value =
                    Expr::call(format!("{option}::some"), [self.read_value(some, "reader")]);
                function.write(printer, |printer| {
                    printer.line(format!("if (!reader.read_tag()) return {option}::none();"));
                    value.doc.write(printer);
                });
            }
            Type::Record(record) => {
                let value = self.read_record(*record);
                function.write(printer, |printer| value.write(printer));
            }
            _ => unreachable!("only composite types have helpers"),
        }
    }

    fn write_read_loop(&self, count: &str, read: Expr, printer: &mut Printer) {
        let let_mut = self.dialect().let_mut();
        printer.line(format!("{let_mut} left = {count};"));
        printer.line(format!("{let_mut} values = vector[];"));
        printer.wrapped("while (left > 0) {", "};", |printer| {
            Expr::call("values.push_back", [read])
                .doc
                .then(";")
                .write(printer);
            printer.line("left = left - 1;");
        });
        printer.line("values");
    }

    fn read_record(&mut self, record: Record) -> Doc {
        let declarations = self.types.declarations;
        let names = &self.types.records[&record];
        let fields = names
            .fields
            .iter()
            .zip(&declarations.records[record].fields);
        let read = fields.map(|(name, field)| {
            self.read_value(&field.ty, "reader")
                .doc
                .after(&format!("{name}: "))
        });
        Doc::fields(&*names.name, read.collect())
    }

    fn write_writer(&mut self, helper: &Helper, printer: &mut Printer) {
        let is_sequence = matches!(helper.ty, Type::List(..) | Type::Array(..));
        let subject = if is_sequence { "values" } else { "value" };
        let function = Function {
            head: format!("fun {}", helper.name),
            params: vec![
                "out: &mut vector<u8>".to_owned(),
                format!("{subject}: {}", self.type_name(&helper.ty)),
            ],
            results: Vec::new(),
        };
        match &helper.ty {
            Type::List(element, max) => {
                let write = self.write_value(element, "out", Expr::atom("values[index]"));
                let count = format!("writer::write_count(out, values.length(), {max});");
                function.write(printer, |printer| {
                    self.write_write_loop(&count, write, printer)
                });
            }
            Type::Array(element, length) => {
                let write = self.write_value(element, "out", Expr::atom("values[index]"));
                let check = format!("writer::check_length(values.length(), {length});");
                function.write(printer, |printer| {
                    self.write_write_loop(&check, write, printer)
                });
            }
            Type::Option(some) => {
                let write = self.write_value(some, "out", Expr::atom("value.destroy_some()"));
                function.write(printer, |printer| {
                    printer.line("writer::write_bool(out, value.is_some());");
                    printer.block("if (value.is_some())", |printer| {
                        write.then(";").write(printer)
                    });
                });
            }
            Type::Record(record) => {
                let writes = self.write_record(*record);
                function.write(printer, |printer| {
                    writes
                        .into_iter()
                        .for_each(|write| write.then(";").write(printer));
                });
            }
            _ => unreachable!("only composite types have helpers"),
        }
    }

    fn write_write_loop(&self, before: &str, write: Doc, printer: &mut Printer) {
        printer.line(before);
        printer.line(format!("{} index = 0;", self.dialect().let_mut()));
        printer.block("while (index < values.length())", |printer| {
            write.then(";").write(printer);
            printer.line("index = index + 1;");
        });
    }

    fn write_record(&mut self, record: Record) -> Vec<Doc> {
        let declarations = self.types.declarations;
        let names = &self.types.records[&record];
        let fields = names
            .fields
            .iter()
            .zip(&declarations.records[record].fields);
        fields
            .map(|(name, field)| {
                self.write_value(&field.ty, "out", Expr::atom(format!("value.{name}")))
            })
            .collect()
    }
}
