//! Random workflows: the checker accepts each, the explorer proves each, the interpreter keeps to the
//! model of each, every back end writes each; and the deliberate faults of the
//! protocol come to light in them.

mod distribution;
mod emitted;
mod mutants;
mod proved;
mod schedules;
mod shrinking;
mod written;

use xcc_tests::generate::{Sample, Sizes, Style};

/// The most states that a workflow is explored in.
const STATES: u64 = 50_000;

/// The project of a seed that is to be proved.
fn sample(seed: u64) -> Sample {
    Sample::of_seed(seed, Style::Checked, Sizes::default())
}
