//! What the packages of all machines have in common, whichever chain they are for and whichever part they play.
//!
//! A main module declares constants, a struct that holds everything, what is kept of instances, and the handlers. What only a
//! coordinator or only a participant has stands in the modules of these names; each back end puts the parts in order and adds what
//! only its chain has.

pub mod names;
pub mod uses;

use self::names::{MachineNames, package_names};
use self::uses::Uses;
use super::codec::Messages;
use super::packages::{Packages, Rules, interfaces};
use super::types::Types;
use super::{
    Dialect, Doc, STYLE, address_literal, bytes_literal, error_docs, error_name, phase_name,
    status_name, write_docs, write_header, write_module,
};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, Input};
use crate::deployment::{Address, ConstantValue};
use crate::entities::{Constant, Handler, Machine, Step};
use crate::ir::{Program, Role, Trigger, WorkflowData};

/// What the package of one machine is written from.
#[derive(Clone, Copy)]
pub struct EmittedMachine<'a> {
    /// The program and its deployment.
    pub input: Input<'a>,
    /// The machine.
    pub id: Machine,
    /// The names in its package.
    pub names: &'a MachineNames,
    /// The packages it calls or names.
    pub packages: &'a Packages<'a>,
    /// How types are spelled.
    pub types: &'a Types<'a>,
}

/// Writes the packages of a chain's machines, which `write` spells, the interface packages, and the runtime; nothing if there is no
/// machine.
pub fn emit(
    input: Input<'_>,
    rules: &dyn Rules,
    write: impl Fn(EmittedMachine<'_>) -> Artifacts,
) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let machines: Vec<_> = machines(input, rules.dialect()).collect();
    if machines.is_empty() {
        return artifacts;
    }
    let packages = Packages::collect(input, rules, &machines);
    let folders = package_names(input, &machines, rules.reserved());
    for (&machine, package) in machines.iter().zip(&folders) {
        let chain = input.program.machines[machine].chain;
        artifacts.extend(write(EmittedMachine {
            input,
            id: machine,
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
fn machines(input: Input<'_>, dialect: Dialect) -> impl Iterator<Item = Machine> {
    let program = input.program;
    let machines = program.machines.iter().filter(move |(_, data)| {
        let vm = program.declarations.chains[data.chain].vm;
        vm == dialect.vm()
    });
    machines.map(|(machine, _)| machine)
}

impl<'a> EmittedMachine<'a> {
    /// The program.
    pub fn program(&self) -> &'a Program {
        self.input.program
    }

    /// The part it plays.
    pub fn role(&self) -> Role {
        self.program().machines[self.id].role
    }

    /// The workflow it takes part in.
    pub fn workflow(&self) -> &'a WorkflowData {
        let program = self.program();
        &program.workflows[program.machines[self.id].workflow]
    }

    /// Its steps.
    pub fn steps(&self) -> impl Iterator<Item = Step> + 'a {
        self.program().machines[self.id].steps.iter().copied()
    }

    /// Its handlers.
    pub fn handlers(&self) -> &'a [Handler] {
        &self.program().machines[self.id].handlers
    }

    /// The module of its messages, of this name.
    pub fn messages(&self, module: &str) -> String {
        let messages = Messages {
            package: &self.names.package,
            module,
            program: self.program(),
            facts: self.input.facts,
            machine: self.id,
            types: self.types,
            names: &self.names.codec,
            inputs: self.checked_inputs(),
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
        write_header(program, facts, self.id, &mut printer);
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
        let (name, chain) = (&workflow.name, chain_of(self.id));
        let what = match self.role() {
            Role::Coordinator => {
                format!("The part of {name} that runs on {chain}, where instances start.")
            }
            Role::Participant => {
                let home = chain_of(workflow.coordinator);
                format!("The part of {name} that runs on {chain}; home is {home}.")
            }
        };
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
        write_codes(self.role(), uses, printer);
    }

    fn write_identity(&self, unit: &str, printer: &mut Printer) {
        let workflow = self.program().machines[self.id].workflow;
        let docs = format!(
            "The program this {unit} was generated from; its peers must come from the same."
        );
        write_docs([docs], printer);
        let fingerprint = bytes_literal(&self.input.facts.fingerprints[workflow]);
        write_constant("FINGERPRINT", "vector<u8>", fingerprint, printer);
        match self.role() {
            Role::Coordinator => self.write_peers(printer),
            Role::Participant => {
                let docs = "The position of home among the peers, of which it is the only one.";
                write_docs([docs], printer);
                write_constant("HOME", "u64", "0", printer);
            }
        }
    }

    /// For readers and tools: what the source grants the calls of each handler that a transaction runs. Sui's compiler warns of what
    /// no code names.
    fn write_budgets(&self, printer: &mut Printer) {
        for &handler in self.handlers() {
            let budget = self.input.facts.budgets[handler].calls;
            if budget == 0 || self.program().handlers[handler].trigger == Trigger::Internal {
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
        let what = match decl.asset {
            Some(_) => format!("The metadata of asset `{}` in the deployment.", decl.name),
            None => format!("`@{}` of the deployment.", decl.name),
        };
        write_docs([what], printer);
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
}

/// Writes the constants of statuses, phases and errors.
fn write_codes(role: Role, uses: &Uses, printer: &mut Printer) {
    printer.blank();
    for &status in &uses.statuses {
        let number = (status as u8).to_string();
        write_constant(status_name(status), "u8", number, printer);
    }
    printer.blank();
    for &phase in &uses.phases {
        let number = (phase as u8).to_string();
        write_constant(phase_name(phase), "u8", number, printer);
    }
    printer.blank();
    for &rejection in &uses.rejections {
        write_docs([error_docs(rejection, role)], printer);
        let number = (rejection as u8).to_string();
        write_constant(error_name(rejection), "u64", number, printer);
    }
}

/// Writes `const NAME: type = value;`
pub fn write_constant(name: &str, ty: &str, value: impl Into<String>, printer: &mut Printer) {
    Doc::write_assignment(&format!("const {name}: {ty}"), Doc::text(value), printer);
}
