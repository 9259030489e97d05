//! Faults of functions of the file and of calls of them.

use super::count;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of a function or of a call of one.
#[derive(Clone, Debug)]
pub(in crate::sema) enum FunctionError {
    /// A function that calls itself, perhaps through others.
    Recursive {
        /// The call that closes the circle.
        call: Span,
        function: Name,
        path: Vec<String>,
    },
    /// A call with too many or too few arguments.
    ArgumentCount {
        span: Span,
        function: String,
        /// Where it is declared, if the source does that.
        declared: Option<Span>,
        params: Vec<String>,
        found: usize,
    },
    /// A parameter or a value that the function does without.
    Unused { name: Name, what: &'static str },
}

impl From<FunctionError> for Diagnostic {
    fn from(error: FunctionError) -> Self {
        match error {
            FunctionError::Recursive {
                call,
                function,
                path,
            } => {
                let title = format!("function `{}` calls itself", function.value);
                let path: Vec<_> = path.iter().map(|name| format!("`{name}`")).collect();
                Self::new(Code::RecursiveFunction, title)
                    .primary(call, format!("through {}", path.join(" → ")))
                    .secondary(function.span, "declared here")
                    .note("a call is the function's value with the arguments written out, which would never end")
                    .help("write the repeated part out, or have a contract compute the value")
            }
            FunctionError::ArgumentCount {
                span,
                function,
                declared,
                params,
                found,
            } => {
                let title = format!("`{function}` takes {}", count(params.len(), "argument"));
                let diagnostic =
                    Self::new(Code::ArgumentCount, title).primary(span, format!("{found} given"));
                let diagnostic = match declared {
                    Some(declared) => diagnostic.secondary(declared, "declared here"),
                    None => diagnostic,
                };
                let params = params.join(", ");
                diagnostic.help(format!("call it as `{function}({params})`"))
            }
            FunctionError::Unused { name, what } => Self::new(
                Code::Unused,
                format!("{what} `{}` is never used", name.value),
            )
            .primary(name.span, "the function does without it")
            .help("remove it"),
        }
    }
}
