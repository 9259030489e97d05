//! Statements of which only some run: the arms of `if` and `attempt`, and `abort`.

use std::ops::Range;

use super::check::Checker;
use super::errors::{CustodyError, FlowError};
use super::limits::MAX_REASON;
use super::statements::{PlacedStep, Statements, StepAst};
use crate::source::Span;
use crate::syntax::ast::{self, Statement};

/// An `if` or an `attempt`, and the stages of its two arms, which follow each other.
#[derive(Clone, Debug)]
pub(super) struct PlacedChoice<'w> {
    pub(super) ast: ChoiceAst<'w>,
    pub(super) then: Range<usize>,
    pub(super) otherwise: Range<usize>,
}

/// What decides between two arms.
#[derive(Clone, Copy, Debug)]
pub(super) enum ChoiceAst<'w> {
    If(&'w ast::If),
    Attempt(&'w ast::Attempt),
}

/// An arm that statements stand in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arm {
    /// The word that it belongs to.
    pub(super) keyword: Span,
    /// How that word is written.
    pub(super) word: &'static str,
    /// The word `attempt`, if all of this is tried by one.
    attempt: Option<Span>,
}

impl Arm {
    /// Whether it is what an `attempt` tries, rather than something in that.
    fn is_tried(self) -> bool {
        self.attempt == Some(self.keyword)
    }
}

impl<'w> ChoiceAst<'w> {
    pub(super) const fn keyword(self) -> Span {
        match self {
            Self::If(statement) => statement.keyword,
            Self::Attempt(statement) => statement.keyword,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::If(_) => "if",
            Self::Attempt(_) => "attempt",
        }
    }

    fn arms(self) -> [&'w [Statement]; 2] {
        match self {
            Self::If(statement) => [&statement.then, &statement.otherwise],
            Self::Attempt(statement) => [&statement.first, &statement.otherwise],
        }
    }

    /// The first or the other arm, inside another one perhaps.
    fn arm(self, is_first: bool, around: Option<Arm>) -> Arm {
        let tried = match self {
            Self::Attempt(statement) if is_first => Some(statement.keyword),
            _ => None,
        };
        Arm {
            keyword: self.keyword(),
            word: self.word(),
            attempt: tried.or(around.and_then(|around| around.attempt)),
        }
    }
}

