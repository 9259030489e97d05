//! How the body of a handler runs.

use cranelift_entity::SecondaryMap;

use super::Context;
use super::admit::Admitted;
use super::compute::{arithmetic, binary, is_true, literal, narrow};
use super::error::Rejected;
use super::state::{Instance, InstanceState};
use super::transaction::{CallEnd, Event, Gas, Made, Outcome, Sent, Transaction};
use super::world::{Call, Called, Used, World};
use crate::entities::{Block, Handler, Machine, Message, Step};
use crate::ir::{self, ArithmeticOp, Body, CallData, InstData, Status, Terminator};
use crate::literal::U256;
use crate::types::Type;
use crate::wire::Value;

/// A transaction under way. It works on a copy of what the machine keeps of the instance.
pub(super) struct Run<'a> {
    context: &'a Context<'a>,
    world: &'a mut dyn World,
    machine: Machine,
    transaction: &'a Transaction,
    instance: Instance,
    deadline: u64,
    gas: Gas,
    state: InstanceState,
    /// The status written last, which the next call belongs to.
    entered: Option<(Step, Status)>,
    /// Whether it is in a routine, in which a call without gas fails by itself.
    is_together: bool,
    outcome: Outcome,
}

/// The values of one body.
struct Frame<'a> {
    body: &'a Body,
    values: SecondaryMap<ir::Value, Option<Value>>,
}

/// Where a block leads.
enum Next {
    Block(Block, Vec<Value>),
    Handler(Handler),
    End,
}

impl<'a> Run<'a> {
    /// Begins a transaction that was let in.
    pub(super) fn new(
        context: &'a Context<'a>,
        world: &'a mut dyn World,
        machine: Machine,
        transaction: &'a Transaction,
        (admitted, state): (&Admitted, InstanceState),
    ) -> Self {
        Run {
            context,
            world,
            machine,
            transaction,
            instance: admitted.instance,
            deadline: admitted.deadline,
            gas: transaction.gas,
            state,
            entered: None,
            is_together: false,
            outcome: Outcome {
                handler: admitted.handler,
                instance: admitted.instance,
                events: Vec::new(),
                sent: Vec::new(),
                calls: Vec::new(),
            },
        }
    }

    /// Runs a handler, and those it continues in, to the end.
    pub(super) fn run(
        mut self,
        handler: Handler,
        params: Vec<Value>,
    ) -> Result<(Outcome, InstanceState), Rejected> {
        let mut next = Some((handler, params));
        while let Some((handler, params)) = next {
            let body = &self.context.program.handlers[handler].body;
            next = self.body(body, params)?.map(|next| (next, Vec::new()));
        }
        Ok((self.outcome, self.state))
    }

    /// Runs a body, and says which handler it continues in.
    fn body(&mut self, body: &Body, params: Vec<Value>) -> Result<Option<Handler>, Rejected> {
        let mut frame = Frame {
            body,
            values: SecondaryMap::new(),
        };
        let (mut block, mut params) = (body.entry, params);
        loop {
            frame.define(&body.blocks[block].params, params);
            match self.block(&mut frame, block)? {
                Next::Block(next, values) => (block, params) = (next, values),
                Next::Handler(handler) => return Ok(Some(handler)),
                Next::End => return Ok(None),
            }
        }
    }

    fn block(&mut self, frame: &mut Frame<'_>, block: Block) -> Result<Next, Rejected> {
        let data = &frame.body.blocks[block];
        for &inst in &data.insts {
            self.inst(frame, &frame.body.insts[inst])?;
        }
        let terminator = data.terminator.as_ref();
        self.terminator(
            frame,
            terminator.expect("every block of a verified program ends"),
        )
    }

    fn inst(&mut self, frame: &mut Frame<'_>, inst: &InstData) -> Result<(), Rejected> {
        let program = self.context.program;
        match inst {
            InstData::Store { slot, value } => {
                self.state.store(program, *slot, frame.get(*value).clone());
            }
            InstData::Enter { step, status } => self.enter(*step, *status),
            InstData::SetStatus { step, status } => {
                self.enter(*step, *status);
                self.announce(Event::StepChanged(*step, *status));
            }
            InstData::SetPhase { phase } => {
                self.state.set_phase(*phase);
                self.announce(Event::InstanceChanged(*phase));
            }
            InstData::Emit { event, args } => {
                self.announce(Event::Workflow(*event, frame.all(args)));
            }
            InstData::Send {
                message,
                deadline,
                args,
            } => {
                let deadline = deadline.map_or(0, |value| frame.seconds(value));
                self.send(*message, deadline, &frame.all(args));
            }
            InstData::RequireGas { gas } => self.require_gas(*gas)?,
            InstData::Call { call, results } => {
                let values = self.call(frame, call, results)?;
                frame.define(results, values);
            }
            _ => {
                let value = self.compute(frame, inst);
                frame.define(inst.results(), vec![value]);
            }
        }
        Ok(())
    }

