//! Faults of types and of the values that should have them.

use super::count;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of a type.
#[derive(Clone, Debug)]
pub(in crate::sema) enum TypeError {
    /// A value of another type than the place needs.
    Mismatch {
        span: Span,
        found: String,
        wanted: String,
        note: Option<String>,
    },
    /// An address of another chain than the place needs.
    AddressOfOtherChain {
        span: Span,
        found: String,
        wanted: String,
    },
    /// A conversion that would lose values.
    Narrowing {
        span: Span,
        found: String,
        wanted: String,
        parameter: Option<String>,
    },
    /// A call with too many or too few arguments.
    ArgumentCount {
        span: Span,
        function: String,
        params: Vec<String>,
        found: usize,
    },
    /// An integer literal its type cannot hold.
    OutOfRange {
        span: Span,
        ty: String,
        range: String,
    },
    /// A byte or string literal of the wrong length.
    LiteralLength {
        span: Span,
        found: usize,
        wanted: String,
    },
    /// A literal or constant whose type nothing tells.
    Untyped { span: Span, what: &'static str },
    /// An operator on types it is not for.
    WrongOperand {
        span: Span,
        op: &'static str,
        ty: String,
        note: &'static str,
    },
    /// A record value or a `return` that leaves something out.
    MissingFields {
        span: Span,
        owner: String,
        missing: Vec<String>,
    },
    /// A parameter that no type of the language can stand for.
    Unrepresentable {
        span: Span,
        param: String,
        ty: String,
        reason: String,
    },
    /// A result that cannot be used as it is.
    UnusableResult {
        span: Span,
        step: String,
        ty: String,
        reason: String,
        help: Option<String>,
    },
    /// A type given to a result that no type stands for.
    OpaqueResult {
        span: Span,
        ty: String,
        reason: String,
    },
    /// A type given to a result that the interface contradicts.
    ResultType {
        span: Span,
        found: String,
        wanted: String,
    },
    /// A record that contains itself.
    RecursiveRecord { name: Name, path: Vec<String> },
    /// A bound of zero or over the limit.
    Bound {
        span: Span,
        value: u64,
        least: u64,
        most: u64,
    },
    /// An enum of more variants than a byte can tell apart.
    Variants {
        span: Span,
        count: usize,
        most: usize,
    },
    /// A Move result that must be used.
    LinearResult {
        span: Span,
        function: String,
        why: String,
    },
    /// A Move value given away.
    LinearParameter {
        span: Span,
        param: String,
        ty: String,
        /// Whether the value is an amount of an asset.
        is_asset: bool,
    },
    /// A `value` clause on a function that takes none.
    NotPayable { span: Span, function: String },
}

impl From<TypeError> for Diagnostic {
    fn from(error: TypeError) -> Self {
        match error {
            TypeError::Mismatch { span, found, wanted, note } => {
                let diagnostic = Self::new(Code::TypeMismatch, format!("expected {wanted}, found {found}"))
                    .primary(span, format!("this is {found}"));
                match note {
                    Some(note) => diagnostic.note(note),
                    None => diagnostic,
                }
            }
            TypeError::AddressOfOtherChain { span, found, wanted } => {
                Self::new(Code::AddressOfOtherChain, format!("expected {wanted}, found {found}"))
                    .primary(span, "an address of another chain")
                    .note("an address means nothing on another chain: sent there, value would be lost to a key nobody has")
                    .help(format!("take the recipient's {wanted} as an input of its own"))
            }
            TypeError::Narrowing { span, found, wanted, parameter } => {
                let diagnostic = Self::new(Code::NarrowingConversion, format!("{found} does not always fit {wanted}"))
                    .primary(span, format!("this is {found}"))
                    .note("a conversion that could lose a part of the value is never made")
                    .help(format!("declare the value as {wanted} where it enters the workflow"));
                match parameter {
                    Some(parameter) => diagnostic.note(parameter),
                    None => diagnostic,
                }
            }
            TypeError::ArgumentCount { span, function, params, found } => argument_count(span, &function, &params, found),
            TypeError::MissingFields { span, owner, missing } => {
                let missing: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
                Self::new(Code::MissingField, format!("{owner} lacks {}", missing.join(", ")))
                    .primary(span, "not complete")
                    .help(format!("add {}", missing.join(", ")))
            }
            TypeError::RecursiveRecord { name, path } => {
                Self::new(Code::RecursiveRecord, format!("record `{}` contains itself", name.value))
                    .primary(name.span, format!("through {}", path.join(" → ")))
                    .note("its values would have no greatest size, so no message could carry them")
                    .help("break the circle, for example with an index in place of the record")
            }
            other => other.value(),
        }
    }
}

impl TypeError {
    fn value(self) -> Diagnostic {
        match self {
            Self::OutOfRange { span, ty, range } => Diagnostic::new(
                Code::IntegerOutOfRange,
                format!("number does not fit `{ty}`"),
            )
            .primary(span, format!("`{ty}` holds {range}"))
            .help("use a smaller number or a wider type"),
            Self::LiteralLength {
                span,
                found,
                wanted,
            } => Diagnostic::new(Code::LiteralLength, "literal has the wrong length")
                .primary(span, format!("{}, but {wanted}", count(found, "byte")))
                .help("change the literal or the type"),
            Self::Untyped { span, what } => Diagnostic::new(
                Code::UnknownLiteralType,
                format!("type of {what} is not known"),
            )
            .primary(span, "nothing here tells its type")
            .help("compare it with, or pass it to, something that has a type"),
            Self::WrongOperand { span, op, ty, note } => {
                Diagnostic::new(Code::WrongOperand, format!("`{op}` is not for {ty}"))
                    .primary(span, format!("this is {ty}"))
                    .note(note)
                    .help("compare a field or another value that the operator is for")
            }
            Self::Bound {
                span,
                value,
                least,
                most,
            } => Diagnostic::new(
                Code::BoundOutOfRange,
                format!("bound {value} is out of range"),
            )
            .primary(span, format!("must be {least} to {most}"))
            .note("messages carry lengths in two bytes")
            .help(format!("choose a bound from {least} to {most}")),
            Self::Variants { span, count, most } => {
                Diagnostic::new(Code::BoundOutOfRange, format!("enum with {count} variants"))
                    .primary(span, format!("may have at most {most}"))
                    .note("messages carry the position of a variant in one byte")
                    .help("leave some out, or take a number in place of the enum")
            }
            Self::NotPayable { span, function } => {
                Diagnostic::new(Code::NotPayable, format!("`{function}` takes no value"))
                    .primary(span, "it would refuse the call")
                    .note("the interface does not mark the function as payable")
                    .help("remove the `value` clause")
            }
            other => other.target(),
        }
    }

