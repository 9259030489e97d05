//! The module `messages` of an emitted package: the records, and an encoder and a decoder for the body of each message.
//!
//! Both directions are written whatever the machine needs, so that tools and tests can use them. They stand on the runtime's
//! modules `reader` and `writer`, whose functions have the same names on Sui and on Aptos: `reader::Reader` with the receiver
//! functions `read_bool`, `read_u8` … `read_u256`, `read_address`, `read_fixed(size)`, `read_bytes(max)`, `read_string(max)`,
//! `read_count(max)`, `read_tag`, `read_variant(count)` and `finish`; `writer::write_…(&mut vector<u8>, value[, size or max])`
//! alike, with `write_bool` for tags and `write_u8` for variants, and `writer::check_length(found, length)` for arrays.

mod checks;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use self::values::ValueWriter;
use super::function::{Function, tuple};
use super::names::{lower_case, scope};
use super::types::{Place, RecordNames, Types};
use super::{Dialect, Doc, Expr, STYLE, write_docs, write_header, write_module};
use crate::analysis::Facts;
use crate::backend::printer::Printer;
use crate::entities::{Machine, Message, Record};
use crate::ir::{MessageData, Program};
use crate::types::{Field, Type};
use crate::wire::{FieldLayout, Layout};

/// The names of the functions that encode and decode each message's body.
#[derive(Clone, Debug, Default)]
pub struct CodecNames {
    /// By message: the encoder and the decoder, without the module.
    pub functions: BTreeMap<Message, FunctionNames>,
}

/// The functions of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionNames {
    /// Takes the fields in declared order, gives the body's bytes.
    pub encode: String,
    /// Takes a `Reader` at the body's first byte, gives the fields in declared order, and refuses trailing bytes.
    pub decode: String,
}

/// What the module is written from.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    /// The name of the package's address.
    pub package: &'a str,
    /// The module's name.
    pub module: &'a str,
    /// The program.
    pub program: &'a Program,
    /// What was computed about it.
    pub facts: &'a Facts,
    /// The machine whose messages are written.
    pub machine: Machine,
    /// How types are spelled.
    pub types: &'a Types<'a>,
    /// The functions' names.
    pub names: &'a CodecNames,
    /// What an instance is started with and has to be looked at.
    pub inputs: Vec<&'a Field>,
}

impl CodecNames {
    /// Chooses a name for each message that the machine sends or receives: `encode_stake_executed`.
    pub fn new(program: &Program, machine: Machine) -> Self {
        // The names of the records' functions begin with other words; what remains is told apart here.
        let mut namer = scope(&[]);
        let mut functions = BTreeMap::new();
        for (message, data) in messages_of(program, machine) {
            let step = lower_case(&program.steps[data.step].name);
            let kind = data.kind.name().to_lowercase();
            let names = FunctionNames {
                encode: namer.choose(&format!("encode_{step}_{kind}")),
                decode: namer.choose(&format!("decode_{step}_{kind}")),
            };
            functions.insert(message, names);
        }
        CodecNames { functions }
    }
}

