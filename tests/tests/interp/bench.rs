//! The machines of one project, targets that answer as they are told, and sample values.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use xcc::analysis::Facts;
use xcc::entities::{Machine, Step, Workflow};
use xcc::interp::network::{By, Entry};
use xcc::interp::schedule::{Account, Surroundings};
use xcc::interp::{
    Action, Call, Called, Gas, Instance, InstanceState, Interpreter, Network, Outcome, Rejected,
    Sent, Setting, World,
};
use xcc::ir::{MessageKind, Phase, Program, Status, WorkflowData};
use xcc::literal::U256;
use xcc::types::{Declarations, Field, Type};
use xcc::wire::layout::address_size;
use xcc::wire::vectors::{Extent, Sampler};
use xcc::wire::{Header, Value, encode_message};
use xcc_tests::project::{Project, examples, features};

/// Every example and every feature, compiled once.
pub(crate) fn projects() -> &'static [Project] {
    static PROJECTS: LazyLock<Vec<Project>> = LazyLock::new(|| {
        let examples = examples()
            .into_iter()
            .map(|folder| Project::compile(&folder, &[]).unwrap_or_else(|error| panic!("{error}")));
        examples.chain(features()).collect()
    });
    &PROJECTS
}

/// One of them.
pub(crate) fn feature(name: &str) -> &'static Project {
    let mut projects = projects().iter();
    projects.find(|project| project.name == name).expect(name)
}

/// Targets that fail in the calls they are told to fail in, and else return the same values each time.
#[derive(Clone, Debug)]
pub(crate) struct Targets<'p> {
    program: &'p Program,
    /// The calls that fail: of which step, and the status it is entered with.
    pub(crate) failing: BTreeSet<(Step, Status)>,
}

impl World for Targets<'_> {
    fn call(&mut self, call: &Call) -> Called {
        match self.failing.contains(&call.step) {
            true => Called::Failed,
            false => Called::Returned(results(self.program, call)),
        }
    }
}

impl Surroundings for Bench<'_> {
    fn address(&self, machine: Machine, account: Account) -> Vec<u8> {
        let known = self.accounts(machine).into_iter().nth(account.0.into());
        known.unwrap_or_else(|| self.stranger(machine).caller)
    }
}

/// As a world, it is the targets it has.
impl World for Bench<'_> {
    fn call(&mut self, call: &Call) -> Called {
        self.targets.call(call)
    }
}

/// What a call returns: some value of each type.
pub(crate) fn results(program: &Program, call: &Call) -> Vec<Value> {
    let value = |(position, ty): &(usize, Type)| {
        let seed = format!("{} {position}", call.function.name);
        Sampler::new(&seed, Extent::Random).value(ty, &program.declarations)
    };
    call.results.iter().map(value).collect()
}

/// A value for a field, such that every guard of the suite holds.
pub(crate) fn value_of(field: &Field, declarations: &Declarations) -> Value {
    let number = |number: u64| Value::Uint(U256::from(number));
    let minus = |number: u64| Value::Int(!U256::from(number - 1));
    match field.name.as_str() {
        "amount" => number(11),
        "limit" => number(100),
        "usdc" => number(90),
        "usdc_back" => number(80),
        "sol" => number(5),
        "self_" => number(1),
        "record_" => number(2),
        "open" => Value::Bool(true),
        "a8" => minus(3),
        "b8" => Value::Int(U256::from(4)),
        "a256" => Value::Int(U256::from(5)),
        "b256" => minus(6),
        "a64" => minus(4),
        name => Sampler::new(name, Extent::Random).value(&field.ty, declarations),
    }
}

/// The machines of a project's only workflow, and one instance.
#[derive(Clone, Debug)]
pub(crate) struct Bench<'p> {
    pub(crate) program: &'p Program,
    pub(crate) facts: &'p Facts,
    pub(crate) workflow: Workflow,
    pub(crate) setting: Setting,
    pub(crate) network: Network<'p>,
    pub(crate) targets: Targets<'p>,
    /// The instance that `start` began; zeros before.
    pub(crate) instance: Instance,
}

impl<'p> Bench<'p> {
    pub(crate) fn new(project: &'p Project) -> Self {
        let lowered = &project.compiled.lowered;
        Bench::of(project, &lowered.program, &lowered.facts)
    }

    /// The machines of another program of the same source.
    pub(crate) fn of(project: &Project, program: &'p Program, facts: &'p Facts) -> Self {
        let workflow = program.workflows.keys().next().expect("one workflow");
        let setting = Setting::of(program, workflow, &project.compiled.deployment);
        let machines = Interpreter::new(program, facts, workflow, setting.clone());
        Bench {
            program,
            facts,
            workflow,
            setting,
            network: Network::new(machines),
            targets: Targets {
                program,
                failing: BTreeSet::new(),
            },
            instance: [0; 32],
        }
    }

    /// The same, with an instance that is running.
    pub(crate) fn started(project: &'p Project) -> Self {
        let mut bench = Bench::new(project);
        bench.start().expect("the instance starts");
        bench
    }

