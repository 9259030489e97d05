//! Faults of steps that run beside each other, and of steps of which only some run.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of a `parallel`, whose keyword is at `parallel`, or of an `if`.
#[derive(Clone, Debug)]
pub(in crate::sema) enum FlowError {
    /// A statement in it that is no step.
    NotABranch { span: Span, parallel: Span },
    /// It holds fewer than two steps.
    NothingBeside { span: Span },
    /// A pivot in it.
    PivotBeside { pivot: Span, parallel: Span },
    /// A step of the home chain in it.
    HomeStepBeside {
        step: Name,
        chain: String,
        parallel: Span,
    },
    /// A statement in an `if` that is none of its kind.
    NotInIf { span: Span, around: Span },
    /// An `if` whose first arm has no step.
    EmptyIf { span: Span },
    /// A pivot in an `if`.
    PivotInIf { pivot: Span, around: Span },
    /// A condition that is the same for every instance.
    DecidedIf { span: Span, holds: bool },
}

impl From<FlowError> for Diagnostic {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::NotABranch { span, parallel } => {
                Self::new(Code::NotABranch, "statement in `parallel` that is no step")
                    .primary(span, "only steps run beside each other")
                    .secondary(parallel, "all steps of this begin together")
                    .help("move it out of the braces")
            }
            FlowError::NothingBeside { span } => {
                Self::new(Code::NothingBeside, "`parallel` with fewer than two steps")
                    .primary(span, "nothing runs beside anything")
                    .help("add a step, or write the step without `parallel`")
            }
            FlowError::PivotBeside { pivot, parallel } => {
                Self::new(Code::PivotBeside, "pivot beside other steps")
                    .primary(pivot, "there is no way back after this")
                    .secondary(parallel, "the other steps may still be refused")
                    .note(
                        "a step that is refused undoes those beside it, and nothing undoes a pivot",
                    )
                    .help("move the pivot out of the braces, after the steps that may be refused")
            }
            FlowError::HomeStepBeside {
                step,
                chain,
                parallel,
            } => Self::new(
                Code::HomeStepBeside,
                format!("step `{}` of the home chain in `parallel`", step.value),
            )
            .primary(
                step.span,
                format!("runs on `{chain}`, in one transaction with what comes before it"),
            )
            .secondary(parallel, "the steps of this wait for other chains")
            .note("a step at home is done at once, so there is nothing to run beside it")
            .help("move it before or after the braces"),
            FlowError::NotInIf { span, around } => {
                Self::new(Code::NotInIf, "statement that cannot stand in `if`")
                    .primary(span, "only steps, `parallel` and `if` can")
                    .secondary(around, "decides which steps run")
                    .help("move it out of the braces")
            }
            FlowError::EmptyIf { span } => Self::new(Code::EmptyIf, "`if` without a step")
                .primary(span, "nothing runs if the condition holds")
                .help("add a step, or turn the condition round and leave `else` out"),
            FlowError::PivotInIf { pivot, around } => {
                Self::new(Code::PivotInIf, "pivot in `if`")
                    .primary(pivot, "there is no way back after this")
                    .secondary(around, "the step may be left out")
                    .note("what comes after the pivot relies on it, and what comes before it is undone unless it ran")
                    .help("move the pivot out of the braces; what differs between the arms can come before or after it")
            }
            FlowError::DecidedIf { span, holds } => {
                let (truth, arm) = match holds {
                    true => ("always true", "the steps after `else` never run"),
                    false => ("never true", "the steps of its first arm never run"),
                };
                Self::new(Code::DecidedIf, format!("condition of `if` is {truth}"))
                    .primary(span, arm)
                    .help("correct the condition, or write only the steps that run")
            }
        }
    }
}
