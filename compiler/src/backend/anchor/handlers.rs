//! The file of a step: what is kept for it, the accounts of its instructions, their bodies, and the calls they make.

use std::collections::BTreeSet;

use super::accounts::{self, Access};
use super::calls::write_call;
use super::custody::describe_step;
use super::entrance::Entrance;
use super::instruction::{Function, Instruction};
use super::text;
use super::types::write_field;
use super::{Target, coordinator, project};
use crate::backend::printer::Printer;
use crate::entities::{Handler, Message, Step};
use crate::ir::{MessageKind, StepKind, Trigger};

/// Lints of conditions that only the author of the workflow can answer for.
const GUARD_LINTS: &[&str] = &[
    "clippy::absurd_extreme_comparisons",
    "clippy::eq_op",
    "clippy::nonminimal_bool",
    "unused_comparisons",
];

/// What they may find pointless in arithmetic, and would have written otherwise. Older versions do not know all of them.
const ARITHMETIC_LINTS: &[&str] = &[
    "clippy::eq_op",
    "clippy::erasing_op",
    "clippy::identity_op",
    "clippy::manual_checked_ops",
    "clippy::modulo_one",
    "unknown_lints",
];

/// What may have to be imported from the runtime.
const RUNTIME: &[&str] = &[
    "associated_token",
    "derived",
    "refuse_duplicates",
    "seconds",
    "Access",
    "Call",
    "I256",
    "MessageKind",
    "Phase",
    "Purse",
    "Status",
    "U256",
    "XccError",
];

/// The file of a step.
pub(super) fn step_rs(target: &Target<'_>, step: Step, instructions: &[Instruction]) -> String {
    let mut items = text::file("");
    if !target.is_coordinator() {
        write_number(&mut items, target, step);
    }
    write_budgets(&mut items, target, Some(step));
    if !target.is_coordinator() {
        write_record(&mut items, target, step);
    }
    let is_own = |it: &&Instruction| target.input.program.handlers[it.handler].step == Some(step);
    instructions
        .iter()
        .filter(is_own)
        .for_each(|instruction| write_handler(&mut items, target, instruction));
    let items = items.finish();

    let mut printer = text::file(&project::header(target));
    let data = &target.input.program.steps[step];
    printer.line(format!(
        "//! The step `{}`: {}.",
        data.name,
        describe(target, step)
    ));
    if !data.docs.is_empty() {
        printer.line("//!");
        data.docs
            .iter()
            .for_each(|line| printer.line(format!("//! {line}").trim_end()));
    }
    printer.blank();
    write_imports(&mut printer, target, &items);
    printer.finish()
}

/// Writes items, after the imports of what they mention.
pub(super) fn write_imports(printer: &mut Printer, target: &Target<'_>, items: &str) {
    printer.line("use anchor_lang::prelude::*;");
    let words = project::words(items);
    project::import_used(printer, "xcc_runtime", RUNTIME.iter().copied(), &words);
    printer.blank();
    if target.is_coordinator() && !items.contains("enum Decision ") {
        project::import_used(printer, "crate::decisions", ["Decision"], &words);
    }
    let names = &target.names;
    let messages = names.messages.values().map(|names| names.ty.as_str());
    project::import_used(printer, "crate::messages", messages, &words);
    let types = names.records.values().chain(names.enums.values());
    let types = types.map(|names| names.ty.as_str());
    project::import_used(printer, "crate::types", types, &words);
    let keys = names
        .contracts
        .values()
        .chain(names.constants.values())
        .chain(names.keys.values());
    let keys = keys
        .map(String::as_str)
        .chain(coordinator::exports(target, items));
    project::import_used(printer, "crate", keys, &words);
    printer.blank();
    items.trim().lines().for_each(|line| printer.line(line));
}