    /// The result of an instruction that has one and changes nothing.
    fn compute(&self, frame: &Frame<'_>, inst: &InstData) -> Value {
        match inst {
            InstData::Literal { literal: it, .. } => literal(it),
            InstData::Constant { constant, .. } => self.context.setting.constants[constant].clone(),
            InstData::Binary {
                op, left, right, ..
            } => binary(*op, frame.get(*left), frame.get(*right)),
            InstData::Fits {
                op, left, right, ..
            } => Value::Bool(self.arithmetic(frame, *op, *left, *right).is_some()),
            InstData::Arithmetic {
                op, left, right, ..
            } => {
                let value = self.arithmetic(frame, *op, *left, *right);
                value.expect("a verified program computes what has a value")
            }
            InstData::ArithmeticOrZero {
                op, left, right, ..
            } => {
                let value = self.arithmetic(frame, *op, *left, *right);
                value.unwrap_or(Value::Uint(U256::zero()))
            }
            InstData::Not { value, .. } => Value::Bool(!is_true(frame.get(*value))),
            // A wider type holds the same number, and a greater bound the same elements.
            InstData::Widen { value, .. } => frame.get(*value).clone(),
            InstData::Narrow { result, value } => {
                narrow(frame.get(*value), &frame.body.values[*result].ty)
            }
            InstData::Record { fields, .. } => Value::Record(frame.all(fields)),
            InstData::Field { value, index, .. } => frame.field(*value, *index),
            InstData::List { result, elements } => {
                let mut elements = frame.all(elements);
                match frame.body.values[*result].ty {
                    Type::Option(_) => Value::Option(elements.pop().map(Box::new)),
                    _ => Value::List(elements),
                }
            }
            InstData::Load { slot, .. } => self.state.slot(self.context.program, *slot),
            InstData::Now { .. } => Value::Uint(self.transaction.now.into()),
            InstData::Caller { .. } => Value::Bytes(self.transaction.caller.clone()),
            InstData::Deadline { .. } => Value::Uint(self.deadline.into()),
            other => unreachable!("{other:?} has no result of its own"),
        }
    }

    /// Arithmetic in the type of its sides, unless it has no value.
    fn arithmetic(
        &self,
        frame: &Frame<'_>,
        op: ArithmeticOp,
        left: ir::Value,
        right: ir::Value,
    ) -> Option<Value> {
        let ty = &frame.body.values[left].ty;
        let sides = (frame.get(left), frame.get(right));
        arithmetic(op, sides, ty, &self.context.program.declarations)
    }

    fn terminator(&mut self, frame: &Frame<'_>, terminator: &Terminator) -> Result<Next, Rejected> {
        let to = |block: Block| Next::Block(block, Vec::new());
        Ok(match terminator {
            Terminator::Branch {
                condition,
                then,
                otherwise,
            } => match is_true(frame.get(*condition)) {
                true => to(*then),
                false => to(*otherwise),
            },
            Terminator::SwitchStatus {
                step,
                arms,
                otherwise,
            } => to(arm_of(self.state.status(*step), arms, *otherwise)),
            Terminator::SwitchPhase { arms, otherwise } => {
                to(arm_of(self.state.phase(), arms, *otherwise))
            }
            Terminator::Invoke { call, ok, refused } => self.invoke(frame, call, *ok, *refused)?,
            Terminator::Together {
                routine,
                args,
                ok,
                refused,
                ..
            } => match self.together(*routine, frame.all(args))? {
                true => to(*ok),
                false => to(*refused),
            },
            Terminator::Continue(handler) => Next::Handler(*handler),
            Terminator::Finish => Next::End,
            Terminator::Reject(rejection) => return Err((*rejection).into()),
        })
    }

    fn enter(&mut self, step: Step, status: Status) {
        self.state.set_status(step, status);
        self.entered = Some((step, status));
    }

    fn announce(&mut self, event: Event) {
        self.outcome.events.push(event);
    }

    fn send(&mut self, message: Message, deadline: u64, args: &[Value]) {
        let Context { program, facts, .. } = *self.context;
        let about = (self.instance, deadline);
        let sent = Sent::made_up(program, facts, message, about, args);
        self.outcome.sent.push(sent);
    }

    fn require_gas(&self, required: u64) -> Result<(), Rejected> {
        match self.gas {
            Gas::Limit(left) if left < required => Err(Rejected::OutOfGas { required, left }),
            _ => Ok(()),
        }
    }

    /// A call whose failure fails the transaction.
    fn call(
        &mut self,
        frame: &Frame<'_>,
        data: &CallData,
        results: &[ir::Value],
    ) -> Result<Vec<Value>, Rejected> {
        if !self.is_together {
            self.require_gas(data.whole_gas())?;
        }
        let call = self.prepare(frame, data, results);
        let returned = self.make(call)?;
        returned.ok_or_else(|| Rejected::CallFailed(data.function.clone()))
    }

