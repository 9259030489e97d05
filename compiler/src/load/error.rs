//! What can be wrong with how files import each other, and how it is said.

use super::path::PathFault;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

/// An import that can name no file.
pub(super) fn unusable(path: &Spanned<String>, fault: PathFault) -> Diagnostic {
    let new = |title: String| Diagnostic::new(Code::ImportPath, title);
    let written = &path.value;
    match fault {
        PathFault::NotRelative(reason) => new("an import needs a relative path".to_owned())
            .primary(path.span, reason)
            .help("begin at the folder of this file, as in `\"shared/chains.xcc\"` or `\"../chains.xcc\"`"),
        PathFault::Outside => new(format!("`{written}` leads out of the project"))
            .primary(path.span, "not below the folder of `xcc.toml`")
            .note("a project is built from its own files, so that it means the same wherever it is checked out")
            .help("put the file below the folder of `xcc.toml`"),
        PathFault::NotASource => new(format!("`{written}` is no source file"))
            .primary(path.span, "does not end in `.xcc`")
            .help("the interface of a contract is named where the contract is declared: `contract Vault on ethereum from \"abi/Vault.json\";`"),
    }
}

/// One import on the way round a circle: the file it stands in, and the file it names.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) span: Span,
}

/// Files that import each other. The last link leads back to the first.
pub(super) fn circle(links: &[Link]) -> Diagnostic {
    let Some((last, before)) = links.split_last() else {
        unreachable!("a circle has a link")
    };
    let title = match before {
        [] => format!("`{}` imports itself", last.from),
        _ => format!("`{}` imports itself around a circle", last.to),
    };
    let mut diagnostic = Diagnostic::new(Code::ImportCycle, title).primary(
        last.span,
        format!("`{}` imports `{}` again", last.from, last.to),
    );
    for link in before {
        let text = format!("`{}` imports `{}`", link.from, link.to);
        diagnostic = diagnostic.secondary(link.span, text);
    }
    match before {
        [] => diagnostic.help("remove the import: a file sees everything it declares"),
        _ => {
            diagnostic.help("move what both need into a file of its own, and import that into both")
        }
    }
}
