//! The files that only the crate of a coordinator has: what it keeps of an instance, what it decides, and its start and end.

mod decisions;
mod methods;

pub(super) use methods::write_methods;

use super::accounts::{self, write_struct};
use super::handlers::{describe, write_budgets, write_handler, write_imports, write_number};
use super::instruction::Instruction;
use super::project::{self, ACCOUNTS, header, write_chain};
use super::types::{rust_type, write_field};
use super::{Target, text};
use crate::backend::custody::{claim_purpose, park_purpose};
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::{MessageKind, Part, Trigger};
use decisions::decisions_rs;

/// What every instruction of a coordinator goes through, after its header and but for its accounts.
const COORDINATOR: &str = include_str!("../../../../runtime-svm/program/coordinator.rs");

/// The modules that every coordinator exports.
pub(super) const EXPORTED: &[&str] = &["coordinator", "instance", "lifecycle"];

/// The files, by module.
pub(super) fn files(target: &Target<'_>, instructions: &[Instruction]) -> Vec<(String, String)> {
    let files = [
        ("coordinator", coordinator_rs(target)),
        ("decisions", decisions_rs(target)),
        ("instance", instance_rs(target)),
        ("lifecycle", lifecycle_rs(target, instructions)),
    ];
    files
        .into_iter()
        .map(|(module, text)| (module.to_owned(), text))
        .collect()
}

/// What an instruction does, in a line.
pub(super) fn summary(target: &Target<'_>, handler: Handler) -> String {
    let data = &target.input.program.handlers[handler];
    let Some(step) = data.step else {
        return match data.trigger {
            Trigger::Start => "Starts an instance of whoever pays, and runs its first steps.",
            Trigger::Cancel => {
                "Cancels an instance before its pivot: its initiator at any time, anyone after the deadline."
            }
            _ => "Sends again what is outstanding of an instance.",
        }
        .to_owned();
    };
    if let (Trigger::Claim(_), Some(claim)) =
        (data.trigger, claim_purpose(target.input.program, step))
    {
        return claim;
    }
    let name = &target.input.program.steps[step].name;
    match data.trigger {
        Trigger::Deliver(message) => {
            let kind = target.input.program.messages[message].kind;
            format!("Takes {kind} of `{name}` {}.", follows(kind))
        }
        Trigger::Attempt(_, part) => {
            format!("{} `{name}`: {}.", does(part), describe(target, step))
        }
        Trigger::ExpireStep(_) => format!("Refuses `{name}`, whose deadline has passed."),
        Trigger::ParkStep(_) => park_purpose(target.input.program, step).unwrap_or_else(|| {
            format!("Gives the compensation of `{name}` up, for whom the workflow holds it.")
        }),
        _ => format!(
            "Runs the compensation of `{name}` that was given up, for whom the workflow holds it."
        ),
    }
}

/// What follows from a reply.
fn follows(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Refused => "and undoes what came before, or goes on as the workflow says",
        MessageKind::Cancelled => "and undoes what came before",
        _ => "and goes on",
    }
}

/// What an open call does.
fn does(part: Part) -> &'static str {
    match part {
        Part::Execution => "Runs",
        Part::Compensation => "Undoes",
        Part::Confirmation => "Makes final",
        Part::Guard => unreachable!("a guard is no call of its own"),
    }
}

/// What the other files of a coordinator take from the crate itself, but for what these items declare.
pub(super) fn exports<'t>(target: &'t Target<'_>, items: &str) -> impl Iterator<Item = &'t str> {
    let names = &target.names;
    let numbers = names.steps.values().map(|step| step.number.as_str());
    let events = names.events.values().map(|event| event.ty.as_str());
    let all = numbers
        .chain(events)
        .chain(["Inputs", "Instance", "Outgoing"]);
    let all: Vec<_> = all.filter(|_| target.is_coordinator()).collect();
    let is_declared = |name: &str| {
        items.contains(&format!("pub struct {name} "))
            || items.contains(&format!("pub const {name}:"))
    };
    all.into_iter()
        .filter(move |name| !is_declared(name))
        .collect::<Vec<_>>()
        .into_iter()
}

fn coordinator_rs(target: &Target<'_>) -> String {
    let mut structs = text::file("");
    let mut add = |name, docs, accounts| {
        structs.blank();
        write_struct(&mut structs, name, docs, accounts);
    };
    let about = "The accounts of an instance that is started, and of its initiator.";
    add("Opening", about, accounts::OPENING);
    let about = "The accounts that every delivery of a reply takes.";
    add("Reply", about, accounts::REPLY);
    let about = "The accounts of an instance that something is asked of, and of who asks.";
    add("Turn", about, accounts::TURN);
    let about = "The accounts that every instruction takes that may send messages.";
    add("Sending", about, accounts::SENDING);
    header(target) + &COORDINATOR.replace(ACCOUNTS, &structs.finish())
}

