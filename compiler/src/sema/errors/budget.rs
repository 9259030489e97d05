//! Faults of budgets, sizes and numbers.

use super::chain::duration;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::sema::limits::MAX_PARTS;
use crate::source::Span;
use crate::syntax::MAX_DEPTH;
use crate::vm::Vm;

/// A fault of a budget or a size.
#[derive(Clone, Debug)]
pub(in crate::sema) enum BudgetError {
    /// A call without a `gas` clause.
    MissingGas { span: Span, vm: Vm },
    /// `gas 0`
    ZeroGas { span: Span, vm: Vm },
    /// More than a transaction may use.
    OverLimit { span: Span, vm: Vm, limit: u64 },
    /// More steps than a workflow may have.
    TooManySteps { span: Span, limit: usize },
    /// A `repeat` that stands for more steps than a workflow may have.
    RepeatedSteps { span: Span, limit: usize },
    /// With this `repeat`, those of the workflow stand for too much text.
    RepeatTooLarge {
        span: Span,
        bytes: usize,
        limit: usize,
    },
    /// More steps in a `parallel` than may begin together.
    TooManyBeside { span: Span, limit: usize },
    /// A message the transport cannot carry.
    MessageTooLarge {
        span: Span,
        bytes: u32,
        limit: u32,
        transport: &'static str,
        kind: &'static str,
    },
    /// An expression that becomes too large once names and calls are written out.
    ExpressionTooLarge { span: Span },
    /// A deadline so far away that it protects nobody.
    DeadlineTooLong { span: Span, limit: u64 },
}

impl From<BudgetError> for Diagnostic {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::MissingGas { span, vm } => Self::new(
                Code::MissingGas,
                "call without a budget",
            )
            .primary(span, "no `gas` clause")
            .note(
                "a delivery with too little for its call would fail or, worse, pass for a refusal",
            )
            .help(format!(
                "add `gas N` with the {} that the call may use",
                vm.gas_unit()
            )),
            BudgetError::ZeroGas { span, vm } => Self::new(Code::ZeroGas, "budget of zero")
                .primary(span, "no call can run on this")
                .help(format!("give the {} that the call needs", vm.gas_unit())),
            BudgetError::OverLimit { span, vm, limit } => {
                Self::new(Code::GasOverLimit, format!("budget over the limit of {vm}"))
                    .primary(
                        span,
                        format!("a call can be given at most {limit} {}", vm.gas_unit()),
                    )
                    .help("split the work over several steps, or lower the budget")
            }
            BudgetError::TooManySteps { span, limit } => Self::new(
                Code::TooManySteps,
                "too many steps",
            )
            .primary(span, format!("a workflow has at most {limit}"))
            .note(
                "every step adds state and code to the coordinator, which has to fit one contract",
            )
            .help("split the workflow"),
            BudgetError::RepeatedSteps { span, limit } => {
                Self::new(Code::TooManySteps, "too many steps")
                    .primary(span, format!("stands for more than the {limit} steps that a workflow may have"))
                    .note("a `repeat` is written out when the workflow is compiled, and every step adds state and code to the coordinator")
                    .help("lower the number, or let one call of the target do more")
            }
            BudgetError::RepeatTooLarge { span, bytes, limit } => {
                Self::new(Code::FileTooLarge, "repetitions are too large")
                    .primary(span, format!("up to here they stand for {bytes} bytes of source"))
                    .note(format!("those of a workflow stand for at most {limit} bytes, as many as a file has"))
                    .help("lower the number, or shorten what is repeated")
            }
            BudgetError::TooManyBeside { span, limit } => Self::new(
                Code::TooManyBeside,
                "too many steps beside each other",
            )
            .primary(span, format!("at most {limit} begin together"))
            .note("one transaction at home sends a message for each of them, and another cancels them all")
            .help("put some of them into a `parallel` of their own, after this one"),
            BudgetError::ExpressionTooLarge { span } => {
                Self::new(Code::ExpressionTooLarge, "expression is too large")
                    .primary(span, "too large once names and calls are written out")
                    .note(format!(
                        "an expression has at most {MAX_PARTS} parts, nested {MAX_DEPTH} deep; every use of a name and every call counts in full"
                    ))
                    .help("use names and parameters fewer times, or have a contract compute the value")
            }
            BudgetError::MessageTooLarge {
                span,
                bytes,
                limit,
                transport,
                kind,
            } => Self::new(
                Code::MessageTooLarge,
                format!("message of up to {bytes} bytes"),
            )
            .primary(span, format!("its {kind} message is too large"))
            .note(format!(
                "{transport} carries at most {limit} bytes between these chains"
            ))
            .help("lower the bounds of what the step takes and gives"),
            BudgetError::DeadlineTooLong { span, limit } => Self::new(
                Code::DeadlineTooLong,
                "deadline is too far away",
            )
            .primary(span, format!("at most {}", duration(limit)))
            .note("until the deadline a step that never arrives keeps the whole instance waiting")
            .help("give a shorter time"),
        }
    }
}
