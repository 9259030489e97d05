//! What Solidity or the EVM cannot do, found before anything is written.

use crate::backend::Input;
use crate::backend::solidity::calls::{calls, is_scalar, signature};
use crate::backend::solidity::names::{contract_name, library_name};
use crate::backend::solidity::uses::{sends_value, uses_parameters};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Handler, Machine, Workflow};
use crate::import::{EvmType, TargetType};
use crate::ir::{CallData, InstData, Trigger};
use crate::source::Span;
use crate::types::{Declarations, Type};
use crate::vm::Vm;
use thiserror::Error;

/// The most arguments of a call that the compiler's stack has room for beside the call itself.
pub(super) const MAX_ARGUMENTS: usize = 10;
/// The most results of a call that can be used, for the same reason.
const MAX_CALL_RESULTS: usize = 6;
/// How many values deep the compiler's stack is.
const STACK: usize = 17;
/// The variables of a call that spends: what is spent, what the target is called with, and what it returns.
const SPENDING_VARIABLES: usize = 3;
/// The most fields of an event, for the same reason.
const MAX_EVENT_FIELDS: usize = 10;

/// Something that cannot be said in Solidity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum Unsupported {
    /// The stack has no room for so many arguments.
    #[error(
        "`{function}` takes {count} arguments, and a Solidity contract can pass at most {MAX_ARGUMENTS}"
    )]
    Arguments { function: String, count: usize },
    /// The stack has no room for so many results.
    #[error(
        "{count} results of `{function}` are used, and a Solidity contract can take at most {MAX_CALL_RESULTS}"
    )]
    CallResults { function: String, count: usize },
    /// The stack has no room for so many results beside so many arguments.
    #[error(
        "`{function}` takes {arguments} arguments while {results} results of its transaction are used, and a Solidity function has no room for so many values"
    )]
    Stack {
        function: String,
        results: usize,
        arguments: usize,
    },
    /// An argument that would have to be rebuilt element by element.
    #[error("an argument of `{function}` cannot be turned into `{target}`")]
    Argument { function: String, target: String },
    /// A result that is not one word.
    #[error(
        "a used result of `{function}` is `{result}`, and only results of one word can be used"
    )]
    Result { function: String, result: String },
    /// A call with value.
    #[error(
        "`{function}` is sent a `value` that nobody brings; take the native currency and `spend` it"
    )]
    Value { function: String },
    /// The stack has no room for so many results.
    #[error(
        "the workflow returns {count} values, and a Solidity event can carry at most {MAX_EVENT_FIELDS}"
    )]
    Results { count: usize },
    /// Two files of one name.
    #[error("two contracts would be called `{name}`")]
    Name { name: String },
    /// A chain that is not named as EVM chains are.
    #[error("`{caip2}` names no EVM chain")]
    Chain { caip2: String },
}

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
    let name = library_name(input, workflow);
    if !files.insert(name.clone()) {
        report(diagnostics, data.span, &Unsupported::Name { name });
    }
}

fn check_calls(input: Input<'_>, machine: Machine, diagnostics: &mut Diagnostics) {
    for &handler in &input.program.machines[machine].handlers {
        check_stack(input, machine, handler, diagnostics);
    }
    let mut reported = std::collections::HashSet::new();
    for call in calls(input, machine) {
        if reported.insert(&call.function) {
            let span = span_of(input, machine, call);
            let found = check_call(input, machine, call);
            found
                .iter()
                .for_each(|unsupported| report(diagnostics, span, unsupported));
        }
    }
}

/// The results of calls that are not caught lie on the stack beside the arguments, and those of calls made together stay there.
fn check_stack(
    input: Input<'_>,
    machine: Machine,
    handler: Handler,
    diagnostics: &mut Diagnostics,
) {
    let data = &input.program.handlers[handler];
    let body = &data.body;
    // The gas of a call, or the status that was looked at.
    let more = matches!(data.trigger, Trigger::Together(..) | Trigger::Deliver(_));
    // Where to return to, the instance, the storage, and what is given.
    let frame = 3 + usize::from(uses_parameters(body)) + usize::from(more);
    let (mut results_before, mut depth) = (0, frame);
    for inst in body.insts.values() {
        let InstData::Call { call, results } = inst else {
            continue;
        };
        if !call.joins {
            (results_before, depth) = (0, frame);
        }
        let (arguments, own) = (call.args.len(), results.len());
        let most = match call.spends.is_empty() {
            true => arguments + own,
            false => {
                depth += SPENDING_VARIABLES;
                // What the target is called with is encoded before its results have a place.
                arguments.max(own)
            }
        };
        if depth + most > STACK {
            let unsupported = Unsupported::Stack {
                function: call.function.name.clone(),
                results: results_before + own,
                arguments,
            };
            report(diagnostics, span_of(input, machine, call), &unsupported);
        }
        (results_before, depth) = (results_before + own, depth + own);
    }
}