/// The file of what is kept of an instance and announced about it.
fn instance_rs(target: &Target<'_>) -> String {
    let mut items = text::file("");
    let steps = target.data().steps.iter();
    steps.for_each(|&step| write_number(&mut items, target, step));
    write_instance(&mut items, target);
    write_events(&mut items, target);
    let items = items.finish();
    let mut printer = text::file(&header(target));
    printer.line("//! What is kept of an instance, and what is announced about it.");
    printer.blank();
    write_imports(&mut printer, target, &items);
    printer.finish()
}

fn write_instance(printer: &mut Printer, target: &Target<'_>) {
    let program = target.input.program;
    printer.blank();
    printer.line("/// What is kept of an instance. It is never closed, so that no instance is started twice.");
    printer.line("#[account]");
    printer.line("#[derive(InitSpace)]");
    printer.block("pub struct Instance", |printer| {
        printer.line("/// Which instance it is.");
        printer.line("pub id: [u8; 32],");
        printer.line("/// Where it stands.");
        printer.line("pub phase: Phase,");
        for (&step, field) in &target.names.statuses {
            printer.line(format!("/// Where `{}` stands.", program.steps[step].name));
            printer.line(format!("pub {field}: Status,"));
        }
        for &slot in &target.data().slots {
            write_field(
                printer,
                target,
                &target.names.slots[&slot],
                &program.slots[slot].ty,
            );
        }
    });
}

fn write_events(printer: &mut Printer, target: &Target<'_>) {
    for (&event, names) in &target.names.events {
        let data = &target.input.program.events[event];
        printer.blank();
        printer.line(format!("/// `{}` of the workflow.", data.name));
        printer.line("#[event]");
        printer.block(format!("pub struct {}", names.ty), |printer| {
            printer.line("/// The instance.");
            printer.line("pub instance: [u8; 32],");
            for (name, field) in names.members.iter().zip(&data.fields) {
                printer.line(format!("pub {name}: {},", rust_type(target, &field.ty)));
            }
        });
    }
}

/// The file of the instructions about an instance as a whole.
fn lifecycle_rs(target: &Target<'_>, instructions: &[Instruction]) -> String {
    let mut items = text::file("");
    write_budgets(&mut items, target, None);
    write_inputs(&mut items, target);
    let is_own = |it: &&Instruction| target.input.program.handlers[it.handler].step.is_none();
    instructions
        .iter()
        .filter(is_own)
        .for_each(|instruction| write_handler(&mut items, target, instruction));
    let items = items.finish();
    let mut printer = text::file(&header(target));
    printer.line("//! How an instance begins, and what may be asked of it as a whole.");
    printer.blank();
    write_imports(&mut printer, target, &items);
    printer.finish()
}

fn write_inputs(printer: &mut Printer, target: &Target<'_>) {
    let names = &target.names.inputs;
    if names.is_empty() {
        return;
    }
    printer.blank();
    printer.line("/// What an instance is started with.");
    printer.line("#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]");
    printer.block("pub struct Inputs", |printer| {
        for (name, input) in names.iter().zip(&target.workflow().inputs) {
            printer.line(format!("pub {name}: {},", rust_type(target, &input.ty)));
        }
    });
}

/// Writes the constants that say where the coordinator and its participants are.
pub(super) fn write_chains(printer: &mut Printer, target: &Target<'_>) {
    let network = &target.input.deployment.chains[target.data().chain].caip2;
    printer.blank();
    printer
        .line("/// The CAIP-2 identifier of the chain, which identities of instances are made of.");
    text::assign(printer, "pub const NETWORK: &str", &format!("{network:?}"));
    for (&machine, names) in &target.names.peers {
        let chain = target.input.program.machines[machine].chain;
        let docs = format!("Wormhole's number of `{}`.", target.name_of_chain(machine));
        write_chain(
            printer,
            &docs,
            &names.chain,
            project::wormhole(target, chain).0,
        );
    }
}

/// Writes what the program is, below its first line.
pub(super) fn write_docs(printer: &mut Printer) {
    printer.line("//! The program starts instances and decides them. It takes replies about a step from the participant on");
    printer.line("//! the chain of that step and from nobody else, and a late or repeated reply changes nothing. Anyone may");
    printer.line("//! deliver a reply, run a call that is open or send again what is outstanding; who does so pays.");
}
