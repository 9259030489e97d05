//! Faults of imports, and of names in files that are built together.

use super::suggest;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A fault of an import.
#[derive(Clone, Debug)]
pub(in crate::sema) enum ImportError {
    /// The file declares nothing of the name.
    Unknown {
        name: Name,
        file: String,
        known: Vec<String>,
        /// If the file imports it itself: what it is called where it is declared, and in which file that is.
        origin: Option<(String, String)>,
    },
    /// A workflow.
    Workflow { name: Name },
    /// The file has the name already.
    Taken { name: Name, first: Span },
    /// An earlier file declares a chain, a contract or a workflow of the same name.
    Elsewhere {
        name: Name,
        first: Span,
        /// The earlier file, if the name can be imported from it.
        file: Option<String>,
    },
    /// Nothing in the file uses the name.
    Unused { name: Name },
    /// Braces without a name.
    Nothing { span: Span },
}

impl From<ImportError> for Diagnostic {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unknown {
                name,
                file,
                known,
                origin,
            } => unknown(&name, &file, &known, origin),
            ImportError::Workflow { name } => {
                let title = format!("workflow `{}` cannot be imported", name.value);
                Self::new(Code::WorkflowImported, title)
                    .primary(name.span, "a workflow")
                    .note("nothing can refer to a workflow; the workflows of all files are built together")
                    .help("remove the name; to build a file, list it under `source` in `xcc.toml`")
            }
            ImportError::Taken { name, first } => {
                let title = format!("the file has another `{}`", name.value);
                Self::new(Code::DuplicateName, title)
                    .primary(name.span, "imported here")
                    .secondary(first, "the same name here")
                    .help("give one of them another name; an import is renamed with `as`")
            }
            ImportError::Elsewhere { name, first, file } => {
                let title = format!("`{}` is declared in two files", name.value);
                let help = match file {
                    Some(file) => format!(
                        "import it from `{file}` if both are the same, and else rename one of them"
                    ),
                    None => "rename one of them".to_owned(),
                };
                Self::new(Code::DuplicateName, title)
                    .primary(name.span, "declared again here")
                    .secondary(first, "first declared here")
                    .note("`xcc.toml` binds chains, contracts and workflows by name, so each name stands for one of them in all files")
                    .help(help)
            }
            ImportError::Unused { name } => {
                let title = format!("import `{}` is never used", name.value);
                Self::new(Code::Unused, title)
                    .primary(name.span, "used by nothing in this file")
                    .help("remove it")
            }
            ImportError::Nothing { span } => Self::new(Code::Unused, "import without names")
                .primary(span, "imports nothing")
                .help("remove it; to build a file, list it under `source` in `xcc.toml`"),
        }
    }
}

fn unknown(
    name: &Name,
    file: &str,
    known: &[String],
    origin: Option<(String, String)>,
) -> Diagnostic {
    let title = format!("`{file}` declares no `{}`", name.value);
    let diagnostic = Diagnostic::new(Code::UnknownImport, title).primary(name.span, "not there");
    match origin {
        Some((name, origin)) => {
            diagnostic
                .note("what a file imports is not its own")
                .help(format!(
                    "import `{name}` from `{origin}`, which declares it"
                ))
        }
        None => suggest(diagnostic, &name.value, known),
    }
}
