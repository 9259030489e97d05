//! Declares messages, slots and events, each with a name of its own.

use crate::entities::{Event, Machine, Message, Slot, Step};
use crate::ir::{EventData, MessageData, MessageKind, Program, SlotData};
use crate::types::{Field, Type};

pub(super) fn declare_message(
    program: &mut Program,
    step: Step,
    kind: MessageKind,
    fields: Vec<Field>,
) -> Message {
    let data = &program.steps[step];
    let coordinator = program.workflows[data.workflow].coordinator;
    let (from, to) = if kind.is_request() {
        (coordinator, data.machine)
    } else {
        (data.machine, coordinator)
    };
    let transport = data
        .transport
        .expect("the checker gives every remote step a transport");
    let workflow = data.workflow;
    let message = program.messages.push(MessageData {
        step,
        kind,
        from,
        to,
        transport,
        fields,
    });
    program.workflows[workflow].messages.push(message);
    message
}

pub(super) fn declare_slot(
    program: &mut Program,
    machine: Machine,
    step: Option<Step>,
    name: &str,
    ty: Type,
) -> Slot {
    let is_taken = |name: &str| {
        program.machines[machine]
            .slots
            .iter()
            .any(|&slot| program.slots[slot].name == name)
    };
    let name = unique(name, is_taken);
    let slot = program.slots.push(SlotData {
        machine,
        name,
        ty,
        step,
    });
    program.machines[machine].slots.push(slot);
    slot
}

pub(super) fn declare_event(
    program: &mut Program,
    machine: Machine,
    name: &str,
    fields: Vec<Field>,
) -> Event {
    let event = program.events.push(EventData {
        machine,
        name: name.to_owned(),
        fields,
    });
    program.machines[machine].events.push(event);
    event
}

/// `name`, or `name` with the least number that makes it free.
pub(super) fn unique(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2u32..).map(|number| format!("{name}_{number}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    candidates
        .find(|candidate| !is_taken(candidate))
        .expect("some number is free")
}

pub(super) fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        ty,
    }
}
