//! The package of a coordinator, whose main module has the resource, its wiring, the records of instances and the functions.

use std::collections::BTreeMap;

use super::functions::AptosFunction;
use super::handlers::{self, ENTRY};
use super::names::messages_module;
use super::plan::{self, Instruction};
use super::project;
use crate::backend::move_lang::coordinator::needs::{Needs, needs_of};
use crate::backend::move_lang::coordinator::{CoordinatorHandler, Entrance, RECORD};
use crate::backend::move_lang::entry::EntryPoint;
use crate::backend::move_lang::function::{Function, tuple};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::machine::uses::Uses;
use crate::backend::move_lang::{Doc, write_docs};
use crate::backend::printer::Printer;
use crate::backend::{Artifacts, delivery};
use crate::entities::Handler;

/// How the package is used.
const HOW: [&str; 3] = [
    "`start` opens an instance. Anyone may deliver a reply: the function of its kind and step takes its signed bytes, any",
    "number of times. Whoever sends a transaction pays Wormhole's fee for each message that it sends.",
    "A settled instance is kept, so that a late reply finds how it ended and changes nothing.",
];

/// Writes the package of one coordinator.
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
    let needs = needs_of(machine.program(), machine.id);
    let writer = CoordinatorWriter::new(machine, &needs);
    let uses = Uses::of(machine);
    let path = format!("{package}::{package}");
    let text = machine.main_module(&path, &HOW, |printer| writer.write(&uses, printer));
    artifacts.add(format!("{sources}/{package}.move"), text);
    let entries = writer.functions.iter().filter_map(AptosFunction::entry);
    let instructions = entries.map(|(handler, entry)| Instruction {
        handler,
        pays_fee: needs[&handler].sends,
        entry,
    });
    artifacts.add(
        format!("aptos/{package}/{}", delivery::FILE),
        plan::plan_json(machine, &writer.wire, instructions),
    );
    artifacts
}

struct CoordinatorWriter<'a> {
    machine: EmittedMachine<'a>,
    wire: EntryPoint,
    functions: Vec<AptosFunction<'a>>,
}

impl<'a> CoordinatorWriter<'a> {
    fn new(machine: EmittedMachine<'a>, needs: &'a BTreeMap<Handler, Needs>) -> Self {
        let functions = machine.handlers().iter().map(|&handler| {
            AptosFunction::new(CoordinatorHandler {
                machine,
                handler,
                needs,
            })
        });
        CoordinatorWriter {
            machine,
            wire: handlers::wire(machine),
            functions: functions.collect(),
        }
    }

    fn write(&self, uses: &Uses, printer: &mut Printer) {
        self.write_imports(uses, printer);
        self.machine.write_constants("module", uses, printer);
        self.machine.write_coordinator_errors(printer);
        self.write_resource(uses, printer);
        self.machine.write_instance(printer);
        self.machine.write_events(printer);
        self.write_init(uses, printer);
        self.write_wire(printer);
        let (entries, internal): (Vec<_>, Vec<_>) = (self.functions.iter())
            .partition(|function| function.handler.entrance() != Entrance::Internal);
        for function in entries {
            printer.blank();
            function.write(printer);
        }
        self.write_views(uses, printer);
        self.machine.write_open(printer);
        for function in internal {
            printer.blank();
            function.write(printer);
        }
    }

