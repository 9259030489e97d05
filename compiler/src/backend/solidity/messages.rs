//! The messages library of a workflow: its types, and an encoder and a decoder for each message.

use crate::backend::Input;
use crate::backend::printer::Printer;
use crate::backend::solidity::expr::{Expr, Head, write_assignment};
use crate::backend::solidity::names::{LibraryNames, library_name};
use crate::backend::solidity::project::{printer, write_docs, write_file_head};
use crate::backend::solidity::types::{Scope, Types, is_reference, is_storable, needs_check};
use crate::entities::{Message, Workflow};
use crate::ir::{InstData, MachineData};
use crate::types::{Declarations, Type, Units};
use crate::vm::Vm;
use crate::wire::Encoding;
use crate::wire::layout::address_size;

/// The library of one workflow.
pub(super) struct Library<'a> {
    input: Input<'a>,
    workflow: Workflow,
    messages: Vec<Message>,
    /// Types made of others, those inside others first. The first `written` of them are written and the first `read` also read, by
    /// functions of their own; the rest are only declared.
    helpers: Vec<Type>,
    written: usize,
    read: usize,
    /// Types of slots that are kept as they stand on the wire.
    kept: Vec<Type>,
    /// Types of inputs that Solidity cannot bound by itself.
    checked: Vec<Type>,
    names: LibraryNames,
}

impl<'a> Library<'a> {
    /// Plans the library for a workflow that has at least one machine on the EVM.
    pub(super) fn new(input: Input<'a>, workflow: Workflow) -> Self {
        let program = input.program;
        let declarations = &program.declarations;
        let messages: Vec<_> = messages_on_evm(input, workflow);
        let kept = kept_types(input, workflow);
        let checked = checked_types(input, workflow);
        let mut helpers = Vec::new();
        let mut add = |types: &mut dyn Iterator<Item = &Type>| {
            types.for_each(|ty| add_composites(ty, declarations, &mut helpers));
            helpers.len()
        };
        let fields = messages
            .iter()
            .flat_map(|&message| &program.messages[message].fields);
        add(&mut fields.map(|field| &field.ty));
        let read = add(&mut kept.iter());
        let written = add(&mut checked.iter());
        add(&mut slot_types(input, workflow));
        add(&mut made_types(input, workflow));
        let inputs = &program.workflows[workflow].inputs;
        add(&mut inputs.iter().map(|field| &field.ty));
        let mut named = helpers.clone();
        named.extend(checked.iter().filter(|ty| !helpers.contains(ty)).cloned());
        let names = LibraryNames::new(input, workflow, &messages, named);
        Library {
            input,
            workflow,
            messages,
            helpers,
            written,
            read,
            kept,
            checked,
            names,
        }
    }

    /// The names that contracts refer to the library's members by.
    pub(super) fn names(&self) -> &LibraryNames {
        &self.names
    }

