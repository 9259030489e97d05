//! What every Solana program emitted by xcc has in common: the wire format, the checks of a delivery, the records of steps, calls
//! into target programs, and the adapter to Wormhole.
//!
//! An emitted program is a participant of one workflow. It takes authentic requests from its coordinator on another chain, makes
//! one call for each step, and publishes what came of it. Everything that differs between workflows is in the emitted program;
//! nothing here decides anything about a workflow.
//!
//! | module | what it holds |
//! |---|---|
//! | [`codec`], [`header`], [`number`] | the one encoding of every message |
//! | [`wiring`] | who may speak to the program, set once |
//! | [`wormhole`] | authentic messages in, published messages out |
//! | [`record`], [`status`] | what is kept for each instance and step |
//! | [`account`], [`call`] | checked accounts, and the call of a target |
//! | [`error`] | why a transaction is rejected |

pub mod account;
pub mod call;
pub mod codec;
pub mod error;
pub mod header;
pub mod number;
pub mod record;
pub mod status;
pub mod wiring;
pub mod wormhole;

pub use account::{associated_token, derived, refuse_duplicates, seconds};
pub use call::{Access, Call};
pub use codec::{Reader, Writer};
pub use error::XccError;
pub use header::{Header, MessageKind};
pub use number::{I256, U256};
pub use record::RecordKey;
pub use status::Status;
pub use wiring::{Peer, Wiring};
pub use wormhole::{Delivered, Expected, Outbox};

/// The seed of the account that holds a program's wiring.
pub const STATE_SEED: &[u8] = b"xcc";

/// The seed of the address a program publishes from; peers know the program by it.
pub const EMITTER_SEED: &[u8] = b"emitter";

/// The seed of the address a program signs calls of targets with.
pub const AUTHORITY_SEED: &[u8] = b"authority";

/// The first seed of the records of steps.
pub const STEP_SEED: &[u8] = b"step";
