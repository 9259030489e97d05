//! The functions that deliveries and claims call.

use crate::backend::move_lang::body::{BodyWriter, Host, Operands, TargetCall};
use crate::backend::move_lang::function::tuple;
use crate::backend::move_lang::machine::EmittedMachine;
use crate::backend::move_lang::packages::types::Naming;
use crate::backend::move_lang::targets::{Target, calls_of_handler};
use crate::backend::move_lang::{Dialect, Doc, Expr, kind_name, status_name, write_docs};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::{Constant, Handler, Message, Slot, Step};
use crate::ir::{CallData, InstData, MessageKind, Program, Status, Trigger};

/// What a chain supplies to a handler beside what all participants have.
pub trait Surroundings {
    /// The clock, in seconds since 1970.
    fn now(&self) -> Expr;
    /// The account that sent the transaction.
    fn caller(&self) -> Expr;
    /// A call of a target.
    fn call(&self, call: &CallData, operands: Operands) -> TargetCall;
    /// The statement that sends a reply of this kind, step, instance and body.
    fn reply(&self, args: [Doc; 4]) -> Doc;
    /// Writes the handler's function; `body` writes what follows once `participant` is at hand.
    fn write_function(&self, printer: &mut Printer, body: impl FnOnce(&mut Printer));
}

/// How a handler is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// With a message.
    Delivery,
    /// By the one whom something is held for, with the instance.
    Claim,
}

/// A handler and what a transaction presents to it.
#[derive(Clone, Copy)]
struct Entry {
    handler: Handler,
    step: Step,
    presents: Presents,
}

/// What a transaction presents to a handler.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presents {
    /// The values of a message.
    Values(Message),
    /// Only that there is such a message.
    Nothing(Message),
    /// An instance.
    Instance,
}

impl Entrance {
    /// How a handler of a participant is entered.
    pub fn of(program: &Program, handler: Handler) -> Self {
        match Entry::of(program, handler).presents {
            Presents::Values(_) | Presents::Nothing(_) => Entrance::Delivery,
            Presents::Instance => Entrance::Claim,
        }
    }
}

impl Entry {
    fn of(program: &Program, handler: Handler) -> Self {
        let step_of = |message: Message| program.messages[message].step;
        let (step, presents) = match program.handlers[handler].trigger {
            Trigger::Deliver(message) => (step_of(message), Presents::Values(message)),
            Trigger::Expire(message) | Trigger::Park(message) => {
                (step_of(message), Presents::Nothing(message))
            }
            Trigger::Claim(step) => (step, Presents::Instance),
            Trigger::Start
            | Trigger::Attempt(..)
            | Trigger::ExpireStep(_)
            | Trigger::ParkStep(_)
            | Trigger::Cancel
            | Trigger::Redrive
            | Trigger::Together(..)
            | Trigger::Internal => unreachable!("a participant only hears messages and claims"),
        };
        Entry {
            handler,
            step,
            presents,
        }
    }
}

