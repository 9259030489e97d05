//! The accounts that instructions take whatever they call: for each, how Anchor checks it and how a client finds its key. The structs in
//! the program and the delivery plan are both spelt from these tables.

mod coordinator;
mod participant;

pub(super) use coordinator::{MESSAGE, OPENING, REPLY, SENDING, TURN};
pub(super) use participant::{CLAIM, DELIVERY};

use super::keys::{
    AUTHORITY_SEED, CUSTODY_SEED, EMITTER_SEED, INSTANCE_SEED, Key, STATE_SEED, STEP_SEED, Seed,
};
use super::places::Place;
use super::{Target, project, text};
use crate::backend::printer::Printer;
use crate::entities::Handler;
use crate::ir::Trigger;
use crate::wire::identity::{INSTANCE_DOMAIN, keccak256};

/// The loader of upgradeable programs, which keeps the upgrade authority in an account derived from the program's key; from the Solana
/// documentation.
const UPGRADEABLE_LOADER: &str = "BPFLoaderUpgradeab1e11111111111111111111111";

/// An account that every instruction of a kind takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// The field, and its name in the plan.
    pub(super) name: &'static str,
    docs: &'static [&'static str],
    pub(super) access: Access,
    /// What Anchor checks beside the type.
    constraint: &'static str,
    ty: &'static str,
    role: Role,
}

/// What an instruction does with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    /// It reads it.
    Read,
    /// It changes it.
    Write,
    /// It creates it, as the constraint says.
    Create,
}

