//! Faults of what a call needs beside its arguments: value, accounts, objects, type arguments.

use super::{count, suggest};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::vm::Vm;

/// A fault of a binding.
#[derive(Clone, Debug)]
pub(in crate::sema) enum BindingError {
    /// A clause that the machine of the called contract has no use for.
    ClauseOfOtherVm {
        span: Span,
        clause: &'static str,
        belongs: &'static str,
        vm: Vm,
    },
    /// The instruction has no such account.
    UnknownAccount {
        name: Name,
        function: String,
        known: Vec<String>,
    },
    /// Accounts that nothing binds; each with the text to type.
    UnboundAccounts {
        span: Span,
        function: String,
        missing: Vec<(String, String)>,
    },
    /// An expression that names no account.
    NotAnAccount { span: Span, found: String },
    /// A binding that contradicts the interface.
    AccountConflict {
        span: Span,
        account: String,
        fixed: String,
    },
    /// A signer that the participant cannot sign for.
    Signer { span: Span, account: String },
    /// `none` for an account that must be there.
    NotOptional { span: Span, account: String },
    /// A list of seeds that derives no address.
    Seeds { span: Span, fault: String },
    /// The function has no such object parameter.
    UnknownObject {
        name: Name,
        function: String,
        known: Vec<String>,
    },
    /// Another number of objects than the function takes.
    UnboundObjects {
        span: Span,
        function: String,
        missing: Vec<String>,
    },
    /// An object bound to something that is no constant.
    NotAnObject { span: Span },
    /// A parameter that is neither plain data nor an object.
    NeitherDataNorObject {
        span: Span,
        param: String,
        ty: String,
    },
    /// Another number of type arguments than the function takes.
    TypeArguments {
        span: Span,
        function: String,
        expected: usize,
        found: usize,
    },
    /// A type argument that is no constant.
    NotAType { span: Span },
    /// A function that sees who sends the transaction, and no word of who that may be.
    SeesSender { span: Span, function: String },
    /// A function that does not see it, and a clause that says who that may be.
    IdleSender { span: Span, function: String },
    /// A sender other than `anyone`.
    NotAnyone { span: Span },
    /// The same account or object twice.
    Repeated { name: Name, first: Span },
}

impl From<BindingError> for Diagnostic {
    fn from(error: BindingError) -> Self {
        match error {
            BindingError::ClauseOfOtherVm {
                span,
                clause,
                belongs,
                vm,
            } => Self::new(
                Code::ClauseOfOtherVm,
                format!("`{clause}` means nothing on {vm}"),
            )
            .primary(span, format!("the call runs on {vm}"))
            .note(format!("the clause belongs to calls on {belongs}"))
            .help("remove the clause"),
            BindingError::Repeated { name, first } => Self::new(
                Code::DuplicateName,
                format!("`{}` is bound twice", name.value),
            )
            .primary(name.span, "bound again here")
            .secondary(first, "first bound here")
            .help("remove one of them"),
            other => other.account(),
        }
    }
}

impl BindingError {
    fn account(self) -> Diagnostic {
        match self {
            Self::UnknownAccount { name, function, known } => {
                let title = format!("`{function}` has no account `{}`", name.value);
                let diagnostic = Diagnostic::new(Code::UnknownAccount, title).primary(name.span, "not in its IDL");
                suggest(diagnostic, &name.value, &known)
            }
            Self::UnboundAccounts { span, function, missing } => {
                let title = format!("{} of `{function}` {} not bound", count(missing.len(), "account"), are(missing.len()));
                let entries: Vec<_> = missing.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                Diagnostic::new(Code::UnboundAccounts, title)
                    .primary(span, "needs every account of the instruction")
                    .note("accounts with a fixed address, derived addresses and well-known programs are found by themselves; these are not")
                    .help(format!("add `{}` to `accounts {{ … }}`, each bound to what it must be", entries.join(", ")))
            }
            Self::NotAnAccount { span, found } => {
                Diagnostic::new(Code::NotAnAccount, "this names no account")
                    .primary(span, found)
                    .help("write `@CONSTANT`, `pda(\"seed\", …)`, `pda_of(@PROGRAM, …)`, `ata(owner, mint)`, `program`, `self`, `payer`, or a value of type `address` of the chain")
            }
            Self::AccountConflict { span, account, fixed } => {
                Diagnostic::new(Code::AccountConflict, format!("account `{account}` is fixed by the interface"))
                    .primary(span, "another account")
                    .note(fixed)
                    .help("remove the entry; the account is found by itself")
            }
            Self::Signer { span, account } => {
                Diagnostic::new(Code::SignerAccount, format!("nobody can sign for `{account}`"))
                    .primary(span, "has to sign")
                    .note("in a delivery only the participant's own authority and the payer of the transaction can sign")
                    .help("bind it to `self`, which owns what the workflow holds on this chain, or to `payer`")
            }
            Self::NotOptional { span, account } => {
                Diagnostic::new(Code::NotAnAccount, format!("account `{account}` is not optional"))
                    .primary(span, "cannot be left out")
                    .help("bind it to an account")
            }
            Self::Seeds { span, fault } => Diagnostic::new(Code::InvalidSeeds, "seeds derive no address")
                .primary(span, fault)
                .note("an address is derived from at most 15 seeds of at most 32 bytes each, and a bump")
                .help("use literals, constants, `self`, integers, fixed bytes and addresses"),
            other => other.object(),
        }
    }

