//! What a guard asks contracts of its chain, right before it is decided and in the same transaction.

use crate::entities::{Step, Value};
use crate::hir::StepDecl;
use crate::ir::{InstData, Terminator};

use super::builder::BodyBuilder;
use super::compute::{Fill, Leaves, lower_call, lower_partial_call};
use super::expr::{Leaf, Root};

/// What becomes of a call in a guard that fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Failing {
    /// The guard is false.
    Refuses,
    /// The transaction fails, as it does if the step's own call fails.
    Rejects,
}

/// Makes the calls of a guard, one after another. What they give, in order.
pub(super) fn lower_views(
    (step, decl): (Step, &StepDecl),
    failing: Failing,
    builder: &mut BodyBuilder,
    leaves: &mut Leaves<'_>,
    (not_met, no_value): (&mut Fill<'_>, &mut Fill<'_>),
) -> Vec<Value> {
    let mut viewed = Vec::new();
    for view in &decl.views {
        let mut known = |b: &mut BodyBuilder, leaf: &Leaf| match leaf.root {
            Root::Viewed(index) => viewed[index],
            Root::Input(_) | Root::Result(..) => leaves(b, leaf),
        };
        let (field, position) = view.result.clone();
        let used = vec![position];
        let partial = lower_partial_call(&view.call, used.clone(), builder, &mut known, no_value);
        let call = partial.unwrap_or_else(|| lower_call(&view.call, used, builder, &mut known));
        let call = call.asked_by(step);
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
