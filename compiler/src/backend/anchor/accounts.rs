//! The accounts that instructions take whatever they call: for each, how Anchor checks it and how a client finds its key. The structs in
//! the program and the delivery plan are both spelt from these tables.

use super::Target;
use super::keys::{AUTHORITY_SEED, EMITTER_SEED, Key, STATE_SEED, STEP_SEED, Seed};
use super::places::Place;
use super::text;
use crate::backend::printer::Printer;
use crate::entities::Step;
use crate::ir::Trigger;

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
    /// A new account for the reply.
    Reply,
    /// An address that the program derives from one seed.
    Own(&'static [u8]),
    /// The delivered message.
    Posted,
    /// The record of the step.
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

const RECORD: Standing = Standing {
    name: "record",
    docs: &[
        "The record of the step.",
        "CHECK: `open` checks its address, owner and type.",
    ],
    access: Access::Write,
    constraint: "",
    ty: UNCHECKED,
    role: Role::Record,
};

/// What every delivery takes.
pub(super) const DELIVERY: &[Standing] = &[
    Standing {
        name: "payer",
        docs: &["Pays for the record, the reply and Wormhole's fee; anyone."],
        access: Access::Write,
        constraint: "",
        ty: PAYER,
        role: Role::Payer,
    },
    WIRED_STATE,
    Standing {
        name: "posted",
        docs: &[
            "The delivered message.",
            "CHECK: `receive` checks its owner, address, layout and publisher.",
        ],
        access: Access::Read,
        constraint: "",
        ty: UNCHECKED,
        role: Role::Posted,
    },
    RECORD,
    Standing {
        name: "bridge",
        docs: &[
            "Wormhole's own account.",
            "CHECK: `publish` checks its owner, the core its address.",
        ],
        access: Access::Write,
        constraint: "",
        ty: UNCHECKED,
        role: Role::Core(b"Bridge"),
    },
    Standing {
        name: "reply",
        docs: &["A new key, for the reply."],
        access: Access::Write,
        constraint: "",
        ty: PAYER,
        role: Role::Reply,
    },
    Standing {
        name: "emitter",
        docs: &[
            "The address the program publishes from.",
            "CHECK: its address.",
        ],
        access: Access::Read,
        constraint: "seeds = [EMITTER_SEED], bump = state.emitter_bump",
        ty: UNCHECKED,
        role: Role::Own(EMITTER_SEED),
    },
    Standing {
        name: "sequence",
        docs: &[
            "The emitter's counter.",
            "CHECK: the core checks its address.",
        ],
        access: Access::Write,
        constraint: "",
        ty: UNCHECKED,
        role: Role::Sequence,
    },
    Standing {
        name: "fee_collector",
        docs: &[
            "Who takes Wormhole's fee.",
            "CHECK: the core checks its address.",
        ],
        access: Access::Write,
        constraint: "",
        ty: UNCHECKED,
        role: Role::Core(b"fee_collector"),
    },
    Standing {
        name: "core",
        docs: &["Wormhole's core program.", "CHECK: its address."],
        access: Access::Read,
        constraint: "address = WORMHOLE",
        ty: UNCHECKED,
        role: Role::CoreProgram,
    },
    Standing {
        name: "clock",
        docs: &["The clock, for Wormhole."],
        access: Access::Read,
        constraint: "",
        ty: "Sysvar<'info, Clock>",
        role: Role::WellKnown("SysvarC1ock11111111111111111111111111111111"),
    },
    Standing {
        name: "rent",
        docs: &["The rent, for Wormhole."],
        access: Access::Read,
        constraint: "",
        ty: "Sysvar<'info, Rent>",
        role: Role::WellKnown("SysvarRent111111111111111111111111111111111"),
    },
    Standing {
        name: "system_program",
        docs: &["Creates accounts."],
        access: Access::Read,
        constraint: "",
        ty: "Program<'info, System>",
        role: Role::WellKnown("11111111111111111111111111111111"),
    },
];

/// What every claim takes.
pub(super) const CLAIM: &[Standing] = &[
    Standing {
        name: "payer",
        docs: &["Whom the workflow holds the compensation for; pays what its call may cost."],
        access: Access::Write,
        constraint: "",
        ty: PAYER,
        role: Role::Payer,
    },
    WIRED_STATE,
    RECORD,
];

/// What `wire` takes; `@program@` stands for the type of the program.
pub(super) const WIRE: &[Standing] = &[
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

impl Standing {
    /// Whether its key must have signed the transaction.
    pub(super) fn is_signer(&self) -> bool {
        self.ty == PAYER
    }

    /// Where its key comes from in an instruction about a step, entered so.
    pub(super) fn key(&self, target: &Target<'_>, about: Option<(Step, Trigger)>) -> Key {
        let core = || target.core().to_word();
        match self.role {
            Role::Payer => Key::Payer,
            Role::Reply => Key::New,
            Role::Own(seed) => target.own(seed),
            Role::Posted => Key::derived(core(), [Seed::bytes(b"PostedVAA"), Seed::VaaHash]),
            Role::Record => record(target, about),
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

/// The record of a step, of the instance that the message or the claim names.
fn record(target: &Target<'_>, about: Option<(Step, Trigger)>) -> Key {
    let Some((step, trigger)) = about else {
        unreachable!("only what is about a step has a record")
    };
    let instance = match trigger {
        Trigger::Claim(_) => Place::instance_of_claim(),
        _ => Place::instance_of_message(),
    };
    let number = target.input.program.steps[step].number;
    let seeds = [
        Seed::bytes(STEP_SEED),
        Seed::value(instance),
        Seed::bytes(&number.to_be_bytes()),
    ];
    Key::derived(target.id(), seeds)
}

/// Writes the fields of a struct of accounts.
pub(super) fn write_standing(printer: &mut Printer, accounts: &[Standing]) {
    for account in accounts {
        let docs: Vec<_> = account.docs.iter().map(|&line| line.to_owned()).collect();
        text::docs(printer, &docs);
        let mutable = (account.access == Access::Write).then_some("mut");
        let constraint = Some(account.constraint).filter(|text| !text.is_empty());
        let checks: Vec<_> = mutable.into_iter().chain(constraint).collect();
        if !checks.is_empty() {
            printer.line(format!("#[account({})]", checks.join(", ")));
        }
        printer.line(format!("pub {}: {},", account.name, account.ty));
    }
}

/// Writes a struct of accounts that instructions have in common.
pub(super) fn write_struct(printer: &mut Printer, name: &str, docs: &str, accounts: &[Standing]) {
    text::docs(printer, &[docs.to_owned()]);
    printer.line("#[derive(Accounts)]");
    printer.block(format!("pub struct {name}<'info>"), |printer| {
        write_standing(printer, accounts);
    });
}

/// The bytes of a key that stands in the compiler in base 58.
pub(super) fn well_known(key: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    let length = bs58::decode(key).onto(&mut bytes);
    assert_eq!(length, Ok(bytes.len()), "`{key}` is no key");
    bytes
}
