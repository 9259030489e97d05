//! The package of a participant, whose module `participant` has the shared object, its wiring, its records and the handlers.

use super::entry::{self, module, object};
use super::handlers::SuiHandler;
use super::plan::{self, Instruction, Sends};
use super::project;
use crate::backend::move_lang::entry::EntryPoint;
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::machine::uses::Uses;
use crate::backend::move_lang::machine::{EmittedMachine, write_constant};
use crate::backend::move_lang::{Brackets, Doc, write_docs};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, delivery};
use crate::entities::Step;
use crate::ir::Role;

/// How the package is used.
const HOW: [&str; 3] = [
    "Anyone may deliver a message: the transaction verifies it with `wormhole::vaa::parse_and_verify`, passes it to the",
    "function of its kind and step, and gives the ticket it gets to `wormhole::publish_message::publish_message`.",
    "",
];

/// Writes the package of one participant.
pub(super) fn write(machine: EmittedMachine<'_>) -> Artifacts {
    let folder = format!("sui/{}", machine.names.package);
    let mut artifacts = Artifacts::default();
    artifacts.add(format!("{folder}/Move.toml"), project::manifest(machine));
    artifacts.add(
        format!("{folder}/sources/messages.move"),
        machine.messages("messages"),
    );
    let handlers = machine.handlers().iter();
    let handlers = handlers.map(|&handler| SuiHandler::new(machine, handler));
    let writer = ParticipantWriter {
        machine,
        wire: entry::wire(machine),
        handlers: handlers.collect(),
    };
    let uses = Uses::of(machine);
    let module = module(Role::Participant);
    let path = format!("{}::{module}", machine.names.package);
    let head = [&HOW[..], &project::UPGRADES].concat();
    let text = machine.main_module(&path, &head, |printer| writer.write(&uses, printer));
    artifacts.add(format!("{folder}/sources/{module}.move"), text);
    let instructions = writer.handlers.iter().map(|handler| Instruction {
        handler: handler.handler,
        entry: handler.entry(),
        sends: Sends::of_participant(machine, handler.handler),
        taken: Vec::new(),
    });
    artifacts.add(
        format!("{folder}/{}", delivery::FILE),
        plan::plan_json(machine, &writer.wire, instructions),
    );
    artifacts
}

struct ParticipantWriter<'a> {
    machine: EmittedMachine<'a>,
    wire: EntryPoint,
    handlers: Vec<SuiHandler<'a>>,
}

