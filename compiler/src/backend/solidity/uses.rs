//! What a body uses of what it is given.

use cranelift_entity::SecondaryMap;

use crate::entities::Value;
use crate::hir::Binding;
use crate::ir::{Body, CallData, InstData, MessageKind, Terminator};

/// How often each value of a body is used.
pub(super) struct Uses(SecondaryMap<Value, usize>);

impl Uses {
    /// Counts the uses of a body's values.
    pub(super) fn of(body: &Body) -> Self {
        let mut uses = SecondaryMap::with_capacity(body.values.len());
        let insts = body.insts.values().flat_map(InstData::operands);
        let blocks = body.blocks.values();
        let terminators = blocks.filter_map(|block| block.terminator.as_ref());
        for value in insts.chain(terminators.flat_map(Terminator::operands)) {
            uses[value] += 1;
        }
        Self(uses)
    }

    /// How often a value is used.
    pub(super) fn count(&self, value: Value) -> usize {
        self.0[value]
    }

    /// Whether a value is used.
    pub(super) fn contains(&self, value: Value) -> bool {
        self.count(value) > 0
    }
}

/// The elements of a list that a body makes of other values; none of any other value.
pub(super) fn made_of(body: &Body, list: Value) -> &[Value] {
    let mut made = body.insts.values().filter_map(|inst| match inst {
        InstData::List { result, elements } if *result == list => Some(&elements[..]),
        _ => None,
    });
    made.next().unwrap_or_default()
}

/// Whether a value is a list that is made of others and is an element of another such list, and nothing else.
pub(super) fn is_filled_in_place(body: &Body, uses: &Uses, value: Value) -> bool {
    let is_list =
        |inst: &InstData| matches!(inst, InstData::List { result, .. } if *result == value);
    let has_it = |inst: &InstData| matches!(inst, InstData::List { elements, .. } if elements.contains(&value));
    uses.count(value) == 1 && body.insts.values().any(is_list) && body.insts.values().any(has_it)
}

/// How many variables hold lists that a body makes of other values.
pub(super) fn list_variables(body: &Body) -> usize {
    let uses = Uses::of(body);
    let made = body.insts.values().filter(|inst| match inst {
        InstData::List { result, .. } => !is_filled_in_place(body, &uses, *result),
        _ => false,
    });
    made.count()
}

/// Whether a body reads or writes slots.
pub(super) fn uses_slots(body: &Body) -> bool {
    let uses = Uses::of(body);
    body.insts.values().any(|inst| match inst {
        InstData::Store { .. } => true,
        InstData::Load { result, .. } => uses.contains(*result),
        _ => false,
    })
}

/// Whether a body reads the deadline of the message that is delivered.
pub(super) fn uses_deadline(body: &Body) -> bool {
    let uses = Uses::of(body);
    let mut insts = body.insts.values();
    insts.any(|inst| matches!(inst, InstData::Deadline { result } if uses.contains(*result)))
}

/// Whether a body uses what its entry is given.
pub(super) fn uses_parameters(body: &Body) -> bool {
    let uses = Uses::of(body);
    body.blocks[body.entry]
        .params
        .iter()
        .any(|&value| uses.contains(value))
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
    body.calls()
        .map(|(call, _)| call.args.len())
        .max()
        .unwrap_or_default()
}

/// Whether all that a body ever does is to reject the transaction.
pub(super) fn only_rejects(body: &Body) -> bool {
    let entry = &body.blocks[body.entry];
    entry.insts.is_empty() && matches!(entry.terminator, Some(Terminator::Reject(_)))
}
