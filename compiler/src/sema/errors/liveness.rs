//! Faults by which an instance might never end.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::sema::duty::{Bound, Duty};
use crate::source::Span;

/// A fault by which an instance might never end.
#[derive(Clone, Debug)]
pub(in crate::sema) enum LivenessError {
    /// A guard on a step that has to succeed.
    GuardedRetriable { guard: Span, retriable: Span },
    /// A guard that no instance satisfies.
    NeverTrue { span: Span },
    /// A guard that every instance satisfies.
    AlwaysTrue { span: Span },
    /// A bound that a call which has to succeed may never meet again.
    MayFailForEver {
        span: Span,
        function: String,
        param: String,
        duty: Duty,
        bound: Bound,
    },
}

impl From<LivenessError> for Diagnostic {
    fn from(error: LivenessError) -> Self {
        match error {
            LivenessError::GuardedRetriable { guard, retriable } => {
                Self::new(Code::GuardedRetriable, "guard on a retriable step")
                    .primary(guard, "if it is false, it stays false")
                    .secondary(retriable, "has to succeed at last")
                    .note("a guard compares values that an instance fixes once, so trying again changes nothing and the instance would never end")
                    .help("guard the pivot or a step before it, where a refusal can still undo the workflow")
            }
            LivenessError::NeverTrue { span } => {
                Self::new(Code::NeverTrue, "guard is never true")
                    .primary(span, "false, whatever an instance is given")
                    .note("the step would never run, and what depends on it would never end well")
                    .help("correct the condition, or remove the step")
            }
            LivenessError::AlwaysTrue { span } => {
                Self::new(Code::AlwaysTrue, "guard is always true")
                    .primary(span, "true, whatever an instance is given")
                    .help("correct the condition, or remove it")
            }
            LivenessError::MayFailForEver {
                span,
                function,
                param,
                duty,
                bound,
            } => {
                let (label, why) = match bound {
                    Bound::Time => ("a time after which the call fails", "after that time"),
                    Bound::Price => ("a bound that prices may leave behind", "once prices have moved"),
                };
                let help = match duty {
                    Duty::Retriable => "call a function without such a bound, or do it before the pivot",
                    Duty::Compensation => "call a function without such a bound, or leave the compensation to somebody if it fails: `else hold for ADDRESS`",
                    Duty::Confirmation => "call a function without such a bound",
                };
                Self::new(Code::MayFailForEver, format!("`{function}` may fail for ever"))
                    .primary(span, format!("given for `{param}`: {label}"))
                    .note(format!("a {duty} has to succeed at last; {why} trying again does not help, and the instance never ends"))
                    .help(help)
            }
        }
    }
}
