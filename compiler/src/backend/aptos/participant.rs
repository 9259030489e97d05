//! The main module: the resource, its wiring, its records, and the handlers.

use std::collections::BTreeSet;

use super::handlers::Handlers;
use super::names::messages_module;
use super::{messages, project};
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::participant::names::MachineNames;
use crate::backend::move_lang::types::{Place, Types};
use crate::backend::move_lang::{
    Dialect, Doc, STYLE, address_literal, bytes_literal, error_docs, error_name, status_name,
    write_docs, write_header, write_module,
};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, Input};
use crate::deployment::{Address, ConstantValue};
use crate::entities::{Constant, Machine, Step};
use crate::hir::{Binding, ObjectSource};
use crate::ir::{InstData, Rejection, Status, Terminator};

/// Writes the package of one participant.
pub(super) fn write(
    input: Input<'_>,
    machine: Machine,
    names: &MachineNames,
    packages: &Packages<'_>,
) -> Artifacts {
    let chain = input.program.machines[machine].chain;
    let types = Types::new(Dialect::Aptos, &input.program.declarations, chain);
    let writer = ParticipantWriter {
        input,
        machine,
        names,
        packages,
        types: &types,
    };
    let folder = format!("aptos/{}", names.package);
    let sources = format!("{folder}/sources");
    let mut artifacts = Artifacts::default();
    artifacts.add(
        format!("{folder}/Move.toml"),
        project::participant_manifest(input, machine, names, packages),
    );
    artifacts.add(
        format!("{sources}/{}.move", messages_module(&names.package)),
        messages::write(input, machine, names, &types),
    );
    artifacts.add(format!("{sources}/{}.move", names.package), writer.write());
    artifacts
}

struct ParticipantWriter<'a> {
    input: Input<'a>,
    machine: Machine,
    names: &'a MachineNames,
    packages: &'a Packages<'a>,
    types: &'a Types<'a>,
}

/// What the handlers of the machine name, and so what must be declared or imported.
#[derive(Default)]
struct Uses {
    constants: BTreeSet<Constant>,
    statuses: BTreeSet<Status>,
    rejections: BTreeSet<Rejection>,
    modules: BTreeSet<&'static str>,
}

