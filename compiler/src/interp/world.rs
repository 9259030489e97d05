//! What surrounds the machines: the targets they call, and the deployment they know.

use std::collections::BTreeMap;

use super::state::Instance;
use crate::deployment::{Address, ConstantValue, Deployment};
use crate::entities::{Constant, Machine, Step, Workflow};
use crate::hir::{Binding, FunctionRef};
use crate::ir::Part;
use crate::ir::{Program, Status};
use crate::types::Type;
use crate::vm::Vm;
use crate::wire::Value;
use crate::wire::identity::keccak256;

/// The targets that machines call.
pub trait World {
    /// Makes a call that was granted its whole budget. One that fails must have had no effects.
    fn call(&mut self, call: &Call) -> Called;

    /// The last `calls` calls were made together, and one of them failed, or something else kept them from going on: they had no effects.
    fn undo(&mut self, calls: usize) {
        let _ = calls;
    }

    /// The transaction that made the calls since the last end is over. If it was undone, so are the effects of its calls.
    fn end(&mut self, fate: Fate) {
        let _ = fate;
    }
}

/// What becomes of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It went through.
    Kept,
    /// It was rejected.
    Undone,
}

/// A call of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who calls.
    pub machine: Machine,
    /// The instance it is made for.
    pub instance: Instance,
    /// The step whose status was written last, and that status: whether it runs (`Executed`), undoes (`Cancelled`) or confirms
    /// (`Confirmed`) the step; or the step whose guard asks, and `None`.
    pub step: (Step, Status),
    /// What is called.
    pub function: FunctionRef,
    /// Its value arguments, in the order of the interface.
    pub args: Vec<Value>,
    /// What its VM needs beside.
    pub binding: Binding<Value>,
    /// The calls of assets before it, which make ready what it spends.
    pub spends: Vec<Call>,
    /// The budget, in the units of the VM.
    pub gas: u64,
    /// The results that are used.
    pub results: Vec<Used>,
    /// Whether it follows another call of the same part of its step: all of them take effect, or none.
    pub joins: bool,
}

impl Call {
    /// Its budget, and that of what makes ready what it spends.
    pub fn whole_gas(&self) -> u64 {
        let fundings = self.spends.iter().map(|funding| funding.gas);
        self.gas + fundings.sum::<u64>()
    }
}

/// A result of a call that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Its position among the function's.
    pub position: usize,
    /// Its name in the source.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

impl Call {
    /// Which of its step's calls it is.
    pub fn part(&self) -> Part {
        match self.step.1 {
            Status::Executed => Part::Execution,
            Status::Cancelled => Part::Compensation,
            Status::Confirmed => Part::Confirmation,
            Status::None => Part::Guard,
            other => unreachable!("nothing is called on the way to {other}"),
        }
    }
}

/// What a target answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// It took effect. One value for each of [`Call::results`]; others than of these types reject the transaction.
    Returned(Vec<Value>),
    /// It failed.
    Failed,
}

/// What machines know of their deployment beside the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Keccak-256 of the home chain's CAIP-2 identifier.
    pub home: [u8; 32],
    /// The coordinator's address, zeros to its left if it is shorter.
    pub coordinator: [u8; 32],
    /// The deployment constants that expressions use, as values of their chains.
    pub constants: BTreeMap<Constant, Value>,
}

impl Setting {
    /// What a profile says. A coordinator whose address the profile does not know gets one of the interpreter's own.
    pub fn of(program: &Program, workflow: Workflow, deployment: &Deployment) -> Self {
        let coordinator = program.workflows[workflow].coordinator;
        let home = program.machines[coordinator].chain;
        let known = deployment.machines[coordinator];
        let unknown = || stand_in(program.declarations.chains[home].vm);
        let constants = program.declarations.constants.keys();
        Setting {
            home: keccak256(deployment.chains[home].caip2.as_bytes()),
            coordinator: known.unwrap_or_else(unknown).to_word(),
            constants: constants
                .filter_map(|constant| match &deployment.constants[constant] {
                    ConstantValue::Address(address) => Some((constant, to_value(*address))),
                    ConstantValue::MoveType(_) => None,
                })
                .collect(),
        }
    }
}

/// An address that nobody has.
fn stand_in(vm: Vm) -> Address {
    match vm {
        Vm::Evm => Address::Evm([0xc0; 20]),
        Vm::Svm => Address::Svm([0xc0; 32]),
        Vm::Sui | Vm::Aptos => Address::Move([0xc0; 32]),
    }
}

fn to_value(address: Address) -> Value {
    match address {
        Address::Evm(bytes) => Value::Bytes(bytes.to_vec()),
        Address::Svm(bytes) | Address::Move(bytes) => Value::Bytes(bytes.to_vec()),
    }
}
