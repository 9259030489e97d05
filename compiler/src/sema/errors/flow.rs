//! Faults of steps that run beside each other, of steps of which only some run, and of `abort`.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of a `parallel`, whose keyword is at `parallel`, of an `if` or `attempt`, or of an `abort`.
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
    /// A statement in an `if` or `attempt` that is none of its kind.
    NotInArm {
        span: Span,
        around: Span,
        word: &'static str,
    },
    /// An `if` whose first arm has no step.
    EmptyIf { span: Span },
    /// A pivot in an `if` or `attempt`.
    PivotInArm {
        pivot: Span,
        around: Span,
        word: &'static str,
    },
    /// A condition that is the same for every instance.
    DecidedIf { span: Span, holds: bool },
    /// An `attempt` of which one arm has no step.
    EmptyAttempt { span: Span },
    /// An `attempt` in what another tries.
    NestedAttempt { span: Span, around: Span },
    /// An `attempt` whose other arm nothing leads to.
    NeverRefused { span: Span },
    /// A decision to go back where there is no way back.
    AfterPivot {
        span: Span,
        word: &'static str,
        pivot: Span,
    },
    /// An `abort` that every instance would come to, or all of them that try something.
    AlwaysAborts {
        span: Span,
        /// The `attempt` that tries what would always come to it.
        tried: Option<Span>,
    },
    /// A statement that no instance comes to.
    AfterAbort { span: Span, abort: Span },
    /// A statement in an `atomic` that is no step.
    NotInAtomic { span: Span, around: Span },
    /// An `atomic` whose steps run on different chains: two of them, with their chains.
    AtomicAcross {
        span: Span,
        first: (Name, String),
        other: (Name, String),
    },
    /// A clause that is said of a whole `atomic`, at a step other than its first.
    ClauseOfAtomic {
        span: Span,
        clause: &'static str,
        first: Name,
        around: Span,
    },
    /// Two addresses that shall take over what undoes an `atomic`.
    AtomicHeldTwice { second: Span, first: Span },
    /// An `atomic` with nothing in it.
    EmptyAtomic { span: Span },
    /// A reason that nobody could read.
    Reason { span: Span, most: usize },
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
            FlowError::NotInArm { span, around, word } => Self::new(
                Code::NotInIf,
                format!("statement that cannot stand in `{word}`"),
            )
            .primary(span, "only steps, `parallel`, `if`, `attempt` and `abort` can")
            .secondary(around, "decides which steps run")
            .help("move it out of the braces"),
            FlowError::EmptyIf { span } => Self::new(Code::EmptyIf, "`if` without a step")
                .primary(span, "nothing runs if the condition holds")
                .help("add a step, or turn the condition round and leave `else` out"),
            FlowError::PivotInArm { pivot, around, word } => {
                Self::new(Code::PivotInIf, format!("pivot in `{word}`"))
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
            FlowError::EmptyAttempt { span } => {
                Self::new(Code::EmptyAttempt, "`attempt` of which an arm has no step")
                    .primary(span, "needs steps to try, and others after `else`")
                    .note("without an alternative, a step that is refused undoes what came before, and `on refused continue` passes over a single step")
                    .help("write `attempt { step … } else { step … }`")
            }
            FlowError::NestedAttempt { span, around } => {
                Self::new(Code::NestedAttempt, "`attempt` in what another one tries")
                    .primary(span, "has an alternative of its own")
                    .secondary(around, "tries this as a whole")
                    .help("move it to the other arm, or before or after the outer one")
            }
            FlowError::NeverRefused { span } => {
                Self::new(Code::NeverRefused, "`attempt` of something that is never refused")
                    .primary(span, "nothing leads to the steps after `else`")
                    .note("a step with `on refused continue` is passed over when it is refused")
                    .help("remove that policy from a step, or write the steps without `attempt`")
            }
            FlowError::AfterPivot { span, word, pivot } => {
                Self::new(Code::AfterPivot, format!("`{word}` after the pivot"))
                    .primary(span, "would have to undo something")
                    .secondary(pivot, "after this there is no way back")
                    .help("move it before the pivot")
            }
            FlowError::AlwaysAborts { span, tried } => {
                let diagnostic = Self::new(Code::AlwaysAborts, "`abort` that every instance comes to")
                    .primary(span, "nothing decides whether it ends here")
                    .help("put it into an `if`: `if (CONDITION) { abort \"REASON\"; }`");
                match tried {
                    Some(attempt) => diagnostic.secondary(attempt, "what this tries would never stay"),
                    None => diagnostic,
                }
            }
            FlowError::AfterAbort { span, abort } => {
                Self::new(Code::AfterAbort, "statement after `abort`")
                    .primary(span, "no instance comes here")
                    .secondary(abort, "whatever comes here ends")
                    .help("remove it, or put it before the `abort`")
            }
            FlowError::NotInAtomic { span, around } => {
                Self::new(Code::NotInAtomic, "statement in `atomic` that is no step")
                    .primary(span, "only steps share a transaction")
                    .secondary(around, "one transaction for all of this")
                    .help("move it out of the braces")
            }
            FlowError::AtomicAcross { span, first, other } => {
                Self::new(Code::AtomicAcross, "`atomic` across chains")
                    .primary(span, "these steps run on different chains")
                    .secondary(first.0.span, format!("runs on `{}`", first.1))
                    .secondary(other.0.span, format!("runs on `{}`", other.1))
                    .note("each chain runs transactions of its own; what one of them sends is heard on another only after it is final, and nothing undoes a final transaction")
                    .note("so no compiler and no bridge can let two chains commit or revert together: in between, one side has happened and the other has not, and may never")
                    .help("write the steps one after another and say what undoes each, `compensate CALL`, or reserve on each chain and make it final with `confirm CALL`")
            }
            FlowError::ClauseOfAtomic {
                span,
                clause,
                first,
                around,
            } => Self::new(
                Code::ClauseOfAtomic,
                format!("`{clause}` at a later step of `atomic`"),
            )
            .primary(span, "is said once of the whole transaction")
            .secondary(around, "one transaction for all of this")
            .secondary(first.span, "the first step says it")
            .help(format!("write it at `{}`, or remove it", first.value)),
            FlowError::AtomicHeldTwice { second, first } => {
                Self::new(Code::AtomicHeldTwice, "`atomic` with two owners of what undoes it")
                    .primary(second, "another address")
                    .secondary(first, "one may take it over already")
                    .note("the compensations of an `atomic` run in one transaction, so they are taken over together")
                    .help("name one address, at one of the steps")
            }
            FlowError::EmptyAtomic { span } => {
                Self::new(Code::EmptyAtomic, "`atomic` without a step")
                    .primary(span, "nothing shares a transaction")
                    .help("add the steps that shall happen together, or remove it")
            }
            FlowError::Reason { span, most } => {
                Self::new(Code::Reason, "reason that cannot be announced")
                    .primary(span, format!("must have 1 to {most} bytes"))
                    .help("say in a few words why an instance ends here")
            }
        }
    }
}
