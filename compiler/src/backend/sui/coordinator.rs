//! The package of a coordinator, whose module `coordinator` has the shared object, its wiring, the records of instances and the functions.

use std::collections::BTreeMap;

use super::entry::{self, module, object};
use super::functions::SuiFunction;
use super::participant::write_imports;
use super::plan::{self, Instruction, Sends};
use super::project;
use crate::backend::move_lang::coordinator::needs::{Needs, needs_of};
use crate::backend::move_lang::coordinator::{CoordinatorHandler, Entrance, RECORD};
use crate::backend::move_lang::entry::EntryPoint;
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::machine::uses::Uses;
use crate::backend::move_lang::machine::{EmittedMachine, write_constant};
use crate::backend::move_lang::packages::types::Naming;
use crate::backend::move_lang::{Doc, write_docs};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, delivery};
use crate::entities::Handler;
use crate::ir::Role;

/// How the package is used.
const HOW: [&str; 7] = [
    "`start` opens an instance. Anyone may deliver a reply: the transaction verifies it with",
    "`wormhole::vaa::parse_and_verify`, and passes it to the function of its kind and step. Tickets that a function gives are",
    "to be published in the same transaction, whose sender pays Wormhole's fees:",
    "`xcc_runtime::wormhole_publisher::publish_all` takes them all.",
    "",
    "A settled instance is kept, so that a late reply finds how it ended and changes nothing.",
    "",
];

/// Writes the package of one coordinator.
pub(super) fn write(machine: EmittedMachine<'_>) -> Artifacts {
    let folder = format!("sui/{}", machine.names.package);
    let mut artifacts = Artifacts::default();
    artifacts.add(format!("{folder}/Move.toml"), project::manifest(machine));
    artifacts.add(
        format!("{folder}/sources/messages.move"),
        machine.messages("messages"),
    );
    let needs = needs_of(machine.program(), machine.id);
    let writer = CoordinatorWriter::new(machine, &needs);
    let uses = Uses::of(machine);
    let module = module(Role::Coordinator);
    let path = format!("{}::{module}", machine.names.package);
    let head = [&HOW[..], &project::UPGRADES].concat();
    let text = machine.main_module(&path, &head, |printer| writer.write(&uses, printer));
    artifacts.add(format!("{folder}/sources/{module}.move"), text);
    let entries = writer.functions.iter().filter_map(|function| {
        let (handler, entry) = function.entry()?;
        Some((handler, entry, function.taken()))
    });
    let instructions = entries.map(|(handler, entry, taken)| Instruction {
        handler,
        entry,
        sends: match needs[&handler].sends {
            true => Sends::Some,
            false => Sends::Nothing,
        },
        taken,
    });
    artifacts.add(
        format!("{folder}/{}", delivery::FILE),
        plan::plan_json(machine, &writer.wire, instructions),
    );
    artifacts
}

struct CoordinatorWriter<'a> {
    machine: EmittedMachine<'a>,
    wire: EntryPoint,
    functions: Vec<SuiFunction<'a>>,
}

impl<'a> CoordinatorWriter<'a> {
    fn new(machine: EmittedMachine<'a>, needs: &'a BTreeMap<Handler, Needs>) -> Self {
        let functions = machine.handlers().iter().map(|&handler| {
            SuiFunction::new(CoordinatorHandler {
                machine,
                handler,
                needs,
            })
        });
        CoordinatorWriter {
            machine,
            wire: entry::wire(machine),
            functions: functions.collect(),
        }
    }

    fn write(&self, uses: &Uses, printer: &mut Printer) {
        self.write_imports(printer);
        self.machine.write_constants("package", uses, printer);
        if uses.objects {
            write_docs(["An object is not the one of this deployment."], printer);
            write_constant("EWrongObject", "u64", "28", printer);
        }
        self.machine.write_coordinator_errors(printer);
        self.write_object(printer);
        self.machine.write_instance(printer);
        self.machine.write_events(printer);
        self.write_set_up(printer);
        self.write_wire(printer);
        let (entries, internal): (Vec<_>, Vec<_>) = (self.functions.iter())
            .partition(|function| function.handler.entrance() != Entrance::Internal);
        for function in entries {
            printer.blank();
            function.write(printer);
        }
        self.write_views(printer);
        self.machine.write_open(printer);
        for function in internal {
            printer.blank();
            function.write(printer);
        }
    }

    fn write_imports(&self, printer: &mut Printer) {
        let own = &self.machine.names.package;
        let takes_clock = self.functions.iter().any(SuiFunction::takes_clock);
        let clock = takes_clock.then_some("clock::Clock");
        let holds = !self.machine.names.held.is_empty();
        let balance = holds.then_some("balance::{Self, Balance}");
        let takes = self.functions.iter().any(|it| it.handler.needs().takes);
        let coin = takes.then_some("coin::Coin");
        let tables = ["event", "table::{Self, Table}"].map(Some);
        let sui = [balance, clock, coin].into_iter().chain(tables).flatten();
        let sends = self.functions.iter().any(|it| it.handler.needs().sends);
        let ticket = sends.then_some("publish_message::MessageTicket");
        let wormhole = [Some("emitter::EmitterCap"), ticket, Some("vaa::VAA")];
        let custody = holds.then_some("custody");
        let runtime = ["message_kind", "wormhole_endpoint::{Self, Endpoint}"].map(Some);
        let runtime = [custody].into_iter().chain(runtime).flatten();
        let mut imports = vec![
            ("sui", sui.collect()),
            (own.as_str(), vec!["messages"]),
            ("wormhole", wormhole.into_iter().flatten().collect()),
            ("xcc_runtime", runtime.collect()),
        ];
        imports.sort();
        write_imports(imports, printer);
    }

