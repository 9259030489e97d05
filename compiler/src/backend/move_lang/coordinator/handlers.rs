//! The functions of a coordinator: those that transactions call, and those that they continue in.

use std::collections::BTreeMap;

use super::needs::{Access, Needs};
use super::unknown::Unknown;
use crate::backend::move_lang::body::{BodyWriter, Host, Operands, TargetCall};
use crate::backend::move_lang::custody::Movement;
use crate::backend::move_lang::function::tuple;
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::{
    Dialect, Doc, Expr, error_name, kind_name, phase_name, status_name,
};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::{Constant, Event, Handler, Message, Slot, Step, Value};
use crate::ir::{CallData, HandlerData, InstData, Phase, Program, Status, Trigger};

/// What a chain supplies to a function of a coordinator.
pub trait Surroundings {
    /// The clock, in seconds since 1970.
    fn now(&self) -> Expr;
    /// The account that sent the transaction.
    fn caller(&self) -> Expr;
    /// A call of a target.
    fn call(&self, call: &CallData, operands: Operands) -> TargetCall;
    /// Writes what sends a message of this kind, step, deadline, instance and body.
    fn write_send(&self, args: [Doc; 5], printer: &mut Printer);
    /// What is passed to the function of another handler, in order.
    fn arguments(&self, callee: Handler) -> Vec<Doc>;
    /// Writes what only this chain's functions need of `coordinator`.
    fn write_own_parts(&self, _: &mut Printer) {}
    /// What the function gives in the end, if anything.
    fn result(&self) -> Option<&'static str>;
    /// Writes the function; `body` writes what follows once what it needs is at hand, which is `coordinator` where a transaction calls it.
    fn write_function(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer));
}

/// How a function of a coordinator is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// With the inputs of a new instance.
    Start,
    /// With a message.
    Delivery(Message),
    /// With the instance.
    Instance,
    /// By a function of the module.
    Internal,
}

impl Entrance {
    /// How the function of a handler is entered.
    pub fn of(program: &Program, handler: Handler) -> Self {
        match program.handlers[handler].trigger {
            Trigger::Start => Entrance::Start,
            Trigger::Deliver(message) => Entrance::Delivery(message),
            Trigger::Cancel
            | Trigger::Redrive
            | Trigger::Claim(_)
            | Trigger::Attempt(..)
            | Trigger::ExpireStep(_)
            | Trigger::ParkStep(_) => Entrance::Instance,
            Trigger::Internal => Entrance::Internal,
            Trigger::Expire(_) | Trigger::Park(_) | Trigger::Together(..) => {
                unreachable!("a coordinator hears only replies, and catches nothing")
            }
        }
    }
}

/// A handler of a coordinator that is ready to be written.
#[derive(Clone, Copy)]
pub struct CoordinatorHandler<'a> {
    /// The coordinator.
    pub machine: EmittedMachine<'a>,
    /// The handler.
    pub handler: Handler,
    /// What each function of the coordinator needs.
    pub needs: &'a BTreeMap<Handler, Needs>,
}

impl<'a> CoordinatorHandler<'a> {
    /// How it is entered.
    pub fn entrance(self) -> Entrance {
        Entrance::of(self.machine.program(), self.handler)
    }

    /// What its function needs.
    pub fn needs(self) -> Needs {
        self.needs[&self.handler]
    }

    /// Whether it asks itself who sent the transaction.
    pub fn asks_for_caller(self) -> bool {
        let mut insts = self.data().body.insts.values();
        insts.any(|inst| matches!(inst, InstData::Caller { .. }))
    }

