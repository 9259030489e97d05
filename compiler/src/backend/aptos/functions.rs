//! The functions of a coordinator: transactions call some of them, which borrow it from where it is published and hand its parts on
//! to the others.

use super::calls;
use super::handlers::{ENTRY, signer};
use crate::backend::move_lang::body::{Operands, TargetCall};
use crate::backend::move_lang::coordinator::needs::{Access, Needs};
use crate::backend::move_lang::coordinator::{CoordinatorHandler, Entrance, RECORD, Surroundings};
use crate::backend::move_lang::custody::Movement;
use crate::backend::move_lang::entry::{Argument, EntryPoint, Param};
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::CallData;

/// A function of a coordinator that is ready to be written.
pub(super) struct AptosFunction<'a> {
    pub(super) handler: CoordinatorHandler<'a>,
    locals: Namer,
    /// The names of the parameters with the inputs.
    inputs: Vec<String>,
    declared: Declared,
}

/// How a function is declared.
enum Declared {
    /// A transaction calls it.
    Entry(EntryPoint),
    /// A function of the module calls it.
    Internal(Function),
}

impl<'a> AptosFunction<'a> {
    pub(super) fn new(handler: CoordinatorHandler<'a>) -> Self {
        let machine = handler.machine;
        let mut locals = machine.names.locals.clone();
        let name = &machine.names.handlers[&handler.handler].function;
        let mut inputs = Vec::new();
        let presented = match handler.entrance() {
            Entrance::Internal => None,
            Entrance::Delivery(_) => Some(vec![Param::new("vaa", "vector<u8>", Argument::Message)]),
            Entrance::Instance => Some(vec![Param::new(
                "instance",
                "vector<u8>",
                Argument::Instance,
            )]),
            Entrance::Start => {
                let params = handler.input_params(&mut locals);
                inputs = params.iter().map(|param| param.name().to_owned()).collect();
                Some(params)
            }
        };
        let declared = match presented {
            Some(presented) => Declared::Entry(EntryPoint {
                function: name.clone(),
                params: sender(handler)
                    .into_iter()
                    .map(signer)
                    .chain(presented)
                    .collect(),
                results: Vec::new(),
            }),
            None => Declared::Internal(Function {
                head: format!("fun {name}"),
                params: parts(handler.needs(), "payer")
                    .into_iter()
                    .map(|(name, ty)| format!("{name}: {ty}"))
                    .collect(),
                results: Vec::new(),
            }),
        };
        AptosFunction {
            handler,
            locals,
            inputs,
            declared,
        }
    }

    /// The handler and its function, if transactions call it.
    pub(super) fn entry(&self) -> Option<(Handler, &EntryPoint)> {
        match &self.declared {
            Declared::Entry(entry) => Some((self.handler.handler, entry)),
            Declared::Internal(_) => None,
        }
    }

    /// Writes the function.
    pub(super) fn write(&self, printer: &mut Printer) {
        self.handler
            .write(self.locals.clone(), &self.inputs, self, printer);
    }
}

/// The parameter that is the signer of the transaction's sender, if the function has one.
fn sender(handler: CoordinatorHandler<'_>) -> Option<&'static str> {
    let needs = handler.needs();
    match handler.entrance() {
        Entrance::Start => Some("initiator"),
        _ if is_signed(needs) => Some("payer"),
        _ => None,
    }
}

/// Whether a function needs the sender's signer.
fn is_signed(needs: Needs) -> bool {
    needs.sends || needs.caller || needs.takes
}

/// What a function of the module is handed, by name and type; `payer` is the sender's signer.
fn parts(needs: Needs, payer: &str) -> Vec<(&str, String)> {
    let endpoint = format!("{}Endpoint", needs.endpoint.reference());
    let record = format!("{}{RECORD}", needs.record.reference());
    let parts = [
        (is_signed(needs), payer, "&signer".to_owned()),
        (needs.endpoint > Access::None, "endpoint", endpoint),
        (needs.signs, "authority", "&SignerCapability".to_owned()),
        (needs.custody, "custody", "&Custody".to_owned()),
        (needs.instance, "instance", "vector<u8>".to_owned()),
        (needs.record > Access::None, "record", record),
    ];
    let parts = parts.into_iter().filter(|(is_needed, ..)| *is_needed);
    parts.map(|(_, name, ty)| (name, ty)).collect()
}

impl Surroundings for AptosFunction<'_> {
    fn now(&self) -> Expr {
        Expr::atom("timestamp::now_seconds()")
    }

    fn caller(&self) -> Expr {
        match self.handler.entrance() {
            Entrance::Internal => address_of(self.payer()),
            _ => Expr::atom("caller"),
        }
    }

    fn call(&self, call: &CallData, operands: Operands) -> TargetCall {
        let machine = self.handler.machine;
        if let Some(movement) = Movement::of(machine.program(), call) {
            return calls::write_movement(machine.names, movement, operands.args, self.payer());
        }
        let authority = Expr::atom("authority");
        calls::write(machine.packages, machine.names, call, operands, authority)
    }

    fn write_send(&self, args: [Doc; 5], printer: &mut Printer) {
        let args = [Doc::text(self.payer())].into_iter().chain(args);
        let send = Doc::call("endpoint.send", args.collect());
        send.then(";").write(printer);
    }

    fn arguments(&self, callee: Handler) -> Vec<Doc> {
        let parts = parts(self.handler.needs[&callee], self.payer());
        parts.into_iter().map(|(name, _)| Doc::text(name)).collect()
    }

    fn write_own_parts(&self, printer: &mut Printer) {
        if self.handler.needs().signs {
            printer.line("let authority = &coordinator.authority;");
        }
        if self.handler.needs().custody {
            printer.line("let custody = &coordinator.custody;");
        }
    }

    fn result(&self) -> Option<&'static str> {
        None
    }

    fn write_function(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        let entry = match &self.declared {
            Declared::Internal(function) => return function.write(printer, body),
            Declared::Entry(entry) => entry.declaration(ENTRY),
        };
        let package = &self.handler.machine.names.package;
        entry.write_acquiring("Coordinator", printer, |printer| {
            printer.line(format!(
                "let coordinator = borrow_global_mut<Coordinator>(@{package});"
            ));
            if self.handler.entrance() == Entrance::Start || self.handler.asks_for_caller() {
                let caller = address_of(self.payer()).doc;
                Doc::write_binding(Doc::text("caller"), caller, printer);
            }
            body(printer);
        });
    }
}

fn address_of(signer: &str) -> Expr {
    Expr::call("std::signer::address_of", [Expr::atom(signer)])
}

impl AptosFunction<'_> {
    /// The local that is the signer of the transaction's sender.
    fn payer(&self) -> &'static str {
        match self.handler.entrance() {
            Entrance::Start => "initiator",
            _ => "payer",
        }
    }
}
