//! Calls of targets: who signs them, which objects they take, and how arguments fit their types.

use super::packages::{Packages, Target, resolve, target, type_arguments};
use super::types::constant_type;
use crate::backend::Input;
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::participant::names::MachineNames;
use crate::backend::move_lang::{Doc, Expr};
use crate::hir::{Binding, ObjectSource};
use crate::import::{MoveType, ParamRole, TargetType};
use crate::ir::CallData;

/// What makes the signer of the participant's own account.
const SIGNER: &str = "account::create_signer_with_capability(&participant.authority)";

/// Spells a call with these value arguments.
pub(super) fn write(
    input: Input<'_>,
    packages: &Packages,
    names: &MachineNames,
    call: &CallData,
    args: Vec<Expr>,
) -> TargetCall {
    let target = target(input.program, &call.function)
        .expect("the checker lets only supported functions be called");
    let mut values = args.into_iter();
    let params = target.signature.params.iter().enumerate();
    let args = params.filter_map(|(index, param)| match param.role {
        ParamRole::Signer => Some(reference(&param.ty, Expr::atom(SIGNER))),
        _ => match object_at(names, call, index) {
            Some(object) => Some(object),
            None => values.next().map(|value| reference(&param.ty, value)),
        },
    });
    let args: Vec<_> = args.collect();
    let type_args = type_arguments(call).iter();
    let type_args: Vec<_> = type_args
        .map(|&constant| Doc::text(constant_type(input, packages, constant)))
        .collect();
    let path = path(input, packages, target, call);
    let head = if type_args.is_empty() {
        Doc::text(path)
    } else {
        Doc::list(path + "<", type_args, ">")
    };
    TargetCall {
        expr: Doc::concat([head, Expr::call("", args).doc]).into(),
        results: target.signature.results.len(),
    }
}

/// `pool::pool::stake`
pub(super) fn path(
    input: Input<'_>,
    packages: &Packages,
    target: Target<'_>,
    call: &CallData,
) -> String {
    let account = resolve(input, target.contract, &target.function.address);
    let account = account.map_or_else(
        || target.function.address.to_string(),
        |account| packages.name(&account),
    );
    let name = &call.function.name;
    let name = name.rsplit("::").next().unwrap_or(name);
    format!("{account}::{}::{name}", target.function.module)
}

/// The object that a call takes at this place among its parameters.
fn object_at(names: &MachineNames, call: &CallData, parameter: usize) -> Option<Expr> {
    let Binding::Aptos { objects, .. } = &call.binding else {
        return None;
    };
    let object = objects
        .iter()
        .find(|object| object.parameter == parameter)?;
    match object.source {
        ObjectSource::Constant(constant) => {
            let address = Expr::atom(&names.constants[&constant]);
            Some(Expr::call("object::address_to_object", [address]))
        }
        ObjectSource::Clock => unreachable!("only Sui has a clock object"),
    }
}

/// A value as the parameter takes it: `&value` where it is a reference.
fn reference(ty: &TargetType, value: Expr) -> Expr {
    match ty {
        TargetType::Move(MoveType::Ref(_)) => value.borrowed(),
        _ => value,
    }
}
