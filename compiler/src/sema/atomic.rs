//! `atomic`: steps between braces that are one step of the saga, with several calls in one transaction.

use std::ops::Range;

use super::check::Checker;
use super::errors::FlowError;
use super::saga::Progress;
use super::statements::{PlacedStep, Statements, StepAst};
use super::symbols::Declared;
use crate::entities::Chain;
use crate::hir::{Compensation, Following, Role, StepDecl};
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::types::Field;

/// A step, and the `atomic` that it is part of, if any.
#[derive(Clone, Copy)]
pub(super) struct Member<'w> {
    pub(super) step: &'w ast::Step,
    atomic: Option<&'w ast::Atomic>,
}

/// What the steps of an `atomic` so far have come to.
#[derive(Debug)]
pub(super) struct Together {
    first: Name,
    chain: Declared<Chain>,
    /// The `pivot` clause before all of them.
    pub(super) pivot_before: Option<Span>,
    /// How many results they have.
    pub(super) results: usize,
    /// Whether they were found on several chains.
    is_torn: bool,
}

impl<'w> Member<'w> {
    pub(super) const fn new(step: &'w ast::Step, atomic: Option<&'w ast::Atomic>) -> Self {
        Member { step, atomic }
    }

    pub(super) const fn is_in_atomic(self) -> bool {
        self.atomic.is_some()
    }

    /// Whether it is the first of its `atomic`, or alone.
    pub(super) fn is_first(self) -> bool {
        std::ptr::eq(self.first(), self.step)
    }

    /// The first step of its `atomic`, whose clauses say when and how all of it runs.
    pub(super) fn first(self) -> &'w ast::Step {
        let first = self.atomic.and_then(|atomic| atomic.steps().next());
        first.unwrap_or(self.step)
    }

    /// The word `pivot` at any of the steps.
    pub(super) fn pivot(self) -> Option<Span> {
        self.find(|step| step.pivot)
    }

    /// The word `retriable` at any of the steps.
    pub(super) fn retriable(self) -> Option<Span> {
        self.find(|step| step.retriable)
    }

    /// Who may take the compensations over, at any of the steps.
    pub(super) fn hold_for(self) -> Option<Span> {
        self.find(|step| step.hold_for.as_ref().map(|clause| clause.span))
    }

    fn find(self, clause: impl Fn(&ast::Step) -> Option<Span>) -> Option<Span> {
        match self.atomic {
            Some(atomic) => atomic.steps().find_map(clause),
            None => clause(self.step),
        }
    }
}

/// Whether a step is part of the same `atomic` as the one before it.
pub(super) fn continues(placed: PlacedStep<'_>) -> bool {
    match placed.ast {
        StepAst::Call(step) => !Member::new(step, placed.atomic).is_first(),
        StepAst::Take(_)
        | StepAst::Pay(_)
        | StepAst::Hold(..)
        | StepAst::TakeRest(..)
        | StepAst::PayRest(..) => false,
    }
}

/// What an `atomic` is called as one step, if it has several: `swap_stake` of `swap` and `stake`.
pub(super) fn joined_name(atomic: &ast::Atomic) -> Option<Name> {
    let names: Vec<_> = atomic.steps().map(|step| &*step.name.value).collect();
    (names.len() > 1).then(|| Name::new(names.join("_"), atomic.keyword))
}

