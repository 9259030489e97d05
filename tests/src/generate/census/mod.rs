//! Counts what projects consist of, as the checker understood them: so that a generator that stops producing something is noticed.

mod calls;
mod exprs;
mod files;
mod flow;
mod money;
mod statements;

use std::collections::BTreeMap;
use std::fmt;

use xcc::syntax::ast::{Expr, ExprKind, File, Item};
use xcc::types::Type;

use super::Front;

/// How often each construct was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    counts: BTreeMap<String, u64>,
}

impl Census {
    /// Counts everything in a project.
    pub fn add(&mut self, front: &Front) {
        self.count_files(&front.files);
        self.count_functions(&front.files);
        for file in &front.files {
            self.count_source(file);
            self.count_money(file, &front.files);
        }
        self.count_spending(&front.package);
        self.count_flow(&front.package);
        self.count_exprs(&front.package);
    }

    /// How often each construct was met, by its name.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    fn count(&mut self, what: impl Into<String>) {
        *self.counts.entry(what.into()).or_default() += 1;
    }

    fn count_if(&mut self, is_there: bool, what: &str) {
        if is_there {
            self.count(what);
        }
    }

    fn count_type(&mut self, place: &str, ty: &Type) {
        self.count(format!("{place} of type {}", kind(ty)));
        if let Type::List(inner, _) | Type::Array(inner, _) | Type::Option(inner) = ty {
            self.count(format!("{} inside {}", kind(inner), kind(ty)));
        }
    }

    /// What only the text says.
    fn count_source(&mut self, file: &File) {
        let workflows = file.items.iter().filter_map(|item| match item {
            Item::Workflow(workflow) => Some(workflow),
            _ => None,
        });
        for item in &file.items {
            if let Item::Const(named) = item {
                self.count_const(&named.value);
            }
        }
        self.count_statements(&mut workflows.flat_map(|workflow| &workflow.body));
    }

    fn count_const(&mut self, value: &Expr) {
        self.count("const");
        calls::for_each_part(value, &mut |part| match &part.kind {
            ExprKind::Name(_) => self.count("const in a const"),
            ExprKind::Binary { .. } => self.count("operator in a const"),
            ExprKind::Constant(_) => self.count("deployment constant in a const"),
            _ => {}
        });
    }
}

/// One line for each construct.
impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counts
            .iter()
            .try_for_each(|(what, count)| writeln!(f, "{count:>8} {what}"))
    }
}

fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Uint(_) => "uN",
        Type::Int(_) => "iN",
        Type::FixedBytes(_) => "bytesN",
        Type::Bytes(_) => "bytes",
        Type::String(_) => "string",
        Type::List(..) => "list",
        Type::Array(..) => "array",
        Type::Option(_) => "option",
        Type::Record(_) => "record",
        Type::Enum(_) => "enum",
        Type::Address(_) => "address",
        Type::Amount(_) => "amount",
    }
}
