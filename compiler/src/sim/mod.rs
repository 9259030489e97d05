//! The simulator: seeded runs of the interpreter, in which much goes wrong, and all that is promised is asked at every moment.
//!
//! [`simulate`] starts instances of a workflow and lets a scheduler draw what happens next from what is possible: deliveries, faults of
//! the transport, forks of chains, failing calls, too little gas, clocks that differ, and people who cancel or try what they may not
//! ([`Fault`]). Every move is written down, so that [`replay`] can make the same run again, whatever the scheduler draws then. Then
//! comes a fair ending: nothing goes wrong any more, everything is sent again and delivered. A run fails if
//!
//! - an [invariant](crate::analysis::explore::Invariant) of the workflow is broken at any moment,
//! - a started instance is not settled at the end,
//! - a message that no machine sent is believed, or
//! - it ends otherwise than its [`Script`] expects.
//!
//! [`shrink`] makes a run that fails shorter.
//!
//! Messages are heard only once they are final; a fork undoes only what is not. Everything is drawn from the seed: the same
//! subject and options give the same run.

mod accounts;
mod asked;
mod chance;
mod ending;
mod failure;
mod fault;
mod json;
mod ledger;
mod members;
mod mermaid;
mod moves;
mod notation;
mod play;
mod post;
mod run;
pub mod scenario;
mod scheduler;
mod script;
mod state;
mod target;
pub mod text;
mod timeline;
mod transact;
pub mod values;

use crate::analysis::Facts;
use crate::analysis::explore::Model;
use crate::entities::{Machine, Message, Workflow};
use crate::interp::Setting;
use crate::interp::schedule::Account;
use crate::ir::{Program, Step, Trigger, WorkflowData};
use crate::wire::Value;

pub use accounts::{Accounts, NOBODY, STRANGER};
pub use failure::{Failure, FailureKind};
pub use fault::{Fault, Struck, UnknownFault, Weights};
pub use moves::{Kind, Move};
pub use notation::{NotAMove, Notation};
pub use run::{InstanceEnd, Run, replay, shrink, simulate};
pub use script::{Behaviour, Expectation, Fails, Script, Starter};
pub use timeline::{Doing, DoingKind, Entry, What};

/// What is simulated: one workflow of a verified program, deployed.
#[derive(Clone, Debug)]
pub struct Subject<'p> {
    /// The program.
    pub program: &'p Program,
    /// What was computed about it.
    pub facts: &'p Facts,
    /// The workflow.
    pub workflow: Workflow,
    /// The deployment.
    pub setting: Setting,
    /// What is promised of the workflow.
    pub model: Model,
    /// Who may start an instance.
    starter: Account,
    /// How long its remote steps may take, in seconds, each once.
    deadlines: Vec<u64>,
    /// The longest of them; an hour if there is none.
    longest: u64,
}

/// How runs are made.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What everything is drawn from.
    pub seed: u64,
    /// The most moves of a run before its ending.
    pub moves: usize,
    /// How many instances take part in a run.
    pub instances: usize,
    /// How often what goes wrong.
    pub weights: Weights,
    /// What is not left to the seed.
    pub script: Script,
}

impl Options {
    /// One instance to which nothing happens.
    fn calm() -> Self {
        Options {
            seed: 0,
            moves: 0,
            instances: 1,
            weights: Weights::NONE,
            script: Script::default(),
        }
    }
}

/// How long a delay may be where no step has a deadline, in seconds.
const HOUR: u64 = 3_600;

impl<'p> Subject<'p> {
    /// A workflow of a program with a deployment.
    pub fn new(
        program: &'p Program,
        facts: &'p Facts,
        workflow: Workflow,
        setting: Setting,
    ) -> Self {
        let steps = program.workflows[workflow].steps.iter();
        let mut deadlines: Vec<_> = steps.filter_map(|&it| program.steps[it].within).collect();
        deadlines.sort_unstable();
        deadlines.dedup();
        let mut subject = Subject {
            program,
            facts,
            workflow,
            setting,
            model: Model::of(program, workflow),
            starter: NOBODY,
            longest: deadlines.last().copied().unwrap_or(HOUR),
            deadlines,
        };
        subject.starter = members::starter(&subject);
        subject
    }

    /// The workflow's declaration.
    pub fn workflow(&self) -> &'p WorkflowData {
        &self.program.workflows[self.workflow]
    }

    /// The workflow's steps, in order.
    pub fn steps(&self) -> &'p [Step] {
        &self.workflow().steps
    }

    /// The coordinator.
    pub fn home(&self) -> Machine {
        self.workflow().coordinator
    }

    /// The machines, the coordinator first.
    pub fn machines(&self) -> Vec<Machine> {
        self.program.machines_of(self.workflow).collect()
    }

    /// The accounts of an instance with such inputs.
    pub fn accounts(&self, script: &Script, inputs: &[Value]) -> Accounts<'p> {
        members::accounts(self, script, inputs)
    }

    fn has(&self, machine: Machine, trigger: Trigger) -> bool {
        self.program.handler_of(machine, trigger).is_some()
    }

    /// Whether a message may be presented as expired.
    fn can_expire(&self, message: Message) -> bool {
        self.has(self.program.messages[message].to, Trigger::Expire(message))
    }
}
