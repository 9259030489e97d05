//! The functions of a coordinator: transactions call some of them with the shared object, which hand its parts on to the others.

use super::calls::{self, Need, Needs};
use super::entry::own_object;
use super::handlers::{seconds, write_object_checks};
use super::plan::VERIFIED;
use crate::backend::move_lang::body::{Operands, TargetCall};
use crate::backend::move_lang::coordinator::needs::Access;
use crate::backend::move_lang::coordinator::{CoordinatorHandler, Entrance, RECORD, Surroundings};
use crate::backend::move_lang::custody::Movement;
use crate::backend::move_lang::entry::{Argument, EntryPoint, Param};
use crate::backend::move_lang::function::Function;
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::{CallData, Role};

/// The local with the tickets of messages that the transaction must publish.
const TICKETS: &str = "tickets";

/// A function of a coordinator that is ready to be written.
pub(super) struct SuiFunction<'a> {
    pub(super) handler: CoordinatorHandler<'a>,
    locals: Namer,
    /// The names of the parameters with the inputs.
    inputs: Vec<String>,
    needs: Needs,
    declared: Declared,
}

/// How a function is declared.
enum Declared {
    /// A transaction calls it.
    Entry(EntryPoint),
    /// A function of the module calls it.
    Internal(Function),
}

