//! What Aptos, or this version's Aptos back end, cannot do.

use super::packages::{AptosRules, is_object};
use crate::backend::Input;
use crate::backend::move_lang::Dialect;
use crate::backend::move_lang::check::{self, CallCheck};
use crate::backend::move_lang::packages::Rules;
use crate::backend::move_lang::targets::Target;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::import::{Abilities, MoveStruct, MoveType, ParamRole, TargetType};

/// Reports what cannot be emitted for Aptos.
///
/// # Errors
///
/// When something was reported.
pub fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    check::check(input, Dialect::Aptos, check_call, diagnostics)
}

fn check_call(check: CallCheck<'_>) -> Vec<Diagnostic> {
    let function = &check.call.function;
    let Some(target) = Target::of(check.input.program, function) else {
        let name = &function.name;
        return vec![check.finding(format!("`{name}` is no function of an Aptos module"))];
    };
    if !target.function.is_callable_from_elsewhere() {
        let reason = "only a transaction, or its own package, can call it".to_owned();
        return vec![check.finding(reason).help("call a `public` function")];
    }
    let refused = refused_param(&check, target);
    let refused = refused.or_else(|| refused_result(&check, target));
    refused
        .map(|reason| check.finding(reason))
        .into_iter()
        .collect()
}

fn refused_param(check: &CallCheck<'_>, target: Target<'_>) -> Option<String> {
    let params = target.signature.params.iter().enumerate();
    let from_message = params.filter(|(place, _)| !check.is_spent(*place));
    from_message.map(|(_, param)| param).find_map(|param| {
        let TargetType::Move(ty) = &param.ty else {
            return None;
        };
        match param.role {
            ParamRole::Signer => None,
            ParamRole::Value => unspeakable(check, target, ty),
            ParamRole::Object { .. } | ParamRole::Clock | ParamRole::Context => Some(format!(
                "it takes a `{ty}`, which cannot be made out of a message"
            )),
        }
    })
}

fn refused_result(check: &CallCheck<'_>, target: Target<'_>) -> Option<String> {
    target.signature.results.iter().find_map(|result| {
        let TargetType::Move(ty) = &result.ty else {
            return None;
        };
        let can_drop = result
            .abilities
            .is_some_and(|abilities| abilities.has(Abilities::DROP));
        if can_drop {
            unspeakable(check, target, ty)
        } else {
            Some(format!("it returns a `{ty}`, which cannot be dropped"))
        }
    })
}

/// Why a type cannot be spelled in the emitted package.
fn unspeakable(check: &CallCheck<'_>, target: Target<'_>, ty: &MoveType) -> Option<String> {
    match ty {
        MoveType::Int(_) => Some(format!(
            "`{ty}` exists in Move 2.3 only, and emitted packages are Move 2.1"
        )),
        MoveType::Vector(inner) | MoveType::Ref(inner) | MoveType::MutRef(inner) => {
            unspeakable(check, target, inner)
        }
        MoveType::Struct(name) => unspeakable_struct(check, target, name),
        MoveType::Bool
        | MoveType::Uint(_)
        | MoveType::Address
        | MoveType::Signer
        | MoveType::TypeParam(_) => None,
    }
}

fn unspeakable_struct(
    check: &CallCheck<'_>,
    target: Target<'_>,
    name: &MoveStruct,
) -> Option<String> {
    let id = AptosRules.resolve(check.input, target.contract, &name.address);
    if id.is_none() {
        return Some(format!(
            "the interface does not say where `{}` is published",
            name.address
        ));
    }
    // An object may hold a type that this version has no word for; inside anything else it would be made or taken apart.
    let is_object = is_object(name);
    let mut args = name.args.iter().filter(|_| !is_object);
    args.find_map(|arg| unspeakable(check, target, arg))
}
