//! From handlers to rules: every path through a handler and what it continues in, with what it asks of the state and what it
//! changes.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use crate::entities::{Block, Handler, Machine, Slot, Step, Value, Workflow};
use crate::hir::BinaryOp;
use crate::ir::{
    ArithmeticOp, Body, CallData, InstData, Part, Phase, Program, Status, Terminator, Trigger,
};
use crate::literal::Literal;

use super::model::{Choice, Condition, Effect, Meaning, Model, Rule, Side, Taken, Update, Var};

/// The most rules of a model. A search numbers them with 16 bits.
const MAX_RULES: usize = 50_000;
/// The most blocks that are gone through for them; some paths end without a rule.
const MAX_BLOCKS: u32 = 2_000_000;

/// Composes the machines of a workflow into rules.
pub(super) fn compose(program: &Program, workflow: Workflow) -> Model {
    let data = &program.workflows[workflow];
    let machines = [vec![data.coordinator], data.participants.clone()].concat();
    let mut composer = Composer {
        program,
        coordinator: data.coordinator,
        blocks: Cell::new(0),
        model: Model {
            workflow,
            variables: Vec::new(),
            rules: Vec::new(),
            is_whole: true,
            invariants: Vec::new(),
            settled: Condition {
                var: Var(0),
                allowed: 0,
            },
            counting: Vec::new(),
            interchangeable: Vec::new(),
        },
    };
    composer.declare(workflow, &machines);
    for machine in machines {
        for &handler in &program.machines[machine].handlers {
            composer.rules_of(handler);
        }
    }
    composer.model
}

/// A model under construction.
pub(super) struct Composer<'a> {
    pub(super) program: &'a Program,
    pub(super) coordinator: Machine,
    /// How many blocks were gone through.
    blocks: Cell<u32>,
    pub(super) model: Model,
}

/// What is known of a value on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// Whether it is true.
    Truth(bool),
    /// A number.
    Number(u64),
    /// A counter's value at the beginning, and what was added to it.
    Counter(Var, u64),
}

/// A path so far.
#[derive(Clone)]
struct Path {
    /// Whose records it reads and writes.
    side: Side,
    /// The values that each variable had to have at the beginning.
    guard: BTreeMap<Var, u32>,
    effects: BTreeMap<Var, Update>,
    choices: Vec<Choice>,
    /// The values of the handler it is in.
    known: HashMap<Value, Known>,
    /// The status written last, which the next call belongs to.
    entered: Option<(Step, Status)>,
    /// Whether the budget of the next call was checked.
    has_gas: bool,
}

