//! Faults of statements that stand for several copies of themselves.

use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A fault of a `repeat`, whose word is at `keyword`.
#[derive(Clone, Copy, Debug)]
pub(in crate::sema) enum RepeatError {
    /// The compiler does not know how often.
    NotANumber { span: Span },
    /// Zero times.
    Never { span: Span },
    /// A statement in it that a workflow has once.
    NotRepeated {
        span: Span,
        keyword: Span,
        word: &'static str,
    },
    /// It has no step.
    Empty { span: Span },
    /// A pivot in it.
    Pivot { pivot: Span, keyword: Span },
    /// An `abort` in it, which the second copy would follow.
    Abort { abort: Span, keyword: Span },
}

impl From<RepeatError> for Diagnostic {
    fn from(error: RepeatError) -> Self {
        match error {
            RepeatError::NotANumber { span } => {
                Self::new(Code::RepeatCount, "number of repetitions that the compiler does not know")
                    .primary(span, "must be a number, or the name of a constant that is one")
                    .note("a `repeat` is written out when the workflow is compiled, so that everything that can happen is proved and every message has a known size")
                    .help("write a number, or declare `const TIMES: u64 = 3;` and write `repeat TIMES`")
            }
            RepeatError::Never { span } => {
                Self::new(Code::RepeatCount, "statements that are repeated zero times")
                    .primary(span, "nothing of this would run")
                    .help("give a number from 1, or remove the `repeat`")
            }
            RepeatError::NotRepeated { span, keyword, word } => {
                Self::new(Code::NotInRepeat, format!("`{word}` in a `repeat`"))
                    .primary(span, "a workflow has this once")
                    .secondary(keyword, "repeats it")
                    .help("move it out of the braces")
            }
            RepeatError::Empty { span } => {
                Self::new(Code::EmptyRepeat, "`repeat` without a step")
                    .primary(span, "nothing runs however often it is repeated")
                    .help("add a step, or write the statements without `repeat`")
            }
            RepeatError::Pivot { pivot, keyword } => {
                Self::new(Code::SecondPivot, "pivot in a `repeat`")
                    .primary(pivot, "stands once in each repetition, so there would be several")
                    .secondary(keyword, "repeats it")
                    .note("the pivot is the one step after which there is no way back; two could end one done and one not")
                    .help("move the pivot out of the braces, and make what is repeated after it `retriable`")
            }
            RepeatError::Abort { abort, keyword } => {
                Self::new(Code::AfterAbort, "`abort` in a `repeat`")
                    .primary(abort, "whatever comes here ends, so nothing comes to the second repetition")
                    .secondary(keyword, "repeats it")
                    .help("put it behind the braces, or into an `if`: `if (CONDITION) { abort \"REASON\"; }`")
            }
        }
    }
}
