//! What actions, calls and events are in the words of a program, the same on every virtual machine.

use xcc::entities::{Handler, Machine};
use xcc::import::Signature;
use xcc::interp::{Action, Call, Delivery, Event, Outcome};
use xcc::ir::{Program, Trigger};
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

/// The changes of status that a participant announces, by the numbers of steps and statuses.
pub(super) fn changes(program: &Program, outcome: &Outcome) -> Vec<(u16, u8)> {
    let events = outcome.events.iter().map(|event| match event {
        Event::StepChanged(step, status) => (program.steps[*step].number, *status as u8),
        other => unreachable!("a participant does not announce {other:?}"),
    });
    events.collect()
}

/// What an action asks a participant for: what it does, the number of the step, and that of the kind of message.
pub(super) fn purpose(program: &Program, action: &Action) -> (&'static str, u16, Option<u16>) {
    let message = |does, delivery| {
        let header = header(delivery);
        (does, header.step, Some(header.kind as u16))
    };
    match action {
        Action::Deliver(delivery) => message("deliver", delivery),
        Action::Expire(delivery) => message("expire", delivery),
        Action::Park(delivery) => message("park", delivery),
        Action::Claim { step, .. } => ("claim", program.steps[*step].number, None),
        other => unreachable!("a participant has no entry for {other:?}"),
    }
}
