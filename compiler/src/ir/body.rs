//! Handler bodies: values, instructions, terminators and blocks.

use std::ops::Deref;

use cranelift_entity::PrimaryMap;

pub use crate::entities::{Block, Event, Inst, Value};
use crate::entities::{Constant, Handler, Message, Record, Slot, Step};
pub use crate::hir::ArithmeticOp;
use crate::hir::{BinaryOp, Binding, FunctionRef, Spend};
use crate::ir::program::{Phase, Status};
use crate::literal::Literal;
use crate::types::Type;

/// The body of a handler.
#[derive(Clone, Debug)]
pub struct Body {
    /// Blocks, in the order they are written out.
    pub blocks: PrimaryMap<Block, BlockData>,
    /// Instructions.
    pub insts: PrimaryMap<Inst, InstData>,
    /// Values: block parameters and results of instructions.
    pub values: PrimaryMap<Value, ValueData>,
    /// Where it begins; its parameters are what the trigger supplies.
    pub entry: Block,
}

/// A block.
#[derive(Clone, Debug)]
pub struct BlockData {
    /// Values supplied on entry.
    pub params: Vec<Value>,
    /// What happens, in order.
    pub insts: Vec<Inst>,
    /// How it ends. `None` only while the body is being built.
    pub terminator: Option<Terminator>,
}

/// A value, which is assigned once.
#[derive(Clone, Debug)]
pub struct ValueData {
    /// A name for readers, from the source where there is one; not unique.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// An instruction. Results are named in the variant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum InstData {
    /// A literal of the result's type.
    Literal { result: Value, literal: Literal },
    /// A deployment constant.
    Constant { result: Value, constant: Constant },
    /// A comparison or logical connection; never fails. `and`/`or` take booleans that are already computed.
    Binary {
        result: Value,
        op: BinaryOp,
        left: Value,
        right: Value,
    },
    /// Whether arithmetic on unsigned numbers has a value: whether its type can hold the result, and nothing is divided by zero.
    /// Never fails.
    Fits {
        result: Value,
        op: ArithmeticOp,
        left: Value,
        right: Value,
    },
    /// Arithmetic on unsigned numbers that is known to have a value, by what the numbers can be or by a branch on the way.
    Arithmetic {
        result: Value,
        op: ArithmeticOp,
        left: Value,
        right: Value,
    },
    /// Arithmetic on unsigned numbers, or zero where it has no value; never fails. `fits` is whether it has one, as [`InstData::Fits`]
    /// tells. It stands where `&&` and `||` decide whether the value counts.
    ArithmeticOrZero {
        result: Value,
        op: ArithmeticOp,
        left: Value,
        right: Value,
        fits: Value,
    },
    /// Logical negation.
    Not { result: Value, value: Value },
    /// The same value in a wider type.
    Widen { result: Value, value: Value },
    /// As many of the low bits of an unsigned number as a narrower type has; never fails. Where that may be another number, a branch
    /// asks before it is used.
    Narrow { result: Value, value: Value },
    /// A record from its fields in order.
    Record {
        result: Value,
        record: Record,
        fields: Vec<Value>,
    },
    /// A field of a record, by position.
    Field {
        result: Value,
        value: Value,
        index: usize,
    },
    /// A list or array of the result's type, or an option with its one element or none.
    List { result: Value, elements: Vec<Value> },
    /// Reads a slot of the instance.
    Load { result: Value, slot: Slot },
    /// Seconds since 1970 on this chain's clock, as `u64`.
    Now { result: Value },
    /// The account that sent the transaction, as an address of this chain.
    Caller { result: Value },
    /// The deadline in the delivered message's header, as `u64` seconds since 1970.
    Deadline { result: Value },
    /// Writes a slot of the instance.
    Store { slot: Slot, value: Value },
    /// Marks a step before an `invoke` leaves the contract, or after one that failed, without an event: what came of it is
    /// announced by the [`InstData::SetStatus`] that follows, if anything did.
    Enter { step: Step, status: Status },
    /// Sets the status of a step, and emits the runtime's `StepChanged(instance, step, status)`.
    SetStatus { step: Step, status: Status },
    /// Sets the instance's phase, and emits the runtime's `InstanceChanged(instance, phase)`.
    SetPhase { phase: Phase },
    /// Emits an event of the machine, after the instance's identity.
    Emit { event: Event, args: Vec<Value> },
    /// Sends a message about the current instance to the peer machine. Only an Execute carries a deadline; `None` encodes 0.
    Send {
        message: Message,
        deadline: Option<Value>,
        args: Vec<Value>,
    },
    /// Rejects the transaction unless the gas left covers a call with this budget and what follows it.
    RequireGas { gas: u64 },
    /// Calls a target and yields its used results; when the target fails, the whole transaction fails.
    Call { call: CallData, results: Vec<Value> },
}