/// `Amm.swap`, undone by `Amm.swap_back`
pub(super) fn describe(target: &Target<'_>, step: Step) -> String {
    if let Some(movement) = describe_step(target, step) {
        return movement;
    }
    let data = &target.input.program.steps[step];
    let label = |function: &crate::hir::FunctionRef| {
        let contract = &target.input.program.declarations.contracts[function.contract].name;
        format!("`{contract}.{}`", function.name)
    };
    let calls: Vec<_> = data.calls().map(|(function, _)| label(function)).collect();
    let back = data
        .compensation
        .iter()
        .map(|(function, _)| label(function));
    let (call, back) = (calls.join(" and "), back.collect::<Vec<_>>().join(" and "));
    match data.kind {
        StepKind::Compensable => format!("{call}, undone by {back}"),
        StepKind::Pivot => format!("{call}, after which there is no way back"),
        StepKind::Retriable => format!("{call}, retried until it succeeds"),
        StepKind::NothingToUndo => format!("{call}, which leaves nothing to undo"),
    }
}

/// Writes the constant that says which step it is.
pub(super) fn write_number(printer: &mut Printer, target: &Target<'_>, step: Step) {
    let data = &target.input.program.steps[step];
    let names = &target.names.steps[&step];
    printer.blank();
    printer.line(format!(
        "/// The number of `{}` in messages and records.",
        data.name
    ));
    printer.line(format!(
        "pub const {}: u16 = {};",
        names.number, data.number
    ));
}

/// Writes the budgets of the instructions about a step, or of those about no step.
pub(super) fn write_budgets(printer: &mut Printer, target: &Target<'_>, step: Option<Step>) {
    for (handler, names) in &target.names.handlers {
        let gas = target.input.facts.budgets[*handler].calls;
        if target.input.program.handlers[*handler].step == step && gas > 0 {
            printer.blank();
            printer.line(format!(
                "/// Compute units that the workflow grants the call of `{}`.",
                names.instruction
            ));
            printer.line(format!(
                "pub const {}: u64 = {};",
                names.gas,
                text::number(gas)
            ));
        }
    }
}

fn write_record(printer: &mut Printer, target: &Target<'_>, step: Step) {
    let names = &target.names.steps[&step];
    printer.blank();
    printer.line(format!(
        "/// What is kept of `{}` for each instance.",
        target.input.program.steps[step].name
    ));
    printer.line("#[account]");
    printer.line("#[derive(InitSpace)]");
    printer.block(format!("pub struct {}", names.record), |printer| {
        printer.line("/// Where the step stands.");
        printer.line("pub status: Status,");
        for (slot, data) in target.input.program.slots_of(target.machine, Some(step)) {
            write_field(printer, target, &target.names.slots[&slot], &data.ty);
        }
    });
}

pub(super) fn write_handler(printer: &mut Printer, target: &Target<'_>, instruction: &Instruction) {
    let names = &target.names.handlers[&instruction.handler];
    printer.blank();
    printer.line(format!("/// The accounts of `{}`.", names.instruction));
    printer.line("#[derive(Accounts)]");
    printer.block(format!("pub struct {}<'info>", names.accounts), |printer| {
        let entrance = instruction.entrance;
        let (field, ty) = (entrance.field(), entrance.accounts());
        printer.line(format!("/// {}", entrance.docs()));
        printer.line(format!("pub {field}: crate::{ty}<'info>,"));
        if !instruction.messages.is_empty() {
            printer.line("/// The accounts that messages are sent with.");
            printer.line("pub sending: crate::Sending<'info>,");
        }
        for message in &instruction.messages {
            accounts::MESSAGE.write(printer, message);
        }
        for field in instruction.fields() {
            printer.line(format!("/// {}", field.docs));
            printer.line("/// CHECK: the call compares its key.");
            if field.access == Access::Write {
                printer.line("#[account(mut)]");
            }
            printer.line(format!("pub {}: UncheckedAccount<'info>,", field.name));
        }
    });

    printer.blank();
    printer.block(format!("impl {}<'_>", names.accounts), |printer| {
        text::docs(printer, &[summary(target, instruction.handler)]);
        match target.is_coordinator() {
            true => coordinator::write_methods(printer, target, instruction),
            false => write_method(printer, target, instruction),
        }
    });
    instruction
        .calls
        .iter()
        .for_each(|call| write_call(printer, target, call, &names.accounts));
}

