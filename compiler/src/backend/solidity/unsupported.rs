//! What there is no Solidity for, and what to write instead.

use thiserror::Error;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// The most arguments of a call that the compiler's stack has room for beside the call itself.
pub(super) const MAX_ARGUMENTS: usize = 10;
/// The most results of a call that can be used, for the same reason.
pub(super) const MAX_CALL_RESULTS: usize = 6;
/// The most fields of an event, for the same reason.
pub(super) const MAX_EVENT_FIELDS: usize = 10;

/// Something that cannot be said in Solidity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Unsupported {
    /// The stack has no room for so many arguments.
    #[error(
        "`{function}` takes {count} arguments, and a Solidity contract can pass at most {MAX_ARGUMENTS}"
    )]
    Arguments { function: String, count: usize },
    /// The stack has no room for so many results.
    #[error(
        "{count} results of `{function}` are used, and a Solidity contract can take at most {MAX_CALL_RESULTS}"
    )]
    CallResults { function: String, count: usize },
    /// The stack has no room for so many results beside so many arguments.
    #[error(
        "`{function}` takes {arguments} arguments while {results} results of its transaction are used, and a Solidity function has no room for so many values"
    )]
    Stack {
        function: String,
        results: usize,
        arguments: usize,
    },
    /// An argument of which a part would have to be converted in each element of a list.
    #[error("an argument of `{function}` cannot be turned into `{target}`")]
    Argument { function: String, target: String },
    /// The stack has no room for so many lists that are made of other values.
    #[error(
        "{lists} lists are made in one transaction, and a Solidity function has room for {most}"
    )]
    Lists { lists: usize, most: usize },
    /// The stack has no room for so many of them beside so many arguments.
    #[error(
        "`{function}` takes {arguments} arguments while {lists} lists are made in its transaction, and a Solidity function has no room for so many values"
    )]
    ListsForCall {
        function: String,
        lists: usize,
        arguments: usize,
    },
    /// The stack has no room for what decodes it.
    #[error("input `{input}` nests lists and records too deep for the Solidity compiler's stack")]
    Nesting { input: String },
    /// One function for elements of two types.
    #[error(
        "`{function}` is given lists of different types, and a Solidity interface declares it for one of them"
    )]
    TwoTypes { function: String },
    /// A result that is not one word.
    #[error(
        "a used result of `{function}` is `{result}`, and only results of one word can be used"
    )]
    Result { function: String, result: String },
    /// A call with value.
    #[error(
        "`{function}` is sent a `value` that nobody brings; take the native currency and `spend` it"
    )]
    Value { function: String },
    /// The stack has no room for so many results.
    #[error(
        "the workflow returns {count} values, and a Solidity event can carry at most {MAX_EVENT_FIELDS}"
    )]
    Results { count: usize },
    /// Two files of one name.
    #[error("two contracts would be called `{name}`")]
    Name { name: String },
    /// A chain that is not named as EVM chains are.
    #[error("`{caip2}` names no EVM chain")]
    Chain { caip2: String },
}

/// Reports one, where it stands in the source.
pub(super) fn report(diagnostics: &mut Diagnostics, span: Span, unsupported: &Unsupported) {
    let diagnostic = Diagnostic::new(Code::SolidityUnsupported, unsupported.to_string());
    let diagnostic = diagnostic.primary(span, "not possible in Solidity");
    diagnostics.error(match unsupported.help() {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    });
}

impl Unsupported {
    /// What to write instead, where the message does not say it.
    const fn help(&self) -> Option<&'static str> {
        match self {
            Unsupported::Arguments { .. } => Some("call a function with fewer arguments"),
            Unsupported::CallResults { .. } => Some("use fewer of its results"),
            Unsupported::Stack { .. } => Some(
                "use fewer of the results, call a function with fewer arguments, or take the call out of the `atomic`",
            ),
            Unsupported::Results { .. } => Some("return fewer values"),
            Unsupported::Name { .. } => Some("give one of the workflows another name"),
            Unsupported::Argument { .. } => Some("call a function that takes its parts one by one"),
            Unsupported::Lists { .. } | Unsupported::ListsForCall { .. } => {
                Some("take the lists as inputs, or make fewer of them")
            }
            Unsupported::Nesting { .. } => Some("take its inner parts as inputs of their own"),
            Unsupported::TwoTypes { .. } => Some("use one record or enum in both calls"),
            Unsupported::Result { .. } => {
                Some("use another result, or call a function that returns its parts one by one")
            }
            Unsupported::Chain { .. } => Some("write `id = \"eip155:NUMBER\"` in `xcc.toml`"),
            Unsupported::Value { .. } => None,
        }
    }
}
