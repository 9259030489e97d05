//! The module `participant`: the shared object, its wiring, its records, and the handlers.

use std::collections::BTreeSet;

use super::handlers::Handlers;
use super::{messages, project};
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::participant::names::MachineNames;
use crate::backend::move_lang::types::{Place, Types};
use crate::backend::move_lang::{
    Dialect, Doc, STYLE, address_literal, bytes_literal, error_docs, error_name, status_name,
    write_docs, write_header,
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
    let types = Types::new(Dialect::Sui, &input.program.declarations, chain);
    let writer = ParticipantWriter {
        input,
        machine,
        names,
        packages,
        types: &types,
    };
    let folder = format!("sui/{}", names.package);
    let mut artifacts = Artifacts::default();
    artifacts.add(
        format!("{folder}/Move.toml"),
        project::participant_manifest(input, machine, names, packages),
    );
    artifacts.add(
        format!("{folder}/sources/messages.move"),
        messages::write(input, machine, names, &types),
    );
    artifacts.add(format!("{folder}/sources/participant.move"), writer.write());
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
    objects: bool,
    clock: bool,
}

impl ParticipantWriter<'_> {
    fn write(&self) -> String {
        let uses = self.uses();
        let mut printer = Printer::new(STYLE);
        write_header(
            self.input.program,
            self.input.facts,
            self.machine,
            &mut printer,
        );
        self.write_module_docs(&mut printer);
        printer.line(format!("module {}::participant;", self.names.package));
        printer.blank();
        self.write_imports(&uses, &mut printer);
        self.write_constants(&uses, &mut printer);
        self.write_structs(&mut printer);
        self.write_set_up(&mut printer);
        let handlers = Handlers {
            input: self.input,
            names: self.names,
            packages: self.packages,
            types: self.types,
        };
        for &handler in &self.input.program.machines[self.machine].handlers {
            printer.blank();
            handlers.write(handler, &mut printer);
        }
        self.steps()
            .for_each(|step| self.write_status_of(step, &mut printer));
        self.steps()
            .for_each(|step| self.write_record_of(step, &mut printer));
        printer.finish()
    }

    fn steps(&self) -> impl Iterator<Item = Step> {
        self.input.program.machines[self.machine]
            .steps
            .iter()
            .copied()
    }

    fn write_module_docs(&self, printer: &mut Printer) {
        let program = self.input.program;
        let machine = &program.machines[self.machine];
        let workflow = &program.workflows[machine.workflow];
        let chain = &program.declarations.chains[machine.chain].name;
        let home = program.machines[workflow.coordinator].chain;
        let home = &program.declarations.chains[home].name;
        write_docs(
            [format!(
                "The part of {} that runs on {chain}; home is {home}.",
                workflow.name
            )],
            printer,
        );
        if !workflow.docs.is_empty() {
            write_docs([""], printer);
            write_docs(&workflow.docs, printer);
        }
        let how = [
            "",
            "Anyone may deliver a message: the transaction verifies it with `wormhole::vaa::parse_and_verify`, passes it to the",
            "function of its kind and step, and gives the ticket it gets to `wormhole::publish_message::publish_message`.",
            "",
            "Whoever holds the package's `UpgradeCap` can change it, and with it every promise made here: give it to",
            "`sui::package::make_immutable` before money is at stake.",
        ];
        write_docs(how, printer);
    }

    fn write_imports(&self, uses: &Uses, printer: &mut Printer) {
        let own = &self.names.package;
        let clock = if uses.clock {
            vec!["clock::Clock"]
        } else {
            Vec::new()
        };
        let imports = [
            ("sui", [clock, vec!["table::{Self, Table}"]].concat()),
            (own.as_str(), vec!["messages"]),
            (
                "wormhole",
                vec![
                    "emitter::EmitterCap",
                    "publish_message::MessageTicket",
                    "vaa::VAA",
                ],
            ),
            (
                "xcc_runtime",
                vec!["message_kind", "wormhole_endpoint::{Self, Endpoint}"],
            ),
        ];
        let mut imports: Vec<_> = imports.into();
        imports.sort();
        for (package, modules) in imports {
            match modules.as_slice() {
                [module] => printer.line(format!("use {package}::{module};")),
                modules => {
                    let modules = modules.iter().copied().map(Doc::text).collect();
                    Doc::list(format!("use {package}::{{"), modules, "}")
                        .then(";")
                        .write(printer);
                }
            }
        }
    }

    fn write_constants(&self, uses: &Uses, printer: &mut Printer) {
        let program = self.input.program;
        let workflow = program.machines[self.machine].workflow;
        printer.blank();
        write_docs(
            ["The program this package was generated from; its peers must come from the same."],
            printer,
        );
        let fingerprint = bytes_literal(&self.input.facts.fingerprints[workflow]);
        printer.line(format!("const FINGERPRINT: vector<u8> = {fingerprint};"));
        write_docs(
            ["The position of home among the peers, of which it is the only one."],
            printer,
        );
        printer.line("const HOME: u64 = 0;");

        printer.blank();
        for step in self.steps() {
            write_docs(
                [format!(
                    "The number of step `{}`.",
                    program.steps[step].name
                )],
                printer,
            );
            printer.line(format!(
                "const {}: u16 = {};",
                self.names.steps[&step].constant, program.steps[step].number
            ));
        }
        self.write_budgets(printer);
        self.write_addresses(uses, printer);

        printer.blank();
        for &status in &uses.statuses {
            printer.line(format!(
                "const {}: u8 = {};",
                status_name(status),
                status as u8
            ));
        }
        printer.blank();
        for &rejection in &uses.rejections {
            write_docs([error_docs(rejection)], printer);
            printer.line(format!(
                "const {}: u64 = {};",
                error_name(rejection),
                rejection as u8
            ));
        }
        if uses.objects {
            write_docs(["An object is not the one of this deployment."], printer);
            printer.line("const EWrongObject: u64 = 28;");
        }
    }

    /// For readers and tools: what the source grants the calls of each handler.
    fn write_budgets(&self, printer: &mut Printer) {
        let handlers = &self.input.program.machines[self.machine].handlers;
        for &handler in handlers {
            let budget = self.input.facts.budgets[handler].calls;
            if budget > 0 {
                let names = &self.names.handlers[&handler];
                printer.blank();
                write_docs(
                    [format!(
                        "Gas units that the calls of `{}` may take.",
                        names.function
                    )],
                    printer,
                );
                printer.line("#[allow(unused_const)]");
                printer.line(format!("const {}: u64 = {budget};", names.budget));
            }
        }
    }

    fn write_addresses(&self, uses: &Uses, printer: &mut Printer) {
        printer.blank();
        for &constant in &uses.constants {
            let decl = &self.input.program.declarations.constants[constant];
            let name = &self.names.constants[&constant];
            write_docs([format!("`@{}` of the deployment.", decl.name)], printer);
            let (ty, value) = match &self.input.deployment.constants[constant] {
                ConstantValue::Address(Address::Evm(bytes)) => ("vector<u8>", bytes_literal(bytes)),
                ConstantValue::Address(address) if decl.chain != self.types.chain => {
                    ("vector<u8>", bytes_literal(&address.to_word()))
                }
                ConstantValue::Address(address) => ("address", address_literal(&address.to_word())),
                ConstantValue::MoveType(_) => unreachable!("only addresses are values"),
            };
            Doc::write_assignment(&format!("const {name}: {ty}"), Doc::text(value), printer);
        }
    }

    fn write_structs(&self, printer: &mut Printer) {
        printer.blank();
        write_docs(
            ["The shared object. Its endpoint, and with it the right to speak, never leaves it."],
            printer,
        );
        printer.block("public struct Participant has key", |printer| {
            printer.line("id: UID,");
            printer.line("endpoint: Endpoint,");
            for step in self.steps() {
                let names = &self.names.steps[&step];
                let parameters = ["vector<u8>", &names.record].map(Doc::text);
                let table = Doc::list("Table<", parameters.into(), ">");
                table
                    .after(format!("{}: ", names.table))
                    .then(",")
                    .write(printer);
            }
        });
        for step in self.steps() {
            printer.blank();
            let name = &self.input.program.steps[step].name;
            write_docs(
                [format!("What is kept about step `{name}` of an instance.")],
                printer,
            );
            let head = format!("public struct {} has store", self.names.steps[&step].record);
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
        printer.blank();
        Function {
            head: "fun init".to_owned(),
            params: vec!["ctx: &mut TxContext".to_owned()],
            results: Vec::new(),
        }
        .write(printer, |printer| {
            printer.line("let id = object::new(ctx);");
            printer.line("let endpoint = wormhole_endpoint::new(&id, FINGERPRINT, ctx);");
            let tables = self
                .steps()
                .map(|step| format!("{}: table::new(ctx)", self.names.steps[&step].table));
            let fields = ["id".to_owned(), "endpoint".to_owned()]
                .into_iter()
                .chain(tables);
            let participant = Doc::fields("Participant", fields.map(Doc::text).collect());
            Doc::write_binding(Doc::text("participant"), participant, printer);
            printer.line("transfer::share_object(participant);");
        });

        printer.blank();
        write_docs(["Makes the shared object as publishing does."], printer);
        printer.line("#[test_only]");
        Function {
            head: "public fun init_for_testing".to_owned(),
            params: vec!["ctx: &mut TxContext".to_owned()],
            results: Vec::new(),
        }
        .write(printer, |printer| printer.line("init(ctx);"));

        printer.blank();
        let docs = [
            "Connects the participant to its one peer, home, for good. Only the deployer may, and only once.",
            "",
            "`emitter` is a fresh one of `wormhole::emitter::new`; its id is what home hears as this participant. The peer is",
            "given by Wormhole's number of its chain and its address, with zeros to the left if it is shorter than 32 bytes.",
        ];
        write_docs(docs, printer);
        let params = [
            "participant: &mut Participant",
            "emitter: EmitterCap",
            "peer_chains: vector<u16>",
            "peer_addresses: vector<address>",
            "fingerprint: vector<u8>",
            "ctx: &TxContext",
        ];
        Function {
            head: "public fun wire".to_owned(),
            params: params.map(str::to_owned).into(),
            results: Vec::new(),
        }
        .write(printer, |printer| {
            printer.line("let endpoint = &mut participant.endpoint;");
            printer
                .line("endpoint.wire(emitter, peer_chains, peer_addresses, 1, fingerprint, ctx);");
        });
    }

    fn write_status_of(&self, step: Step, printer: &mut Printer) {
        let names = &self.names.steps[&step];
        printer.blank();
        let name = &self.input.program.steps[step].name;
        write_docs(
            [format!(
                "Where step `{name}` of an instance stands, as one of the numbers `STATUS_…` above."
            )],
            printer,
        );
        Function {
            head: format!("public fun {}", names.status_of),
            params: vec![
                "participant: &Participant".to_owned(),
                "instance: vector<u8>".to_owned(),
            ],
            results: vec!["u8".to_owned()],
        }
        .write(printer, |printer| {
            printer.line(format!("let records = &participant.{};", names.table));
            printer
                .line("if (records.contains(instance)) records[instance].status else STATUS_NONE");
        });
    }

    fn write_record_of(&self, step: Step, printer: &mut Printer) {
        let names = &self.names.steps[&step];
        printer.blank();
        let name = &self.input.program.steps[step].name;
        write_docs(
            [format!(
                "The record of step `{name}`, made when the first message arrives."
            )],
            printer,
        );
        let slots = self
            .input
            .program
            .slots_of(self.machine, Some(step))
            .map(|(slot, data)| {
                self.types
                    .zero(&data.ty)
                    .doc
                    .after(format!("{}: ", self.names.slots[&slot]))
            });
        let fields = [Doc::text("status: STATUS_NONE")]
            .into_iter()
            .chain(slots)
            .collect();
        let record = Doc::fields(&*names.record, fields);
        Function {
            head: format!("fun {}", names.record_of),
            params: vec![
                format!("records: &mut Table<vector<u8>, {}>", names.record),
                "instance: vector<u8>".to_owned(),
            ],
            results: vec![format!("&mut {}", names.record)],
        }
        .write(printer, |printer| {
            printer.wrapped("if (!records.contains(instance)) {", "};", |printer| {
                Doc::call("records.add", vec![Doc::text("instance"), record])
                    .then(";")
                    .write(printer);
            });
            printer.line("&mut records[instance]");
        });
    }

    fn uses(&self) -> Uses {
        let mut uses = Uses::default();
        uses.statuses.insert(Status::None);
        for &handler in &self.input.program.machines[self.machine].handlers {
            let body = &self.input.program.handlers[handler].body;
            body.insts.values().for_each(|inst| uses.add_inst(inst));
            body.blocks
                .values()
                .flat_map(|block| &block.terminator)
                .for_each(|terminator| uses.add_terminator(terminator));
            let mut namer = crate::backend::move_lang::names::scope(&[]);
            let needs = super::calls::needs(self.packages, handler, &mut namer);
            uses.clock |= needs.clock > super::calls::Need::None;
        }
        uses
    }
}

impl Uses {
    fn add_inst(&mut self, inst: &InstData) {
        match inst {
            InstData::Constant { constant, .. } => {
                self.constants.insert(*constant);
            }
            InstData::SetStatus { status, .. } => {
                self.statuses.insert(*status);
            }
            InstData::Call { call, .. } => {
                let Binding::Sui { objects, .. } = &call.binding else {
                    return;
                };
                for object in objects {
                    if let ObjectSource::Constant(constant) = object.source {
                        self.constants.insert(constant);
                        self.objects = true;
                    }
                }
            }
            _ => {}
        }
    }

    fn add_terminator(&mut self, terminator: &Terminator) {
        match terminator {
            Terminator::SwitchStatus { arms, .. } => {
                self.statuses
                    .extend(arms.iter().flat_map(|(statuses, _)| statuses));
            }
            Terminator::Reject(rejection) => {
                self.rejections.insert(*rejection);
            }
            _ => {}
        }
    }
}
