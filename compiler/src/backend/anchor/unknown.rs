//! Accounts that whoever starts an instance could not name: those that follow from what a call of the same transaction returns.

use super::check::SvmError;
use super::keys::started_with;
use crate::entities::{Handler, Machine, Value};
use crate::hir::AccountBinding;
use crate::ir::{Body, InstData, Program, Trigger};

/// Looks at every call of the transaction that starts an instance.
pub(super) fn find_unknown_accounts(program: &Program, machine: Machine) -> Vec<SvmError> {
    let Some(start) = program.handler_of(machine, Trigger::Start) else {
        return Vec::new();
    };
    // Every other call has an entry of its own.
    let handlers = program.machines[machine].handlers.iter();
    let internal = handlers.filter(|&&it| program.handlers[it].trigger == Trigger::Internal);
    internal
        .flat_map(|&handler| unknown_accounts_of(program, start, handler))
        .collect()
}

fn unknown_accounts_of(program: &Program, start: Handler, handler: Handler) -> Vec<SvmError> {
    let data = &program.handlers[handler];
    let Some(step) = data.step.map(|step| &program.steps[step]) else {
        return Vec::new();
    };
    let accounts = data.body.insts.values().flat_map(|inst| match inst {
        InstData::Call { call, .. } => {
            let calls = call.with_fundings();
            calls.flat_map(|call| call.binding.accounts()).collect()
        }
        _ => Vec::new(),
    });
    let unknown = accounts.filter(|account| {
        let mut is_known = true;
        account.source.for_each_value(&mut |value| {
            is_known &= is_input(program, start, &data.body, *value);
        });
        !is_known
    });
    let error = |account: &AccountBinding<Value>| SvmError::UnknownAccount {
        account: account.name.clone(),
        step: step.name.clone(),
        span: step.span,
    };
    unknown.map(error).collect()
}

/// Whether a value is made of inputs, literals and constants alone.
fn is_input(program: &Program, start: Handler, body: &Body, value: Value) -> bool {
    let is_input = |value: Value| is_input(program, start, body, value);
    let mut insts = body.insts.values();
    match insts.find(|inst| inst.results().contains(&value)) {
        Some(InstData::Load { slot, .. }) => started_with(program, start, *slot).is_some(),
        Some(InstData::Literal { .. } | InstData::Constant { .. }) => true,
        Some(
            InstData::Field { value, .. }
            | InstData::Widen { value, .. }
            | InstData::Not { value, .. },
        ) => is_input(*value),
        Some(InstData::Binary { left, right, .. }) => is_input(*left) && is_input(*right),
        _ => false,
    }
}