impl<'a> SuiFunction<'a> {
    pub(super) fn new(handler: CoordinatorHandler<'a>) -> Self {
        let machine = handler.machine;
        let mut locals = machine.names.locals.clone();
        let mut inputs = Vec::new();
        let presented = match handler.entrance() {
            Entrance::Internal => None,
            Entrance::Delivery(_) => {
                let verified = Argument::Result { command: VERIFIED };
                Some(vec![Param::new("vaa", "VAA", verified)])
            }
            Entrance::Instance => {
                let instance = Argument::Instance;
                Some(vec![Param::new("instance", "vector<u8>", instance)])
            }
            Entrance::Start => {
                let params = handler.input_params(&mut locals);
                inputs = params.iter().map(|param| param.name().to_owned()).collect();
                Some(params)
            }
        };
        let mut needs = calls::needs(machine.packages, handler.handler, &mut locals);
        if handler.entrance() == Entrance::Start {
            needs.context = needs.context.max(Need::Shared);
        }
        let declared = match presented {
            Some(presented) => Declared::Entry(entry(handler, presented, &needs)),
            None => Declared::Internal(internal(handler, &needs)),
        };
        SuiFunction {
            handler,
            locals,
            inputs,
            needs,
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

    /// The types of the coins that it takes, by the addresses of the packages, each with the step that takes it.
    pub(super) fn taken(&self) -> Vec<(&'a str, String)> {
        let machine = self.handler.machine;
        let taken = self.needs.coins.taken.iter();
        let taken = taken.map(|(&step, coin)| {
            let step = machine.program().steps[step].name.as_str();
            (step, coin.published_type(machine.packages))
        });
        taken.collect()
    }

    /// Whether it must be passed the clock.
    pub(super) fn takes_clock(&self) -> bool {
        self.needs.clock > Need::None
    }

    /// Writes the function.
    pub(super) fn write(&self, printer: &mut Printer) {
        self.handler
            .write(self.locals.clone(), &self.inputs, self, printer);
    }

    fn gives_tickets(&self) -> bool {
        self.handler.needs().sends && self.handler.entrance() != Entrance::Internal
    }
}

fn entry(handler: CoordinatorHandler<'_>, presented: Vec<Param>, needs: &Needs) -> EntryPoint {
    let machine = handler.machine;
    let own = [own_object(Role::Coordinator)].into_iter();
    let params = own.chain(presented).chain(needs.params(machine.packages));
    let tickets = handler.needs().sends.then_some("vector<MessageTicket>");
    EntryPoint {
        function: machine.names.handlers[&handler.handler].function.clone(),
        params: params.collect(),
        results: tickets.into_iter().collect(),
    }
}

fn internal(handler: CoordinatorHandler<'_>, needs: &Needs) -> Function {
    let machine = handler.machine;
    let parts = parts(handler, handler.handler).into_iter();
    let parts = parts.map(|(name, ty)| format!("{name}: {ty}"));
    let held = needs.coins.held(machine.packages);
    let held = held.map(|(_, name, ty)| format!("{name}: {ty}"));
    let others = needs.params(machine.packages).into_iter();
    let others = others.map(|param| param.declaration());
    Function {
        head: format!("fun {}", machine.names.handlers[&handler.handler].function),
        params: parts.chain(held).chain(others).collect(),
        results: Vec::new(),
    }
}

/// The parts of the coordinator that the function of a handler is handed, by name and type.
fn parts(handler: CoordinatorHandler<'_>, callee: Handler) -> Vec<(&'static str, String)> {
    let needs = handler.needs[&callee];
    let endpoint = format!("{}Endpoint", needs.endpoint.reference());
    let record = format!("{}{RECORD}", needs.record.reference());
    let tickets = "&mut vector<MessageTicket>".to_owned();
    let parts = [
        (needs.endpoint > Access::None, "endpoint", endpoint),
        (needs.instance, "instance", "vector<u8>".to_owned()),
        (needs.record > Access::None, "record", record),
        (needs.sends, TICKETS, tickets),
    ];
    let parts = parts.into_iter().filter(|(is_needed, ..)| *is_needed);
    parts.map(|(_, name, ty)| (name, ty)).collect()
}

impl Surroundings for SuiFunction<'_> {
    fn now(&self) -> Expr {
        seconds()
    }

    fn caller(&self) -> Expr {
        Expr::atom("ctx.sender()")
    }

    fn call(&self, call: &CallData, operands: Operands) -> TargetCall {
        let CoordinatorHandler {
            machine, handler, ..
        } = self.handler;
        let program = machine.program();
        match (Movement::of(program, call), program.handlers[handler].step) {
            (Some(movement), Some(step)) => self.needs.coins.write(step, movement, operands.args),
            _ => calls::write(machine.packages, call, operands, &self.needs),
        }
    }

    fn write_send(&self, args: [Doc; 5], printer: &mut Printer) {
        let send = Doc::call("endpoint.send", args.into());
        Doc::write_binding(Doc::text("ticket"), send, printer);
        printer.line(format!("{TICKETS}.push_back(ticket);"));
    }

    fn arguments(&self, callee: Handler) -> Vec<Doc> {
        let parts = parts(self.handler, callee).into_iter();
        let is_own = self.gives_tickets();
        let parts = parts.map(|(name, _)| match name {
            TICKETS if is_own => format!("&mut {TICKETS}"),
            name => name.to_owned(),
        });
        let mut locals = self.handler.machine.names.locals.clone();
        let needs = calls::needs(self.handler.machine.packages, callee, &mut locals);
        let held = self.needs.coins.held_arguments(&needs.coins);
        let others = self.needs.arguments(&needs);
        parts.chain(held).chain(others).map(Doc::text).collect()
    }

    fn write_own_parts(&self, printer: &mut Printer) {
        let machine = self.handler.machine;
        for (token, name, _) in self.needs.coins.held(machine.packages) {
            let field = &machine.names.held[&token].field;
            printer.line(format!("let {name} = &mut coordinator.{field};"));
        }
    }

    fn result(&self) -> Option<&'static str> {
        self.gives_tickets().then_some(TICKETS)
    }

    fn write_function(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer)) {
        let entry = match &self.declared {
            Declared::Internal(function) => return function.write(printer, body),
            Declared::Entry(entry) => entry.declaration("public fun"),
        };
        entry.write(printer, |printer| {
            write_object_checks(self.handler.machine, &self.needs, printer);
            if self.gives_tickets() {
                printer.line(format!("let mut {TICKETS} = vector[];"));
            }
            body(printer);
        });
    }
}
