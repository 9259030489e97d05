//! The functions that deliveries and claims call, which borrow the participant from where it is published.

use super::calls;
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::participant::Participant;
use crate::backend::move_lang::participant::handlers::{Entrance, Surroundings};
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::{CallData, Trigger};

/// Writes the function of one handler.
pub(super) fn write(participant: Participant<'_>, handler: Handler, printer: &mut Printer) {
    let sender = match participant.program().handlers[handler].trigger {
        Trigger::Claim(_) => "claimer",
        _ => "deliverer",
    };
    let surroundings = AptosHandler {
        participant,
        sender,
    };
    let locals = participant.names.locals.clone();
    participant.write_handler(handler, locals, &surroundings, printer);
}

/// A handler.
struct AptosHandler<'a> {
    participant: Participant<'a>,
    /// The parameter that is the transaction's sender.
    sender: &'static str,
}

impl Surroundings for AptosHandler<'_> {
    fn now(&self) -> Expr {
        Expr::atom("timestamp::now_seconds()")
    }

    fn caller(&self) -> Expr {
        Expr::call("std::signer::address_of", [Expr::atom(self.sender)])
    }

    fn call(&self, call: &CallData, args: Vec<Expr>) -> TargetCall {
        let Participant {
            packages, names, ..
        } = self.participant;
        calls::write(packages, names, call, args)
    }

    /// The deliverer pays for it.
    fn reply(&self, args: [Doc; 4]) -> Doc {
        let args = [Doc::text(self.sender)].into_iter().chain(args);
        Doc::call("endpoint.reply", args.collect()).then(";")
    }

    fn write_function(
        &self,
        name: &str,
        entrance: Entrance,
        printer: &mut Printer,
        body: impl FnOnce(&mut Printer),
    ) {
        let presented = match entrance {
            Entrance::Delivery => "vaa: vector<u8>",
            Entrance::Claim => "instance: vector<u8>",
        };
        let function = Function {
            head: format!("public entry fun {name}"),
            params: vec![format!("{}: &signer", self.sender), presented.to_owned()],
            results: Vec::new(),
        };
        let package = &self.participant.names.package;
        function.write_acquiring("Participant", printer, |printer| {
            printer.line(format!(
                "let participant = borrow_global_mut<Participant>(@{package});"
            ));
            body(printer);
        });
    }
}
