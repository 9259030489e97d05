//! What a file imports: the names of other files' declarations, as names of this file.

use super::check::Checker;
use super::errors::ImportError;
use super::names::Reserved;
use super::symbols::{ChainItem, Item, ItemKind};
use crate::diagnostic::Reported;
use crate::load::{SourceFile, SourceTree};
use crate::source::Span;
use crate::syntax::ast::{self, ImportedName, Name};

/// What a file declares under a name. A chain may share its name with something else.
struct Own {
    chain: bool,
    item: bool,
}

impl Checker<'_> {
    /// Gives the chains that a file imports their names in it.
    pub(super) fn import_chains(&mut self, tree: &SourceTree, file: &SourceFile) {
        for (imported, from) in imported_names(file) {
            if !own(&tree.files[from].ast, &imported.name.value).chain {
                continue;
            }
            let found = self.symbols.chain_of(from, &imported.name.value);
            let (local, found) = (imported.local(), found.cloned());
            let taken = self.symbols.chain_place(&local.value);
            if let (Some(found), true) = (found, self.is_free(local, taken)) {
                let span = local.span;
                self.symbols
                    .add_chain(&local.value, ChainItem { span, ..found });
            }
        }
    }

    /// Gives everything else that a file imports its name in it.
    pub(super) fn import_items(&mut self, tree: &SourceTree, file: &SourceFile) {
        for (imported, from) in imported_names(file) {
            let (name, local) = (&imported.name, imported.local());
            self.check_word(local, Reserved::Allowed);
            let own = own(&tree.files[from].ast, &name.value);
            let kind = match self.symbols.item_of(from, &name.value) {
                Some(item) if own.item => item.kind.clone(),
                _ if own.chain => continue,
                _ => ItemKind::Faulty(self.unknown_import(tree, from, name)),
            };
            let kind = match kind {
                ItemKind::Workflow => {
                    ItemKind::Faulty(self.report(ImportError::Workflow { name: name.clone() }))
                }
                kind => kind,
            };
            self.add_import(local, kind);
        }
    }

    fn add_import(&mut self, local: &Name, kind: ItemKind) {
        let span = local.span;
        let taken = self.symbols.place(&local.value);
        if !self.is_free(local, taken) {
            return;
        }
        // What is not known may have been meant as a chain.
        if let ItemKind::Faulty(reported) = kind
            && self.symbols.chain_place(&local.value).is_none()
        {
            let chain = Err(reported);
            self.symbols
                .add_chain(&local.value, ChainItem { span, chain });
        }
        self.symbols.add(&local.value, Item { span, kind });
    }

    /// Whether a file has no other meaning for a name; if it has, that is an error.
    fn is_free(&mut self, local: &Name, taken: Option<Span>) -> bool {
        if let Some(first) = taken {
            let name = local.clone();
            self.report(ImportError::Taken { name, first });
        }
        taken.is_none()
    }

    fn unknown_import(&mut self, tree: &SourceTree, from: usize, name: &Name) -> Reported {
        let file = &tree.files[from];
        let mut others = imported_names(file);
        let origin = others.find(|(imported, _)| imported.local().value == name.value);
        let origin = origin.map(|(imported, origin)| {
            let path = tree.files[origin].path.clone();
            (imported.name.value.clone(), path)
        });
        let is_workflow = |item: &&ast::Item| matches!(item, ast::Item::Workflow(_));
        let known = file.ast.items.iter().filter(|item| !is_workflow(item));
        self.report(ImportError::Unknown {
            name: name.clone(),
            file: file.path.clone(),
            known: known.map(|item| item.name().value.clone()).collect(),
            origin,
        })
    }

    /// Warns of imports that nothing in their file uses.
    pub(super) fn warn_unused_imports(&mut self, tree: &SourceTree) {
        for (index, file) in tree.files.iter().enumerate() {
            for import in file.ast.imports.iter().filter(|it| it.names.is_empty()) {
                self.warn(ImportError::Nothing { span: import.span });
            }
            for (imported, _) in imported_names(file) {
                let name = imported.local();
                let is_used = self.within(index, |checker| checker.symbols.is_used(name.span));
                if !is_used {
                    self.warn(ImportError::Unused { name: name.clone() });
                }
            }
        }
    }
}

/// Every name that a file imports, with the position of the file it comes from.
fn imported_names(file: &SourceFile) -> impl Iterator<Item = (&ImportedName, usize)> {
    let imports = file.ast.imports.iter().zip(&file.imports);
    imports.flat_map(|(import, from)| import.names.iter().map(|name| (name, *from)))
}

fn own(file: &ast::File, name: &str) -> Own {
    let named = file.items.iter().filter(|item| item.name().value == name);
    let is_chain = |item: &&ast::Item| matches!(item, ast::Item::Chain(_));
    let (chains, items): (Vec<_>, Vec<_>) = named.partition(is_chain);
    Own {
        chain: !chains.is_empty(),
        item: !items.is_empty(),
    }
}
