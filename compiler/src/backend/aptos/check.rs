//! What Aptos, or this version's Aptos back end, cannot do.

use super::packages::{AptosRules, is_object};
use crate::backend::Input;
use crate::backend::move_lang::packages::Rules;
use crate::backend::move_lang::targets::{Target, calls_of_handler};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::Machine;
use crate::import::{Abilities, MoveStruct, MoveType, ParamRole, TargetType};
use crate::ir::{CallData, Role};
use crate::source::Span;
use crate::vm::Vm;

/// Reports what cannot be emitted for Aptos.
///
/// # Errors
///
/// When something was reported.
pub fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    let mut result = Ok(());
    for (machine, data) in &input.program.machines {
        if input.program.declarations.chains[data.chain].vm == Vm::Aptos {
            for finding in check_machine(input, machine) {
                result = Err(diagnostics.error(finding));
            }
        }
    }
    result
}

fn check_machine(input: Input<'_>, machine: Machine) -> Vec<Diagnostic> {
    let data = &input.program.machines[machine];
    let workflow = &input.program.workflows[data.workflow];
    if data.role == Role::Coordinator {
        let chain = &input.program.declarations.chains[data.chain];
        let message = format!(
            "a workflow cannot start on `{}` in this version",
            chain.name
        );
        let finding = Diagnostic::new(Code::AptosUnsupported, message)
            .primary(workflow.span, "this workflow starts on an Aptos chain")
            .secondary(chain.span, "declared here")
            .help("start it on an EVM chain");
        return vec![finding];
    }
    let mut findings = Vec::new();
    for &handler in &data.handlers {
        let step = input.program.handlers[handler].step;
        let span = step.map_or(workflow.span, |step| input.program.steps[step].span);
        for call in calls_of_handler(input.program, handler) {
            findings.extend(CallCheck { input, call, span }.run());
        }
    }
    findings
}

/// The check of one call.
struct CallCheck<'a> {
    input: Input<'a>,
    call: &'a CallData,
    span: Span,
}

impl CallCheck<'_> {
    fn run(&self) -> Option<Diagnostic> {
        let Some(target) = Target::of(self.input.program, &self.call.function) else {
            let name = &self.call.function.name;
            return Some(self.finding(format!("`{name}` is no function of an Aptos module")));
        };
        if !target.function.is_callable_from_elsewhere() {
            let reason = "only a transaction, or its own package, can call it".to_owned();
            return Some(self.finding(reason).help("call a `public` function"));
        }
        let refused = self.refused_param(target);
        let refused = refused.or_else(|| self.refused_result(target));
        refused.map(|reason| self.finding(reason))
    }

    fn refused_param(&self, target: Target<'_>) -> Option<String> {
        target.signature.params.iter().find_map(|param| {
            let TargetType::Move(ty) = &param.ty else {
                return None;
            };
            match param.role {
                ParamRole::Signer => None,
                ParamRole::Value => self.unspeakable(target, ty),
                ParamRole::Object { .. } | ParamRole::Clock | ParamRole::Context => Some(format!(
                    "it takes a `{ty}`, which cannot be made out of a message"
                )),
            }
        })
    }

    fn refused_result(&self, target: Target<'_>) -> Option<String> {
        target.signature.results.iter().find_map(|result| {
            let TargetType::Move(ty) = &result.ty else {
                return None;
            };
            let can_drop = result
                .abilities
                .is_some_and(|abilities| abilities.has(Abilities::DROP));
            if can_drop {
                self.unspeakable(target, ty)
            } else {
                Some(format!("it returns a `{ty}`, which cannot be dropped"))
            }
        })
    }

    /// Why a type cannot be spelled in the emitted package.
    fn unspeakable(&self, target: Target<'_>, ty: &MoveType) -> Option<String> {
        match ty {
            MoveType::Int(_) => Some(format!(
                "`{ty}` exists in Move 2.3 only, and emitted packages are Move 2.1"
            )),
            MoveType::Vector(inner) | MoveType::Ref(inner) | MoveType::MutRef(inner) => {
                self.unspeakable(target, inner)
            }
            MoveType::Struct(name) => self.unspeakable_struct(target, name),
            MoveType::Bool
            | MoveType::Uint(_)
            | MoveType::Address
            | MoveType::Signer
            | MoveType::TypeParam(_) => None,
        }
    }

    fn unspeakable_struct(&self, target: Target<'_>, name: &MoveStruct) -> Option<String> {
        let id = AptosRules.resolve(self.input, target.contract, &name.address);
        if id.is_none() {
            return Some(format!(
                "the interface does not say where `{}` is published",
                name.address
            ));
        }
        // An object may hold a type that this version has no word for; inside anything else it would be made or taken apart.
        let is_object = is_object(name);
        let mut args = name.args.iter().filter(|_| !is_object);
        args.find_map(|arg| self.unspeakable(target, arg))
    }

    fn finding(&self, reason: String) -> Diagnostic {
        let contract = &self.input.program.declarations.contracts[self.call.function.contract];
        let message = format!(
            "`{}.{}` cannot be called on Aptos",
            contract.name, self.call.function.name
        );
        Diagnostic::new(Code::AptosUnsupported, message)
            .primary(self.span, "called in this step")
            .note(reason)
    }
}
