//! The functions that deliveries call.

use super::calls;
use super::names::RESERVED;
use crate::backend::Input;
use crate::backend::move_lang::body::{BodyWriter, Host, TargetCall};
use crate::backend::move_lang::function::{Function, tuple};
use crate::backend::move_lang::names::scope;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::participant::names::MachineNames;
use crate::backend::move_lang::targets::{Target, calls_of_handler};
use crate::backend::move_lang::types::Types;
use crate::backend::move_lang::{Doc, Expr, status_name, write_docs};
use crate::backend::names::snake_case;
use crate::backend::printer::Printer;
use crate::entities::{Constant, Handler, Message, Slot, Step};
use crate::ir::{CallData, InstData, MessageKind, Status, Trigger};

/// What the handlers of a machine are written from.
#[derive(Clone, Copy)]
pub(super) struct Handlers<'a> {
    pub(super) input: Input<'a>,
    pub(super) names: &'a MachineNames,
    pub(super) packages: &'a Packages<'a>,
    pub(super) types: &'a Types<'a>,
}

impl Handlers<'_> {
    /// Writes the function of one handler.
    pub(super) fn write(&self, handler: Handler, printer: &mut Printer) {
        let data = &self.input.program.handlers[handler];
        let (message, presents) = match data.trigger {
            Trigger::Deliver(message) => (message, Presents::Values),
            Trigger::Expire(message) => (message, Presents::Nothing),
            Trigger::Start | Trigger::Cancel | Trigger::Redrive | Trigger::Internal => {
                unreachable!("a participant only hears messages")
            }
        };
        let step = self.input.program.messages[message].step;
        let host = AptosHost {
            handlers: self,
            step,
        };
        let mut body = BodyWriter::new(self.types, &data.body, &host, scope(RESERVED.locals));
        let fields = match presents {
            Presents::Values => body.bind_params(),
            Presents::Nothing => {
                let fields = self.input.program.messages[message].fields.iter();
                fields.map(|_| Doc::text("_")).collect()
            }
        };

        self.write_docs(handler, message, printer);
        let function = Function {
            head: format!(
                "public entry fun {}",
                self.names.handlers[&handler].function
            ),
            params: vec![
                "deliverer: &signer".to_owned(),
                "vaa: vector<u8>".to_owned(),
            ],
            results: Vec::new(),
        };
        function.write_acquiring("Participant", printer, |printer| {
            self.write_receive(handler, message, fields, printer);
            body.write(printer);
        });
    }

    fn write_docs(&self, handler: Handler, message: Message, printer: &mut Printer) {
        let program = self.input.program;
        let data = &program.messages[message];
        let step = &program.steps[data.step];
        let calls: Vec<_> = calls_of_handler(program, handler).collect();
        let is_delivery = matches!(program.handlers[handler].trigger, Trigger::Deliver(_));
        let what = if is_delivery {
            format!("Takes {} of step `{}`.", data.kind, step.name)
        } else {
            let step = &step.name;
            format!("Refuses step `{step}` once the deadline of its Execute has passed.")
        };
        write_docs([what], printer);
        for call in &calls {
            if let Some(target) = Target::of(program, &call.function) {
                let path = self.packages.function_path(target, &call.function.name);
                let budget = format!("Calls `{path}`; gas budget {}.", call.gas);
                write_docs([String::new(), budget], printer);
            }
        }
        let is_execute = is_delivery && data.kind == MessageKind::Execute;
        if is_execute && !step.docs.is_empty() {
            write_docs([""], printer);
            write_docs(&step.docs, printer);
        }
    }

    fn write_receive(
        &self,
        handler: Handler,
        message: Message,
        fields: Vec<Doc>,
        printer: &mut Printer,
    ) {
        let program = self.input.program;
        let data = &program.messages[message];
        let step = &self.names.steps[&data.step];
        let mut insts = program.handlers[handler].body.insts.values();
        let uses_deadline = insts.any(|inst| matches!(inst, InstData::Deadline { .. }));
        let deadline = if uses_deadline { "deadline" } else { "_" };

        let package = &self.names.package;
        printer.line(format!(
            "let participant = borrow_global_mut<Participant>(@{package});"
        ));
        printer.line("let endpoint = &mut participant.endpoint;");
        let pattern = tuple(["instance", deadline, "reader"].map(Doc::text).into());
        let kind = format!("message_kind::{}()", snake_case(data.kind.name()));
        let args = ["vaa", "HOME", &kind, &step.constant].map(Doc::text).into();
        Doc::write_binding(pattern, Doc::call("endpoint.receive", args), printer);

        let decode = &self.names.codec.functions[&message].decode;
        let decoded = Doc::call(format!("messages::{decode}"), vec![Doc::text("reader")]);
        if fields.is_empty() {
            decoded.then(";").write(printer);
        } else {
            Doc::write_binding(tuple(fields), decoded, printer);
        }
        let table = Doc::text(format!("&mut participant.{}", step.table));
        let record = Doc::call(&*step.record_of, vec![table, Doc::text("instance")]);
        Doc::write_binding(Doc::text("record"), record, printer);
    }
}

/// What a transaction presents to a handler.
enum Presents {
    /// The values of a message.
    Values,
    /// Only that there is such a message.
    Nothing,
}

/// How bodies reach the participant's storage, its endpoint and its targets.
struct AptosHost<'a> {
    handlers: &'a Handlers<'a>,
    /// The step whose record is at hand.
    step: Step,
}

impl Host for AptosHost<'_> {
    fn now(&self) -> Expr {
        Expr::atom("timestamp::now_seconds()")
    }

    fn caller(&self) -> Expr {
        Expr::atom("std::signer::address_of(deliverer)")
    }

    fn deadline(&self) -> Expr {
        Expr::atom("deadline")
    }

    fn constant(&self, constant: Constant) -> Expr {
        Expr::atom(&self.handlers.names.constants[&constant])
    }

    fn status_place(&self, step: Step) -> String {
        debug_assert_eq!(step, self.step, "a participant's handler is about one step");
        "record.status".to_owned()
    }

    fn slot_place(&self, slot: Slot) -> String {
        let data = &self.handlers.input.program.slots[slot];
        debug_assert_eq!(data.step, Some(self.step));
        format!("record.{}", self.handlers.names.slots[&slot])
    }

    fn announce_status(&self, step: Step, status: Status) -> Doc {
        let constant = self.handlers.names.steps[&step].constant.clone();
        let args = ["instance".to_owned(), constant, status_name(status)];
        let args = args.into_iter().map(Doc::text).collect();
        Doc::call("endpoint.step_changed", args)
    }

    fn write_send(&self, message: Message, args: Vec<Expr>, printer: &mut Printer) {
        let names = self.handlers.names;
        let data = &self.handlers.input.program.messages[message];
        let encode = &names.codec.functions[&message].encode;
        let body = Expr::call(format!("messages::{encode}"), args);
        Doc::write_binding(Doc::text("body"), body.doc, printer);
        let kind = format!("message_kind::{}()", snake_case(data.kind.name()));
        let step = &names.steps[&data.step].constant;
        let args = ["deliverer", &kind, step, "instance", "body"].map(Doc::text);
        Doc::call("endpoint.reply", args.into())
            .then(";")
            .write(printer);
    }

    fn call(&self, call: &CallData, args: Vec<Expr>) -> TargetCall {
        calls::write(self.handlers.packages, self.handlers.names, call, args)
    }
}
