//! Faults of the shape of a workflow.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

use super::chain::duration;
use crate::sema::context::LaterCall;

/// A fault of the shape of a workflow.
#[derive(Clone, Debug)]
pub(in crate::sema) enum SagaError {
    /// A step that says nothing about what undoes it.
    MissingRole { step: Name },
    /// A second pivot.
    SecondPivot { pivot: Span, first: Span },
    /// A step with a compensation after the pivot.
    CompensableAfterPivot { clause: Span, pivot: Span },
    /// A step after the pivot that may fail for good.
    NotRetriableAfterPivot { span: Span, pivot: Span },
    /// A retriable step without a pivot before it.
    RetriableBeforePivot { span: Span },
    /// Two clauses that contradict each other.
    ConflictingRoles {
        span: Span,
        other: Span,
        why: &'static str,
    },
    /// A compensation or confirmation on another chain than its step.
    LaterCallElsewhere {
        span: Span,
        call: LaterCall,
        step_chain: String,
        other: String,
    },
    /// A compensation or confirmation that uses what nobody knew when the step ran.
    UsesLaterValue {
        span: Span,
        call: LaterCall,
        step: String,
        declared: Span,
        /// Whether the step runs beside the one that the call belongs to.
        is_beside: bool,
    },
    /// A remote step without a deadline.
    MissingDeadline { step: Name, least: u64 },
    /// The same at home, for a step that has a transaction of its own.
    MissingDeadlineAtHome { step: Name },
    /// A deadline where nothing waits for one.
    UselessDeadline { span: Span, why: &'static str },
    /// A statement that may stand once only.
    Repeated {
        span: Span,
        first: Span,
        what: &'static str,
    },
    /// No `authorise`.
    MissingAuthority {
        workflow: Name,
        candidate: Option<String>,
        home: String,
    },
    /// `authorise` of something that is no input of the right type.
    WrongAuthority {
        span: Span,
        home: String,
        candidates: Vec<String>,
    },
    /// Results without a `return`.
    MissingReturn {
        workflow: Name,
        results: Vec<String>,
    },
    /// A `return` without results.
    UnexpectedReturn { span: Span },
    /// A `return` that is not the last statement.
    ReturnNotLast { span: Span, after: Span },
    /// A workflow without steps.
    NoSteps { workflow: Name },
    /// A policy where it means nothing.
    MisplacedPolicy {
        span: Span,
        why: &'static str,
        help: &'static str,
    },
    /// A number of retries out of range.
    RetryCount { span: Span, most: u64 },
    /// A step that only reads.
    ViewAsStep { span: Span, function: String },
    /// A call whose only result is a truth that nothing uses.
    FalseIsSuccess {
        span: Span,
        function: String,
        remedy: Remedy,
    },
}

/// What can be done about a target that answers `false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sema) enum Remedy {
    /// A later step can look at it.
    Require,
    /// Another step in the same transaction can. To a later one the step has run, so that it would be undone.
    Together,
    /// Nothing can, or it would be too late.
    Revert,
    /// The same for what undoes or confirms a step.
    RevertLater,
}

impl Remedy {
    fn help(self) -> &'static str {
        match self {
            Self::Require => {
                "name it, `-> (ok)`, and let the next step `require` it; or write `-> (_)` if `false` is as good"
            }
            Self::Together => {
                "call a contract that reverts instead, such as a wrapper with SafeERC20; or name it, `-> (ok)`, in an `atomic` in which the next step has a `require` of it; or write `-> (_)` if `false` is as good"
            }
            Self::Revert => {
                "call a contract that reverts instead, such as a wrapper with SafeERC20; or write `-> (_)` if `false` is as good"
            }
            Self::RevertLater => {
                "call a contract that reverts instead, such as a wrapper with SafeERC20"
            }
        }
    }
}

