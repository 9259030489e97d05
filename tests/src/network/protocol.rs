//! Between the words of a run and the bytes on the wire: steps by name, messages encoded by the reference codec.

use xcc::backend::names::pascal_case;
use xcc::entities::{Machine, Step, Workflow};
use xcc::ir::{MessageKind, Phase, Program, Role, Status, WorkflowData};
use xcc::transport::Transport;
use xcc::wire::identity::{InstanceSeed, keccak256};
use xcc::wire::{self, Header};

use super::step::{Change, Outcome, Said};
use super::{Announced, Expected, Peer};
use crate::project::Project;

/// A workflow of a project, and what identifies one instance of it on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Protocol<'p> {
    project: &'p Project,
    workflow: Workflow,
}

impl<'p> Protocol<'p> {
    /// The protocol of a project's workflow.
    ///
    /// # Panics
    /// When the project has several.
    #[must_use]
    pub fn new(project: &'p Project) -> Self {
        let workflows = &project.compiled.lowered.program.workflows;
        let mut all = workflows.keys();
        let (Some(workflow), None) = (all.next(), all.next()) else {
            panic!("`{}` has {} workflows", project.name, workflows.len());
        };
        Self { project, workflow }
    }

    /// The protocol of this workflow.
    #[must_use]
    pub const fn of_workflow(project: &'p Project, workflow: Workflow) -> Self {
        Self { project, workflow }
    }

