//! A run under way: the machines, what is between them, and what was counted of each instance.

use std::collections::BTreeMap;

use super::accounts::Accounts;
use super::failure::{Failure, FailureKind};
use super::fault::Struck;
use super::ledger::Ledger;
use super::post::Post;
use super::target::Attempts;
use super::timeline::{Entry, What};
use super::{Options, Subject};
use crate::entities::{Chain, Machine};
use crate::interp::mapping::{Abstract, Ghost};
use crate::interp::schedule::Account;
use crate::interp::{Instance, Interpreter, Network, Rejected};
use crate::ir::{Part, Phase, Status, Step, Trigger};
use crate::wire::Value;

/// One of the instances that a run is about.
#[derive(Clone, Debug)]
pub(super) struct Member<'p> {
    pub(super) inputs: Vec<Value>,
    /// What the results of its calls are made up from.
    pub(super) seed: String,
    pub(super) accounts: Accounts<'p>,
    /// Who starts it, on the home chain.
    pub(super) initiator: Account,
    /// Its identity, once it is started.
    pub(super) id: Option<Instance>,
    /// Why it could not be started.
    pub(super) refused: Option<Rejected>,
}

impl Member<'_> {
    /// Whether it may be worth while to start it: it is not started, and was not refused for what will not change.
    pub(super) fn can_start(&self) -> bool {
        let may_change = |rejected: &Rejected| {
            matches!(
                rejected,
                Rejected::CallFailed(_) | Rejected::OutOfGas { .. }
            )
        };
        self.id.is_none() && self.refused.as_ref().is_none_or(may_change)
    }
}

/// A run under way.
#[derive(Clone, Debug)]
pub(super) struct State<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) options: &'a Options,
    pub(super) network: Network<'a>,
    pub(super) post: Post,
    pub(super) ledger: Ledger,
    pub(super) members: Vec<Member<'a>>,
    pub(super) attempts: Attempts,
    pub(super) ghosts: BTreeMap<Instance, Ghost>,
    pub(super) timeline: Vec<Entry>,
    pub(super) struck: Struck,
    pub(super) transactions: u64,
    pub(super) messages: u64,
    pub(super) failure: Option<Failure>,
    /// Whether a call failed, since nothing goes wrong any more, that the scenario never lets succeed.
    pub(super) is_hopeless: bool,
}

impl<'a> State<'a> {
    /// Machines at rest, and instances that are not started.
    pub(super) fn new(
        subject: &'a Subject<'a>,
        options: &'a Options,
        members: Vec<Member<'a>>,
    ) -> Self {
        let Subject {
            program,
            facts,
            workflow,
            ref setting,
            ..
        } = *subject;
        let machines = Interpreter::new(program, facts, workflow, setting.clone());
        let mut network = Network::new(machines);
        for chain in program.declarations.chains.keys() {
            network.set_now(chain, options.script.begins);
        }
        State {
            subject,
            options,
            network,
            post: Post::default(),
            ledger: Ledger::default(),
            members,
            attempts: Attempts::new(),
            ghosts: BTreeMap::new(),
            timeline: Vec::new(),
            struck: Struck::default(),
            transactions: 0,
            messages: 0,
            failure: None,
            is_hopeless: false,
        }
    }

    pub(super) fn home(&self) -> Machine {
        self.subject.home()
    }

    pub(super) fn chain_of(&self, machine: Machine) -> Chain {
        self.subject.program.machines[machine].chain
    }

    /// Seconds since the run began, on a chain.
    pub(super) fn at(&self, chain: Chain) -> u64 {
        self.network.now(chain) - self.options.script.begins
    }

    /// Which of the run's instances has this identity.
    pub(super) fn member_of(&self, id: Instance) -> Option<usize> {
        self.members.iter().position(|it| it.id == Some(id))
    }