    pub(super) fn data(self) -> &'a HandlerData {
        &self.machine.program().handlers[self.handler]
    }

    /// Writes its function. `locals` is its scope, `inputs` are the names of the parameters with the inputs if it starts an instance.
    pub fn write(
        self,
        locals: Namer,
        inputs: &[String],
        surroundings: &impl Surroundings,
        printer: &mut Printer,
    ) {
        let host = InstanceHost {
            machine: self.machine,
            surroundings,
        };
        let body = &self.data().body;
        let mut body = BodyWriter::new(self.machine.types, body, &host, locals);
        let entrance = self.entrance();
        let fields = match entrance {
            Entrance::Delivery(_) => body.bind_params(),
            _ => {
                body.name_params(inputs);
                Vec::new()
            }
        };
        self.write_purpose(printer);
        surroundings.write_function(printer, |printer| {
            match entrance {
                Entrance::Internal => {}
                Entrance::Start => self.write_open(inputs, surroundings, printer),
                Entrance::Delivery(message) => {
                    self.write_endpoint(printer);
                    self.write_receive(message, fields, printer);
                    self.write_find(surroundings, printer);
                }
                Entrance::Instance => {
                    self.write_known(surroundings, printer);
                    self.write_endpoint(printer);
                    self.write_record(surroundings, printer);
                }
            }
            match surroundings.result() {
                Some(result) => {
                    body.write_before(printer);
                    printer.line(result);
                }
                None => body.write(printer),
            }
        });
    }

    /// Writes what opens an instance, after a look at the inputs that could be none of their type.
    fn write_open(
        self,
        inputs: &[String],
        surroundings: &impl Surroundings,
        printer: &mut Printer,
    ) {
        let fields = self.machine.workflow().inputs.iter().zip(inputs);
        let checked = fields.filter(|(field, _)| self.machine.types.is_checked(&field.ty));
        let checked: Vec<_> = checked
            .map(|(_, name)| Expr::atom(name).borrowed())
            .collect();
        if !checked.is_empty() {
            let check = Expr::call("messages::check_inputs", checked);
            check.doc.then(";").write(printer);
        }
        let args = [Doc::text("coordinator"), surroundings.caller().doc];
        let open = Doc::call("open", args.into());
        Doc::write_binding(Doc::text("instance"), open, printer);
        self.write_endpoint(printer);
        self.write_record(surroundings, printer);
    }

    /// Writes what verifies the message, which must come from where its step runs, and decodes it.
    fn write_receive(self, message: Message, fields: Vec<Doc>, printer: &mut Printer) {
        let EmittedMachine { names, .. } = self.machine;
        let data = &self.machine.program().messages[message];
        let pattern = tuple(["instance", "_", "reader"].map(Doc::text).into());
        let (peer, step) = (&names.peers[&data.from], &names.steps[&data.step].constant);
        let args = ["vaa", peer, kind_name(data.kind), step].map(Doc::text);
        Doc::write_binding(pattern, Doc::call("endpoint.receive", args.into()), printer);
        let decode = &names.codec.functions[&message].decode;
        let decoded = Doc::call(format!("messages::{decode}"), vec![Doc::text("reader")]);
        if fields.is_empty() {
            decoded.then(";").write(printer);
        } else {
            Doc::write_binding(tuple(fields), decoded, printer);
        }
    }

    fn write_find(self, surroundings: &impl Surroundings, printer: &mut Printer) {
        self.write_known(surroundings, printer);
        self.write_record(surroundings, printer);
    }

    /// Writes what comes of an instance that was never started.
    fn write_known(self, surroundings: &impl Surroundings, printer: &mut Printer) {
        let is_known = "coordinator.instances.contains(instance)";
        match Unknown::of(self.machine.program(), self.handler) {
            Unknown::Ignored => {
                let result = surroundings.result();
                let result = result.map_or_else(String::new, |result| format!(" {result}"));
                printer.line(format!("if (!{is_known}) return{result};"));
            }
            Unknown::Rejected(rejection) => {
                let args = [is_known, error_name(rejection)].map(Doc::text);
                Doc::call("assert!", args.into()).then(";").write(printer);
            }
        }
    }

    fn write_endpoint(self, printer: &mut Printer) {
        let access = self.needs().endpoint;
        let is_received = matches!(self.entrance(), Entrance::Delivery(_));
        if access > Access::None || is_received {
            let reference = access.reference();
            printer.line(format!("let endpoint = {reference}coordinator.endpoint;"));
        }
    }

    fn write_record(self, surroundings: &impl Surroundings, printer: &mut Printer) {
        surroundings.write_own_parts(printer);
        let access = self.needs().record;
        let found = match (self.machine.types.dialect, access) {
            (Dialect::Sui, _) => format!("{}coordinator.instances[instance]", access.reference()),
            (Dialect::Aptos, Access::Write) => {
                "coordinator.instances.borrow_mut(instance)".to_owned()
            }
            (Dialect::Aptos, _) => "coordinator.instances.borrow(instance)".to_owned(),
        };
        printer.line(format!("let record = {found};"));
    }
}

