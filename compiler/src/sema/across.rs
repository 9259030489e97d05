//! Names that have one meaning in the whole project, whichever file declares them.
//!
//! `xcc.toml` binds chains, contracts, assets and workflows by name, so no two files declare one of the same name. Records and enums belong to
//! their file; where two files have one of the same name, emitted code calls the one that is read later by its file as well.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::check::Checker;
use super::errors::{ImportError, NameError};
use super::limits::MAX_NAME;
use super::names::translated;
use crate::diagnostic::Reported;
use crate::entities::{Enum, Record};
use crate::load::SourceTree;
use crate::source::{SourceId, Span};
use crate::syntax::ast::{self, Name};

/// A type that emitted code has a name for.
#[derive(Clone, Copy, Debug)]
enum Named {
    Record(Record),
    Enum(Enum),
}

impl Checker<'_> {
    /// Reports chains, contracts, assets and workflows that two files declare, or whose names become one in emitted code.
    pub(super) fn check_names_across(&mut self, tree: &SourceTree) -> Result<(), Reported> {
        let before = self.diagnostics.error_count();
        let is_chain = |item: &&ast::Item| matches!(item, ast::Item::Chain(_));
        let chains = items(tree).filter(is_chain);
        self.check_once(chains, tree);
        self.check_once(items(tree).filter(|item| is_bound(item)), tree);
        self.diagnostics.ok_since(before)
    }

    fn check_once<'t>(&mut self, items: impl Iterator<Item = &'t ast::Item>, tree: &SourceTree) {
        let mut names: HashMap<String, &Name> = HashMap::new();
        for item in items {
            let name = item.name();
            let first = *names.entry(translated(&name.value)).or_insert(name);
            if first.span.source == name.span.source {
                continue;
            }
            let (first, name) = (first.clone(), name.clone());
            if first.value != name.value {
                self.report(NameError::Collision { name, first });
                continue;
            }
            let is_workflow = matches!(item, ast::Item::Workflow(_));
            let file = (!is_workflow).then(|| path_of(tree, first.span).to_owned());
            let first = first.span;
            self.report(ImportError::Elsewhere { name, first, file });
        }
    }

    /// Gives each record and enum the name it has in emitted code, which no other declaration of the project has.
    pub(super) fn name_types(&mut self, tree: &SourceTree) {
        let declared = items(tree).filter(|item| !matches!(item, ast::Item::Chain(_)));
        let declared: HashSet<_> = declared
            .map(|item| translated(&item.name().value))
            .collect();
        let bound = items(tree).filter(|item| is_bound(item));
        let mut taken: HashMap<String, SourceId> = bound
            .map(|item| (translated(&item.name().value), item.name().span.source))
            .collect();
        for (span, named) in self.types_by_place() {
            let name = self.type_name(named).clone();
            let source = span.source;
            if *taken.entry(translated(&name)).or_insert(source) == source {
                continue;
            }
            let is_free = |name: &String| {
                let spelt = translated(name);
                !declared.contains(&spelt) && !taken.contains_key(&spelt)
            };
            let qualified = qualified(&name, path_of(tree, span)).find(is_free);
            let qualified = qualified.expect("one of endlessly many names is free");
            taken.insert(translated(&qualified), source);
            *self.type_name(named) = qualified;
        }
    }

    /// Records and enums in the order in which they are read. A file is read before what it imports, so an import does not change the names
    /// of what was there before.
    fn types_by_place(&self) -> BTreeMap<Span, Named> {
        let records = self.declarations.records.iter();
        let records = records.map(|(id, record)| (record.span, Named::Record(id)));
        let enums = self.declarations.enums.iter();
        let enums = enums.map(|(id, declared)| (declared.span, Named::Enum(id)));
        records.chain(enums).collect()
    }

    fn type_name(&mut self, named: Named) -> &mut String {
        match named {
            Named::Record(id) => &mut self.declarations.records[id].name,
            Named::Enum(id) => &mut self.declarations.enums[id].name,
        }
    }
}

/// What all files declare.
fn items(tree: &SourceTree) -> impl Iterator<Item = &ast::Item> {
    tree.files.iter().flat_map(|file| &file.ast.items)
}

/// Whether `xcc.toml` binds the name, chains apart.
fn is_bound(item: &ast::Item) -> bool {
    matches!(
        item,
        ast::Item::Contract(_) | ast::Item::Asset(_) | ast::Item::Workflow(_)
    )
}

fn path_of(tree: &SourceTree, span: Span) -> &str {
    let mut files = tree.files.iter();
    let file = files.find(|file| file.ast.span.source == span.source);
    file.map_or("", |file| &file.path)
}

/// Longer names for a declaration of a file, the plainest first: after the file, after its folders as well, and numbered.
fn qualified<'n>(name: &'n str, path: &'n str) -> impl Iterator<Item = String> + 'n {
    let path = path.strip_suffix(".xcc").unwrap_or(path);
    let parts: Vec<_> = path.split('/').map(word).collect();
    let by_file = (0..parts.len())
        .rev()
        .map(move |first| format!("{}{name}", parts[first..].concat()));
    let numbered = (2_u32..).map(move |number| {
        let number = number.to_string();
        let kept = name.len().min(MAX_NAME - number.len());
        format!("{}{number}", &name[..kept])
    });
    let is_name = |name: &String| {
        name.len() <= MAX_NAME && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    by_file.chain(numbered).filter(is_name)
}

/// A part of a path as the beginning of a name: `shared-chains` is `SharedChains`.
fn word(part: &str) -> String {
    let words = part.split(|c: char| !c.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        first.to_ascii_uppercase() + rest
    };
    words.map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_qualified_by_as_little_of_the_path_as_is_needed() {
        let names: Vec<_> = qualified("Order", "shared/swap-desk.xcc").take(4).collect();
        let expected = ["SwapDeskOrder", "SharedSwapDeskOrder", "Order2", "Order3"];
        assert_eq!(names, expected);
        assert_eq!(
            qualified("Order", "2.xcc").next().as_deref(),
            Some("Order2")
        );
        assert_eq!(
            qualified("Order", "ä.xcc").nth(1).as_deref(),
            Some("Order2")
        );
        let long = "A".repeat(MAX_NAME);
        let names: Vec<_> = qualified(&long, "shared/swap.xcc").take(9).collect();
        assert_eq!(names[0], format!("{}2", "A".repeat(MAX_NAME - 1)));
        assert_eq!(names[8], format!("{}10", "A".repeat(MAX_NAME - 2)));
    }
}
