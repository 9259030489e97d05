//! Numbers that bound a program.

use crate::syntax::{MAX_DEPTH, MAX_FILE_BYTES};

/// The most steps a workflow may have: the coordinator keeps state and code for each and has to fit one contract.
pub const MAX_STEPS: usize = 64;

/// The most steps that may begin together: one transaction sends a message for each, and another cancels them all.
pub const MAX_PARALLEL: usize = 8;

/// The most bytes of source that the `repeat`s of a workflow may stand for: as many as a file has.
pub(super) const MAX_WRITTEN: usize = MAX_FILE_BYTES;

/// The most bytes of the reason of an `abort`, which is announced on the home chain.
pub const MAX_REASON: usize = 64;

/// The most characters of a name. Names are joined and suffixed in emitted code, and Move's bytecode takes 128.
pub const MAX_NAME: usize = 64;

/// The most retries of a refused step.
pub const MAX_RETRIES: u64 = 16;

/// The longest deadline, in seconds: ninety days.
pub const MAX_DEADLINE: u64 = 90 * 86_400;

/// The most operands, operators and conversions that one value may consist of once the names and calls in it are written out. A value
/// of that many compiles on every target, and is far more than anybody checks by eye.
pub(super) const MAX_PARTS: usize = 4_096;

/// How deep expressions may be checked inside each other. One nests half as deep; the rest is for the values of constants and functions
/// that are declared after those that use them.
pub(super) const MAX_NESTING: usize = 2 * MAX_DEPTH;

/// The most variants of an enum, whose position is one byte on the wire.
pub(super) const MAX_VARIANTS: usize = 256;

/// The most seeds of a derived address beside the bump, and the most bytes of each; from Solana's `Pubkey`.
pub(super) const MAX_SEEDS: usize = 15;
pub(super) const MAX_SEED_BYTES: usize = 32;
