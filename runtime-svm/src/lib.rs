//! What every Solana program emitted by xcc has in common: the wire format, the checks of a delivery, the records of steps and
//! instances, calls into target programs, and the adapter to Wormhole.
//!
//! An emitted program is a participant or the coordinator of one workflow. A participant takes authentic requests from its
//! coordinator on another chain, makes one call for each step, and publishes what came of it. A coordinator starts instances and
//! decides them by the replies of its participants. Everything that differs between workflows is in the emitted program; nothing
//! here decides anything about a workflow.
//!
//! | module | what it holds |
//! |---|---|
//! | [`codec`], [`header`], [`number`] | the one encoding of every message |
//! | [`wiring`] | who may speak to the program, set once |
//! | [`wormhole`] | authentic messages in, published messages out |
//! | [`record`], [`phase`], [`status`] | what is kept for each instance and step |
//! | [`identity`] | which instance an initiator starts |
//! | [`account`], [`call`] | checked accounts, and the call of a target |
//! | [`purse`] | what a call spends of what is held |
//! | [`error`] | why a transaction is rejected |

pub mod account;
pub mod call;
pub mod codec;
pub mod error;
pub mod header;
pub mod identity;
pub mod number;
pub mod phase;
pub mod purse;
pub mod record;
pub mod status;
pub mod wiring;
pub mod wormhole;

pub use account::{associated_token, derived, refuse_duplicates, seconds};
pub use call::{Access, Call};
pub use codec::{Reader, Writer};
pub use error::XccError;
pub use header::{Header, MessageKind};
pub use identity::Identity;
pub use number::{I256, U256};
pub use phase::Phase;
pub use purse::Purse;
pub use record::{InstanceKey, RecordKey};
pub use status::Status;
pub use wiring::{Peer, Wiring};
pub use wormhole::{Delivered, Expected, Outbox};

/// The seed of the account that holds a program's wiring.
pub const STATE_SEED: &[u8] = b"xcc";

/// The seed of the address a program publishes from; peers know the program by it.
pub const EMITTER_SEED: &[u8] = b"emitter";

/// The seed of the address a program signs calls of targets with.
pub const AUTHORITY_SEED: &[u8] = b"authority";

/// The seed of the address that owns what a coordinator holds, and signs nothing but what leaves custody.
pub const CUSTODY_SEED: &[u8] = b"custody";

/// The first seed of the records of steps.
pub const STEP_SEED: &[u8] = b"step";

/// The first seed of the accounts that hold a coordinator's instances.
pub const INSTANCE_SEED: &[u8] = b"instance";