impl ParticipantWriter<'_> {
    fn write(&self) -> String {
        let uses = self.uses();
        let mut printer = Printer::new(STYLE);
        let program = self.input.program;
        write_header(program, self.input.facts, self.machine, &mut printer);
        self.write_module_docs(&mut printer);
        let path = format!("{0}::{0}", self.names.package);
        write_module(Dialect::Aptos, &path, &mut printer, |printer| {
            self.write_imports(&uses, printer);
            self.write_constants(&uses, printer);
            self.write_structs(printer);
            self.write_set_up(printer);
            self.write_handlers(printer);
            self.write_views(printer);
            self.steps()
                .for_each(|step| self.write_record_of(step, printer));
        });
        printer.finish()
    }

    fn steps(&self) -> impl Iterator<Item = Step> {
        let machine = &self.input.program.machines[self.machine];
        machine.steps.iter().copied()
    }

    fn write_module_docs(&self, printer: &mut Printer) {
        let program = self.input.program;
        let machine = &program.machines[self.machine];
        let workflow = &program.workflows[machine.workflow];
        let chain = &program.declarations.chains[machine.chain].name;
        let home = program.machines[workflow.coordinator].chain;
        let home = &program.declarations.chains[home].name;
        let what = format!(
            "The part of {} that runs on {chain}; home is {home}.",
            workflow.name
        );
        write_docs([what], printer);
        if !workflow.docs.is_empty() {
            write_docs([""], printer);
            write_docs(&workflow.docs, printer);
        }
        let how = [
            "",
            "Anyone may deliver a message: the function of its kind and step takes its signed bytes, any number of times, and has",
            "the deliverer pay Wormhole's fee for the reply.",
        ];
        write_docs(how, printer);
    }

    fn write_imports(&self, uses: &Uses, printer: &mut Printer) {
        let own = &self.names.package;
        let mut imports = vec![
            "aptos_framework::account::{Self, SignerCapability}".to_owned(),
            "aptos_std::table::{Self, Table}".to_owned(),
            format!("{own}::{} as messages", messages_module(own)),
            "xcc_runtime::message_kind".to_owned(),
            "xcc_runtime::wormhole_endpoint::{Self, Endpoint}".to_owned(),
        ];
        imports.extend(uses.modules.iter().map(|module| (*module).to_owned()));
        imports.sort();
        for import in imports {
            printer.line(format!("use {import};"));
        }
    }

    fn write_constants(&self, uses: &Uses, printer: &mut Printer) {
        let program = self.input.program;
        let workflow = program.machines[self.machine].workflow;
        printer.blank();
        write_docs(
            ["The program this module was generated from; its peers must come from the same."],
            printer,
        );
        let fingerprint = bytes_literal(&self.input.facts.fingerprints[workflow]);
        write_constant("FINGERPRINT", "vector<u8>", fingerprint, printer);
        write_docs(
            ["The position of home among the peers, of which it is the only one."],
            printer,
        );
        write_constant("HOME", "u64", "0", printer);

        printer.blank();
        for step in self.steps() {
            let data = &program.steps[step];
            write_docs([format!("The number of step `{}`.", data.name)], printer);
            let name = &self.names.steps[&step].constant;
            write_constant(name, "u16", data.number.to_string(), printer);
        }
        self.write_budgets(printer);
        self.write_addresses(uses, printer);

        printer.blank();
        for &status in &uses.statuses {
            let number = (status as u8).to_string();
            write_constant(&status_name(status), "u8", number, printer);
        }
        printer.blank();
        for &rejection in &uses.rejections {
            write_docs([error_docs(rejection)], printer);
            let number = (rejection as u8).to_string();
            write_constant(&error_name(rejection), "u64", number, printer);
        }
    }

    /// For readers and tools: what the source grants the calls of each handler.
    fn write_budgets(&self, printer: &mut Printer) {
        let handlers = &self.input.program.machines[self.machine].handlers;
        printer.blank();
        for &handler in handlers {
            let budget = self.input.facts.budgets[handler].calls;
            if budget > 0 {
                let names = &self.names.handlers[&handler];
                let docs = format!("Gas units that the calls of `{}` may take.", names.function);
                write_docs([docs], printer);
                write_constant(&names.budget, "u64", budget.to_string(), printer);
            }
        }
    }

    fn write_addresses(&self, uses: &Uses, printer: &mut Printer) {
        printer.blank();
        for &constant in &uses.constants {
            let decl = &self.input.program.declarations.constants[constant];
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
    }

    fn write_structs(&self, printer: &mut Printer) {
        printer.blank();
        let docs = [
            "All of the participant. The right to speak and the right to sign for its account never leave this module.",
        ];
        write_docs(docs, printer);
        printer.block("struct Participant has key", |printer| {
            printer.line("endpoint: Endpoint,");
            printer.line("authority: SignerCapability,");
            for step in self.steps() {
                let names = &self.names.steps[&step];
                let table = format!("{}: Table<vector<u8>, {}>,", names.table, names.record);
                printer.line(table);
            }
        });
        for step in self.steps() {
            printer.blank();
            let name = &self.input.program.steps[step].name;
            let docs = format!("What is kept about step `{name}` of an instance.");
            write_docs([docs], printer);
            let head = format!("struct {} has store", self.names.steps[&step].record);
            printer.block(head, |printer| {
                printer.line("status: u8,");
                for (slot, data) in self.input.program.slots_of(self.machine, Some(step)) {
                    let ty = self.types.name(&data.ty, Place::Elsewhere);
                    printer.line(format!("{}: {ty},", self.names.slots[&slot]));
                }
            });
        }
    }

    fn write_set_up(&self, printer: &mut Printer) {
        let package = &self.names.package;
        printer.blank();
        let init = Function {
            head: "fun init_module".to_owned(),
            params: vec!["machine: &signer".to_owned()],
            results: Vec::new(),
        };
        init.write(printer, |printer| {
            let seed = format!(
                "let (_, authority) = account::create_resource_account(machine, b\"{package}\");"
            );
            if printer.fits(&seed) {
                printer.line(seed);
            } else {
                let args = ["machine".to_owned(), format!("b\"{package}\"")].map(Doc::text);
                let call = Doc::call("account::create_resource_account", args.into());
                let pattern = Doc::list("(", vec![Doc::text("_"), Doc::text("authority")], ")");
                Doc::write_binding(pattern, call, printer);
            }
            printer.line("let endpoint = wormhole_endpoint::new(machine, FINGERPRINT);");
            let tables = self
                .steps()
                .map(|step| format!("{}: table::new()", self.names.steps[&step].table));
            let fields = ["endpoint".to_owned(), "authority".to_owned()]
                .into_iter()
                .chain(tables);
            let participant = Doc::fields("Participant", fields.map(Doc::text).collect());
            Doc::write_binding(Doc::text("participant"), participant, printer);
            printer.line("move_to(machine, participant);");
        });
        self.write_wire(printer);
    }

    fn write_wire(&self, printer: &mut Printer) {
        printer.blank();
        let docs = [
            "Connects the participant to its one peer, home, for good. Only the deployer may, and only once.",
            "",
            "The peer is given by Wormhole's number of its chain and its address, with zeros to the left if it is shorter than 32",
            "bytes.",
        ];
        write_docs(docs, printer);
        let params = [
            "deployer: &signer",
            "peer_chains: vector<u16>",
            "peer_addresses: vector<address>",
            "fingerprint: vector<u8>",
        ];
        let wire = Function {
            head: "public entry fun wire".to_owned(),
            params: params.map(str::to_owned).into(),
            results: Vec::new(),
        };
        wire.write_acquiring("Participant", printer, |printer| {
            printer.line(format!(
                "let participant = borrow_global_mut<Participant>(@{});",
                self.names.package
            ));
            printer.line("let endpoint = &mut participant.endpoint;");
            printer.line("endpoint.wire(deployer, peer_chains, peer_addresses, 1, fingerprint);");
        });
    }

    fn write_handlers(&self, printer: &mut Printer) {
        let handlers = Handlers {
            input: self.input,
            names: self.names,
            packages: self.packages,
            types: self.types,
        };
        for &handler in &self.input.program.machines[self.machine].handlers {
            printer.blank();
            handlers.write(handler, printer);
        }
    }

    fn write_views(&self, printer: &mut Printer) {
        let emitter = "What home hears as this participant, as Wormhole writes it.";
        self.write_view(
            "emitter",
            emitter,
            "participant.endpoint.emitter()",
            printer,
        );
        let authority =
            "The account that calls targets, and that holds what they pay to their caller.";
        let address = "account::get_signer_capability_address(&participant.authority)";
        self.write_view("authority", authority, address, printer);
        for step in self.steps() {
            self.write_status_of(step, printer);
        }
        printer.blank();
        printer.line("#[test_only]");
        write_docs(["What publishing does, for tests."], printer);
        let init = Function {
            head: "public fun init_module_for_test".to_owned(),
            params: vec!["machine: &signer".to_owned()],
            results: Vec::new(),
        };
        init.write(printer, |printer| printer.line("init_module(machine);"));
    }

    /// A view of one address.
    fn write_view(&self, name: &str, docs: &str, value: &str, printer: &mut Printer) {
        printer.blank();
        printer.line("#[view]");
        write_docs([docs], printer);
        let view = Function {
            head: format!("public fun {name}"),
            params: Vec::new(),
            results: vec!["address".to_owned()],
        };
        view.write_acquiring("Participant", printer, |printer| {
            self.write_borrow(printer);
            printer.line(value);
        });
    }

    fn write_status_of(&self, step: Step, printer: &mut Printer) {
        let names = &self.names.steps[&step];
        printer.blank();
        printer.line("#[view]");
        let name = &self.input.program.steps[step].name;
        let docs =
            format!("Where step `{name}` of an instance stands, as one of the status constants.");
        write_docs([docs], printer);
        let view = Function {
            head: format!("public fun {}", names.status_of),
            params: vec!["instance: vector<u8>".to_owned()],
            results: vec!["u8".to_owned()],
        };
        view.write_acquiring("Participant", printer, |printer| {
            self.write_borrow(printer);
            printer.line(format!("let records = &participant.{};", names.table));
            printer.line("if (!records.contains(instance)) return STATUS_NONE;");
            printer.line("records.borrow(instance).status");
        });
    }

    fn write_borrow(&self, printer: &mut Printer) {
        printer.line(format!(
            "let participant = borrow_global<Participant>(@{});",
            self.names.package
        ));
    }

    fn write_record_of(&self, step: Step, printer: &mut Printer) {
        let names = &self.names.steps[&step];
        printer.blank();
        let name = &self.input.program.steps[step].name;
        let docs = format!("The record of step `{name}`, made when the first message arrives.");
        write_docs([docs], printer);
        let slots = self.input.program.slots_of(self.machine, Some(step));
        let slots = slots.map(|(slot, data)| {
            let zero = self.types.zero(&data.ty).doc;
            zero.after(format!("{}: ", self.names.slots[&slot]))
        });
        let fields = [Doc::text("status: STATUS_NONE")].into_iter().chain(slots);
        let record = Doc::fields(&*names.record, fields.collect());
        let records = format!("records: &mut Table<vector<u8>, {}>", names.record);
        let record_of = Function {
            head: format!("fun {}", names.record_of),
            params: vec![records, "instance: vector<u8>".to_owned()],
            results: vec![format!("&mut {}", names.record)],
        };
        record_of.write(printer, |printer| {
            printer.wrapped("if (!records.contains(instance)) {", "};", |printer| {
                Doc::write_binding(Doc::text("record"), record, printer);
                printer.line("records.add(instance, record);");
            });
            printer.line("records.borrow_mut(instance)");
        });
    }

    fn uses(&self) -> Uses {
        let mut uses = Uses::default();
        uses.statuses.insert(Status::None);
        for &handler in &self.input.program.machines[self.machine].handlers {
            let body = &self.input.program.handlers[handler].body;
            body.insts.values().for_each(|inst| uses.add_inst(inst));
            let terminators = body.blocks.values().flat_map(|block| &block.terminator);
            terminators.for_each(|terminator| uses.add_terminator(terminator));
        }
        uses
    }
}

