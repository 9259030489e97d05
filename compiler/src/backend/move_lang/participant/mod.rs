//! What the packages of all participants have in common, whichever chain they are for.
//!
//! A participant's main module declares constants, a struct that holds everything, a struct for the records of each step, the
//! handlers, and functions that find records. The parts stand here; each back end puts them in order and adds what only its
//! chain has.

pub mod handlers;
pub mod names;
pub mod uses;

use self::names::{MachineNames, package_names};
use self::uses::Uses;
use super::codec::Messages;
use super::function::Function;
use super::packages::{Packages, Rules, interfaces};
use super::types::{Place, Types};
use super::{
    Dialect, Doc, STYLE, address_literal, bytes_literal, error_docs, error_name, status_name,
    write_docs, write_header, write_module,
};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, Input};
use crate::deployment::{Address, ConstantValue};
use crate::entities::{Constant, Handler, Machine, Step};
use crate::ir::{Program, Role, WorkflowData};

/// What the package of one participant is written from.
#[derive(Clone, Copy)]
pub struct Participant<'a> {
    /// The program and its deployment.
    pub input: Input<'a>,
    /// The participant.
    pub machine: Machine,
    /// The names in its package.
    pub names: &'a MachineNames,
    /// The packages it calls or names.
    pub packages: &'a Packages<'a>,
    /// How types are spelled.
    pub types: &'a Types<'a>,
}

/// Writes the packages of a chain's participants, which `write` spells, the interface packages, and the runtime; nothing if there
/// is no participant.
pub fn emit(
    input: Input<'_>,
    rules: &dyn Rules,
    write: impl Fn(Participant<'_>) -> Artifacts,
) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let machines: Vec<_> = participants(input, rules.dialect()).collect();
    if machines.is_empty() {
        return artifacts;
    }
    let packages = Packages::collect(input, rules, &machines);
    let folders = package_names(input, &machines, rules.reserved());
    for (&machine, package) in machines.iter().zip(&folders) {
        let chain = input.program.machines[machine].chain;
        artifacts.extend(write(Participant {
            input,
            machine,
            names: &MachineNames::new(input, machine, package, rules.reserved()),
            packages: &packages,
            types: &Types::new(rules.dialect(), &input.program.declarations, chain),
        }));
    }
    artifacts.extend(interfaces::write(&packages));
    let folder = rules.dialect().folder();
    for (path, text) in rules.runtime() {
        artifacts.add(format!("{folder}/xcc_runtime/{path}"), *text);
    }
    artifacts
}

/// The machines that are written, in the program's order.
fn participants(input: Input<'_>, dialect: Dialect) -> impl Iterator<Item = Machine> {
    let program = input.program;
    let machines = program.machines.iter().filter(move |(_, data)| {
        let vm = program.declarations.chains[data.chain].vm;
        vm == dialect.vm() && data.role == Role::Participant
    });
    machines.map(|(machine, _)| machine)
}

