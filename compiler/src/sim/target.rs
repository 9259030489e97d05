//! The targets of a run: each call does what the script says, fails if the move or the draw says so, and else succeeds with results
//! that are made up.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::script::{Fails, Script};
use super::values;
use crate::entities::Step;
use crate::interp::{Call, Called, Instance, World};
use crate::ir::Part;
use crate::ir::Program;

/// How often each call was tried. A fork does not forget it.
pub(super) type Attempts = BTreeMap<(Instance, Step, Part), u32>;

/// The targets as one transaction meets them.
pub(super) struct Targets<'a> {
    pub(super) program: &'a Program,
    pub(super) script: &'a Script,
    /// What made-up results depend on beside the call.
    pub(super) seed: &'a str,
    pub(super) attempts: &'a mut Attempts,
    /// Draws what fails; without it, `failing` says.
    pub(super) chance: Option<&'a mut Chance>,
    /// The calls that fail: bit `n` is for the call after `n` others. What is drawn is added.
    pub(super) failing: u8,
    /// How many calls were made.
    pub(super) made: u32,
    /// Those that failed.
    pub(super) failed: Vec<(Step, Part)>,
    /// Whether one of them failed because the script never lets it succeed.
    pub(super) is_hopeless: bool,
}

impl Targets<'_> {
    /// Whether a fault lets this call fail.
    fn strikes(&mut self, part: Part, fails: Fails) -> bool {
        let bit = 1u8.checked_shl(self.made).unwrap_or(0);
        if let Some(chance) = &mut self.chance
            && chance.fails(part, fails)
        {
            self.failing |= bit;
        }
        self.failing & bit != 0
    }

    fn fails(&mut self, call: &Call) -> bool {
        let (step, part) = (call.step.0, call.part());
        let behaviour = self.script.behaviours.get(&(step, part));
        let fails = behaviour.map(|it| it.fails).unwrap_or_default();
        let attempts = self.attempts.entry((call.instance, step, part));
        let before = attempts.or_default();
        *before += 1;
        let scripted = match fails {
            Fails::Always => true,
            Fails::First(count) => *before <= count,
            Fails::Never | Fails::Sometimes(_) => false,
        };
        self.is_hopeless |= fails == Fails::Always;
        self.strikes(part, fails) || scripted
    }
}

impl World for Targets<'_> {
    fn call(&mut self, call: &Call) -> Called {
        let (step, part) = (call.step.0, call.part());
        let fails = self.fails(call);
        self.made += 1;
        if fails {
            self.failed.push((step, part));
            return Called::Failed;
        }
        let mut values = values::results(self.program, call, self.seed);
        if let Some(behaviour) = self.script.behaviours.get(&(step, part)) {
            for (used, value) in call.results.iter().zip(&mut values) {
                if let Some(scripted) = behaviour.returns.get(&used.name) {
                    value.clone_from(scripted);
                }
            }
        }
        Called::Returned(values)
    }
}
