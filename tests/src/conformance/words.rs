//! What actions, calls and events are in the words of a program, the same on every virtual machine.

use xcc::entities::{Handler, Machine, Step};
use xcc::import::Signature;
use xcc::interp::{Action, Call, Delivery, Event, Outcome};
use xcc::ir::{Part, Program, Trigger};
use xcc::wire::Header;

/// The header of a message.
pub(super) fn header(delivery: &Delivery) -> Header {
    Header::decode(&delivery.message).expect("a message has a header")
}

/// The handler that an action asks a machine for, which must have it.
pub(super) fn handler(program: &Program, machine: Machine, action: &Action) -> Handler {
    let message = |delivery: &Delivery| {
        let header = header(delivery);
        let workflow = &program.workflows[program.machines[machine].workflow];
        let step = workflow.steps[usize::from(header.step)];
        let message = program.message(step, header.kind);
        message.expect("only messages of the workflow are presented")
    };
    let trigger = match action {
        Action::Start { .. } => Trigger::Start,
        Action::Deliver(delivery) => Trigger::Deliver(message(delivery)),
        Action::Expire(delivery) => Trigger::Expire(message(delivery)),
        Action::Park(delivery) => Trigger::Park(message(delivery)),
        Action::Claim { step, .. } => Trigger::Claim(*step),
        Action::Attempt { step, part, .. } => Trigger::Attempt(*step, *part),
        Action::ExpireStep { step, .. } => Trigger::ExpireStep(*step),
        Action::ParkStep { step, .. } => Trigger::ParkStep(*step),
        Action::Cancel { .. } => Trigger::Cancel,
        Action::Redrive { .. } => Trigger::Redrive,
    };
    let handler = program.handler_of(machine, trigger);
    handler.expect("what has no handler is not sent")
}

/// What the interface says of the function that a call is made of.
pub(super) fn signature<'p>(program: &'p Program, call: &Call) -> &'p Signature {
    let interface = &program.declarations.contracts[call.function.contract].interface;
    let overload = &interface.functions[&call.function.name][call.function.overload];
    let signature = overload.signature.as_ref();
    signature.expect("only functions that are understood are called")
}

/// The changes of status that a machine announces, by the numbers of steps and statuses.
pub(super) fn changes(program: &Program, outcome: &Outcome) -> Vec<(u16, u8)> {
    let events = outcome.events.iter().filter_map(|event| match event {
        Event::StepChanged(step, status) => Some((program.steps[*step].number, *status as u8)),
        Event::InstanceChanged(_) | Event::Workflow(..) => None,
    });
    events.collect()
}

/// The changes of the instance's phase that a coordinator announces, by their numbers.
pub(super) fn phases(outcome: &Outcome) -> Vec<u8> {
    let events = outcome.events.iter().filter_map(|event| match event {
        Event::InstanceChanged(phase) => Some(*phase as u8),
        Event::StepChanged(..) | Event::Workflow(..) => None,
    });
    events.collect()
}

/// What an action asks a machine for: what it does, the number of the step, and that of the kind of message.
pub(super) fn purpose(
    program: &Program,
    action: &Action,
) -> (&'static str, Option<u16>, Option<u16>) {
    let message = |does, delivery| {
        let header = header(delivery);
        (does, Some(header.step), Some(header.kind as u16))
    };
    let about = |does, step: &Step| (does, Some(program.steps[*step].number), None);
    match action {
        Action::Start { .. } => ("start", None, None),
        Action::Cancel { .. } => ("cancel", None, None),
        Action::Redrive { .. } => ("redrive", None, None),
        Action::Deliver(delivery) => message("deliver", delivery),
        Action::Expire(delivery) => message("expire", delivery),
        Action::Park(delivery) => message("park", delivery),
        Action::Attempt { step, part, .. } => match part {
            Part::Execution => about("attempt", step),
            Part::Compensation => about("undo", step),
            Part::Confirmation => about("finalise", step),
            Part::Guard => unreachable!("no transaction runs a guard alone"),
        },
        Action::ExpireStep { step, .. } => about("expire", step),
        Action::ParkStep { step, .. } => about("park", step),
        Action::Claim { step, .. } => about("claim", step),
    }
}
