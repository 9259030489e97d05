//! Writes out each `repeat`: what it stands for takes its place, so that nothing after this knows the statement.
//!
//! Each copy has names of its own. What the body calls `open` is `open_1` in the first copy and `open_1_2` in the second copy of a
//! `repeat` in it; inside a copy `open` still means its own. Spans stay those of the body, so what is wrong with it is reported once.

mod made;
mod rename;

use std::borrow::Cow;
use std::collections::HashMap;

use super::check::Checker;
use super::context::WorkflowScope;
use super::errors::{BudgetError, NameError, RepeatError};
use super::limits::{MAX_STEPS, MAX_WRITTEN};
use super::names::Reserved;
use crate::diagnostic::Reported;
use crate::hir::ExprKind;
use crate::literal::Literal;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, Name, Repeat, Statement};

pub(super) use made::Made;
use rename::Copied;

/// What messages call the number of a copy.
const COUNTER: &str = "counter";

/// A workflow without `repeat`.
pub(super) struct Written<'w> {
    pub(super) workflow: Cow<'w, ast::Workflow>,
    pub(super) copies: Copies,
    /// Counters that no copy uses.
    pub(super) unused: Vec<Name>,
}

/// What is known of the copies in a workflow.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// The names that they have, each with what the body calls it.
    pub(super) made: Vec<Made>,
    /// Where what stands for several copies, which differ by a counter.
    counted: Vec<Span>,
}

impl Copies {
    /// Whether what stands at a place may differ from copy to copy.
    pub(super) fn may_differ(&self, span: Span) -> bool {
        let holds = |around: &Span| around.to(span) == *around;
        self.counted.iter().any(holds)
    }
}

/// Statements without `repeat`, and what they declare.
#[derive(Default)]
struct Block {
    body: Vec<Statement>,
    names: Vec<Made>,
}

/// What is found on the way through a workflow.
#[derive(Default)]
struct Found {
    /// The counters of the bodies around the place.
    around: Vec<Name>,
    /// Every counter, with other names that mean something where it does.
    counters: Vec<(Name, Vec<Name>)>,
    unused: Vec<Name>,
    /// Every `repeat` whose copies differ by a counter.
    counted: Vec<Span>,
    /// For how many bytes of source the `repeat`s so far stand.
    bytes: usize,
}

