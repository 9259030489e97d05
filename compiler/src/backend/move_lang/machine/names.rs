//! The names of one emitted package, chosen once before anything is written.

use std::collections::BTreeMap;

use crate::backend::Input;
use crate::backend::move_lang::codec::CodecNames;
use crate::backend::move_lang::custody::tokens;
use crate::backend::move_lang::names::{lower_case, scope};
use crate::backend::names::{Namer, pascal_case};
use crate::entities::{Constant, Event, Handler, Machine, Slot, Step};
use crate::ir::{MachineData, Program, Role};
use crate::types::ConstantKind;

/// What a chain's packages write by hand, so that no name of the source may be like it.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    /// Addresses and modules that emitted code names beside its own packages.
    pub foreign: &'static [&'static str],
    /// The names in the main module of a participant.
    pub participant: ReservedInModule,
    /// The names in the main module of a coordinator.
    pub coordinator: ReservedInModule,
}

/// What a main module writes by hand.
#[derive(Clone, Copy, Debug)]
pub struct ReservedInModule {
    /// Functions.
    pub functions: &'static [&'static str],
    /// Structs that the module declares or imports.
    pub structs: &'static [&'static str],
    /// Fields of what holds everything.
    pub fields: &'static [&'static str],
    /// Locals that every handler has.
    pub locals: &'static [&'static str],
}

/// The names of one machine's package.
#[derive(Clone, Debug)]
pub struct MachineNames {
    /// The package, its folder and its address.
    pub package: String,
    /// Its steps.
    pub steps: BTreeMap<Step, StepNames>,
    /// On a participant: the records of its steps.
    pub records: BTreeMap<Step, RecordNames>,
    /// On a coordinator: the field of an instance that holds the status of each step.
    pub statuses: BTreeMap<Step, String>,
    /// The fields of records.
    pub slots: BTreeMap<Slot, String>,
    /// Its functions.
    pub handlers: BTreeMap<Handler, HandlerNames>,
    /// Its events.
    pub events: BTreeMap<Event, EventNames>,
    /// On a coordinator: the constant with the position of each peer.
    pub peers: BTreeMap<Machine, String>,
    /// The deployment constants of kind address.
    pub constants: BTreeMap<Constant, String>,
    /// Where a coordinator keeps what it holds of each type of coin.
    pub held: BTreeMap<Constant, HeldNames>,
    /// The scope of a handler's function, before it has anything of its own.
    pub locals: Namer,
    /// The functions of the module of the messages.
    pub codec: CodecNames,
}

/// The names of a step.
#[derive(Clone, Debug)]
pub struct StepNames {
    /// The constant that holds its number.
    pub constant: String,
    /// The function that tells an instance's status.
    pub status_of: String,
}

/// The names around the records of a step.
#[derive(Clone, Debug)]
pub struct RecordNames {
    /// The field of the participant that holds them.
    pub table: String,
    /// The struct of a record.
    pub record: String,
    /// The function that finds or makes a record.
    pub record_of: String,
}

/// The names around what is held of a type of coin.
#[derive(Clone, Debug)]
pub struct HeldNames {
    /// The field of the coordinator that holds it.
    pub field: String,
    /// The function that tells how much it is.
    pub held_of: String,
}

/// The names of a handler.
#[derive(Clone, Debug)]
pub struct HandlerNames {
    /// The function.
    pub function: String,
    /// The constant that holds the budget of its calls.
    pub budget: String,
}

/// The names of an event.
#[derive(Clone, Debug)]
pub struct EventNames {
    /// The struct.
    pub name: String,
    /// Its fields after the instance.
    pub fields: Vec<String>,
}

impl MachineNames {
    /// Chooses the names of a machine whose package has this one.
    pub fn new(input: Input<'_>, machine: Machine, package: &str, reserved: &Reserved) -> Self {
        let role = input.program.machines[machine].role;
        let reserved = match role {
            Role::Coordinator => &reserved.coordinator,
            Role::Participant => &reserved.participant,
        };
        let mut scopes = Scopes::new(reserved);
        let mut names = MachineNames {
            package: package.to_owned(),
            steps: BTreeMap::new(),
            records: BTreeMap::new(),
            statuses: BTreeMap::new(),
            slots: BTreeMap::new(),
            handlers: scopes.handlers(input, machine),
            events: BTreeMap::new(),
            peers: BTreeMap::new(),
            constants: BTreeMap::new(),
            held: BTreeMap::new(),
            locals: scope(reserved.locals),
            codec: CodecNames::new(input.program, machine),
        };
        let (program, data) = (input.program, &input.program.machines[machine]);
        for &step in &data.steps {
            names.add_step(program, (role, step), &mut scopes);
        }
        match role {
            Role::Coordinator => names.add_coordinator(program, machine, &mut scopes),
            Role::Participant => names.add_slots_of_steps(program, machine),
        }
        names.constants = scopes.addresses(input);
        names
    }