/// Lets a function compare and compute what its author wrote, however pointless.
pub(super) fn write_guard_lints(printer: &mut Printer, function: &Function) {
    let (what, lints) = match (function.has_guard, function.has_arithmetic) {
        (true, true) => (
            "Guards and arithmetic are spelt as the workflow writes them.",
            [GUARD_LINTS, ARITHMETIC_LINTS].concat(),
        ),
        (true, false) => (
            "Guards are spelt as the workflow writes them.",
            GUARD_LINTS.to_vec(),
        ),
        (false, true) => (
            "Arithmetic is spelt as the workflow writes it.",
            ARITHMETIC_LINTS.to_vec(),
        ),
        (false, false) => return,
    };
    let lints = BTreeSet::from_iter(lints);
    printer.line(format!("// {what}"));
    printer.wrapped("#[allow(", ")]", |printer| {
        for (index, lint) in lints.iter().enumerate() {
            let comma = if index + 1 == lints.len() { "" } else { "," };
            printer.line(format!("{lint}{comma}"));
        }
    });
}

/// Writes the method that does what a handler of a participant does.
fn write_method(printer: &mut Printer, target: &Target<'_>, instruction: &Instruction) {
    let function = &instruction.functions[0];
    write_guard_lints(printer, function);
    let params = match instruction.entrance {
        Entrance::Claim => "&self, instance: [u8; 32]",
        _ => "&self",
    };
    let head = format!("pub(crate) fn handle({params}) -> Result<()>");
    printer.block(head, |printer| {
        write_opening(printer, target, instruction);
        function.print(printer);
        printer.line(format!("{}.save(&*record)", instruction.entrance.field()));
    });
}

/// What every handler does before the first decision: find the record, of an authentic and decoded message if there is one.
fn write_opening(printer: &mut Printer, target: &Target<'_>, instruction: &Instruction) {
    let handler = instruction.handler;
    let (Some(step), message) = trigger(target, handler) else {
        return;
    };
    let (number, record) = (
        &target.names.steps[&step].number,
        &target.names.steps[&step].record,
    );
    printer.line("refuse_duplicates(&self.to_account_infos())?;");
    let Some(message) = message else {
        printer.line("let claim = &self.claim;");
        return printer.line(format!(
            "let mut record: Box<{record}> = claim.open(instance, {number})?;"
        ));
    };
    let kind = target.input.program.messages[message].kind;
    let decode = format!(
        "{}::decode(&message.body)?;",
        target.names.messages[&message].ty
    );
    printer.line("let delivery = &self.delivery;");
    printer.line(format!(
        "let message = delivery.receive(MessageKind::{kind}, {number})?;"
    ));
    printer.line(if instruction.functions[0].uses_body {
        format!("let body = {decode}")
    } else {
        decode
    });
    printer.line(format!(
        "let mut record: Box<{record}> = delivery.open(&message)?;"
    ));
}

/// What an instruction does, in a line.
pub(super) fn summary(target: &Target<'_>, handler: Handler) -> String {
    if target.is_coordinator() {
        return coordinator::summary(target, handler);
    }
    let (Some(step), message) = trigger(target, handler) else {
        return String::new();
    };
    let data = &target.input.program.steps[step];
    let Some(message) = message else {
        return format!(
            "Runs the compensation of `{}` that was given up, for whom the workflow holds it.",
            data.name
        );
    };
    let kind = target.input.program.messages[message].kind;
    let does = match (target.input.program.handlers[handler].trigger, kind) {
        (Trigger::Expire(_), _) => "after its deadline, and refuses the step".to_owned(),
        (Trigger::Park(_), _) => {
            "and gives the compensation up, for whom the workflow holds it".to_owned()
        }
        (_, MessageKind::Execute) => format!("and runs the step once: {}", describe(target, step)),
        (_, MessageKind::Confirm) => "and makes the step final".to_owned(),
        (_, MessageKind::Cancel) if data.kind == StepKind::Pivot => {
            "unless the step ran, which settles it".to_owned()
        }
        (_, MessageKind::Cancel) => "and undoes the step if it ran".to_owned(),
        _ => "and answers it".to_owned(),
    };
    format!("Takes {kind} of `{}` {does}.", data.name)
}

/// The step of a handler, and the message that it takes unless it is a claim.
fn trigger(target: &Target<'_>, handler: Handler) -> (Option<Step>, Option<Message>) {
    let step = target.input.program.handlers[handler].step;
    (step, target.message_of(handler))
}
