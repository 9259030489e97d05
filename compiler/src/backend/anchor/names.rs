//! Every name of an emitted program, chosen once: in Rust's case, off its keywords, unique in its scope.

use std::collections::{BTreeMap, BTreeSet};

mod coordinator;

pub(super) use coordinator::{DecisionNames, PeerNames};

use super::custody::TokenProgram;
use super::messages_of;
use super::types::Used;
use crate::backend::Input;
use crate::backend::names::{Namer, pascal_case, screaming_case, snake_case};
use crate::entities::{
    Constant, Contract, Enum, Event, Handler, Machine, Message, Record, Slot, Step,
};
use crate::hir::{AccountSource, Seed};
use crate::ir::{CallData, InstData, Role, Trigger, Value};
use crate::spelling::begun_by;

/// Words of Rust that cannot name anything, those reserved for later included.
pub(super) const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names of types that emitted files have in scope: Rust's, Anchor's, the runtime's, and the program's own.
const TAKEN_TYPES: &[&str] = &[
    "Access",
    "Account",
    "AccountDeserialize",
    "AccountInfo",
    "AccountLoader",
    "AccountMeta",
    "AccountSerialize",
    "Accounts",
    "AccountsClose",
    "AccountsExit",
    "AnchorDeserialize",
    "AnchorSerialize",
    "Box",
    "Call",
    "Claim",
    "Clock",
    "Context",
    "CpiContext",
    "Decision",
    "Default",
    "Delivered",
    "Delivery",
    "Discriminator",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ErrorCode",
    "Expected",
    "Fn",
    "From",
    "Header",
    "I256",
    "Id",
    "Identity",
    "InitSpace",
    "Inputs",
    "Instance",
    "InstanceChanged",
    "InstanceKey",
    "Interface",
    "InterfaceAccount",
    "Into",
    "Iterator",
    "Key",
    "Lamports",
    "MessageKind",
    "Migration",
    "None",
    "Ok",
    "Opening",
    "Option",
    "Outbox",
    "Outgoing",
    "Owner",
    "Owners",
    "Peer",
    "Phase",
    "Program",
    "ProgramData",
    "ProgramError",
    "Pubkey",
    "Purse",
    "Reader",
    "RecordKey",
    "Rent",
    "Reply",
    "Result",
    "Send",
    "Sending",
    "Signer",
    "Sized",
    "Some",
    "Space",
    "State",
    "Status",
    "StepChanged",
    "String",
    "Sync",
    "System",
    "SystemAccount",
    "Sysvar",
    "ToAccountInfo",
    "ToAccountInfos",
    "ToAccountMetas",
    "Turn",
    "U256",
    "UncheckedAccount",
    "Vec",
    "Wire",
    "Wiring",
    "Writer",
    "XccError",
];

/// Names of constants that are written by hand.
const TAKEN_CONSTANTS: &[&str] = &[
    "AUTHORITY_SEED",
    "CUSTODY_SEED",
    "EMITTER_SEED",
    "FINGERPRINT",
    "HOME_CHAIN",
    "ID",
    "ID_CONST",
    "NETWORK",
    "STATE_SEED",
    "STEP_SEED",
    "WORMHOLE",
];

/// Modules of the crate, those that Anchor makes and the crates in scope, and instructions that are written by hand.
const TAKEN_MODULES: &[&str] = &[
    "accounts",
    "alloc",
    "anchor_lang",
    "borsh",
    "claim",
    "coordinator",
    "core",
    "cpi",
    "decisions",
    "delivery",
    "entry",
    "instance",
    "instruction",
    "lib",
    "lifecycle",
    "main",
    "messages",
    "program",
    "std",
    "types",
    "wire",
    "xcc_runtime",
];

/// Methods and functions of a coordinator's instructions that are written by hand.
const TAKEN_FUNCTIONS: &[&str] = &["decide", "follow", "handle", "seconds"];