impl EmittedMachine<'_> {
    /// Writes the function of one handler; `locals` is its scope.
    pub fn write_handler(
        &self,
        handler: Handler,
        locals: Namer,
        surroundings: &impl Surroundings,
        printer: &mut Printer,
    ) {
        let program = self.program();
        let entry = Entry::of(program, handler);
        let host = RecordHost {
            machine: self,
            step: entry.step,
            surroundings,
        };
        let body = &program.handlers[handler].body;
        let mut body = BodyWriter::new(self.types, body, &host, locals);
        let fields = match entry.presents {
            Presents::Values(_) => body.bind_params(),
            Presents::Nothing(message) => {
                let fields = program.messages[message].fields.iter();
                fields.map(|_| Doc::text("_")).collect()
            }
            Presents::Instance => Vec::new(),
        };
        self.write_handler_docs(entry, printer);
        surroundings.write_function(printer, |printer| {
            match entry.presents {
                Presents::Values(message) | Presents::Nothing(message) => {
                    printer.line("let endpoint = &mut participant.endpoint;");
                    self.write_receive(entry, message, fields, printer);
                }
                Presents::Instance => printer.line("let endpoint = &participant.endpoint;"),
            }
            self.write_record(entry.step, printer);
            body.write(printer);
        });
    }

    fn write_handler_docs(&self, entry: Entry, printer: &mut Printer) {
        let program = self.program();
        let step = &program.steps[entry.step];
        write_docs([self.purpose(entry)], printer);
        for call in calls_of_handler(program, entry.handler) {
            if let Some(target) = Target::of(program, &call.function) {
                let name = &call.function.name;
                let path = self.packages.function_path(target, name, Naming::Name);
                let budget = format!("Calls `{path}`; gas budget {}.", call.gas);
                write_docs(["", &budget], printer);
            }
        }
        if self.explains_step(entry) && !step.docs.is_empty() {
            write_docs([""], printer);
            write_docs(&step.docs, printer);
        }
    }

    /// What a handler is for, in a line.
    fn purpose(&self, entry: Entry) -> String {
        let program = self.program();
        let step = &program.steps[entry.step].name;
        match program.handlers[entry.handler].trigger {
            Trigger::Deliver(message) => {
                format!("Takes {} of step `{step}`.", program.messages[message].kind)
            }
            Trigger::Park(_) => format!(
                "Gives up the compensation of step `{step}` after its Cancel, for whom the workflow holds it."
            ),
            Trigger::Claim(_) => {
                format!(
                    "Runs the compensation of step `{step}` that was given up, for whom the workflow holds it."
                )
            }
            _ => format!("Refuses step `{step}` once the deadline of its Execute has passed."),
        }
    }

    /// Whether a handler's documentation repeats what the source says of its step: where the step runs, on Sui also where it is
    /// made up for.
    fn explains_step(&self, entry: Entry) -> bool {
        let Presents::Values(message) = entry.presents else {
            return false;
        };
        let program = self.program();
        match self.types.dialect {
            Dialect::Sui => calls_of_handler(program, entry.handler).next().is_some(),
            Dialect::Aptos => program.messages[message].kind == MessageKind::Execute,
        }
    }

    /// Writes what verifies the message and decodes it.
    fn write_receive(
        &self,
        entry: Entry,
        message: Message,
        fields: Vec<Doc>,
        printer: &mut Printer,
    ) {
        let program = self.program();
        let step = &self.names.steps[&entry.step];
        let mut insts = program.handlers[entry.handler].body.insts.values();
        let uses_deadline = insts.any(|inst| matches!(inst, InstData::Deadline { .. }));
        let deadline = if uses_deadline { "deadline" } else { "_" };
        let pattern = tuple(["instance", deadline, "reader"].map(Doc::text).into());
        let kind = kind_name(program.messages[message].kind);
        let args = ["vaa", "HOME", kind, &step.constant].map(Doc::text);
        Doc::write_binding(pattern, Doc::call("endpoint.receive", args.into()), printer);

        let decode = &self.names.codec.functions[&message].decode;
        let decoded = Doc::call(format!("messages::{decode}"), vec![Doc::text("reader")]);
        if fields.is_empty() {
            decoded.then(";").write(printer);
        } else {
            Doc::write_binding(tuple(fields), decoded, printer);
        }
    }

    /// Writes what finds the record of a step; for an instance that nobody has heard of it makes one, which no claim survives.
    fn write_record(&self, step: Step, printer: &mut Printer) {
        let names = &self.names.records[&step];
        let table = Doc::text(format!("&mut participant.{}", names.table));
        let record = Doc::call(&*names.record_of, vec![table, Doc::text("instance")]);
        Doc::write_binding(Doc::text("record"), record, printer);
    }
}

/// How bodies reach the participant's storage, its endpoint and its targets.
struct RecordHost<'a, S> {
    machine: &'a EmittedMachine<'a>,
    /// The step whose record is at hand.
    step: Step,
    surroundings: &'a S,
}

impl<S: Surroundings> Host for RecordHost<'_, S> {
    fn now(&self) -> Expr {
        self.surroundings.now()
    }

    fn caller(&self) -> Expr {
        self.surroundings.caller()
    }

    fn deadline(&self) -> Expr {
        Expr::atom("deadline")
    }

    fn constant(&self, constant: Constant) -> Expr {
        Expr::atom(&self.machine.names.constants[&constant])
    }

    fn status_place(&self, step: Step) -> String {
        debug_assert_eq!(step, self.step, "a participant's handler is about one step");
        "record.status".to_owned()
    }

    fn slot_place(&self, slot: Slot) -> String {
        let data = &self.machine.program().slots[slot];
        debug_assert_eq!(data.step, Some(self.step));
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
        _: Option<Expr>,
        args: Vec<Expr>,
        printer: &mut Printer,
    ) {
        let names = self.machine.names;
        let data = &self.machine.program().messages[message];
        let encode = &names.codec.functions[&message].encode;
        let body = Expr::call(format!("messages::{encode}"), args);
        Doc::write_binding(Doc::text("body"), body.doc, printer);
        let step = names.steps[&data.step].constant.as_str();
        let args = [kind_name(data.kind), step, "instance", "body"].map(Doc::text);
        self.surroundings.reply(args).write(printer);
    }

    fn call(&self, call: &CallData, operands: Operands) -> TargetCall {
        self.surroundings.call(call, operands)
    }
}
