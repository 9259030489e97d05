//! The intermediate representation: what every emitted contract does, decided once for all targets.
//!
//! # Meaning
//!
//! A [`Program`] holds one [`MachineData`] for each workflow and chain. A machine keeps, for each *instance* (one run of the
//! workflow, a 32-byte identity), a *phase* (coordinator only), a *status* for each of its steps, and typed *slots*. Everything
//! starts at zero: phase `Idle`, statuses `None`, slots the zero of their type.
//!
//! A machine acts only in *handlers*. One run of a handler is one transaction of its chain: either all its effects happen, or none
//! (`reject`, a failing `call`, too little gas). A handler's body is a decision tree: an entry block whose parameters are what the
//! outside supplies, and blocks that each have exactly one predecessor. Shared continuations are handlers with the trigger
//! [`Trigger::Internal`], reached by `continue`, which is a tail call inside the same transaction.
//!
//! Bodies are trees because all four targets write structured code: a back end spells a branch as an `if` with two arms and never
//! needs to find out where two arms meet.
//!
//! # When things run
//!
//! A step's call runs in the handler that holds its `invoke` or `call`, after its status was set to `Executed`. Storage is written
//! before any call leaves the contract, so a re-entrant delivery sees the step as done. A compensation runs only in a transaction that
//! also sets the status to `Cancelled`. After an await (a `send` followed by `finish`) nothing but slots and statuses is in scope.
//!
//! # Entities
//!
//! Arenas come from `cranelift-entity`; the `Display` of an entity is its name in the text form (see [`mod@print`]). Numbering follows the
//! source order within each workflow, so an edit of one workflow leaves the text of the others alone.

pub mod body;
pub mod known;
pub mod print;
pub mod program;
pub mod verify;

pub use body::{
    ArithmeticOp, Block, BlockData, Body, CallData, CallParts, Event, Inst, InstData, Refusal,
    Rejection, Terminator, Value, ValueData,
};
pub use program::{
    Alternative, Custody, EventData, Handler, HandlerData, Machine, MachineData, Message,
    MessageData, MessageKind, Part, Phase, Program, Role, Slot, SlotData, Status, Step, StepData,
    StepKind, Trigger, Workflow, WorkflowData,
};
pub use verify::{VerifyError, VerifyErrors, verify};
