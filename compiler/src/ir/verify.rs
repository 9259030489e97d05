//! Checks that a program means something. A failure is a bug in lowering, never in the source.

mod together;

use std::collections::HashSet;
use std::fmt;

use cranelift_entity::{EntitySet, SecondaryMap};
use thiserror::Error;

use super::body::{ArithmeticOp, Block, Body, CallData, InstData, Terminator, Value};
use super::known::Known;
use super::program::{Handler, HandlerData, MessageKind, Program, Role, Trigger};
use crate::entities::{Event, Message, Slot, Step};
use crate::hir::FunctionRef;
use crate::import::Signature;
use crate::types::{Field, Type};

/// One rule that a program breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{machine}.{handler}: {rule}")]
pub struct VerifyError {
    /// The chain of the machine.
    pub machine: String,
    /// The handler.
    pub handler: String,
    /// The rule.
    pub rule: Rule,
}

/// The rules of the IR.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rule {
    /// A block without a terminator.
    #[error("{0} does not end")]
    Unterminated(Block),
    /// A block that is entered from nowhere or from several places.
    #[error("{0} has {1} predecessors; every block but the entry has one, and the entry has none")]
    Predecessors(Block, usize),
    /// A value used where it is not known.
    #[error("{0} is used in {1}, where it is not known")]
    NotKnown(Value, Block),
    /// A value defined twice.
    #[error("{0} is defined more than once")]
    DefinedTwice(Value),
    /// Values whose types do not fit the place.
    #[error("{0} takes values of other types")]
    TypeMismatch(String),
    /// A reference to an entity of another machine.
    #[error("{0} belongs to another machine")]
    Foreign(String),
    /// A `continue` to a handler that the outside can reach, or round in a circle.
    #[error("continue to {0} is not a tail call of an internal handler that comes to an end")]
    Continue(String),
    /// Catching where the VM cannot.
    #[error("invoke on a VM that cannot catch a failing call")]
    CannotCatch,
    /// Catching a call that may have been given less than its budget.
    #[error("a call is caught right after no require_gas of its budget")]
    UncheckedBudget,
    /// A trigger that runs another handler of the machine already.
    #[error("another handler of the machine has the same trigger")]
    TriggerTwice,
    /// A call before the step's status is written.
    #[error("a call leaves the contract before any status is written")]
    CallBeforeWrite,
    /// A guard that calls what may change something.
    #[error("a guard calls {0}, which does not only read")]
    Writes(String),
    /// Only a coordinator has a phase.
    #[error("a participant has no phase")]
    PhaseOnParticipant,
    /// A deadline on, or missing from, a message.
    #[error("an Execute carries a deadline, and nothing else does")]
    Deadline,
    /// A routine that does what nobody undoes.
    #[error("a routine does more than to compute, to call and to keep")]
    NotUndoable,
    /// Something else than a routine of the machine, with all of its budgets.
    #[error("{0} is not a routine of the machine, or its calls have other budgets")]
    NotARoutine(String),
    /// A switch that names one value twice.
    #[error("a switch names {0} twice")]
    ArmTwice(String),
    /// Arithmetic that may have no value.
    #[error("{0} may have no value, and no branch has found that it has one")]
    MayNotFit(Value),
}

/// Every rule that a program breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct VerifyErrors(pub Vec<VerifyError>);

impl fmt::Display for VerifyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "the lowered program breaks the rules of the IR, which is a bug in xcc:"
        )?;
        self.0.iter().try_for_each(|error| writeln!(f, "  {error}"))
    }
}

/// Checks every rule of the IR.
///
/// # Errors
///
/// All rules that the program breaks.
pub fn verify(program: &Program) -> Result<(), VerifyErrors> {
    let mut errors = Vec::new();
    for handler in program.handlers.keys() {
        let mut verifier = HandlerVerifier::new(program, handler);
        verifier.run();
        let data = &program.handlers[handler];
        let chain = program.machines[data.machine].chain;
        errors.extend(verifier.broken.into_iter().map(|rule| VerifyError {
            machine: program.declarations.chains[chain].name.clone(),
            handler: data.name.clone(),
            rule,
        }));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(VerifyErrors(errors))
    }
}

struct HandlerVerifier<'a> {
    program: &'a Program,
    data: &'a HandlerData,
    handler: Handler,
    broken: Vec<Rule>,
}