impl Composer<'_> {
    pub(super) fn side(&self, machine: Machine) -> Side {
        match machine == self.coordinator {
            true => Side::Home,
            false => Side::Participant,
        }
    }

    pub(super) fn insts_of(&self, machine: Machine) -> impl Iterator<Item = &InstData> {
        let handlers = self.program.machines[machine].handlers.iter();
        handlers.flat_map(|&handler| self.program.handlers[handler].body.insts.values())
    }

    fn rules_of(&mut self, handler: Handler) {
        let data = &self.program.handlers[handler];
        let mut path = Path::new(self.side(data.machine));
        match data.trigger {
            Trigger::Internal | Trigger::Together(..) => return,
            Trigger::Start => {
                // An instance is what one start begins.
                path.guard.insert(self.model.settled.var, 1);
            }
            Trigger::Deliver(message) | Trigger::Expire(message) | Trigger::Park(message) => {
                let published = self
                    .model
                    .find(|meaning| *meaning == Meaning::Published(message));
                path.guard.extend(published.map(|var| (var, 0b10)));
            }
            Trigger::Claim(_)
            | Trigger::Attempt(..)
            | Trigger::ExpireStep(_)
            | Trigger::ParkStep(_)
            | Trigger::Cancel
            | Trigger::Redrive => {}
        }
        let mut ends = Vec::new();
        self.block(handler, data.body.entry, path, &mut ends);
        self.model.is_whole &= !self.is_spent(&ends);
        let rules = ends.into_iter().map(|path| self.rule(handler, path));
        let rules: Vec<_> = rules.filter(|rule| !rule.effects.is_empty()).collect();
        self.model.rules.extend(rules);
    }

    fn rule(&self, handler: Handler, path: Path) -> Rule {
        let is_change = |var: Var, update: Update| match update {
            Update::Set(value) => path.guard.get(&var) != Some(&(1 << value)),
            Update::Next => true,
        };
        let effects = path.effects.iter();
        let effects = effects.filter(|(var, update)| is_change(**var, **update));
        Rule {
            handler,
            guard: path
                .guard
                .iter()
                .map(|(&var, &allowed)| Condition { var, allowed })
                .collect(),
            effects: effects
                .map(|(&var, &update)| Effect { var, update })
                .collect(),
            choices: path.choices,
        }
    }

    /// Whether there are more paths than can be followed.
    fn is_spent(&self, ends: &[Path]) -> bool {
        self.model.rules.len() + ends.len() > MAX_RULES || self.blocks.get() > MAX_BLOCKS
    }

    fn block(&self, handler: Handler, block: Block, mut path: Path, ends: &mut Vec<Path>) {
        if self.is_spent(ends) {
            return;
        }
        self.blocks.set(self.blocks.get() + 1);
        let body = &self.program.handlers[handler].body;
        for &inst in &body.blocks[block].insts {
            self.inst(&body.insts[inst], &mut path);
        }
        if let Some(terminator) = &body.blocks[block].terminator {
            self.terminator(handler, terminator, path, ends);
        }
    }

    fn inst(&self, inst: &InstData, path: &mut Path) {
        match inst {
            InstData::Literal {
                result,
                literal: Literal::Bool(truth),
            } => {
                path.known.insert(*result, Known::Truth(*truth));
            }
            InstData::Not { result, value } => {
                if let Some(&Known::Truth(truth)) = path.known.get(value) {
                    path.known.insert(*result, Known::Truth(!truth));
                }
            }
            InstData::Binary {
                result,
                op,
                left,
                right,
            } => {
                let sides = (
                    path.known.get(left).copied(),
                    path.known.get(right).copied(),
                );
                let truth = decided(*op, sides);
                path.known
                    .extend(truth.map(|truth| (*result, Known::Truth(truth))));
            }
            InstData::Literal {
                result,
                literal: Literal::Uint(number),
            } if *number <= u64::MAX.into() => {
                path.known.insert(*result, Known::Number(number.as_u64()));
            }
            InstData::Load { result, slot } => {
                if let Some(var) = self.counter_var(*slot) {
                    path.known.insert(*result, Known::Counter(var, 0));
                }
            }
            InstData::Arithmetic {
                result,
                op: ArithmeticOp::Add,
                left,
                right,
            } => {
                let sides = (path.known.get(left), path.known.get(right));
                if let (Some(&Known::Counter(var, more)), Some(&Known::Number(number))) = sides {
                    path.known
                        .insert(*result, Known::Counter(var, more + number));
                }
            }
            InstData::Store { value, .. } => {
                if let Some(Known::Counter(var, 1)) = path.known.get(value) {
                    path.effects.insert(*var, Update::Next);
                }
            }
            InstData::SetStatus { step, status } | InstData::Enter { step, status } => {
                path.entered = Some((*step, *status));
                self.set_status(*step, *status, path);
            }
            InstData::SetPhase { phase } => self.set_phase(*phase, path),
            InstData::Send { message, .. } => {
                let published = self
                    .model
                    .find(|meaning| *meaning == Meaning::Published(*message));
                path.effects
                    .extend(published.map(|var| (var, Update::Set(1))));
            }
            InstData::RequireGas { .. } => path.has_gas = true,
            // What is made together with another call takes effect as one with it.
            InstData::Call { call, .. } if call.joins => {}
            InstData::Call { call, .. } => self.succeed(path.part_of(call), path),
            _ => {}
        }
    }

    fn counter_var(&self, slot: Slot) -> Option<Var> {
        self.model
            .find(|meaning| *meaning == Meaning::Counter(slot))
    }

    fn set_status(&self, step: Step, status: Status, path: &mut Path) {
        if let Some(var) = self.model.status(step, path.side)
            && let Meaning::Status(_, _, statuses) = &self.model.variables[var.0].meaning
            && let Some(value) = statuses.iter().position(|other| *other == status)
        {
            path.effects.insert(var, Update::Set(value as u8));
        }
    }

    fn set_phase(&self, phase: Phase, path: &mut Path) {
        let var = self.model.settled.var;
        if let Meaning::Phase(phases) = &self.model.variables[var.0].meaning
            && let Some(value) = phases.iter().position(|other| *other == phase)
        {
            path.effects.insert(var, Update::Set(value as u8));
        }
    }

    /// A call takes effect, if it is one of a step's.
    fn succeed(&self, part: Option<(Step, Part)>, path: &mut Path) {
        let Some((step, part)) = part else {
            return;
        };
        path.choices.push(Choice::Succeeds(step, part));
        if let Some(var) = self.model.effects(step, part) {
            path.effects.insert(var, Update::Next);
        }
    }

    fn terminator(
        &self,
        handler: Handler,
        terminator: &Terminator,
        path: Path,
        ends: &mut Vec<Path>,
    ) {
        match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => {
                for (taken, next) in [(Taken::Yes, *then), (Taken::No, *otherwise)] {
                    if let Some(path) = self.branch(handler, *condition, taken, path.clone()) {
                        self.block(handler, next, path, ends);
                    }
                }
            }
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => {
                let var = self.model.status(*step, path.side);
                let arms = arms.iter().map(|(statuses, block)| {
                    let is_one = |status: &Status| statuses.contains(status);
                    (self.status_values(var, is_one), *block)
                });
                self.switch(handler, (var, arms.collect(), *otherwise), path, ends);
            }
            Terminator::SwitchPhase { arms, otherwise } => {
                let var = Some(self.model.settled.var);
                let arms = arms
                    .iter()
                    .map(|(phases, block)| (self.phase_values(phases), *block));
                self.switch(handler, (var, arms.collect(), *otherwise), path, ends);
            }
            Terminator::Invoke { call, ok, refused } => {
                self.invoke(handler, (path.part_of(call), *ok, *refused), path, ends);
            }
            Terminator::Together { ok, refused, .. } => {
                self.invoke(handler, (path.entered_part(), *ok, *refused), path, ends);
            }
            Terminator::Continue(next) => {
                let mut path = path;
                path.known.clear();
                let entry = self.program.handlers[*next].body.entry;
                self.block(*next, entry, path, ends);
            }
            Terminator::Finish => ends.push(path),
            // The transaction fails and changes nothing.
            Terminator::Reject(_) => {}
        }
    }

    fn status_values(&self, var: Option<Var>, is_one: impl Fn(&Status) -> bool) -> u32 {
        match var.map(|var| &self.model.variables[var.0].meaning) {
            Some(Meaning::Status(_, _, statuses)) => mask(statuses.iter().map(is_one)),
            _ => 0,
        }
    }

    fn phase_values(&self, wanted: &[Phase]) -> u32 {
        match &self.model.variables[self.model.settled.var.0].meaning {
            Meaning::Phase(phases) => mask(phases.iter().map(|phase| wanted.contains(phase))),
            _ => 0,
        }
    }

    fn switch(
        &self,
        handler: Handler,
        (var, arms, otherwise): (Option<Var>, Vec<(u32, Block)>, Block),
        path: Path,
        ends: &mut Vec<Path>,
    ) {
        let Some(var) = var else { return };
        let rest = arms.iter().fold(u32::MAX, |rest, (mask, _)| rest & !mask);
        for (mask, block) in arms.into_iter().chain([(rest, otherwise)]) {
            if let Some(path) = path.clone().assume(var, mask, self.all_values(var)) {
                self.block(handler, block, path, ends);
            }
        }
    }

    fn all_values(&self, var: Var) -> u32 {
        u32::MAX >> (32 - u32::from(self.model.variables[var.0].values))
    }

    fn invoke(
        &self,
        handler: Handler,
        (made, ok, refused): (Option<(Step, Part)>, Block, Block),
        path: Path,
        ends: &mut Vec<Path>,
    ) {
        let mut succeeds = path.clone();
        self.succeed(made, &mut succeeds);
        self.block(handler, ok, succeeds, ends);
        let Some((step, part)) = made else {
            return;
        };
        let mut fails = path.clone();
        fails.choices.push(Choice::Fails(step, part));
        self.block(handler, refused, fails, ends);
        if !path.has_gas {
            let mut starves = path;
            starves.choices.push(Choice::Starves(step, part));
            let starved = self
                .model
                .find(|meaning| *meaning == Meaning::Starved(step));
            starves
                .effects
                .extend(starved.map(|var| (var, Update::Set(1))));
            self.block(handler, refused, starves, ends);
        }
    }

    /// The path on which a condition went this way, unless it cannot.
    fn branch(
        &self,
        handler: Handler,
        condition: Value,
        taken: Taken,
        mut path: Path,
    ) -> Option<Path> {
        let body = &self.program.handlers[handler].body;
        if let Some(&Known::Truth(truth)) = path.known.get(&condition) {
            return (truth == (taken == Taken::Yes)).then_some(path);
        }
        if let Some((var, holds)) = self.counted(body, condition, &path) {
            let wanted = match taken {
                Taken::Yes => holds,
                Taken::No => !holds,
            };
            return path.assume(var, wanted, self.all_values(var));
        }
        let name = body.values[condition].name.clone();
        let step = self.program.handlers[handler].step;
        path.choices.push(Choice::Branch(step, name, taken));
        Some(path)
    }

    /// For a comparison of a counter with a number: the counter, and the values for which it holds.
    fn counted(&self, body: &Body, condition: Value, path: &Path) -> Option<(Var, u32)> {
        let defines = |inst: &&InstData| inst.results() == [condition];
        let InstData::Binary {
            op: BinaryOp::Lt,
            left,
            right,
            ..
        } = body.insts.values().find(defines)?
        else {
            return None;
        };
        match (path.known.get(left)?, path.known.get(right)?) {
            (&Known::Counter(var, more), &Known::Number(limit)) => {
                let values = 0..u64::from(self.model.variables[var.0].values);
                Some((var, mask(values.map(|value| value + more < limit))))
            }
            _ => None,
        }
    }
}