/// `const NAME: type = value;`
fn write_constant(name: &str, ty: &str, value: impl Into<String>, printer: &mut Printer) {
    Doc::write_assignment(&format!("const {name}: {ty}"), Doc::text(value), printer);
}

impl Uses {
    fn add_inst(&mut self, inst: &InstData) {
        match inst {
            InstData::Constant { constant, .. } => {
                self.constants.insert(*constant);
            }
            InstData::Now { .. } => {
                self.modules.insert("aptos_framework::timestamp");
            }
            InstData::SetStatus { status, .. } => {
                self.statuses.insert(*status);
            }
            InstData::Call { call, .. } => {
                let Binding::Aptos { objects, .. } = &call.binding else {
                    return;
                };
                for object in objects {
                    if let ObjectSource::Constant(constant) = object.source {
                        self.constants.insert(constant);
                        self.modules.insert("aptos_framework::object");
                    }
                }
            }
            _ => {}
        }
    }

    fn add_terminator(&mut self, terminator: &Terminator) {
        match terminator {
            Terminator::SwitchStatus { arms, .. } => {
                let statuses = arms.iter().flat_map(|(statuses, _)| statuses);
                self.statuses.extend(statuses);
            }
            Terminator::Reject(rejection) => {
                self.rejections.insert(*rejection);
            }
            _ => {}
        }
    }
}
