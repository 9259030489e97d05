//! What is fuzzed: each [`Target`] takes any bytes, and panics if xcc does, or if what xcc answers contradicts itself.
//!
//! No fuzzing engine is needed here. `tests/fuzz` drives the targets with one, and `tests/fuzz_corpus.rs` replays what it found.

pub mod corpus;
mod input;
pub mod mutate;
pub mod seeds;
mod targets;

/// A part of xcc that reads what somebody else wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The parser, on any bytes.
    Parse,
    /// The whole front end, from text to a verified program, against the interfaces of the suite.
    Check,
    /// The importers of interface files, each virtual machine's.
    Import,
    /// `xcc.toml`, bound to a program, and `xcc.lock`.
    Manifest,
    /// The codec, on any bytes, for every message of the features and examples.
    Decode,
}

impl Target {
    /// All targets.
    pub const ALL: [Self; 5] = [
        Self::Parse,
        Self::Check,
        Self::Import,
        Self::Manifest,
        Self::Decode,
    ];

    /// Its name, as `tests/fuzz/run` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Check => "check",
            Self::Import => "import",
            Self::Manifest => "manifest",
            Self::Decode => "decode",
        }
    }

    /// The target of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Whether its inputs are text, which [`mutate`] knows how to change.
    #[must_use]
    pub fn is_text(self) -> bool {
        self != Self::Decode
    }

    /// Gives it an input.
    ///
    /// # Panics
    /// When xcc panics, or contradicts itself. That is what is looked for.
    pub fn run(self, input: &[u8]) {
        match self {
            Self::Parse => targets::parse(input),
            Self::Check => targets::check(input),
            Self::Import => targets::import(input),
            Self::Manifest => targets::manifest(input),
            Self::Decode => targets::decode(input),
        }
    }
}
