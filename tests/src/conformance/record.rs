//! What would have to be run on a machine, written down: the virtual machines for Move run whole tests and no single transactions.

use std::cell::RefCell;
use std::rc::Rc;

use sha2::{Digest, Sha256};
use xcc::entities::Machine;
use xcc::hir::{Binding, ObjectBinding, ObjectSource};
use xcc::import::asset::TAKE;
use xcc::interp::{Action, Call, Called, InstanceState, Outcome, Rejected, Transaction};
use xcc::ir::Program;
use xcc::literal::U256;
use xcc::wire::Value;

use super::follow::Follower;
use super::move_vm::Movement;
use super::walk::Trial;

/// A machine of which it is written down what would have to be run.
#[derive(Clone)]
pub(super) struct Recorder<'p> {
    program: &'p Program,
    machine: Machine,
    runs: Rc<RefCell<Vec<Run>>>,
    /// The runs that lead here, by position.
    way: Vec<usize>,
    /// What the interpreter keeps of the machine.
    state: [u8; 32],
}

/// A transaction, and what must come of it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The runs before it, by position.
    pub(super) way: Vec<usize>,
    /// What is sent.
    pub(super) transaction: Transaction,
    /// What it asks for, were its message not damaged.
    pub(super) asked: Action,
    /// The calls of targets that are made, and how each is answered.
    pub(super) calls: Vec<(Call, Called)>,
    /// What is moved of the asset that is held.
    pub(super) moved: Vec<Movement>,
    /// What comes of it, and what the machine keeps of the instance then.
    pub(super) result: Result<(Outcome, InstanceState), Rejected>,
    /// Whether the machine keeps something else than before.
    pub(super) changes: bool,
    /// In words.
    pub(super) what: String,
}

impl<'p> Recorder<'p> {
    /// A machine that nothing has happened to.
    pub(super) fn new(program: &'p Program, machine: Machine) -> Self {
        Recorder {
            program,
            machine,
            runs: Rc::default(),
            way: Vec::new(),
            state: [0; 32],
        }
    }

    /// What was written down, also by every copy.
    pub(super) fn runs(&self) -> Vec<Run> {
        self.runs.borrow().clone()
    }
}

impl Follower for Recorder<'_> {
    fn digest(&mut self) -> [u8; 32] {
        self.state
    }

    /// On Sui only an object that a function takes can make it fail, and a coin what takes it; on Aptos nothing can be taken of anybody.
    fn can_be_sent(&self, trial: &Trial<'_>) -> bool {
        let is_own = |object: &ObjectBinding| matches!(object.source, ObjectSource::Constant(_));
        let can_fail = |call: &Call| match &call.binding {
            Binding::Sui { objects, .. } => {
                objects.iter().any(is_own) || call.function.name == TAKE
            }
            _ => call.function.name != TAKE || call.args.last() != Some(&Value::Uint(U256::zero())),
        };
        let mut calls = trial.calls.iter();
        calls.all(|(call, called)| *called != Called::Failed || can_fail(call))
    }

    fn follow(&mut self, trial: &Trial<'_>) -> Result<(), String> {
        let before = self.state;
        let mut runs = self.runs.borrow_mut();
        let result = trial.result.as_ref().map(|step| {
            let kept = step.bench.network.machines().machine(self.machine);
            self.state = Sha256::digest(format!("{kept:?}")).into();
            (step.outcome.clone(), kept.instance(&step.outcome.instance))
        });
        let changes = self.state != before;
        let moved = trial.calls.iter();
        let moved = moved.flat_map(|call| Movement::all(self.program, call));
        let moved = moved.collect();
        let contracts = &self.program.declarations.contracts;
        let calls = trial.calls.iter();
        let calls = calls.filter(|(call, _)| contracts[call.function.contract].asset.is_none());
        runs.push(Run {
            way: self.way.clone(),
            transaction: trial.transaction.clone(),
            asked: trial.asked(),
            calls: calls.cloned().collect(),
            moved,
            result: result.map_err(Clone::clone),
            changes,
            what: trial.describe(self.program),
        });
        if changes {
            self.way.push(runs.len() - 1);
        }
        Ok(())
    }
}
