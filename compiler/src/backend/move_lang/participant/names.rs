//! The names of one emitted package, chosen once before anything is written.

use std::collections::BTreeMap;

use crate::backend::Input;
use crate::backend::move_lang::codec::CodecNames;
use crate::backend::move_lang::names::{lower_case, scope};
use crate::backend::names::{Namer, pascal_case};
use crate::entities::{Constant, Handler, Machine, Slot, Step};
use crate::types::ConstantKind;

/// What a chain's participants write by hand, so that no name of the source may be like it.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    /// Addresses and modules that emitted code names beside its own packages.
    pub foreign: &'static [&'static str],
    /// Functions of the main module.
    pub functions: &'static [&'static str],
    /// Structs that the main module declares or imports.
    pub structs: &'static [&'static str],
    /// Fields of the participant.
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
    /// The fields of its steps' records.
    pub slots: BTreeMap<Slot, String>,
    /// Its functions.
    pub handlers: BTreeMap<Handler, HandlerNames>,
    /// The deployment constants of kind address.
    pub constants: BTreeMap<Constant, String>,
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
    /// The field of the participant that holds its records.
    pub table: String,
    /// The struct of a record.
    pub record: String,
    /// The function that finds or makes a record.
    pub record_of: String,
    /// The function that tells an instance's status.
    pub status_of: String,
}

/// The names of a handler.
#[derive(Clone, Debug)]
pub struct HandlerNames {
    /// The function.
    pub function: String,
    /// The constant that holds the budget of its calls.
    pub budget: String,
}

impl MachineNames {
    /// Chooses the names of a machine whose package has this one.
    pub fn new(input: Input<'_>, machine: Machine, package: &str, reserved: &Reserved) -> Self {
        let mut scopes = Scopes::new(reserved);
        let handlers = scopes.handlers(input, machine);
        let steps = scopes.steps(input, machine);
        MachineNames {
            package: package.to_owned(),
            steps,
            slots: slot_names(input, machine),
            handlers,
            constants: scopes.addresses(input),
            locals: scope(reserved.locals),
            codec: CodecNames::new(input.program, machine),
        }
    }
}

/// The scopes of the main module.
struct Scopes {
    functions: Namer,
    constants: Namer,
    structs: Namer,
    tables: Namer,
}

impl Scopes {
    fn new(reserved: &Reserved) -> Self {
        Scopes {
            functions: scope(reserved.functions),
            constants: scope(&["FINGERPRINT", "HOME"]),
            structs: scope(reserved.structs),
            tables: scope(reserved.fields),
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

    fn steps(&mut self, input: Input<'_>, machine: Machine) -> BTreeMap<Step, StepNames> {
        let program = input.program;
        let steps = program.machines[machine].steps.iter();
        let names = steps.map(|&step| {
            let name = lower_case(&program.steps[step].name);
            let constant = format!("STEP_{}", name.to_uppercase());
            let record = format!("{}Record", pascal_case(&name));
            let names = StepNames {
                constant: self.constants.choose(&constant),
                table: self.tables.choose(&name),
                record: self.structs.choose(&record),
                record_of: self.functions.choose(&format!("{name}_record")),
                status_of: self.functions.choose(&format!("{name}_status")),
            };
            (step, names)
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

/// A slot's name without that of the step, whose record it is part of.
fn slot_names(input: Input<'_>, machine: Machine) -> BTreeMap<Slot, String> {
    let program = input.program;
    let mut names = BTreeMap::new();
    for &step in &program.machines[machine].steps {
        let mut fields = scope(&["status"]);
        let prefix = format!("{}_", program.steps[step].name);
        for (slot, data) in program.slots_of(machine, Some(step)) {
            let name = data.name.strip_prefix(&prefix).unwrap_or(&data.name);
            names.insert(slot, fields.choose(&lower_case(name)));
        }
    }
    names
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
