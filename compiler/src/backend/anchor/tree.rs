//! The handlers of a coordinator: each tree becomes a function that leaves early, and yields what is to be decided next.
//!
//! The emitted code has `instance` in scope, what it was started or reached with as `inputs` or `body`, `outgoing` if it sends
//! messages, and `self`, the accounts of the instruction. What it continues in is not called but named: the runtime allows no more than
//! 64 calls inside each other, and a workflow may have as many steps. Only where calls of targets are made, which need the accounts,
//! it is another method.

use super::Target;
use super::body::{BodyWriter, error, field};
use super::text;
use crate::backend::printer::Printer;
use crate::entities::{Block, Handler, Value};
use crate::ir::{InstData, Terminator};

/// What a match is on, and what is done for each of its values.
struct Switch {
    /// `instance.phase`
    subject: String,
    /// The values of each arm, such as `Phase::Running`, and its block.
    arms: Vec<(Vec<String>, Block)>,
    otherwise: Block,
}

impl<'a> BodyWriter<'_, 'a> {
    /// Writes a block as what the function yields.
    pub(super) fn tail(&mut self, printer: &mut Printer, block: Block) {
        self.current = block;
        let body = self.body;
        for &inst in &body.blocks[block].insts {
            self.decision(printer, &body.insts[inst]);
        }
        let Some(terminator) = &body.blocks[block].terminator else {
            return;
        };
        if let Some(leaf) = self.leaf(terminator) {
            return printer.line(leaf);
        }
        match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => self.condition(printer, *condition, *then, *otherwise),
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => {
                let subject = format!("instance.{}", self.target.names.statuses[step]);
                let arms = arms.iter().map(|(statuses, block)| {
                    let values = statuses.iter().map(|it| format!("Status::{it}"));
                    (values.collect(), *block)
                });
                self.switch(printer, subject, arms.collect(), *otherwise);
            }
            Terminator::SwitchPhase { arms, otherwise } => {
                let arms = arms.iter().map(|(phases, block)| {
                    let values = phases.iter().map(|it| format!("Phase::{it}"));
                    (values.collect(), *block)
                });
                self.switch(
                    printer,
                    "instance.phase".to_owned(),
                    arms.collect(),
                    *otherwise,
                );
            }
            _ => unreachable!("Solana catches no failing call"),
        }
    }

    /// What ends a function, if nothing has to be decided for it.
    fn leaf(&self, terminator: &Terminator) -> Option<String> {
        match terminator {
            Terminator::Finish => Some("Ok(Decision::Done)".to_owned()),
            Terminator::Reject(rejection) => Some(error(*rejection)),
            Terminator::Continue(next) => Some(self.next(*next)),
            _ => None,
        }
    }

    /// The same for a block in which nothing else happens.
    fn only_leaf(&self, block: Block) -> Option<String> {
        let data = &self.body.blocks[block];
        let terminator = data.terminator.as_ref().filter(|_| data.insts.is_empty());
        self.leaf(terminator?)
    }

    /// What is continued in.
    fn next(&self, next: Handler) -> String {
        let names = &self.target.names.decisions[&next];
        if !makes_calls(self.target, next) {
            return format!("Ok(Decision::{})", names.variant);
        }
        let arguments = match sends(self.target, next) {
            true => "instance, outgoing",
            false => "instance",
        };
        format!("self.{}({arguments})", names.function)
    }

    /// `require!` if the other side only rejects, `if` otherwise.
    fn condition(
        &mut self,
        printer: &mut Printer,
        condition: Value,
        then: Block,
        otherwise: Block,
    ) {
        let condition = self.read(condition);
        if let Some(rejection) = self.rejection(otherwise) {
            let arguments = [condition, format!("XccError::{}", rejection.name())];
            text::call(printer, "require!(", &arguments, ");");
            return self.tail(printer, then);
        }
        self.either(printer, &condition, then, otherwise);
    }

    fn either(&mut self, printer: &mut Printer, condition: &str, then: Block, otherwise: Block) {
        printer.wrapped(&format!("if {condition} {{"), "} else {", |printer| {
            self.tail(printer, then);
        });
        printer.indented(|printer| self.tail(printer, otherwise));
        printer.line("}");
    }

    fn switch(
        &mut self,
        printer: &mut Printer,
        subject: String,
        mut arms: Vec<(Vec<String>, Block)>,
        otherwise: Block,
    ) {
        let rest = self.only_leaf(otherwise);
        // What is done otherwise, too, needs no arm.
        arms.retain(|(_, block)| rest.is_none() || self.only_leaf(*block) != rest);
        let switch = Switch {
            subject,
            arms,
            otherwise,
        };
        match switch.arms.as_slice() {
            [] => self.tail(printer, otherwise),
            [(values, block)] if values.len() == 1 => {
                let (value, block) = (values[0].clone(), *block);
                self.single(printer, &switch, &value, block);
            }
            _ => self.several(printer, &switch),
        }
    }

    /// A switch of which one value matters.
    fn single(&mut self, printer: &mut Printer, switch: &Switch, value: &str, block: Block) {
        let (subject, otherwise) = (&switch.subject, switch.otherwise);
        if let Some(rejection) = self.rejection(otherwise) {
            let arguments = [
                format!("{subject} == {value}"),
                format!("XccError::{}", rejection.name()),
            ];
            text::call(printer, "require!(", &arguments, ");");
            return self.tail(printer, block);
        }
        if let Some(leaf) = self.only_leaf(otherwise) {
            printer.block(format!("if {subject} != {value}"), |printer| {
                printer.line(format!("return {leaf};"));
            });
            return self.tail(printer, block);
        }
        if let Some(leaf) = self.only_leaf(block) {
            printer.block(format!("if {subject} == {value}"), |printer| {
                printer.line(format!("return {leaf};"));
            });
            return self.tail(printer, otherwise);
        }
        self.either(printer, &format!("{subject} == {value}"), block, otherwise);
    }

    fn several(&mut self, printer: &mut Printer, switch: &Switch) {
        printer.block(format!("match {}", switch.subject), |printer| {
            for (values, block) in &switch.arms {
                self.matched(printer, &values.join(" | "), *block);
            }
            self.matched(printer, "_", switch.otherwise);
        });
    }

    fn matched(&mut self, printer: &mut Printer, pattern: &str, block: Block) {
        let leaf = self.only_leaf(block);
        let line = leaf.map(|leaf| format!("{pattern} => {leaf},"));
        match line.filter(|line| printer.fits(line)) {
            Some(line) => printer.line(line),
            None => printer.block(format!("{pattern} =>"), |printer| {
                self.tail(printer, block);
            }),
        }
    }

    /// An instruction that announces or sends something, or any other.
    fn decision(&mut self, printer: &mut Printer, inst: &'a InstData) {
        let names = &self.target.names;
        match inst {
            InstData::SetStatus { step, status } => {
                let (field, number) = (&names.statuses[step], &names.steps[step].number);
                printer.line(format!("instance.{field} = Status::{status};"));
                printer.line(format!(
                    "instance.step_changed({number}, Status::{status});"
                ));
            }
            InstData::SetPhase { phase } => {
                printer.line(format!("instance.phase = Phase::{phase};"));
                printer.line("instance.changed();");
            }
            InstData::Emit { event, args } => {
                let names = &names.events[event];
                let values = args.iter().map(|&arg| self.take(arg));
                let fields = names.members.iter().zip(values);
                let fields = fields.map(|(name, value)| field((name, value)));
                let instance = std::iter::once("instance: instance.id".to_owned());
                let fields: Vec<_> = instance.chain(fields).collect();
                write_event(printer, &names.ty, &fields);
            }
            InstData::Send {
                message,
                deadline,
                args,
            } => {
                self.message(printer, "message", *message, args);
                let data = &self.target.input.program.messages[*message];
                let deadline = deadline.map_or_else(|| "0".to_owned(), |it| self.read(it));
                let arguments = [
                    "instance".to_owned(),
                    names.steps[&data.step].number.clone(),
                    format!("MessageKind::{}", data.kind),
                    deadline,
                    "&message.encode()".to_owned(),
                ];
                text::call(printer, "outgoing.send(", &arguments, ")?;");
            }
            _ => self.inst(printer, inst),
        }
    }
}

