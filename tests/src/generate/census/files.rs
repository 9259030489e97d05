//! Counts files, what they import, and what only the text says.

use std::collections::BTreeSet;

use xcc::syntax::ast::{Expr, ExprKind, Field, File, If, Item, Statement, Step};

use super::Census;
use super::calls::{for_each_expr, for_each_part};

impl Census {
    pub(super) fn count_files(&mut self, files: &[File]) {
        self.count(match files.len() {
            1 => "project of one file".to_owned(),
            count => format!("project of {count} files"),
        });
        let items = files.iter().flat_map(|file| &file.items);
        let is_workflow = |item: &&Item| matches!(item, Item::Workflow(_));
        let workflows = items.clone().filter(is_workflow).count();
        self.count_if(workflows > 1, "project with several workflows");
        let names: BTreeSet<_> = items.clone().map(|item| &item.name().value).collect();
        let is_twice = names.len() < items.clone().count();
        self.count_if(is_twice, "name of several declarations");
        for file in files {
            self.count_imports(file, files);
        }
        for item in items {
            self.count_docs(item);
            if let Item::Workflow(workflow) = item {
                for_each_expr(&workflow.body, &mut |_, expr| {
                    for_each_part(expr, &mut |part| self.count_bare(part));
                });
            }
        }
    }

    fn count_imports(&mut self, file: &File, files: &[File]) {
        let ends = file.items.iter().map(|item| item.span().range().start);
        let last = ends.max().unwrap_or_default();
        for import in &file.imports {
            let is_behind = import.span.range().start > last;
            self.count_if(is_behind, "import behind declarations");
            for name in &import.names {
                self.count_if(name.alias.is_some(), "import by another name");
                // Names of one kind are counted alike in all files.
                let items = files.iter().flat_map(|file| &file.items);
                let found = items.filter(|item| item.name().value == name.name.value);
                for kind in found.map(kind).collect::<BTreeSet<_>>() {
                    self.count(format!("import of a {kind}"));
                }
            }
        }
    }

    fn count_docs(&mut self, item: &Item) {
        let (docs, parts): (_, Vec<_>) = match item {
            Item::Chain(it) => (&it.docs, Vec::new()),
            Item::Asset(it) => (&it.docs, Vec::new()),
            Item::Contract(it) => (&it.docs, Vec::new()),
            Item::Const(it) => (&it.docs, Vec::new()),
            Item::Function(it) => (&it.docs, Vec::new()),
            Item::Enum(it) => (&it.docs, it.variants.iter().map(|it| &it.docs).collect()),
            Item::Record(it) => (&it.docs, docs_of(&it.fields).collect()),
            Item::Workflow(it) => {
                let parts = docs_of(&it.inputs).chain(docs_of(&it.results));
                (&it.docs, parts.collect())
            }
        };
        let kind = kind(item);
        self.count_if(!docs.is_empty(), &format!("documented {kind}"));
        let is_inside = parts.into_iter().any(|docs| !docs.is_empty());
        self.count_if(is_inside, &format!("documented part of a {kind}"));
    }

    /// An operand that is an operator's and has no parentheses, which would be before it.
    fn count_bare(&mut self, part: &Expr) {
        let ExprKind::Binary { left, right, .. } = &part.kind else {
            return;
        };
        let is_binary = |side: &Expr| matches!(side.kind, ExprKind::Binary { .. });
        let is_first = left.span.range().start == part.span.range().start;
        let is_last = right.span.range().end == part.span.range().end;
        self.count_if(
            is_binary(left) && is_first,
            "operator on the left of another",
        );
        self.count_if(
            is_binary(right) && is_last,
            "operator on the right of another",
        );
    }

    /// An `if` without braces around it.
    pub(super) fn count_chained(&mut self, choice: &If) {
        if let [Statement::If(inner)] = choice.otherwise.as_slice() {
            let is_chained = inner.span.range().end == choice.span.range().end;
            self.count_if(is_chained, "else if");
        }
    }

    /// Whether clauses stand in another order than in the grammar.
    pub(super) fn count_order(&mut self, step: &Step) {
        let budget = step.options.gas.as_ref().map(|gas| gas.span.range().start);
        let deadline = step.within.as_ref().map(|within| within.span.range().start);
        let is_behind = deadline.is_some() && budget > deadline;
        self.count_if(is_behind, "clauses in any order");
    }
}

fn docs_of(fields: &[Field]) -> impl Iterator<Item = &Vec<String>> {
    fields.iter().map(|field| &field.docs)
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Chain(_) => "chain",
        Item::Contract(_) => "contract",
        Item::Asset(_) => "asset",
        Item::Record(_) => "record",
        Item::Enum(_) => "enum",
        Item::Const(_) => "const",
        Item::Function(_) => "function",
        Item::Workflow(_) => "workflow",
    }
}
