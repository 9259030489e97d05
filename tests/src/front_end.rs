//! Takes source files that are in no folder from text to a checked package.

use xcc::diagnostic::Diagnostics;
use xcc::hir::Package;
use xcc::load::{SourceTree, load};
use xcc::project::{MANIFEST, ReadError};
use xcc::sema::{Interfaces, check};
use xcc::source::{SourceMap, Span, Spanned};

/// What begins the line before each further file of a text.
const NEXT_FILE: &str = "// --- ";

/// What the front end made of a text.
#[derive(Debug)]
pub struct Outcome {
    /// The text's files, for rendering.
    pub sources: SourceMap,
    /// What was found.
    pub diagnostics: Diagnostics,
    /// The files, if all of them were parsed.
    pub tree: Option<SourceTree>,
    /// The package, if it is sound.
    pub package: Option<Package>,
}

/// Parses and checks the files in a text, the first of which is called `name`, against the interfaces that are given for them.
pub fn run(
    name: &str,
    text: &str,
    interfaces: impl FnOnce(&SourceTree, &mut Diagnostics) -> Interfaces,
) -> Outcome {
    let files = parts(name, text);
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let manifest = sources.add(MANIFEST, "");
    let root = Spanned::new(name.to_owned(), Span::new(manifest, 0, 0));
    let mut read = |path: &str, named, diagnostics: &mut Diagnostics| {
        let found = files.iter().find(|(known, _)| known == path);
        let missing = ReadError::NotFound(path.to_owned());
        let (_, text) =
            found.ok_or_else(|| missing.report(Some(named), &mut sources, diagnostics))?;
        Ok((sources.add(path, text.as_str()), text.clone()))
    };
    let tree = load(&[root], &mut read, &mut diagnostics).ok();
    let package = tree.as_ref().and_then(|tree| {
        let interfaces = interfaces(tree, &mut diagnostics);
        check(tree, &interfaces, &mut diagnostics).ok()
    });
    Outcome {
        sources,
        diagnostics,
        tree,
        package,
    }
}

/// The files in a text, by path: what follows a line `// --- PATH` is another file.
fn parts(name: &str, text: &str) -> Vec<(String, String)> {
    let mut parts = text.split(NEXT_FILE);
    let first = parts.next().unwrap_or_default();
    let others = parts.map(|part| part.split_once('\n').unwrap_or((part, "")));
    [(name, first)]
        .into_iter()
        .chain(others)
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}
