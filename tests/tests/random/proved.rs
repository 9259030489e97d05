//! Ten thousand workflows go through every phase up to the explorer, and it proves them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use xcc::analysis::explore::Verdict;
use xcc_tests::generate::Judged;
use xcc_tests::generate::census::Census;

use crate::{STATES, sample};

const WORKFLOWS: usize = 10_000;

/// What came of all of them.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) census: Census,
    projects: u64,
    workflows: usize,
    /// The seeds of those that were not proved, for want of states or rules, and what was found instead.
    unproved: Vec<(u64, Verdict)>,
    states: u64,
    most_states: u64,
    /// How many workflows have less than twice so many states, for each power of two.
    sizes: BTreeMap<u64, usize>,
}

/// The survey, made once for all tests.
pub(crate) fn survey() -> &'static Survey {
    static SURVEY: OnceLock<Survey> = OnceLock::new();
    SURVEY.get_or_init(|| {
        let mut survey = Survey::default();
        for seed in 0.. {
            if survey.workflows >= WORKFLOWS {
                break;
            }
            let sample = sample(seed);
            match sample.judge(STATES) {
                Ok(judged) => survey.add(seed, &judged),
                Err(fault) => panic!("{}", sample.report(&fault, STATES)),
            }
        }
        survey
    })
}

impl Survey {
    fn add(&mut self, seed: u64, judged: &Judged) {
        self.census.add(&judged.front);
        self.projects += 1;
        for exploration in &judged.explorations {
            self.workflows += 1;
            if exploration.verdict != Verdict::Proved {
                self.unproved.push((seed, exploration.verdict.clone()));
            }
            self.states += exploration.states;
            self.most_states = self.most_states.max(exploration.states);
            let size = exploration.states.max(1).ilog2();
            *self.sizes.entry(1 << size).or_default() += 1;
        }
    }
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} workflows in {} projects, not proved {:?}, {} states, at most {} each",
            self.workflows, self.projects, self.unproved, self.states, self.most_states
        )?;
        for (size, count) in &self.sizes {
            writeln!(f, "{count:>8} with {size} to {} states", 2 * size - 1)?;
        }
        write!(f, "{}", self.census)
    }
}

/// Nobody has to read the statistics; `--nocapture` shows them.
#[test]
#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn every_workflow_is_accepted_and_proved() {
    let survey = survey();
    println!("{survey}");
    assert!(survey.unproved.is_empty(), "{survey}");
    assert!(survey.states > 20 * WORKFLOWS as u64, "{survey}");
}
