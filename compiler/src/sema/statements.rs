//! The statements of a workflow, sorted by kind, the stages that its steps run in, and what decides which of them do.

use std::collections::BTreeMap;
use std::ops::Range;

use super::arms::{Arm, PlacedChoice};
use super::check::Checker;
use super::errors::{BudgetError, FlowError, SagaError};
use super::floor::keeps_rest;
use super::hold::held_for;
use super::limits::MAX_PARALLEL;
use super::spend::spent;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Name, Policy, Statement};

/// The statements of a workflow.
#[derive(Default)]
pub(super) struct Statements<'w> {
    pub(super) authorise: Option<&'w ast::Authorise>,
    pub(super) transport: Option<&'w ast::Transport>,
    /// In source order.
    pub(super) steps: Vec<PlacedStep<'w>>,
    /// The steps that begin together, by position; together they are all steps.
    pub(super) stages: Vec<Range<usize>>,
    /// The reason of each `abort`, by the position of its stage, which has no steps.
    pub(super) aborts: BTreeMap<usize, &'w ast::Abort>,
    /// What decides which stages run, each before those in it.
    pub(super) choices: Vec<PlacedChoice<'w>>,
    /// What `floor`s hold apart until the pivot decides whose it is.
    rests: Vec<(&'w ast::Take, &'w ast::Floor)>,
    /// Each with the position of the stage that follows it.
    pub(super) lets: Vec<(usize, &'w ast::Let)>,
    pub(super) ending: Option<&'w ast::Return>,
}

/// A step and where it stands.
#[derive(Clone, Copy)]
pub(super) struct PlacedStep<'w> {
    pub(super) ast: StepAst<'w>,
    /// The stage it runs in, by position.
    pub(super) stage: usize,
    /// The word `parallel`, if it runs beside others.
    pub(super) parallel: Option<Span>,
    /// The innermost arm around it.
    pub(super) arm: Option<Arm>,
    /// The `atomic` that it is part of, one step of the workflow as a whole.
    pub(super) atomic: Option<&'w ast::Atomic>,
}

/// What a step is written as.
#[derive(Clone, Copy)]
pub(super) enum StepAst<'w> {
    Call(&'w ast::Step),
    Take(&'w ast::Take),
    Pay(&'w ast::Pay),
    /// Gives the holding of this number in the `spend` of a step away if the step could not spend it.
    Hold(&'w ast::Step, usize),
    /// Takes what the `floor` of a `take` holds apart.
    TakeRest(&'w ast::Take, &'w ast::Floor),
    /// Pays it to whom it belongs.
    PayRest(&'w ast::Take, &'w ast::Floor),
}

impl<'w> PlacedStep<'w> {
    /// The policy for a refusal, if there is one: that of the first step counts for a whole `atomic`.
    pub(super) fn policy(self) -> Option<&'w Spanned<Policy>> {
        match self.atomic.and_then(|atomic| atomic.steps().next()) {
            Some(first) => first.on_refused.as_ref(),
            None => self.ast.policy(),
        }
    }
}

impl<'w> StepAst<'w> {
    /// The name that stands for it: its own, or that of the holding.
    pub(super) fn name(self) -> &'w Name {
        match self {
            Self::Call(step) => &step.name,
            Self::Take(take) | Self::TakeRest(take, _) | Self::PayRest(take, _) => &take.name,
            Self::Pay(pay) => &pay.holding,
            Self::Hold(step, number) => &spent(step)[number],
        }
    }

    /// The word `pivot`, if it is one.
    pub(super) fn pivot(self) -> Option<Span> {
        self.call()?.pivot
    }

    /// Its policy for a refusal, if it says one.
    pub(super) fn policy(self) -> Option<&'w Spanned<Policy>> {
        self.call()?.on_refused.as_ref()
    }

    fn call(self) -> Option<&'w ast::Step> {
        match self {
            Self::Call(step) => Some(step),
            Self::Take(_)
            | Self::Pay(_)
            | Self::Hold(..)
            | Self::TakeRest(..)
            | Self::PayRest(..) => None,
        }
    }
}

