//! The body of a handler: the IR's tree as Rust, with a `match` for a switch and `require!` or `if` for a branch.
//!
//! On a participant the emitted code has `record` in scope, and either `delivery`, `message` and `body` (the decoded message) or `claim`
//! and `instance`. What it has on a coordinator says `tree`.

use std::collections::BTreeMap;

use super::calls::{CallSite, add_call};
use super::entrance::Entrance;
use super::names::{Names, rust_snake_case};
use super::text;
use super::{Target, calls};
use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::entities::{Block, Handler, Message, Value};
use crate::ir::{Body, CallData, HandlerData, InstData, Rejection, Terminator, Trigger};

/// The variables that every handler of a participant has.
const LOCALS: &[&str] = &[
    "accounts", "body", "call", "claim", "delivery", "instance", "message", "record", "reply",
];

/// The variables that every handler of a coordinator has.
const COORDINATOR_LOCALS: &[&str] = &[
    "accounts", "body", "call", "inputs", "instance", "message", "outgoing",
];

/// The longest condition that stands in the branch itself.
pub(super) const CONDITION_WIDTH: usize = 40;

/// How the emitted code names a value.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// An expression that has the value.
    pub(super) text: String,
    /// Whether it may be moved out of, or only read.
    pub(super) owner: Owner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A variable of the function.
    Local,
    /// The record, which is kept.
    Record,
    /// Nobody: the expression makes a new value.
    Fresh,
}

/// Writes one handler.
pub(super) struct BodyWriter<'w, 'a> {
    pub(super) target: &'w Target<'a>,
    /// The handler that the outside reaches.
    pub(super) entry: Handler,
    /// The handler that is written: on a coordinator the entry may go on in others.
    pub(super) handler: Handler,
    pub(super) body: &'a Body,
    /// The block that is being written.
    pub(super) current: Block,
    pub(super) scope: Namer,
    pub(super) values: BTreeMap<Value, Bound>,
    pub(super) uses: BTreeMap<Value, usize>,
    /// The functions that make the handler's calls.
    pub(super) calls: Vec<CallSite>,
}

impl<'w, 'a> BodyWriter<'w, 'a> {
    /// A writer of a handler, which runs in a transaction that was entered by another, or the same.
    pub(super) fn new(target: &'w Target<'a>, entry: Handler, handler: Handler) -> Self {
        let body = &target.input.program.handlers[handler].body;
        let scope = match target.is_coordinator() {
            true => target.names.decision_scope(COORDINATOR_LOCALS),
            false => Names::scope(LOCALS),
        };
        let uses = count_uses(body);
        BodyWriter {
            target,
            entry,
            handler,
            body,
            current: body.entry,
            scope,
            values: BTreeMap::new(),
            uses,
            calls: Vec::new(),
        }
    }

    /// Whether the handler uses a field of its message.
    pub(super) fn uses_body(&self) -> bool {
        let params = &self.body.blocks[self.body.entry].params;
        params.iter().any(|param| self.uses.contains_key(param))
    }

    /// Whether the handler compares values as the author wrote it, which Rust's lints may find pointless.
    pub(super) fn has_guard(&self) -> bool {
        self.body.insts.values().any(|inst| match inst {
            InstData::Binary { result, .. } => !self.is_of_protocol(*result),
            _ => false,
        })
    }

    /// Whether a value is, or compares, what only the protocol asks for: the clock, a deadline, or who sends the transaction.
    pub(super) fn is_of_protocol(&self, value: Value) -> bool {
        let mut insts = self.body.insts.values();
        match insts.find(|inst| inst.results().contains(&value)) {
            Some(InstData::Now { .. } | InstData::Deadline { .. } | InstData::Caller { .. }) => {
                true
            }
            Some(InstData::Binary { left, right, .. }) => {
                self.is_of_protocol(*left) || self.is_of_protocol(*right)
            }
            _ => false,
        }
    }

    /// Writes everything from the entry on.
    pub(super) fn write(&mut self, printer: &mut Printer) {
        let names = &self.target.names;
        match self.data().trigger {
            Trigger::Deliver(message) => {
                self.bind_params("body", &names.messages[&message].members)
            }
            Trigger::Start => self.bind_params("inputs", &names.inputs),
            _ => {}
        }
        match self.target.is_coordinator() {
            true => self.tail(printer, self.body.entry),
            false => self.block(printer, self.body.entry),
        }
    }

