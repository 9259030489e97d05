//! Calls of targets: who signs them, and which objects they take.

use crate::backend::move_lang::Expr;
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::custody::{Movement, Way};
use crate::backend::move_lang::machine::names::MachineNames;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::targets::{as_param, object_at, spell};
use crate::hir::{ObjectBinding, ObjectSource};
use crate::import::ParamRole;
use crate::ir::CallData;

/// Spells a call with these value arguments; `authority` is a reference to the right to sign for the machine's own account.
pub(super) fn write(
    packages: &Packages<'_>,
    names: &MachineNames,
    call: &CallData,
    args: Vec<Expr>,
    authority: Expr,
) -> TargetCall {
    let signer = Expr::call("account::create_signer_with_capability", [authority]);
    spell(packages, call, args, |index, param| match param.role {
        ParamRole::Signer => Some(as_param(&param.ty, signer.clone())),
        _ => object_at(call, index).map(|binding| object(names, binding)),
    })
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
        Way::Out => None,
    };
    let function = format!("custody.{}", movement.function());
    TargetCall {
        expr: Expr::call(function, [token].into_iter().chain(payer).chain(args)),
        results: 0,
    }
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
