//! The package of a participant, whose main module has the resource, its wiring, its records and the handlers.

use super::handlers::{self, AptosHandler, ENTRY};
use super::names::messages_module;
use super::plan::{self, Instruction};
use super::project;
use crate::backend::move_lang::entry::EntryPoint;
use crate::backend::move_lang::function::{Function, tuple};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::machine::uses::Uses;
use crate::backend::move_lang::participant::handlers::Entrance;
use crate::backend::move_lang::{Doc, write_docs};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, delivery};
use crate::entities::Step;

/// How the package is used.
const HOW: [&str; 2] = [
    "Anyone may deliver a message: the function of its kind and step takes its signed bytes, any number of times, and has",
    "the deliverer pay Wormhole's fee for the reply.",
];

/// Writes the package of one participant.
pub(super) fn write(machine: EmittedMachine<'_>) -> Artifacts {
    let package = &machine.names.package;
    let messages = messages_module(package);
    let sources = format!("aptos/{package}/sources");
    let mut artifacts = Artifacts::default();
    artifacts.add(
        format!("aptos/{package}/Move.toml"),
        project::manifest(machine),
    );
    let text = machine.messages(&messages);
    artifacts.add(format!("{sources}/{messages}.move"), text);
    let handlers = machine.handlers().iter();
    let handlers = handlers.map(|&handler| AptosHandler::new(machine, handler));
    let writer = ParticipantWriter {
        machine,
        wire: handlers::wire(machine),
        handlers: handlers.collect(),
    };
    let uses = Uses::of(machine);
    let path = format!("{package}::{package}");
    let text = machine.main_module(&path, &HOW, |printer| writer.write(&uses, printer));
    artifacts.add(format!("{sources}/{package}.move"), text);
    let instructions = writer.handlers.iter().map(|handler| Instruction {
        handler: handler.handler,
        pays_fee: Entrance::of(machine.program(), handler.handler) == Entrance::Delivery,
        entry: handler.entry(),
    });
    artifacts.add(
        format!("aptos/{package}/{}", delivery::FILE),
        plan::plan_json(machine, &writer.wire, instructions),
    );
    artifacts
}

struct ParticipantWriter<'a> {
    machine: EmittedMachine<'a>,
    wire: EntryPoint,
    handlers: Vec<AptosHandler<'a>>,
}

impl ParticipantWriter<'_> {
    fn write(&self, uses: &Uses, printer: &mut Printer) {
        self.write_imports(uses, printer);
        self.machine.write_constants("module", uses, printer);
        self.write_resource(printer);
        self.machine.write_records(printer);
        self.write_set_up(printer);
        self.write_wire(printer);
        for handler in &self.handlers {
            printer.blank();
            handler.write(printer);
        }
        self.write_views(printer);
        for step in self.machine.steps() {
            self.write_record_of(step, printer);
        }
    }

    fn write_imports(&self, uses: &Uses, printer: &mut Printer) {
        let own = &self.machine.names.package;
        let mut imports = vec![
            "aptos_framework::account::{Self, SignerCapability}".to_owned(),
            "aptos_std::table::{Self, Table}".to_owned(),
            format!("{own}::{} as messages", messages_module(own)),
            "xcc_runtime::message_kind".to_owned(),
            "xcc_runtime::wormhole_endpoint::{Self, Endpoint}".to_owned(),
        ];
        if uses.objects {
            imports.push("aptos_framework::object".to_owned());
        }
        if uses.time {
            imports.push("aptos_framework::timestamp".to_owned());
        }
        imports.sort();
        for import in imports {
            printer.line(format!("use {import};"));
        }
    }

    fn write_resource(&self, printer: &mut Printer) {
        printer.blank();
        let docs = "All of the participant. The right to speak and the right to sign for its account never leave this module.";
        write_docs([docs], printer);
        printer.block("struct Participant has key", |printer| {
            printer.line("endpoint: Endpoint,");
            printer.line("authority: SignerCapability,");
            for step in self.machine.steps() {
                let names = &self.machine.names.records[&step];
                let table = format!("{}: Table<vector<u8>, {}>,", names.table, names.record);
                printer.line(table);
            }
        });
    }

    fn write_set_up(&self, printer: &mut Printer) {
        printer.blank();
        let init = Function {
            head: "fun init_module".to_owned(),
            params: vec!["machine: &signer".to_owned()],
            results: Vec::new(),
        };
        init.write(printer, |printer| self.write_init(printer));
    }

    fn write_init(&self, printer: &mut Printer) {
        let names = self.machine.names;
        let seed = format!("b\"{}\"", names.package);
        let args = ["machine", &seed].map(Doc::text).into();
        let account = Doc::call("account::create_resource_account", args);
        let pattern = tuple(["_", "authority"].map(Doc::text).into());
        Doc::write_binding(pattern, account, printer);
        printer.line("let endpoint = wormhole_endpoint::new(machine, FINGERPRINT);");
        self.machine
            .write_new(&["endpoint", "authority"], "table::new()", printer);
        printer.line("move_to(machine, participant);");
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
        let wire = self.wire.declaration(ENTRY);
        wire.write_acquiring("Participant", printer, |printer| {
            let package = &self.machine.names.package;
            printer.line(format!(
                "let participant = borrow_global_mut<Participant>(@{package});"
            ));
            printer.line("let endpoint = &mut participant.endpoint;");
            printer.line("endpoint.wire(deployer, peer_chains, peer_addresses, 1, fingerprint);");
        });
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
        for step in self.machine.steps() {
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
        let names = &self.machine.names.steps[&step];
        let table = &self.machine.names.records[&step].table;
        printer.blank();
        printer.line("#[view]");
        let name = &self.machine.program().steps[step].name;
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
            printer.line(format!("let records = &participant.{table};"));
            printer.line("if (!records.contains(instance)) return STATUS_NONE;");
            printer.line("records.borrow(instance).status");
        });
    }

    fn write_borrow(&self, printer: &mut Printer) {
        printer.line(format!(
            "let participant = borrow_global<Participant>(@{});",
            self.machine.names.package
        ));
    }

    fn write_record_of(&self, step: Step, printer: &mut Printer) {
        let found = "records.borrow_mut(instance)";
        let insert = |record, printer: &mut Printer| {
            Doc::write_binding(Doc::text("record"), record, printer);
            printer.line("records.add(instance, record);");
        };
        self.machine.write_record_of(step, found, printer, insert);
    }
}