    fn write_imports(&self, uses: &Uses, printer: &mut Printer) {
        let own = &self.machine.names.package;
        let mut imports = vec![
            "aptos_framework::event".to_owned(),
            "aptos_std::table::{Self, Table}".to_owned(),
            format!("{own}::{} as messages", messages_module(own)),
            "xcc_runtime::message_kind".to_owned(),
            "xcc_runtime::wormhole_endpoint::{Self, Endpoint}".to_owned(),
        ];
        if uses.calls {
            imports.push("aptos_framework::account::{Self, SignerCapability}".to_owned());
        }
        if uses.custody {
            imports.push("xcc_runtime::custody::{Self, Custody}".to_owned());
        }
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

    fn write_resource(&self, uses: &Uses, printer: &mut Printer) {
        printer.blank();
        let rights = match (uses.calls, uses.custody) {
            (false, false) => "The right to speak never leaves this module.",
            (true, false) => {
                "The right to speak and the right to sign for its account never leave this module."
            }
            (_, true) => {
                "The right to speak, and the rights to sign and to pay, never leave this module."
            }
        };
        write_docs([format!("All of the coordinator. {rights}")], printer);
        printer.block("struct Coordinator has key", |printer| {
            printer.line("endpoint: Endpoint,");
            if uses.calls {
                printer.line("authority: SignerCapability,");
            }
            if uses.custody {
                let docs = "What instances hold, in an account that signs for no call of a target.";
                write_docs([docs], printer);
                printer.line("custody: Custody,");
            }
            write_docs(["How many instances were started."], printer);
            printer.line("started: u64,");
            printer.line(format!("instances: Table<vector<u8>, {RECORD}>,"));
        });
    }

    fn write_init(&self, uses: &Uses, printer: &mut Printer) {
        printer.blank();
        let init = Function {
            head: "fun init_module".to_owned(),
            params: vec!["machine: &signer".to_owned()],
            results: Vec::new(),
        };
        init.write(printer, |printer| {
            let seed = format!("b\"{}\"", self.machine.names.package);
            if uses.calls {
                let args = ["machine", &seed].map(Doc::text).into();
                let account = Doc::call("account::create_resource_account", args);
                let pattern = tuple(["_", "authority"].map(Doc::text).into());
                Doc::write_binding(pattern, account, printer);
            }
            if uses.custody {
                // No package is called so, hence no other account of the machine comes from it.
                let seed = format!("b\"{} custody\"", self.machine.names.package);
                let new = Doc::call("custody::new", vec![Doc::text("machine"), Doc::text(seed)]);
                Doc::write_binding(Doc::text("custody"), new, printer);
            }
            printer.line("let endpoint = wormhole_endpoint::new(machine, FINGERPRINT);");
            let authority = uses.calls.then_some("authority");
            let custody = uses.custody.then_some("custody");
            let fields = [Some("endpoint"), authority, custody, Some("started: 0")];
            let fields = fields
                .into_iter()
                .flatten()
                .chain(["instances: table::new()"]);
            let coordinator = Doc::fields("Coordinator", fields.map(Doc::text).collect());
            Doc::write_binding(Doc::text("coordinator"), coordinator, printer);
            printer.line("move_to(machine, coordinator);");
        });
    }

    fn write_wire(&self, printer: &mut Printer) {
        printer.blank();
        let mut docs = self.machine.wire_docs();
        docs.extend([
            "Peers are given by Wormhole's number of their chain and their address, with zeros to the left if it is shorter than".to_owned(),
            "32 bytes.".to_owned(),
        ]);
        write_docs(docs, printer);
        let wire = self.wire.declaration(ENTRY);
        let count = self.machine.participants().len();
        wire.write_acquiring("Coordinator", printer, |printer| {
            self.machine.write_chain_check(printer);
            self.write_borrow("borrow_global_mut", printer);
            printer.line("let endpoint = &mut coordinator.endpoint;");
            printer.line(format!(
                "endpoint.wire(deployer, peer_chains, peer_addresses, {count}, fingerprint);"
            ));
        });
    }

    fn write_views(&self, uses: &Uses, printer: &mut Printer) {
        let emitter = "What participants hear as this coordinator, as Wormhole writes it.";
        let value = ["coordinator.endpoint.emitter()"];
        self.write_view(("emitter", "address"), false, emitter, &value, printer);
        if uses.calls {
            let docs =
                "The account that calls targets, and that holds what they pay to their caller.";
            let value = ["account::get_signer_capability_address(&coordinator.authority)"];
            self.write_view(("authority", "address"), false, docs, &value, printer);
        }
        if uses.custody {
            let docs = "The account whose primary stores have what instances hold.";
            let value = ["coordinator.custody.account()"];
            self.write_view(("custody", "address"), false, docs, &value, printer);
        }
        let docs = "Where an instance stands, as one of the phase constants.";
        self.write_field("phase", docs, ("phase", "PHASE_IDLE"), printer);
        for step in self.machine.steps() {
            let name = &self.machine.program().steps[step].name;
            let docs = format!(
                "Where step `{name}` of an instance stands, as one of the status constants."
            );
            let view = &self.machine.names.steps[&step].status_of;
            let field = &self.machine.names.statuses[&step];
            self.write_field(view, &docs, (field, "STATUS_NONE"), printer);
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

    /// A view of a number that is kept of an instance.
    fn write_field(
        &self,
        name: &str,
        docs: &str,
        (field, zero): (&str, &str),
        printer: &mut Printer,
    ) {
        let lines = [
            "let instances = &coordinator.instances;".to_owned(),
            format!("if (!instances.contains(instance)) return {zero};"),
            format!("instances.borrow(instance).{field}"),
        ];
        let lines = lines.each_ref().map(String::as_str);
        self.write_view((name, "u8"), true, docs, &lines, printer);
    }

    /// A view of the coordinator, or of an instance.
    fn write_view(
        &self,
        (name, ty): (&str, &str),
        of_instance: bool,
        docs: &str,
        lines: &[&str],
        printer: &mut Printer,
    ) {
        printer.blank();
        printer.line("#[view]");
        write_docs([docs], printer);
        let instance = of_instance.then(|| "instance: vector<u8>".to_owned());
        let view = Function {
            head: format!("public fun {name}"),
            params: instance.into_iter().collect(),
            results: vec![ty.to_owned()],
        };
        view.write_acquiring("Coordinator", printer, |printer| {
            self.write_borrow("borrow_global", printer);
            lines.iter().for_each(|line| printer.line(*line));
        });
    }

    fn write_borrow(&self, how: &str, printer: &mut Printer) {
        let package = &self.machine.names.package;
        printer.line(format!("let coordinator = {how}<Coordinator>(@{package});"));
    }
}
