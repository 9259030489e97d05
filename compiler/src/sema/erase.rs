//! Takes the assets off amounts, which are numbers once they are checked.

use crate::hir::{
    Call, Choice, Decision, Expr, ExprKind, RefusalPolicy, Role, StepDecl, View, WorkflowDecl,
};
use crate::types::Type;

/// Makes numbers of the amounts of a step.
pub(super) fn erase_step(mut step: StepDecl) -> StepDecl {
    erase_call(&mut step.call);
    for (field, _) in &mut step.results {
        erase_type(&mut field.ty);
    }
    if let Role::Compensable(compensation) = &mut step.role {
        compensation.calls.iter_mut().for_each(erase_call);
        compensation.hold_for.iter_mut().for_each(erase_expr);
    }
    step.confirmation.iter_mut().for_each(erase_call);
    for View { call, result } in &mut step.views {
        erase_call(call);
        erase_type(&mut result.0.ty);
    }
    step.guard.iter_mut().for_each(erase_expr);
    if let RefusalPolicy::HoldFor(owner) = &mut step.on_refused {
        erase_expr(owner);
    }
    step
}

/// Makes numbers of the amounts of a workflow, apart from its steps.
pub(super) fn erase_workflow(mut workflow: WorkflowDecl) -> WorkflowDecl {
    for input in &mut workflow.inputs {
        erase_type(&mut input.ty);
    }
    for Choice { by, .. } in &mut workflow.choices {
        if let Decision::Condition(condition) = by {
            erase_expr(condition);
        }
    }
    for (field, value) in &mut workflow.results {
        erase_type(&mut field.ty);
        erase_expr(value);
    }
    workflow
}

fn erase_call(call: &mut Call) {
    call.args.iter_mut().for_each(erase_expr);
    for spend in &mut call.spends {
        erase_call(&mut spend.funding);
    }
    call.binding = call.binding.map(&mut |expr: &Expr| {
        let mut expr = expr.clone();
        erase_expr(&mut expr);
        expr
    });
}

fn erase_expr(expr: &mut Expr) {
    erase_type(&mut expr.ty);
    match &mut expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Input(_)
        | ExprKind::Result(..)
        | ExprKind::Viewed(_) => {}
        ExprKind::Field(inner, _)
        | ExprKind::Widen(inner)
        | ExprKind::Convert(inner, _)
        | ExprKind::Not(inner) => erase_expr(inner),
        ExprKind::Record(_, parts) | ExprKind::List(parts) => {
            parts.iter_mut().for_each(erase_expr);
        }
        ExprKind::Binary(_, left, right) | ExprKind::Arithmetic(_, left, right) => {
            erase_expr(left);
            erase_expr(right);
        }
    }
}

/// Amounts stand in no other types.
fn erase_type(ty: &mut Type) {
    if let Type::Amount(units) = ty {
        *ty = Type::Uint(units.bits);
    }
}
