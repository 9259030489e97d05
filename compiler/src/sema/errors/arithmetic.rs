//! Faults of arithmetic.

use super::converted;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::hir::ArithmeticOp;
use crate::hir::range::{Operation, Question};
use crate::interval::Interval;
use crate::literal::U256;
use crate::sema::arithmetic::Necessity;
use crate::source::Span;

/// A fault of arithmetic.
#[derive(Clone, Debug)]
pub(in crate::sema) enum ArithmeticError {
    /// An operation on what is no unsigned number.
    NotUnsigned {
        span: Span,
        op: &'static str,
        ty: String,
        is_signed: bool,
    },
    /// A minus in front of what is no literal.
    Negation { span: Span },
    /// What has no value in any instance, perhaps only with the arguments of a call.
    Never {
        question: Box<Question>,
        call: Option<Span>,
    },
    /// What may have no value where one is needed.
    MayFail { question: Question, why: Necessity },
    /// Arithmetic in what the key of an account is found by.
    InKey { span: Span },
}

impl From<ArithmeticError> for Diagnostic {
    fn from(error: ArithmeticError) -> Self {
        match error {
            ArithmeticError::NotUnsigned { span, op, ty, is_signed: true } => {
                Self::new(Code::SignedArithmetic, format!("`{op}` is not for {ty}"))
                    .primary(span, "a signed number")
                    .note("arithmetic is for unsigned numbers; signed ones are carried and compared")
                    .help("take the value as an unsigned input, or have a contract compute it")
            }
            ArithmeticError::NotUnsigned { span, op, ty, is_signed: false } => {
                Self::new(Code::WrongOperand, format!("`{op}` is not for {ty}"))
                    .primary(span, format!("this is {ty}"))
                    .note("arithmetic is for unsigned numbers")
                    .help("use a field or another value that is a number")
            }
            ArithmeticError::Negation { span } => {
                Self::new(Code::SignedArithmetic, "`-` is not for a value")
                    .primary(span, "the result would be signed")
                    .note("only a literal can be negative; arithmetic is for unsigned numbers")
                    .help("take the negative number as an input, or subtract the value from another one")
            }
            ArithmeticError::Never { question, call } => never(&question, call),
            ArithmeticError::MayFail { question, why } => {
                let (title, fault, remedy) = match &question {
                    Question::Operation(it) => (
                        format!("`{}` may have no value", it.op.as_str()),
                        possible_fault(it),
                        remedy(it),
                    ),
                    Question::Converted(it) => (
                        "the converted amount may have no value".into(),
                        converted::possible_fault(it),
                        converted::REMEDY.into(),
                    ),
                };
                Self::new(Code::MayHaveNoValue, title)
                    .primary(span_of(&question), format!("it {fault}"))
                    .note(why.reason())
                    .help(remedy)
            }
            ArithmeticError::InKey { span } => {
                Self::new(Code::ArithmeticInKey, "arithmetic in the key of an account")
                    .primary(span, "the key of an account is derived from this")
                    .note("whoever delivers the message finds the accounts of a call by the delivery plan, which says where values stand and does no arithmetic")
                    .help("take the value as an input, or use the result of a step")
            }
        }
    }
}

impl Necessity {
    fn reason(self) -> &'static str {
        match self {
            Necessity::Compensation => {
                "a compensation has to succeed at last, so what it is given must always have a value"
            }
            Necessity::Owner => "whoever may claim a compensation must be known whenever it fails",
            Necessity::Unspent => {
                "whom it is held for must be known whenever the step could not spend it"
            }
            Necessity::Confirmation => {
                "a confirmation has to succeed at last, so what it is given must always have a value"
            }
            Necessity::Retriable => {
                "a retriable step has to succeed at last, so what it is given must always have a value"
            }
            Necessity::Condition => {
                "an `if` goes one way or the other in every instance, so its condition must always have a value"
            }
            Necessity::Result => {
                "when the results are computed all steps have run and nothing can be undone, so they must always have values"
            }
        }
    }
}

