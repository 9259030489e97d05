//! The deliberate faults of the protocol come to light in random workflows: those reach the corners in which they show.

use xcc::lower::{Mutant, lower_mutant};
use xcc_tests::generate::{Sample, broken, explorations};

use crate::{STATES, sample};

/// How many projects are tried, and in how many each fault shows at least.
const PROJECTS: u64 = 120;
const LEAST: usize = 3;

/// Whether a fault shows in a project.
pub(crate) fn shows(sample: &Sample, mutant: Mutant) -> bool {
    let front = sample.front().unwrap_or_else(|refused| panic!("{refused}"));
    let program = lower_mutant(&front.package, mutant);
    let explorations = explorations(&program, STATES);
    explorations
        .iter()
        .any(|exploration| broken(&exploration.verdict).is_some())
}

#[test]
fn every_fault_comes_to_light() {
    let projects: Vec<_> = (0..PROJECTS).map(sample).collect();
    for mutant in Mutant::ALL {
        let found = projects
            .iter()
            .filter(|project| shows(project, mutant))
            .count();
        assert!(found >= LEAST, "{mutant:?} shows in {found} of {PROJECTS}");
    }
}
