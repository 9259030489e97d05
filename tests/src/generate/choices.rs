//! The choices that a generator makes, as data: drawn from a seed or given, and recorded either way.
//!
//! A generator asks for numbers and gives the simplest thing for the least number. So a list of choices stands for what was generated
//! of it, and a shorter list, or one of smaller numbers, for something simpler. Whatever the list is, what the generator makes of it
//! keeps the generator's own rules: a shrinker that works on choices cannot make anything that is not well-typed.

use std::ops::Range;

use xcc::interp::schedule::Draw;

/// Where the numbers come from.
#[derive(Clone, Debug)]
pub struct Choices {
    given: Vec<u32>,
    /// Draws what is not given; without it, what is not given is zero.
    draw: Option<Draw>,
    made: Record,
}

/// The choices that were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Each number, in the order in which it was asked for.
    pub numbers: Vec<u32>,
    /// Which of them belong to one part of what was generated, such as a step; parts nest.
    pub groups: Vec<Range<usize>>,
}

/// A part that is being generated.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    start: usize,
}

impl Choices {
    /// The choices of a seed, the same on every run.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self {
            given: Vec::new(),
            draw: Some(Draw::new(seed)),
            made: Record::default(),
        }
    }

    /// These choices, and zeros after them.
    #[must_use]
    pub fn given(numbers: Vec<u32>) -> Self {
        Self {
            given: numbers,
            draw: None,
            made: Record::default(),
        }
    }

    /// A number under `bound`, which is not zero. A given number that is too large is the largest there is.
    pub fn below(&mut self, bound: u32) -> u32 {
        let given = self.given.get(self.made.numbers.len());
        let number = match (given, &mut self.draw) {
            (Some(&given), _) => given.min(bound - 1),
            (None, Some(draw)) => draw.below(u64::from(bound)) as u32,
            (None, None) => 0,
        };
        self.made.numbers.push(number);
        number
    }

    /// Whether something happens that happens so often in a hundred; the simplest is that it does not.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of some things, the first of which is the simplest.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize].clone()
    }

    /// A position, by weights: the first with a weight is the simplest.
    ///
    /// # Panics
    /// When all weights are zero.
    pub fn weighed(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        let position = weights.iter().position(|&weight| {
            let is_it = left < weight;
            left = left.saturating_sub(weight);
            is_it
        });
        position.expect("the number is below the sum of the weights")
    }

    /// Begins a part.
    pub fn open(&self) -> Group {
        Group {
            start: self.made.numbers.len(),
        }
    }

    /// Ends a part.
    pub fn close(&mut self, group: Group) {
        let range = group.start..self.made.numbers.len();
        if !range.is_empty() {
            self.made.groups.push(range);
        }
    }

    /// What was chosen.
    #[must_use]
    pub fn into_record(self) -> Record {
        self.made
    }
}