/// What is known on the path from the entry to a block.
#[derive(Clone, Default)]
struct Path {
    known: HashSet<Value>,
    wrote_status: bool,
    /// The budget that was required and has not been touched since.
    required: Option<u64>,
    values: Known,
}

impl<'a> HandlerVerifier<'a> {
    fn new(program: &'a Program, handler: Handler) -> Self {
        HandlerVerifier {
            program,
            data: &program.handlers[handler],
            handler,
            broken: Vec::new(),
        }
    }

    fn run(&mut self) {
        if !self.is_tree() {
            return;
        }
        self.defined_once();
        self.triggered_alone();
        self.entry_params();
        let is_routine = matches!(self.data.trigger, Trigger::Together(..));
        if is_routine {
            self.is_undoable();
        }
        // Who runs it has written the status.
        let path = Path {
            wrote_status: is_routine,
            ..Path::default()
        };
        self.block(self.data.body.entry, path);
    }

    /// Whether blocks form a tree below the entry, so that walking it ends.
    fn is_tree(&mut self) -> bool {
        let body = &self.data.body;
        let mut predecessors: SecondaryMap<Block, usize> = SecondaryMap::new();
        for (block, data) in &body.blocks {
            match &data.terminator {
                None => self.broken.push(Rule::Unterminated(block)),
                Some(terminator) => terminator
                    .successors()
                    .into_iter()
                    .for_each(|next| predecessors[next] += 1),
            }
        }
        for block in body.blocks.keys() {
            if predecessors[block] != usize::from(block != body.entry) {
                self.broken
                    .push(Rule::Predecessors(block, predecessors[block]));
            }
        }
        self.broken.is_empty()
    }

    /// What the outside asks for must say which handler runs.
    fn triggered_alone(&mut self) {
        let first = self
            .program
            .handler_of(self.data.machine, self.data.trigger);
        let is_alone = match self.data.trigger {
            Trigger::Internal => true,
            // Not the outside runs a routine, and one that nothing runs is not a part of the machine.
            Trigger::Together(..) => first.is_none_or(|first| first == self.handler),
            _ => first == Some(self.handler),
        };
        if !is_alone {
            self.broken.push(Rule::TriggerTwice);
        }
    }

    fn defined_once(&mut self) {
        let body = &self.data.body;
        let mut seen: EntitySet<Value> = EntitySet::new();
        let params = body.blocks.values().flat_map(|block| &block.params);
        let results = body.insts.values().flat_map(InstData::results);
        for &value in params.chain(results) {
            if !seen.insert(value) {
                self.broken.push(Rule::DefinedTwice(value));
            }
        }
    }

    fn entry_params(&mut self) {
        let workflow = self.program.machines[self.data.machine].workflow;
        let expected: &[Field] = match self.data.trigger {
            Trigger::Start => &self.program.workflows[workflow].inputs,
            Trigger::Deliver(message) => {
                self.receives(message);
                &self.program.messages[message].fields
            }
            Trigger::Expire(message) | Trigger::Park(message) => {
                self.receives(message);
                &[]
            }
            Trigger::Claim(step) => {
                self.step(step);
                &[]
            }
            Trigger::Attempt(step, _) | Trigger::ExpireStep(step) | Trigger::ParkStep(step) => {
                self.runs_at_home(step);
                &[]
            }
            Trigger::Together(step, part) => self.given_together(step, part),
            Trigger::Cancel | Trigger::Redrive | Trigger::Internal => &[],
        };
        let params = self.data.body.blocks[self.data.body.entry].params.clone();
        self.same_types(&params, expected, "the entry block");
    }

    /// Only where a failing call undoes the transaction that saw it, and only at home, is a call left to an entry of its own.
    fn runs_at_home(&mut self, step: Step) {
        let data = &self.program.machines[self.data.machine];
        let vm = self.program.declarations.chains[data.chain].vm;
        let is_own = self.program.steps[step].machine == self.data.machine;
        if data.role != Role::Coordinator || vm.catches_failures() || !is_own {
            self.broken.push(Rule::Foreign(step.to_string()));
        }
    }

    fn receives(&mut self, message: Message) {
        if self.program.messages[message].to != self.data.machine {
            self.broken.push(Rule::Foreign(message.to_string()));
        }
    }

