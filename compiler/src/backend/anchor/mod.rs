//! Anchor: each machine on Solana becomes the crate of one program.
//!
//! A program has one instruction for each handler that the outside can reach. Its accounts are a struct of Anchor's, its body is the
//! handler's tree with early returns, and each call of a target is a function that compares every account with the key it must have. What
//! a coordinator goes on with is a function for each internal handler. What is the same in every program is in the runtime crate, which
//! is written along.

mod accounts;
mod arithmetic;
mod body;
mod bounds;
mod calls;
mod check;
mod coordinator;
mod custody;
mod entrance;
mod handlers;
mod instruction;
mod keys;
mod lengths;
mod messages;
mod names;
mod places;
mod plan;
mod project;
mod sending;
mod text;
mod tree;
mod types;
mod unknown;
mod values;
mod wiring;

pub use check::{SvmError, check};

use self::instruction::Instruction;
use self::keys::{Key, Seed};
use self::names::Names;
use crate::backend::{Artifacts, Input, delivery};
use crate::deployment::Address;
use crate::entities::{Handler, Machine, Message, Step};
use crate::ir::{MachineData, Role, WorkflowData};
use crate::vm::Vm;

/// Emits the programs of a package, the runtime they use, and the workspace that holds them. Nothing if no chain is a Solana chain.
pub fn emit(input: Input<'_>) -> Artifacts {
    let mut artifacts = Artifacts::default();
    let targets: Vec<_> = machines(input)
        .map(|machine| Target::new(input, machine))
        .collect();
    for target in &targets {
        target.emit(&mut artifacts);
    }
    if !targets.is_empty() {
        project::add_workspace(&targets, &mut artifacts);
    }
    artifacts
}

/// The Rust type of each message that a machine takes or sends, in the module `messages` of its crate, whose path relative to
/// the output folder comes first. Every type has `decode(&[u8]) -> Result<Self>` and `encode(&self) -> Vec<u8>`.
pub fn message_types(input: Input<'_>) -> Vec<(String, Message, String)> {
    let targets = machines(input).map(|machine| Target::new(input, machine));
    targets
        .flat_map(|target| {
            let folder = target.folder();
            let name = move |message| {
                (
                    folder.clone(),
                    message,
                    target.names.messages[&message].ty.clone(),
                )
            };
            messages_of(input, target.machine)
                .into_iter()
                .map(name)
                .collect::<Vec<_>>()
        })
        .collect()
}

fn machines(input: Input<'_>) -> impl Iterator<Item = Machine> {
    let program = input.program;
    let is_ours = move |data: &MachineData| program.declarations.chains[data.chain].vm == Vm::Svm;
    program
        .machines
        .iter()
        .filter(move |(_, data)| is_ours(data))
        .map(|(machine, _)| machine)
}

/// The messages a machine takes or sends, in order of step and kind.
fn messages_of(input: Input<'_>, machine: Machine) -> Vec<Message> {
    let is_own = |message: &Message| {
        let data = &input.program.messages[*message];
        data.from == machine || data.to == machine
    };
    let workflow = input.program.machines[machine].workflow;
    let messages = input.program.workflows[workflow].messages.iter().copied();
    messages.filter(is_own).collect()
}

/// One program and the names chosen for it.
struct Target<'a> {
    input: Input<'a>,
    machine: Machine,
    names: Names,
}

impl<'a> Target<'a> {
    fn new(input: Input<'a>, machine: Machine) -> Self {
        let names = Names::choose(input, machine);
        Target {
            input,
            machine,
            names,
        }
    }

    fn emit(&self, artifacts: &mut Artifacts) {
        let source = |file: &str| format!("{}/src/{file}.rs", self.folder());
        artifacts.add(
            format!("{}/Cargo.toml", self.folder()),
            project::cargo_toml(self),
        );
        artifacts.add(source("lib"), project::lib_rs(self));
        if let Some(messages) = messages::messages_rs(self) {
            artifacts.add(source("messages"), messages);
        }
        if let Some(types) = types::types_rs(self) {
            artifacts.add(source("types"), types);
        }
        let instructions = self.instructions();
        let files = match self.data().role {
            Role::Coordinator => coordinator::files(self, &instructions),
            Role::Participant => project::participant_files(self),
        };
        let steps = self.data().steps.iter();
        let steps = steps.filter(|&&step| self.has_file(step)).map(|&step| {
            let module = self.names.steps[&step].module.clone();
            (module, handlers::step_rs(self, step, &instructions))
        });
        for (module, text) in files.into_iter().chain(steps) {
            artifacts.add(source(&module), text);
        }
        artifacts.add(
            format!("{}/{}", self.folder(), delivery::FILE),
            plan::plan_json(self, &instructions),
        );
    }

    /// What the handlers became that the outside can reach, in order.
    fn instructions(&self) -> Vec<Instruction> {
        let handlers = self.names.handlers.keys();
        handlers
            .map(|&handler| Instruction::write(self, handler))
            .collect()
    }

    /// Whether the program decides instances.
    fn is_coordinator(&self) -> bool {
        self.data().role == Role::Coordinator
    }

    /// Whether there is anything about a step but its number. On a coordinator a step of `start` is part of that.
    fn has_file(&self, step: Step) -> bool {
        let program = self.input.program;
        let mut handlers = self.names.handlers.keys();
        handlers.any(|&handler| program.handlers[handler].step == Some(step))
    }

    /// The program's own address.
    fn id(&self) -> [u8; 32] {
        let id = self.input.deployment.machines[self.machine];
        id.map(Address::to_word).unwrap_or_default()
    }

    /// The address that the program derives from one seed.
    fn own(&self, seed: &[u8]) -> Key {
        Key::derived(self.id(), [Seed::bytes(seed)])
    }

    /// Wormhole's core program on the chain.
    fn core(&self) -> Address {
        project::wormhole(self, self.data().chain).1
    }

    /// The message that a handler takes.
    fn message_of(&self, handler: Handler) -> Option<Message> {
        delivery::message_of(self.input.program.handlers[handler].trigger)
    }

    /// The crate's folder, relative to the output folder.
    fn folder(&self) -> String {
        format!("svm/{}", self.names.package)
    }

    fn data(&self) -> &'a MachineData {
        &self.input.program.machines[self.machine]
    }

    fn workflow(&self) -> &'a WorkflowData {
        &self.input.program.workflows[self.data().workflow]
    }

    fn chain_name(&self) -> &'a str {
        self.name_of_chain(self.machine)
    }

    /// The chain of a machine, as the source calls it.
    fn name_of_chain(&self, machine: Machine) -> &'a str {
        let chain = self.input.program.machines[machine].chain;
        &self.input.program.declarations.chains[chain].name
    }
}
