//! What Solidity or the EVM cannot do, found before anything is written.

use crate::backend::Input;
use crate::backend::solidity::calls::{is_scalar, signature, typed_calls};
use crate::backend::solidity::convertible::{is_convertible, is_shared, is_spelled_alike};
use crate::backend::solidity::names::{contract_name, library_name};
use crate::backend::solidity::nesting::is_too_deep;
use crate::backend::solidity::stack;
use crate::backend::solidity::unsupported::{
    MAX_ARGUMENTS, MAX_CALL_RESULTS, MAX_EVENT_FIELDS, Unsupported, report,
};
use crate::backend::solidity::uses::sends_value;
use crate::diagnostic::{Diagnostics, Reported};
use crate::entities::{Machine, Workflow};
use crate::hir::FunctionRef;
use crate::import::TargetType;
use crate::ir::CallData;
use crate::source::Span;
use crate::types::Type;
use crate::vm::Vm;
use std::collections::HashMap;

/// Checks every machine on the EVM.
pub(super) fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    let errors = diagnostics.error_count();
    let mut files = std::collections::HashSet::new();
    for (machine, data) in &input.program.machines {
        if input.program.declarations.chains[data.chain].vm == Vm::Evm {
            let name = contract_name(input, machine);
            let span = input.program.workflows[data.workflow].span;
            if !files.insert(name.clone()) {
                report(diagnostics, span, &Unsupported::Name { name });
            }
            check_chain(input, machine, diagnostics);
            check_calls(input, machine, diagnostics);
        }
    }
    for workflow in input.program.workflows.keys() {
        check_workflow(input, workflow, &mut files, diagnostics);
    }
    diagnostics.ok_since(errors)
}

fn check_chain(input: Input<'_>, machine: Machine, diagnostics: &mut Diagnostics) {
    let chain = input.program.machines[machine].chain;
    let caip2 = &input.deployment.chains[chain].caip2;
    let number = caip2.strip_prefix("eip155:").map(str::parse::<u64>);
    if !matches!(number, Some(Ok(_))) {
        let span = input.program.declarations.chains[chain].span;
        let caip2 = caip2.clone();
        report(diagnostics, span, &Unsupported::Chain { caip2 });
    }
}

fn check_workflow(
    input: Input<'_>,
    workflow: Workflow,
    files: &mut std::collections::HashSet<String>,
    diagnostics: &mut Diagnostics,
) {
    let data = &input.program.workflows[workflow];
    let home = input.program.machines[data.coordinator].chain;
    let count = data.results.len();
    let is_home = input.program.declarations.chains[home].vm == Vm::Evm;
    if is_home && count > MAX_EVENT_FIELDS {
        report(diagnostics, data.span, &Unsupported::Results { count });
    }
    let declarations = &input.program.declarations;
    let deep = data.inputs.iter();
    let deep = deep.filter(|field| is_home && is_too_deep(&field.ty, declarations));
    for field in deep {
        let input = field.name.clone();
        report(diagnostics, data.span, &Unsupported::Nesting { input });
    }
    let name = library_name(input, workflow);
    if !files.insert(name.clone()) {
        report(diagnostics, data.span, &Unsupported::Name { name });
    }
}

fn check_calls(input: Input<'_>, machine: Machine, diagnostics: &mut Diagnostics) {
    for &handler in &input.program.machines[machine].handlers {
        for (call, unsupported) in stack::check(&input.program.handlers[handler]) {
            let workflow = input.program.machines[machine].workflow;
            let whole = input.program.workflows[workflow].span;
            let span = call.map_or(whole, |call| span_of(input, machine, call));
            report(diagnostics, span, &unsupported);
        }
    }
    let mut given: HashMap<&FunctionRef, Vec<Type>> = HashMap::new();
    let mut reported = Vec::new();
    for (call, types) in typed_calls(input, machine) {
        let mut found = check_call(input, call, &types);
        let first = given.entry(&call.function).or_insert_with(|| types.clone());
        found.extend(check_shared(input, call, first.iter().zip(&types)));
        // What is wrong with one call of a function may be wrong with all of them.
        found.retain(|unsupported| !reported.contains(unsupported));
        let span = span_of(input, machine, call);
        found
            .iter()
            .for_each(|unsupported| report(diagnostics, span, unsupported));
        reported.extend(found);
    }
}

/// A function is declared once, with the types of its first call.
fn check_shared<'t>(
    input: Input<'_>,
    call: &CallData,
    mut given: impl Iterator<Item = (&'t Type, &'t Type)>,
) -> Option<Unsupported> {
    let declarations = &input.program.declarations;
    let differ = |first: &Type, other: &Type| {
        let is_either = is_shared(first, declarations) || is_shared(other, declarations);
        is_either && !is_spelled_alike(first, other)
    };
    let is_other = given.any(|(first, other)| differ(first, other));
    is_other.then(|| Unsupported::TwoTypes {
        function: call.function.name.clone(),
    })
}

fn check_call(input: Input<'_>, call: &CallData, types: &[Type]) -> Vec<Unsupported> {
    let function = call.function.name.clone();
    let (signature, _) = signature(input, &call.function);
    let mut found = Vec::new();
    let count = call.args.len();
    if count > MAX_ARGUMENTS {
        found.push(Unsupported::Arguments {
            function: function.clone(),
            count,
        });
    }
    let results = call.results.len();
    if results > MAX_CALL_RESULTS {
        found.push(Unsupported::CallResults {
            function: function.clone(),
            count: results,
        });
    }
    if sends_value(call) {
        found.push(Unsupported::Value {
            function: function.clone(),
        });
    }
    for (ty, param) in types.iter().zip(&signature.params) {
        if let TargetType::Evm(target) = &param.ty
            && !is_convertible(ty, target, &input.program.declarations)
        {
            let (function, target) = (function.clone(), target.to_string());
            found.push(Unsupported::Argument { function, target });
        }
    }
    for &result in &call.results {
        if let TargetType::Evm(ty) = &signature.results[result].ty
            && !is_scalar(ty)
        {
            let (function, result) = (function.clone(), ty.to_string());
            found.push(Unsupported::Result { function, result });
        }
    }
    found
}

fn span_of(input: Input<'_>, machine: Machine, call: &CallData) -> Span {
    let data = &input.program.machines[machine];
    let steps = data.steps.iter().map(|&step| &input.program.steps[step]);
    let calls_it =
        |step: &&crate::ir::StepData| step.functions().any(|function| *function == call.function);
    let found = steps.clone().find(calls_it).map(|step| step.span);
    found.unwrap_or(input.program.workflows[data.workflow].span)
}