    fn add_step(&mut self, program: &Program, (role, step): (Role, Step), scopes: &mut Scopes) {
        let name = lower_case(&program.steps[step].name);
        let constant = format!("STEP_{}", name.to_uppercase());
        let constant = scopes.constants.choose(&constant);
        if role == Role::Participant {
            let record = RecordNames {
                table: scopes.fields.choose(&name),
                record: scopes
                    .structs
                    .choose(&format!("{}Record", pascal_case(&name))),
                record_of: scopes.functions.choose(&format!("{name}_record")),
            };
            self.records.insert(step, record);
        }
        let status_of = scopes.functions.choose(&format!("{name}_status"));
        let names = StepNames {
            constant,
            status_of,
        };
        self.steps.insert(step, names);
    }

    fn add_coordinator(&mut self, program: &Program, machine: Machine, scopes: &mut Scopes) {
        let data = &program.machines[machine];
        self.add_instance(program, data);
        self.add_held(program, machine, scopes);
        for &event in &data.events {
            let names = event_names(program, event, scopes);
            self.events.insert(event, names);
        }
        for &peer in &program.workflows[data.workflow].participants {
            let chain = &program.declarations.chains[program.machines[peer].chain].name;
            let wanted = format!("PEER_{}", lower_case(chain).to_uppercase());
            self.peers.insert(peer, scopes.constants.choose(&wanted));
        }
    }

    fn add_held(&mut self, program: &Program, machine: Machine, scopes: &mut Scopes) {
        for token in tokens(program, machine) {
            let decl = &program.declarations.constants[token];
            if decl.kind == ConstantKind::MoveType {
                let name = lower_case(&decl.name);
                let names = HeldNames {
                    field: scopes.fields.choose(&name),
                    held_of: scopes.functions.choose(&format!("{name}_held")),
                };
                self.held.insert(token, names);
            }
        }
    }

    /// The fields of an instance's record: where its steps stand, and the values that are kept of it.
    fn add_instance(&mut self, program: &Program, data: &MachineData) {
        let mut fields = scope(&["phase"]);
        for &step in &data.steps {
            let status = format!("{}_status", lower_case(&program.steps[step].name));
            self.statuses.insert(step, fields.choose(&status));
        }
        for &slot in &data.slots {
            let name = lower_case(&program.slots[slot].name);
            self.slots.insert(slot, fields.choose(&name));
        }
    }

    /// A slot's name without that of the step, whose record it is part of.
    fn add_slots_of_steps(&mut self, program: &Program, machine: Machine) {
        for &step in &program.machines[machine].steps {
            let mut fields = scope(&["status"]);
            let prefix = format!("{}_", program.steps[step].name);
            for (slot, data) in program.slots_of(machine, Some(step)) {
                let name = data.name.strip_prefix(&prefix).unwrap_or(&data.name);
                self.slots.insert(slot, fields.choose(&lower_case(name)));
            }
        }
    }
}

/// The scopes of the main module.
struct Scopes {
    functions: Namer,
    constants: Namer,
    structs: Namer,
    fields: Namer,
}

impl Scopes {
    fn new(reserved: &ReservedInModule) -> Self {
        Scopes {
            functions: scope(reserved.functions),
            constants: scope(&["FINGERPRINT", "HOME", "HOME_CHAIN", "PEER_CHAINS"]),
            structs: scope(reserved.structs),
            fields: scope(reserved.fields),
        }
    }

    fn handlers(&mut self, input: Input<'_>, machine: Machine) -> BTreeMap<Handler, HandlerNames> {
        let program = input.program;
        let handlers = program.machines[machine].handlers.iter();
        let names = handlers.map(|&handler| {
            let name = lower_case(&program.handlers[handler].name);
            let budget = format!("GAS_{}", name.to_uppercase());
            let names = HandlerNames {
                budget: self.constants.choose(&budget),
                function: self.functions.choose(&name),
            };
            (handler, names)
        });
        names.collect()
    }

    /// Neither the status nor the error constants begin as these do.
    fn addresses(&mut self, input: Input<'_>) -> BTreeMap<Constant, String> {
        let constants = input.program.declarations.constants.iter();
        let addresses = constants.filter(|(_, decl)| decl.kind == ConstantKind::Address);
        let names = addresses.map(|(constant, decl)| {
            let wanted = format!("AT_{}", lower_case(&decl.name).to_uppercase());
            (constant, self.constants.choose(&wanted))
        });
        names.collect()
    }
}

fn event_names(program: &Program, event: Event, scopes: &mut Scopes) -> EventNames {
    let data = &program.events[event];
    let mut fields = scope(&["instance"]);
    EventNames {
        name: scopes.structs.choose(&data.name),
        fields: data
            .fields
            .iter()
            .map(|field| fields.choose(&lower_case(&field.name)))
            .collect(),
    }
}

/// The name of each machine's package: `<workflow>_<chain>`.
pub fn package_names(input: Input<'_>, machines: &[Machine], reserved: &Reserved) -> Vec<String> {
    let mut namer = scope(reserved.foreign);
    let choose = |machine: &Machine| {
        let data = &input.program.machines[*machine];
        let workflow = &input.program.workflows[data.workflow].name;
        let chain = &input.program.declarations.chains[data.chain].name;
        namer.choose(&format!("{}_{}", lower_case(workflow), lower_case(chain)))
    };
    machines.iter().map(choose).collect()
}