    fn write_object(&self, printer: &mut Printer) {
        printer.blank();
        let docs =
            "The shared object. Its endpoint, and with it the right to speak, never leaves it.";
        write_docs([docs], printer);
        let head = format!("public struct {} has key", object(Role::Coordinator));
        printer.block(head, |printer| {
            printer.line("id: UID,");
            printer.line("endpoint: Endpoint,");
            write_docs(["How many instances were started."], printer);
            printer.line("started: u64,");
            printer.line(format!("instances: Table<vector<u8>, {RECORD}>,"));
            for (&token, names) in &self.machine.names.held {
                let asset = &self.machine.program().declarations.constants[token].name;
                let ty = self.machine.packages.constant_type(token, Naming::Name);
                let docs = format!(
                    "What instances hold of {asset}. It leaves only as what one of them owes."
                );
                write_docs([docs], printer);
                printer.line(format!("{}: Balance<{ty}>,", names.field));
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
        init.write(printer, |printer| {
            printer.line("let id = object::new(ctx);");
            printer.line("let endpoint = wormhole_endpoint::new(&id, FINGERPRINT, ctx);");
            let fields = ["id", "endpoint", "started: 0", "instances: table::new(ctx)"];
            let held = self.machine.names.held.values();
            let held = held.map(|names| Doc::text(format!("{}: balance::zero()", names.field)));
            let fields = fields.map(Doc::text).into_iter().chain(held);
            let coordinator = Doc::fields(object(Role::Coordinator), fields.collect());
            Doc::write_binding(Doc::text("coordinator"), coordinator, printer);
            printer.line("transfer::share_object(coordinator);");
        });

        printer.blank();
        write_docs(["Makes the shared object as publishing does."], printer);
        printer.line("#[test_only]");
        let for_testing = Function {
            head: "public fun init_for_testing".to_owned(),
            ..init
        };
        for_testing.write(printer, |printer| printer.line("init(ctx);"));
    }

    fn write_wire(&self, printer: &mut Printer) {
        printer.blank();
        let mut docs = self.machine.wire_docs();
        docs.extend([
            "`emitter` is a fresh one of `wormhole::emitter::new`; its id is what peers hear as this coordinator. Peers are given"
                .to_owned(),
            "by Wormhole's number of their chain and their address, with zeros to the left if it is shorter than 32 bytes."
                .to_owned(),
        ]);
        write_docs(docs, printer);
        let wire = self.wire.declaration("public fun");
        let count = self.machine.participants().len();
        wire.write(printer, |printer| {
            self.machine.write_chain_check(printer);
            printer.line("let endpoint = &mut coordinator.endpoint;");
            printer.line(format!(
                "endpoint.wire(emitter, peer_chains, peer_addresses, {count}, fingerprint, ctx);"
            ));
        });
    }

    fn write_views(&self, printer: &mut Printer) {
        let docs = "Where an instance stands, as one of the numbers `PHASE_…` above.";
        self.write_view("phase", docs, ("phase", "PHASE_IDLE"), printer);
        for step in self.machine.steps() {
            let name = &self.machine.program().steps[step].name;
            let docs = format!(
                "Where step `{name}` of an instance stands, as one of the numbers `STATUS_…` above."
            );
            let view = &self.machine.names.steps[&step].status_of;
            let field = &self.machine.names.statuses[&step];
            self.write_view(view, &docs, (field, "STATUS_NONE"), printer);
        }
        for (&token, names) in &self.machine.names.held {
            let asset = &self.machine.program().declarations.constants[token].name;
            printer.blank();
            write_docs([format!("How much instances hold of {asset}.")], printer);
            let view = Function {
                head: format!("public fun {}", names.held_of),
                params: vec!["coordinator: &Coordinator".to_owned()],
                results: vec!["u64".to_owned()],
            };
            let field = &names.field;
            view.write(printer, |printer| {
                printer.line(format!("coordinator.{field}.value()"));
            });
        }
    }

    /// A function that reads a number that is kept of an instance.
    fn write_view(
        &self,
        name: &str,
        docs: &str,
        (field, zero): (&str, &str),
        printer: &mut Printer,
    ) {
        printer.blank();
        write_docs([docs], printer);
        let view = Function {
            head: format!("public fun {name}"),
            params: vec![
                "coordinator: &Coordinator".to_owned(),
                "instance: vector<u8>".to_owned(),
            ],
            results: vec!["u8".to_owned()],
        };
        view.write(printer, |printer| {
            printer.line("let instances = &coordinator.instances;");
            let value = format!("instances[instance].{field}");
            write_choice("instances.contains(instance)", &value, zero, printer);
        });
    }
}

/// A conditional as the value of a function; where one line has no room for it, `else` begins another.
fn write_choice(condition: &str, value: &str, otherwise: &str, printer: &mut Printer) {
    let one_line = format!("if ({condition}) {value} else {otherwise}");
    if printer.fits(&one_line) {
        printer.line(one_line);
        return;
    }
    let head = format!("if ({condition})");
    let first = format!("{head} {value}");
    if printer.fits(&first) {
        printer.line(first);
    } else {
        printer.line(head);
        printer.indented(|printer| printer.line(value));
    }
    printer.line(format!("else {otherwise}"));
}
