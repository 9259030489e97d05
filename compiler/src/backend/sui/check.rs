//! What Sui, or this version's Sui back end, cannot do.

use std::collections::BTreeMap;

use super::packages::SuiRules;
use crate::backend::Input;
use crate::backend::move_lang::packages::Rules;
use crate::backend::move_lang::targets::{Target, calls_of_handler};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Constant, Contract, Machine};
use crate::hir::{Binding, ObjectSource};
use crate::import::{MoveType, TargetType};
use crate::ir::{CallData, Role};
use crate::source::Span;
use crate::vm::Vm;

/// Reports what cannot be emitted for Sui.
///
/// # Errors
///
/// When something was reported.
pub fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    let mut result = Ok(());
    for (machine, data) in &input.program.machines {
        if input.program.declarations.chains[data.chain].vm == Vm::Sui {
            for finding in check_machine(input, machine) {
                result = Err(diagnostics.error(finding));
            }
        }
    }
    result
}

fn check_machine(input: Input<'_>, machine: Machine) -> Vec<Diagnostic> {
    let data = &input.program.machines[machine];
    if data.role == Role::Coordinator {
        let chain = &input.program.declarations.chains[data.chain];
        let workflow = &input.program.workflows[data.workflow];
        let message = format!(
            "a workflow cannot start on `{}` in this version",
            chain.name
        );
        let finding = Diagnostic::new(Code::SuiUnsupported, message)
            .primary(workflow.span, "this workflow starts on a Sui chain")
            .secondary(chain.span, "declared here")
            .help("start it on an EVM chain");
        return vec![finding];
    }
    let calls = data.handlers.iter().flat_map(|&handler| {
        let step = input.program.handlers[handler].step;
        let span = step.map_or(input.program.workflows[data.workflow].span, |step| {
            input.program.steps[step].span
        });
        calls_of_handler(input.program, handler).map(move |call| (call, span))
    });
    calls
        .flat_map(|(call, span)| CallCheck { input, call, span }.run())
        .collect()
}

/// The check of one call.
struct CallCheck<'a> {
    input: Input<'a>,
    call: &'a CallData,
    span: Span,
}

impl CallCheck<'_> {
    fn run(&self) -> Vec<Diagnostic> {
        let Some(target) = Target::of(self.input.program, &self.call.function) else {
            let reason = format!(
                "`{}` is no function of a Sui module",
                self.call.function.name
            );
            return vec![self.finding(reason)];
        };
        let params = target.signature.params.iter().map(|param| &param.ty);
        let results = target.signature.results.iter().map(|result| &result.ty);
        let unknown = params.chain(results).filter_map(|ty| match ty {
            TargetType::Move(ty) => self.unknown_package(target.contract, ty),
            TargetType::Evm(_) | TargetType::Svm(_) => None,
        });
        unknown.chain(self.shared_mutably()).collect()
    }

    /// Move lends an object once if it is to be changed.
    fn shared_mutably(&self) -> Vec<Diagnostic> {
        let Binding::Sui { objects, .. } = &self.call.binding else {
            return Vec::new();
        };
        let Some(target) = Target::of(self.input.program, &self.call.function) else {
            return Vec::new();
        };
        let mut uses: BTreeMap<Constant, (usize, bool)> = BTreeMap::new();
        for object in objects {
            if let ObjectSource::Constant(constant) = object.source {
                let ty = target
                    .signature
                    .params
                    .get(object.parameter)
                    .map(|param| &param.ty);
                let (count, is_mutable) = uses.entry(constant).or_default();
                *count += 1;
                *is_mutable |= matches!(ty, Some(TargetType::Move(MoveType::MutRef(_))));
            }
        }
        let twice = uses
            .into_iter()
            .filter(|(_, (count, is_mutable))| *count > 1 && *is_mutable);
        twice
            .map(|(constant, _)| {
                let name = &self.input.program.declarations.constants[constant].name;
                self.finding(format!(
                    "`@{name}` is passed twice to one call that changes it"
                ))
            })
            .collect()
    }

    fn unknown_package(&self, contract: Contract, ty: &MoveType) -> Option<Diagnostic> {
        match ty {
            MoveType::Vector(inner) | MoveType::Ref(inner) | MoveType::MutRef(inner) => {
                self.unknown_package(contract, inner)
            }
            MoveType::Struct(name) => {
                if SuiRules
                    .resolve(self.input, contract, &name.address)
                    .is_none()
                {
                    let reason = format!(
                        "the interface does not say where the package `{}` is",
                        name.address
                    );
                    return Some(
                        self.finding(reason)
                            .help("use an interface file with addresses, such as a node gives"),
                    );
                }
                name.args
                    .iter()
                    .find_map(|arg| self.unknown_package(contract, arg))
            }
            _ => None,
        }
    }

    fn finding(&self, reason: String) -> Diagnostic {
        let contract = &self.input.program.declarations.contracts[self.call.function.contract];
        let message = format!(
            "`{}.{}` cannot be called on Sui",
            contract.name, self.call.function.name
        );
        Diagnostic::new(Code::SuiUnsupported, message)
            .primary(self.span, "called in this step")
            .note(reason)
    }
}
