//! The functions of a participant, which borrow it from where it is published.

use super::calls;
use crate::backend::delivery::fingerprint;
use crate::backend::move_lang::body::{Operands, TargetCall};
use crate::backend::move_lang::entry::{Argument, EntryPoint, Param};
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::participant::handlers::{Entrance, Surroundings};
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::CallData;

/// The words before the name of a function that transactions call.
pub(super) const ENTRY: &str = "public entry fun";

/// A handler that is ready to be written.
pub(super) struct AptosHandler<'a> {
    machine: EmittedMachine<'a>,
    pub(super) handler: Handler,
    /// The parameter that is the transaction's sender.
    sender: &'static str,
    entry: EntryPoint,
}

impl<'a> AptosHandler<'a> {
    pub(super) fn new(machine: EmittedMachine<'a>, handler: Handler) -> Self {
        let entrance = Entrance::of(machine.program(), handler);
        let sender = match entrance {
            Entrance::Delivery => "deliverer",
            Entrance::Claim => "claimer",
        };
        let presented = match entrance {
            Entrance::Delivery => Param::new("vaa", "vector<u8>", Argument::Message),
            Entrance::Claim => Param::new("instance", "vector<u8>", Argument::Instance),
        };
        AptosHandler {
            machine,
            handler,
            sender,
            entry: EntryPoint {
                function: machine.names.handlers[&handler].function.clone(),
                params: vec![signer(sender), presented],
                results: Vec::new(),
            },
        }
    }

    /// Its function.
    pub(super) fn entry(&self) -> &EntryPoint {
        &self.entry
    }

    /// Writes the handler's function.
    pub(super) fn write(&self, printer: &mut Printer) {
        let locals = self.machine.names.locals.clone();
        let machine = self.machine;
        machine.write_handler(self.handler, locals, self, printer);
    }
}

/// The function that tells a machine its peers.
pub(super) fn wire(machine: EmittedMachine<'_>) -> EntryPoint {
    let fingerprint = fingerprint(machine.input, machine.id);
    let fingerprint = Argument::Plan { bytes: fingerprint };
    EntryPoint {
        function: "wire".to_owned(),
        params: vec![
            signer("deployer"),
            Param::new("peer_chains", "vector<u16>", Argument::PeerChains),
            Param::new("peer_addresses", "vector<address>", Argument::PeerAddresses),
            Param::new("fingerprint", "vector<u8>", fingerprint),
        ],
        results: Vec::new(),
    }
}

pub(super) fn signer(name: &str) -> Param {
    Param::new(name, "&signer", Argument::Sender)
}

impl Surroundings for AptosHandler<'_> {
    fn now(&self) -> Expr {
        Expr::atom("timestamp::now_seconds()")
    }

    fn caller(&self) -> Expr {
        Expr::call("std::signer::address_of", [Expr::atom(self.sender)])
    }

    fn call(&self, call: &CallData, operands: Operands) -> TargetCall {
        let EmittedMachine {
            packages, names, ..
        } = self.machine;
        let authority = Expr::atom("participant.authority").borrowed();
        calls::write(packages, names, call, operands, authority)
    }

    /// The deliverer pays for it.
    fn reply(&self, args: [Doc; 4]) -> Doc {
        let args = [Doc::text(self.sender)].into_iter().chain(args);
        Doc::call("endpoint.reply", args.collect()).then(";")
    }

    fn write_function(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        let function = self.entry.declaration(ENTRY);
        let package = &self.machine.names.package;
        function.write_acquiring("Participant", printer, |printer| {
            printer.line(format!(
                "let participant = borrow_global_mut<Participant>(@{package});"
            ));
            body(printer);
        });
    }
}