fn never(question: &Question, call: Option<Span>) -> Diagnostic {
    let (title, why, remedy) = match question {
        Question::Operation(it) => (
            format!("`{}` has no value", it.op.as_str()),
            fault(it),
            "or compute in a wider type",
        ),
        Question::Converted(it) => (
            "the converted amount has no value".into(),
            converted::fault(it),
            "or use another amount",
        ),
    };
    let diagnostic = Diagnostic::new(Code::NoValue, title);
    let span = span_of(question);
    match call {
        Some(call) => diagnostic
            .primary(call, format!("with these arguments it {why}"))
            .secondary(span, "in the function's value")
            .help(format!("correct the arguments, {remedy}")),
        None => diagnostic
            .primary(span, format!("it {why}"))
            .help(format!("correct the operation, {remedy}")),
    }
}

fn span_of(question: &Question) -> Span {
    match question {
        Question::Operation(operation) => operation.span,
        Question::Converted(converted) => converted.span,
    }
}

/// Why an operation has no value in any instance.
fn fault(operation: &Operation) -> String {
    match operation.op {
        ArithmeticOp::Sub => "goes below 0".into(),
        ArithmeticOp::Div | ArithmeticOp::Rem => "divides by 0".into(),
        ArithmeticOp::Add | ArithmeticOp::Mul => {
            let least = |side: Interval| side.least;
            let reached = reaches(operation, least);
            format!(
                "is {}, {}",
                reached.map_or_else(beyond, number),
                limit(operation)
            )
        }
    }
}

/// Why an operation may have no value.
fn possible_fault(operation: &Operation) -> String {
    match operation.op {
        ArithmeticOp::Sub => "may go below 0".into(),
        ArithmeticOp::Div | ArithmeticOp::Rem => "may divide by 0".into(),
        ArithmeticOp::Add | ArithmeticOp::Mul => {
            let most = |side: Interval| side.most;
            let reached = reaches(operation, most);
            let reached = reached.map(|most| format!("up to {}", number(most)));
            format!(
                "may be {}, {}",
                reached.unwrap_or_else(beyond),
                limit(operation)
            )
        }
    }
}

/// The number that a sum or product comes to with one end of each side; `None` if that is [`beyond`] all that can be written down.
fn reaches(operation: &Operation, end: impl Fn(Interval) -> U256) -> Option<U256> {
    let [left, right] = operation.sides.map(end);
    match operation.op {
        ArithmeticOp::Mul => left.checked_mul(right),
        _ => left.checked_add(right),
    }
}

fn beyond() -> String {
    "2^256 or more".into()
}

fn limit(operation: &Operation) -> String {
    let bits = operation.bits;
    let most = Interval::of_bits(bits).most;
    format!("and `u{bits}` holds at most {}", number(most))
}

/// A number, or the power of two that it lies right before if that is easier to read.
pub(super) fn number(number: U256) -> String {
    let bits = number.bits();
    let is_full = bits > 64 && number == U256::MAX >> (256 - bits);
    match is_full {
        true => format!("2^{bits} - 1"),
        false => number.to_string(),
    }
}

/// What to type instead.
fn remedy(operation: &Operation) -> String {
    match (operation.op, operation.bits) {
        (ArithmeticOp::Sub, _) => {
            "take the difference as an input, or have a contract compute it".into()
        }
        (ArithmeticOp::Div | ArithmeticOp::Rem, _) => {
            "divide by a literal, or take the result as an input".into()
        }
        (ArithmeticOp::Add | ArithmeticOp::Mul, 256) => {
            "start from narrower values, or take the result as an input".into()
        }
        (ArithmeticOp::Add | ArithmeticOp::Mul, bits) => format!(
            "widen a side first, as with `let wide: u{} = VALUE;`, or take the result as an input",
            2 * bits
        ),
    }
}
