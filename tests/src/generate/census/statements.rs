//! Counts statements, and what stands in them.

use xcc::syntax::ast::{Attempt, ExprKind, If, Policy, Repeat, Statement, Step};

use super::Census;

impl Census {
    pub(super) fn count_statements(&mut self, statements: &mut dyn Iterator<Item = &Statement>) {
        for statement in statements {
            match statement {
                Statement::Transport(_) => self.count("transport"),
                Statement::Let(it) => {
                    self.count("let");
                    self.count_if(it.ty.is_some(), "let with a type");
                    let is_exact = matches!(it.value.kind, ExprKind::Exact { .. });
                    self.count_if(is_exact, "exact in a let");
                }
                Statement::Parallel(parallel) => {
                    let is_repeat = |it: &Statement| matches!(it, Statement::Repeat(_));
                    match parallel.body.iter().any(is_repeat) {
                        true => self.count("parallel with a repeat"),
                        false => self.count(format!("parallel of {}", parallel.body.len())),
                    }
                    self.count_statements(&mut parallel.body.iter());
                }
                Statement::If(choice) => self.count_if_statement(choice),
                Statement::Attempt(attempt) => self.count_attempt(attempt),
                Statement::Abort(_) => self.count("abort"),
                Statement::Take(_) => self.count("take"),
                Statement::Pay(pay) => self.count(pay.giving.word()),
                Statement::Atomic(atomic) => {
                    self.count(match atomic.body.len() {
                        1 => "atomic of one step",
                        _ => "atomic of several steps",
                    });
                    let is_there = |has: fn(&Step) -> bool| atomic.steps().any(has);
                    let is_pivot = is_there(|step| step.pivot.is_some());
                    let is_retriable = is_there(|step| step.retriable.is_some());
                    let is_late = is_there(|step| step.within.is_some()) || is_retriable;
                    self.count_if(is_pivot, "atomic with a pivot");
                    self.count_if(is_retriable, "atomic that is retriable");
                    self.count_if(is_late, "atomic after the start");
                    let mut later = atomic.steps().skip(1);
                    self.count_if(later.any(|it| it.require.is_some()), "guard in an atomic");
                    self.count_statements(&mut atomic.body.iter());
                }
                Statement::Repeat(repeat) => self.count_repeat(repeat),
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

    fn count_if_statement(&mut self, choice: &If) {
        self.count(format!("if with {}", arms(choice)));
        self.count_chained(choice);
        let arms = || choice.then.iter().chain(&choice.otherwise);
        self.count_inside("if", arms());
        let ends = |arm: &[Statement]| matches!(arm, [.., _, Statement::Abort(_)]);
        self.count_if(ends(&choice.then), "abort after a step");
        let steps = choice
            .then
            .iter()
            .filter(|it| !matches!(it, Statement::Abort(_)));
        self.count_if(steps.count() > 1, "several statements in if");
        self.count_statements(&mut arms());
    }

    fn count_attempt(&mut self, attempt: &Attempt) {
        self.count("attempt");
        self.count_inside("attempt", attempt.first.iter());
        let is_abort = |it: &Statement| match it {
            Statement::If(it) => matches!(it.then[..], [Statement::Abort(_)]),
            _ => false,
        };
        let (first, otherwise) = (&attempt.first, &attempt.otherwise);
        self.count_if(first.iter().any(is_abort), "abort in attempt");
        let tried = first.iter().filter(|it| !is_abort(it)).count();
        self.count_if(tried > 1, "several statements in attempt");
        self.count_if(otherwise.len() > 1, "several statements in an alternative");
        let ends = matches!(otherwise[..], [.., Statement::Abort(_)]);
        self.count_if(ends, "abort after an alternative");
        let is_attempt = |it: &Statement| matches!(it, Statement::Attempt(_));
        self.count_if(otherwise.iter().any(is_attempt), "attempt after attempt");
        self.count_statements(&mut first.iter().chain(otherwise));
    }

    fn count_repeat(&mut self, repeat: &Repeat) {
        self.count(format!("repeat of {}", written_times(repeat)));
        self.count_if(repeat.counter.is_some(), "repeat with a counter");
        self.count_inside("repeat", repeat.body.iter());
        self.count_statements(&mut repeat.body.iter());
    }

    /// What stands directly in something else, steps apart.
    fn count_inside<'s>(&mut self, around: &str, inner: impl Iterator<Item = &'s Statement>) {
        for statement in inner {
            let what = match statement {
                Statement::Parallel(_) => "parallel",
                Statement::If(_) => "if",
                Statement::Attempt(_) => "attempt",
                Statement::Repeat(_) => "repeat",
                Statement::Let(_) => "let",
                _ => continue,
            };
            self.count(format!("{what} in {around}"));
        }
    }
}

/// How the number of repetitions is written.
fn written_times(repeat: &Repeat) -> &'static str {
    match &repeat.times.kind {
        ExprKind::Name(_) => "a const",
        ExprKind::Int(number) if number.as_u32() == 1 => "one",
        _ => "a number",
    }
}

fn arms(choice: &If) -> &'static str {
    match choice.otherwise.is_empty() {
        true => "one arm",
        false => "two arms",
    }
}