/// A call into a target, behind a pointer: few instructions are calls, and each takes the room of the largest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallData(Box<CallParts>);

/// What a call consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallParts {
    /// What is called.
    pub function: FunctionRef,
    /// Its value arguments, in the order of the interface.
    pub args: Vec<Value>,
    /// What its VM needs beside.
    pub binding: Binding<Value>,
    /// What is held and goes with it.
    pub spends: Vec<Spend<CallData>>,
    /// The budget, in the units of the VM.
    pub gas: u64,
    /// For each result that is used, its position among the function's results.
    pub results: Vec<usize>,
    /// The step whose guard asks, if the call is part of one. It changes nothing, and belongs to no status.
    pub asks: Option<Step>,
    /// Whether it follows another call of the same part of its step, or asks for one that does: all of them take effect, or none.
    pub joins: bool,
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum Terminator {
    /// On a boolean.
    Branch {
        condition: Value,
        then: Block,
        otherwise: Block,
    },
    /// On the status of a step; every status is covered by one arm or by `otherwise`.
    SwitchStatus {
        step: Step,
        arms: Vec<(Vec<Status>, Block)>,
        otherwise: Block,
    },
    /// On the phase of the instance.
    SwitchPhase {
        arms: Vec<(Vec<Phase>, Block)>,
        otherwise: Block,
    },
    /// Calls a target with its whole budget on a VM that can catch. Used results are the parameters of `ok`; a failing call has
    /// no effects and goes to `refused`.
    Invoke {
        call: CallData,
        ok: Block,
        refused: Block,
    },
    /// Runs a handler whose calls take effect together, on a VM that can catch: `gas` is their budgets together. If one of them fails, or
    /// the handler rejects, nothing of it has happened, and it goes to `refused`.
    Together {
        routine: Handler,
        args: Vec<Value>,
        gas: u64,
        ok: Block,
        refused: Block,
    },
    /// A tail call of an internal handler of the machine, in the same transaction.
    Continue(Handler),
    /// The transaction ends well.
    Finish,
    /// The transaction fails and changes nothing.
    Reject(Rejection),
}

/// Why a transaction is rejected. The number is the code that emitted Move modules abort with and Anchor programs return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rejection {
    /// The caller is not the one who may do this.
    NotAuthorised = 1,
    /// The deadline has passed: present the message to `expire`.
    DeadlinePassed = 2,
    /// The deadline has not passed yet.
    DeadlineNotPassed = 3,
    /// The instance cannot be cancelled in its phase.
    NotCancellable = 4,
    /// Nothing is outstanding.
    NothingOutstanding = 5,
    /// The message does not fit the state of its step.
    WrongState = 6,
    /// The guard does not hold of a step that nobody refuses, because it is retriable or run by `start`, or of a later one in an `atomic`.
    GuardNotMet = 7,
    /// Arithmetic of a step that is run by `start`, or of a later one in an `atomic`, has no value.
    NoValue = 8,
}

/// Why a step was refused; a byte in the body of `Refused`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Refusal {
    /// The deadline had passed.
    Late = 1,
    /// The guard did not hold.
    Guard = 2,
    /// The target's call failed.
    CallFailed = 3,
    /// Arithmetic in the guard or in what the call is given has no value.
    NoValue = 4,
}

