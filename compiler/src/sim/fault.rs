//! What may go wrong in a run, how often it does, and how often it did.

use std::str::FromStr;

use thiserror::Error;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A message is lost.
    Drop,
    /// A message comes again.
    Repeat,
    /// A message takes long.
    Delay,
    /// A message overtakes an older one.
    Reorder,
    /// A chain forks.
    Reorg,
    /// A call of a step fails.
    Refuse,
    /// A transaction has too little gas.
    Starve,
    /// The clock of one chain is ahead.
    Late,
    /// An instance is cancelled.
    Cancel,
    /// A compensation or a confirmation fails.
    UndoFails,
    /// Somebody tries what they may not do.
    Meddle,
    /// Somebody presents a message that no machine sent.
    Forge,
}

/// How often each fault is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights([u8; Fault::ALL.len()]);

/// How often each fault struck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Struck([u64; Fault::ALL.len()]);

/// A word that names no fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no fault")]
pub struct UnknownFault(pub String);

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 12] = [
        Fault::Drop,
        Fault::Repeat,
        Fault::Delay,
        Fault::Reorder,
        Fault::Reorg,
        Fault::Refuse,
        Fault::Starve,
        Fault::Late,
        Fault::Cancel,
        Fault::UndoFails,
        Fault::Meddle,
        Fault::Forge,
    ];

    /// Its name on the command line and in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Drop => "drop",
            Fault::Repeat => "repeat",
            Fault::Delay => "delay",
            Fault::Reorder => "reorder",
            Fault::Reorg => "reorg",
            Fault::Refuse => "refuse",
            Fault::Starve => "starve",
            Fault::Late => "late",
            Fault::Cancel => "cancel",
            Fault::UndoFails => "undo-fails",
            Fault::Meddle => "meddle",
            Fault::Forge => "forge",
        }
    }

    /// What it does, in a few words.
    pub const fn describe(self) -> &'static str {
        match self {
            Fault::Drop => "a message is lost until it is sent again",
            Fault::Repeat => "a message comes again",
            Fault::Delay => "a message takes long, perhaps longer than its deadline",
            Fault::Reorder => "a message overtakes an older one",
            Fault::Reorg => {
                "a chain forgets what was not final, and runs it again in another order or not at all"
            }
            Fault::Refuse => "the call of a step fails",
            Fault::Starve => "a transaction has too little gas",
            Fault::Late => "the clock of a chain is ahead of the others",
            Fault::Cancel => "the initiator, or anyone who may, cancels",
            Fault::UndoFails => "a compensation or a confirmation fails, or its owner gives it up",
            Fault::Meddle => "somebody tries to cancel, expire, park or claim without the right to",
            Fault::Forge => "somebody presents a message that no machine sent",
        }
    }

    const fn usual_weight(self) -> u8 {
        match self {
            Fault::Reorg | Fault::Late | Fault::Meddle | Fault::Cancel => 2,
            Fault::Delay | Fault::Forge => 1,
            Fault::Drop | Fault::Repeat => 3,
            Fault::Reorder | Fault::Refuse => 8,
            Fault::Starve => 4,
            Fault::UndoFails => 16,
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let mut all = Fault::ALL.into_iter();
        let found = all.find(|fault| fault.name() == text);
        found.ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

impl Weights {
    /// The greatest weight: as often as three ordinary moves, or at every chance for what strikes calls and transactions.
    pub const GREATEST: u8 = 64;

    /// Nothing goes wrong.
    pub const NONE: Weights = Weights([0; Fault::ALL.len()]);

    /// These faults, as often as usual.
    pub fn of(faults: impl IntoIterator<Item = Fault>) -> Self {
        let mut weights = Weights::NONE;
        for fault in faults {
            weights.set(fault, fault.usual_weight());
        }
        weights
    }

    /// How often a fault is drawn: against 24 for the next delivery, or of 64 calls or transactions.
    pub fn get(&self, fault: Fault) -> u8 {
        self.0[fault as usize]
    }

    /// Sets how often a fault is drawn.
    pub fn set(&mut self, fault: Fault, weight: u8) {
        self.0[fault as usize] = weight.min(Self::GREATEST);
    }

    /// Only those of these faults.
    #[must_use]
    pub fn only(mut self, faults: &[Fault]) -> Self {
        for fault in Fault::ALL {
            if !faults.contains(&fault) {
                self.set(fault, 0);
            }
        }
        self
    }

    /// Whether anything may go wrong.
    pub fn is_any(&self) -> bool {
        self.0.iter().any(|weight| *weight > 0)
    }
}

impl Default for Weights {
    /// All of them.
    fn default() -> Self {
        Weights::of(Fault::ALL)
    }
}

impl Struck {
    /// How often a fault struck.
    pub fn get(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }

    /// Counts one more.
    pub(super) fn count(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    /// Counts those of another run, too.
    pub fn add(&mut self, other: &Struck) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}
