//! What an expression may refer to, and where it stands.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;

use super::custody::Holding;
use super::money::Amounts;
use super::named::LetSymbol;
use super::repeat::Copies;
use super::shape::Shape;
use super::symbols::Declared;
use crate::entities::{Chain, Step};
use crate::hir::{Authority, Expr};
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::Type;

/// The inputs and steps of a workflow.
#[derive(Debug, Default)]
pub(super) struct WorkflowScope {
    pub(super) inputs: Vec<Input>,
    pub(super) steps: Vec<StepSymbol>,
    pub(super) lets: Vec<LetSymbol>,
    pub(super) copies: Copies,
    /// What decides which stages run, each before those in it.
    pub(super) choices: Vec<ChoiceSymbol>,
    /// What amounts are counted in.
    pub(super) amounts: Amounts,
    /// Who may start an instance, once that is known.
    pub(super) authority: Option<Declared<Authority>>,
}

/// An `if` or `attempt`, and the stages of its arms.
#[derive(Clone, Debug)]
pub(super) struct ChoiceSymbol {
    pub(super) keyword: Span,
    pub(super) word: &'static str,
    pub(super) arms: [Range<usize>; 2],
}

/// An input of a workflow.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: Name,
    pub(super) ty: Declared<Type>,
    pub(super) used: Cell<bool>,
}

/// A step, as expressions see it.
#[derive(Debug)]
pub(super) struct StepSymbol {
    pub(super) id: Step,
    pub(super) name: Name,
    /// The stage it runs in; the results of earlier stages are known to it.
    pub(super) stage: usize,
    /// The word `atomic`, if it shares its transaction with others.
    pub(super) atomic: Option<Span>,
    /// The policy that lets the workflow go on without the step.
    pub(super) skippable: Option<Span>,
    /// `None` until the step's call was checked.
    pub(super) results: Option<Declared<Vec<ResultSymbol>>>,
    /// What is held after it; `None` if it is no `take`, or was not checked yet.
    pub(super) holding: Option<Declared<Holding>>,
    /// Whom what it could not spend is held for; `None` for nobody. `None` as a whole until it was checked.
    pub(super) held_for: Option<Declared<Option<Expr>>>,
}

/// A result of a step.
#[derive(Clone, Debug)]
pub(super) struct ResultSymbol {
    /// Its name; `None` if nobody named it, and for `_`.
    pub(super) name: Option<String>,
    pub(super) value: ResultValue,
}

/// Whether a result can be used.
#[derive(Clone, Debug)]
pub(super) enum ResultValue {
    /// At this position of the step's results, with this type.
    Usable(usize, Type),
    /// It cannot, for this reason.
    Unusable(Unusable),
    /// Its type in the source is faulty.
    Poisoned(crate::diagnostic::Reported),
}

/// Why a result cannot be used.
#[derive(Clone, Debug)]
pub(super) struct Unusable {
    /// Its type in the interface.
    pub(super) ty: String,
    pub(super) reason: String,
    pub(super) help: Option<String>,
}

/// Where an expression stands, which decides the results it may use. Steps are given by position in their workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the call, the guard or the bindings of a step.
    Step(usize),
    /// In a call that may follow a step.
    Later(LaterCall, usize),
    /// In a `let` before a stage.
    Let(usize),
    /// In the condition of an `if`.
    Condition(usize),
    /// In `return`, or outside workflows.
    End,
}

/// A call that may follow a step, in the participant that ran it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LaterCall {
    Compensation,
    Confirmation,
}

impl fmt::Display for LaterCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Compensation => "compensation",
            Self::Confirmation => "confirmation",
        })
    }
}

/// The surroundings of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'s> {
    pub(super) scope: &'s WorkflowScope,
    pub(super) place: Place,
}

impl Context<'_> {
    /// The first stage that comes after the place, where that is between stages.
    pub(super) fn stage(&self) -> usize {
        match self.place {
            Place::Let(stage) => stage,
            Place::Condition(choice) => self.scope.choices[choice].arms[0].start,
            Place::Step(step) | Place::Later(_, step) => self.scope.steps[step].stage,
            Place::End => usize::MAX,
        }
    }
}

/// What the place of an expression needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expect<'t> {
    /// Anything with a type.
    Any,
    /// A value of this type.
    Type(&'t Type),
    /// A value for a parameter of a contract on this chain.
    Param(&'t Shape, Chain),
}

impl StepSymbol {
    /// The name of its first result, as far as one is known.
    pub(super) fn first_result(&self) -> &str {
        let results = self
            .results
            .as_ref()
            .and_then(|results| results.as_ref().ok());
        let named = results
            .into_iter()
            .flatten()
            .find_map(|result| result.name.as_deref());
        named.unwrap_or("result")
    }
}

impl WorkflowScope {
    /// Whether one step comes before another in the same transaction.
    pub(super) fn leads_to(&self, step: usize, other: usize) -> bool {
        let keyword = self.steps[step].atomic;
        step < other && keyword.is_some() && keyword == self.steps[other].atomic
    }

    /// The position of the input of that name.
    pub(super) fn input(&self, name: &str) -> Option<usize> {
        self.inputs
            .iter()
            .position(|input| input.name.value == name)
    }

    /// The position of the step of that name.
    pub(super) fn step(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name.value == name)
    }

    /// The position of the `let` of that name.
    pub(super) fn find_let(&self, name: &str) -> Option<usize> {
        self.lets.iter().position(|it| it.name.value == name)
    }

    /// A name as the source writes it, where it may be that of a copy.
    pub(super) fn as_written(&self, name: &Name) -> Name {
        let made = self.copies.made.iter().find(|made| made.has(&name.value));
        made.map_or(name, |made| &made.written).clone()
    }

    /// What decides whether a step runs, if at a place it may have been left out.
    pub(super) fn choice_between(&self, step: usize, place: Place) -> Option<&ChoiceSymbol> {
        let stage = self.steps[step].stage;
        let choices = self.choices.iter().enumerate();
        let mut missed = choices.filter(|(index, choice)| {
            let mut arms = choice.arms.iter();
            let arm = arms.find(|arm| arm.contains(&stage));
            arm.is_some_and(|arm| !self.stands_in(place, *index, arm))
        });
        missed.next().map(|(_, choice)| choice)
    }

    /// Whether what stands at a place is reached only through an arm of a choice.
    fn stands_in(&self, place: Place, choice: usize, arm: &Range<usize>) -> bool {
        match place {
            Place::Step(own) | Place::Later(_, own) => arm.contains(&self.steps[own].stage),
            // The condition of a choice stands outside of its arms, which begin at the same stage.
            Place::Condition(own) => choice < own && arm.contains(&self.choices[own].arms[0].start),
            Place::Let(_) | Place::End => false,
        }
    }

    /// Where a name is declared.
    pub(super) fn declared(&self, name: &str) -> Option<Span> {
        let mut names = self.declared_names();
        names.find(|it| it.value == name).map(|it| it.span)
    }

    /// Every name that can begin an expression.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared_names().map(|name| name.value.as_str())
    }

    fn declared_names(&self) -> impl Iterator<Item = &Name> {
        let inputs = self.inputs.iter().map(|input| &input.name);
        let steps = self.steps.iter().map(|step| &step.name);
        let lets = self.lets.iter().map(|it| &it.name);
        inputs.chain(steps).chain(lets)
    }
}