/// Which account it is.
#[derive(Clone, Copy, Debug)]
enum Role {
    Payer,
    /// A new account for a message.
    Message,
    /// An address that the program derives from one seed.
    Own(&'static [u8]),
    /// The delivered message.
    Posted,
    /// The record of the step; of a coordinator, the account of the instance.
    Record,
    /// An address that the core derives from one seed.
    Core(&'static [u8]),
    /// The core's counter of messages of the program.
    Sequence,
    /// The core itself.
    CoreProgram,
    /// The program itself.
    Program,
    /// The account that says who may upgrade the program.
    ProgramData,
    /// A sysvar or a program that is the same on every chain.
    WellKnown(&'static str),
}

const PAYER: &str = "Signer<'info>";
const UNCHECKED: &str = "UncheckedAccount<'info>";
const STATE: &str = "Box<Account<'info, State>>";

const WIRED_STATE: Standing = Standing {
    name: "state",
    docs: &["There is none before the program is wired."],
    access: Access::Read,
    constraint: "seeds = [STATE_SEED], bump = state.bump",
    ty: STATE,
    role: Role::Own(STATE_SEED),
};

const BRIDGE: Standing = Standing {
    name: "bridge",
    docs: &[
        "Wormhole's own account.",
        "CHECK: `publish` checks its owner, the core its address.",
    ],
    access: Access::Write,
    constraint: "",
    ty: UNCHECKED,
    role: Role::Core(b"Bridge"),
};

const SEQUENCE: Standing = Standing {
    name: "sequence",
    docs: &[
        "The emitter's counter.",
        "CHECK: the core checks its address.",
    ],
    access: Access::Write,
    constraint: "",
    ty: UNCHECKED,
    role: Role::Sequence,
};

const FEE_COLLECTOR: Standing = Standing {
    name: "fee_collector",
    docs: &[
        "Who takes Wormhole's fee.",
        "CHECK: the core checks its address.",
    ],
    access: Access::Write,
    constraint: "",
    ty: UNCHECKED,
    role: Role::Core(b"fee_collector"),
};

const CORE: Standing = Standing {
    name: "core",
    docs: &["Wormhole's core program.", "CHECK: its address."],
    access: Access::Read,
    constraint: "address = WORMHOLE",
    ty: UNCHECKED,
    role: Role::CoreProgram,
};

const CLOCK: Standing = Standing {
    name: "clock",
    docs: &["The clock, for Wormhole."],
    access: Access::Read,
    constraint: "",
    ty: "Sysvar<'info, Clock>",
    role: Role::WellKnown("SysvarC1ock11111111111111111111111111111111"),
};

const RENT: Standing = Standing {
    name: "rent",
    docs: &["The rent, for Wormhole."],
    access: Access::Read,
    constraint: "",
    ty: "Sysvar<'info, Rent>",
    role: Role::WellKnown("SysvarRent111111111111111111111111111111111"),
};

const SYSTEM_PROGRAM: Standing = Standing {
    name: "system_program",
    docs: &["Creates accounts."],
    access: Access::Read,
    constraint: "",
    ty: "Program<'info, System>",
    role: Role::WellKnown("11111111111111111111111111111111"),
};

/// What `wire` takes; `@program@` stands for the type of the program.
const WIRE: &[Standing] = &[
    Standing {
        name: "deployer",
        docs: &[
            "The program's upgrade authority, so that nobody else can wire a fresh deployment.",
        ],
        access: Access::Write,
        constraint: "",
        ty: PAYER,
        role: Role::Payer,
    },
    Standing {
        name: "state",
        docs: &["Created here, so that a program is wired once."],
        access: Access::Create,
        constraint: "init, payer = deployer, space = 8 + State::INIT_SPACE, seeds = [STATE_SEED], bump",
        ty: STATE,
        role: Role::Own(STATE_SEED),
    },
    Standing {
        name: "authority",
        docs: &[
            "The address that signs calls of targets.",
            "CHECK: its address.",
        ],
        access: Access::Read,
        constraint: "seeds = [AUTHORITY_SEED], bump",
        ty: UNCHECKED,
        role: Role::Own(AUTHORITY_SEED),
    },
    Standing {
        name: "emitter",
        docs: &[
            "The address that publishes messages.",
            "CHECK: its address.",
        ],
        access: Access::Read,
        constraint: "seeds = [EMITTER_SEED], bump",
        ty: UNCHECKED,
        role: Role::Own(EMITTER_SEED),
    },
    Standing {
        name: "program",
        docs: &["This program, which names the account with its upgrade authority."],
        access: Access::Read,
        constraint: "constraint = program.programdata_address()? == Some(program_data.key())",
        ty: "Program<'info, @program@>",
        role: Role::Program,
    },
    Standing {
        name: "program_data",
        docs: &["The account with the upgrade authority."],
        access: Access::Read,
        constraint: "constraint = program_data.upgrade_authority_address == Some(deployer.key())",
        ty: "Box<Account<'info, ProgramData>>",
        role: Role::ProgramData,
    },
    Standing {
        name: "system_program",
        docs: &["Creates the state."],
        access: Access::Read,
        constraint: "",
        ty: "Program<'info, System>",
        role: Role::WellKnown("11111111111111111111111111111111"),
    },
];

/// What `wire` takes beside if the program holds assets.
const CUSTODY: Standing = Standing {
    name: "custody",
    docs: &["The address that owns what is held.", "CHECK: its address."],
    access: Access::Read,
    constraint: "seeds = [CUSTODY_SEED], bump",
    ty: UNCHECKED,
    role: Role::Own(CUSTODY_SEED),
};

/// What `wire` takes.
pub(super) fn wire(target: &Target<'_>) -> Vec<Standing> {
    let mut accounts = WIRE.to_vec();
    if target.has_custody() {
        let authority = WIRE.iter().position(|account| account.name == "authority");
        accounts.insert(authority.map_or(0, |place| place + 1), CUSTODY);
    }
    accounts
}

impl Standing {
    /// Whether its key must have signed the transaction.
    pub(super) fn is_signer(&self) -> bool {
        self.ty == PAYER
    }

    /// Writes it as a field of a struct of accounts.
    pub(super) fn write(&self, printer: &mut Printer, name: &str) {
        let docs: Vec<_> = self.docs.iter().map(|&line| line.to_owned()).collect();
        text::docs(printer, &docs);
        let mutable = (self.access == Access::Write).then_some("mut");
        let constraint = Some(self.constraint).filter(|text| !text.is_empty());
        let checks: Vec<_> = mutable.into_iter().chain(constraint).collect();
        if !checks.is_empty() {
            printer.line(format!("#[account({})]", checks.join(", ")));
        }
        printer.line(format!("pub {name}: {},", self.ty));
    }

    /// Where its key comes from in the instruction of a handler, or in the one that wires.
    pub(super) fn key(&self, target: &Target<'_>, handler: Option<Handler>) -> Key {
        let core = || target.core().to_word();
        match self.role {
            Role::Payer => Key::Payer,
            Role::Message => Key::New,
            Role::Own(seed) => target.own(seed),
            Role::Posted => Key::derived(core(), [Seed::bytes(b"PostedVAA"), Seed::VaaHash]),
            Role::Record => match handler {
                Some(handler) => record(target, handler),
                None => unreachable!("wiring is about no instance"),
            },
            Role::Core(seed) => Key::derived(core(), [Seed::bytes(seed)]),
            Role::Sequence => {
                let key = target.own(EMITTER_SEED);
                Key::derived(core(), [Seed::bytes(b"Sequence"), Seed::Key { key }])
            }
            Role::CoreProgram => Key::fixed(core()),
            Role::Program => Key::fixed(target.id()),
            Role::ProgramData => {
                let key = Key::fixed(target.id());
                Key::derived(well_known(UPGRADEABLE_LOADER), [Seed::Key { key }])
            }
            Role::WellKnown(key) => Key::fixed(well_known(key)),
        }
    }
}

/// The account of what a handler is about: a participant keeps a record for each instance and step, a coordinator one for each instance.
fn record(target: &Target<'_>, handler: Handler) -> Key {
    let data = &target.input.program.handlers[handler];
    let instance = match (data.trigger, target.message_of(handler)) {
        (_, Some(_)) => Seed::value(Place::instance_of_message()),
        (Trigger::Start, None) => started(target),
        _ => Seed::value(Place::instance_of_arguments()),
    };
    if target.is_coordinator() {
        return Key::derived(target.id(), [Seed::bytes(INSTANCE_SEED), instance]);
    }
    let Some(step) = data.step else {
        unreachable!("a participant keeps records of steps")
    };
    let number = target.input.program.steps[step].number;
    let seeds = [
        Seed::bytes(STEP_SEED),
        instance,
        Seed::bytes(&number.to_be_bytes()),
    ];
    Key::derived(target.id(), seeds)
}

/// The instance that whoever pays starts, with the nonce among the arguments: the hash that `wire::identity` says.
fn started(target: &Target<'_>) -> Seed {
    let network = &target.input.deployment.chains[target.data().chain].caip2;
    let fixed: [&[u8]; 4] = [
        INSTANCE_DOMAIN,
        &project::fingerprint(target),
        &keccak256(network.as_bytes()),
        &target.id(),
    ];
    Seed::Keccak256 {
        of: vec![
            Seed::bytes(&fixed.concat()),
            Seed::Key { key: Key::Payer },
            Seed::value(Place::nonce()),
        ],
    }
}

/// Writes a struct of accounts that instructions have in common.
pub(super) fn write_struct(printer: &mut Printer, name: &str, docs: &str, accounts: &[Standing]) {
    text::docs(printer, &[docs.to_owned()]);
    printer.line("#[derive(Accounts)]");
    printer.block(format!("pub struct {name}<'info>"), |printer| {
        accounts
            .iter()
            .for_each(|account| account.write(printer, account.name));
    });
}

/// The bytes of a key that stands in the compiler in base 58.
pub(super) fn well_known(key: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    let length = bs58::decode(key).onto(&mut bytes);
    assert_eq!(length, Ok(bytes.len()), "`{key}` is no key");
    bytes
}
