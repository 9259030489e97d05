//! The functions of a participant, with the objects and the context that they are given.

use super::calls::{self, Need, Needs};
use super::entry;
use crate::backend::move_lang::body::{Operands, TargetCall};
use crate::backend::move_lang::entry::EntryPoint;
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::participant::handlers::Surroundings;
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::{ArithmeticOp, CallData};

/// A handler that is ready to be written.
pub(super) struct SuiHandler<'a> {
    pub(super) handler: Handler,
    /// The scope of its function.
    locals: Namer,
    transaction: Transaction<'a>,
}

impl<'a> SuiHandler<'a> {
    pub(super) fn new(machine: EmittedMachine<'a>, handler: Handler) -> Self {
        let mut locals = machine.names.locals.clone();
        let needs = calls::needs(machine.packages, handler, &mut locals);
        SuiHandler {
            handler,
            locals,
            transaction: Transaction {
                machine,
                entry: entry::of_handler(machine, handler, &needs),
                needs,
            },
        }
    }

    /// Its function.
    pub(super) fn entry(&self) -> &EntryPoint {
        &self.transaction.entry
    }

    /// Whether its transaction must pass the clock.
    pub(super) fn takes_clock(&self) -> bool {
        self.transaction.needs.clock > Need::None
    }

    /// Writes the handler's function.
    pub(super) fn write(&self, printer: &mut Printer) {
        let machine = self.transaction.machine;
        let locals = self.locals.clone();
        machine.write_handler(self.handler, locals, &self.transaction, printer);
    }
}

/// What a handler's transaction must pass.
struct Transaction<'a> {
    machine: EmittedMachine<'a>,
    entry: EntryPoint,
    needs: Needs,
}

/// Writes what refuses other objects than those of the deployment.
pub(super) fn write_object_checks(
    machine: EmittedMachine<'_>,
    needs: &Needs,
    printer: &mut Printer,
) {
    for (constant, object) in &needs.objects {
        let constant = &machine.names.constants[constant];
        let is_it = format!("object::id_address({}) == {constant}", object.name);
        let args = [is_it.as_str(), "EWrongObject"].map(Doc::text);
        let check = Doc::call("assert!", args.into());
        check.then(";").write(printer);
    }
}

/// The clock, in seconds since 1970.
pub(super) fn seconds() -> Expr {
    let milliseconds = Expr::atom("clock.timestamp_ms()");
    Expr::arithmetic(ArithmeticOp::Div, milliseconds, Expr::atom("1000"))
}

impl Surroundings for Transaction<'_> {
    fn now(&self) -> Expr {
        seconds()
    }

    fn caller(&self) -> Expr {
        Expr::atom("ctx.sender()")
    }

    fn call(&self, call: &CallData, operands: Operands) -> TargetCall {
        calls::write(self.machine.packages, call, operands, &self.needs)
    }

    /// It makes the ticket that is the handler's result.
    fn reply(&self, args: [Doc; 4]) -> Doc {
        Doc::call("endpoint.reply", args.into())
    }

    fn write_function(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        let function = self.entry.declaration("public fun");
        function.write(printer, |printer| {
            write_object_checks(self.machine, &self.needs, printer);
            body(printer);
        });
    }
}
