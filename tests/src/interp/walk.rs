//! Schedules that are played on an instance, with what each move leads to in the variables of a model.

use xcc::analysis::explore::{Invariant, Model};
use xcc::interp::mapping::{Abstract, Ghost};
use xcc::interp::schedule::Move;
use xcc::interp::{Outcome, Rejected};

use super::Bench;

/// One instance under way.
#[derive(Clone, Debug)]
pub struct Walk<'a, 'p> {
    model: &'a Model,
    /// The machines after the last move.
    pub bench: Bench<'p>,
    ghost: Ghost,
    /// The state after each move that went through, the first included.
    pub states: Vec<Abstract>,
}

impl<'a, 'p> Walk<'a, 'p> {
    /// Starts an instance and plays a schedule on it; each step is shown with the states before and after it.
    ///
    /// # Errors
    /// Why the instance does not start.
    pub fn play(
        model: &'a Model,
        mut bench: Bench<'p>,
        schedule: &[Move],
        mut show: impl FnMut(&Outcome, (&[u8], &[u8])),
    ) -> Result<Self, Rejected> {
        let mut surroundings = bench.clone();
        let states = vec![Ghost::default().values(model, &bench.network, &bench.instance)];
        let started = bench.start()?;
        let mut walk = Walk {
            model,
            bench,
            ghost: Ghost::default(),
            states,
        };
        walk.add(&started, &mut show);
        for step in schedule {
            let instance = walk.bench.instance;
            let made = step.make(&mut walk.bench.network, instance, &mut surroundings);
            if let Some(Ok(outcome)) = made {
                walk.add(&outcome, &mut show);
            }
        }
        Ok(walk)
    }

    fn add(&mut self, outcome: &Outcome, show: &mut impl FnMut(&Outcome, (&[u8], &[u8]))) {
        self.ghost.add(outcome);
        let after = (self.ghost).values(self.model, &self.bench.network, &self.bench.instance);
        let before = self.states.last().expect("the first state");
        show(outcome, (before, &after));
        self.states.push(after);
    }

    /// What is promised and was not kept.
    #[must_use]
    pub fn broken(&self) -> Option<&'a Invariant> {
        let mut invariants = self.model.invariants.iter();
        invariants.find(|it| self.states.iter().any(|state| it.is_broken_by(state)))
    }
}