impl Checker<'_> {
    /// Sorts the statements of a workflow; `authorise`, `transport` and `return` stand once.
    pub(super) fn sort_statements<'w>(&mut self, workflow: &'w ast::Workflow) -> Statements<'w> {
        let mut sorted = Statements::default();
        for statement in &workflow.body {
            let repeated = match statement {
                Statement::Authorise(authorise) => sorted
                    .authorise
                    .replace(authorise)
                    .map(|first| (first.span, "authorise")),
                Statement::Transport(transport) => sorted
                    .transport
                    .replace(transport)
                    .map(|first| (first.span, "transport")),
                Statement::Return(ending) => sorted
                    .ending
                    .replace(ending)
                    .map(|first| (first.span, "return")),
                Statement::Let(statement) => {
                    self.check_before_return(&sorted, statement.name.span);
                    sorted.lets.push((sorted.stages.len(), statement));
                    None
                }
                flow => {
                    self.check_before_return(&sorted, keyword(flow));
                    self.sort_flow(&mut sorted, None, flow);
                    sorted.pay_rests();
                    None
                }
            };
            if let Some((first, what)) = repeated {
                self.report(SagaError::Repeated {
                    span: statement.span(),
                    first,
                    what,
                });
            }
        }
        sorted
    }

    fn check_before_return(&mut self, sorted: &Statements<'_>, after: Span) {
        if let Some(ending) = sorted.ending {
            let span = ending.span;
            self.report(SagaError::ReturnNotLast { span, after });
        }
    }

    /// The steps of a `parallel`.
    pub(super) fn branches<'w>(&mut self, parallel: &'w ast::Parallel) -> Vec<&'w ast::Step> {
        let mut steps = Vec::new();
        for statement in &parallel.body {
            match statement {
                Statement::Step(step) => steps.push(&**step),
                other => {
                    self.report(FlowError::NotABranch {
                        span: other.span(),
                        parallel: parallel.keyword,
                    });
                }
            }
        }
        if parallel.body.len() < 2 {
            self.report(FlowError::NothingBeside {
                span: parallel.keyword,
            });
        }
        if let Some(extra) = steps.get(MAX_PARALLEL) {
            self.report(BudgetError::TooManyBeside {
                span: extra.name.span,
                limit: MAX_PARALLEL,
            });
        }
        steps
    }
}

impl<'w> Statements<'w> {
    /// Adds the steps of a stage, with the word `parallel` and the arm around them.
    pub(super) fn add_stage(
        &mut self,
        (parallel, arm): (Option<Span>, Option<Arm>),
        steps: impl IntoIterator<Item = StepAst<'w>>,
    ) {
        let (first, stage) = (self.steps.len(), self.stages.len());
        let placed = steps.into_iter().map(|ast| PlacedStep {
            ast,
            stage,
            parallel,
            arm,
            atomic: None,
        });
        self.steps.extend(placed);
        if self.steps.len() > first {
            self.stages.push(first..self.steps.len());
        }
    }

    /// Adds a step, and what gives away what it could not spend.
    pub(super) fn add_step(&mut self, arm: Option<Arm>, step: &'w ast::Step) {
        self.add_stage((None, arm), [StepAst::Call(step)]);
        if held_for(step).is_some() {
            for number in 0..spent(step).len() {
                self.add_stage((None, arm), [StepAst::Hold(step, number)]);
            }
        }
    }

    /// Adds a `take`, and another one for what its `floor` holds apart.
    pub(super) fn add_take(&mut self, arm: Option<Arm>, take: &'w ast::Take) {
        self.add_stage((None, arm), [StepAst::Take(take)]);
        let rest = take.floor.as_ref().filter(|_| keeps_rest(take));
        if let Some(floor) = rest {
            self.add_stage((None, arm), [StepAst::TakeRest(take, floor)]);
            self.rests.push((take, floor));
        }
    }

    /// Pays what `floor`s hold apart as soon as the pivot is behind.
    pub(super) fn pay_rests(&mut self) {
        let mut steps = self.steps.iter();
        if !self.rests.is_empty() && steps.any(|step| step.ast.pivot().is_some()) {
            for (take, floor) in std::mem::take(&mut self.rests) {
                self.add_stage((None, None), [StepAst::PayRest(take, floor)]);
            }
        }
    }

    /// What `floor`s hold apart in a workflow without a pivot.
    pub(super) fn unpaid_rests(&self) -> &[(&'w ast::Take, &'w ast::Floor)] {
        &self.rests
    }

    /// Adds the stage of an `atomic`, with the arm around it.
    pub(super) fn add_atomic(&mut self, arm: Option<Arm>, atomic: &'w ast::Atomic) {
        let first = self.steps.len();
        self.add_stage((None, arm), atomic.steps().map(StepAst::Call));
        for step in &mut self.steps[first..] {
            step.atomic = Some(atomic);
        }
    }

    /// Adds the stage of an `abort`.
    pub(super) fn add_abort(&mut self, abort: &'w ast::Abort) {
        self.aborts.insert(self.stages.len(), abort);
        self.stages.push(self.steps.len()..self.steps.len());
    }

    /// The steps of some stages.
    pub(super) fn steps_of(&self, stages: &Range<usize>) -> impl Iterator<Item = &PlacedStep<'w>> {
        let stages = stages.clone();
        self.steps
            .iter()
            .filter(move |step| stages.contains(&step.stage))
    }
}

/// Where a statement begins that other statements can stand before.
fn keyword(statement: &Statement) -> Span {
    match statement {
        Statement::Step(step) => step.name.span,
        Statement::Parallel(parallel) => parallel.keyword,
        Statement::If(statement) => statement.keyword,
        Statement::Attempt(statement) => statement.keyword,
        Statement::Abort(statement) => statement.keyword,
        Statement::Atomic(statement) => statement.keyword,
        Statement::Take(take) => take.name.span,
        Statement::Pay(pay) => pay.holding.span,
        other => other.span(),
    }
}
