//! What a coordinator decides without a call: a function for each internal handler, and the loop that goes from one to the next.

use super::methods::{Kind, write_function};
use crate::backend::anchor::body::BodyWriter;
use crate::backend::anchor::handlers::{write_guard_lints, write_imports};
use crate::backend::anchor::instruction::Function;
use crate::backend::anchor::names::DecisionNames;
use crate::backend::anchor::project::header;
use crate::backend::anchor::{Target, text, tree};
use crate::backend::printer::Printer;
use crate::entities::Handler;

/// The file of what is decided without a call.
pub(super) fn decisions_rs(target: &Target<'_>) -> String {
    let mut items = text::file("");
    write_decision(&mut items, target);
    for handler in decisions(target) {
        let mut writer = BodyWriter::new(target, handler, handler);
        let function = Function::write(&mut writer, 1);
        items.blank();
        write_guard_lints(&mut items, &function);
        write_function(&mut items, target, &function, Kind::Free);
    }
    let items = items.finish();
    let mut printer = text::file(&header(target));
    printer.line("//! What is decided about an instance without a call, one thing after another.");
    printer.blank();
    write_imports(&mut printer, target, &items);
    printer.finish()
}

/// Writes what may be decided next, and the loop that decides it: nothing lives on the stack between two decisions.
fn write_decision(printer: &mut Printer, target: &Target<'_>) {
    let names = &target.names.decisions;
    printer.line("/// What is to be decided next.");
    printer.line("#[derive(Clone, Copy, Debug, PartialEq, Eq)]");
    printer.block("pub(crate) enum Decision", |printer| {
        printer.line("/// Nothing more in this transaction.");
        printer.line("Done,");
        for handler in decisions(target) {
            printer.line(format!("{},", names[&handler].variant));
        }
    });
    printer.blank();
    printer.block("impl Decision", |printer| {
        printer.line("/// Decides one thing after another, until there is nothing more to decide.");
        let outgoing = match sends(target) {
            true => ", outgoing: &mut Outgoing",
            false => "",
        };
        let open =
            format!("pub(crate) fn follow(self, instance: &mut Instance{outgoing}) -> Result<()>");
        printer.block(open, |printer| {
            printer.line("let mut next = self;");
            printer.block("loop", |printer| {
                printer.wrapped("next = match next {", "};", |printer| {
                    printer.line("Decision::Done => return Ok(()),");
                    for handler in decisions(target) {
                        let DecisionNames { function, variant } = &names[&handler];
                        let outgoing = match tree::sends(target, handler) {
                            true => ", outgoing",
                            false => "",
                        };
                        let call = format!("{function}(instance{outgoing})?");
                        write_arm(printer, &format!("Decision::{variant}"), &call);
                    }
                });
            });
        });
    });
}

/// Whether anything that is decided without a call sends a message.
pub(super) fn sends(target: &Target<'_>) -> bool {
    decisions(target).any(|handler| tree::sends(target, handler))
}

/// rustfmt gives an arm braces that is too wide for a line.
fn write_arm(printer: &mut Printer, pattern: &str, value: &str) {
    let line = format!("{pattern} => {value},");
    match printer.fits(&line) {
        true => printer.line(line),
        false => printer.block(format!("{pattern} =>"), |printer| printer.line(value)),
    }
}

/// The internal handlers that make no calls, in order.
fn decisions<'t>(target: &'t Target<'_>) -> impl Iterator<Item = Handler> + 't {
    let handlers = target.names.decisions.keys().copied();
    handlers.filter(|&handler| !tree::makes_calls(target, handler))
}
