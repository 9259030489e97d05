//! What only the package of a coordinator has: one record for each instance, the events of the workflow, and the functions that start
//! instances and decide them.

mod docs;
pub mod handlers;
pub mod inputs;
pub mod needs;
mod unknown;

pub use handlers::{CoordinatorHandler, Entrance, Surroundings};

use super::function::Function;
use super::machine::{EmittedMachine, write_constant};
use super::types::Place;
use super::{Brackets, Dialect, Doc, bytes_literal, write_docs};
use crate::backend::printer::Printer;
use crate::deployment::Endpoint;
use crate::entities::{Chain, Machine};
use crate::transport::Transport;
use crate::wire::identity::keccak256;

/// The struct that holds what is kept of an instance.
pub const RECORD: &str = "InstanceRecord";

impl EmittedMachine<'_> {
    /// The machines that a coordinator hears, in the order they are wired in.
    pub fn participants(&self) -> &[Machine] {
        &self.workflow().participants
    }

    /// Writes the constants about the chain of a coordinator and those of its peers.
    pub(super) fn write_peers(&self, printer: &mut Printer) {
        let program = self.program();
        let home = &self.input.deployment.chains[self.types.chain].caip2;
        write_docs(
            [format!("The Keccak-256 of `{home}`, this chain.")],
            printer,
        );
        let hash = bytes_literal(&keccak256(home.as_bytes()));
        write_constant("HOME_CHAIN", "vector<u8>", hash, printer);
        let chains = self.participants().iter().map(|&peer| {
            let chain = program.machines[peer].chain;
            Doc::text(self.wormhole_number(chain).to_string())
        });
        let chains = Doc::list("vector", Brackets::Square, chains.collect());
        write_docs(
            ["Wormhole's number of the chain of each peer, in order."],
            printer,
        );
        write_constant("PEER_CHAINS", "vector<u16>", chains.flat(), printer);
        for (position, peer) in self.participants().iter().enumerate() {
            let chain = &program.declarations.chains[program.machines[*peer].chain].name;
            let docs = format!("The position of the participant on {chain} among the peers.");
            write_docs([docs], printer);
            write_constant(
                &self.names.peers[peer],
                "u64",
                position.to_string(),
                printer,
            );
        }
    }

    fn wormhole_number(&self, chain: Chain) -> u16 {
        let transports = &self.input.deployment.chains[chain].transports;
        match transports.get(&Transport::Wormhole) {
            Some(Endpoint::Wormhole { chain_id, .. }) => *chain_id,
            None => unreachable!("the profile's resolution demands the endpoint of each transport"),
        }
    }

    /// What the function that wires a coordinator says of itself, before what its chain adds.
    pub fn wire_docs(&self) -> Vec<String> {
        let program = self.program();
        let chain = |peer: &Machine| {
            let chain = program.machines[*peer].chain;
            program.declarations.chains[chain].name.as_str()
        };
        let chains: Vec<_> = self.participants().iter().map(chain).collect();
        let chains = chains.join(", ");
        vec![
            format!("Connects the coordinator to its peers for good, in this order: {chains}."),
            "Only the deployer may, and only once.".to_owned(),
            String::new(),
        ]
    }

    /// Writes what refuses peers on other chains than those of the deployment.
    pub fn write_chain_check(&self, printer: &mut Printer) {
        printer.line("assert!(peer_chains == PEER_CHAINS, EWrongChains);");
    }

    /// Writes the errors that only a coordinator has.
    pub fn write_coordinator_errors(&self, printer: &mut Printer) {
        write_docs(
            ["A peer is on another chain than that of the deployment."],
            printer,
        );
        write_constant("EWrongChains", "u64", "29", printer);
    }

    /// Writes the struct of what is kept of an instance.
    pub fn write_instance(&self, printer: &mut Printer) {
        printer.blank();
        let docs = "What is kept of an instance: where it and its steps stand, and the values that are still needed.";
        write_docs([docs], printer);
        let keyword = self.types.dialect.public_struct();
        printer.block(format!("{keyword} {RECORD} has store"), |printer| {
            printer.line("phase: u8,");
            for step in self.steps() {
                printer.line(format!("{}: u8,", self.names.statuses[&step]));
            }
            for (slot, data) in self.program().slots_of(self.id, None) {
                let ty = self.types.name(&data.ty, Place::Elsewhere);
                printer.line(format!("{}: {ty},", self.names.slots[&slot]));
            }
        });
    }

    /// Writes the struct of each event of the workflow.
    pub fn write_events(&self, printer: &mut Printer) {
        for (event, names) in &self.names.events {
            let data = &self.program().events[*event];
            printer.blank();
            let abilities = match self.types.dialect {
                Dialect::Sui => "copy, drop",
                Dialect::Aptos => {
                    printer.line("#[event]");
                    "drop, store"
                }
            };
            write_docs([event_docs(&data.name)], printer);
            let keyword = self.types.dialect.public_struct();
            let head = format!("{keyword} {} has {abilities}", names.name);
            printer.block(head, |printer| {
                printer.line("instance: vector<u8>,");
                for (name, field) in names.fields.iter().zip(&data.fields) {
                    let ty = self.types.name(&field.ty, Place::Elsewhere);
                    printer.line(format!("{name}: {ty},"));
                }
            });
        }
    }

    /// Writes the function that opens an instance.
    pub fn write_open(&self, printer: &mut Printer) {
        printer.blank();
        let docs = "Opens an instance for whoever starts it. How many came before is part of its identity.";
        write_docs([docs], printer);
        let open = Function {
            head: "fun open".to_owned(),
            params: vec![
                "coordinator: &mut Coordinator".to_owned(),
                "initiator: address".to_owned(),
            ],
            results: vec!["vector<u8>".to_owned()],
        };
        open.write(printer, |printer| {
            printer.line("let nonce = coordinator.started;");
            printer.line("coordinator.started = nonce + 1;");
            printer.line("let instance = coordinator.endpoint.open(HOME_CHAIN, initiator, nonce);");
            Doc::write_binding(Doc::text("record"), self.new_instance(), printer);
            printer.line("coordinator.instances.add(instance, record);");
            printer.line("instance");
        });
    }

    /// A record of an instance to which nothing has happened.
    fn new_instance(&self) -> Doc {
        let phase = Doc::text("phase: PHASE_IDLE");
        let statuses = self.steps().map(|step| {
            let field = &self.names.statuses[&step];
            Doc::text(format!("{field}: STATUS_NONE"))
        });
        let slots = self.program().slots_of(self.id, None);
        let slots = slots.map(|(slot, data)| {
            let zero = self.types.zero(&data.ty).doc;
            zero.after(&format!("{}: ", self.names.slots[&slot]))
        });
        let fields = [phase].into_iter().chain(statuses).chain(slots);
        Doc::fields(RECORD, fields.collect())
    }
}

/// What an event says, by its name in the IR.
fn event_docs(name: &str) -> &'static str {
    match name {
        "Started" => "An instance was started.",
        "StepRefused" => {
            "A step was refused: 1 too late, 2 by its guard, 3 because its call failed."
        }
        "Aborted" => "The workflow ended the instance, for this reason.",
        "Completed" => "An instance is completed, with the results of the workflow.",
        other => unreachable!("lowering declares no event `{other}`"),
    }
}
