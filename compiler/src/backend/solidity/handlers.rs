//! Handlers: the decision tree of each becomes a flat function with early returns.

use cranelift_entity::SecondaryMap;

use crate::backend::names::Namer;
use crate::backend::printer::Printer;
use crate::backend::solidity::contract::ContractWriter;
use crate::backend::solidity::expr::{Expr, write_assignment};
use crate::backend::solidity::types::{Scope, Types};
use crate::backend::solidity::unsupported::MAX_ARGUMENTS;
use crate::backend::solidity::uses::{
    Uses, list_variables, most_arguments, uses_deadline, uses_slots,
};
use crate::entities::{Block, Message, Slot, Value};
use crate::ir::{Body, InstData};

/// The most variables that make a long condition readable.
const MAX_VARIABLES: usize = 2;

/// How a function is left early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// `return;`
    Nothing,
    /// `return instance;`
    Instance,
}

/// Where a statement stands: whether leaving the block leaves the function without saying so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the end of the function.
    Tail,
    /// Before other statements.
    Arm,
}

/// What the entry's parameters are called in the function.
pub(super) struct Parameters<'a> {
    /// `message` or `inputs`.
    pub(super) base: &'a str,
    /// The members, in order.
    pub(super) members: &'a [String],
}

/// Writes the body of one handler.
pub(super) struct BodyWriter<'a> {
    pub(super) contract: &'a ContractWriter<'a>,
    pub(super) body: &'a Body,
    pub(super) exit: Exit,
    pub(super) values: SecondaryMap<Value, Option<Expr>>,
    pub(super) uses: Uses,
    pub(super) locals: Namer,
    /// How many more variables the stack has room for beside the calls; long expressions are then left in one piece.
    pub(super) variables: usize,
    /// Whether the gas for the next call has to be made sure of.
    pub(super) requires_gas: bool,
    /// Whether its calls take effect together.
    pub(super) is_together: bool,
}

impl<'a> BodyWriter<'a> {
    pub(super) fn new(
        contract: &'a ContractWriter<'a>,
        body: &'a Body,
        parameters: &Parameters<'_>,
        exit: Exit,
    ) -> Self {
        let mut values = SecondaryMap::new();
        let params = &body.blocks[body.entry].params;
        for (&value, member) in params.iter().zip(parameters.members) {
            values[value] = Some(Expr::atom(format!("{}.{member}", parameters.base)));
        }
        let mut locals = contract.names.locals();
        locals.reserve(parameters.base);
        if uses_deadline(body) {
            locals.reserve("deadline");
        }
        let beside = most_arguments(body) + list_variables(body);
        BodyWriter {
            contract,
            body,
            exit,
            values,
            uses: Uses::of(body),
            locals,
            variables: MAX_VARIABLES.min(MAX_ARGUMENTS.saturating_sub(beside)),
            requires_gas: false,
            is_together: false,
        }
    }

    /// Lets its calls take effect together.
    pub(super) fn together_with_others(self) -> Self {
        BodyWriter {
            is_together: true,
            ..self
        }
    }

    /// Writes the whole body.
    pub(super) fn write(mut self, printer: &mut Printer) {
        if uses_slots(self.body) {
            printer.line("Slots storage slots = _slots[instance];");
        }
        self.block(printer, self.body.entry, Place::Tail);
    }

    pub(super) fn types(&self) -> Types<'a> {
        self.contract.types(Scope::Contract)
    }

    /// A block in braces: its variables end with it, so that others may have their names.
    pub(super) fn scoped(&mut self, printer: &mut Printer, block: Block, place: Place) {
        let names = self.locals.block();
        let outer = std::mem::replace(&mut self.locals, names);
        self.block(printer, block, place);
        let names = std::mem::replace(&mut self.locals, outer);
        self.locals.end(names);
    }

    pub(super) fn block(&mut self, printer: &mut Printer, block: Block, place: Place) {
        let body = self.body;
        for &inst in &body.blocks[block].insts {
            self.inst(printer, block, &body.insts[inst]);
        }
        if let Some(terminator) = &body.blocks[block].terminator {
            self.terminator(printer, terminator, place);
        }
    }

    fn inst(&mut self, printer: &mut Printer, block: Block, inst: &InstData) {
        match inst {
            InstData::Store { slot, value } => self.store(printer, *slot, *value),
            InstData::Enter { step, status } => {
                let step = &self.contract.names.steps[step];
                printer.line(format!("_enterStep(instance, {step}, Status.{status});"));
            }
            InstData::SetStatus { step, status } => {
                let step = &self.contract.names.steps[step];
                printer.line(format!("_setStatus(instance, {step}, Status.{status});"));
            }
            InstData::SetPhase { phase } => {
                printer.line(format!("_setPhase(instance, Phase.{phase});"));
            }
            InstData::Emit { event, args } => {
                let named = &self.contract.names.events[event];
                let instance = [Expr::atom("instance")].into_iter();
                let args = instance.chain(args.iter().map(|&arg| self.value(arg)));
                Expr::call(&named.name, args.collect()).write(printer, "emit ", ";");
            }
            InstData::Send {
                message,
                deadline,
                args,
            } => self.send(printer, *message, *deadline, args),
            // It is written where the call is, so that nothing stands between the check and what it is for.
            InstData::RequireGas { .. } => self.requires_gas = true,
            InstData::Call { call, results } => self.call(printer, call, results),
            InstData::List { result, elements } => self.list(printer, *result, elements),
            _ => self.define(printer, block, inst),
        }
    }

    fn store(&mut self, printer: &mut Printer, slot: Slot, value: Value) {
        let target = format!("slots.{}", self.contract.names.slots[&slot]);
        let value = self.converted("encode", self.value(value), &self.ty(value));
        write_assignment(printer, &target, &value);
    }

    fn send(
        &mut self,
        printer: &mut Printer,
        message: Message,
        deadline: Option<Value>,
        args: &[Value],
    ) {
        let data = &self.contract.input.program.messages[message];
        let named = &self.contract.library.messages[&message];
        let body = if args.is_empty() {
            Expr::atom("\"\"")
        } else {
            let values = args.iter().map(|&arg| self.value(arg));
            let fields = named.members.iter().cloned().zip(values).collect();
            let head = format!("Messages.{}", named.name);
            let value = Expr::call(
                format!("Messages.encode{}", named.name),
                vec![Expr::Fields { head, fields }],
            );
            let name = self.locals.choose("body");
            write_assignment(printer, &format!("bytes memory {name}"), &value);
            Expr::atom(name)
        };
        let deadline = deadline.map_or_else(|| Expr::atom("0"), |value| self.value(value));
        let step = &self.contract.names.steps[&data.step];
        let args = vec![
            Expr::atom("instance"),
            Expr::atom(step.clone()),
            Expr::atom(format!("Kind.{}", data.kind)),
            deadline,
            body,
        ];
        Expr::call("_sendByWormhole", args).write(printer, "", ";");
    }
}
