//! Calls of targets: who signs them, and which objects they take.

use crate::backend::move_lang::body::{Operands, Spent, Statement, TargetCall};
use crate::backend::move_lang::custody::{Movement, Way};
use crate::backend::move_lang::machine::names::MachineNames;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::targets::{as_param, object_at, spell};
use crate::backend::move_lang::{Doc, Expr};
use crate::hir::{ObjectBinding, ObjectSource};
use crate::import::ParamRole;
use crate::ir::CallData;

/// Spells a call with these value arguments; `authority` is a reference to the right to sign for the machine's own account.
pub(super) fn write(
    packages: &Packages<'_>,
    names: &MachineNames,
    call: &CallData,
    operands: Operands,
    authority: Expr,
) -> TargetCall {
    let signer = Expr::call(
        "account::create_signer_with_capability",
        [authority.clone()],
    );
    let target = spell(packages, call, &operands, |index, param| match param.role {
        ParamRole::Signer => Some(as_param(&param.ty, signer.clone())),
        _ => object_at(call, index).map(|binding| object(names, binding)),
    });
    let movements = Movement::spent(packages.input.program, call).into_iter();
    let before = movements
        .zip(&operands.spent)
        .map(|(movement, spent)| Statement {
            name: spent.local.clone(),
            value: spending(names, movement, spent, &authority),
        });
    let by_caller = call.spends.iter().zip(&operands.spent);
    let by_caller = by_caller.filter(|(spend, _)| spend.parameter.is_none());
    TargetCall {
        before: before.collect(),
        after: by_caller
            .map(|(_, spent)| Doc::call(format!("{}.settle", spent.local), Vec::new()))
            .collect(),
        ..target
    }
}

/// Spells what makes an amount ready: the asset itself for a parameter that takes it, and else a transfer to the account that signs.
fn spending(names: &MachineNames, movement: Movement, spent: &Spent, authority: &Expr) -> Doc {
    let token = Expr::atom(&names.constants[&movement.token]);
    let account = (movement.way == Way::Spent).then(|| {
        let address = "account::get_signer_capability_address";
        Expr::call(address, [authority.clone()])
    });
    let function = format!("custody.{}", movement.function());
    let amount = spent.amount.clone();
    Expr::call(function, [token].into_iter().chain(account).chain([amount])).doc
}

/// Spells a movement with the amount of its call, behind the account if it leaves; `payer` is the signer of whoever sends the transaction.
pub(super) fn write_movement(
    names: &MachineNames,
    movement: Movement,
    args: Vec<Expr>,
    payer: &str,
) -> TargetCall {
    let token = Expr::atom(&names.constants[&movement.token]);
    let payer = match movement.way {
        Way::In => Some(Expr::atom(payer)),
        Way::Out | Way::Spent | Way::Withdrawn => None,
    };
    let function = format!("custody.{}", movement.function());
    let args = [token].into_iter().chain(payer).chain(args);
    TargetCall::new(Expr::call(function, args), 0)
}

fn object(names: &MachineNames, binding: &ObjectBinding) -> Expr {
    match binding.source {
        ObjectSource::Constant(constant) => {
            let address = Expr::atom(&names.constants[&constant]);
            Expr::call("object::address_to_object", [address])
        }
        ObjectSource::Clock => unreachable!("only Sui has a clock object"),
    }
}
