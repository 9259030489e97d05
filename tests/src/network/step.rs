//! What happens in a run, as data: an action, and what must come of it.

use xcc::ir::{MessageKind, Part, Phase, Status};
use xcc::wire::Value;

/// Something that somebody does, and what must come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What comes of it.
    pub outcome: Outcome,
}

/// Something that somebody does to the instance under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The user starts an instance, which is under way from now on.
    Start,
    /// Anyone delivers the latest message of this kind about this step to the chain it is for.
    Deliver {
        /// The step's name.
        step: String,
        /// What the message says.
        kind: MessageKind,
    },
    /// Anyone runs a call of a step of home that waits for a transaction of its own.
    Attempt {
        /// The step's name.
        step: String,
        /// Which of its calls.
        part: Part,
    },
    /// Anyone presents the step's latest Execute as one whose deadline has passed; of a step of home, anyone says so.
    Expire {
        /// The step's name.
        step: String,
    },
    /// Somebody presents a message without a body about this step that was never published, signed as if it had been.
    Forge {
        /// The step's name.
        step: String,
        /// What the message says.
        kind: MessageKind,
    },
    /// Somebody presents the step's latest Cancel to give its compensation up; of a step of home, somebody says so.
    Park {
        /// The step's name.
        step: String,
        /// Who.
        by: By,
    },
    /// Somebody claims the step's compensation that was given up.
    Claim {
        /// The step's name.
        step: String,
        /// Who.
        by: By,
    },
    /// Somebody cancels the instance.
    Cancel(By),
    /// A stranger asks for everything outstanding to be sent again, and pays for it.
    Redrive,
    /// Time passes on one chain.
    Pass {
        /// The chain's name in the source.
        chain: String,
        /// How much.
        seconds: u64,
    },
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Who started the instance; on other chains than home nobody in particular.
    Initiator,
    /// Whom the workflow holds compensations for: at home who started the instance, elsewhere the `OWNER` of the chain's module.
    Owner,
    /// Anyone else.
    Stranger,
}

/// What comes of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The transaction went through.
    Done {
        /// What changed, by the events, in their order.
        changes: Vec<Change>,
        /// The messages published, in order.
        published: Vec<Said>,
    },
    /// The transaction failed with the error of this name, which is the same on every chain; nothing changed.
    Rejected(String),
}

/// A change that a machine announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A step has a new status.
    Step(String, Status),
    /// The instance has a new phase; only the coordinator knows phases.
    Phase(Phase),
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The step it is about.
    pub step: String,
    /// What it says.
    pub kind: MessageKind,
    /// Its fields, in declared order.
    pub values: Vec<Value>,
}

impl Step {
    /// The action, which must go through and change nothing but what is added to it.
    #[must_use]
    pub fn new(action: Action) -> Self {
        let outcome = Outcome::Done {
            changes: Vec::new(),
            published: Vec::new(),
        };
        Self { action, outcome }
    }

    /// The same, and a step has a new status.
    #[must_use]
    pub fn step(self, step: &str, status: Status) -> Self {
        self.change(Change::Step(step.to_owned(), status))
    }

    /// The same, and the instance has a new phase.
    #[must_use]
    pub fn phase(self, phase: Phase) -> Self {
        self.change(Change::Phase(phase))
    }

    /// The same, and a message is published.
    #[must_use]
    pub fn says(mut self, step: &str, kind: MessageKind, values: Vec<Value>) -> Self {
        let said = Said {
            step: step.to_owned(),
            kind,
            values,
        };
        if let Outcome::Done { published, .. } = &mut self.outcome {
            published.push(said);
        }
        self
    }

    /// The action, which must fail with the error of this name.
    #[must_use]
    pub fn rejected(mut self, error: &str) -> Self {
        self.outcome = Outcome::Rejected(error.to_owned());
        self
    }

    fn change(mut self, change: Change) -> Self {
        if let Outcome::Done { changes, .. } = &mut self.outcome {
            changes.push(change);
        }
        self
    }
}

/// The user starts an instance.
#[must_use]
pub fn start() -> Step {
    Step::new(Action::Start)
}

/// Anyone delivers the latest message of this kind about this step.
#[must_use]
pub fn deliver(step: &str, kind: MessageKind) -> Step {
    let step = step.to_owned();
    Step::new(Action::Deliver { step, kind })
}

/// Anyone runs the call of a step of home.
#[must_use]
pub fn attempt(step: &str) -> Step {
    attempt_part(step, Part::Execution)
}

/// Anyone runs the compensation of a step of home.
#[must_use]
pub fn undo(step: &str) -> Step {
    attempt_part(step, Part::Compensation)
}

/// Anyone runs the confirmation of a step of home.
#[must_use]
pub fn finalise(step: &str) -> Step {
    attempt_part(step, Part::Confirmation)
}

fn attempt_part(step: &str, part: Part) -> Step {
    let step = step.to_owned();
    Step::new(Action::Attempt { step, part })
}

/// Anyone refuses the step because its deadline has passed.
#[must_use]
pub fn expire(step: &str) -> Step {
    let step = step.to_owned();
    Step::new(Action::Expire { step })
}

/// Somebody presents a message about this step that was never published, signed as if it had been.
#[must_use]
pub fn forge(step: &str, kind: MessageKind) -> Step {
    let step = step.to_owned();
    Step::new(Action::Forge { step, kind })
}

/// Somebody gives up the step's compensation.
#[must_use]
pub fn park(step: &str, by: By) -> Step {
    let step = step.to_owned();
    Step::new(Action::Park { step, by })
}

/// Somebody claims the step's compensation that was given up.
#[must_use]
pub fn claim(step: &str, by: By) -> Step {
    let step = step.to_owned();
    Step::new(Action::Claim { step, by })
}

/// Somebody cancels the instance.
#[must_use]
pub fn cancel(by: By) -> Step {
    Step::new(Action::Cancel(by))
}

/// A stranger asks for everything outstanding to be sent again.
#[must_use]
pub fn redrive() -> Step {
    Step::new(Action::Redrive)
}

/// Time passes on one chain.
#[must_use]
pub fn pass(chain: &str, seconds: u64) -> Step {
    let chain = chain.to_owned();
    Step::new(Action::Pass { chain, seconds })
}

/// A number as a message carries it.
#[must_use]
pub fn number(value: u64) -> Value {
    Value::Uint(value.into())
}
