//! What only the packages of participants have: records of each step, and the functions that deliveries and claims call.

pub mod handlers;

use super::function::Function;
use super::machine::EmittedMachine;
use super::types::Place;
use super::{Doc, write_docs};
use crate::backend::printer::Printer;
use crate::entities::Step;

impl EmittedMachine<'_> {
    /// Writes `let participant = Participant { … }`, with these fields before the tables, each of which is made by `table`.
    pub fn write_new(&self, fields: &[&str], table: &str, printer: &mut Printer) {
        let tables = self.steps().map(|step| {
            let name = &self.names.records[&step].table;
            Doc::text(format!("{name}: {table}"))
        });
        let fields = fields.iter().copied().map(Doc::text).chain(tables);
        let participant = Doc::fields("Participant", fields.collect());
        Doc::write_binding(Doc::text("participant"), participant, printer);
    }

    /// Writes the struct of each step's records.
    pub fn write_records(&self, printer: &mut Printer) {
        let keyword = self.types.dialect.public_struct();
        for step in self.steps() {
            printer.blank();
            let name = &self.program().steps[step].name;
            let docs = format!("What is kept about step `{name}` of an instance.");
            write_docs([docs], printer);
            let head = format!("{keyword} {} has store", self.names.records[&step].record);
            printer.block(head, |printer| {
                printer.line("status: u8,");
                for (slot, data) in self.program().slots_of(self.id, Some(step)) {
                    let ty = self.types.name(&data.ty, Place::Elsewhere);
                    printer.line(format!("{}: {ty},", self.names.slots[&slot]));
                }
            });
        }
    }

    /// Writes the function that finds or makes a record of a step; `insert` writes what adds this new one to `records`, and
    /// `found` is the expression that borrows one of them.
    pub fn write_record_of(
        &self,
        step: Step,
        found: &str,
        printer: &mut Printer,
        insert: impl FnOnce(Doc, &mut Printer),
    ) {
        let names = &self.names.records[&step];
        printer.blank();
        let name = &self.program().steps[step].name;
        let docs = format!("The record of step `{name}`, made when the first message arrives.");
        write_docs([docs], printer);
        let records = format!("records: &mut Table<vector<u8>, {}>", names.record);
        let function = Function {
            head: format!("fun {}", names.record_of),
            params: vec![records, "instance: vector<u8>".to_owned()],
            results: vec![format!("&mut {}", names.record)],
        };
        function.write(printer, |printer| {
            let absent = "if (!records.contains(instance)) {";
            printer.wrapped(absent, "};", |printer| {
                insert(self.new_record(step), printer)
            });
            printer.line(found);
        });
    }

    /// A record of a step of which nothing is known.
    fn new_record(&self, step: Step) -> Doc {
        let slots = self.program().slots_of(self.id, Some(step));
        let slots = slots.map(|(slot, data)| {
            let zero = self.types.zero(&data.ty).doc;
            zero.after(&format!("{}: ", self.names.slots[&slot]))
        });
        let fields = [Doc::text("status: STATUS_NONE")].into_iter().chain(slots);
        Doc::fields(&*self.names.records[&step].record, fields.collect())
    }
}
