//! The functions that deliveries call, which borrow the participant from where it is published.

use super::calls;
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::participant::Participant;
use crate::backend::move_lang::participant::handlers::Surroundings;
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::CallData;

/// Writes the function of one handler.
pub(super) fn write(participant: Participant<'_>, handler: Handler, printer: &mut Printer) {
    let surroundings = AptosHandler { participant };
    let locals = participant.names.locals.clone();
    participant.write_handler(handler, locals, &surroundings, printer);
}

/// A handler.
struct AptosHandler<'a> {
    participant: Participant<'a>,
}

impl Surroundings for AptosHandler<'_> {
    fn now(&self) -> Expr {
        Expr::atom("timestamp::now_seconds()")
    }

    fn caller(&self) -> Expr {
        Expr::atom("std::signer::address_of(deliverer)")
    }

    fn call(&self, call: &CallData, args: Vec<Expr>) -> TargetCall {
        let Participant {
            packages, names, ..
        } = self.participant;
        calls::write(packages, names, call, args)
    }

    /// The deliverer pays for it.
    fn reply(&self, args: [Doc; 4]) -> Doc {
        let args = [Doc::text("deliverer")].into_iter().chain(args);
        Doc::call("endpoint.reply", args.collect()).then(";")
    }

    fn write_function(&self, name: &str, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        let function = Function {
            head: format!("public entry fun {name}"),
            params: vec![
                "deliverer: &signer".to_owned(),
                "vaa: vector<u8>".to_owned(),
            ],
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