    fn block(&mut self, block: Block, mut path: Path) {
        let body: &Body = &self.data.body;
        let data = &body.blocks[block];
        path.known.extend(&data.params);
        for &inst in &data.insts {
            let inst = &body.insts[inst];
            self.uses(&inst.operands(), block, &path);
            self.inst(inst, &mut path);
            path.known.extend(inst.results());
            path.values.pass(body, inst);
        }
        let Some(terminator) = &data.terminator else {
            return;
        };
        self.uses(&terminator.operands(), block, &path);
        self.terminator(terminator, &path);
        path.required = None;
        for next in terminator.successors() {
            let mut path = path.clone();
            path.values.follow(body, terminator, next);
            self.block(next, path);
        }
    }

    fn uses(&mut self, operands: &[Value], block: Block, path: &Path) {
        let unknown = operands.iter().filter(|value| !path.known.contains(value));
        self.broken
            .extend(unknown.map(|&value| Rule::NotKnown(value, block)));
    }

    fn inst(&mut self, inst: &InstData, path: &mut Path) {
        match inst {
            InstData::Load { result, slot } => self.slot(*slot, *result),
            InstData::Store { slot, value } => self.slot(*slot, *value),
            InstData::Enter { step, .. } | InstData::SetStatus { step, .. } => {
                self.step(*step);
                path.wrote_status = true;
            }
            InstData::RequireGas { gas } => path.required = Some(*gas),
            InstData::SetPhase { .. } => self.has_phase(),
            InstData::Emit { event, args } => self.event(*event, args),
            InstData::Send {
                message,
                deadline,
                args,
            } => {
                self.send(*message, deadline.is_some(), args);
                path.required = None;
            }
            InstData::Call { call, results } => {
                self.call(call, results, path);
                path.required = None;
            }
            InstData::Binary { left, right, .. } => self.same_sides(*left, *right),
            InstData::Narrow { result, value } => self.narrows(*value, *result),
            InstData::Fits { left, right, .. } => self.numbers(*left, *right),
            InstData::ArithmeticOrZero {
                result,
                op,
                left,
                right,
                fits,
            } => {
                self.numbers(*left, *right);
                if !self.tells_fit(*fits, (*op, *left, *right)) {
                    self.broken.push(Rule::MayNotFit(*result));
                }
            }
            InstData::Arithmetic {
                result,
                op,
                left,
                right,
            } => {
                self.numbers(*left, *right);
                if !(path.values).always_fits(&self.data.body, *op, *left, *right) {
                    self.broken.push(Rule::MayNotFit(*result));
                }
            }
            _ => {}
        }
    }

    /// Whether a value is whether an operation fits.
    fn tells_fit(&self, value: Value, operation: (ArithmeticOp, Value, Value)) -> bool {
        let mut insts = self.data.body.insts.values();
        insts.any(|inst| match inst {
            InstData::Fits {
                result,
                op,
                left,
                right,
            } => *result == value && (*op, *left, *right) == operation,
            _ => false,
        })
    }

    fn same_sides(&mut self, left: Value, right: Value) {
        if self.ty(left) != self.ty(right) {
            let operation = format!("an operation on {left} and {right}");
            self.broken.push(Rule::TypeMismatch(operation));
        }
    }

    fn narrows(&mut self, value: Value, result: Value) {
        match (self.ty(value), self.ty(result)) {
            (Type::Uint(from), Type::Uint(to)) if to < from => {}
            _ => {
                let narrowing = format!("narrow {value} to {result}");
                self.broken.push(Rule::TypeMismatch(narrowing));
            }
        }
    }

    /// Both sides of arithmetic.
    fn numbers(&mut self, left: Value, right: Value) {
        self.same_sides(left, right);
        if !matches!(self.ty(left), Type::Uint(_)) {
            let operation = format!("arithmetic on {left}");
            self.broken.push(Rule::TypeMismatch(operation));
        }
    }

    fn terminator(&mut self, terminator: &Terminator, path: &Path) {
        match terminator {
            Terminator::Branch { condition, .. } if *self.ty(*condition) != Type::Bool => {
                self.broken
                    .push(Rule::TypeMismatch(format!("branch on {condition}")));
            }
            Terminator::SwitchStatus { step, arms, .. } => {
                self.step(*step);
                self.distinct(arms);
            }
            Terminator::SwitchPhase { arms, .. } => {
                self.has_phase();
                self.distinct(arms);
            }
            Terminator::Invoke { call, ok, .. } => {
                let chain = self.program.machines[self.data.machine].chain;
                if !self.program.declarations.chains[chain]
                    .vm
                    .catches_failures()
                {
                    self.broken.push(Rule::CannotCatch);
                }
                if path.required != Some(call.whole_gas()) {
                    self.broken.push(Rule::UncheckedBudget);
                }
                let results = self.data.body.blocks[*ok].params.clone();
                self.call(call, &results, path);
            }
            Terminator::Together {
                routine, args, gas, ..
            } => self.together((*routine, *gas), args, path),
            Terminator::Continue(next) => self.continues(*next),
            _ => {}
        }
    }

