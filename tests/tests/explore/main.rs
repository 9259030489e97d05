//! The explorer: every example and every feature is proved, and every fault of the protocol is found.

mod export;
mod library;
mod mutants;
mod proved;
mod retries;
mod subjects;

use std::sync::atomic::AtomicBool;

use xcc::analysis::explore::{Exploration, Limits, Model, explore};
use xcc_tests::tools::suite_dir;

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

/// Holds a text against its golden in `suite/explore`.
fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(suite_dir().join("suite/explore"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
