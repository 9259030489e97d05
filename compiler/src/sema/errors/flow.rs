//! Faults of steps that run beside each other.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of a `parallel`, whose keyword is at `parallel`.
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
        }
    }
}