impl From<SagaError> for Diagnostic {
    fn from(error: SagaError) -> Self {
        match error {
            SagaError::MissingRole { step } => {
                Self::new(Code::MissingRole, format!("step `{}` does not say what undoes it", step.value))
                    .primary(step.span, "no `compensate`, `pivot` or `retriable`")
                    .note("when a later step is refused, this one has to be undone, or the workflow must be past its point of no return")
                    .help("add `compensate Contract.function(…) gas N`, or `compensate none` if there is nothing to undo, or `pivot` if nothing may undo it")
            }
            SagaError::SecondPivot { pivot, first } => Self::new(Code::SecondPivot, "second pivot")
                .primary(pivot, "there is one already")
                .secondary(first, "the pivot")
                .note("the pivot is the one step after which there is no way back; two could end one done and one not")
                .help("make the later step `retriable`, or give the earlier one a compensation"),
            SagaError::CompensableAfterPivot { clause, pivot } => {
                Self::new(Code::CompensableAfterPivot, "compensation after the pivot")
                    .primary(clause, "would never run")
                    .secondary(pivot, "there is no way back after this")
                    .help("make the step `retriable`, or move it before the pivot")
            }
            SagaError::NotRetriableAfterPivot { span, pivot } => {
                Self::new(Code::NotRetriableAfterPivot, "step after the pivot may fail for good")
                    .primary(span, "has to be `retriable`")
                    .secondary(pivot, "there is no way back after this")
                    .note("past the pivot nothing can be undone, so every step has to succeed at last")
                    .help("add `retriable`, or move the step before the pivot")
            }
            SagaError::RetriableBeforePivot { span } => {
                Self::new(Code::RetriableBeforePivot, "retriable step without a pivot before it")
                    .primary(span, "no pivot has run yet")
                    .note("a retriable step is never refused and never undone, so everything before it must be decided")
                    .help("mark the last step that may fail as `pivot`, or give this step a compensation")
            }
            SagaError::ConflictingRoles { span, other, why } => {
                Self::new(Code::ConflictingRoles, "clauses contradict each other")
                    .primary(span, "this one")
                    .secondary(other, "and this one")
                    .note(why)
                    .help("remove one of them")
            }
            other => other.compensation(),
        }
    }
}

impl SagaError {
    fn compensation(self) -> Diagnostic {
        match self {
            Self::LaterCallElsewhere { span, call, step_chain, other } => {
                Diagnostic::new(Code::LaterCallOnOtherChain, format!("{call} on another chain than its step"))
                    .primary(span, format!("runs on `{other}`, the step on `{step_chain}`"))
                    .note(format!("the participant that ran the step makes the {call} too, in one transaction with the record that it did"))
                    .help(format!("call a contract on `{step_chain}`"))
            }
            Self::UsesLaterValue { span, call, step, declared, is_beside } => {
                let (when, label) = match is_beside {
                    true => ("beside its step", "begins together with the step, and may never run"),
                    false => ("later", "runs later, or never"),
                };
                Diagnostic::new(Code::UsesLaterValue, format!("{call} uses `{step}`, which runs {when}"))
                    .primary(span, "not known when the step ran")
                    .secondary(declared, label)
                    .note(format!("what a {call} needs is stored when its step runs, so that it can be repeated without a message"))
                    .help("use inputs, results of earlier steps, and the step's own results")
            }
            Self::MissingDeadline { step, least } => {
                let (least, twice) = (duration(least), duration(least * 2));
                Diagnostic::new(Code::MissingDeadline, format!("step `{}` has no deadline", step.value))
                    .primary(step.span, "runs on another chain")
                    .note("without one a message that never arrives keeps the instance waiting for ever")
                    .help(format!("add `within {twice}`; the message alone may need {least}"))
            }
            Self::MissingDeadlineAtHome { step } => {
                Diagnostic::new(Code::MissingDeadline, format!("step `{}` has no deadline", step.value))
                    .primary(step.span, "waits for a transaction of its own")
                    .note("a call that fails leaves no trace on this machine, so only its deadline can say that it is refused")
                    .help("add `within 1h`, or as long as anyone may try it")
            }
            Self::UselessDeadline { span, why } => Diagnostic::new(Code::UselessDeadline, "deadline without a use")
                .primary(span, why)
                .help("remove the clause"),
            Self::MisplacedPolicy { span, why, help } => {
                Diagnostic::new(Code::MisplacedPolicy, "policy without a use")
                    .primary(span, why)
                    .help(help)
            }
            Self::RetryCount { span, most } => {
                Diagnostic::new(Code::RetryCountOutOfRange, "number of retries is out of range")
                    .primary(span, format!("must be 1 to {most}"))
                    .note("each try costs a delivery, and the deadline ends them all")
                    .help(format!("write a number from 1 to {most}"))
            }
            Self::ViewAsStep { span, function } => {
                Diagnostic::new(Code::ViewAsStep, format!("`{function}` changes nothing"))
                    .primary(span, "only reads")
                    .note("what it reads may be different when the next step runs")
                    .help("ask it in the guard of the step that relies on it, as in `require Vault.balanceOf(user) >= amount`")
            }
            Self::FalseIsSuccess {
                span,
                function,
                remedy,
            } => {
                Diagnostic::new(Code::FalseIsSuccess, format!("`{function}` may answer `false`"))
                    .primary(span, "`false` counts as success here")
                    .note("a call that does not revert has succeeded, and nothing looks at what this one answers")
                    .help(remedy.help())
            }
            other => other.statement(),
        }
    }

