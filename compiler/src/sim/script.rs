//! What a scenario says: who starts an instance with which inputs, what targets do, which moves are made, and what is expected.

use std::collections::BTreeMap;

use super::fault::Weights;
use super::moves::Move;
use crate::entities::Step;
use crate::interp::network::BEGINNING;
use crate::ir::Part;
use crate::ir::{Phase, Status};
use crate::wire::Value;

/// Everything that is not left to the seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Who starts instances; `None` for whoever may.
    pub by: Option<Starter>,
    /// The time on every chain when a run begins, in seconds since 1970.
    pub begins: u64,
    /// Inputs by position; the others are made up.
    pub inputs: BTreeMap<usize, Value>,
    /// What targets do; a call without an entry succeeds with made-up results.
    pub behaviours: BTreeMap<(Step, Part), Behaviour>,
    /// What goes wrong, if the scenario says so.
    pub faults: Option<Weights>,
    /// The moves; `None` if they are drawn.
    pub moves: Option<Vec<Move>>,
    /// How every instance must end.
    pub expect: Expectation,
}

/// Who starts an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Starter {
    /// The account of this name: an input or a constant.
    Named(String),
    /// An address of the home chain.
    Address(Vec<u8>),
}

/// What a call does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Behaviour {
    /// When it fails.
    pub fails: Fails,
    /// Results by name; the others are made up.
    pub returns: BTreeMap<String, Value>,
}

/// When a call fails.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Fails {
    /// Only when a fault says so.
    #[default]
    Never,
    /// Every time.
    Always,
    /// The first so many times in each instance.
    First(u32),
    /// With this probability, up to the point from which on nothing goes wrong.
    Sometimes(f64),
}

/// How an instance must end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// In which phase.
    pub phase: Option<Phase>,
    /// Where steps stand on the machines that run them.
    pub steps: BTreeMap<Step, Status>,
    /// What it returns, by position of the result.
    pub returns: BTreeMap<usize, Value>,
}

impl Default for Script {
    /// Everything is left to the seed.
    fn default() -> Self {
        Script {
            by: None,
            begins: BEGINNING,
            inputs: BTreeMap::new(),
            behaviours: BTreeMap::new(),
            faults: None,
            moves: None,
            expect: Expectation::default(),
        }
    }
}