/// The names of one program.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The crate, `swap-and-stake-solana`.
    pub(super) package: String,
    /// The program's module, `swap_and_stake_solana`.
    pub(super) module: String,
    pub(super) steps: BTreeMap<Step, StepNames>,
    pub(super) records: BTreeMap<Record, TypeNames>,
    pub(super) enums: BTreeMap<Enum, TypeNames>,
    pub(super) messages: BTreeMap<Message, TypeNames>,
    pub(super) slots: BTreeMap<Slot, String>,
    pub(super) handlers: BTreeMap<Handler, HandlerNames>,
    pub(super) contracts: BTreeMap<Contract, String>,
    pub(super) constants: BTreeMap<Constant, String>,
    /// Keys that interfaces fix.
    pub(super) keys: BTreeMap<[u8; 32], String>,
    /// Of a coordinator: what its account of an instance calls the statuses of steps.
    pub(super) statuses: BTreeMap<Step, String>,
    /// Of a coordinator: its events.
    pub(super) events: BTreeMap<Event, TypeNames>,
    /// Of a coordinator: its internal handlers.
    pub(super) decisions: BTreeMap<Handler, DecisionNames>,
    /// Of a coordinator: its participants.
    pub(super) peers: BTreeMap<Machine, PeerNames>,
    /// Of a coordinator: what an instance is started with.
    pub(super) inputs: Vec<String>,
}

/// A declared type and its members.
#[derive(Clone, Debug, Default)]
pub(super) struct TypeNames {
    pub(super) ty: String,
    pub(super) members: Vec<String>,
}

/// A step.
#[derive(Clone, Debug)]
pub(super) struct StepNames {
    /// Its module.
    pub(super) module: String,
    /// The constant that holds its number.
    pub(super) number: String,
    /// What is kept for each instance.
    pub(super) record: String,
}

/// An entry point.
#[derive(Clone, Debug)]
pub(super) struct HandlerNames {
    /// The instruction, `execute_swap`.
    pub(super) instruction: String,
    /// The struct of its accounts, `ExecuteSwap`.
    pub(super) accounts: String,
    /// The constant that holds the budget of its calls.
    pub(super) gas: String,
}

/// Chooses names in the scopes of one crate.
struct Chooser<'a> {
    input: Input<'a>,
    types: Namer,
    constants: Namer,
    modules: Namer,
    /// The types that Anchor makes of instructions.
    instructions: BTreeSet<String>,
    /// Functions that decide something on a coordinator.
    functions: Namer,
    /// What those decide.
    variants: Namer,
    names: Names,
}

impl Names {
    /// Chooses the names of a machine's program.
    pub(super) fn choose(input: Input<'_>, machine: Machine) -> Self {
        let scope = |taken: &[&str]| {
            let mut namer = Namer::new(KEYWORDS);
            taken.iter().for_each(|name| namer.reserve(name));
            namer
        };
        let mut chooser = Chooser {
            input,
            types: scope(TAKEN_TYPES),
            constants: scope(TAKEN_CONSTANTS),
            modules: scope(TAKEN_MODULES),
            instructions: BTreeSet::new(),
            functions: scope(TAKEN_FUNCTIONS),
            variants: scope(&["Done"]),
            names: Names::default(),
        };
        chooser.package(machine);
        chooser.declared(machine);
        let data = &input.program.machines[machine];
        data.steps.iter().for_each(|&step| chooser.step(step));
        match data.role {
            Role::Participant => chooser.slots(machine),
            Role::Coordinator => chooser.coordinator(machine),
        }
        data.handlers
            .iter()
            .for_each(|&handler| chooser.handler(handler));
        messages_of(input, machine)
            .into_iter()
            .for_each(|message| chooser.message(message));
        chooser.keys(machine);
        chooser.names
    }

    /// A scope of variables in which these are taken, and the functions that decide something.
    pub(super) fn decision_scope(&self, taken: &[&str]) -> Namer {
        let mut scope = Self::scope(taken);
        let functions = self.decisions.values().map(|names| &names.function);
        functions.for_each(|name| scope.reserve(name));
        scope
    }