    fn target(self) -> Diagnostic {
        match self {
            Self::Unrepresentable { span, param, ty, reason } => {
                Diagnostic::new(Code::UnrepresentableParameter, format!("no value can be given for {param}"))
                    .primary(span, format!("it has the type `{ty}`"))
                    .note(reason)
                    .help("call another function, or put a small adapter contract in between")
            }
            Self::UnusableResult { span, step, ty, reason, help } => {
                let title = format!("result of `{step}` cannot be used");
                let diagnostic = Diagnostic::new(Code::UnusableResult, title)
                    .primary(span, format!("it has the type `{ty}`"))
                    .note(reason);
                match help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                }
            }
            Self::OpaqueResult { span, ty, reason } => {
                Diagnostic::new(Code::UnusableResult, format!("no type stands for the result `{ty}`"))
                    .primary(span, "cannot be read into this")
                    .note(reason)
                    .help("name the result `_` and do without it")
            }
            Self::ResultType { span, found, wanted } => {
                Diagnostic::new(Code::WrongResultType, format!("the function returns {wanted}"))
                    .primary(span, format!("{found} is something else"))
                    .note("the clause after the call may give a bound or name a record, not change the type")
                    .help(format!("write {wanted}"))
            }
            Self::LinearResult { span, function, why } => {
                Diagnostic::new(Code::LinearResult, format!("`{function}` returns a value that must be used"))
                    .primary(span, why)
                    .note("Move lets no one discard such a value, and a step keeps none: holdings are what a `take` takes")
                    .help("call a function that keeps or transfers the value itself, such as an entry function")
            }
            Self::LinearParameter {
                span,
                param,
                ty,
                is_asset,
            } => {
                let diagnostic = Diagnostic::new(Code::LinearParameter, format!("{param} takes a Move value for good"))
                    .primary(span, format!("`{ty}` is passed by value"))
                    .note("only its owner can give such a value away");
                diagnostic.help(match is_asset {
                    true => "say which holding the step gives away: `spend HOLDING`",
                    false => "call a function that takes a reference, plain data or coins",
                })
            }
            other => unreachable!("{other:?} is said elsewhere"),
        }
    }
}

fn argument_count(span: Span, function: &str, params: &[String], found: usize) -> Diagnostic {
    let title = format!("`{function}` takes {}", count(params.len(), "argument"));
    let signature = format!("{function}({})", params.join(", "));
    Diagnostic::new(Code::ArgumentCount, title)
        .primary(span, format!("{found} given"))
        .note("objects, accounts, signers and type arguments have clauses of their own")
        .help(format!("its arguments are `{signature}`"))
}