/// Macros' last field has no comma.
fn write_event(printer: &mut Printer, ty: &str, fields: &[String]) {
    printer.wrapped(&format!("emit!({ty} {{"), "});", |printer| {
        for (index, field) in fields.iter().enumerate() {
            let comma = if index + 1 == fields.len() { "" } else { "," };
            printer.line(format!("{field}{comma}"));
        }
    });
}

/// Whether a handler, or one that it continues in, calls a target.
pub(super) fn makes_calls(target: &Target<'_>, handler: Handler) -> bool {
    target.input.facts.budgets[handler].calls > 0
}

/// Whether what a handler became sends messages: it itself, or a method that it goes on in.
pub(super) fn sends(target: &Target<'_>, handler: Handler) -> bool {
    let body = &target.input.program.handlers[handler].body;
    let mut insts = body.insts.values();
    let mut continued = body.continued();
    insts.any(|inst| matches!(inst, InstData::Send { .. }))
        || continued.any(|next| makes_calls(target, next) && sends(target, next))
}

/// The internal handlers that make calls and that a handler continues in, each once, in the order in which it comes to them.
pub(super) fn methods(target: &Target<'_>, entry: Handler) -> Vec<Handler> {
    let mut found = Vec::new();
    collect(target, entry, &mut found);
    found
}

fn collect(target: &Target<'_>, handler: Handler, found: &mut Vec<Handler>) {
    for next in target.input.program.handlers[handler].body.continued() {
        if makes_calls(target, next) && !found.contains(&next) {
            found.push(next);
            collect(target, next, found);
        }
    }
}
