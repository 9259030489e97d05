//! What may be wrong with a run.

use crate::analysis::explore::Invariant;
use crate::entities::Message;
use crate::ir::{Phase, Program};

/// What is wrong with a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// With which of its instances, from 0.
    pub instance: usize,
    /// What.
    pub kind: FailureKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum FailureKind {
    /// A promise is broken.
    Broken(Invariant),
    /// Nothing goes wrong any more, and the instance is not settled.
    Unsettled(Phase),
    /// A message that no machine sent was taken.
    Believed(Message),
    /// It ended otherwise than the scenario expects: what was expected, and what is.
    Unexpected(String, String),
}

impl Failure {
    /// Whether another run fails in the same way.
    pub fn is_like(&self, other: &Failure) -> bool {
        match (&self.kind, &other.kind) {
            (FailureKind::Broken(one), FailureKind::Broken(other)) => one.name == other.name,
            (FailureKind::Unexpected(one, _), FailureKind::Unexpected(other, _)) => one == other,
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }

    /// In words.
    pub fn describe(&self, program: &Program) -> String {
        match &self.kind {
            FailureKind::Broken(promise) => {
                let step = &program.steps[promise.step].name;
                format!("it does not hold of `{step}` that {}", promise.name)
            }
            FailureKind::Unsettled(phase) => {
                format!("the instance is {phase}, and nothing settles it")
            }
            FailureKind::Believed(message) => {
                let data = &program.messages[*message];
                let step = &program.steps[data.step].name;
                format!("{} {step} was believed that no machine sent", data.kind)
            }
            FailureKind::Unexpected(expected, found) => {
                format!("expected was {expected}, and it is {found}")
            }
        }
    }
}