    /// The parameters of the entry are the members of a variable.
    fn bind_params(&mut self, base: &str, members: &[String]) {
        for (&param, member) in self.body.blocks[self.body.entry].params.iter().zip(members) {
            self.bind(param, format!("{base}.{member}"), Owner::Local);
        }
    }

    /// How the instruction is entered.
    pub(super) fn entrance(&self) -> Entrance {
        Entrance::of(self.target, self.entry)
    }

    /// What the machine keeps, as the emitted code has it.
    pub(super) fn kept(&self) -> &'static str {
        match self.target.is_coordinator() {
            true => "instance",
            false => "record",
        }
    }

    /// Tells the world where the step of the record stands now.
    fn announcement(&self) -> String {
        match self.data().trigger {
            Trigger::Claim(step) => {
                let number = &self.target.names.steps[&step].number;
                format!("claim.changed(instance, {number}, record.status);")
            }
            _ => "delivery.changed(&message, record.status);".to_owned(),
        }
    }

    fn data(&self) -> &'a HandlerData {
        &self.target.input.program.handlers[self.handler]
    }

    fn block(&mut self, printer: &mut Printer, block: Block) {
        self.current = block;
        let data = &self.body.blocks[block];
        for &inst in &data.insts {
            self.inst(printer, &self.body.insts[inst]);
        }
        if let Some(terminator) = &data.terminator {
            self.terminator(printer, terminator);
        }
    }

    fn terminator(&mut self, printer: &mut Printer, terminator: &'a Terminator) {
        match terminator {
            Terminator::Finish => {}
            Terminator::Reject(rejection) => printer.line(format!("return {};", error(*rejection))),
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => self.branch(printer, *condition, *then, *otherwise),
            Terminator::SwitchStatus {
                arms, otherwise, ..
            } => {
                printer.block("match record.status", |printer| {
                    for (statuses, block) in arms {
                        let patterns: Vec<_> = statuses
                            .iter()
                            .map(|status| format!("Status::{status}"))
                            .collect();
                        self.arm(printer, &patterns.join(" | "), *block);
                    }
                    self.arm(printer, "_", *otherwise);
                });
            }
            Terminator::Continue(next) => self.continue_in(printer, *next),
            Terminator::SwitchPhase { .. }
            | Terminator::Invoke { .. }
            | Terminator::Together { .. } => {
                unreachable!("a participant has no phase, and Solana catches no failing call")
            }
        }
    }

    fn arm(&mut self, printer: &mut Printer, pattern: &str, block: Block) {
        match self.rejection(block) {
            Some(rejection) => printer.line(format!("{pattern} => return {},", error(rejection))),
            None => printer.block(format!("{pattern} =>"), |printer| {
                self.block(printer, block)
            }),
        }
    }

    /// The rejection that a block consists of, if it does nothing else.
    pub(super) fn rejection(&self, block: Block) -> Option<Rejection> {
        let data = &self.body.blocks[block];
        match data.terminator {
            Some(Terminator::Reject(rejection)) if data.insts.is_empty() => Some(rejection),
            _ => None,
        }
    }

    /// `require!` if the other side only rejects, `if` otherwise.
    fn branch(&mut self, printer: &mut Printer, condition: Value, then: Block, otherwise: Block) {
        let condition = self.read(condition);
        if let Some(rejection) = self.rejection(otherwise) {
            let arguments = [condition, format!("XccError::{}", rejection.name())];
            text::call(printer, "require!(", &arguments, ");");
            return self.block(printer, then);
        }
        printer.wrapped(&format!("if {condition} {{"), "} else {", |printer| {
            self.block(printer, then)
        });
        printer.indented(|printer| self.block(printer, otherwise));
        printer.line("}");
    }

    /// A tail call becomes the body itself, so that nothing of the caller lives on the stack beside it.
    fn continue_in(&mut self, printer: &mut Printer, next: Handler) {
        let body = &self.target.input.program.handlers[next].body;
        let outer = (
            std::mem::replace(&mut self.body, body),
            std::mem::take(&mut self.values),
        );
        let uses = std::mem::replace(&mut self.uses, count_uses(body));
        self.block(printer, body.entry);
        (self.body, self.values) = outer;
        self.uses = uses;
    }

    pub(super) fn inst(&mut self, printer: &mut Printer, inst: &'a InstData) {
        match inst {
            InstData::Store { slot, value } => {
                let value = self.take(*value);
                text::assign(
                    printer,
                    &format!("{}.{}", self.kept(), self.target.names.slots[slot]),
                    &value,
                );
            }
            InstData::SetStatus { status, .. } => {
                printer.line(format!("record.status = Status::{status};"));
                printer.line(self.announcement());
            }
            InstData::Enter { .. } | InstData::RequireGas { .. } => {}
            InstData::Send { message, args, .. } => {
                self.message(printer, "reply", *message, args);
                let data = &self.target.input.program.messages[*message];
                let arguments = [
                    "&message".into(),
                    format!("MessageKind::{}", data.kind),
                    "&reply.encode()".into(),
                ];
                text::call(printer, "delivery.reply(", &arguments, ")?;");
            }
            InstData::Call { call, results } => self.call(printer, call, results),
            InstData::SetPhase { .. } | InstData::Emit { .. } => {
                unreachable!("a participant has neither phases nor events of its own")
            }
            _ => self.compute(printer, inst),
        }
    }

    /// Writes the body of a message into a variable.
    pub(super) fn message(
        &mut self,
        printer: &mut Printer,
        variable: &str,
        message: Message,
        args: &[Value],
    ) {
        let fields: Vec<_> = args.iter().map(|&arg| self.take(arg)).collect();
        let names = &self.target.names.messages[&message];
        let open = format!("let {variable} = {}", names.ty);
        if fields.is_empty() {
            return printer.line(format!("{open};"));
        }
        let fields: Vec<_> = names.members.iter().zip(fields).map(field).collect();
        text::struct_literal(printer, &open, &fields, ";");
    }

    fn call(&mut self, printer: &mut Printer, call: &'a CallData, results: &[Value]) {
        let fundings = call.spends.iter().map(|spend| &spend.funding);
        let purses: Vec<_> = fundings
            .map(|funding| self.fund(printer, funding))
            .collect();
        let site = calls::plan(self, call, results);
        let mut arguments = vec!["self".to_owned()];
        arguments.extend(site.params.iter().map(|param| self.take(param.value)));
        let open = match results {
            [result, ..] => {
                let name = self
                    .scope
                    .choose(&rust_snake_case(&self.body.values[*result].name));
                self.bind(*result, name.clone(), Owner::Local);
                format!("let {name} = {}(", site.name)
            }
            [] => format!("{}(", site.name),
        };
        text::call(printer, &open, &arguments, ")?;");
        add_call(&mut self.calls, site);
        for purse in purses {
            printer.line(format!(
                "{}.settle(&self.{})?;",
                purse.variable, purse.field
            ));
        }
    }

    /// Sends what a call spends to where the target takes it from.
    fn fund(&mut self, printer: &mut Printer, funding: &'a CallData) -> OpenPurse {
        let site = calls::plan(self, funding, &[]);
        let purse = OpenPurse {
            variable: self.scope.choose("purse"),
            field: site.field_of("destination").to_owned(),
        };
        let OpenPurse { variable, field } = &purse;
        printer.line(format!("let {variable} = Purse::open(&self.{field})?;"));
        let values = site.params.iter().map(|param| self.take(param.value));
        let arguments: Vec<_> = std::iter::once("self".to_owned()).chain(values).collect();
        text::call(printer, &format!("{}(", site.name), &arguments, ")?;");
        add_call(&mut self.calls, site);
        purse
    }
}