impl<'a> Participant<'a> {
    /// The program.
    pub fn program(&self) -> &'a Program {
        self.input.program
    }

    /// The workflow it takes part in.
    pub fn workflow(&self) -> &'a WorkflowData {
        let program = self.program();
        &program.workflows[program.machines[self.machine].workflow]
    }

    /// Its steps.
    pub fn steps(&self) -> impl Iterator<Item = Step> + 'a {
        self.program().machines[self.machine].steps.iter().copied()
    }

    /// Its handlers.
    pub fn handlers(&self) -> &'a [Handler] {
        &self.program().machines[self.machine].handlers
    }

    /// The module of its messages, of this name.
    pub fn messages(&self, module: &str) -> String {
        let messages = Messages {
            package: &self.names.package,
            module,
            program: self.program(),
            facts: self.input.facts,
            machine: self.machine,
            types: self.types,
            names: &self.names.codec,
        };
        messages.write()
    }

    /// The main module, at this path; `how` says how it is used, and `write` writes what is in it.
    pub fn main_module(
        &self,
        path: &str,
        how: &[&str],
        write: impl FnOnce(&mut Printer),
    ) -> String {
        let Input { program, facts, .. } = self.input;
        let mut printer = Printer::new(STYLE);
        write_header(program, facts, self.machine, &mut printer);
        self.write_module_docs(how, &mut printer);
        write_module(self.types.dialect, path, &mut printer, write);
        printer.finish()
    }

    /// Writes what the module is, and how it is used.
    fn write_module_docs(&self, how: &[&str], printer: &mut Printer) {
        let program = self.program();
        let chain_of = |machine: Machine| {
            let chain = program.machines[machine].chain;
            &program.declarations.chains[chain].name
        };
        let workflow = self.workflow();
        let (name, chain) = (&workflow.name, chain_of(self.machine));
        let home = chain_of(workflow.coordinator);
        let what = format!("The part of {name} that runs on {chain}; home is {home}.");
        write_docs([what], printer);
        if !workflow.docs.is_empty() {
            write_docs([""], printer);
            write_docs(&workflow.docs, printer);
        }
        write_docs([""], printer);
        write_docs(how, printer);
    }

    /// Writes the constants. `unit` is what is published as one: a package or a module.
    pub fn write_constants(&self, unit: &str, uses: &Uses, printer: &mut Printer) {
        printer.blank();
        self.write_identity(unit, printer);
        printer.blank();
        for step in self.steps() {
            let data = &self.program().steps[step];
            write_docs([format!("The number of step `{}`.", data.name)], printer);
            let name = &self.names.steps[&step].constant;
            write_constant(name, "u16", data.number.to_string(), printer);
        }
        printer.blank();
        self.write_budgets(printer);
        printer.blank();
        for &constant in &uses.constants {
            self.write_address(constant, printer);
        }
        write_codes(uses, printer);
    }

    fn write_identity(&self, unit: &str, printer: &mut Printer) {
        let workflow = self.program().machines[self.machine].workflow;
        let docs = format!(
            "The program this {unit} was generated from; its peers must come from the same."
        );
        write_docs([docs], printer);
        let fingerprint = bytes_literal(&self.input.facts.fingerprints[workflow]);
        write_constant("FINGERPRINT", "vector<u8>", fingerprint, printer);
        let docs = "The position of home among the peers, of which it is the only one.";
        write_docs([docs], printer);
        write_constant("HOME", "u64", "0", printer);
    }

    /// For readers and tools: what the source grants the calls of each handler. Sui's compiler warns of what no code names.
    fn write_budgets(&self, printer: &mut Printer) {
        for &handler in self.handlers() {
            let budget = self.input.facts.budgets[handler].calls;
            if budget == 0 {
                continue;
            }
            let names = &self.names.handlers[&handler];
            let docs = format!("Gas units that the calls of `{}` may take.", names.function);
            match self.types.dialect {
                Dialect::Sui => {
                    printer.blank();
                    write_docs([docs], printer);
                    printer.line("#[allow(unused_const)]");
                }
                Dialect::Aptos => write_docs([docs], printer),
            }
            write_constant(&names.budget, "u64", budget.to_string(), printer);
        }
    }

    fn write_address(&self, constant: Constant, printer: &mut Printer) {
        let decl = &self.program().declarations.constants[constant];
        write_docs([format!("`@{}` of the deployment.", decl.name)], printer);
        let (ty, value) = match &self.input.deployment.constants[constant] {
            ConstantValue::Address(Address::Evm(bytes)) => ("vector<u8>", bytes_literal(bytes)),
            ConstantValue::Address(address) if decl.chain != self.types.chain => {
                ("vector<u8>", bytes_literal(&address.to_word()))
            }
            ConstantValue::Address(address) => ("address", address_literal(&address.to_word())),
            ConstantValue::MoveType(_) => unreachable!("only addresses are values"),
        };
        write_constant(&self.names.constants[&constant], ty, value, printer);
    }

    /// Writes `let participant = Participant { … }`, with these fields before the tables, each of which is made by `table`.
    pub fn write_new(&self, fields: &[&str], table: &str, printer: &mut Printer) {
        let tables = self.steps().map(|step| {
            let name = &self.names.steps[&step].table;
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
            let head = format!("{keyword} {} has store", self.names.steps[&step].record);
            printer.block(head, |printer| {
                printer.line("status: u8,");
                for (slot, data) in self.program().slots_of(self.machine, Some(step)) {
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
        let names = &self.names.steps[&step];
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
        let slots = self.program().slots_of(self.machine, Some(step));
        let slots = slots.map(|(slot, data)| {
            let zero = self.types.zero(&data.ty).doc;
            zero.after(&format!("{}: ", self.names.slots[&slot]))
        });
        let fields = [Doc::text("status: STATUS_NONE")].into_iter().chain(slots);
        Doc::fields(&*self.names.steps[&step].record, fields.collect())
    }
}

/// Writes the constants of statuses and errors.
fn write_codes(uses: &Uses, printer: &mut Printer) {
    printer.blank();
    for &status in &uses.statuses {
        let number = (status as u8).to_string();
        write_constant(status_name(status), "u8", number, printer);
    }
    printer.blank();
    for &rejection in &uses.rejections {
        write_docs([error_docs(rejection)], printer);
        let number = (rejection as u8).to_string();
        write_constant(error_name(rejection), "u64", number, printer);
    }
}

/// Writes `const NAME: type = value;`
pub fn write_constant(name: &str, ty: &str, value: impl Into<String>, printer: &mut Printer) {
    Doc::write_assignment(&format!("const {name}: {ty}"), Doc::text(value), printer);
}
