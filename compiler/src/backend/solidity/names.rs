//! Names of everything in one workflow's Solidity, chosen before anything is written.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::backend::Input;
use crate::backend::names::{Namer, camel_case, pascal_case, screaming_case};
use crate::backend::solidity::keywords::KEYWORDS;
use crate::entities::{
    Chain, Constant, Contract, Enum, Event, Handler, Machine, Message, Record, Slot, Step, Workflow,
};
use crate::ir::{Role, Trigger};
use crate::types::{Declarations, Field, Type, Units};

/// What the runtime and the skeleton of a contract declare, in the order of their files.
const CONTRACT_SCOPE: &[&str] = &[
    "Kind",
    "Phase",
    "Status",
    "Header",
    "Headers",
    "Machine",
    "Coordinator",
    "Participant",
    "Custody",
    "IERC20",
    "Wormhole",
    "IWormhole",
    "Messages",
    "Inputs",
    "Slots",
    "WormholePeer",
    "Account",
    "NotWired",
    "AlreadyWired",
    "NotDeployer",
    "UnexpectedFingerprint",
    "Reentered",
    "WrongChain",
    "UnknownMessage",
    "InsufficientGas",
    "NotAuthorised",
    "DeadlinePassed",
    "DeadlineNotPassed",
    "NotCancellable",
    "NothingOutstanding",
    "WrongState",
    "GuardNotMet",
    "NoValue",
    "StepChanged",
    "Wired",
    "InsufficientFee",
    "EmptyReserve",
    "ResendNotPaid",
    "NothingToClaim",
    "ZeroReceiver",
    "ClaimRefused",
    "Opened",
    "InstanceChanged",
    "ReserveAdded",
    "ReserveSpent",
    "ReserveReleased",
    "Credited",
    "Claimed",
    "EmptyFeeBalance",
    "RepeatedReplyNotPaid",
    "FeesAdded",
    "FeeSpent",
    "NoWormhole",
    "WrongWormholeChain",
    "WrongPeerCount",
    "UnexpectedPeer",
    "ZeroPeer",
    "OwnChainPeer",
    "DuplicatePeer",
    "InvalidVaa",
    "UnknownEmitter",
    "WormholePeerAdded",
    "FINGERPRINT",
    "WORMHOLE",
    "WORMHOLE_CHAIN",
    "WORMHOLE_CORE",
    "PROGRAM_FINGERPRINT",
    "HOME",
    "CALL_OVERHEAD",
    "WORD_OVERHEAD",
    "UNWIRED",
    "READY",
    "BUSY",
    "FINALIZED",
    "INSTANCE_DOMAIN",
    "_DEPLOYER",
    "_HOME",
    "_lock",
    "_accounts",
    "_slots",
    "Together",
    "onlySelf",
    "_togetherGas",
    "Custodian",
    "Spending",
    "NotSelf",
    "WrongValue",
    "NoResult",
    "spend",
    "_spendGas",
    "NativeCustody",
    "InsufficientValue",
    "creditingRest",
    "_brought",
    "_takeNative",
    "_giveNative",
    "_keepExcess",
    "nonReentrant",
    "funding",
    "paidByCaller",
    "isWired",
    "statusOf",
    "instanceCount",
    "credits",
    "claim",
    "phaseOf",
    "reserveOf",
    "quote",
    "start",
    "cancel",
    "redrive",
    "wire",
    "deliver",
    "wormholePeers",
    "_seal",
    "_setStatus",
    "_enterStep",
    "_requireGas",
    "_receive",
    "_process",
    "_dispatch",
    "_spendFee",
    "_enter",
    "_storeStatus",
    "_open",
    "_setPhase",
    "_addToReserve",
    "_reserve",
    "_release",
    "_credit",
    "_isSettled",
    "_word",
    "_expectWormholePeers",
    "_addWormholePeer",
    "_sendByWormhole",
    "_wormholeFee",
];

/// What every function of a contract declares.
const FUNCTION_SCOPE: &[&str] = &["instance", "slots"];

/// What the messages library imports and declares.
const LIBRARY_SCOPE: &[&str] = &["Reader", "Readers", "Writer", "Writers"];

/// A declared type and its members.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) members: Vec<String>,
}

/// The names in a workflow's messages library.
#[derive(Clone, Debug)]
pub(super) struct LibraryNames {
    pub(super) records: BTreeMap<Record, Named>,
    pub(super) enums: BTreeMap<Enum, Named>,
    /// The struct of each message type, which `encode` and `decode` precede in function names.
    pub(super) messages: BTreeMap<Message, Named>,
    /// What the helpers of a composite or bounded type are called after `_write`, `_read`, `encode`, `decode` and `check`; for an
    /// option also its struct.
    helpers: Vec<(Type, String)>,
}

