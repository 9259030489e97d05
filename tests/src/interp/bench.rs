//! The machines of one project, targets that answer as they are told, and sample values.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::Drawn;
use crate::project::{Project, examples, features};
use xcc::analysis::Facts;
use xcc::deployment::Deployment;
use xcc::entities::{Machine, Step, Workflow};
use xcc::interp::network::{By, Entry};
use xcc::interp::schedule::{Account, StepAsk, Surroundings};
use xcc::interp::{
    Action, Call, Called, Gas, Instance, InstanceState, Interpreter, Network, Outcome, Rejected,
    Setting, World,
};
use xcc::ir::{self, CallData, InstData, Part, Phase, Program, Status, Trigger, WorkflowData};
use xcc::literal::U256;
use xcc::sim::{Accounts, NOBODY, values};
use xcc::types::{Declarations, Field, Type};
use xcc::wire::Value;

/// Every example and every feature, compiled once.
///
/// # Panics
/// When one does not compile.
#[must_use]
pub fn projects() -> &'static [Project] {
    static PROJECTS: LazyLock<Vec<Project>> = LazyLock::new(|| {
        let examples = examples()
            .into_iter()
            .map(|folder| Project::compile(&folder, &[]).unwrap_or_else(|error| panic!("{error}")));
        examples.chain(features()).collect()
    });
    &PROJECTS
}

/// One of them.
///
/// # Panics
/// When there is none of this name.
#[must_use]
pub fn feature(name: &str) -> &'static Project {
    let mut projects = projects().iter();
    projects.find(|project| project.name == name).expect(name)
}

/// Targets that fail in the calls they are told to fail in, and else return the same values each time.
#[derive(Clone, Debug)]
pub struct Targets<'p> {
    program: &'p Program,
    /// The calls that fail: of which step, and the status it is entered with.
    pub failing: BTreeSet<(Step, Status)>,
    /// Where the values come from, if not from the types alone.
    drawn: Option<Drawn<'p>>,
}

impl Targets<'_> {
    /// What a call returns that does not fail: the same values each time.
    #[must_use]
    pub fn results(&self, call: &Call) -> Vec<Value> {
        match &self.drawn {
            Some(drawn) => drawn.results(call),
            None if call.part() == Part::Guard => self.told(call),
            None => {
                let made_up = values::results(self.program, call, "").into_iter();
                let chosen = call.results.iter().map(|used| whole(&used.name));
                made_up
                    .zip(chosen)
                    .map(|(made_up, chosen)| chosen.unwrap_or(made_up))
                    .collect()
            }
        }
    }

    /// What a guard is told, such that every guard of the suite holds.
    fn told(&self, call: &Call) -> Vec<Value> {
        let told = call.results.iter().map(|used| Field {
            name: used.name.clone(),
            ty: used.ty.clone(),
        });
        told.map(|field| value_of(&field, &self.program.declarations))
            .collect()
    }
}

impl World for Targets<'_> {
    fn call(&mut self, call: &Call) -> Called {
        match self.failing.contains(&call.step) {
            true => Called::Failed,
            false => Called::Returned(self.results(call)),
        }
    }
}

impl Surroundings for Bench<'_> {
    fn address(&self, machine: Machine, account: Account) -> Vec<u8> {
        let chain = self.program.machines[machine].chain;
        self.known().address(chain, account)
    }
}

/// As a world, it is the targets it has.
impl World for Bench<'_> {
    fn call(&mut self, call: &Call) -> Called {
        self.targets.call(call)
    }
}

/// The calls that the guard of a step makes.
pub fn asked(program: &Program, step: Step) -> impl Iterator<Item = &CallData> {
    let bodies = program.handlers.values().map(|handler| &handler.body);
    let calls = bodies.flat_map(|body| body.calls().map(|(call, _)| call));
    calls.filter(move |call| call.asks == Some(step))
}

/// A value for a field, such that every guard of the suite holds.
#[must_use]
pub fn value_of(field: &Field, declarations: &Declarations) -> Value {
    let chosen = chosen(&field.name).filter(|value| value.is_of(&field.ty, declarations));
    chosen.unwrap_or_else(|| values::made_up(&field.ty, &field.name, declarations))
}