/// The authority's token account while a call spends what is in it.
struct OpenPurse {
    /// The variable that remembers what it had.
    variable: String,
    /// Its account in the instruction.
    field: String,
}

/// `name: value`, or `name` alone if both are the same.
pub(super) fn field((name, value): (&String, String)) -> String {
    if *name == value {
        value
    } else {
        format!("{name}: {value}")
    }
}

pub(super) fn error(rejection: Rejection) -> String {
    format!("err!(XccError::{})", rejection.name())
}

/// How often each value is read. What is fixed is not read for a call: the function that makes the call writes it out.
fn count_uses(body: &Body) -> BTreeMap<Value, usize> {
    let mut uses = BTreeMap::new();
    let is_fixed = |value: &Value| {
        let defines = |inst: &&InstData| inst.results().contains(value);
        let inst = body.insts.values().find(defines);
        matches!(
            inst,
            Some(InstData::Literal { .. } | InstData::Constant { .. })
        )
    };
    let operands = body.insts.values().flat_map(|inst| {
        let mut operands = inst.operands();
        if matches!(inst, InstData::Call { .. }) {
            operands.retain(|value| !is_fixed(value));
        }
        operands
    });
    let ends = body
        .blocks
        .values()
        .filter_map(|block| block.terminator.as_ref())
        .flat_map(Terminator::operands);
    operands
        .chain(ends)
        .for_each(|value| *uses.entry(value).or_default() += 1);
    uses
}