impl ParticipantWriter<'_> {
    fn write(&self, uses: &Uses, printer: &mut Printer) {
        self.write_imports(printer);
        self.machine.write_constants("package", uses, printer);
        if uses.objects {
            write_docs(["An object is not the one of this deployment."], printer);
            write_constant("EWrongObject", "u64", "28", printer);
        }
        self.write_object(printer);
        self.machine.write_records(printer);
        self.write_set_up(printer);
        self.write_wire(printer);
        for handler in &self.handlers {
            printer.blank();
            handler.write(printer);
        }
        for step in self.machine.steps() {
            self.write_status_of(step, printer);
        }
        for step in self.machine.steps() {
            self.write_record_of(step, printer);
        }
    }

    fn write_imports(&self, printer: &mut Printer) {
        let own = &self.machine.names.package;
        let clock: &[_] = if self.handlers.iter().any(SuiHandler::takes_clock) {
            &["clock::Clock"]
        } else {
            &[]
        };
        let wormhole = [
            "emitter::EmitterCap",
            "publish_message::MessageTicket",
            "vaa::VAA",
        ];
        let runtime = ["message_kind", "wormhole_endpoint::{Self, Endpoint}"];
        let mut imports = vec![
            ("sui", [clock, &["table::{Self, Table}"]].concat()),
            (own.as_str(), vec!["messages"]),
            ("wormhole", wormhole.into()),
            ("xcc_runtime", runtime.into()),
        ];
        imports.sort();
        write_imports(imports, printer);
    }

    fn write_object(&self, printer: &mut Printer) {
        printer.blank();
        let docs =
            "The shared object. Its endpoint, and with it the right to speak, never leaves it.";
        write_docs([docs], printer);
        let head = format!("public struct {} has key", object(Role::Participant));
        printer.block(head, |printer| {
            printer.line("id: UID,");
            printer.line("endpoint: Endpoint,");
            for step in self.machine.steps() {
                let names = &self.machine.names.records[&step];
                let parameters = ["vector<u8>", &names.record].map(Doc::text);
                let table = Doc::list("Table", Brackets::Angle, parameters.into());
                let field = table.after(&format!("{}: ", names.table));
                field.then(",").write(printer);
            }
        });
    }

    fn write_set_up(&self, printer: &mut Printer) {
        printer.blank();
        let init = Function {
            head: "fun init".to_owned(),
            params: vec!["ctx: &mut TxContext".to_owned()],
            results: Vec::new(),
        };
        init.write(printer, |printer| self.write_init(printer));

        printer.blank();
        write_docs(["Makes the shared object as publishing does."], printer);
        printer.line("#[test_only]");
        let for_testing = Function {
            head: "public fun init_for_testing".to_owned(),
            ..init
        };
        for_testing.write(printer, |printer| printer.line("init(ctx);"));
    }

    fn write_init(&self, printer: &mut Printer) {
        printer.line("let id = object::new(ctx);");
        printer.line("let endpoint = wormhole_endpoint::new(&id, FINGERPRINT, ctx);");
        self.machine
            .write_new(&["id", "endpoint"], "table::new(ctx)", printer);
        printer.line("transfer::share_object(participant);");
    }

    fn write_wire(&self, printer: &mut Printer) {
        printer.blank();
        let docs = [
            "Connects the participant to its one peer, home, for good. Only the deployer may, and only once.",
            "",
            "`emitter` is a fresh one of `wormhole::emitter::new`; its id is what home hears as this participant. The peer is",
            "given by Wormhole's number of its chain and its address, with zeros to the left if it is shorter than 32 bytes.",
        ];
        write_docs(docs, printer);
        let wire = self.wire.declaration("public fun");
        wire.write(printer, |printer| {
            printer.line("let endpoint = &mut participant.endpoint;");
            let call = "endpoint.wire(emitter, peer_chains, peer_addresses, 1, fingerprint, ctx);";
            printer.line(call);
        });
    }

    fn write_status_of(&self, step: Step, printer: &mut Printer) {
        let names = &self.machine.names.steps[&step];
        let table = &self.machine.names.records[&step].table;
        printer.blank();
        let name = &self.machine.program().steps[step].name;
        let docs = format!(
            "Where step `{name}` of an instance stands, as one of the numbers `STATUS_…` above."
        );
        write_docs([docs], printer);
        let view = Function {
            head: format!("public fun {}", names.status_of),
            params: vec![
                "participant: &Participant".to_owned(),
                "instance: vector<u8>".to_owned(),
            ],
            results: vec!["u8".to_owned()],
        };
        view.write(printer, |printer| {
            printer.line(format!("let records = &participant.{table};"));
            let status =
                "if (records.contains(instance)) records[instance].status else STATUS_NONE";
            printer.line(status);
        });
    }

    fn write_record_of(&self, step: Step, printer: &mut Printer) {
        let found = "&mut records[instance]";
        let insert = |record, printer: &mut Printer| {
            let add = Doc::call("records.add", vec![Doc::text("instance"), record]);
            add.then(";").write(printer);
        };
        self.machine.write_record_of(step, found, printer, insert);
    }
}

/// Writes what is imported from each package.
pub(super) fn write_imports(imports: Vec<(&str, Vec<&str>)>, printer: &mut Printer) {
    for (package, modules) in imports {
        if let [module] = modules[..] {
            printer.line(format!("use {package}::{module};"));
            continue;
        }
        let modules = modules.into_iter().map(Doc::text).collect();
        let import = Doc::list(format!("use {package}::"), Brackets::Curly, modules);
        import.then(";").write(printer);
    }
}