    pub(crate) fn data(&self) -> &'p WorkflowData {
        &self.program.workflows[self.workflow]
    }

    pub(crate) fn coordinator(&self) -> Machine {
        self.data().coordinator
    }

    pub(crate) fn inputs(&self) -> Vec<Value> {
        let fields = self.data().inputs.iter();
        fields
            .map(|field| value_of(field, &self.program.declarations))
            .collect()
    }

    /// The address that the input of this name gives.
    pub(crate) fn address(&self, input: &str) -> Vec<u8> {
        let position = self.data().inputs.iter().position(|it| it.name == input);
        match &self.inputs()[position.expect(input)] {
            Value::Bytes(address) => address.clone(),
            other => panic!("{other:?} is no address"),
        }
    }

    /// Every account that a machine may know of its chain: inputs and deployment constants.
    pub(crate) fn accounts(&self, machine: Machine) -> Vec<Vec<u8>> {
        let chain = self.program.machines[machine].chain;
        let inputs = self.data().inputs.iter().zip(self.inputs());
        let inputs = inputs.filter(|(field, _)| field.ty == Type::Address(chain));
        let of_chain = |constant| self.program.declarations.constants[constant].chain == chain;
        let constants = self.setting.constants.iter();
        let constants = constants.filter(|(constant, _)| of_chain(**constant));
        let values = inputs
            .map(|(_, value)| value)
            .chain(constants.map(|(_, value)| value.clone()));
        let address = |value| match value {
            Value::Bytes(address) => Some(address),
            _ => None,
        };
        values.filter_map(address).collect()
    }

    /// Somebody with all the gas there is.
    pub(crate) fn by(caller: Vec<u8>) -> By {
        By {
            caller,
            gas: Gas::Enough,
        }
    }

    /// Somebody who has no part in anything.
    pub(crate) fn stranger(&self, machine: Machine) -> By {
        let chain = self.program.machines[machine].chain;
        let size = address_size(self.program.declarations.chains[chain].vm);
        Self::by(vec![0x5a; size as usize])
    }

    pub(crate) fn initiator(&self) -> By {
        Self::by(self.address("user"))
    }

    pub(crate) fn act(
        &mut self,
        machine: Machine,
        by: &By,
        action: Action,
    ) -> Result<Outcome, Rejected> {
        self.network.act(&mut self.targets, machine, by, action)
    }

    pub(crate) fn start(&mut self) -> Result<Outcome, Rejected> {
        let inputs = self.inputs();
        let (home, by) = (self.coordinator(), self.initiator());
        let outcome = self.act(home, &by, Action::Start { inputs })?;
        self.instance = outcome.instance;
        Ok(outcome)
    }

    /// Presents a message of the network.
    pub(crate) fn present(&mut self, index: usize, entry: Entry) -> Result<Outcome, Rejected> {
        let by = self.stranger(self.network.mail()[index].to);
        self.network.present(&mut self.targets, index, entry, &by)
    }

    pub(crate) fn cancel(&mut self) -> Result<Outcome, Rejected> {
        let (home, by, instance) = (self.coordinator(), self.initiator(), self.instance);
        self.act(home, &by, Action::Cancel { instance })
    }

    pub(crate) fn redrive(&mut self) -> Result<Outcome, Rejected> {
        let (home, instance) = (self.coordinator(), self.instance);
        let by = self.stranger(home);
        self.act(home, &by, Action::Redrive { instance })
    }

    /// Lets a day pass everywhere, which is after every deadline.
    pub(crate) fn pass_deadlines(&mut self) {
        for chain in self.program.declarations.chains.keys() {
            self.network.pass(chain, 86_400);
        }
    }

    /// A message as its sender would send it about some instance.
    pub(crate) fn craft(&self, step: Step, kind: MessageKind, header: Craft) -> Sent {
        let message = self.program.message(step, kind).expect("such a message");
        let data = &self.program.messages[message];
        let prefix = self.facts.fingerprints[self.workflow].first_chunk();
        let is_execute = kind == MessageKind::Execute;
        let header_data = Header {
            kind,
            step: self.program.steps[step].number,
            fingerprint: *prefix.expect("32 bytes"),
            deadline: if is_execute { header.deadline } else { 0 },
            instance: header.instance,
        };
        let declarations = &self.program.declarations;
        let values: Vec<_> = data
            .fields
            .iter()
            .map(|field| match header.fields {
                Fields::Good => value_of(field, declarations),
                Fields::Zero => Value::zero(&field.ty, declarations),
            })
            .collect();
        Sent {
            message,
            from: data.from,
            to: data.to,
            bytes: encode_message(&header_data, self.facts.layout(message), &values),
        }
    }

    /// What a machine keeps of the instance.
    pub(crate) fn kept(&self, machine: Machine) -> InstanceState {
        let machines = self.network.machines();
        machines.machine(machine).instance(&self.instance)
    }

    pub(crate) fn phase(&self) -> Phase {
        self.kept(self.coordinator()).phase()
    }

    /// Where a step stands at home.
    pub(crate) fn at_home(&self, step: Step) -> Status {
        self.kept(self.coordinator()).status(step)
    }

    pub(crate) fn is_remote(&self, step: Step) -> bool {
        self.program.steps[step].machine != self.coordinator()
    }

    /// Whether the step's chain goes on after a call that failed.
    pub(crate) fn catches(&self, step: Step) -> bool {
        let chain = self.program.machines[self.program.steps[step].machine].chain;
        self.program.declarations.chains[chain]
            .vm
            .catches_failures()
    }
}

/// What a made-up message says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Craft {
    pub(crate) instance: Instance,
    /// For an Execute.
    pub(crate) deadline: u64,
    pub(crate) fields: Fields,
}

/// The fields of a made-up message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// Every guard holds.
    Good,
    /// Zeros, with which no guard of the suite holds.
    Zero,
}
