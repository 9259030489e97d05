//! The accounts that every instruction of a coordinator takes.

use super::{
    Access, BRIDGE, CLOCK, CORE, FEE_COLLECTOR, PAYER, RENT, Role, SEQUENCE, SYSTEM_PROGRAM,
    Standing, UNCHECKED, WIRED_STATE,
};
use crate::backend::anchor::keys::EMITTER_SEED;

const RECORD: Standing = Standing {
    name: "record",
    docs: &[
        "The account of the instance.",
        "CHECK: `open` checks its address, owner and type.",
    ],
    access: Access::Write,
    constraint: "",
    ty: UNCHECKED,
    role: Role::Record,
};

const fn payer(docs: &'static [&'static str]) -> Standing {
    Standing {
        name: "payer",
        docs,
        access: Access::Write,
        constraint: "",
        ty: PAYER,
        role: Role::Payer,
    }
}

/// What the start of an instance takes.
pub(in crate::backend::anchor) const OPENING: &[Standing] = &[
    payer(&[
        "The initiator, who pays for the account of the instance, the messages and Wormhole's fees.",
    ]),
    WIRED_STATE,
    Standing {
        docs: &[
            "The account of the instance, created here.",
            "CHECK: `open` checks its address, and that it does not exist.",
        ],
        ..RECORD
    },
    SYSTEM_PROGRAM,
];

/// What every delivery of a reply takes.
pub(in crate::backend::anchor) const REPLY: &[Standing] = &[
    payer(&["Pays for the messages and Wormhole's fees; anyone."]),
    WIRED_STATE,
    Standing {
        name: "posted",
        docs: &[
            "The delivered reply.",
            "CHECK: `receive` checks its owner, address, layout and publisher.",
        ],
        access: Access::Read,
        constraint: "",
        ty: UNCHECKED,
        role: Role::Posted,
    },
    RECORD,
];

/// What everything else that is asked of an instance takes.
pub(in crate::backend::anchor) const TURN: &[Standing] = &[
    payer(&["Who asks, and pays for the messages and Wormhole's fees."]),
    WIRED_STATE,
    RECORD,
];

/// What an instruction takes beside that may send messages.
pub(in crate::backend::anchor) const SENDING: &[Standing] = &[
    BRIDGE,
    Standing {
        name: "emitter",
        docs: &[
            "The address the program publishes from.",
            "CHECK: `send` compares its key.",
        ],
        access: Access::Read,
        constraint: "",
        ty: UNCHECKED,
        role: Role::Own(EMITTER_SEED),
    },
    SEQUENCE,
    FEE_COLLECTOR,
    CORE,
    CLOCK,
    RENT,
    SYSTEM_PROGRAM,
];

/// What it takes for each message.
pub(in crate::backend::anchor) const MESSAGE: Standing = Standing {
    name: "message",
    docs: &["A new key, for a message."],
    access: Access::Write,
    constraint: "",
    ty: PAYER,
    role: Role::Message,
};
