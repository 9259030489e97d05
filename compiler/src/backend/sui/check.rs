//! What Sui, or this version's Sui back end, cannot do.

use std::collections::{BTreeMap, BTreeSet};

use super::packages::SuiRules;
use crate::backend::Input;
use crate::backend::move_lang::Dialect;
use crate::backend::move_lang::check::{self, CallCheck};
use crate::backend::move_lang::packages::Rules;
use crate::backend::move_lang::targets::{Target, calls_of_handler};
use crate::deployment::ConstantValue;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Constant, Contract, Handler};
use crate::hir::ObjectSource;
use crate::import::{MoveType, Param, TargetType};
use crate::ir::{CallData, Program};

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
    let findings = unknown.chain(changed_twice(&check));
    findings.chain(lent_by_two_names(&check)).collect()
}

/// A transaction is given an object once if it is changed there, so all of its calls have one name for it. What one call takes twice is
/// another matter.
fn lent_by_two_names(check: &CallCheck<'_>) -> Vec<Diagnostic> {
    let (program, deployment) = (check.input.program, &check.input.deployment);
    let declared = &program.declarations.constants;
    let others = beside(program, check.handler);
    let others = others
        .iter()
        .flat_map(|&handler| calls_of_handler(program, handler));
    let others = others.filter(|other| !std::ptr::eq(*other, check.call));
    let others: Vec<_> = others.flat_map(|other| objects(program, other)).collect();
    let own = objects(program, check.call);
    let found = own.filter_map(|(constant, changes)| {
        let is_other_name = |other: &Constant| {
            *other < constant && deployment.constants[*other] == deployment.constants[constant]
        };
        let known = others.iter().find(|(other, other_changes)| {
            is_other_name(other) && (changes || *other_changes)
        });
        known.map(|(other, _)| {
            let [name, other] = [constant, *other].map(|it| &declared[it].name);
            let reason = format!(
                "`@{name}` and `@{other}` are one object in this profile, and a call of the same transaction changes it"
            );
            check.finding(reason).help(format!("write `@{other}` in both calls"))
        })
    });
    found.collect()
}

/// The handlers that run in a transaction with one.
fn beside(program: &Program, handler: Handler) -> BTreeSet<Handler> {
    let entries = program.machines[program.handlers[handler].machine]
        .handlers
        .iter();
    let together = entries.map(|&entry| program.reached_from(entry));
    together
        .filter(|it| it.contains(&handler))
        .flatten()
        .collect()
}

/// The objects that a call takes by names of the source, and whether it changes each.
fn objects<'p>(
    program: &'p Program,
    call: &'p CallData,
) -> impl Iterator<Item = (Constant, bool)> + 'p {
    let target = Target::of(program, &call.function);
    let objects = call.binding.objects().iter();
    objects.filter_map(move |object| match object.source {
        ObjectSource::Constant(constant) => {
            let param = target.and_then(|target| target.signature.params.get(object.parameter));
            Some((constant, param.is_some_and(is_changed)))
        }
        ObjectSource::Clock => None,
    })
}

fn is_changed(param: &Param) -> bool {
    matches!(param.ty, TargetType::Move(MoveType::MutRef(_)))
}

/// Move lends an object once if it is to be changed, whatever names the source has for it.
fn changed_twice(check: &CallCheck<'_>) -> Vec<Diagnostic> {
    let constants = &check.input.deployment.constants;
    let mut uses: BTreeMap<&ConstantValue, Uses> = BTreeMap::new();
    for (constant, changes) in objects(check.input.program, check.call) {
        let uses = uses.entry(&constants[constant]).or_default();
        uses.constants.insert(constant);
        uses.count += 1;
        uses.is_changed |= changes;
    }
    let twice = uses
        .values()
        .filter(|uses| uses.count > 1 && uses.is_changed);
    twice
        .map(|uses| check.finding(uses.reason(check.input)))
        .collect()
}

/// How often a call takes an object, by which names, and whether it changes it.
#[derive(Default)]
struct Uses {
    constants: BTreeSet<Constant>,
    count: usize,
    is_changed: bool,
}

impl Uses {
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
