//! The reference interpreter: runs the machines of a workflow as the IR says, down to the byte. What the back ends emit is
//! compared with it.
//!
//! # A transaction
//!
//! [`Interpreter::transact`] runs one transaction of one machine. It is let in, or rejected, in this order:
//!
//! 1. The caller is an address of the machine's chain.
//! 2. A message was sent by a peer: to a coordinator by a participant, to a participant by the coordinator.
//! 3. It begins with a header of this version whose kind exists, and only an Execute has a deadline.
//! 4. The header has the first bytes of this workflow's fingerprint.
//! 5. A message of this step and kind exists, and goes from this sender to this machine.
//! 6. The machine has a handler for what is asked. `expire` and `park` exist only where the VM cannot catch.
//! 7. The body is the one encoding of some values; also where the handler takes none of them.
//! 8. The inputs of a `start` are of the workflow's types.
//!
//! A contract may check in another order: which of several reasons it gives is not part of the protocol, that it rejects is. A
//! message about an instance the machine never heard of is let in; everything about that instance is zero.
//!
//! Then the handler runs on a copy of what the machine keeps of the instance. If it ends with `finish`, the copy is kept and the
//! [`Outcome`] says what was announced, sent and called, each in order; otherwise nothing happened.
//!
//! # Calls
//!
//! The [`World`] decides what targets do. A call that fails had no effects: an `invoke` goes on with it, a `call` rejects the
//! transaction. Results that are not of their types reject the transaction even after an `invoke`, because decoding them is not
//! part of the call that is caught. Nothing enters a machine again while one of its transactions is under way.
//!
//! # Gas
//!
//! Gas is what the protocol has to say about it and no more: instructions cost nothing, a call costs its whole budget. With
//! [`Gas::Limit`], `require_gas` and a `call` reject a transaction that has less left than the budget; an `invoke` with less left is
//! [`CallEnd::Starved`]: it fails without being made. The real machines keep a margin for what they do around calls, and real calls
//! often succeed on less than their budgets.
//!
//! # What is not here
//!
//! Wiring, which is done when the interpreter begins, and fees: the IR does not speak of them. A transaction that runs here may still
//! fail on a chain for want of a fee, as one for want of gas does: it changes nothing and can be sent again.

mod admit;
mod compute;
mod error;
pub mod mapping;
pub mod network;
mod run;
pub mod schedule;
mod state;
mod transaction;
mod world;

use std::collections::BTreeMap;

use crate::analysis::Facts;
use crate::entities::{Machine, Workflow};
use crate::ir::Program;

pub use error::Rejected;
pub use network::Network;
pub use state::{Instance, InstanceState, MachineState};
pub use transaction::{
    Action, CallEnd, Delivery, Event, Gas, Made, Outcome, Sender, Sent, Transaction,
};
pub use world::{Call, Called, Fate, Setting, Used, World};

/// The machines of one workflow.
#[derive(Clone, Debug)]
pub struct Interpreter<'p> {
    context: Context<'p>,
    machines: BTreeMap<Machine, MachineState>,
}

/// What stays the same.
#[derive(Clone, Debug)]
struct Context<'p> {
    program: &'p Program,
    facts: &'p Facts,
    workflow: Workflow,
    setting: Setting,
}

impl<'p> Interpreter<'p> {
    /// The machines of a workflow of a verified program, deployed and wired, before anything happened.
    pub fn new(
        program: &'p Program,
        facts: &'p Facts,
        workflow: Workflow,
        setting: Setting,
    ) -> Self {
        let data = &program.workflows[workflow];
        let machines = std::iter::once(&data.coordinator).chain(&data.participants);
        Interpreter {
            machines: machines
                .map(|&machine| (machine, MachineState::default()))
                .collect(),
            context: Context {
                program,
                facts,
                workflow,
                setting,
            },
        }
    }

    /// The program.
    pub fn program(&self) -> &'p Program {
        self.context.program
    }

    /// The workflow.
    pub fn workflow(&self) -> Workflow {
        self.context.workflow
    }

    /// What each machine keeps.
    pub fn machines(&self) -> &BTreeMap<Machine, MachineState> {
        &self.machines
    }

    /// What a machine keeps.
    ///
    /// # Panics
    ///
    /// When the machine is none of the workflow.
    pub fn machine(&self, machine: Machine) -> &MachineState {
        &self.machines[&machine]
    }

    /// Lets a machine keep again what it kept before.
    fn put_back(&mut self, machine: Machine, state: MachineState) {
        let kept = self.machines.get_mut(&machine);
        *kept.expect("the machine is one of the workflow") = state;
    }

    /// Runs a transaction of a machine.
    ///
    /// # Errors
    ///
    /// Why it was rejected. Then nothing changed.
    ///
    /// # Panics
    ///
    /// When the machine is none of the workflow.
    pub fn transact(
        &mut self,
        world: &mut dyn World,
        machine: Machine,
        transaction: &Transaction,
    ) -> Result<Outcome, Rejected> {
        let result = self.attempt(world, machine, transaction);
        world.end(match result {
            Ok(_) => Fate::Kept,
            Err(_) => Fate::Undone,
        });
        let (outcome, state) = result?;
        let kept = self.machines.entry(machine).or_default();
        kept.set(outcome.instance, state);
        if matches!(transaction.action, Action::Start { .. }) {
            kept.count_start();
        }
        Ok(outcome)
    }

    fn attempt(
        &self,
        world: &mut dyn World,
        machine: Machine,
        transaction: &Transaction,
    ) -> Result<(Outcome, InstanceState), Rejected> {
        let kept = self.machine(machine);
        let admitted = self.context.admit(machine, kept.started(), transaction)?;
        let state = kept.instance(&admitted.instance);
        let run = run::Run::new(
            &self.context,
            world,
            machine,
            transaction,
            (&admitted, state),
        );
        run.run(admitted.handler, admitted.params)
    }
}

impl Context<'_> {
    /// The part of the fingerprint that messages carry.
    fn fingerprint(&self) -> [u8; 8] {
        let fingerprint = &self.facts.fingerprints[self.workflow];
        *fingerprint
            .first_chunk()
            .expect("a fingerprint has 32 bytes")
    }
}
