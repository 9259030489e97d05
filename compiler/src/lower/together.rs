//! Calls that take effect together: those of a step, of what undoes it, and of what makes it final, in one transaction or not at all.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::entities::{Handler, Machine, Value};
use crate::hir::Call;
use crate::ir::{Block, CallData, HandlerData, Part, Program, Rejection, Terminator, Trigger};
use crate::types::Field;

use super::builder::BodyBuilder;
use super::compute::{Fill, Leaves, lower_call, lower_partial_call};
use super::expr::{Leaf, Root, project};
use super::plan::StepPlan;
use super::view::{Failing, Guard, lower_guard};

/// A handler whose calls take effect together, and their budgets.
#[derive(Clone, Copy)]
pub(super) struct Routine {
    handler: Handler,
    gas: u64,
}

impl Routine {
    /// Declares the routine of one of a step's parts, if the machine can catch.
    pub(super) fn declare(
        program: &mut Program,
        machine: Machine,
        (step, part): (&StepPlan<'_>, Part),
        body: BodyBuilder,
    ) -> Self {
        let verb = match part {
            Part::Compensation => "undo_together",
            Part::Confirmation => "confirm_together",
            Part::Execution | Part::Guard => "run_together",
        };
        let body = body.finish_body();
        let gas = body.gas_of_calls();
        let handler = program.handlers.push(HandlerData {
            machine,
            name: format!("{verb}_{}", step.decl.name),
            trigger: Trigger::Together(step.step, part),
            step: Some(step.step),
            body,
        });
        Routine { handler, gas }
    }

    pub(super) const fn handler(self) -> Handler {
        self.handler
    }

    /// The budgets of its calls.
    pub(super) const fn gas(self) -> u64 {
        self.gas
    }
}

/// What is called with its failure caught.
pub(super) enum Caught {
    /// One call.
    Call(CallData),
    /// Several together, and what their routine is given.
    Routine(Routine, Vec<Value>),
}

/// The results of a step's calls, by position in its declaration.
pub(super) type Results = BTreeMap<usize, Value>;

/// The results of a step that one of its calls gives and something uses: where they stand in the declaration and among those of the
/// call, with their names and types.
fn results_of(step: &StepPlan<'_>, of: Range<usize>) -> (Vec<usize>, Vec<usize>, Vec<Field>) {
    let used = step.used.iter().copied().filter(|index| of.contains(index));
    let used: Vec<_> = used.collect();
    let (fields, positions) = used
        .iter()
        .map(|&index| step.decl.results[index].clone())
        .unzip();
    (used, positions, fields)
}

/// The results that the first call of a step gives: where they stand in the declaration and among those of the call, with their names and
/// types.
pub(super) fn first_results(step: &StepPlan<'_>) -> (Vec<usize>, Vec<usize>, Vec<Field>) {
    if step.decl.custody.is_some() {
        // What was taken is known without the call.
        return (Vec::new(), Vec::new(), Vec::new());
    }
    let others = step.decl.then.first();
    let end = others.map_or(step.decl.results.len(), |following| following.results.start);
    results_of(step, 0..end)
}

/// Makes the calls of a step one after another. Whatever keeps one from being made fails the transaction, and so does one that fails.
/// `first` is the first of them, if it was computed before.
pub(super) fn lower_execution(
    step: &StepPlan<'_>,
    first: Option<CallData>,
    program: &Program,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
) -> Results {
    let (used, positions, fields) = first_results(step);
    let call = first.unwrap_or_else(|| operands(&step.decl.call, positions, builder, leaves));
    let values = builder.call(call, &fields);
    let mut results: Results = used.into_iter().zip(values).collect();
    for following in &step.decl.then {
        let known = results.clone();
        let mut leaves = |b: &mut BodyBuilder, leaf: &Leaf| match leaf.root {
            Root::Result(of, index) if of == step.step => {
                project(known[&index], &leaf.path, b, program)
            }
            _ => leaves(b, leaf),
        };
        let guard = Guard {
            step: step.step,
            views: &following.views,
            condition: following.guard.as_ref(),
            joins: true,
        };
        let mut not_met = |b: &mut BodyBuilder| b.reject(Rejection::GuardNotMet);
        let mut no_value = |b: &mut BodyBuilder| b.reject(Rejection::NoValue);
        let outcomes: (&mut Fill<'_>, &mut Fill<'_>) = (&mut not_met, &mut no_value);
        lower_guard(guard, Failing::Rejects, builder, &mut leaves, outcomes);
        let (used, positions, fields) = results_of(step, following.results.clone());
        let call = operands(&following.call, positions, builder, &mut leaves).joined();
        let values = builder.call(call, &fields);
        results.extend(used.into_iter().zip(values));
    }
    results
}

/// The operands of a call that is made only if they have values.
fn operands(
    call: &Call,
    positions: Vec<usize>,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
) -> CallData {
    let mut no_value = |b: &mut BodyBuilder| b.reject(Rejection::NoValue);
    let partial = lower_partial_call(call, positions.clone(), builder, leaves, &mut no_value);
    partial.unwrap_or_else(|| lower_call(call, positions, builder, leaves))
}

/// Makes the calls that undo a step, or make it final, one after another; their operands always have values.
pub(super) fn lower_later(calls: &[Call], builder: &mut BodyBuilder, leaves: &mut Leaves<'_>) {
    for (position, call) in calls.iter().enumerate() {
        let call = lower_call(call, Vec::new(), builder, leaves);
        builder.call(if position > 0 { call.joined() } else { call }, &[]);
    }
}

impl BodyBuilder {
    /// Ends the current block with calls whose failure is caught.
    pub(super) fn catch(&mut self, caught: Caught, ok: Block, refused: Block) {
        self.terminate(match caught {
            Caught::Call(call) => Terminator::Invoke { call, ok, refused },
            Caught::Routine(Routine { handler, gas }, args) => Terminator::Together {
                routine: handler,
                args,
                gas,
                ok,
                refused,
            },
        });
    }
}

impl StepPlan<'_> {
    /// Whether its calls have to take effect together.
    pub(super) fn is_together(&self) -> bool {
        !self.decl.then.is_empty()
    }
}