impl Checker<'_> {
    /// Writes out every `repeat` of a workflow.
    pub(super) fn write_out<'w>(&mut self, workflow: &'w ast::Workflow) -> Written<'w> {
        if !workflow.body.iter().any(has_repeat) {
            return Written {
                workflow: Cow::Borrowed(workflow),
                copies: Copies::default(),
                unused: Vec::new(),
            };
        }
        let mut found = Found::default();
        let block = self.write_block(&workflow.body, &mut found);
        self.check_counters(workflow, &block.names, &found.counters);
        self.check_written_names(workflow, &block.names);
        let workflow = ast::Workflow {
            body: block.body,
            ..workflow.clone()
        };
        Written {
            workflow: Cow::Owned(workflow),
            copies: Copies {
                made: block.names.into_iter().filter(Made::is_copy).collect(),
                counted: found.counted,
            },
            unused: found.unused,
        }
    }

    /// The error of an unknown name that only the copies in a `repeat` have, if it is one.
    pub(super) fn find_in_repeat(
        &mut self,
        scope: &WorkflowScope,
        name: &Name,
    ) -> Option<Reported> {
        let poisons = |made: &Made| made.poisons(&name.value);
        if let Some(reported) = scope.copies.made.iter().find_map(poisons) {
            return Some(reported);
        }
        let is_it = |made: &&Made| made.written.value == name.value;
        let made = scope.copies.made.iter().find(is_it)?;
        Some(self.report(NameError::InRepeat {
            name: name.clone(),
            written: made.written.span,
            copies: made.names().collect(),
        }))
    }

    fn write_block(&mut self, statements: &[Statement], found: &mut Found) -> Block {
        let mut block = Block::default();
        for statement in statements {
            if let Statement::Repeat(repeat) = statement {
                let copies = self.write_repeat(repeat, found);
                block.body.extend(copies.body);
                block.names.extend(copies.names);
                continue;
            }
            block.names.extend(Made::declared_by(statement));
            let mut statement = statement.clone();
            for inner in statement.blocks_mut() {
                let written = self.write_block(inner, found);
                *inner = written.body;
                block.names.extend(written.names);
            }
            block.body.push(statement);
        }
        block
    }

    /// The copies of a body. If it cannot be repeated there is one, so that the rest is checked all the same.
    fn write_repeat(&mut self, repeat: &Repeat, found: &mut Found) -> Block {
        let counter = repeat.counter.as_ref();
        let around = found.around.clone();
        found.around.extend(counter.cloned());
        let body = self.write_block(&repeat.body, found);
        let checked = self.check_body_of_repeat(repeat, &body);
        let times = checked.and_then(|()| self.times(repeat, &body, found));
        let mut copies = Block::default();
        let mut is_used = false;
        for copy in 0..times.unwrap_or(1) {
            let copied = Copied::new(copy, counter, &body.names);
            let mut statements = body.body.clone();
            statements.iter_mut().for_each(|it| copied.statement(it));
            copies.body.extend(statements);
            is_used |= copied.uses_counter();
        }
        if let Some(counter) = counter {
            match is_used {
                true => found.counted.push(repeat.span),
                false => found.unused.push(counter.clone()),
            }
            let inner = body.names.iter().filter(|made| made.has(&counter.value));
            let inner = inner.map(|made| Name::new(counter.value.clone(), made.written.span));
            let others = inner.chain(around.iter().cloned()).collect();
            found.counters.push((counter.clone(), others));
        }
        found.around = around;
        let names = body.names.into_iter();
        copies.names = names.map(|name| name.copied(times)).collect();
        copies
    }

    /// Reports what cannot stand in a body, or cannot be repeated.
    fn check_body_of_repeat(&mut self, repeat: &Repeat, body: &Block) -> Result<(), Reported> {
        let keyword = repeat.keyword;
        let mut checked = Ok(());
        for statement in &repeat.body {
            let word = match statement {
                Statement::Authorise(_) => "authorise",
                Statement::Transport(_) => "transport",
                Statement::Return(_) => "return",
                _ => continue,
            };
            let span = statement.span();
            checked = Err(self.report(RepeatError::NotRepeated {
                span,
                keyword,
                word,
            }));
        }
        if steps_in(&body.body) == 0 {
            checked = Err(self.report(RepeatError::Empty { span: keyword }));
        }
        checked
    }

    /// How many copies there are.
    fn times(
        &mut self,
        repeat: &Repeat,
        body: &Block,
        found: &mut Found,
    ) -> Result<usize, Reported> {
        let span = repeat.times.span;
        let times = self.count(&repeat.times)?;
        if times.saturating_mul(steps_in(&body.body)) > MAX_STEPS {
            let limit = MAX_STEPS;
            return Err(self.report(BudgetError::RepeatedSteps { span, limit }));
        }
        let bytes = times.saturating_mul(bytes_in(&body.body));
        let bytes = bytes.saturating_add(found.bytes);
        if bytes > MAX_WRITTEN {
            let limit = MAX_WRITTEN;
            return Err(self.report(BudgetError::RepeatTooLarge { span, bytes, limit }));
        }
        found.bytes = bytes;
        if times > 1 {
            self.check_stands_twice(repeat.keyword, &body.body)?;
        }
        Ok(times)
    }

    fn count(&mut self, times: &Expr) -> Result<usize, Reported> {
        let span = times.span;
        let value = match &times.kind {
            ast::ExprKind::Int(value) => *value,
            ast::ExprKind::Name(name) => match self.find_const(name) {
                Some(index) => match self.use_const(index, span)?.kind {
                    ExprKind::Literal(Literal::Uint(value)) => value,
                    _ => return Err(self.report(RepeatError::NotANumber { span })),
                },
                None => return Err(self.report(RepeatError::NotANumber { span })),
            },
            _ => return Err(self.report(RepeatError::NotANumber { span })),
        };
        if value.is_zero() {
            return Err(self.report(RepeatError::Never { span }));
        }
        // More than fits is over every limit.
        Ok(usize::try_from(value).unwrap_or(usize::MAX))
    }

    /// Reports what can stand only once on a path.
    fn check_stands_twice(&mut self, keyword: Span, body: &[Statement]) -> Result<(), Reported> {
        let mut checked = Ok(());
        for statement in body {
            let fault = match statement {
                Statement::Atomic(atomic) => {
                    checked = checked.and(self.check_stands_twice(keyword, &atomic.body));
                    continue;
                }
                Statement::Step(step) => step
                    .pivot
                    .map(|pivot| RepeatError::Pivot { pivot, keyword }),
                Statement::Abort(abort) => Some(RepeatError::Abort {
                    abort: abort.keyword,
                    keyword,
                }),
                _ => None,
            };
            if let Some(fault) = fault {
                checked = Err(self.report(fault));
            }
        }
        checked
    }

    /// Counters differ from everything that can be named where they are known.
    fn check_counters(
        &mut self,
        workflow: &ast::Workflow,
        names: &[Made],
        counters: &[(Name, Vec<Name>)],
    ) {
        let inputs = workflow.inputs.iter().map(|input| &input.name);
        let declared: Vec<_> = inputs
            .chain(names.iter().map(|made| &made.written))
            .collect();
        for (counter, around) in counters {
            self.check_shadowing(counter, COUNTER);
            let mut others = declared.iter().copied().chain(around);
            let same = others.find(|it| it.value == counter.value);
            let made = names.iter().find(|made| made.has(&counter.value));
            let taken = same.or(made.map(|made| &made.written)).map(|it| it.span);
            self.check_unspelt_name(counter, COUNTER, Reserved::Refused, taken);
        }
    }

    /// What is written once has one name, however often it is copied: nothing outside of a body is called like something in it.
    fn check_written_names(&mut self, workflow: &ast::Workflow, names: &[Made]) {
        let inputs = workflow.inputs.iter();
        let inputs = inputs.map(|input| (&input.name, "input", false));
        let made = names.iter();
        let made = made.map(|made| (&made.written, made.what, made.is_copy()));
        let mut known: HashMap<&str, (Span, bool)> = HashMap::new();
        for (name, what, is_copy) in inputs.chain(made) {
            let entry = (name.span, is_copy);
            let (first, was_copy) = *known.entry(&name.value).or_insert(entry);
            if first != name.span && (is_copy || was_copy) {
                let name = name.clone();
                self.report(NameError::Duplicate { name, first, what });
            }
        }
    }
}

fn has_repeat(statement: &Statement) -> bool {
    matches!(statement, Statement::Repeat(_))
        || statement.blocks().any(|block| block.iter().any(has_repeat))
}

/// How many steps stand in some statements, in all of their arms.
fn steps_in(body: &[Statement]) -> usize {
    let steps = body.iter().map(|statement| match statement {
        Statement::Step(_) | Statement::Take(_) | Statement::Pay(_) => 1,
        other => other.blocks().map(|block| steps_in(block)).sum(),
    });
    steps.sum()
}

/// How many bytes of the source some statements were written with, copies included.
fn bytes_in(body: &[Statement]) -> usize {
    let bytes = body.iter().map(|statement| {
        let copied: usize = statement.blocks().map(|block| bytes_in(block)).sum();
        copied.max(statement.span().range().len())
    });
    bytes.sum()
}