    fn object(self) -> Diagnostic {
        match self {
            Self::UnknownObject {
                name,
                function,
                known,
            } => {
                let title = format!("`{function}` has no object `{}`", name.value);
                let diagnostic = Diagnostic::new(Code::UnknownObject, title)
                    .primary(name.span, "not in its interface");
                suggest(diagnostic, &name.value, &known)
            }
            Self::UnboundObjects {
                span,
                function,
                missing,
            } => {
                let title = format!(
                    "{} of `{function}` {} not bound",
                    count(missing.len(), "object"),
                    are(missing.len())
                );
                let entries: Vec<_> = missing
                    .iter()
                    .map(|name| format!("{name}: @{}", name.to_uppercase()))
                    .collect();
                Diagnostic::new(Code::UnboundObjects, title)
                    .primary(span, "needs every object of the function")
                    .note("the participant checks each object's identity before the call, so it has to be named")
                    .help(format!("add `{}` to `objects {{ … }}`", entries.join(", ")))
            }
            Self::NotAnObject { span } => {
                Diagnostic::new(Code::NotAnObject, "this names no object")
                    .primary(span, "must be a constant")
                    .help("write `@NAME`, and bind it to the object's id in `xcc.toml`")
            }
            other => other.type_argument(),
        }
    }

    fn type_argument(self) -> Diagnostic {
        match self {
            Self::NeitherDataNorObject { span, param, ty } => Diagnostic::new(
                Code::NotAnObject,
                format!("nothing can be given for {param}"),
            )
            .primary(span, format!("`{ty}` is neither plain data nor an object"))
            .note("only Move code that holds such a value can pass it on")
            .help("call another function, or put a small adapter module in between"),
            Self::TypeArguments {
                span,
                function,
                expected,
                found,
            } => {
                let names: Vec<_> = (1..=expected)
                    .map(|place| format!("@TYPE{place}"))
                    .collect();
                let diagnostic = Diagnostic::new(
                    Code::TypeArgumentCount,
                    format!("`{function}` takes {}", count(expected, "type argument")),
                )
                .primary(span, format!("{found} given"));
                match expected {
                    0 => diagnostic.help("remove the clause"),
                    _ => diagnostic.help(format!("write `types [{}]`", names.join(", "))),
                }
            }
            Self::SeesSender { span, function } => {
                let title = format!("`{function}` sees who sends the transaction");
                Diagnostic::new(Code::SeesSender, title)
                    .primary(span, "anybody may send it")
                    .note("Sui hands the function its `TxContext`; what it gives `ctx.sender()` goes to whoever delivers the message")
                    .help("call a function that is told who gets what it gives; write `sender anyone` if it gives who sends it nothing")
            }
            Self::IdleSender { span, function } => {
                let title = format!("`{function}` does not see who sends the transaction");
                Diagnostic::new(Code::IdleSender, title)
                    .primary(span, "it takes no `TxContext`")
                    .help("remove the clause")
            }
            Self::NotAnyone { span } => {
                Diagnostic::new(Code::WrongAuthority, "a call waits for nobody")
                    .primary(span, "must be `anyone`")
                    .note("anybody may deliver a message, or a workflow would stand still without the one who may")
                    .help("write `sender anyone` if the function gives who sends it nothing, else call one that is told who gets what it gives")
            }
            Self::NotAType { span } => Diagnostic::new(Code::NotAType, "this names no Move type")
                .primary(span, "must be a constant")
                .help("write `@NAME`, and bind it to a type such as `0x2::sui::SUI` in `xcc.toml`"),
            other => unreachable!("{other:?} is said elsewhere"),
        }
    }
}

const fn are(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}
