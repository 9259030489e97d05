//! The statements of a workflow, sorted by kind, the stages that its steps run in, and what decides which of them do.

use std::ops::Range;

use super::check::Checker;
use super::errors::{BudgetError, FlowError, SagaError};
use super::limits::MAX_PARALLEL;
use crate::source::Span;
use crate::syntax::ast::{self, Statement};

/// The statements of a workflow.
#[derive(Default)]
pub(super) struct Statements<'w> {
    pub(super) authorise: Option<&'w ast::Authorise>,
    pub(super) transport: Option<&'w ast::Transport>,
    /// In source order.
    pub(super) steps: Vec<PlacedStep<'w>>,
    /// The steps that begin together, by position; together they are all steps.
    pub(super) stages: Vec<Range<usize>>,
    /// What decides which stages run, each before those in it.
    pub(super) choices: Vec<PlacedIf<'w>>,
    /// Each with the position of the stage that follows it.
    pub(super) lets: Vec<(usize, &'w ast::Let)>,
    pub(super) ending: Option<&'w ast::Return>,
}

/// A step and where it stands.
#[derive(Clone, Copy)]
pub(super) struct PlacedStep<'w> {
    pub(super) ast: &'w ast::Step,
    /// The stage it runs in, by position.
    pub(super) stage: usize,
    /// The word `parallel`, if it runs beside others.
    pub(super) parallel: Option<Span>,
    /// The innermost word `if` around it.
    pub(super) choice: Option<Span>,
}

/// An `if`, and the stages of its two arms, which follow each other.
#[derive(Clone, Debug)]
pub(super) struct PlacedIf<'w> {
    pub(super) ast: &'w ast::If,
    pub(super) then: Range<usize>,
    pub(super) otherwise: Range<usize>,
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
                Statement::Step(step) => {
                    self.check_before_return(&sorted, step.name.span);
                    sorted.add_stage((None, None), vec![step]);
                    None
                }
                Statement::Parallel(parallel) => {
                    self.check_before_return(&sorted, parallel.keyword);
                    let steps = self.branches(parallel);
                    sorted.add_stage((Some(parallel.keyword), None), steps);
                    None
                }
                Statement::If(statement) => {
                    self.check_before_return(&sorted, statement.keyword);
                    self.sort_if(&mut sorted, statement);
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

    /// Adds the stages of both arms of an `if`.
    fn sort_if<'w>(&mut self, sorted: &mut Statements<'w>, statement: &'w ast::If) {
        let (first, place) = (sorted.stages.len(), sorted.choices.len());
        sorted.choices.push(PlacedIf {
            ast: statement,
            then: first..first,
            otherwise: first..first,
        });
        self.sort_arm(sorted, statement, &statement.then);
        let middle = sorted.stages.len();
        self.sort_arm(sorted, statement, &statement.otherwise);
        if middle == first {
            let span = statement.keyword;
            self.report(FlowError::EmptyIf { span });
        }
        let choice = &mut sorted.choices[place];
        choice.then = first..middle;
        choice.otherwise = middle..sorted.stages.len();
    }

    fn sort_arm<'w>(
        &mut self,
        sorted: &mut Statements<'w>,
        around: &ast::If,
        body: &'w [Statement],
    ) {
        let choice = Some(around.keyword);
        for statement in body {
            match statement {
                Statement::Step(step) => sorted.add_stage((None, choice), vec![step]),
                Statement::Parallel(parallel) => {
                    let steps = self.branches(parallel);
                    sorted.add_stage((Some(parallel.keyword), choice), steps);
                }
                Statement::If(inner) => self.sort_if(sorted, inner),
                other => {
                    let (span, around) = (other.span(), around.keyword);
                    self.report(FlowError::NotInIf { span, around });
                }
            }
        }
    }

    /// The steps of a `parallel`.
    fn branches<'w>(&mut self, parallel: &'w ast::Parallel) -> Vec<&'w ast::Step> {
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
    /// Adds the steps of a stage, with the words `parallel` and `if` around them.
    fn add_stage(
        &mut self,
        (parallel, choice): (Option<Span>, Option<Span>),
        steps: Vec<&'w ast::Step>,
    ) {
        let (first, stage) = (self.steps.len(), self.stages.len());
        let placed = steps.into_iter().map(|ast| PlacedStep {
            ast,
            stage,
            parallel,
            choice,
        });
        self.steps.extend(placed);
        if self.steps.len() > first {
            self.stages.push(first..self.steps.len());
        }
    }
}