fn check_call(input: Input<'_>, machine: Machine, call: &CallData) -> Vec<Unsupported> {
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
    let types = argument_types(input, machine, call);
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

fn argument_types(input: Input<'_>, machine: Machine, call: &CallData) -> Vec<Type> {
    let handlers = input.program.machines[machine].handlers.iter();
    let mut bodies = handlers.map(|&handler| &input.program.handlers[handler].body);
    let body = bodies.find(|body| body.calls().any(|(other, _)| std::ptr::eq(other, call)));
    let types = body.map(|body| {
        call.args
            .iter()
            .map(|&arg| body.values[arg].ty.clone())
            .collect()
    });
    types.unwrap_or_default()
}

/// Whether a value can be written in the target's type without a loop.
fn is_convertible(ty: &Type, target: &EvmType, declarations: &Declarations) -> bool {
    match (ty, target) {
        (Type::Bool, EvmType::Bool)
        | (Type::Bytes(_), EvmType::Bytes)
        | (Type::String(_), EvmType::String) => true,
        (Type::Uint(bits), EvmType::Uint(wide)) | (Type::Int(bits), EvmType::Int(wide)) => {
            bits <= wide
        }
        (Type::Enum(_), EvmType::Uint(_)) => true,
        (Type::FixedBytes(len), EvmType::FixedBytes(other)) => len == other,
        (Type::Address(chain), EvmType::Address) => declarations.chains[*chain].vm == Vm::Evm,
        (Type::Address(chain), EvmType::FixedBytes(32)) => {
            declarations.chains[*chain].vm != Vm::Evm
        }
        (Type::List(element, _), EvmType::Array(item)) => is_same(element, item),
        (Type::Array(element, len), EvmType::FixedArray(item, other)) => {
            len == other && is_same(element, item)
        }
        (Type::Record(record), EvmType::Tuple(tuple)) => {
            let fields = &declarations.records[*record].fields;
            let parts = fields.iter().zip(&tuple.components);
            fields.len() == tuple.components.len()
                && parts.clone().all(|(field, component)| {
                    is_convertible(&field.ty, &component.ty, declarations)
                })
        }
        _ => false,
    }
}

/// Whether lists of both types are the same in memory.
fn is_same(ty: &Type, target: &EvmType) -> bool {
    match (ty, target) {
        (Type::Bool, EvmType::Bool)
        | (Type::Bytes(_), EvmType::Bytes)
        | (Type::String(_), EvmType::String) => true,
        (Type::Uint(bits), EvmType::Uint(other)) | (Type::Int(bits), EvmType::Int(other)) => {
            bits == other
        }
        (Type::FixedBytes(len), EvmType::FixedBytes(other)) => len == other,
        (Type::Address(_), EvmType::Address) => true,
        _ => false,
    }
}

fn span_of(input: Input<'_>, machine: Machine, call: &CallData) -> Span {
    let data = &input.program.machines[machine];
    let steps = data.steps.iter().map(|&step| &input.program.steps[step]);
    let calls_it =
        |step: &&crate::ir::StepData| step.functions().any(|function| *function == call.function);
    let found = steps.clone().find(calls_it).map(|step| step.span);
    found.unwrap_or(input.program.workflows[data.workflow].span)
}

fn report(diagnostics: &mut Diagnostics, span: Span, unsupported: &Unsupported) {
    let diagnostic = Diagnostic::new(Code::SolidityUnsupported, unsupported.to_string());
    let diagnostic = diagnostic.primary(span, "not possible in Solidity");
    diagnostics.error(match unsupported.help() {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    });
}

impl Unsupported {
    /// What to write instead, where the message does not say it.
    const fn help(&self) -> Option<&'static str> {
        match self {
            Unsupported::Arguments { .. } => Some("call a function with fewer arguments"),
            Unsupported::CallResults { .. } => Some("use fewer of its results"),
            Unsupported::Stack { .. } => Some(
                "use fewer of the results, call a function with fewer arguments, or take the call out of the `atomic`",
            ),
            Unsupported::Results { .. } => Some("return fewer values"),
            Unsupported::Name { .. } => Some("give one of the workflows another name"),
            Unsupported::Argument { .. } => Some("call a function that takes its parts one by one"),
            Unsupported::Result { .. } => {
                Some("use another result, or call a function that returns its parts one by one")
            }
            Unsupported::Chain { .. } => Some("write `id = \"eip155:NUMBER\"` in `xcc.toml`"),
            Unsupported::Value { .. } => None,
        }
    }
}