    /// A scope of lowercase names in which these are taken.
    pub(super) fn scope(taken: &[&str]) -> Namer {
        let mut namer = Namer::new(KEYWORDS);
        taken.iter().for_each(|name| namer.reserve(name));
        namer
    }
}

impl Chooser<'_> {
    fn package(&mut self, machine: Machine) {
        let data = &self.input.program.machines[machine];
        let workflow = &self.input.program.workflows[data.workflow].name;
        let chain = &self.input.program.declarations.chains[data.chain].name;
        let module = format!("{}_{}", rust_snake_case(workflow), rust_snake_case(chain));
        self.names.package = module.replace('_', "-");
        self.names.module = module;
        self.modules.reserve(&self.names.module);
    }

    fn declared(&mut self, machine: Machine) {
        let used = Used::of(self.input, machine);
        let declarations = &self.input.program.declarations;
        for &id in &used.enums {
            let data = &declarations.enums[id];
            let ty = self.ty(&data.name);
            let mut scope = Namer::new(KEYWORDS);
            scope.reserve("ALL");
            let members = data
                .variants
                .iter()
                .map(|name| choose_type(&mut scope, name))
                .collect();
            self.names.enums.insert(id, TypeNames { ty, members });
        }
        for &record in &used.records {
            let data = &declarations.records[record];
            let ty = self.ty(&data.name);
            let members = members(data.fields.iter().map(|field| field.name.as_str()));
            self.names.records.insert(record, TypeNames { ty, members });
        }
    }

    fn step(&mut self, step: Step) {
        let name = &self.input.program.steps[step].name;
        let names = StepNames {
            module: self.modules.choose(&rust_snake_case(name)),
            number: self.constants.choose(&screaming_case(name)),
            record: self.ty(&format!("{}Record", pascal_case(name))),
        };
        self.names.steps.insert(step, names);
    }

    /// A slot needs no name of its step in front: it stands in the step's record.
    fn slots(&mut self, machine: Machine) {
        for &step in &self.input.program.machines[machine].steps {
            let prefix = format!("{}_", self.input.program.steps[step].name);
            let mut scope = Names::scope(&["status"]);
            for (slot, data) in self.input.program.slots_of(machine, Some(step)) {
                let short = data.name.strip_prefix(&prefix).unwrap_or(&data.name);
                self.names
                    .slots
                    .insert(slot, scope.choose(&rust_snake_case(short)));
            }
        }
    }

    fn handler(&mut self, handler: Handler) {
        let data = &self.input.program.handlers[handler];
        if data.trigger == Trigger::Internal {
            let names = DecisionNames {
                function: self.functions.choose(&rust_snake_case(&data.name)),
                variant: choose_type(&mut self.variants, &data.name),
            };
            self.names.decisions.insert(handler, names);
            return;
        }
        let names = HandlerNames {
            instruction: self.instruction(&rust_snake_case(&data.name)),
            accounts: self.ty(&data.name),
            gas: self
                .constants
                .choose(&format!("{}_GAS", screaming_case(&data.name))),
        };
        self.names.handlers.insert(handler, names);
    }

    /// A free name of an instruction. Anchor makes a type of it, so a difference in underscores alone is none.
    fn instruction(&mut self, wanted: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{wanted}_{number}"));
        let mut candidates = std::iter::once(wanted.to_owned()).chain(numbered);
        let free = candidates.find_map(|candidate| {
            let name = self.modules.choose(&candidate);
            let ty = pascal_case(&name);
            self.instructions.insert(ty).then_some(name)
        });
        free.unwrap_or_else(|| wanted.to_owned())
    }

    fn message(&mut self, message: Message) {
        let data = &self.input.program.messages[message];
        let step = &self.input.program.steps[data.step].name;
        let ty = self.ty(&format!("{}{}", pascal_case(step), data.kind));
        let members = members(data.fields.iter().map(|field| field.name.as_str()));
        self.names
            .messages
            .insert(message, TypeNames { ty, members });
    }

    /// Names what the calls refer to: programs, deployment constants, and keys that interfaces fix.
    fn keys(&mut self, machine: Machine) {
        for &handler in &self.input.program.machines[machine].handlers {
            for inst in self.input.program.handlers[handler].body.insts.values() {
                match inst {
                    InstData::Call { call, .. } => {
                        call.with_fundings().for_each(|call| self.call(call));
                    }
                    InstData::Constant { constant, .. } => self.constant(*constant),
                    _ => {}
                }
            }
        }
    }

    fn call(&mut self, call: &CallData) {
        let contract = call.function.contract;
        if self.input.program.declarations.contracts[contract]
            .asset
            .is_some()
        {
            self.token_program(contract);
        } else if !self.names.contracts.contains_key(&contract) {
            let name = &self.input.program.declarations.contracts[contract].name;
            let name = self.constants.choose(&screaming_case(name));
            self.names.contracts.insert(contract, name);
        }
        let accounts = call.binding.accounts().iter();
        accounts.for_each(|account| self.source(&account.name, &account.source));
    }

    /// Names the token program that moves an asset: assets have it in common.
    fn token_program(&mut self, contract: Contract) {
        let key = self.input.deployment.contracts[contract].to_word();
        if self.names.keys.contains_key(&key) {
            return;
        }
        let program = TokenProgram::of(&self.input.program.declarations, contract);
        let name = self.constants.choose(program.constant());
        self.names.keys.insert(key, name);
    }

    fn source(&mut self, name: &str, source: &AccountSource<Value>) {
        match source {
            AccountSource::Constant(constant) => self.constant(*constant),
            AccountSource::Fixed(key) if !self.names.keys.contains_key(key) => {
                let name = name.rsplit('.').next().unwrap_or(name);
                let name = self.constants.choose(&screaming_case(name));
                self.names.keys.insert(*key, name);
            }
            AccountSource::Pda { program, seeds } => {
                program
                    .iter()
                    .for_each(|program| self.source(&format!("{name}_program"), program));
                for seed in seeds {
                    if let Seed::Key(key) = seed {
                        self.source(&format!("{name}_seed"), key);
                    }
                }
            }
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                self.source(&format!("{name}_owner"), owner);
                self.source(&format!("{name}_mint"), mint);
                self.source("token_program", token_program);
            }
            _ => {}
        }
    }

    fn constant(&mut self, constant: Constant) {
        if !self.names.constants.contains_key(&constant) {
            let data = &self.input.program.declarations.constants[constant];
            let name = screaming_case(&data.name);
            // That of an asset is its mint.
            let name = match data.asset {
                Some(_) => self.constants.choose(&format!("{name}_MINT")),
                None => self.constants.choose(&name),
            };
            self.names.constants.insert(constant, name);
        }
    }

    fn ty(&mut self, wanted: &str) -> String {
        choose_type(&mut self.types, wanted)
    }
}

/// The fields of a struct that is read and written by local variables.
fn members<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut scope = Names::scope(&["body", "reader", "writer"]);
    names
        .map(|name| scope.choose(&rust_snake_case(name)))
        .collect()
}

/// A free type name. Rust wants no underscore in it, so a repeated one is numbered without.
fn choose_type(scope: &mut Namer, wanted: &str) -> String {
    let base = pascal_case(&snake_case(wanted));
    let numbered = (2_u32..).map(|number| format!("{base}{number}"));
    let mut candidates = std::iter::once(base.clone()).chain(numbered);
    candidates
        .find(|name| scope.choose(name) == *name)
        .unwrap_or(base)
}

/// `snake_case` without the double and final underscores that Rust's lints dislike, and without a digit in front.
pub(super) fn rust_snake_case(name: &str) -> String {
    let snake = snake_case(name);
    let words: Vec<_> = snake.split('_').filter(|word| !word.is_empty()).collect();
    begun_by('n', words.join("_"))
}
