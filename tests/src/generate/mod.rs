//! Random well-typed workflows: whole projects that go through every phase of the compiler, and how one that shows a fault is made smaller.
//!
//! A seed gives one project. It is grown as a tree ([`spec`]) by rules that know what the checker accepts, and then written as text, so
//! that it goes through the real front end. A project that the checker refuses is a fault, of the generator or of the checker.
//!
//! Shrinking works on the [`choices`] that the generator made and not on the tree: what is left after some were taken out or lowered is
//! generated again. So everything that is tried is well-typed, references to steps that are gone included, and a new construct of the
//! language needs no shrinker of its own. A shrinker over the tree would have to repair it after every change; proptest's strategies
//! give up most of what they could shrink where one choice depends on another, as almost all do here.

pub mod census;
pub mod choices;
mod compile;
mod grow;
mod judge;
pub(crate) mod render;
pub mod shrink;
pub mod spec;

use std::collections::BTreeMap;

use choices::{Choices, Record};
use spec::Spec;

pub use compile::{Front, Refused};
pub use judge::{Fault, Judged, broken, explorations};
pub use render::SOURCE;

/// What a project is for, and so what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// To be checked and proved: all that the checker accepts.
    Checked,
    /// To be emitted: all that the back ends of this version can write, too.
    Emitted,
}

/// How large a project may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The most workflows.
    pub workflows: usize,
    /// The most steps of a workflow.
    pub steps: usize,
    /// How often in a hundred another step follows.
    pub more_steps: u32,
}

impl Default for Sizes {
    /// As large as people write them.
    fn default() -> Self {
        Self {
            workflows: 2,
            steps: 5,
            more_steps: 65,
        }
    }
}

/// A generated project.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The seed that it, or what it was shrunk from, was drawn from.
    pub seed: u64,
    /// What it is for.
    pub style: Style,
    /// How large it may be.
    pub sizes: Sizes,
    /// The choices that gave it.
    pub record: Record,
    /// As a tree.
    pub spec: Spec,
    /// Its files, by path: the sources, the interfaces and `xcc.toml`.
    pub files: BTreeMap<String, String>,
}

impl Sample {
    /// The project of a seed, the same on every run.
    #[must_use]
    pub fn of_seed(seed: u64, style: Style, sizes: Sizes) -> Self {
        Self::of_choices(seed, Choices::of_seed(seed), style, sizes)
    }

    fn of_choices(seed: u64, choices: Choices, style: Style, sizes: Sizes) -> Self {
        let (spec, record) = grow::grow(choices, style, sizes);
        Self {
            seed,
            style,
            sizes,
            record,
            files: render::files(&spec),
            spec,
        }
    }

    /// The text of its source file, or of the last one of several.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.files[SOURCE]
    }

    /// The same project in one file, written as plainly as it can be.
    #[must_use]
    pub fn plain(&self) -> Self {
        let mut spec = self.spec.clone();
        spec.layout = spec::Layout::default();
        Self {
            files: render::files(&spec),
            spec,
            ..self.clone()
        }
    }

    /// The smallest project to be found that still shows something; this one must show it.
    #[must_use]
    pub fn shrink(&self, mut shows: impl FnMut(&Self) -> bool) -> Self {
        let of = |numbers| {
            let choices = Choices::given(numbers);
            Self::of_choices(self.seed, choices, self.style, self.sizes)
        };
        let least = shrink::shrink(self.record.clone(), |numbers| {
            let sample = of(numbers);
            shows(&sample).then_some(sample.record)
        });
        of(least.numbers)
    }

    /// Its seed and all its files, one below the other: what a report of a fault has to show.
    #[must_use]
    pub fn listing(&self) -> String {
        let files = self.files.iter();
        let files = files.map(|(path, text)| format!("===== {path}\n{text}\n"));
        format!("seed {}\n{}", self.seed, files.collect::<String>())
    }
}
