//! Layouts, fingerprints, budgets and fees of a program.

use cranelift_entity::SecondaryMap;

use crate::entities::{Block, Handler, Message, Workflow};
use crate::ir::{Body, InstData, MessageKind, Program, Terminator};
use crate::wire::{Layout, identity};

/// What the back ends need to know about a program and must not work out themselves.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The body layout of each message type.
    pub layouts: SecondaryMap<Message, Option<Layout>>,
    /// The fingerprint of each workflow.
    pub fingerprints: SecondaryMap<Workflow, [u8; 32]>,
    /// The budget of each handler.
    pub budgets: SecondaryMap<Handler, Budget>,
    /// For each workflow, how many messages its coordinator sends at most if nothing is sent twice.
    pub requests: SecondaryMap<Workflow, u32>,
}

/// The budget of a handler, in the units of its VM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// What the source grants the calls it makes, on the most expensive path.
    pub calls: u64,
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
        let calls = budgets.greatest(handler);
        facts.budgets[handler] = Budget { calls };
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

/// The budgets of calls along the paths of handlers.
struct Budgets<'a> {
    program: &'a Program,
    /// What is known already: several handlers continue in one.
    known: SecondaryMap<Handler, Option<u64>>,
}

impl<'a> Budgets<'a> {
    fn new(program: &'a Program) -> Self {
        let known = SecondaryMap::with_capacity(program.handlers.len());
        Self { program, known }
    }

    /// The greatest sum of call budgets over the paths of a handler and of the handlers it continues in.
    fn greatest(&mut self, handler: Handler) -> u64 {
        if let Some(known) = self.known[handler] {
            return known;
        }
        let body = &self.program.handlers[handler].body;
        let greatest = self.greatest_from(body, body.entry);
        self.known[handler] = Some(greatest);
        greatest
    }

    fn greatest_from(&mut self, body: &Body, block: Block) -> u64 {
        let data = &body.blocks[block];
        let calls = data.insts.iter().map(|&inst| match &body.insts[inst] {
            InstData::Call { call, .. } => call.gas,
            _ => 0,
        });
        let own: u64 = calls.sum();
        let Some(terminator) = &data.terminator else {
            return own;
        };
        let own = own
            + match terminator {
                Terminator::Invoke { call, .. } => call.gas,
                Terminator::Continue(next) => self.greatest(*next),
                _ => 0,
            };
        let next = terminator.successors().into_iter();
        own + next
            .map(|next| self.greatest_from(body, next))
            .max()
            .unwrap_or(0)
    }
}
