//! The explorer: every example and every feature is proved, and every fault of the protocol is found.

mod mutants;
mod proved;

use std::sync::atomic::AtomicBool;

use xcc::analysis::explore::{Exploration, Limits, Model, explore};

/// Explores a model on this many threads, with room for all of it.
fn explored(model: &Model, threads: usize) -> Exploration {
    let limits = Limits {
        states: 20_000_000,
        memory: 4 << 30,
        threads,
        stop: &AtomicBool::new(false),
    };
    explore(model, limits, &mut |_| {})
}