    fn types(&self) -> Types<'_> {
        Types {
            declarations: &self.input.program.declarations,
            names: &self.names,
            scope: Scope::Library,
        }
    }

    /// The text of the library's file.
    pub(super) fn write(&self) -> String {
        let mut printer = printer();
        write_file_head(&mut printer, self.input, self.workflow);
        printer.line("import {Reader, Readers} from \"./xcc/wire/Reader.sol\";");
        printer.line("import {Writer, Writers} from \"./xcc/wire/Writer.sol\";");
        printer.blank();
        let workflow = &self.input.program.workflows[self.workflow];
        printer.line(format!("/// @title The messages of {}", workflow.name));
        let head = format!("library {}", library_name(self.input, self.workflow));
        printer.block(head, |printer| {
            printer.line("using Readers for Reader;");
            printer.line("using Writers for Writer;");
            self.write_types(printer);
            self.messages
                .iter()
                .for_each(|&message| self.write_codec(printer, message));
            self.kept.iter().for_each(|ty| self.write_kept(printer, ty));
            self.checked
                .iter()
                .for_each(|ty| self.write_check(printer, ty));
            for (index, ty) in self.helpers[..self.written].iter().enumerate() {
                self.write_writer(printer, ty);
                if index < self.read {
                    self.write_reader(printer, ty);
                }
            }
        });
        printer.finish()
    }

    fn write_types(&self, printer: &mut Printer) {
        let declarations = &self.input.program.declarations;
        for (id, named) in &self.names.enums {
            printer.blank();
            write_docs(printer, "@notice", &declarations.enums[*id].docs);
            printer.block(format!("enum {}", named.name), |printer| {
                for (index, member) in named.members.iter().enumerate() {
                    let comma = if index + 1 == named.members.len() {
                        ""
                    } else {
                        ","
                    };
                    printer.line(format!("{member}{comma}"));
                }
            });
        }
        for (id, named) in &self.names.records {
            if !self.names.has_options_of(&Type::Record(*id), declarations) {
                continue;
            }
            let record = &declarations.records[*id];
            printer.blank();
            write_docs(printer, "@notice", &record.docs);
            let types = record.fields.iter().map(|field| &field.ty);
            self.write_struct(printer, &named.name, types.zip(&named.members));
        }
        for ty in &self.helpers {
            if let Type::Option(some) = ty {
                printer.blank();
                printer.block(format!("struct {}", self.names.helper(ty)), |printer| {
                    printer.line("bool isSome;");
                    printer.line(format!("{} value;", self.types().name(some)));
                });
            }
        }
        for &message in &self.messages {
            let fields = &self.input.program.messages[message].fields;
            if !fields.is_empty() {
                let named = &self.names.messages[&message];
                printer.blank();
                let types = fields.iter().map(|field| &field.ty);
                self.write_struct(printer, &named.name, types.zip(&named.members));
            }
        }
    }

    fn write_struct<'t>(
        &self,
        printer: &mut Printer,
        name: &str,
        members: impl Iterator<Item = (&'t Type, &'t String)>,
    ) {
        printer.block(format!("struct {name}"), |printer| {
            for (ty, member) in members {
                printer.line(format!("{} {member};", self.types().name(ty)));
            }
        });
    }

    fn write_codec(&self, printer: &mut Printer, message: Message) {
        let layout = self.input.facts.layout(message);
        let named = &self.names.messages[&message];
        let name = &named.name;
        if layout.fields.is_empty() {
            printer.blank();
            let params = vec!["bytes memory message".to_owned()];
            pure_function(format!("decode{name}"), params, None).block(printer, |printer| {
                printer.line("Readers.body(message).finish();")
            });
            return;
        }
        printer.blank();
        let params = vec![format!("{name} memory message")];
        pure_function(format!("encode{name}"), params, Some("bytes memory")).block(
            printer,
            |printer| {
                printer.line(format!(
                    "Writer memory writer = Writers.create({});",
                    layout.max_size
                ));
                for field in &layout.fields {
                    let value = Expr::atom(format!("message.{}", named.members[field.index]));
                    self.write_value(printer, &value, &field.ty);
                }
                printer.line("return writer.finish();");
            },
        );
        printer.blank();
        let params = vec!["bytes memory message".to_owned()];
        let returns = format!("{name} memory decoded");
        pure_function(format!("decode{name}"), params, Some(&returns)).block(printer, |printer| {
            printer.line("Reader memory reader = Readers.body(message);");
            for field in &layout.fields {
                let target = format!("decoded.{}", named.members[field.index]);
                write_assignment(printer, &target, &self.read(&field.ty));
            }
            printer.line("reader.finish();");
        });
    }

    /// The codec of a slot that is kept as it stands on the wire.
    fn write_kept(&self, printer: &mut Printer, ty: &Type) {
        let (name, in_memory) = (self.names.helper(ty), self.types().in_memory(ty));
        printer.blank();
        let params = vec![format!("{in_memory} value")];
        pure_function(format!("encode{name}"), params, Some("bytes memory")).block(
            printer,
            |printer| {
                printer.line(self.create_writer(ty));
                self.write_value(printer, &Expr::atom("value"), ty);
                printer.line("return writer.finish();");
            },
        );
        printer.blank();
        let params = vec!["bytes memory encoded".to_owned()];
        let returns = format!("{in_memory} value");
        pure_function(format!("decode{name}"), params, Some(&returns)).block(printer, |printer| {
            // What was never written is the zero of its type.
            printer.line("if (encoded.length == 0) return value;");
            printer.line("Reader memory reader = Readers.value(encoded);");
            write_assignment(printer, "value", &self.read(ty));
            printer.line("reader.finish();");
        });
    }

    /// Refuses values that Solidity has and no message can carry.
    fn write_check(&self, printer: &mut Printer, ty: &Type) {
        printer.blank();
        printer.line("/// Refuses a value that no message can carry.");
        let params = vec![format!("{} value", self.types().in_memory(ty))];
        pure_function(format!("check{}", self.names.helper(ty)), params, None).block(
            printer,
            |printer| {
                printer.line(self.create_writer(ty));
                self.write_value(printer, &Expr::atom("value"), ty);
            },
        );
    }

    fn create_writer(&self, ty: &Type) -> String {
        let size = Encoding::of(ty, &self.input.program.declarations).max_size();
        format!("Writer memory writer = Writers.create({size});")
    }

    /// The function that writes a value of a type made of others.
    fn write_writer(&self, printer: &mut Printer, ty: &Type) {
        let (name, in_memory) = (self.names.helper(ty), self.types().in_memory(ty));
        printer.blank();
        let head = Head {
            start: format!("function _write{name}"),
            params: vec![
                "Writer memory writer".to_owned(),
                format!("{in_memory} value"),
            ],
            attributes: vec!["private".to_owned(), "pure".to_owned()],
        };
        head.block(printer, |printer| self.write_members(printer, ty));
    }

    /// The function that reads one.
    fn write_reader(&self, printer: &mut Printer, ty: &Type) {
        let (name, in_memory) = (self.names.helper(ty), self.types().in_memory(ty));
        printer.blank();
        let head = Head {
            start: format!("function _read{name}"),
            params: vec!["Reader memory reader".to_owned()],
            attributes: vec![
                "private".to_owned(),
                "pure".to_owned(),
                format!("returns ({in_memory} value)"),
            ],
        };
        head.block(printer, |printer| self.read_members(printer, ty));
    }

    fn write_members(&self, printer: &mut Printer, ty: &Type) {
        match ty {
            Type::Record(record) => {
                for (field, member) in self.record_members(*record) {
                    self.write_value(printer, &Expr::atom(format!("value.{member}")), field);
                }
            }
            Type::Option(some) => {
                printer.line("writer.writeBool(value.isSome);");
                printer.line("if (!value.isSome) return;");
                self.write_value(printer, &Expr::atom("value.value"), some);
            }
            Type::List(element, max) => {
                printer.line(format!("writer.writeCount(value.length, {max});"));
                self.for_each(printer, "value.length", |printer| {
                    self.write_value(printer, &Expr::atom("value[i]"), element);
                });
            }
            Type::Array(element, len) => self.for_each(printer, &len.to_string(), |printer| {
                self.write_value(printer, &Expr::atom("value[i]"), element);
            }),
            _ => unreachable!("only composite types have helpers"),
        }
    }

    fn read_members(&self, printer: &mut Printer, ty: &Type) {
        match ty {
            Type::Record(record) => {
                for (field, member) in self.record_members(*record) {
                    write_assignment(printer, &format!("value.{member}"), &self.read(field));
                }
            }
            Type::Option(some) => {
                printer.line("value.isSome = reader.readBool();");
                printer.line("if (!value.isSome) return value;");
                write_assignment(printer, "value.value", &self.read(some));
            }
            Type::List(element, max) => {
                let new = self
                    .types()
                    .new_list(element, &format!("reader.readCount({max})"));
                printer.line(format!("value = {new};"));
                self.for_each(printer, "value.length", |printer| {
                    write_assignment(printer, "value[i]", &self.read(element));
                });
            }
            Type::Array(element, len) => self.for_each(printer, &len.to_string(), |printer| {
                write_assignment(printer, "value[i]", &self.read(element));
            }),
            _ => unreachable!("only composite types have helpers"),
        }
    }

    fn for_each(&self, printer: &mut Printer, length: &str, body: impl FnOnce(&mut Printer)) {
        printer.block(format!("for (uint256 i = 0; i < {length}; ++i)"), body);
    }

    fn record_members(
        &self,
        record: crate::entities::Record,
    ) -> impl Iterator<Item = (&Type, &String)> {
        let fields = &self.input.program.declarations.records[record].fields;
        fields
            .iter()
            .map(|field| &field.ty)
            .zip(&self.names.records[&record].members)
    }

    /// Writes the statement that writes a value.
    fn write_value(&self, printer: &mut Printer, value: &Expr, ty: &Type) {
        let size = |size: u32| Expr::atom(size.to_string());
        let (writer, bound) = match ty {
            Type::Bool => ("writeBool", None),
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => {
                ("writeUint", Some(size(u32::from(*bits) / 8)))
            }
            Type::Int(bits) => ("writeInt", Some(size(u32::from(*bits) / 8))),
            Type::FixedBytes(len) => ("writeFixed", Some(size(u32::from(*len)))),
            Type::Bytes(max) => ("writeBytes", Some(size(*max))),
            Type::String(max) => ("writeString", Some(size(*max))),
            Type::Enum(_) => {
                let number = Expr::call("uint8", vec![value.clone()]);
                return Expr::call("writer.writeUint", vec![number, size(1)])
                    .write(printer, "", ";");
            }
            Type::Address(chain) => match self.input.program.declarations.chains[*chain].vm {
                Vm::Evm => ("writeAddress", None),
                vm => ("writeFixed", Some(size(address_size(vm)))),
            },
            _ => {
                let args = vec![Expr::atom("writer"), value.clone()];
                let head = format!("_write{}", self.names.helper(ty));
                return Expr::call(head, args).write(printer, "", ";");
            }
        };
        let args = [value.clone()].into_iter().chain(bound).collect();
        Expr::call(format!("writer.{writer}"), args).write(printer, "", ";");
    }

    /// The expression that reads a value.
    fn read(&self, ty: &Type) -> Expr {
        let call = |name: String, args: &[u32]| {
            let args = args.iter().map(|arg| Expr::atom(arg.to_string()));
            Expr::call(format!("reader.{name}"), args.collect())
        };
        match ty {
            Type::Bool => call("readBool".into(), &[]),
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => {
                call(format!("readUint{bits}"), &[])
            }
            Type::Int(bits) => call(format!("readInt{bits}"), &[]),
            Type::FixedBytes(32) => call("readFixed".into(), &[32]),
            Type::FixedBytes(len) => {
                let read = call("readFixed".into(), &[u32::from(*len)]);
                Expr::call(format!("bytes{len}"), vec![read])
            }
            Type::Bytes(max) => call("readBytes".into(), &[*max]),
            Type::String(max) => call("readString".into(), &[*max]),
            Type::Enum(id) => {
                let count = self.input.program.declarations.enums[*id].variants.len();
                let read = call("readVariant".into(), &[count as u32]);
                Expr::call(self.types().name(ty), vec![read])
            }
            Type::Address(chain) => match self.input.program.declarations.chains[*chain].vm {
                Vm::Evm => call("readAddress".into(), &[]),
                vm => call("readFixed".into(), &[address_size(vm)]),
            },
            _ => {
                let head = format!("_read{}", self.names.helper(ty));
                Expr::call(head, vec![Expr::atom("reader")])
            }
        }
    }
}

