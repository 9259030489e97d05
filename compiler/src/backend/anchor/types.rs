//! Types of the language as Rust types, and the file of declared records and enumerations.

use std::collections::BTreeSet;

use super::places::slots_offset;
use super::text::{self, docs};
use super::{Target, messages, messages_of, project};
use crate::backend::printer::Printer;
use crate::entities::{Enum, Machine, Record, Step};
use crate::ir::{Program, Role};
use crate::types::{Declarations, Field, Type, Units};
use crate::vm::Vm;
use crate::wire::layout::address_size;

/// The attributes of a type that stands in accounts and calls.
const DERIVES: &str = "AnchorSerialize, AnchorDeserialize, InitSpace, Clone";

/// The Rust type of a type of the language.
pub(super) fn rust_type(target: &Target<'_>, ty: &Type) -> String {
    let inner = |ty: &Type| rust_type(target, ty);
    match ty {
        Type::Bool => "bool".into(),
        Type::Uint(256) | Type::Amount(Units { bits: 256, .. }) => "U256".into(),
        Type::Int(256) => "I256".into(),
        Type::Uint(bits) | Type::Amount(Units { bits, .. }) => format!("u{bits}"),
        Type::Int(bits) => format!("i{bits}"),
        Type::FixedBytes(length) => format!("[u8; {length}]"),
        Type::Bytes(_) => "Vec<u8>".into(),
        Type::String(_) => "String".into(),
        Type::List(element, _) => format!("Vec<{}>", inner(element)),
        Type::Array(element, length) => format!("[{}; {length}]", inner(element)),
        Type::Option(some) => format!("Option<{}>", inner(some)),
        Type::Record(record) => target.names.records[record].ty.clone(),
        Type::Enum(id) => target.names.enums[id].ty.clone(),
        Type::Address(chain) => match target.input.program.declarations.chains[*chain].vm {
            Vm::Svm => "Pubkey".into(),
            vm => format!("[u8; {}]", address_size(vm)),
        },
    }
}

/// Whether values of the type are copied rather than moved.
pub(super) fn is_copy(declarations: &Declarations, ty: &Type) -> bool {
    match ty {
        Type::Bytes(_) | Type::String(_) | Type::List(..) => false,
        Type::Array(inner, _) | Type::Option(inner) => is_copy(declarations, inner),
        Type::Record(record) => declarations.records[*record]
            .fields
            .iter()
            .all(|field| is_copy(declarations, &field.ty)),
        _ => true,
    }
}

/// Whether some values of the type are larger than others of the same shape, so that a value from a target needs its bounds checked.
pub(super) fn is_bounded(declarations: &Declarations, ty: &Type) -> bool {
    !is_copy(declarations, ty)
}

/// Writes `pub name: type,` with the bounds that `InitSpace` asks for.
pub(super) fn write_field(printer: &mut Printer, target: &Target<'_>, name: &str, ty: &Type) {
    let mut bounds = Vec::new();
    collect_bounds(ty, &mut bounds);
    if !bounds.is_empty() {
        printer.line(format!("#[max_len({})]", bounds.join(", ")));
    }
    printer.line(format!("pub {name}: {},", rust_type(target, ty)));
}

/// The bounds of a type from the outside in.
fn collect_bounds(ty: &Type, bounds: &mut Vec<String>) {
    match ty {
        Type::Bytes(max) | Type::String(max) => bounds.push(max.to_string()),
        Type::List(element, max) => {
            bounds.push(max.to_string());
            collect_bounds(element, bounds);
        }
        Type::Array(inner, _) | Type::Option(inner) => collect_bounds(inner, bounds),
        _ => {}
    }
}

