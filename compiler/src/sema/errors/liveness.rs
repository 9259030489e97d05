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
