//! What a body uses of what it is given.

use std::collections::HashMap;

use crate::backend::solidity::calls::calls_of;
use crate::entities::Value;
use crate::hir::Binding;
use crate::ir::{Body, CallData, InstData, MessageKind, Terminator};

/// How often each value is used; those that are not are absent.
pub(super) fn count_uses(body: &Body) -> HashMap<Value, usize> {
    let mut uses = HashMap::new();
    let insts = body.insts.values().flat_map(InstData::operands);
    let terminators = body
        .blocks
        .values()
        .filter_map(|block| block.terminator.as_ref());
    for value in insts.chain(terminators.flat_map(Terminator::operands)) {
        *uses.entry(value).or_default() += 1;
    }
    uses
}

/// Whether a body reads or writes slots.
pub(super) fn uses_slots(body: &Body) -> bool {
    let uses = count_uses(body);
    body.insts.values().any(|inst| match inst {
        InstData::Store { .. } => true,
        InstData::Load { result, .. } => uses.contains_key(result),
        _ => false,
    })
}

/// Whether a body reads the deadline of the message that is delivered.
pub(super) fn uses_deadline(body: &Body) -> bool {
    let uses = count_uses(body);
    let mut insts = body.insts.values();
    insts.any(|inst| matches!(inst, InstData::Deadline { result } if uses.contains_key(result)))
}

/// Whether a body uses what its entry is given.
pub(super) fn uses_parameters(body: &Body) -> bool {
    let uses = count_uses(body);
    body.blocks[body.entry]
        .params
        .iter()
        .any(|value| uses.contains_key(value))
}

/// Whether an Execute carries a deadline that its handler looks at.
pub(super) fn has_deadline(kind: MessageKind, body: &Body) -> bool {
    kind == MessageKind::Execute && uses_deadline(body)
}

/// Whether a call sends the chain's currency along.
pub(super) fn sends_value(call: &CallData) -> bool {
    matches!(call.binding, Binding::Evm { value: Some(_) })
}

/// The most arguments of any call in a body.
pub(super) fn most_arguments(body: &Body) -> usize {
    calls_of(body)
        .map(|call| call.args.len())
        .max()
        .unwrap_or_default()
}
