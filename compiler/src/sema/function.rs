//! Finds the function a call means, and whether emitted code may call it.

use super::call::Site;
use super::check::Checker;
use super::context::Expect;
use super::errors::{NameError, SagaError, TypeError};
use super::shape_of::{is_aptos_object, shape_of, spell};
use super::symbols::{ContractSymbol, Declared};
use crate::hir::{Expr, ExprKind};
use crate::import::{Abilities, FunctionKind, Interface, Param, ParamRole, Signature, TargetType};
use crate::syntax::ast::Name;
use crate::vm::Vm;

/// A function, by its place among those of its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'i> {
    pub(super) overload: usize,
    pub(super) signature: &'i Signature,
}

impl Checker<'_> {
    /// The function a call means.
    pub(super) fn find_function<'i>(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &'i Interface,
    ) -> Declared<Found<'i>> {
        let name = &site.call.function;
        let Some(overloads) = interface.functions.get(&name.value) else {
            return Err(self.unknown_function(name, &site.call.contract.value, interface));
        };
        let mut callable = Vec::new();
        for (overload, function) in overloads.iter().enumerate() {
            match &function.signature {
                Ok(signature) => callable.push(Found {
                    overload,
                    signature,
                }),
                Err(reason) if overloads.len() == 1 => {
                    let (name, reason) = (name.clone(), reason.clone());
                    return Err(self.report(NameError::UnsupportedFunction { name, reason }));
                }
                Err(_) => {}
            }
        }
        let found = self.choose(site, contract, interface, &callable)?;
        self.check_callable(name, found.signature)?;
        Ok(found)
    }

    fn unknown_function(
        &mut self,
        name: &Name,
        contract: &str,
        interface: &Interface,
    ) -> crate::diagnostic::Reported {
        self.report(NameError::UnknownFunction {
            name: name.clone(),
            contract: contract.to_owned(),
            near: interface.suggest(&name.value).map(str::to_owned),
            known: interface.functions.keys().cloned().collect(),
        })
    }

    /// Chooses among overloads by the number of arguments, then by their types.
    fn choose<'i>(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &'i Interface,
        callable: &[Found<'i>],
    ) -> Declared<Found<'i>> {
        let given = site.call.args.len();
        let by_count = callable
            .iter()
            .filter(|found| values(found.signature, contract).count() == given);
        let by_count: Vec<_> = by_count.copied().collect();
        match (by_count.as_slice(), callable) {
            ([only], _) | ([], [only]) => Ok(*only),
            ([], [first, ..]) => Err(self.report_count(site, contract, interface, first.signature)),
            ([], []) => {
                let overloads = interface.functions[&site.call.function.value].first();
                let reason = overloads.and_then(|function| function.signature.clone().err());
                let name = site.call.function.clone();
                match reason {
                    Some(reason) => {
                        Err(self.report(NameError::UnsupportedFunction { name, reason }))
                    }
                    None => Err(self.unknown_function(&name, &site.call.contract.value, interface)),
                }
            }
            (several, _) => self.choose_by_types(site, contract, interface, several),
        }
    }

    fn choose_by_types<'i>(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &'i Interface,
        candidates: &[Found<'i>],
    ) -> Declared<Found<'i>> {
        let mut fitting = Vec::new();
        for found in candidates {
            if let Some(conversions) =
                self.try_arguments(site, contract, interface, found.signature)
            {
                fitting.push((conversions, *found));
            }
        }
        let least = fitting.iter().map(|(conversions, _)| *conversions).min();
        let best: Vec<_> = fitting
            .iter()
            .filter(|(conversions, _)| Some(*conversions) == least)
            .collect();
        match best.as_slice() {
            [(_, only)] => Ok(*only),
            // None fits: the errors of the first say what a call needs.
            [] => Ok(candidates[0]),
            _ => {
                let texts = best
                    .iter()
                    .map(|(_, found)| self.signature_text(site, contract, found.signature));
                let candidates = texts.collect();
                Err(self.report(NameError::Ambiguous {
                    name: site.call.function.clone(),
                    candidates,
                }))
            }
        }
    }

    /// Checks arguments against a signature without reporting anything; how many conversions they need, if they fit.
    fn try_arguments(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &Interface,
        signature: &Signature,
    ) -> Option<usize> {
        let found = std::mem::take(self.diagnostics);
        let (constants, declared) = (self.constants.clone(), self.declarations.constants.clone());
        let shapes = values(signature, contract).map(|(_, param)| shape_of(&param.ty, interface));
        let shapes: Vec<_> = shapes.collect();
        let asked = self.asking.clone();
        let mut conversions = Some(0);
        for (arg, shape) in site.call.args.iter().zip(&shapes) {
            let checked = self.check_expr(site.context, arg, Expect::Param(shape, contract.chain));
            let converted = checked.ok().map(|expr| usize::from(is_converted(&expr)));
            conversions = conversions.zip(converted).map(|(sum, one)| sum + one);
        }
        *self.diagnostics = found;
        self.asking = asked;
        (self.constants, self.declarations.constants) = (constants, declared);
        conversions
    }

    pub(super) fn report_count(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        interface: &Interface,
        signature: &Signature,
    ) -> crate::diagnostic::Reported {
        let params = values(signature, contract).map(|(place, param)| {
            let ty = shape_of(&param.ty, interface)
                .describe(self.chain_name(contract.chain), super::shape::Direction::In);
            format!("{}: {ty}", param_name(place, param))
        });
        let params = params.collect();
        let (span, function) = (site.call.span, site.call.function.value.clone());
        self.report(TypeError::ArgumentCount {
            span,
            function,
            params,
            found: site.call.args.len(),
        })
    }

    fn signature_text(
        &self,
        site: Site<'_>,
        contract: &ContractSymbol,
        signature: &Signature,
    ) -> String {
        let module = match &signature.kind {
            FunctionKind::Sui(function) | FunctionKind::Aptos(function) => {
                format!("{}::", function.module)
            }
            FunctionKind::Evm(_) | FunctionKind::Svm(_) => String::new(),
        };
        let params: Vec<_> = values(signature, contract)
            .map(|(_, param)| spell(&param.ty))
            .collect();
        format!(
            "`{module}{}({})`",
            site.call.function.value,
            params.join(", ")
        )
    }

    fn check_callable(&mut self, name: &Name, signature: &Signature) -> Declared<()> {
        match &signature.kind {
            FunctionKind::Sui(function) | FunctionKind::Aptos(function)
                if !function.is_callable_from_elsewhere() =>
            {
                let (why, help) = if function.is_entry {
                    (
                        "an entry function that is not public: only a transaction can call it",
                        "call a `public` function",
                    )
                } else {
                    (
                        "private to its own package",
                        "call a `public` function of the module",
                    )
                };
                return Err(self.report(NameError::NotCallable {
                    name: name.clone(),
                    why: why.to_owned(),
                    help,
                }));
            }
            _ => {}
        }
        if signature.is_view() && self.asking.is_none() {
            self.warn(SagaError::ViewAsStep {
                span: name.span,
                function: name.value.clone(),
            });
        }
        self.check_discardable(name, signature)
    }

    /// Reports a result that Move does not let emitted code drop.
    fn check_discardable(&mut self, name: &Name, signature: &Signature) -> Declared<()> {
        for result in &signature.results {
            let TargetType::Move(_) = result.ty else {
                continue;
            };
            let ty = spell(&result.ty);
            let why = match result.abilities {
                Some(abilities) if abilities.has(Abilities::DROP) => continue,
                Some(_) => format!("`{ty}` has no `drop`"),
                None => format!("the file does not declare `{ty}`, which may have no `drop`"),
            };
            let (span, function) = (name.span, name.value.clone());
            return Err(self.report(TypeError::LinearResult {
                span,
                function,
                why,
            }));
        }
        Ok(())
    }
}

/// The parameters that arguments stand for, with their places among all.
pub(super) fn values<'i>(
    signature: &'i Signature,
    contract: &ContractSymbol,
) -> impl Iterator<Item = (usize, &'i Param)> + use<'i> {
    let vm = contract.interface.vm;
    let params = signature.params.iter().enumerate();
    params.filter(move |(_, param)| param.role == ParamRole::Value && !is_object(vm, param))
}

/// Whether a parameter of plain data is an object all the same: on Aptos objects are passed by their addresses.
pub(super) fn is_object(vm: Vm, param: &Param) -> bool {
    vm == Vm::Aptos && is_aptos_object(&param.ty)
}

/// The parameter's name, or what it is called where the interface has none.
pub(super) fn param_name(place: usize, param: &Param) -> String {
    param
        .name
        .clone()
        .unwrap_or_else(|| format!("arg{}", place + 1))
}

/// The parameter in a message.
pub(super) fn param_phrase(place: usize, param: &Param) -> String {
    match &param.name {
        Some(name) => format!("parameter `{name}`"),
        None => format!("parameter {}", place + 1),
    }
}

/// Whether an argument is no longer what was written.
fn is_converted(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Widen(_) | ExprKind::Convert(..))
}