/// The greatest size of a value in Borsh, as an account keeps it.
pub(super) fn borsh_size(declarations: &Declarations, ty: &Type) -> u64 {
    let inner = |ty: &Type| borsh_size(declarations, ty);
    match ty {
        Type::Bool | Type::Enum(_) => 1,
        Type::Uint(bits) | Type::Int(bits) | Type::Amount(Units { bits, .. }) => {
            u64::from(*bits) / 8
        }
        Type::FixedBytes(length) => u64::from(*length),
        Type::Bytes(max) | Type::String(max) => 4 + u64::from(*max),
        Type::List(element, max) => 4 + inner(element).saturating_mul(u64::from(*max)),
        Type::Array(element, length) => inner(element).saturating_mul(u64::from(*length)),
        Type::Option(some) => 1 + inner(some),
        Type::Record(record) => {
            let fields = &declarations.records[*record].fields;
            fields
                .iter()
                .fold(0, |sum, field| sum.saturating_add(inner(&field.ty)))
        }
        Type::Address(chain) => u64::from(address_size(declarations.chains[*chain].vm)),
    }
}

/// The size of the account that keeps the record of a step, or an instance on a coordinator.
pub(super) fn record_size(program: &Program, machine: Machine, step: Option<Step>) -> u64 {
    let slots = program.slots_of(machine, step);
    let offset = u64::from(slots_offset(program, machine));
    slots.fold(offset, |sum, (_, slot)| {
        sum.saturating_add(borsh_size(&program.declarations, &slot.ty))
    })
}

/// The records and enumerations that a program uses, in source order.
#[derive(Clone, Debug, Default)]
pub(super) struct Used {
    pub(super) records: BTreeSet<Record>,
    pub(super) enums: BTreeSet<Enum>,
}

impl Used {
    /// Collects what the messages, slots and values of a machine are made of.
    pub(super) fn of(input: crate::backend::Input<'_>, machine: crate::entities::Machine) -> Self {
        let program = input.program;
        let data = &program.machines[machine];
        let mut used = Used::default();
        let messages = messages_of(input, machine);
        let fields = messages
            .iter()
            .flat_map(|&message| &program.messages[message].fields);
        let slots = data.slots.iter().map(|&slot| &program.slots[slot].ty);
        let values = data
            .handlers
            .iter()
            .flat_map(|&handler| program.handlers[handler].body.values.values());
        let inputs = match data.role {
            Role::Coordinator => program.workflows[data.workflow].inputs.as_slice(),
            Role::Participant => &[],
        };
        let events = data
            .events
            .iter()
            .flat_map(|&event| &program.events[event].fields);
        let types = fields
            .chain(inputs)
            .chain(events)
            .map(|field| &field.ty)
            .chain(slots)
            .chain(values.map(|value| &value.ty));
        types.for_each(|ty| used.add(&program.declarations, ty));
        used
    }

    fn add(&mut self, declarations: &Declarations, ty: &Type) {
        match ty {
            Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) => {
                self.add(declarations, inner)
            }
            Type::Enum(id) => drop(self.enums.insert(*id)),
            Type::Record(record) => {
                self.records.insert(*record);
                declarations.records[*record]
                    .fields
                    .iter()
                    .for_each(|field| self.add(declarations, &field.ty));
            }
            _ => {}
        }
    }
}

/// The file of declared types, if the program uses any.
pub(super) fn types_rs(target: &Target<'_>) -> Option<String> {
    if target.names.records.is_empty() && target.names.enums.is_empty() {
        return None;
    }
    let mut printer = text::file(&project::header(target));
    printer.line("//! Types that the workflow declares.");
    printer.blank();
    printer.line("use anchor_lang::prelude::*;");
    let fields: Vec<_> = target
        .names
        .records
        .keys()
        .flat_map(|&record| fields_of(target, record))
        .collect();
    let mut names = wide_integers(fields.iter().map(|field| &field.ty));
    names.push("Reader".into());
    if !target.names.records.is_empty() {
        names.push("Writer".into());
    }
    if !target.names.records.is_empty() {
        text::import(&mut printer, "xcc_runtime", &names);
    }
    target
        .names
        .enums
        .keys()
        .for_each(|&id| write_enum(&mut printer, target, id));
    target
        .names
        .records
        .keys()
        .for_each(|&record| write_record(&mut printer, target, record));
    Some(printer.finish())
}

/// Which of the runtime's integers these types mention.
pub(super) fn wide_integers<'t>(types: impl Iterator<Item = &'t Type>) -> Vec<String> {
    let mut found = BTreeSet::new();
    types.for_each(|ty| find_wide(ty, &mut found));
    found.into_iter().map(str::to_owned).collect()
}

