//! What handlers may take at most, and whether all calls of each transaction can have their budgets.

use cranelift_entity::SecondaryMap;

use super::Facts;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Block, Handler, Inst};
use crate::ir::{Body, CallData, InstData, Program, Terminator};
use crate::vm::Vm;

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

/// The budgets along the paths of handlers.
pub(super) struct Budgets<'a> {
    program: &'a Program,
    /// What is known already: several handlers continue in one.
    known: SecondaryMap<Handler, Option<Budget>>,
}

impl<'a> Budgets<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        let known = SecondaryMap::with_capacity(program.handlers.len());
        Self { program, known }
    }

    /// The most over the paths of a handler and of the handlers it continues in.
    pub(super) fn greatest(&mut self, handler: Handler) -> Budget {
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
        let sends = |inst: &&Inst| matches!(body.insts[**inst], InstData::Send { .. });
        let own = Budget {
            calls: body.calls_of(block).map(CallData::whole_gas).sum(),
            messages: data.insts.iter().filter(sends).count() as u32,
        };
        let Some(terminator) = &data.terminator else {
            return own;
        };
        let continued = terminator.continued().map(|next| self.greatest(next));
        let next = terminator.successors().into_iter();
        let next = next.map(|next| self.greatest_from(body, next));
        own.and(continued.unwrap_or_default())
            .and(next.fold(Budget::default(), Budget::or))
    }
}

/// Refuses a program of which a transaction would grant its calls more than it can have. Each budget is bound by itself, but all calls of
/// a transaction share what it may use: one that could not be made sure of might never be run.
///
/// # Errors
///
/// Reports each handler that grants too much, if none does that it continues in.
pub fn check_budgets(
    program: &Program,
    facts: &Facts,
    diagnostics: &mut Diagnostics,
) -> Result<(), Reported> {
    let before = diagnostics.error_count();
    let budgets = Check { program, facts };
    let is_over = |&handler: &Handler| budgets.is_over(handler);
    for handler in program.handlers.keys().filter(is_over) {
        let mut next = program.handlers[handler].body.continued();
        if !next.any(|next| budgets.is_over(next)) {
            diagnostics.error(budgets.finding(handler));
        }
    }
    diagnostics.ok_since(before)
}

#[derive(Clone, Copy)]
struct Check<'a> {
    program: &'a Program,
    facts: &'a Facts,
}

impl<'a> Check<'a> {
    fn vm(self, handler: Handler) -> Vm {
        self.program.vm(self.program.handlers[handler].machine)
    }

    fn is_over(self, handler: Handler) -> bool {
        self.facts.budgets[handler].calls > self.vm(handler).most_gas()
    }

    fn finding(self, handler: Handler) -> Diagnostic {
        let (vm, granted) = (self.vm(handler), self.facts.budgets[handler].calls);
        let (most, unit) = (vm.most_gas(), vm.gas_unit());
        let mut calls = Vec::new();
        let mut budgets = Budgets::new(self.program);
        self.most_expensive(handler, &mut budgets, &mut calls);
        let calls = calls.iter().map(|call| self.describe(call));
        let calls: Vec<_> = calls.collect();
        let title = format!("calls of one transaction are given {granted} {unit} together");
        Diagnostic::new(Code::TransactionOverLimit, title)
            .primary(
                self.program.place_of(handler),
                "no transaction has enough for all of them",
            )
            .note(format!("they are given {}", calls.join(", ")))
            .note(format!(
                "all calls of a transaction on {vm} share at most {most} {unit}"
            ))
            .help("lower the budgets, put fewer steps into the `atomic`, or let a step of another chain come between them")
    }

    fn describe(self, call: &CallData) -> String {
        let function = &call.function;
        let contract = &self.program.declarations.contracts[function.contract].name;
        format!("{} for `{contract}.{}`", call.whole_gas(), function.name)
    }

    /// The calls on the most expensive path of a handler and of those that it continues in.
    fn most_expensive(
        self,
        handler: Handler,
        budgets: &mut Budgets<'a>,
        calls: &mut Vec<&'a CallData>,
    ) {
        let body = &self.program.handlers[handler].body;
        let mut block = Some(body.entry);
        while let Some(here) = block {
            let data = &body.blocks[here];
            calls.extend(body.calls_of(here));
            if let Some(next) = data.terminator.as_ref().and_then(Terminator::continued) {
                self.most_expensive(next, budgets, calls);
            }
            let next = data.terminator.as_ref().map(Terminator::successors);
            let next = next.unwrap_or_default().into_iter();
            block = next.max_by_key(|&next| budgets.greatest_from(body, next).calls);
        }
    }
}
