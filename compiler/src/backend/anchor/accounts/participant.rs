//! The accounts that every instruction of a participant takes.

use super::{
    Access, BRIDGE, CLOCK, CORE, FEE_COLLECTOR, PAYER, RENT, Role, SEQUENCE, SYSTEM_PROGRAM,
    Standing, UNCHECKED, WIRED_STATE,
};
use crate::backend::anchor::keys::EMITTER_SEED;

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
pub(in crate::backend::anchor) const DELIVERY: &[Standing] = &[
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
    BRIDGE,
    Standing {
        name: "reply",
        docs: &["A new key, for the reply."],
        access: Access::Write,
        constraint: "",
        ty: PAYER,
        role: Role::Message,
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
    SEQUENCE,
    FEE_COLLECTOR,
    CORE,
    CLOCK,
    RENT,
    SYSTEM_PROGRAM,
];

/// What every claim takes.
pub(in crate::backend::anchor) const CLAIM: &[Standing] = &[
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