fn pure_function(name: String, params: Vec<String>, returns: Option<&str>) -> Head {
    let returns = returns.map(|returns| format!("returns ({returns})"));
    let attributes = ["internal".to_owned(), "pure".to_owned()];
    Head {
        start: format!("function {name}"),
        params,
        attributes: attributes.into_iter().chain(returns).collect(),
    }
}

/// The message types that a machine of the workflow on the EVM sends or receives.
pub(super) fn messages_on_evm(input: Input<'_>, workflow: Workflow) -> Vec<Message> {
    let program = input.program;
    let is_on_evm = |machine| {
        let chain = program.machines[machine].chain;
        program.declarations.chains[chain].vm == Vm::Evm
    };
    let messages = program.messages_of(workflow);
    let messages = messages.filter(|(_, data)| is_on_evm(data.from) || is_on_evm(data.to));
    messages.map(|(message, _)| message).collect()
}

fn slot_types<'a>(input: Input<'a>, workflow: Workflow) -> impl Iterator<Item = &'a Type> {
    let slots = machines_on_evm(input, workflow).flat_map(|machine| &machine.slots);
    slots.map(|&slot| &input.program.slots[slot].ty)
}

/// The types of options that are made of other values.
fn made_types<'a>(input: Input<'a>, workflow: Workflow) -> impl Iterator<Item = &'a Type> {
    let handlers = machines_on_evm(input, workflow).flat_map(|machine| &machine.handlers);
    let bodies = handlers.map(|&handler| &input.program.handlers[handler].body);
    let made = bodies.flat_map(|body| {
        body.insts.values().filter_map(|inst| match inst {
            InstData::List { result, .. } => Some(&body.values[*result].ty),
            _ => None,
        })
    });
    made.filter(|ty| matches!(ty, Type::Option(_)))
}