    fn statement(self) -> Diagnostic {
        match self {
            Self::Repeated { span, first, what } => {
                Diagnostic::new(Code::RepeatedStatement, format!("`{what}` stands twice"))
                    .primary(span, "again here")
                    .secondary(first, "first here")
                    .help("remove one of them")
            }
            Self::MissingAuthority {
                workflow,
                candidate,
                home,
            } => {
                let who = candidate.unwrap_or_else(|| "user".to_owned());
                Diagnostic::new(Code::MissingAuthority, format!("workflow `{}` does not say who may start it", workflow.value))
                    .primary(workflow.span, "no `authorise`")
                    .note("a workflow spends what its contracts were allowed to spend; whoever may start it may do that")
                    .help(format!("write `authorise {who};` with an input of type `address@{home}`, or `authorise anyone;`"))
            }
            Self::WrongAuthority {
                span,
                home,
                candidates,
            } => {
                let diagnostic =
                    Diagnostic::new(Code::WrongAuthority, "nobody can be authorised by this")
                        .primary(
                            span,
                            format!("must be an input or a constant of type `address@{home}`"),
                        )
                        .note("the caller's address is compared with it when an instance starts");
                match candidates.first() {
                    Some(first) => diagnostic.help(format!("write `authorise {first};`")),
                    None => diagnostic.help(format!(
                        "add an input `user: address@{home}`, or write `authorise @NAME;` with a constant of the deployment, or `authorise anyone;`"
                    )),
                }
            }
            other => other.ending(),
        }
    }

    fn ending(self) -> Diagnostic {
        match self {
            Self::MissingReturn { workflow, results } => {
                let fields: Vec<_> = results.iter().map(|name| format!("{name}: …")).collect();
                let value = if results.len() == 1 {
                    "…".to_owned()
                } else {
                    format!("{{ {} }}", fields.join(", "))
                };
                Diagnostic::new(
                    Code::MissingReturn,
                    format!("workflow `{}` returns nothing", workflow.value),
                )
                .primary(workflow.span, "declares results")
                .help(format!("end it with `return {value};`"))
            }
            Self::UnexpectedReturn { span } => Diagnostic::new(
                Code::UnexpectedReturn,
                "workflow declares no results",
            )
            .primary(span, "nothing to return")
            .help(
                "remove the statement, or declare the results: `-> (name: type)` after the inputs",
            ),
            Self::ReturnNotLast { span, after } => {
                Diagnostic::new(Code::ReturnNotLast, "`return` is not the last statement")
                    .primary(span, "ends the workflow")
                    .secondary(after, "comes after it")
                    .help("move it to the end")
            }
            Self::NoSteps { workflow } => Diagnostic::new(
                Code::NoSteps,
                format!("workflow `{}` has no steps", workflow.value),
            )
            .primary(workflow.span, "does nothing")
            .help("add a step: `step name = Contract.function(…) gas N compensate none;`"),
            other => unreachable!("{other:?} is said elsewhere"),
        }
    }
}
