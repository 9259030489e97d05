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
    /// The most that each handler may take.
    pub budgets: SecondaryMap<Handler, Budget>,
    /// For each workflow, how many messages its coordinator sends at most if nothing is sent twice.
    pub requests: SecondaryMap<Workflow, u32>,
}

/// The most that a handler, and those that it continues in, may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// What the source grants the calls it makes, on the most expensive path, in the units of its VM.
    pub calls: u64,
    /// How many messages it sends, on the path with the most.
    pub messages: u32,
}

impl Budget {
    fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            messages: self.messages + other.messages,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            calls: self.calls.max(other.calls),
            messages: self.messages.max(other.messages),
        }
    }
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

/// The budgets along the paths of handlers.
struct Budgets<'a> {
    program: &'a Program,
    /// What is known already: several handlers continue in one.
    known: SecondaryMap<Handler, Option<Budget>>,
}

impl<'a> Budgets<'a> {
    fn new(program: &'a Program) -> Self {
        let known = SecondaryMap::with_capacity(program.handlers.len());
        Self { program, known }
    }

    /// The most over the paths of a handler and of the handlers it continues in.
    fn greatest(&mut self, handler: Handler) -> Budget {
        if let Some(known) = self.known[handler] {
            return known;
        }
        let body = &self.program.handlers[handler].body;
        let greatest = self.greatest_from(body, body.entry);
        self.known[handler] = Some(greatest);
        greatest
    }

    fn greatest_from(&mut self, body: &Body, block: Block) -> Budget {
        let data = &body.blocks[block];
        let insts = data.insts.iter().map(|&inst| of_inst(&body.insts[inst]));
        let own = insts.fold(Budget::default(), Budget::and);
        let Some(terminator) = &data.terminator else {
            return own;
        };
        let end = match terminator {
            Terminator::Invoke { call, .. } => of_call(call.whole_gas()),
            Terminator::Together { routine: next, .. } | Terminator::Continue(next) => {
                self.greatest(*next)
            }
            _ => Budget::default(),
        };
        let next = terminator.successors().into_iter();
        let next = next.map(|next| self.greatest_from(body, next));
        own.and(end).and(next.fold(Budget::default(), Budget::or))
    }
}

fn of_inst(inst: &InstData) -> Budget {
    match inst {
        InstData::Call { call, .. } => of_call(call.whole_gas()),
        InstData::Send { .. } => Budget {
            messages: 1,
            ..Budget::default()
        },
        _ => Budget::default(),
    }
}

fn of_call(gas: u64) -> Budget {
    Budget {
        calls: gas,
        ..Budget::default()
    }
}