impl LibraryNames {
    /// Chooses the names of a workflow's library; `helper_types` are the types that need functions of their own.
    pub(super) fn new(
        input: Input<'_>,
        workflow: Workflow,
        messages: &[Message],
        helper_types: Vec<Type>,
    ) -> Self {
        let program = input.program;
        let mut namer = Namer::new(KEYWORDS);
        namer.reserve(&library_name(input, workflow));
        LIBRARY_SCOPE.iter().for_each(|name| namer.reserve(name));
        let declarations = &program.declarations;
        let records = declarations.records.iter().map(|(id, record)| {
            let name = namer.choose(&pascal_case(&record.name));
            let members = field_names(&record.fields);
            (id, Named { name, members })
        });
        let records = records.collect();
        let enums = declarations.enums.iter().map(|(id, decl)| {
            let mut members = Namer::new(KEYWORDS);
            let name = namer.choose(&pascal_case(&decl.name));
            let variants = decl.variants.iter();
            let members = variants.map(|variant| members.choose(&pascal_case(variant)));
            let members = members.collect();
            (id, Named { name, members })
        });
        let enums = enums.collect();
        let messages = messages.iter().map(|&id| {
            let data = &program.messages[id];
            let step = pascal_case(&program.steps[data.step].name);
            let name = namer.choose(&format!("{step}{}", data.kind));
            let members = field_names(&data.fields);
            (id, Named { name, members })
        });
        let messages = messages.collect();
        let mut names = LibraryNames {
            records,
            enums,
            messages,
            helpers: Vec::new(),
        };
        for ty in helper_types {
            let wanted = names.describe(&ty, declarations);
            // A record's helpers are called after the record itself.
            let name = match ty {
                Type::Record(_) => wanted,
                _ => namer.choose(&wanted),
            };
            names.helpers.push((ty, name));
        }
        names
    }

    /// What the helpers of a type are called.
    pub(super) fn helper(&self, ty: &Type) -> &str {
        let found = self.helpers.iter().find(|(other, _)| other == ty);
        found.map_or("", |(_, name)| name)
    }

    /// Whether every option in a type has its struct. Options come from messages, slots and inputs, or are made of other values, and have one
    /// if some value of theirs can be there: no function of Solidity takes or returns them.
    pub(super) fn has_options_of(&self, ty: &Type, declarations: &Declarations) -> bool {
        match ty {
            Type::Option(some) => {
                let is_named = self.helpers.iter().any(|(other, _)| other == ty);
                is_named && self.has_options_of(some, declarations)
            }
            Type::List(inner, _) | Type::Array(inner, _) => {
                self.has_options_of(inner, declarations)
            }
            Type::Record(record) => {
                let mut fields = declarations.records[*record].fields.iter();
                fields.all(|field| self.has_options_of(&field.ty, declarations))
            }
            _ => true,
        }
    }

    fn describe(&self, ty: &Type, declarations: &Declarations) -> String {
        match ty {
            Type::Bool => "Bool".into(),
            Type::Uint(bits) | Type::Amount(Units { bits, .. }) => format!("Uint{bits}"),
            Type::Int(bits) => format!("Int{bits}"),
            Type::FixedBytes(len) => format!("Fixed{len}"),
            Type::Bytes(max) => format!("Bytes{max}"),
            Type::String(max) => format!("String{max}"),
            Type::List(element, max) => {
                format!("{}List{max}", self.describe(element, declarations))
            }
            Type::Array(element, len) => {
                format!("{}Array{len}", self.describe(element, declarations))
            }
            Type::Option(some) => format!("Optional{}", self.describe(some, declarations)),
            Type::Record(record) => self.records[record].name.clone(),
            Type::Enum(id) => self.enums[id].name.clone(),
            Type::Address(chain) => {
                format!("{}Address", pascal_case(&declarations.chains[*chain].name))
            }
        }
    }
}

/// The names in the file of one machine.
#[derive(Clone, Debug)]
pub(super) struct ContractNames {
    /// The contract.
    pub(super) contract: String,
    /// The messages library.
    pub(super) library: String,
    pub(super) inputs: Vec<String>,
    pub(super) slots: BTreeMap<Slot, String>,
    /// What holds the status of each step, among the slots.
    pub(super) statuses: BTreeMap<Step, String>,
    pub(super) events: BTreeMap<Event, Named>,
    pub(super) steps: BTreeMap<Step, String>,
    /// The budget of a step's call.
    pub(super) budgets: BTreeMap<Step, String>,
    pub(super) chains: BTreeMap<Chain, String>,
    pub(super) constants: BTreeMap<Constant, String>,
    /// The interface and the constant of each called contract.
    pub(super) targets: BTreeMap<Contract, TargetNames>,
    pub(super) functions: BTreeMap<Handler, String>,
    /// What a function's own names must not shadow.
    locals: Rc<Namer>,
}

/// The names of a called contract.
#[derive(Clone, Debug)]
pub(super) struct TargetNames {
    pub(super) interface: String,
    pub(super) constant: String,
}

