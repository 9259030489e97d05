//! Counts what projects consist of, as the checker understood them: so that a generator that stops producing something is noticed.

mod calls;
mod exprs;
mod files;
mod flow;
mod money;

use std::collections::BTreeMap;
use std::fmt;

use xcc::syntax::ast::{Expr, ExprKind, File, If, Item, Policy, Repeat, Statement};
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

    fn count_statements(&mut self, statements: &mut dyn Iterator<Item = &Statement>) {
        for statement in statements {
            match statement {
                Statement::Transport(_) => self.count("transport"),
                Statement::Let(it) => {
                    self.count("let");
                    self.count_if(it.ty.is_some(), "let with a type");
                }
                Statement::Parallel(parallel) => {
                    let is_repeat = |it: &Statement| matches!(it, Statement::Repeat(_));
                    match parallel.body.iter().any(is_repeat) {
                        true => self.count("parallel with a repeat"),
                        false => self.count(format!("parallel of {}", parallel.body.len())),
                    }
                    self.count_statements(&mut parallel.body.iter());
                }
                Statement::If(choice) => {
                    self.count(format!("if with {}", arms(choice)));
                    self.count_chained(choice);
                    let is_nested = |it: &Statement| matches!(it, Statement::If(_));
                    let mut arms = choice.then.iter().chain(&choice.otherwise);
                    self.count_if(arms.clone().any(is_nested), "if in if");
                    self.count_statements(&mut arms);
                }
                Statement::Attempt(attempt) => {
                    self.count("attempt");
                    let is_parallel = |it: &Statement| matches!(it, Statement::Parallel(_));
                    self.count_if(attempt.first.iter().any(is_parallel), "parallel in attempt");
                    let is_if = |it: &Statement| matches!(it, Statement::If(_));
                    self.count_if(attempt.first.iter().any(is_if), "if in attempt");
                    let is_abort = |it: &Statement| match it {
                        Statement::If(it) => matches!(it.then[..], [Statement::Abort(_)]),
                        _ => false,
                    };
                    let ends = attempt.first.iter().any(is_abort);
                    self.count_if(ends, "abort in attempt");
                    let is_attempt = |it: &Statement| matches!(it, Statement::Attempt(_));
                    let goes_on = attempt.otherwise.iter().any(is_attempt);
                    self.count_if(goes_on, "attempt after attempt");
                    let mut arms = attempt.first.iter().chain(&attempt.otherwise);
                    self.count_statements(&mut arms);
                }
                Statement::Abort(_) => self.count("abort"),
                Statement::Take(_) => self.count("take"),
                Statement::Pay(_) => self.count("pay"),
                Statement::Atomic(atomic) => {
                    self.count(match atomic.body.len() {
                        1 => "atomic of one step",
                        _ => "atomic of several steps",
                    });
                    self.count_statements(&mut atomic.body.iter());
                }
                Statement::Repeat(repeat) => {
                    self.count(format!("repeat of {}", written_times(repeat)));
                    self.count_if(repeat.counter.is_some(), "repeat with a counter");
                    self.count_statements(&mut repeat.body.iter());
                }
                Statement::Step(step) => {
                    self.count_order(step);
                    self.count_if(step.via.is_some(), "via");
                    self.count_if(!step.docs.is_empty(), "documented step");
                    let policy = step.on_refused.as_ref().map(|policy| &policy.value);
                    let is_default = matches!(policy, Some(Policy::Compensate));
                    self.count_if(is_default, "on refused compensate");
                    for result in step.results.iter().flat_map(|results| &results.value) {
                        self.count_if(result.name.value == "_", "result without a name");
                        self.count_if(result.ty.is_some(), "result with a type");
                    }
                }
                Statement::Authorise(_) | Statement::Return(_) => {}
            }
        }
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

/// How the number of repetitions is written.
fn written_times(repeat: &Repeat) -> &'static str {
    match &repeat.times.kind {
        ExprKind::Name(_) => "a const",
        _ => "a number",
    }
}

fn arms(choice: &If) -> &'static str {
    match choice.otherwise.is_empty() {
        true => "one arm",
        false => "two arms",
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