/// How bodies reach the record of the instance, the coordinator's endpoint and its targets.
struct InstanceHost<'a, S> {
    machine: EmittedMachine<'a>,
    surroundings: &'a S,
}

impl<S: Surroundings> Host for InstanceHost<'_, S> {
    fn now(&self) -> Expr {
        self.surroundings.now()
    }

    fn caller(&self) -> Expr {
        self.surroundings.caller()
    }

    fn deadline(&self) -> Expr {
        unreachable!("no reply has a deadline")
    }

    fn constant(&self, constant: Constant) -> Expr {
        Expr::atom(&self.machine.names.constants[&constant])
    }

    fn status_place(&self, step: Step) -> String {
        format!("record.{}", self.machine.names.statuses[&step])
    }

    fn slot_place(&self, slot: Slot) -> String {
        format!("record.{}", self.machine.names.slots[&slot])
    }

    fn announce_status(&self, step: Step, status: Status) -> Doc {
        let constant = self.machine.names.steps[&step].constant.as_str();
        let args = ["instance", constant, status_name(status)].map(Doc::text);
        Doc::call("endpoint.step_changed", args.into())
    }

    fn write_send(
        &self,
        message: Message,
        deadline: Option<Expr>,
        args: Vec<Expr>,
        printer: &mut Printer,
    ) {
        let names = self.machine.names;
        let data = &self.machine.program().messages[message];
        let encode = &names.codec.functions[&message].encode;
        let body = Expr::call(format!("messages::{encode}"), args);
        Doc::write_binding(Doc::text("body"), body.doc, printer);
        let step = Doc::text(&names.steps[&data.step].constant);
        let deadline = deadline.map_or_else(|| Doc::text("0"), |deadline| deadline.doc);
        let (kind, [instance, body]) = (kind_name(data.kind), ["instance", "body"].map(Doc::text));
        let args = [Doc::text(kind), step, deadline, instance, body];
        self.surroundings.write_send(args, printer);
    }

    fn call(&self, call: &CallData, operands: Operands) -> TargetCall {
        self.surroundings.call(call, operands)
    }

    fn unwritten(&self, call: &CallData) -> Option<Value> {
        Movement::of(self.machine.program(), call)?.sender(call)
    }

    fn phase_place(&self) -> String {
        "record.phase".to_owned()
    }

    fn announce_phase(&self, phase: Phase) -> Doc {
        let args = ["instance", phase_name(phase)].map(Doc::text);
        Doc::call("endpoint.instance_changed", args.into())
    }

    fn emit(&self, event: Event, args: Vec<Expr>) -> Doc {
        let names = &self.machine.names.events[&event];
        let fields = names.fields.iter().zip(args);
        let fields = fields.map(|(name, value)| match value.doc.flat() == *name {
            true => value.doc,
            false => value.doc.after(&format!("{name}: ")),
        });
        let fields = [Doc::text("instance")].into_iter().chain(fields);
        let head = format!("event::emit({}", names.name);
        Doc::fields(head, fields.collect()).then(")")
    }

    fn continue_in(&self, handler: Handler) -> Doc {
        let function = &self.machine.names.handlers[&handler].function;
        Doc::call(function, self.surroundings.arguments(handler))
    }
}
