//! What is left to chance in a transaction: which of its calls fail, and how much gas it has.

use super::fault::{Fault, Weights};
use super::script::Fails;
use crate::interp::Gas;
use crate::interp::schedule::Draw;
use crate::ir::Part;

/// Numbers of a seed, and how often what goes wrong.
#[derive(Clone, Debug)]
pub(super) struct Chance {
    pub(super) draw: Draw,
    pub(super) weights: Weights,
}

/// The greatest gas of a starving transaction. More is enough for most calls anyway.
const STARVING: u64 = 300_000;

impl Chance {
    pub(super) fn new(seed: u64, weights: Weights) -> Self {
        Chance {
            draw: Draw::new(seed),
            weights,
        }
    }

    /// Whether a fault of this kind strikes one call or transaction.
    fn strikes(&mut self, fault: Fault) -> bool {
        let weight = self.weights.get(fault);
        weight > 0 && self.draw.below(u64::from(Weights::GREATEST)) < u64::from(weight)
    }

    /// Whether a call fails.
    pub(super) fn fails(&mut self, part: Part, scripted: Fails) -> bool {
        let fault = match part {
            Part::Execution | Part::Guard => Fault::Refuse,
            Part::Compensation | Part::Confirmation => Fault::UndoFails,
        };
        let is_drawn = match scripted {
            Fails::Sometimes(probability) => {
                let drawn = self.draw.below(1 << 20) as f64 / f64::from(1 << 20);
                drawn < probability
            }
            _ => false,
        };
        self.strikes(fault) || is_drawn
    }

    /// The gas of a transaction.
    pub(super) fn gas(&mut self) -> Gas {
        if !self.strikes(Fault::Starve) {
            return Gas::Enough;
        }
        let draw = &mut self.draw;
        Gas::Limit(match draw.below(2) {
            0 => 0,
            _ => draw.below(STARVING),
        })
    }
}
