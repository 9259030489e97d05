//! What lowering decided about the messages of a remote step and what its participant keeps.

use std::collections::BTreeMap;

use crate::entities::{Message, Slot, Step};
use crate::hir::{self, Package, RefusalPolicy};
use crate::ir::{MessageKind, Program};
use crate::types::{Field, Type};

use super::declare::{declare_message, declare_slot, field, unique};
use super::{for_each_leaf_of_step, is_result_of};
use crate::lower::expr::{Leaf, Root, for_each_leaf};

/// The messages of a remote step and what its participant keeps.
pub(in crate::lower) struct RemotePlan {
    /// The leaves that the Execute carries, in the order of its fields.
    pub(in crate::lower) carried: Vec<Leaf>,
    pub(in crate::lower) execute: Message,
    pub(in crate::lower) executed: Message,
    /// Absent for retriable steps, which are neither refused nor cancelled.
    pub(in crate::lower) cancellation: Option<CancellationMessages>,
    /// Absent for steps that nothing has to make final.
    pub(in crate::lower) confirmation: Option<ConfirmationMessages>,
    /// Leaves kept for the compensation and the confirmation.
    pub(in crate::lower) kept_leaves: BTreeMap<Leaf, Slot>,
    /// Results kept, by position in the declaration.
    pub(in crate::lower) kept_results: BTreeMap<usize, Slot>,
    /// Why the step was refused, to answer again with the same bytes; absent for retriable steps.
    pub(in crate::lower) refusal: Option<Slot>,
    /// How often the call failed; only where the VM catches and the policy is `retry`.
    pub(in crate::lower) attempts: Option<Slot>,
}

/// The messages of a step that can be refused and cancelled.
#[derive(Clone, Copy)]
pub(in crate::lower) struct CancellationMessages {
    pub(in crate::lower) cancel: Message,
    pub(in crate::lower) refused: Message,
    pub(in crate::lower) cancelled: Message,
}

/// The messages of a step that is made final once the workflow is decided.
#[derive(Clone, Copy)]
pub(in crate::lower) struct ConfirmationMessages {
    pub(in crate::lower) confirm: Message,
    pub(in crate::lower) confirmed: Message,
}

pub(super) fn plan_remote(
    package: &Package,
    step: Step,
    kept: &[usize],
    reported: &[usize],
    program: &mut Program,
) -> RemotePlan {
    let decl = &package.steps[step];
    let machine = program.steps[step].machine;
    let (carried, fields) = carried_leaves(package, step);
    let results = reported
        .iter()
        .map(|&index| decl.results[index].0.clone())
        .collect();
    let is_retriable = matches!(decl.role, hir::Role::Retriable);
    let execute = declare_message(program, step, MessageKind::Execute, fields);
    let confirms = !decl.confirmation.is_empty();
    let confirm =
        confirms.then(|| declare_message(program, step, MessageKind::Confirm, Vec::new()));
    let cancel =
        (!is_retriable).then(|| declare_message(program, step, MessageKind::Cancel, Vec::new()));
    let executed = declare_message(program, step, MessageKind::Executed, results);
    let refused = cancel.map(|_| {
        let reason = vec![field("reason", Type::Uint(8))];
        declare_message(program, step, MessageKind::Refused, reason)
    });
    let confirmation = confirm.map(|confirm| ConfirmationMessages {
        confirm,
        confirmed: declare_message(program, step, MessageKind::Confirmed, Vec::new()),
    });
    let cancelled =
        cancel.map(|_| declare_message(program, step, MessageKind::Cancelled, Vec::new()));
    let cancellation = cancel
        .zip(refused)
        .zip(cancelled)
        .map(|((cancel, refused), cancelled)| CancellationMessages {
            cancel,
            refused,
            cancelled,
        });
    let mut own_slot = |name: &str, ty: Type| {
        declare_slot(
            program,
            machine,
            Some(step),
            &format!("{}_{name}", decl.name),
            ty,
        )
    };
    let kept_leaves = later_leaves(package, step);
    let kept_leaves = kept_leaves
        .into_iter()
        .map(|(leaf, field)| (leaf, own_slot(&field.name, field.ty)))
        .collect();
    let result_slot = |index: &usize| {
        let result = &decl.results[*index].0;
        (
            *index,
            own_slot(&format!("result_{}", result.name), result.ty.clone()),
        )
    };
    let kept_results = kept.iter().map(result_slot).collect();
    let refusal = (!is_retriable).then(|| own_slot("refusal", Type::Uint(8)));
    let catches = package.declarations.chains[decl.chain]
        .vm
        .catches_failures();
    let retries = catches && matches!(decl.on_refused, RefusalPolicy::Retry(_));
    let attempts = retries.then(|| own_slot("attempts", Type::Uint(8)));
    RemotePlan {
        carried,
        execute,
        executed,
        cancellation,
        confirmation,
        kept_leaves,
        kept_results,
        refusal,
        attempts,
    }
}

/// The leaves an Execute carries, each once, in order of first use, and the fields that carry them.
fn carried_leaves(package: &Package, step: Step) -> (Vec<Leaf>, Vec<Field>) {
    let mut carried: Vec<(Leaf, Field)> = Vec::new();
    for_each_leaf_of_step(&package.steps[step], &mut |leaf, ty| {
        if !is_result_of(&leaf, step) && carried.iter().all(|(other, _)| *other != leaf) {
            let is_taken = |name: &str| carried.iter().any(|(_, field)| field.name == name);
            let name = unique(&leaf_name(package, step, &leaf), is_taken);
            carried.push((leaf, field(&name, ty.clone())));
        }
    });
    carried.into_iter().unzip()
}

/// The carried leaves that the compensation and the confirmation use.
fn later_leaves(package: &Package, step: Step) -> BTreeMap<Leaf, Field> {
    let mut leaves = BTreeMap::new();
    let mut keep = |leaf: Leaf, ty: &Type| {
        if !is_result_of(&leaf, step) {
            let field = field(&leaf_name(package, step, &leaf), ty.clone());
            leaves.insert(leaf, field);
        }
    };
    package.steps[step].for_each_later_expr(&mut |expr| for_each_leaf(expr, &mut keep));
    leaves
}

/// A name for a leaf: `amount`, `swap_amount_out`, `order_note`.
fn leaf_name(package: &Package, step: Step, leaf: &Leaf) -> String {
    let workflow = &package.workflows[package.steps[step].workflow];
    let (mut name, mut ty) = match leaf.root {
        Root::Viewed(_) => unreachable!("no message carries what a guard asks"),
        Root::Input(index) => (
            workflow.inputs[index].name.clone(),
            &workflow.inputs[index].ty,
        ),
        Root::Result(of, index) => {
            let step = &package.steps[of];
            (step.result_name(index), &step.results[index].0.ty)
        }
    };
    for &index in &leaf.path {
        let Type::Record(record) = ty else { break };
        let member = &package.declarations.records[*record].fields[index];
        name = format!("{name}_{}", member.name);
        ty = &member.ty;
    }
    name
}