impl ContractNames {
    pub(super) fn new(input: Input<'_>, machine: Machine, targets: &[Contract]) -> Self {
        let program = input.program;
        let data = &program.machines[machine];
        let workflow = &program.workflows[data.workflow];
        let declarations = &program.declarations;
        let mut namer = Namer::new(KEYWORDS);
        CONTRACT_SCOPE.iter().for_each(|name| namer.reserve(name));
        let contract = contract_name(input, machine);
        let library = library_name(input, data.workflow);
        namer.reserve(&contract);
        namer.reserve(&library);
        let steps: BTreeMap<_, _> = data
            .steps
            .iter()
            .map(|&step| {
                (
                    step,
                    namer.choose(&screaming_case(&program.steps[step].name)),
                )
            })
            .collect();
        let budgets = steps
            .iter()
            .map(|(&step, name)| (step, format!("{name}_GAS")));
        let budgets: Vec<_> = budgets.collect();
        let budgets = budgets
            .into_iter()
            .map(|(step, name)| (step, namer.choose(&name)))
            .collect();
        let peers = [workflow.coordinator]
            .into_iter()
            .chain(workflow.participants.iter().copied());
        let chains = peers.map(|peer| {
            let chain = program.machines[peer].chain;
            (
                chain,
                namer.choose(&screaming_case(&declarations.chains[chain].name)),
            )
        });
        let chains = chains.collect();
        let constants = declarations.constants.iter();
        let constants = constants
            .map(|(id, constant)| (id, namer.choose(&screaming_case(&constant.name))))
            .collect();
        let targets = targets.iter().map(|&id| {
            let decl = &declarations.contracts[id];
            let name = &decl.name;
            let interface = match decl.asset {
                Some(_) => "IERC20".to_owned(),
                None => namer.choose(&format!("I{}", pascal_case(name))),
            };
            let constant = namer.choose(&screaming_case(name));
            (
                id,
                TargetNames {
                    interface,
                    constant,
                },
            )
        });
        let targets = targets.collect();
        let events = data.events.iter().map(|&event| {
            let event_data = &program.events[event];
            let mut members = Namer::new(KEYWORDS);
            members.reserve("instance");
            let fields = event_data.fields.iter();
            let members = fields
                .map(|field| members.choose(&camel_case(&field.name)))
                .collect();
            let name = namer.choose(&pascal_case(&event_data.name));
            (event, Named { name, members })
        });
        let events = events.collect();
        let functions = data.handlers.iter().map(|&handler| {
            let handler_data = &program.handlers[handler];
            let name = match handler_data.trigger {
                Trigger::Start => "start".to_owned(),
                Trigger::Cancel => "cancel".to_owned(),
                Trigger::Redrive => "redrive".to_owned(),
                Trigger::Claim(_) | Trigger::Together(..) => {
                    namer.choose(&camel_case(&handler_data.name))
                }
                _ => namer.choose(&format!("_{}", camel_case(&handler_data.name))),
            };
            (handler, name)
        });
        let functions = functions.collect();
        let mut members = Namer::new(KEYWORDS);
        let mut member = |name: &str| members.choose(&camel_case(name));
        let slots = data.slots.iter();
        let slots = slots
            .map(|&slot| (slot, member(&program.slots[slot].name)))
            .collect();
        let statuses = data.steps.iter().map(|&step| {
            let name = format!("{}_status", program.steps[step].name);
            (step, member(&name))
        });
        let statuses = statuses.collect();
        FUNCTION_SCOPE.iter().for_each(|name| namer.reserve(name));
        ContractNames {
            contract,
            library,
            inputs: field_names(&workflow.inputs),
            slots,
            statuses,
            events,
            steps,
            budgets,
            chains,
            constants,
            targets,
            functions,
            locals: Rc::new(namer),
        }
    }

    /// A scope for the local variables of one function.
    pub(super) fn locals(&self) -> Namer {
        Namer::inside(&self.locals)
    }
}

/// The contract of a machine, which is also its file.
pub(super) fn contract_name(input: Input<'_>, machine: Machine) -> String {
    let program = input.program;
    let data = &program.machines[machine];
    let workflow = pascal_case(&program.workflows[data.workflow].name);
    match data.role {
        Role::Coordinator => format!("{workflow}Coordinator"),
        Role::Participant => {
            let chain = pascal_case(&program.declarations.chains[data.chain].name);
            format!("{workflow}{chain}Participant")
        }
    }
}

/// The messages library of a workflow, which is also its file.
pub(super) fn library_name(input: Input<'_>, workflow: Workflow) -> String {
    format!(
        "{}Messages",
        pascal_case(&input.program.workflows[workflow].name)
    )
}

/// Names for the fields of a struct.
fn field_names(fields: &[Field]) -> Vec<String> {
    let mut namer = Namer::new(KEYWORDS);
    let names = fields.iter();
    names
        .map(|field| namer.choose(&camel_case(&field.name)))
        .collect()
}