    fn invoke(
        &mut self,
        frame: &Frame<'_>,
        data: &CallData,
        ok: Block,
        refused: Block,
    ) -> Result<Next, Rejected> {
        let call = self.prepare(frame, data, &frame.body.blocks[ok].params);
        Ok(match self.make(call)? {
            Some(values) => Next::Block(ok, values),
            None => Next::Block(refused, Vec::new()),
        })
    }

    /// Runs a routine, and says whether it came to its end. If it did not, nothing of it has happened.
    fn together(&mut self, routine: Handler, args: Vec<Value>) -> Result<bool, Rejected> {
        let (state, first) = (self.state.clone(), self.outcome.calls.len());
        let body = &self.context.program.handlers[routine].body;
        let is_outer = std::mem::replace(&mut self.is_together, true);
        let end = self.body(body, args);
        self.is_together = is_outer;
        match end {
            Ok(_) => Ok(true),
            Err(Rejected::CallFailed(_) | Rejected::Protocol(_)) => {
                self.state = state;
                let made = &mut self.outcome.calls[first..];
                self.world.undo(made.len());
                for made in made {
                    made.undo();
                }
                Ok(false)
            }
            Err(rejected) => Err(rejected),
        }
    }

    fn prepare(&self, frame: &Frame<'_>, data: &CallData, results: &[ir::Value]) -> Call {
        let used = data.results.iter().zip(results).map(|(&position, &value)| {
            let ir::ValueData { name, ty } = frame.body.values[value].clone();
            Used { position, name, ty }
        });
        let fundings = data.spends.iter().map(|spend| &spend.funding);
        let spends = fundings.map(|funding| self.prepare(frame, funding, &[]));
        Call {
            machine: self.machine,
            instance: self.instance,
            step: data.asks.map_or_else(
                || {
                    self.entered
                        .expect("a verified program writes a status before it calls")
                },
                |step| (step, Status::None),
            ),
            function: data.function.clone(),
            args: frame.all(&data.args),
            binding: data.binding.map(&mut |&value| frame.get(value).clone()),
            spends: spends.collect(),
            gas: data.gas,
            results: used.collect(),
            joins: data.joins,
        }
    }

    /// Makes a call, unless its budget is not left; what it returned, if it did not fail.
    fn make(&mut self, call: Call) -> Result<Option<Vec<Value>>, Rejected> {
        let whole = call.whole_gas();
        let end = match self.gas {
            Gas::Limit(left) if left < whole => {
                self.gas = Gas::Limit(0);
                CallEnd::Starved
            }
            Gas::Limit(left) => {
                self.gas = Gas::Limit(left - whole);
                self.ask(&call)?
            }
            Gas::Enough => self.ask(&call)?,
        };
        let returned = match &end {
            CallEnd::Returned(values) => Some(values.clone()),
            _ => None,
        };
        self.outcome.calls.push(Made { call, end });
        Ok(returned)
    }

    fn ask(&mut self, call: &Call) -> Result<CallEnd, Rejected> {
        let Called::Returned(values) = self.world.call(call) else {
            return Ok(CallEnd::Failed);
        };
        let declarations = &self.context.program.declarations;
        let mut pairs = values.iter().zip(&call.results);
        let fit = values.len() == call.results.len()
            && pairs.all(|(value, used)| value.is_of(&used.ty, declarations));
        match fit {
            true => Ok(CallEnd::Returned(values)),
            false => Err(Rejected::WrongResults(call.function.clone())),
        }
    }
}

impl Frame<'_> {
    fn define(&mut self, names: &[ir::Value], values: Vec<Value>) {
        for (&name, value) in names.iter().zip(values) {
            self.values[name] = Some(value);
        }
    }

    fn get(&self, value: ir::Value) -> &Value {
        let known = self.values[value].as_ref();
        known.expect("a verified program uses what it knows")
    }

    fn all(&self, values: &[ir::Value]) -> Vec<Value> {
        values
            .iter()
            .map(|&value| self.get(value).clone())
            .collect()
    }

    fn field(&self, value: ir::Value, index: usize) -> Value {
        match self.get(value) {
            Value::Record(fields) => fields[index].clone(),
            other => unreachable!("{other:?} is no record"),
        }
    }

    fn seconds(&self, value: ir::Value) -> u64 {
        match self.get(value) {
            Value::Uint(seconds) => seconds.as_u64(),
            other => unreachable!("{other:?} is no time"),
        }
    }
}

/// Where a switch goes on this value.
fn arm_of<T: PartialEq>(value: T, arms: &[(Vec<T>, Block)], otherwise: Block) -> Block {
    let mut arms = arms.iter();
    let taken = arms.find(|(values, _)| values.contains(&value));
    taken.map_or(otherwise, |(_, block)| *block)
}