fn machines_on_evm<'a>(
    input: Input<'a>,
    workflow: Workflow,
) -> impl Iterator<Item = &'a MachineData> {
    let program = input.program;
    let machines = program.machines_of(workflow);
    let machines = machines.map(|machine| &program.machines[machine]);
    machines.filter(|machine| program.declarations.chains[machine.chain].vm == Vm::Evm)
}

fn kept_types(input: Input<'_>, workflow: Workflow) -> Vec<Type> {
    let declarations = &input.program.declarations;
    let kept = slot_types(input, workflow).filter(|ty| !is_storable(ty, declarations));
    distinct(kept)
}

fn checked_types(input: Input<'_>, workflow: Workflow) -> Vec<Type> {
    let program = input.program;
    let data = &program.workflows[workflow];
    let home = program.machines[data.coordinator].chain;
    if program.declarations.chains[home].vm != Vm::Evm {
        return Vec::new();
    }
    let inputs = data.inputs.iter().map(|field| &field.ty);
    distinct(inputs.filter(|ty| needs_check(ty, &program.declarations)))
}

fn distinct<'a>(types: impl Iterator<Item = &'a Type>) -> Vec<Type> {
    let mut found: Vec<Type> = Vec::new();
    for ty in types {
        if !found.contains(ty) {
            found.push(ty.clone());
        }
    }
    found
}

/// Adds the composite types in a type and the type itself, those inside first.
fn add_composites(ty: &Type, declarations: &Declarations, found: &mut Vec<Type>) {
    if found.contains(ty) || !is_reference(ty) {
        return;
    }
    match ty {
        Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) => {
            add_composites(inner, declarations, found);
        }
        Type::Record(record) => {
            let fields = &declarations.records[*record].fields;
            fields
                .iter()
                .for_each(|field| add_composites(&field.ty, declarations, found));
        }
        _ => return,
    }
    found.push(ty.clone());
}