impl Messages<'_> {
    /// Writes the module.
    pub fn write(&self) -> String {
        let mut printer = Printer::new(STYLE);
        write_header(self.program, self.facts, self.machine, &mut printer);
        let workflow = self.program.machines[self.machine].workflow;
        let workflow = &self.program.workflows[workflow].name;
        let docs = format!("The messages of {workflow} that this chain sends or receives.");
        write_docs([docs], &mut printer);
        let path = format!("{}::{}", self.package, self.module);
        write_module(self.types.dialect, &path, &mut printer, |printer| {
            self.write_items(printer)
        });
        printer.finish()
    }

    fn write_items(&self, printer: &mut Printer) {
        self.write_imports(printer);
        for record in self.used_records() {
            self.write_record(record, printer);
        }
        let mut values = ValueWriter::new(self.types);
        for (message, data) in messages_of(self.program, self.machine) {
            let step = &self.program.steps[data.step].name;
            let what = format!("the body of {} of step `{step}`", data.kind);
            let codec = Codec::new(what, self.facts.layout(message));
            let names = &self.names.functions[&message];
            codec.write_encoder(&names.encode, &mut values, printer);
            codec.write_decoder(&names.decode, &mut values, printer);
        }
        values.write_check(&self.inputs, printer);
        values.write_helpers(printer);
    }

    fn write_imports(&self, printer: &mut Printer) {
        let mut messages = messages_of(self.program, self.machine);
        let writes = messages.any(|(_, data)| !data.fields.is_empty()) || !self.inputs.is_empty();
        match (self.types.dialect, writes) {
            (Dialect::Sui, true) => printer.line("use xcc_runtime::{reader::Reader, writer};"),
            (_, false) => printer.line("use xcc_runtime::reader::Reader;"),
            (Dialect::Aptos, true) => {
                printer.line("use xcc_runtime::reader::Reader;");
                printer.line("use xcc_runtime::writer;");
            }
        }
    }

    /// The records in the machine's messages and slots, and those in them.
    fn used_records(&self) -> BTreeSet<Record> {
        let mut used = BTreeSet::new();
        let mut collect = |ty: &Type| self.collect_records(ty, &mut used);
        for (_, data) in messages_of(self.program, self.machine) {
            data.fields.iter().for_each(|field| collect(&field.ty));
        }
        for &slot in &self.program.machines[self.machine].slots {
            collect(&self.program.slots[slot].ty);
        }
        for &handler in &self.program.machines[self.machine].handlers {
            let values = self.program.handlers[handler].body.values.values();
            values.for_each(|value| collect(&value.ty));
        }
        used
    }

    fn collect_records(&self, ty: &Type, used: &mut BTreeSet<Record>) {
        match ty {
            Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) => {
                self.collect_records(inner, used)
            }
            Type::Record(record) if used.insert(*record) => {
                let fields = &self.types.declarations.records[*record].fields;
                fields
                    .iter()
                    .for_each(|field| self.collect_records(&field.ty, used));
            }
            _ => {}
        }
    }

    fn write_record(&self, record: Record, printer: &mut Printer) {
        let decl = &self.types.declarations.records[record];
        let names = &self.types.records[&record];
        let types = decl.fields.iter();
        let types = types.map(|field| self.types.name(&field.ty, Place::Messages));
        let types: Vec<_> = types.collect();
        let typed = names.fields.iter().zip(&types);
        let typed: Vec<_> = typed.map(|(name, ty)| format!("{name}: {ty}")).collect();
        printer.blank();
        if decl.docs.is_empty() {
            write_docs([format!("Record `{}`.", decl.name)], printer);
        }
        write_docs(&decl.docs, printer);
        let (keyword, name) = (self.types.dialect.public_struct(), &names.name);
        printer.block(
            format!("{keyword} {name} has copy, drop, store"),
            |printer| {
                typed
                    .iter()
                    .for_each(|field| printer.line(format!("{field},")))
            },
        );
        write_constructor(names, typed, printer);
        write_accessors(names, types, printer);
    }
}

fn write_constructor(names: &RecordNames, params: Vec<String>, printer: &mut Printer) {
    let name = &names.name;
    printer.blank();
    write_docs([format!("A `{name}` of these fields.")], printer);
    let constructor = Function {
        head: format!("public fun {}", names.constructor),
        params,
        results: vec![name.clone()],
    };
    let value = Doc::fields(name, names.fields.iter().map(Doc::text).collect());
    constructor.write(printer, |printer| value.write(printer));
}