    /// Where an instance stands.
    pub(super) fn phase(&self, member: usize) -> Phase {
        let Some(id) = self.members[member].id else {
            return Phase::Idle;
        };
        let home = self.network.machines().machine(self.home());
        home.instance(&id).phase()
    }

    /// Whether an instance is settled.
    pub(super) fn is_settled(&self, member: usize) -> bool {
        matches!(self.phase(member), Phase::Completed | Phase::Compensated)
    }

    /// Whether home waits for the confirmation of no earlier step: they come in order.
    fn are_confirmed_before(&self, member: usize, step: Step) -> bool {
        let home = self.network.machines().machine(self.home());
        let Some(id) = self.members[member].id else {
            return true;
        };
        let steps = self.subject.steps().iter().copied();
        let mut earlier = steps.take_while(|&other| other != step);
        earlier.all(|other| {
            let is_confirmed = !self.subject.program.steps[other].confirmation.is_empty();
            !is_confirmed || home.instance(&id).status(other) != Status::Executed
        })
    }

    /// The calls of home that are left open: about which instance, which call, of which step.
    pub(super) fn open(&self) -> Vec<(usize, Part, Step)> {
        let handlers = self.subject.program.machines[self.home()].handlers.iter();
        let triggers = handlers.map(|&handler| self.subject.program.handlers[handler].trigger);
        let left = triggers.filter_map(|trigger| match trigger {
            Trigger::Attempt(step, part) => Some((part, step)),
            _ => None,
        });
        let members = 0..self.members.len();
        let all = left.flat_map(|(part, step)| members.clone().map(move |it| (it, part, step)));
        let is_open = |&(member, part, step): &(usize, Part, Step)| {
            let stands = (self.phase(member), self.status(member, step));
            match part {
                Part::Guard => false,
                Part::Execution => stands.1 == Status::Sent && !self.is_settled(member),
                Part::Compensation => {
                    matches!(stands.0, Phase::Cancelling | Phase::Rerouting)
                        && stands.1 == Status::Cancelling
                }
                Part::Confirmation => {
                    stands == (Phase::Committing, Status::Executed)
                        && self.are_confirmed_before(member, step)
                }
            }
        };
        all.filter(is_open).collect()
    }

    /// Where a step stands on the machine that runs it.
    pub(super) fn status(&self, member: usize, step: Step) -> Status {
        let machine = self.subject.program.steps[step].machine;
        let machine = self.network.machines().machine(machine);
        let id = self.members[member].id;
        id.map_or(Status::None, |id| machine.instance(&id).status(step))
    }

    /// An instance in the variables of the model.
    pub(super) fn values(&self, id: Instance) -> Abstract {
        let none = Ghost::default();
        let ghost = self.ghosts.get(&id).unwrap_or(&none);
        ghost.values(&self.subject.model, &self.network, &id)
    }

    /// Notes something that happened.
    pub(super) fn note(&mut self, chain: Option<Chain>, instance: Option<usize>, what: What) {
        let clock = chain.unwrap_or_else(|| self.chain_of(self.home()));
        self.timeline.push(Entry {
            chain,
            at: self.at(clock),
            instance,
            what,
        });
    }

    /// Notes that something is wrong; only the first counts.
    pub(super) fn fail(&mut self, instance: usize, kind: FailureKind) {
        if self.failure.is_none() {
            let failure = Failure { instance, kind };
            self.note(None, Some(instance), What::Failed(failure.clone()));
            self.failure = Some(failure);
        }
    }

    /// Asks every promise of every instance.
    pub(super) fn check_promises(&mut self) {
        for member in 0..self.members.len() {
            let Some(id) = self.members[member].id else {
                continue;
            };
            let values = self.values(id);
            let mut invariants = self.subject.model.invariants.iter();
            if let Some(broken) = invariants.find(|it| it.is_broken_by(&values)) {
                self.fail(member, FailureKind::Broken(broken.clone()));
            }
        }
    }
}
