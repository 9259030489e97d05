//! The methods of a coordinator's instruction: what it does around its decisions, and the decisions that it makes itself.

use super::decisions;
use crate::backend::anchor::entrance::Entrance;
use crate::backend::anchor::handlers::write_guard_lints;
use crate::backend::anchor::instruction::{Function, Instruction};
use crate::backend::anchor::lengths::write_bounds;
use crate::backend::anchor::types::is_bounded;
use crate::backend::anchor::{Target, project, text, tree};
use crate::backend::printer::Printer;

/// Which of the functions that decide something it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of the module `decisions`.
    Free,
    /// A method of an instruction's accounts.
    Method,
}

/// Writes the methods that do what a handler does.
pub(in crate::backend::anchor) fn write_methods(
    printer: &mut Printer,
    target: &Target<'_>,
    instruction: &Instruction,
) {
    write_handle(printer, target, instruction);
    for function in &instruction.functions {
        printer.blank();
        write_guard_lints(printer, function);
        write_function(printer, target, function, Kind::Method);
    }
}

/// Writes what every instruction does around its decisions: it finds the instance, and keeps what became of it.
fn write_handle(printer: &mut Printer, target: &Target<'_>, instruction: &Instruction) {
    let handler = instruction.handler;
    let field = instruction.entrance.field();
    let params = project::params(target, handler).into_iter();
    let params = params.map(|(name, ty)| match name {
        "inputs" if !looks_at_inputs(target, instruction) => format!("_: {ty}"),
        _ => format!("{name}: {ty}"),
    });
    let params: Vec<_> = std::iter::once("&self".to_owned()).chain(params).collect();
    let head = format!("pub(crate) fn handle({}) -> Result<()>", params.join(", "));
    printer.block(head, |printer| {
        printer.line("refuse_duplicates(&self.to_account_infos())?;");
        write_input_bounds(printer, target, instruction);
        printer.line(format!("let {field} = &self.{field};"));
        write_opening(printer, target, instruction);
        let uses_body = instruction.functions[0].uses_body;
        let body = uses_body.then(|| match target.message_of(handler) {
            Some(_) => "body".to_owned(),
            None => "inputs".to_owned(),
        });
        let outgoing = tree::sends(target, handler).then(|| "&mut outgoing".to_owned());
        let arguments = std::iter::once("&mut instance".to_owned())
            .chain(body)
            .chain(outgoing);
        let arguments: Vec<_> = arguments.collect();
        text::call(printer, "let next = self.decide(", &arguments, ")?;");
        printer.line(match decisions::sends(target) {
            true => "next.follow(&mut instance, &mut outgoing)?;",
            false => "next.follow(&mut instance)?;",
        });
        printer.line(format!("{field}.save(&instance)"));
    });
}

/// Whether the start of an instance looks at any input: it keeps those that are used, and checks the bounds of all.
fn looks_at_inputs(target: &Target<'_>, instruction: &Instruction) -> bool {
    let declarations = &target.input.program.declarations;
    let mut inputs = target.workflow().inputs.iter();
    instruction.functions[0].uses_body || inputs.any(|input| is_bounded(declarations, &input.ty))
}

/// What comes in with a transaction is not larger than its type allows.
fn write_input_bounds(printer: &mut Printer, target: &Target<'_>, instruction: &Instruction) {
    if instruction.entrance != Entrance::Opening {
        return;
    }
    let inputs = &target.workflow().inputs;
    for (name, input) in target.names.inputs.iter().zip(inputs) {
        write_bounds(printer, target, &input.ty, &format!("inputs.{name}"));
    }
}

/// Finds the instance, by an authentic and decoded reply if there is one, and what messages go out with.
fn write_opening(printer: &mut Printer, target: &Target<'_>, instruction: &Instruction) {
    let field = instruction.entrance.field();
    let open = match target.message_of(instruction.handler) {
        Some(message) => {
            let data = &target.input.program.messages[message];
            let peer = &target.names.peers[&data.from].field;
            let number = &target.names.steps[&data.step].number;
            let arguments = [
                format!("&{field}.state.{peer}"),
                format!("MessageKind::{}", data.kind),
                number.clone(),
            ];
            text::call(printer, "let message = reply.receive(", &arguments, ")?;");
            let ty = &target.names.messages[&message].ty;
            printer.line(match instruction.functions[0].uses_body {
                true => format!("let body = {ty}::decode(&message.body)?;"),
                false => format!("{ty}::decode(&message.body)?;"),
            });
            "&message"
        }
        None if instruction.entrance == Entrance::Opening => "nonce",
        None => "instance",
    };
    printer.line(format!("let mut instance = {field}.open({open})?;"));
    if !decisions::sends(target) && !tree::sends(target, instruction.handler) {
        return;
    }
    if instruction.messages.is_empty() {
        return printer.line("let mut outgoing = Outgoing::nothing();");
    }
    let messages = instruction.messages.iter();
    let messages: Vec<_> = messages.map(|name| format!("&self.{name}")).collect();
    text::list(printer, "let messages = [", &messages, "];");
    let arguments = [
        "&self.sending".to_owned(),
        format!("&{field}.state"),
        format!("&{field}.payer"),
        "&messages".to_owned(),
    ];
    text::call(
        printer,
        "let mut outgoing = Outgoing::new(",
        &arguments,
        ");",
    );
}

/// Writes a function that decides something.
pub(super) fn write_function(
    printer: &mut Printer,
    target: &Target<'_>,
    function: &Function,
    kind: Kind,
) {
    let handler = function.handler;
    let name = target.names.decisions.get(&handler);
    let name = name.map_or("decide", |names| names.function.as_str());
    let this = (kind == Kind::Method).then(|| "&self".to_owned());
    let body = function
        .uses_body
        .then(|| match target.message_of(handler) {
            Some(message) => format!("body: {}", target.names.messages[&message].ty),
            None => "inputs: Inputs".to_owned(),
        });
    let outgoing = tree::sends(target, handler).then(|| "outgoing: &mut Outgoing".to_owned());
    // Some reject whatever the instance is.
    let instance = match function.body.contains("instance") {
        true => "instance",
        false => "_",
    };
    let params: Vec<_> = this
        .into_iter()
        .chain([format!("{instance}: &mut Instance")])
        .chain(body)
        .chain(outgoing)
        .collect();
    text::signature(
        printer,
        &format!("fn {name}("),
        &params,
        ") -> Result<Decision> {",
    );
    printer.indented(|printer| function.print(printer));
    printer.line("}");
}
