//! Faults of chains and transports.

use super::quoted;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::vm::Vm;

/// A fault of a chain or transport.
#[derive(Clone, Debug)]
pub(in crate::sema) enum ChainError {
    /// A remote step without a transport.
    MissingTransport {
        span: Span,
        chain: String,
        usable: Vec<String>,
    },
    /// A transport that does not serve both ends.
    DoesNotReach {
        transport: Name,
        vm: Vm,
        chain: String,
        usable: Vec<String>,
    },
    /// A transport that this version cannot emit.
    NotEmitted {
        transport: Name,
        usable: Vec<String>,
    },
    /// `via` on a step of the home chain.
    ViaAtHome { via: Span, chain: String },
    /// A deadline that may pass before the message can arrive.
    DeadlineTooShort {
        span: Span,
        given: u64,
        least: u64,
        transport: &'static str,
        from: Vm,
    },
    /// An interface that belongs to another machine than the contract's chain.
    OtherVm {
        span: Span,
        chain: String,
        vm: Vm,
        found: Vm,
    },
    /// A constant used with two meanings.
    ConstantConflict {
        name: String,
        span: Span,
        first: Span,
        now: String,
        before: String,
    },
}

impl From<ChainError> for Diagnostic {
    fn from(error: ChainError) -> Self {
        match error {
            ChainError::MissingTransport {
                span,
                chain,
                usable,
            } => {
                let title = format!("step on `{chain}` has no transport");
                Self::new(Code::MissingTransport, title)
                    .primary(span, "runs on another chain than the workflow")
                    .note("a messaging layer has to carry its messages, and whom to trust with them is your choice")
                    .help(format!("write `transport {};` in the workflow, or `via` on the step", usable.join("` or `")))
            }
            ChainError::DoesNotReach {
                transport,
                vm,
                chain,
                usable,
            } => {
                let title = format!("`{}` does not reach `{chain}`", transport.value);
                Self::new(Code::TransportDoesNotReach, title)
                    .primary(transport.span, format!("it has no endpoint on {vm}"))
                    .help(format!(
                        "transports that connect the two chains: {}",
                        quoted(&usable)
                    ))
            }
            ChainError::NotEmitted { transport, usable } => {
                let title = format!(
                    "transport `{}` is not supported by this version",
                    transport.value
                );
                Self::new(Code::UnsupportedTransport, title)
                    .primary(transport.span, "known, but without an adapter yet")
                    .help(format!("use {}", quoted(&usable)))
            }
            ChainError::ViaAtHome { via, chain } => Self::new(
                Code::TransportAtHome,
                "a step of the home chain needs no transport",
            )
            .primary(
                via,
                format!("the step runs on `{chain}`, where the workflow is at home"),
            )
            .note("the coordinator calls the contract itself, in its own transaction")
            .help("remove the clause"),
            other => other.placement(),
        }
    }
}

impl ChainError {
    fn placement(self) -> Diagnostic {
        match self {
            Self::DeadlineTooShort {
                span,
                given,
                least,
                transport,
                from,
            } => {
                let (given, least) = (duration(given), duration(least));
                Diagnostic::new(Code::DeadlineTooShort, format!("{given} may pass before the message arrives"))
                    .primary(span, "shorter than the way of the message")
                    .note(format!("{transport} may need {least} from {from}: the sender's finality and the carrying"))
                    .help(format!("write `within {least}` or more; twice that leaves time for delivery"))
            }
            Self::OtherVm {
                span,
                chain,
                vm,
                found,
            } => Diagnostic::new(
                Code::InterfaceOfOtherVm,
                format!("this is the interface of a contract on {found}"),
            )
            .primary(span, format!("`{chain}` runs {vm}"))
            .help(format!("give the interface of the contract on `{chain}`")),
            Self::ConstantConflict {
                name,
                span,
                first,
                now,
                before,
            } => Diagnostic::new(
                Code::ConstantConflict,
                format!("constant `@{name}` is used in two ways"),
            )
            .primary(span, format!("here as {now}"))
            .secondary(first, format!("first as {before}"))
            .note("a profile binds each constant to one value of one chain")
            .help("use two constants"),
            other => unreachable!("{other:?} is said elsewhere"),
        }
    }
}

/// `30m`, `1h`, `90s`: in the greatest unit that says it exactly.
pub(super) fn duration(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let exact = units
        .iter()
        .find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit));
    exact.map_or_else(
        || format!("{seconds}s"),
        |(unit, letter)| format!("{}{letter}", seconds / unit),
    )
}