/// What a guard of the suite wants of a field of this name.
fn chosen(name: &str) -> Option<Value> {
    let number = |number: u64| Some(Value::Uint(U256::from(number)));
    let signed = |number: u64| Some(Value::Int(U256::from(number)));
    let minus = |number: u64| Some(Value::Int(!U256::from(number - 1)));
    match name {
        "amount" => number(11),
        "limit" => number(100),
        "held" | "reserve" => number(1_000),
        "isOpen" | "is_open" => Some(Value::Bool(true)),
        "fee" => number(3),
        "price" | "small" => number(2),
        "wide" => number(21),
        "deposit" => number(5_000_000_011),
        "usdc" => number(90),
        "lamports" => number(450),
        "usdc_back" => number(80),
        "sol" => number(5),
        "self_" => number(1),
        "record_" => number(2),
        "open" => Some(Value::Bool(true)),
        "a8" => minus(3),
        "b8" => signed(4),
        "a256" => signed(5),
        "b256" => minus(6),
        "a64" => minus(4),
        _ => whole(name),
    }
}

/// An amount of this name that is whole where its asset has fewer decimal places, and that has room everywhere.
#[must_use]
pub fn whole(name: &str) -> Option<Value> {
    let number = |number: u64| Some(Value::Uint(U256::from(number)));
    match name {
        "spare" => number(40),
        "tokens" => number(7_000_000),
        "costs" => number(5_000),
        "charge_amount" => number(5_000),
        _ if name.ends_with("banked") => number(3_000_000),
        _ => None,
    }
}

/// The machines of one workflow, and one instance.
#[derive(Clone, Debug)]
pub struct Bench<'p> {
    /// The program.
    pub program: &'p Program,
    /// What was computed about it.
    pub facts: &'p Facts,
    /// The workflow.
    pub workflow: Workflow,
    /// What its machines know of their deployment.
    pub setting: Setting,
    /// Its machines and what they sent.
    pub network: Network<'p>,
    /// What they call.
    pub targets: Targets<'p>,
    /// What the instance is started with.
    pub inputs: Vec<Value>,
    /// The instance that `start` began; zeros before.
    pub instance: Instance,
}

impl<'p> Bench<'p> {
    /// The machines of a project's first workflow.
    #[must_use]
    pub fn new(project: &'p Project) -> Self {
        let lowered = &project.compiled.lowered;
        let deployment = &project.compiled.deployment;
        Bench::of(deployment, &lowered.program, &lowered.facts)
    }

