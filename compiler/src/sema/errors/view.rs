//! Faults of what a guard asks contracts.

use super::count;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::vm::Vm;

/// A fault of a call in a guard.
#[derive(Clone, Debug)]
pub(in crate::sema) enum ViewError {
    /// Where no guard asks.
    OutsideGuard { span: Span },
    /// A contract of another chain than the step's.
    Elsewhere {
        span: Span,
        chain: String,
        other: String,
    },
    /// A function that may change something.
    Writes { function: Name, vm: Vm },
    /// A function that may answer each sender something else.
    SeesSender { function: Name },
    /// A function with more results than one, or none.
    Results { function: Name, results: usize },
}

impl From<ViewError> for Diagnostic {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::OutsideGuard { span } => {
                Self::new(Code::CallInExpression, "contract called outside a step")
                    .primary(span, "a call of a contract is a step of its own")
                    .help("only a guard, `require`, may call what only reads")
            }
            ViewError::Elsewhere { span, chain, other } => {
                Self::new(Code::ViewElsewhere, "guard that asks another chain")
                    .primary(span, format!("on `{other}`, and the step runs on `{chain}`"))
                    .note("a guard is decided in the transaction that makes the step's call, and no transaction reaches another chain")
                    .help(format!("ask a contract on `{chain}`, or read it in a step before, whose answer may be out of date by then"))
            }
            ViewError::Writes { function, vm } => {
                Self::new(Code::ViewWrites, format!("`{}` may change something", function.value))
                    .primary(function.span, "a guard calls only what only reads")
                    .note(format!("{}; a guard may be asked and the step refused all the same", writes(vm)))
                    .help("call it in a step of its own, with what undoes it")
            }
            ViewError::SeesSender { function } => {
                let title = format!("`{}` sees who sends the transaction", function.value);
                Self::new(Code::SeesSender, title)
                    .primary(function.span, "a guard asks only what everybody gets the same answer to")
                    .note("anybody may deliver the message, and a guard that does not hold for them refuses the step for good")
                    .help("ask a function that does not take the `TxContext`")
            }
            ViewError::Results { function, results } => {
                let title = format!("`{}` gives {}", function.value, count(results, "result"));
                Self::new(Code::ViewWrites, title)
                    .primary(function.span, "a guard needs one value of each call")
                    .help("call a function with one result")
            }
        }
    }
}

/// By what a function of a machine shows that it may change something.
const fn writes(vm: Vm) -> &'static str {
    match vm {
        Vm::Evm => "its interface does not say `view` or `pure`",
        Vm::Svm => "it may write one of its accounts",
        Vm::Sui => "it takes something as `&mut` or by value",
        Vm::Aptos => "its interface does not say that it is a view, or it takes a signer",
    }
}
