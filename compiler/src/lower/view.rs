//! Guards: what they ask contracts of their chain, in the transaction in which they are decided, and the decision.

use crate::entities::{Step, Value};
use crate::hir::{Expr, StepDecl, View};
use crate::ir::{InstData, Terminator};

use super::builder::BodyBuilder;
use super::compute::{Fill, Leaves, lower_call, lower_condition, lower_partial_call};
use super::expr::{Leaf, Root};

/// What becomes of a call in a guard that fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Failing {
    /// The guard is false.
    Refuses,
    /// The transaction fails, as it does if the step's own call fails.
    Rejects,
}

impl Failing {
    /// What it is where failing calls are caught, or are not.
    pub(super) fn of(catches: bool) -> Self {
        match catches {
            true => Failing::Refuses,
            false => Failing::Rejects,
        }
    }
}

/// What is decided right before a call.
#[derive(Clone, Copy)]
pub(super) struct Guard<'d> {
    /// The step of the call.
    pub(super) step: Step,
    /// What is asked.
    pub(super) views: &'d [View],
    /// What has to hold.
    pub(super) condition: Option<&'d Expr>,
    /// Whether the call follows others, which it is made together with.
    pub(super) joins: bool,
}

impl<'d> Guard<'d> {
    /// That of a step, before its first call.
    pub(super) fn of(step: Step, decl: &'d StepDecl) -> Self {
        Guard {
            step,
            views: &decl.views,
            condition: decl.guard.as_ref(),
            joins: false,
        }
    }
}

/// Goes on if a guard holds, once it has asked all that it asks.
pub(super) fn lower_guard(
    guard: Guard<'_>,
    failing: Failing,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
    (not_met, no_value): (&mut Fill<'_>, &mut Fill<'_>),
) {
    let outcomes = (&mut *not_met, &mut *no_value);
    let viewed = lower_views(guard, failing, builder, leaves, outcomes);
    if let Some(condition) = guard.condition {
        let mut known = with_views(&viewed, leaves);
        lower_condition(condition, builder, &mut known, not_met, no_value);
    }
}

/// The leaves, and the values that were asked for.
fn with_views<'v>(
    viewed: &'v [Value],
    leaves: &'v mut Leaves<'_>,
) -> impl FnMut(&mut BodyBuilder, &Leaf) -> Value + 'v {
    move |builder, leaf| match leaf.root {
        Root::Viewed(index) => viewed[index],
        Root::Input(_) | Root::Result(..) => leaves(builder, leaf),
    }
}

/// Makes the calls of a guard, one after another. What they give, in order.
fn lower_views(
    guard: Guard<'_>,
    failing: Failing,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
    (not_met, no_value): (&mut Fill<'_>, &mut Fill<'_>),
) -> Vec<Value> {
    let mut viewed = Vec::new();
    for view in guard.views {
        let (field, position) = view.result.clone();
        let used = vec![position];
        let call = {
            let mut known = with_views(&viewed, leaves);
            let partial =
                lower_partial_call(&view.call, used.clone(), builder, &mut known, no_value);
            partial.unwrap_or_else(|| lower_call(&view.call, used, builder, &mut known))
        };
        let call = call.asked_by(guard.step);
        let call = if guard.joins { call.joined() } else { call };
        let values = match failing {
            Failing::Rejects => builder.call(call, &[field]),
            Failing::Refuses => {
                builder.push(InstData::RequireGas { gas: call.gas });
                let (ok, values) = builder.block(&[field]);
                let refused = builder.plain_block();
                builder.terminate(Terminator::Invoke { call, ok, refused });
                builder.switch_to(refused);
                not_met(builder);
                builder.switch_to(ok);
                values
            }
        };
        viewed.extend(values);
    }
    viewed
}