    /// The machines of the first workflow of a program.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn of(deployment: &Deployment, program: &'p Program, facts: &'p Facts) -> Self {
        let workflow = program.workflows.keys().next().expect("one workflow");
        Bench::of_workflow(deployment, program, facts, workflow)
    }

    /// The machines of a workflow.
    #[must_use]
    pub fn of_workflow(
        deployment: &Deployment,
        program: &'p Program,
        facts: &'p Facts,
        workflow: Workflow,
    ) -> Self {
        let setting = Setting::of(program, workflow, deployment);
        let machines = Interpreter::new(program, facts, workflow, setting.clone());
        let inputs = program.workflows[workflow].inputs.iter();
        let inputs = inputs.map(|field| value_of(field, &program.declarations));
        Bench {
            program,
            facts,
            workflow,
            setting,
            network: Network::new(machines),
            targets: Targets {
                program,
                failing: BTreeSet::new(),
                drawn: None,
            },
            inputs: inputs.collect(),
            instance: [0; 32],
        }
    }

    /// The same before anything happened, with the coordinator at this address.
    #[must_use]
    pub fn at(mut self, coordinator: [u8; 32]) -> Self {
        self.setting.coordinator = coordinator;
        let setting = self.setting.clone();
        let machines = Interpreter::new(self.program, self.facts, self.workflow, setting);
        self.network = Network::new(machines);
        self
    }

    /// The same, with values that were drawn for its inputs and for what its targets return.
    #[must_use]
    pub fn with(mut self, drawn: Drawn<'p>) -> Self {
        let inputs = self.data().inputs.iter();
        let inputs = inputs.map(|field| drawn.value(&field.ty, &field.name));
        self.inputs = inputs.collect();
        self.targets.drawn = Some(drawn);
        self
    }

    /// The same, with an instance that is running.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn started(project: &'p Project) -> Self {
        let mut bench = Bench::new(project);
        bench.start().expect("the instance starts");
        bench
    }

    /// The workflow.
    #[must_use]
    pub fn data(&self) -> &'p WorkflowData {
        &self.program.workflows[self.workflow]
    }

    /// The machine that decides.
    #[must_use]
    pub fn coordinator(&self) -> Machine {
        self.data().coordinator
    }

    /// The address that the input of this name gives.
    ///
    /// # Panics
    /// When there is no such input.
    #[must_use]
    pub fn address(&self, input: &str) -> Vec<u8> {
        let position = self.data().inputs.iter().position(|it| it.name == input);
        match &self.inputs[position.expect(input)] {
            Value::Bytes(address) => address.clone(),
            other => panic!("{other:?} is no address"),
        }
    }

    /// Who takes part in an instance.
    fn known(&self) -> Accounts<'p> {
        Accounts::new(self.program, self.workflow, &self.setting, &self.inputs)
    }

    /// Every account that a machine may know of its chain: inputs, deployment constants, and what it keeps.
    #[must_use]
    pub fn accounts(&self, machine: Machine) -> Vec<Vec<u8>> {
        let chain = self.program.machines[machine].chain;
        let kept = self.kept(machine);
        let slots = self.program.machines[machine].slots.iter().copied();
        let slots = slots.filter(|&slot| self.program.slots[slot].ty == Type::Address(chain));
        let kept = slots.filter_map(|slot| match kept.slot(self.program, slot) {
            Value::Bytes(address) if address.iter().any(|&byte| byte != 0) => Some(address),
            _ => None,
        });
        let known = self.known().addresses(chain).into_iter();
        known.chain(kept).collect()
    }

    /// Somebody with all the gas there is.
    #[must_use]
    pub fn by(caller: Vec<u8>) -> By {
        By {
            caller,
            gas: Gas::Enough,
        }
    }

    /// Somebody who has no part in anything.
    #[must_use]
    pub fn stranger(&self, machine: Machine) -> By {
        let chain = self.program.machines[machine].chain;
        Self::by(self.known().address(chain, NOBODY))
    }

    /// Somebody else who has no part in anything: where anyone may start an instance, the first may have done so.
    #[must_use]
    pub fn other_stranger(&self, machine: Machine) -> By {
        let mut caller = self.stranger(machine).caller;
        caller.fill(0x5b);
        Self::by(caller)
    }

    /// Who may start an instance: the account of the deployment or the input that the caller is compared with. If anybody may, the first
    /// input that is an address of home, or else, and if the deployment names that account, a stranger.
    #[must_use]
    pub fn initiator(&self) -> By {
        let home = self.coordinator();
        if let Some(keeper) = self.keeper() {
            return Self::by(keeper);
        }
        let address = Type::Address(self.program.machines[home].chain);
        let mut inputs = self.data().inputs.iter().zip(&self.inputs);
        match inputs.find(|(field, _)| field.ty == address) {
            Some((_, Value::Bytes(address)))
                if self.authority().is_some() || !self.is_deployed(address) =>
            {
                Self::by(address.clone())
            }
            _ => self.stranger(home),
        }
    }

    /// Whether the deployment names an account.
    fn is_deployed(&self, account: &[u8]) -> bool {
        let mut constants = self.setting.constants.values();
        constants.any(|it| matches!(it, Value::Bytes(bytes) if bytes == account))
    }

    /// The beginning of `start`.
    fn beginning(&self) -> Option<impl Iterator<Item = &InstData> + Clone> {
        let trigger = Trigger::Start;
        let start = self.program.handler_of(self.coordinator(), trigger)?;
        let body = &self.program.handlers[start].body;
        let insts = body.blocks[body.entry].insts.iter();
        Some(insts.map(|&inst| &body.insts[inst]))
    }

    /// What `start` compares its caller with, unless anybody may start an instance.
    fn authority(&self) -> Option<ir::Value> {
        let mut insts = self.beginning()?;
        let caller = insts.clone().find_map(|inst| match inst {
            InstData::Caller { result } => Some(*result),
            _ => None,
        })?;
        insts.find_map(|inst| match inst {
            InstData::Binary { left, right, .. } if *left == caller => Some(*right),
            _ => None,
        })
    }

    /// The constant that `start` compares its caller with.
    pub(crate) fn keeper(&self) -> Option<Vec<u8>> {
        let authority = self.authority()?;
        let constant = self.beginning()?.find_map(|inst| match inst {
            InstData::Constant { result, constant } if *result == authority => Some(*constant),
            _ => None,
        })?;
        match self.setting.constants.get(&constant) {
            Some(Value::Bytes(address)) => Some(address.clone()),
            other => panic!("{other:?} is no address"),
        }
    }

    /// Runs a transaction of a machine.
    ///
    /// # Errors
    /// Why it was rejected.
    pub fn act(&mut self, machine: Machine, by: &By, action: Action) -> Result<Outcome, Rejected> {
        self.network.act(&mut self.targets, machine, by, action)
    }

    /// Starts the instance.
    ///
    /// # Errors
    /// Why it was rejected.
    pub fn start(&mut self) -> Result<Outcome, Rejected> {
        let inputs = self.inputs.clone();
        let (home, by) = (self.coordinator(), self.initiator());
        let outcome = self.act(home, &by, Action::Start { inputs })?;
        self.instance = outcome.instance;
        Ok(outcome)
    }

    /// Presents a message of the network.
    ///
    /// # Errors
    /// Why it was rejected.
    pub fn present(&mut self, index: usize, entry: Entry) -> Result<Outcome, Rejected> {
        let by = self.stranger(self.network.mail()[index].to);
        self.network.present(&mut self.targets, index, entry, &by)
    }

    /// Runs a call of home that is left open, if there is one, as a stranger: the first of them that runs.
    pub fn run_open(&mut self) -> Option<Outcome> {
        let home = self.coordinator();
        let by = self.stranger(home);
        let handlers = self.program.machines[home].handlers.iter();
        let triggers = handlers.map(|&handler| self.program.handlers[handler].trigger);
        let attempts = triggers.filter(|trigger| matches!(trigger, Trigger::Attempt(..)));
        let asks: Vec<_> = attempts.filter_map(StepAsk::of).collect();
        asks.into_iter().find_map(|(ask, step)| {
            let action = ask.action(step, self.instance);
            self.act(home, &by, action).ok()
        })
    }

    /// Everything that can happen when nothing goes wrong: each message is presented once, the oldest first, and what is left open at
    /// home runs when none is left. `presented` says how many were before, and afterwards how many there are.
    ///
    /// # Panics
    /// When a message is rejected.
    pub fn go_on(&mut self, presented: &mut usize) -> Option<Outcome> {
        if *presented == self.network.mail().len() {
            return self.run_open();
        }
        *presented += 1;
        let outcome = self.present(*presented - 1, Entry::Deliver);
        Some(outcome.unwrap_or_else(|rejected| panic!("{rejected}")))
    }

    /// Cancels the instance, as its initiator.
    ///
    /// # Errors
    /// Why it was rejected.
    pub fn cancel(&mut self) -> Result<Outcome, Rejected> {
        let (home, by, instance) = (self.coordinator(), self.initiator(), self.instance);
        self.act(home, &by, Action::Cancel { instance })
    }

    /// Asks for what is outstanding, as a stranger.
    ///
    /// # Errors
    /// Why it was rejected.
    pub fn redrive(&mut self) -> Result<Outcome, Rejected> {
        let (home, instance) = (self.coordinator(), self.instance);
        let by = self.stranger(home);
        self.act(home, &by, Action::Redrive { instance })
    }

    /// Lets a day pass everywhere, which is after every deadline.
    pub fn pass_deadlines(&mut self) {
        for chain in self.program.declarations.chains.keys() {
            self.network.pass(chain, 86_400);
        }
    }

    /// What a machine keeps of the instance.
    #[must_use]
    pub fn kept(&self, machine: Machine) -> InstanceState {
        let machines = self.network.machines();
        machines.machine(machine).instance(&self.instance)
    }

    /// Where the instance stands, at home.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.kept(self.coordinator()).phase()
    }

    /// Where a step stands at home.
    #[must_use]
    pub fn at_home(&self, step: Step) -> Status {
        self.kept(self.coordinator()).status(step)
    }

    /// Whether a step is on another chain than home.
    #[must_use]
    pub fn is_remote(&self, step: Step) -> bool {
        self.program.steps[step].machine != self.coordinator()
    }

    /// Whether the step's chain goes on after a call that failed.
    #[must_use]
    pub fn catches(&self, step: Step) -> bool {
        let chain = self.program.machines[self.program.steps[step].machine].chain;
        self.program.declarations.chains[chain]
            .vm
            .catches_failures()
    }
}
