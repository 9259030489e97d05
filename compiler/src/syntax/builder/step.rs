//! Sorts the clauses of a step: each stands once, and those after `compensate` or `confirm` that a call can have belong to that call.

use super::super::ast::{
    Authority, Call, CallClause, CallOptions, Clause, Compensation, Duration, Expr, FieldValue,
    Name, Policy, Step, StepResult,
};
use super::super::error::SyntaxError;
use super::super::errors::Errors;
use super::Builder;
use crate::source::{Span, Spanned};

/// A clause as the grammar reads it.
#[derive(Debug)]
pub(in super::super) enum RawClause {
    Via(Name),
    Within(Duration),
    Gas(u64),
    Value(Expr),
    Accounts(Vec<FieldValue>),
    Objects(Vec<FieldValue>),
    Types(Vec<Expr>),
    Sender(Authority),
    Require(Expr),
    Spend(Vec<Name>),
    CompensateNone,
    Compensate(Call),
    ElseHoldFor(Expr),
    Confirm(Call),
    OnRefused(Policy),
    Pivot,
    Retriable,
    /// Something the parser reported and skipped.
    Faulty,
}

impl Builder<'_, '_, '_> {
    /// A step with its clauses sorted.
    pub(in super::super) fn step(
        &mut self,
        start: u32,
        name: Name,
        call: Call,
        results: Option<Spanned<Vec<StepResult>>>,
        clauses: Vec<Spanned<RawClause>>,
        end: u32,
    ) -> Box<Step> {
        let step = Step {
            docs: self.docs(start),
            name,
            call,
            results,
            options: CallOptions::default(),
            via: None,
            within: None,
            require: None,
            spend: None,
            compensate: None,
            hold_for: None,
            confirm: None,
            on_refused: None,
            pivot: None,
            retriable: None,
            span: self.span(start, end),
        };
        // Where a clause was lost, another may look like a repetition.
        let is_complete = !self.is_incomplete(start, end);
        let mut sorter = Sorter {
            step: Box::new(step),
            owner: Owner::Step,
            errors: is_complete.then_some(&mut *self.errors),
        };
        for clause in clauses {
            sorter.add(clause);
        }
        sorter.step
    }

    /// The clauses of a call in a guard.
    pub(in super::super) fn call_options(
        &mut self,
        clauses: Vec<Spanned<RawClause>>,
    ) -> CallOptions {
        let mut options = CallOptions::default();
        for clause in clauses {
            if let Some(repeated) = add_option(&mut options, clause.value, clause.span) {
                self.errors.push(repeated);
            }
        }
        options
    }
}

struct Sorter<'a, 'd> {
    step: Box<Step>,
    /// Whose call the clauses of a call belong to.
    owner: Owner,
    errors: Option<&'a mut Errors<'d>>,
}

/// Whose call the clauses of a call belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Step,
    Compensation,
    Confirmation,
}

/// Puts a clause that belongs to a call where it belongs; one that stands there already is returned.
fn add_option(options: &mut CallOptions, clause: RawClause, span: Span) -> Option<SyntaxError> {
    match clause {
        RawClause::Gas(gas) => set(&mut options.gas, gas, span, "gas"),
        RawClause::Value(value) => set(&mut options.value, value, span, "value"),
        RawClause::Accounts(list) => set(&mut options.accounts, list, span, "accounts"),
        RawClause::Objects(list) => set(&mut options.objects, list, span, "objects"),
        RawClause::Types(list) => set(&mut options.types, list, span, "types"),
        RawClause::Sender(who) => set(&mut options.sender, who, span, "sender"),
        _ => None,
    }
}

impl Sorter<'_, '_> {
    fn add(&mut self, clause: Spanned<RawClause>) {
        let span = clause.span;
        let belongs_to_call = matches!(
            clause.value,
            RawClause::Gas(_)
                | RawClause::Value(_)
                | RawClause::Accounts(_)
                | RawClause::Objects(_)
                | RawClause::Types(_)
                | RawClause::Sender(_)
        );
        if belongs_to_call {
            self.add_option(clause.value, span);
        } else {
            self.owner = match clause.value {
                RawClause::Compensate(_) => Owner::Compensation,
                RawClause::Confirm(_) => Owner::Confirmation,
                // It belongs to the compensation too.
                RawClause::ElseHoldFor(_) => self.owner,
                _ => Owner::Step,
            };
            self.add_to_step(clause.value, span);
        }
    }

    fn add_option(&mut self, clause: RawClause, span: Span) {
        let repeated = add_option(self.options(span), clause, span);
        self.report(repeated);
    }

    /// The options that a clause belongs to; the clause of their call grows by it.
    fn options(&mut self, clause: Span) -> &mut CallOptions {
        let step = &mut *self.step;
        match (self.owner, &mut step.compensate, &mut step.confirm) {
            (
                Owner::Compensation,
                Some(Clause {
                    value: Compensation::Call(call),
                    span,
                }),
                _,
            )
            | (Owner::Confirmation, _, Some(Clause { value: call, span })) => {
                *span = span.to(clause);
                &mut call.options
            }
            _ => &mut step.options,
        }
    }

    fn add_to_step(&mut self, clause: RawClause, span: Span) {
        let step = &mut *self.step;
        let repeated = match clause {
            RawClause::Via(name) => set(&mut step.via, name, span, "via"),
            RawClause::Within(time) => set(&mut step.within, time, span, "within"),
            RawClause::Require(guard) => set(&mut step.require, guard, span, "require"),
            RawClause::Spend(holdings) => set(&mut step.spend, holdings, span, "spend"),
            RawClause::OnRefused(policy) => set(&mut step.on_refused, policy, span, "on refused"),
            RawClause::CompensateNone => {
                set(&mut step.compensate, Compensation::None, span, "compensate")
            }
            RawClause::Compensate(call) => {
                let call = Compensation::Call(call_clause(call));
                set(&mut step.compensate, call, span, "compensate")
            }
            RawClause::ElseHoldFor(owner) => set(&mut step.hold_for, owner, span, "else hold for"),
            RawClause::Confirm(call) => set(&mut step.confirm, call_clause(call), span, "confirm"),
            RawClause::Pivot => mark(&mut step.pivot, span, "pivot"),
            RawClause::Retriable => mark(&mut step.retriable, span, "retriable"),
            _ => None,
        };
        self.report(repeated);
    }

    fn report(&mut self, repeated: Option<SyntaxError>) {
        if let (Some(error), Some(errors)) = (repeated, &mut self.errors) {
            errors.push(error);
        }
    }
}

fn call_clause(call: Call) -> Box<CallClause> {
    let options = CallOptions::default();
    Box::new(CallClause { call, options })
}

fn set<T>(
    place: &mut Option<Clause<T>>,
    value: T,
    span: Span,
    clause: &'static str,
) -> Option<SyntaxError> {
    if let Some(Clause { span: first, .. }) = *place {
        return Some(SyntaxError::RepeatedClause {
            span,
            first,
            clause,
        });
    }
    *place = Some(Clause::new(value, span));
    None
}

fn mark(place: &mut Option<Span>, span: Span, clause: &'static str) -> Option<SyntaxError> {
    if let Some(first) = *place {
        return Some(SyntaxError::RepeatedClause {
            span,
            first,
            clause,
        });
    }
    *place = Some(span);
    None
}