impl Checker<'_> {
    /// Adds the stages of a statement that steps run by; an `arm` may stand around it.
    pub(super) fn sort_flow<'w>(
        &mut self,
        sorted: &mut Statements<'w>,
        arm: Option<Arm>,
        statement: &'w Statement,
    ) {
        match statement {
            Statement::Step(step) => sorted.add_step(arm, step),
            Statement::Take(take) => sorted.add_take(arm, take),
            Statement::Pay(pay) => self.sort_pay(sorted, arm, pay),
            Statement::Parallel(parallel) => {
                let steps = self.branches(parallel).into_iter().map(StepAst::Call);
                sorted.add_stage((Some(parallel.keyword), arm), steps);
            }
            Statement::If(statement) => self.sort_choice(sorted, arm, ChoiceAst::If(statement)),
            Statement::Attempt(statement) => {
                if let Some(around) = arm.and_then(|arm| arm.attempt) {
                    let span = statement.keyword;
                    self.report(FlowError::NestedAttempt { span, around });
                }
                self.sort_choice(sorted, arm, ChoiceAst::Attempt(statement));
            }
            Statement::Abort(abort) => self.sort_abort(sorted, arm, abort),
            Statement::Atomic(atomic) => self.sort_atomic(sorted, arm, atomic),
            other => {
                if let Some(Arm { keyword, word, .. }) = arm {
                    let span = other.span();
                    self.report(FlowError::NotInArm {
                        span,
                        around: keyword,
                        word,
                    });
                }
            }
        }
    }

    /// What an attempt tried is undone before its alternative runs; what it released could not be.
    fn sort_pay<'w>(&mut self, sorted: &mut Statements<'w>, arm: Option<Arm>, pay: &'w ast::Pay) {
        let tried = arm.and_then(|arm| arm.attempt);
        if let (ast::Giving::Release, Some(attempt)) = (pay.giving, tried) {
            let keyword = pay.keyword;
            self.report(CustodyError::ReleasedInAttempt { keyword, attempt });
        }
        sorted.add_stage((None, arm), [StepAst::Pay(pay)]);
    }

    fn sort_atomic<'w>(
        &mut self,
        sorted: &mut Statements<'w>,
        arm: Option<Arm>,
        atomic: &'w ast::Atomic,
    ) {
        for statement in &atomic.body {
            if !matches!(statement, Statement::Step(_)) {
                let (span, around) = (statement.span(), atomic.keyword);
                self.report(FlowError::NotInAtomic { span, around });
            }
        }
        if atomic.body.is_empty() {
            let span = atomic.keyword;
            self.report(FlowError::EmptyAtomic { span });
        }
        sorted.add_atomic(arm, atomic);
    }

    fn sort_choice<'w>(
        &mut self,
        sorted: &mut Statements<'w>,
        around: Option<Arm>,
        ast: ChoiceAst<'w>,
    ) {
        let (first, place) = (sorted.stages.len(), sorted.choices.len());
        sorted.choices.push(PlacedChoice {
            ast,
            then: first..first,
            otherwise: first..first,
        });
        let [then, otherwise] = ast.arms();
        self.sort_arm(sorted, ast.arm(true, around), then);
        let middle = sorted.stages.len();
        self.sort_arm(sorted, ast.arm(false, around), otherwise);
        let choice = &mut sorted.choices[place];
        choice.then = first..middle;
        choice.otherwise = middle..sorted.stages.len();
        let choice = choice.clone();
        self.check_arms(sorted, &choice);
    }

    fn sort_arm<'w>(&mut self, sorted: &mut Statements<'w>, arm: Arm, body: &'w [Statement]) {
        let mut aborted = None;
        for statement in body {
            if let Some(abort) = aborted {
                let span = statement.span();
                self.report(FlowError::AfterAbort { span, abort });
            }
            if let Statement::Abort(abort) = statement {
                aborted = Some(abort.keyword);
            }
            self.sort_flow(sorted, Some(arm), statement);
        }
    }

    fn sort_abort<'w>(
        &mut self,
        sorted: &mut Statements<'w>,
        arm: Option<Arm>,
        abort: &'w ast::Abort,
    ) {
        let (span, length) = (abort.reason.span, abort.reason.value.len());
        if length == 0 || length > MAX_REASON {
            self.report(FlowError::Reason {
                span,
                most: MAX_REASON,
            });
        }
        let span = abort.keyword;
        match arm {
            Some(arm) if !arm.is_tried() => sorted.add_abort(abort),
            _ => {
                let tried = arm.map(|arm| arm.keyword);
                self.report(FlowError::AlwaysAborts { span, tried });
            }
        }
    }

    /// Each arm must have something in it that can be gone without.
    fn check_arms(&mut self, sorted: &Statements<'_>, choice: &PlacedChoice<'_>) {
        let span = choice.ast.keyword();
        let has_steps = |stages: &Range<usize>| sorted.steps_of(stages).next().is_some();
        match choice.ast {
            ChoiceAst::If(_) if choice.then.is_empty() => {
                self.report(FlowError::EmptyIf { span });
            }
            ChoiceAst::If(_) => {}
            ChoiceAst::Attempt(_) => {
                if !has_steps(&choice.then) || !has_steps(&choice.otherwise) {
                    self.report(FlowError::EmptyAttempt { span });
                } else if !can_be_refused(sorted, &choice.then) {
                    self.report(FlowError::NeverRefused { span });
                }
            }
        }
    }

    /// After the pivot there is no way back, so nothing decides to take one.
    pub(super) fn check_after_pivot(&mut self, statements: &Statements<'_>) {
        let pivot = statements.steps.iter().find_map(|step| {
            let span = step.ast.pivot()?;
            Some((step.stage, span))
        });
        let Some((stage, pivot)) = pivot else { return };
        let attempts = statements.choices.iter().filter(|choice| {
            matches!(choice.ast, ChoiceAst::Attempt(_)) && choice.then.start > stage
        });
        let attempts = attempts.map(|choice| (choice.ast.keyword(), "attempt"));
        let aborts = statements.aborts.range(stage..);
        let aborts = aborts.map(|(_, abort)| (abort.keyword, "abort"));
        let late: Vec<_> = attempts.chain(aborts).collect();
        for (span, word) in late {
            self.report(FlowError::AfterPivot { span, word, pivot });
        }
    }
}

/// Whether anything in some stages may be refused, or ends them.
fn can_be_refused(sorted: &Statements<'_>, stages: &Range<usize>) -> bool {
    let goes_on = |step: PlacedStep<'_>| {
        let policy = step.policy().map(|clause| &clause.value);
        matches!(policy, Some(ast::Policy::Continue))
    };
    let aborts = sorted.aborts.range(stages.clone()).next().is_some();
    aborts || sorted.steps_of(stages).any(|step| !goes_on(*step))
}
