//! What Sui, or this version's Sui back end, cannot do.

use std::collections::BTreeSet;

use super::packages::SuiRules;
use crate::backend::Input;
use crate::backend::move_lang::Dialect;
use crate::backend::move_lang::check::{self, CallCheck};
use crate::backend::move_lang::packages::Rules;
use crate::backend::move_lang::targets::Target;
use crate::deployment::ConstantValue;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Constant, Contract};
use crate::hir::{ObjectBinding, ObjectSource};
use crate::import::{MoveType, TargetType};

/// Reports what cannot be emitted for Sui.
///
/// # Errors
///
/// When something was reported.
pub fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    check::check(input, Dialect::Sui, check_call, diagnostics)
}

fn check_call(check: CallCheck<'_>) -> Vec<Diagnostic> {
    let function = &check.call.function;
    let Some(target) = Target::of(check.input.program, function) else {
        let name = &function.name;
        return vec![check.finding(format!("`{name}` is no function of a Sui module"))];
    };
    let unknown = target.types();
    let unknown = unknown.filter_map(|ty| unknown_package(&check, target.contract, ty));
    unknown.chain(changed_twice(&check, target)).collect()
}

/// Move lends an object once if it is to be changed, whatever names the source has for it.
fn changed_twice(check: &CallCheck<'_>, target: Target<'_>) -> Vec<Diagnostic> {
    let constants = &check.input.deployment.constants;
    let mut uses: Vec<(&ConstantValue, Uses)> = Vec::new();
    for object in check.call.binding.objects() {
        let ObjectSource::Constant(constant) = object.source else {
            continue;
        };
        let id = &constants[constant];
        match uses.iter_mut().find(|(known, _)| *known == id) {
            Some((_, uses)) => uses.add(constant, object, target),
            None => {
                let mut first = Uses::default();
                first.add(constant, object, target);
                uses.push((id, first));
            }
        }
    }
    let uses = uses.into_iter().map(|(_, uses)| uses);
    let twice = uses.filter(|uses| uses.count > 1 && uses.changes > 0);
    twice
        .map(|uses| check.finding(uses.reason(check.input)))
        .collect()
}

/// How often a call takes an object, by which names, and how often to change it.
#[derive(Default)]
struct Uses {
    constants: BTreeSet<Constant>,
    count: usize,
    changes: usize,
}

impl Uses {
    fn add(&mut self, constant: Constant, object: &ObjectBinding, target: Target<'_>) {
        self.constants.insert(constant);
        self.count += 1;
        let param = target.signature.params.get(object.parameter);
        if let Some(TargetType::Move(MoveType::MutRef(_))) = param.map(|param| &param.ty) {
            self.changes += 1;
        }
    }

    /// Why the call cannot be made.
    fn reason(&self, input: Input<'_>) -> String {
        let declared = &input.program.declarations.constants;
        let names = self.constants.iter();
        let names: Vec<_> = names
            .map(|&constant| format!("`@{}`", declared[constant].name))
            .collect();
        match &names[..] {
            [name] => format!("{name} is passed twice to one call that changes it"),
            names => format!(
                "{} are one object in this profile, and the call changes it",
                names.join(" and ")
            ),
        }
    }
}

fn unknown_package(check: &CallCheck<'_>, contract: Contract, ty: &MoveType) -> Option<Diagnostic> {
    match ty {
        MoveType::Vector(inner) | MoveType::Ref(inner) | MoveType::MutRef(inner) => {
            unknown_package(check, contract, inner)
        }
        MoveType::Struct(name) => {
            let address = &name.address;
            if SuiRules.resolve(check.input, contract, address).is_none() {
                let reason = format!("the interface does not say where the package `{address}` is");
                let help = "use an interface file with addresses, such as a node gives";
                return Some(check.finding(reason).help(help));
            }
            let mut args = name.args.iter();
            args.find_map(|arg| unknown_package(check, contract, arg))
        }
        _ => None,
    }
}