    /// The protocol of the workflow of that name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn of(project: &'p Project, name: &str) -> Self {
        let workflows = &project.compiled.lowered.program.workflows;
        let mut named = workflows.iter().filter(|(_, data)| data.name == name);
        let (workflow, _) = named
            .next()
            .unwrap_or_else(|| panic!("no workflow `{name}`"));
        Self { project, workflow }
    }

    /// The project.
    #[must_use]
    pub fn project(&self) -> &'p Project {
        self.project
    }

    /// The lowered program.
    #[must_use]
    pub fn program(&self) -> &'p Program {
        &self.project.compiled.lowered.program
    }

    /// The workflow.
    #[must_use]
    pub fn workflow(&self) -> &'p WorkflowData {
        &self.program().workflows[self.workflow]
    }

    /// The fingerprint that all machines share.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.project.compiled.lowered.facts.fingerprints[self.workflow]
    }

    /// The step of that name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn step(&self, name: &str) -> Step {
        let mut steps = self.workflow().steps.iter().copied();
        let found = steps.find(|&step| self.program().steps[step].name == name);
        found.unwrap_or_else(|| panic!("no step `{name}`"))
    }

    /// The name of the step with that number.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn step_name(&self, number: u16) -> &'p str {
        let step = self.workflow().steps[usize::from(number)];
        &self.program().steps[step].name
    }

    /// The participant on a chain.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn participant(&self, chain: &str) -> Machine {
        let mut machines = self.workflow().participants.iter().copied();
        let is_there = |machine: &Machine| self.chain_name(*machine) == chain;
        machines
            .find(is_there)
            .unwrap_or_else(|| panic!("nothing runs on `{chain}`"))
    }

    /// The name of the chain a machine runs on.
    #[must_use]
    pub fn chain_name(&self, machine: Machine) -> &'p str {
        let program = self.program();
        &program.declarations.chains[program.machines[machine].chain].name
    }

    /// The name of the chain that runs a step.
    #[must_use]
    pub fn chain_of(&self, step: &str) -> &'p str {
        self.chain_name(self.program().steps[self.step(step)].machine)
    }

    /// A machine as Wormhole knows it, which publishes from `emitter`.
    ///
    /// # Panics
    /// When its chain has no Wormhole, which the compiler refuses.
    #[must_use]
    pub fn peer(&self, machine: Machine, emitter: [u8; 32]) -> Peer {
        let chain = self.program().machines[machine].chain;
        let transports = &self.project.compiled.deployment.chains[chain].transports;
        let Some(xcc::deployment::Endpoint::Wormhole { chain_id, .. }) =
            transports.get(&Transport::Wormhole)
        else {
            panic!("`{}` has no Wormhole", self.chain_name(machine));
        };
        Peer {
            chain: *chain_id,
            emitter,
        }
    }

    /// What an outcome is in bytes for one instance, where each message carries the deadline that `deadline` says.
    #[must_use]
    pub fn expect(
        &self,
        instance: [u8; 32],
        outcome: &Outcome,
        deadline: impl Fn(&Said) -> u64,
    ) -> Expected {
        match outcome {
            Outcome::Rejected(error) => Expected::Rejected(error.clone()),
            Outcome::Done { changes, published } => Expected::Done {
                changes: changes
                    .iter()
                    .map(|change| self.announced(change))
                    .collect(),
                messages: published
                    .iter()
                    .map(|said| self.encode(instance, said, deadline(said)))
                    .collect(),
            },
        }
    }

    /// The identity of an instance that somebody starts, by its coordinator's address and how many were started before.
    #[must_use]
    pub fn instance(&self, (coordinator, nonce): ([u8; 32], u64), initiator: [u8; 32]) -> [u8; 32] {
        let home = self.program().machines[self.workflow().coordinator].chain;
        let network = &self.project.compiled.deployment.chains[home].caip2;
        InstanceSeed {
            fingerprint: self.fingerprint(),
            home: keccak256(network.as_bytes()),
            coordinator,
            initiator,
            nonce,
        }
        .instance()
    }

    /// A whole message.
    ///
    /// # Panics
    /// When the workflow has no such message.
    #[must_use]
    pub fn encode(&self, instance: [u8; 32], said: &Said, deadline: u64) -> Vec<u8> {
        let step = self.step(&said.step);
        let message = self.program().message(step, said.kind);
        let message = message.unwrap_or_else(|| panic!("no {} of `{}`", said.kind, said.step));
        let header = Header {
            kind: said.kind,
            step: self.program().steps[step].number,
            fingerprint: std::array::from_fn(|index| self.fingerprint()[index]),
            deadline,
            instance,
        };
        let layout = self.project.compiled.lowered.facts.layout(message);
        wire::encode_message(&header, layout, &said.values)
    }

    /// What a whole message says.
    ///
    /// # Panics
    /// When it is no message of this workflow and instance, in its one encoding.
    #[must_use]
    pub fn decode(&self, instance: [u8; 32], message: &[u8]) -> Said {
        let facts = &self.project.compiled.lowered.facts;
        let layout_of = |header: &Header| {
            let step = *self.workflow().steps.get(usize::from(header.step))?;
            Some(facts.layout(self.program().message(step, header.kind)?))
        };
        let (header, values) = wire::decode_message(message, layout_of)
            .unwrap_or_else(|error| panic!("{error}: {}", wire::value::hex(message)));
        assert!(
            self.fingerprint().starts_with(&header.fingerprint),
            "another workflow"
        );
        assert_eq!(header.instance, instance, "another instance");
        let has_deadline = header.kind == MessageKind::Execute;
        assert_eq!(
            header.deadline != 0,
            has_deadline,
            "only Execute has a deadline"
        );
        Said {
            step: self.step_name(header.step).to_owned(),
            kind: header.kind,
            values,
        }
    }

    /// What an event announces, in words.
    ///
    /// # Panics
    /// When it announces a status or phase that does not exist.
    #[must_use]
    pub fn name(&self, change: Announced) -> Change {
        match change {
            Announced::Step(step, status) => {
                let status = Status::ALL.iter().find(|known| **known as u8 == status);
                let status = *status.expect("the status exists");
                Change::Step(self.step_name(step).to_owned(), status)
            }
            Announced::Phase(phase) => {
                let phase = Phase::ALL.iter().find(|known| **known as u8 == phase);
                Change::Phase(*phase.expect("the phase exists"))
            }
        }
    }

    /// How long a step may take, in seconds.
    #[must_use]
    pub fn within(&self, step: &str) -> Option<u64> {
        self.program().steps[self.step(step)].within
    }

    /// The number of the step of that name.
    #[must_use]
    pub fn number(&self, step: &str) -> u16 {
        self.program().steps[self.step(step)].number
    }

    /// Whether a step runs on the home chain.
    #[must_use]
    pub fn is_home(&self, step: &str) -> bool {
        self.program().steps[self.step(step)].machine == self.workflow().coordinator
    }

    /// The name of the Solidity contract that a machine became.
    #[must_use]
    pub fn contract(&self, machine: Machine) -> String {
        let name = &self.workflow().name;
        match self.program().machines[machine].role {
            Role::Coordinator => format!("{name}Coordinator"),
            Role::Participant => {
                let chain = pascal_case(self.chain_name(machine));
                format!("{name}{chain}Participant")
            }
        }
    }

    fn announced(&self, change: &Change) -> Announced {
        match change {
            Change::Step(step, status) => Announced::Step(self.number(step), *status as u8),
            Change::Phase(phase) => Announced::Phase(*phase as u8),
        }
    }
}