impl Path {
    fn new(side: Side) -> Self {
        Path {
            side,
            guard: BTreeMap::new(),
            effects: BTreeMap::new(),
            choices: Vec::new(),
            known: HashMap::new(),
            entered: None,
            has_gas: false,
        }
    }

    /// The same path if a variable has one of these values now.
    fn assume(mut self, var: Var, allowed: u32, all: u32) -> Option<Self> {
        if let Some(Update::Set(value)) = self.effects.get(&var) {
            return (allowed >> value & 1 == 1).then_some(self);
        }
        let guard = self.guard.entry(var).or_insert(all);
        *guard &= allowed;
        let is_possible = *guard != 0;
        if *guard == all {
            self.guard.remove(&var);
        }
        is_possible.then_some(self)
    }

    /// What a call belongs to: the guard that asks, or the step whose status was written last, and that status says what it is.
    fn part_of(&self, call: &CallData) -> Option<(Step, Part)> {
        match call.asks {
            Some(step) => Some((step, Part::Guard)),
            None => self.entered_part(),
        }
    }

    /// The step whose status was written last, and which of its calls that makes.
    fn entered_part(&self) -> Option<(Step, Part)> {
        let (step, status) = self.entered?;
        let part = match status {
            Status::Executed => Part::Execution,
            Status::Cancelled => Part::Compensation,
            Status::Confirmed => Part::Confirmation,
            _ => return None,
        };
        Some((step, part))
    }
}