impl Body {
    /// The calls that it makes, each with the values that it gives.
    pub fn calls(&self) -> impl Iterator<Item = (&CallData, &[Value])> {
        let plain = self.insts.values().filter_map(|inst| match inst {
            InstData::Call { call, results } => Some((call, results.as_slice())),
            _ => None,
        });
        let terminators = self.blocks.values().flat_map(|block| &block.terminator);
        let caught = terminators.filter_map(|terminator| match terminator {
            Terminator::Invoke { call, ok, .. } => Some((call, self.blocks[*ok].params.as_slice())),
            _ => None,
        });
        plain.chain(caught)
    }

    /// The handlers that it continues in, or whose calls it lets take effect together.
    pub fn continued(&self) -> impl Iterator<Item = Handler> {
        let terminators = self.blocks.values().flat_map(|block| &block.terminator);
        terminators.filter_map(Terminator::continued)
    }

    /// The calls that a block makes, in order.
    pub fn calls_of(&self, block: Block) -> impl Iterator<Item = &CallData> {
        let data = &self.blocks[block];
        let plain = data
            .insts
            .iter()
            .filter_map(|&inst| match &self.insts[inst] {
                InstData::Call { call, .. } => Some(call),
                _ => None,
            });
        let caught = data
            .terminator
            .iter()
            .filter_map(|terminator| match terminator {
                Terminator::Invoke { call, .. } => Some(call),
                _ => None,
            });
        plain.chain(caught)
    }

    /// The budgets of all of its calls.
    pub fn gas_of_calls(&self) -> u64 {
        self.calls().map(|(call, _)| call.whole_gas()).sum()
    }
}

impl Rejection {
    /// Every rejection, by number.
    pub const ALL: [Rejection; 8] = [
        Rejection::NotAuthorised,
        Rejection::DeadlinePassed,
        Rejection::DeadlineNotPassed,
        Rejection::NotCancellable,
        Rejection::NothingOutstanding,
        Rejection::WrongState,
        Rejection::GuardNotMet,
        Rejection::NoValue,
    ];

    /// The name used in text and generated identifiers.
    pub fn name(self) -> &'static str {
        match self {
            Rejection::NotAuthorised => "NotAuthorised",
            Rejection::DeadlinePassed => "DeadlinePassed",
            Rejection::DeadlineNotPassed => "DeadlineNotPassed",
            Rejection::NotCancellable => "NotCancellable",
            Rejection::NothingOutstanding => "NothingOutstanding",
            Rejection::WrongState => "WrongState",
            Rejection::GuardNotMet => "GuardNotMet",
            Rejection::NoValue => "NoValue",
        }
    }
}

impl InstData {
    /// The values it defines.
    pub fn results(&self) -> &[Value] {
        match self {
            InstData::Literal { result, .. }
            | InstData::Constant { result, .. }
            | InstData::Binary { result, .. }
            | InstData::Fits { result, .. }
            | InstData::Arithmetic { result, .. }
            | InstData::ArithmeticOrZero { result, .. }
            | InstData::Not { result, .. }
            | InstData::Widen { result, .. }
            | InstData::Narrow { result, .. }
            | InstData::Record { result, .. }
            | InstData::Field { result, .. }
            | InstData::List { result, .. }
            | InstData::Load { result, .. }
            | InstData::Now { result }
            | InstData::Caller { result }
            | InstData::Deadline { result } => std::slice::from_ref(result),
            InstData::Call { results, .. } => results,
            InstData::Store { .. }
            | InstData::Enter { .. }
            | InstData::SetStatus { .. }
            | InstData::SetPhase { .. }
            | InstData::Emit { .. }
            | InstData::Send { .. }
            | InstData::RequireGas { .. } => &[],
        }
    }

