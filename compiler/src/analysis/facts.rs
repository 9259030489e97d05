//! Layouts, fingerprints, budgets and fees of a program.

use cranelift_entity::SecondaryMap;

use super::budgets::{Budget, Budgets};
use crate::entities::{Handler, Message, Workflow};
use crate::ir::{MessageKind, Program};
use crate::wire::{Layout, identity};

/// What the back ends need to know about a program and must not work out themselves.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The body layout of each message type.
    pub layouts: SecondaryMap<Message, Option<Layout>>,
    /// The fingerprint of each workflow.
    pub fingerprints: SecondaryMap<Workflow, [u8; 32]>,
    /// The most that each handler may take.
    pub budgets: SecondaryMap<Handler, Budget>,
    /// For each workflow, how many messages its coordinator sends at most if nothing is sent twice.
    pub requests: SecondaryMap<Workflow, u32>,
}

impl Facts {
    /// The body layout of a message type.
    pub fn layout(&self, message: Message) -> &Layout {
        self.layouts[message]
            .as_ref()
            .expect("analysis lays out every message")
    }
}

/// Computes the facts of a program.
pub fn analyze(program: &Program) -> Facts {
    let mut facts = Facts {
        layouts: SecondaryMap::new(),
        fingerprints: SecondaryMap::new(),
        budgets: SecondaryMap::new(),
        requests: SecondaryMap::new(),
    };
    for (message, data) in &program.messages {
        facts.layouts[message] = Some(Layout::new(&data.fields, &program.declarations));
    }
    for workflow in program.workflows.keys() {
        facts.fingerprints[workflow] = identity::fingerprint(program, workflow);
        facts.requests[workflow] = count_requests(program, workflow);
    }
    let mut budgets = Budgets::new(program);
    for handler in program.handlers.keys() {
        facts.budgets[handler] = budgets.greatest(handler);
    }
    facts
}

fn count_requests(program: &Program, workflow: Workflow) -> u32 {
    let is_request = |kind: MessageKind| kind.is_request();
    program
        .messages_of(workflow)
        .filter(|(_, message)| is_request(message.kind))
        .count() as u32
}