/// What comes of an operator, as far as constants decide it.
fn decided(op: BinaryOp, sides: (Option<Known>, Option<Known>)) -> Option<bool> {
    use Known::{Number, Truth};
    match (op, sides) {
        (BinaryOp::And, (Some(Truth(false)), _) | (_, Some(Truth(false)))) => Some(false),
        (BinaryOp::Or, (Some(Truth(true)), _) | (_, Some(Truth(true)))) => Some(true),
        (BinaryOp::And, (Some(Truth(true)), Some(Truth(true)))) => Some(true),
        (BinaryOp::Or, (Some(Truth(false)), Some(Truth(false)))) => Some(false),
        (_, (Some(Truth(left)), Some(Truth(right)))) => compared(op, &left, &right),
        (_, (Some(Number(left)), Some(Number(right)))) => compared(op, &left, &right),
        _ => None,
    }
}

fn compared<T: Ord>(op: BinaryOp, left: &T, right: &T) -> Option<bool> {
    match op {
        BinaryOp::Eq => Some(left == right),
        BinaryOp::Ne => Some(left != right),
        BinaryOp::Lt => Some(left < right),
        BinaryOp::Le => Some(left <= right),
        BinaryOp::Gt => Some(left > right),
        BinaryOp::Ge => Some(left >= right),
        BinaryOp::And | BinaryOp::Or => None,
    }
}

fn mask(bits: impl Iterator<Item = bool>) -> u32 {
    let set = bits.enumerate().filter(|(_, is_set)| *is_set);
    set.map(|(position, _)| 1 << position).sum()
}