fn find_wide(ty: &Type, found: &mut BTreeSet<&'static str>) {
    match ty {
        Type::Uint(256) | Type::Amount(Units { bits: 256, .. }) => drop(found.insert("U256")),
        Type::Int(256) => drop(found.insert("I256")),
        Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) => {
            find_wide(inner, found)
        }
        _ => {}
    }
}

/// The names of declared types that these types mention by themselves.
pub(super) fn declared<'t>(
    target: &Target<'_>,
    types: impl Iterator<Item = &'t Type>,
) -> Vec<String> {
    let mut found = BTreeSet::new();
    types.for_each(|ty| find_declared(target, ty, &mut found));
    found.into_iter().collect()
}

fn find_declared(target: &Target<'_>, ty: &Type, found: &mut BTreeSet<String>) {
    match ty {
        Type::Record(record) => drop(found.insert(target.names.records[record].ty.clone())),
        Type::Enum(id) => drop(found.insert(target.names.enums[id].ty.clone())),
        Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) => {
            find_declared(target, inner, found)
        }
        _ => {}
    }
}

fn fields_of<'a>(target: &Target<'a>, record: Record) -> &'a [Field] {
    &target.input.program.declarations.records[record].fields
}

fn write_enum(printer: &mut Printer, target: &Target<'_>, id: Enum) {
    let names = &target.names.enums[&id];
    printer.blank();
    write_type_docs(
        printer,
        &target.input.program.declarations.enums[id].docs,
        &names.ty,
    );
    printer.line(format!("#[derive({DERIVES}, Copy, Debug, PartialEq, Eq)]"));
    if names.members.len() == 1 {
        printer.line("// Else it had no size, and Borsh takes no lists of such.");
        printer.line("#[repr(u8)]");
    }
    printer.block(format!("pub enum {}", names.ty), |printer| {
        names
            .members
            .iter()
            .for_each(|variant| printer.line(format!("{variant},")));
    });
    printer.blank();
    printer.block(format!("impl {}", names.ty), |printer| {
        let variants: Vec<_> = names
            .members
            .iter()
            .map(|variant| format!("{}::{variant}", names.ty))
            .collect();
        printer.line("/// Every variant, by its byte on the wire.");
        let open = format!("pub const ALL: [{}; {}] = [", names.ty, variants.len());
        write_variants(printer, &open, &variants);
    });
}

/// rustfmt keeps the list on one line up to 60 characters of items.
fn write_variants(printer: &mut Printer, open: &str, variants: &[String]) {
    let joined = variants.join(", ");
    let one_line = format!("{open}{joined}];");
    if joined.chars().count() <= 60 && printer.fits(&one_line) {
        return printer.line(one_line);
    }
    printer.wrapped(open, "];", |printer| {
        variants
            .iter()
            .for_each(|variant| printer.line(format!("{variant},")));
    });
}

fn write_record(printer: &mut Printer, target: &Target<'_>, record: Record) {
    let declarations = &target.input.program.declarations;
    let names = &target.names.records[&record];
    let copy = if is_copy(declarations, &Type::Record(record)) {
        ", Copy"
    } else {
        ""
    };
    printer.blank();
    write_type_docs(printer, &declarations.records[record].docs, &names.ty);
    printer.line(format!("#[derive({DERIVES}{copy}, Debug, PartialEq, Eq)]"));
    let fields: Vec<_> = names
        .members
        .iter()
        .zip(fields_of(target, record))
        .collect();
    printer.block(format!("pub struct {}", names.ty), |printer| {
        fields
            .iter()
            .for_each(|(name, field)| write_field(printer, target, name, &field.ty));
    });
    printer.blank();
    let members: Vec<_> = fields
        .iter()
        .map(|(name, field)| (name.as_str(), &field.ty))
        .collect();
    printer.block(format!("impl {}", names.ty), |printer| {
        messages::write_record_codec(printer, target, &names.ty, &members);
    });
}

fn write_type_docs(printer: &mut Printer, lines: &[String], name: &str) {
    if lines.is_empty() {
        printer.line(format!("/// `{name}` of the workflow's source."));
    }
    docs(printer, lines);
}
