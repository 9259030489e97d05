//! The names of one emitted package, chosen once before anything is written.

use std::collections::BTreeMap;

use crate::backend::Input;
use crate::backend::move_lang::codec::CodecNames;
use crate::backend::move_lang::names::{lower_case, scope};
use crate::backend::names::{pascal_case, screaming_case};
use crate::entities::{Constant, Handler, Machine, Slot, Step};
use crate::types::ConstantKind;

/// Addresses and modules that emitted code names beside its own packages.
pub(super) const FOREIGN_NAMES: &[&str] = &[
    "clock",
    "emitter",
    "message_kind",
    "messages",
    "object",
    "option",
    "participant",
    "publish_message",
    "reader",
    "std",
    "string",
    "sui",
    "sui_system",
    "table",
    "transfer",
    "tx_context",
    "vaa",
    "wormhole",
    "wormhole_endpoint",
    "xcc_runtime",
];

/// Locals that every handler has.
pub(super) const HANDLER_LOCALS: &[&str] = &[
    "participant",
    "vaa",
    "endpoint",
    "record",
    "instance",
    "deadline",
    "reader",
    "body",
    "clock",
    "ctx",
];

/// The names of one machine's package.
pub(super) struct MachineNames {
    /// The package, its folder and its address.
    pub(super) package: String,
    /// Its steps.
    pub(super) steps: BTreeMap<Step, StepNames>,
    /// The fields of its steps' records.
    pub(super) slots: BTreeMap<Slot, String>,
    /// Its functions.
    pub(super) handlers: BTreeMap<Handler, HandlerNames>,
    /// The deployment constants of kind address that belong to its chain or are sent by it.
    pub(super) constants: BTreeMap<Constant, String>,
    /// The functions of the module `messages`.
    pub(super) codec: CodecNames,
}

/// The names of a step.
pub(super) struct StepNames {
    /// The constant that holds its number.
    pub(super) constant: String,
    /// The field of the participant that holds its records.
    pub(super) table: String,
    /// The struct of a record.
    pub(super) record: String,
    /// The function that finds or makes a record.
    pub(super) record_of: String,
    /// The function that tells an instance's status.
    pub(super) status_of: String,
}

/// The names of a handler.
pub(super) struct HandlerNames {
    /// The function.
    pub(super) function: String,
    /// The constant that holds the budget of its calls.
    pub(super) budget: String,
}

impl MachineNames {
    pub(super) fn new(input: Input<'_>, machine: Machine, package: &str) -> Self {
        let program = input.program;
        let data = &program.machines[machine];
        let mut functions = scope(&["init", "init_for_testing", "wire"]);
        let mut constants = scope(&["FINGERPRINT", "HOME"]);
        let mut structs = scope(&[
            "Clock",
            "EmitterCap",
            "Endpoint",
            "MessageTicket",
            "Participant",
            "Table",
            "VAA",
        ]);
        let mut tables = scope(&["id", "endpoint"]);

        let handlers = data.handlers.iter().map(|&handler| {
            let name = lower_case(&program.handlers[handler].name);
            let names = HandlerNames {
                budget: constants.choose(&format!("GAS_{}", screaming_case(&name))),
                function: functions.choose(&name),
            };
            (handler, names)
        });
        let handlers = handlers.collect();
        let steps = data.steps.iter().map(|&step| {
            let name = lower_case(&program.steps[step].name);
            let names = StepNames {
                constant: constants.choose(&format!("STEP_{}", screaming_case(&name))),
                table: tables.choose(&name),
                record: structs.choose(&format!("{}Record", pascal_case(&name))),
                record_of: functions.choose(&format!("{name}_record")),
                status_of: functions.choose(&format!("{name}_status")),
            };
            (step, names)
        });
        let steps = steps.collect();
        let addresses = program.declarations.constants.iter();
        let addresses = addresses.filter(|(_, decl)| decl.kind == ConstantKind::Address);
        MachineNames {
            package: package.to_owned(),
            steps,
            slots: slot_names(input, machine),
            handlers,
            constants: addresses
                .map(|(constant, decl)| {
                    // Neither the status nor the error constants have this beginning.
                    let name = constants
                        .choose(&format!("AT_{}", screaming_case(&lower_case(&decl.name))));
                    (constant, name)
                })
                .collect(),
            codec: CodecNames::new(program, machine),
        }
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
pub(super) fn package_names(input: Input<'_>, machines: &[Machine]) -> Vec<String> {
    let mut namer = scope(FOREIGN_NAMES);
    let mut choose = |machine: &Machine| {
        let data = &input.program.machines[*machine];
        let workflow = &input.program.workflows[data.workflow].name;
        let chain = &input.program.declarations.chains[data.chain].name;
        namer.choose(&format!("{}_{}", lower_case(workflow), lower_case(chain)))
    };
    machines.iter().map(&mut choose).collect()
}