impl Checker<'_> {
    /// Checks that a step fits those before it in its `atomic`, and remembers it for those after it.
    pub(super) fn check_together(
        &mut self,
        progress: &mut Progress,
        member: Member<'_>,
        chain: Declared<Chain>,
    ) -> Declared<()> {
        let Some(atomic) = member.atomic else {
            return Ok(());
        };
        if member.is_first() {
            progress.together = Some(Together {
                first: member.step.name.clone(),
                chain,
                pivot_before: progress.pivot(),
                results: 0,
                is_torn: false,
            });
            return Ok(());
        }
        let Some(together) = &mut progress.together else {
            return Ok(());
        };
        let (own, of_first) = (chain?, together.chain?);
        if own == of_first {
            return self.check_said_once(member, atomic);
        }
        if std::mem::replace(&mut together.is_torn, true) {
            return Ok(());
        }
        let first = (together.first.clone(), self.chain_name(of_first).to_owned());
        let other = (member.step.name.clone(), self.chain_name(own).to_owned());
        Err(self.report(FlowError::AtomicAcross {
            span: atomic.keyword,
            first,
            other,
        }))
    }

    /// One message asks for all of it, so the first step says how that travels and until when it counts; and one address at most takes
    /// what undoes it over.
    fn check_said_once(&mut self, member: Member<'_>, atomic: &ast::Atomic) -> Declared<()> {
        let step = member.step;
        let second_owner = step
            .hold_for
            .as_ref()
            .filter(|it| Some(it.span) != member.hold_for());
        let clauses = [
            (step.via.as_ref().map(|it| it.span), "via"),
            (step.within.as_ref().map(|it| it.span), "within"),
            (step.on_refused.as_ref().map(|it| it.span), "on refused"),
        ];
        let mut found = clauses
            .into_iter()
            .filter_map(|(span, word)| Some((span?, word)));
        if let Some((span, clause)) = found.next() {
            let (first, around) = (member.first().name.clone(), atomic.keyword);
            return Err(self.report(FlowError::ClauseOfAtomic {
                span,
                clause,
                first,
                around,
            }));
        }
        match (second_owner, member.hold_for()) {
            (Some(second), Some(first)) => {
                let second = second.span;
                Err(self.report(FlowError::AtomicHeldTwice { second, first }))
            }
            _ => Ok(()),
        }
    }
}

/// The steps of a workflow, each `atomic` as one.
pub(super) fn united(placed: &[PlacedStep<'_>], declared: Vec<StepDecl>) -> Vec<StepDecl> {
    let mut steps = Vec::new();
    let mut members: Vec<StepDecl> = Vec::new();
    for (index, (step, decl)) in placed.iter().zip(declared).enumerate() {
        members.push(decl);
        let is_last = placed.get(index + 1).is_none_or(|next| !continues(*next));
        if is_last {
            let members = std::mem::take(&mut members);
            match step.atomic {
                Some(atomic) => steps.extend(unite(atomic, members)),
                None => steps.extend(members),
            }
        }
    }
    steps
}

/// The steps that begin together, by position among the steps of the workflow, of which each `atomic` is one.
pub(super) fn stages(statements: &Statements<'_>) -> Vec<Range<usize>> {
    let mut next = 0;
    let stages = statements.stages.iter().map(|stage| {
        let steps = statements.steps[stage.clone()].iter();
        let first = next;
        next += steps.filter(|step| !continues(**step)).count();
        first..next
    });
    stages.collect()
}

/// The one step that the steps of an `atomic` are.
fn unite(atomic: &ast::Atomic, members: Vec<StepDecl>) -> Option<StepDecl> {
    let compensation = compensation(&members);
    let mut members = members.into_iter();
    let mut whole = members.next()?;
    let Some(name) = joined_name(atomic) else {
        return Some(whole);
    };
    whole.results = qualified(&mut whole);
    for mut member in members {
        let first = whole.results.len();
        whole.results.extend(qualified(&mut member));
        whole.docs.extend(member.docs);
        whole.confirmation.extend(member.confirmation);
        whole.then.push(Following {
            call: member.call,
            results: first..whole.results.len(),
            views: member.views,
            guard: member.guard,
        });
    }
    if let Role::Compensable(_) | Role::NothingToUndo = whole.role {
        whole.role = compensation;
    }
    Some(StepDecl {
        name: name.value,
        name_span: name.span,
        span: atomic.span,
        ..whole
    })
}

/// What undoes all of it: the last first, as its results may need those before it.
fn compensation(members: &[StepDecl]) -> Role {
    let compensations = members.iter().rev().filter_map(StepDecl::compensation);
    let (mut calls, mut owner) = (Vec::new(), None);
    for Compensation {
        calls: own,
        hold_for,
    } in compensations.cloned()
    {
        calls.extend(own);
        owner = owner.or(hold_for);
    }
    match calls.is_empty() {
        true => Role::NothingToUndo,
        false => Role::Compensable(Box::new(Compensation {
            calls,
            hold_for: owner,
        })),
    }
}

/// The results of a step, with its name before theirs.
fn qualified(member: &mut StepDecl) -> Vec<(Field, usize)> {
    let mut results = std::mem::take(&mut member.results);
    for (field, _) in &mut results {
        field.name = format!("{}_{}", member.name, field.name);
    }
    results
}