fn write_accessors(names: &RecordNames, types: Vec<String>, printer: &mut Printer) {
    for ((accessor, field), ty) in names.accessors.iter().zip(&names.fields).zip(types) {
        printer.blank();
        write_docs([format!("Its field `{field}`.")], printer);
        let accessor = Function {
            head: format!("public fun {accessor}"),
            params: vec![format!("self: &{}", names.name)],
            results: vec![ty],
        };
        accessor.write(printer, |printer| printer.line(format!("self.{field}")));
    }
}

/// The messages that a machine sends or receives, all of which are of its workflow.
fn messages_of(
    program: &Program,
    machine: Machine,
) -> impl Iterator<Item = (Message, &MessageData)> {
    let messages = program.messages_of(program.machines[machine].workflow);
    messages.filter(move |(_, data)| data.from == machine || data.to == machine)
}

/// What both functions of a message are written from.
struct Codec<'a> {
    /// `the body of Execute of step `stake``
    what: String,
    layout: &'a Layout,
    /// The fields in declared order.
    fields: Vec<&'a FieldLayout>,
    /// The locals of the fields, in declared order.
    locals: Vec<String>,
}

impl<'a> Codec<'a> {
    fn new(what: String, layout: &'a Layout) -> Self {
        let mut fields: Vec<_> = layout.fields.iter().collect();
        fields.sort_by_key(|field| field.index);
        let mut namer = scope(&["out", "reader", "writer"]);
        let locals = fields.iter();
        let locals = locals.map(|field| namer.choose(&lower_case(&field.name)));
        Codec {
            what,
            layout,
            locals: locals.collect(),
            fields,
        }
    }

    fn write_encoder(&self, name: &str, values: &mut ValueWriter<'_, '_>, printer: &mut Printer) {
        let writes = self.layout.fields.iter().map(|field| {
            let local = Expr::atom(&self.locals[field.index]);
            values.write_value(&field.ty, "&mut out", local)
        });
        let writes: Vec<_> = writes.collect();
        let params = self.fields.iter().zip(&self.locals);
        let params =
            params.map(|(field, local)| format!("{local}: {}", values.type_name(&field.ty)));
        let function = Function {
            head: format!("public fun {name}"),
            params: params.collect(),
            results: vec!["vector<u8>".to_owned()],
        };
        printer.blank();
        let docs = format!("Encodes {}, {}.", self.what, size_of(self.layout));
        write_docs([docs], printer);
        function.write(printer, |printer| {
            if writes.is_empty() {
                return printer.line("vector[]");
            }
            printer.line(format!("{} out = vector[];", values.dialect().let_mut()));
            let statements = writes.into_iter();
            statements.for_each(|write| write.then(";").write(printer));
            printer.line("out");
        });
    }

    fn write_decoder(&self, name: &str, values: &mut ValueWriter<'_, '_>, printer: &mut Printer) {
        let reads = self.layout.fields.iter().map(|field| {
            let local = &self.locals[field.index];
            (local, values.read_value(&field.ty, "&mut reader"))
        });
        let reads: Vec<_> = reads.collect();
        let mut_param = match self.fields[..] {
            [] => "",
            _ => values.dialect().mut_param(),
        };
        let results = self.fields.iter();
        let function = Function {
            head: format!("public fun {name}"),
            params: vec![format!("{mut_param}reader: Reader")],
            results: results.map(|field| values.type_name(&field.ty)).collect(),
        };
        printer.blank();
        let docs = format!("Decodes {}, and refuses any other encoding.", self.what);
        write_docs([docs], printer);
        function.write(printer, |printer| {
            for (local, value) in reads {
                Doc::write_binding(Doc::text(local), value.doc, printer);
            }
            printer.line("reader.finish();");
            if !self.locals.is_empty() {
                tuple(self.locals.iter().map(Doc::text).collect()).write(printer);
            }
        });
    }
}

fn size_of(layout: &Layout) -> String {
    match (layout.min_size, layout.max_size) {
        (1, 1) => "1 byte".to_owned(),
        (min, max) if min == max => format!("{max} bytes"),
        (min, max) => format!("{min} to {max} bytes"),
    }
}