    /// The values it uses.
    pub fn operands(&self) -> Vec<Value> {
        match self {
            InstData::Binary { left, right, .. }
            | InstData::Fits { left, right, .. }
            | InstData::Arithmetic { left, right, .. } => {
                vec![*left, *right]
            }
            InstData::ArithmeticOrZero {
                left, right, fits, ..
            } => vec![*left, *right, *fits],
            InstData::Not { value, .. }
            | InstData::Widen { value, .. }
            | InstData::Narrow { value, .. }
            | InstData::Field { value, .. }
            | InstData::Store { value, .. } => vec![*value],
            InstData::Record { fields, .. } => fields.clone(),
            InstData::List { elements, .. } => elements.clone(),
            InstData::Emit { args, .. } => args.clone(),
            InstData::Send { deadline, args, .. } => deadline.iter().chain(args).copied().collect(),
            InstData::Call { call, .. } => call.operands(),
            InstData::Literal { .. }
            | InstData::Constant { .. }
            | InstData::Load { .. }
            | InstData::Now { .. }
            | InstData::Caller { .. }
            | InstData::Deadline { .. }
            | InstData::Enter { .. }
            | InstData::SetStatus { .. }
            | InstData::SetPhase { .. }
            | InstData::RequireGas { .. } => Vec::new(),
        }
    }
}

impl From<CallParts> for CallData {
    fn from(parts: CallParts) -> Self {
        Self(Box::new(parts))
    }
}

impl Deref for CallData {
    type Target = CallParts;

    fn deref(&self) -> &CallParts {
        &self.0
    }
}

impl CallData {
    /// The same call, made by the guard of a step.
    #[must_use]
    pub fn asked_by(mut self, step: Step) -> Self {
        self.0.asks = Some(step);
        self
    }

    /// The same call, made together with another one before it.
    #[must_use]
    pub fn joined(mut self) -> Self {
        self.0.joins = true;
        self
    }

    /// The values the call uses, its binding's included.
    pub fn operands(&self) -> Vec<Value> {
        let mut operands = self.args.clone();
        self.binding
            .for_each_value(&mut |value| operands.push(*value));
        let fundings = self.spends.iter();
        operands.extend(fundings.flat_map(|spend| spend.funding.operands()));
        operands
    }

    /// Its budget, and that of what makes ready what it spends.
    pub fn whole_gas(&self) -> u64 {
        self.with_fundings().map(|call| call.gas).sum()
    }

    /// The call, after those of its assets that make ready what it spends.
    pub fn with_fundings(&self) -> impl Iterator<Item = &CallData> {
        let fundings = self.spends.iter().map(|spend| &spend.funding);
        fundings.chain([self])
    }
}

impl Terminator {
    /// The handler that it continues in, or whose calls it lets take effect together.
    pub fn continued(&self) -> Option<Handler> {
        match self {
            Terminator::Continue(next) => Some(*next),
            Terminator::Together { routine, .. } => Some(*routine),
            _ => None,
        }
    }

    /// The blocks it may go to, in order.
    pub fn successors(&self) -> Vec<Block> {
        match self {
            Terminator::Branch {
                then, otherwise, ..
            } => vec![*then, *otherwise],
            Terminator::SwitchStatus {
                arms, otherwise, ..
            } => arms
                .iter()
                .map(|(_, block)| *block)
                .chain([*otherwise])
                .collect(),
            Terminator::SwitchPhase { arms, otherwise } => arms
                .iter()
                .map(|(_, block)| *block)
                .chain([*otherwise])
                .collect(),
            Terminator::Invoke { ok, refused, .. } | Terminator::Together { ok, refused, .. } => {
                vec![*ok, *refused]
            }
            Terminator::Continue(_) | Terminator::Finish | Terminator::Reject(_) => Vec::new(),
        }
    }

    /// The values it uses.
    pub fn operands(&self) -> Vec<Value> {
        match self {
            Terminator::Branch { condition, .. } => vec![*condition],
            Terminator::Invoke { call, .. } => call.operands(),
            Terminator::Together { args, .. } => args.clone(),
            _ => Vec::new(),
        }
    }
}