    fn slot(&mut self, slot: Slot, value: Value) {
        let data = &self.program.slots[slot];
        if data.machine != self.data.machine {
            self.broken.push(Rule::Foreign(data.name.clone()));
        }
        if data.ty != *self.ty(value) {
            self.broken
                .push(Rule::TypeMismatch(format!("slot {}", data.name)));
        }
    }

    fn step(&mut self, step: Step) {
        if !self.program.machines[self.data.machine]
            .steps
            .contains(&step)
        {
            self.broken
                .push(Rule::Foreign(self.program.steps[step].name.clone()));
        }
    }

    fn event(&mut self, event: Event, args: &[Value]) {
        let data = &self.program.events[event];
        if data.machine != self.data.machine {
            self.broken.push(Rule::Foreign(data.name.clone()));
        }
        self.same_types(args, &data.fields, &format!("event {}", data.name));
    }

    fn send(&mut self, message: Message, has_deadline: bool, args: &[Value]) {
        let data = &self.program.messages[message];
        if data.from != self.data.machine {
            self.broken.push(Rule::Foreign(message.to_string()));
        }
        if has_deadline != (data.kind == MessageKind::Execute) {
            self.broken.push(Rule::Deadline);
        }
        self.same_types(args, &data.fields, &format!("send {}", data.kind));
    }

    fn call(&mut self, call: &CallData, results: &[Value], path: &Path) {
        match call.asks {
            Some(_) if !self.only_reads(&call.function) => {
                let name = call.function.name.clone();
                self.broken.push(Rule::Writes(name));
            }
            None if !path.wrote_status => self.broken.push(Rule::CallBeforeWrite),
            Some(_) | None => {}
        }
        for call in call.with_fundings() {
            let contract = &self.program.declarations.contracts[call.function.contract];
            if contract.chain != self.program.machines[self.data.machine].chain {
                self.broken.push(Rule::Foreign(contract.name.clone()));
            }
        }
        if call.results.len() != results.len() {
            self.broken.push(Rule::TypeMismatch(format!(
                "the results of {}",
                call.function.name
            )));
        }
    }

    /// Whether the interface says of a function that it changes nothing.
    fn only_reads(&self, function: &FunctionRef) -> bool {
        let contract = &self.program.declarations.contracts[function.contract];
        let overloads = contract.interface.functions.get(&function.name);
        let found = overloads.and_then(|overloads| overloads.get(function.overload));
        let signature = found.and_then(|function| function.signature.as_ref().ok());
        signature.is_some_and(Signature::only_reads)
    }

    fn continues(&mut self, next: Handler) {
        let data = &self.program.handlers[next];
        let is_internal = data.trigger == Trigger::Internal && data.machine == self.data.machine;
        if !is_internal || self.program.reached_from(next).contains(&self.handler) {
            self.broken.push(Rule::Continue(data.name.clone()));
        }
    }

    fn has_phase(&mut self) {
        if self.program.machines[self.data.machine].role != Role::Coordinator {
            self.broken.push(Rule::PhaseOnParticipant);
        }
    }

    fn distinct<T: Copy + Eq + std::hash::Hash + fmt::Display>(
        &mut self,
        arms: &[(Vec<T>, Block)],
    ) {
        let mut seen = HashSet::new();
        let twice = arms
            .iter()
            .flat_map(|(values, _)| values)
            .find(|value| !seen.insert(**value));
        self.broken
            .extend(twice.map(|value| Rule::ArmTwice(value.to_string())));
    }

    fn same_types(&mut self, values: &[Value], fields: &[Field], place: &str) {
        let types = values.iter().map(|&value| self.ty(value));
        if !types.eq(fields.iter().map(|field| &field.ty)) {
            self.broken.push(Rule::TypeMismatch(place.to_owned()));
        }
    }

    fn ty(&self, value: Value) -> &'a Type {
        &self.data.body.values[value].ty
    }
}
