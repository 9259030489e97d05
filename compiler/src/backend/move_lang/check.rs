//! What neither Move back end of this version can do, and how what a chain cannot do is reported.

use super::Dialect;
use super::coordinator::inputs::is_carried;
use super::custody::Movement;
use super::targets::calls_of_handler;
use crate::backend::Input;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Handler, Machine};
use crate::ir::{CallData, Role};
use crate::source::Span;

/// The check of one call.
#[derive(Clone, Copy)]
pub struct CallCheck<'a> {
    /// The program and its deployment.
    pub input: Input<'a>,
    /// The handler that makes the call.
    pub handler: Handler,
    /// The call.
    pub call: &'a CallData,
    dialect: Dialect,
    span: Span,
}

/// Reports what cannot be emitted for a chain; `check_call` finds what is wrong with one call.
///
/// # Errors
///
/// When something was reported.
pub fn check(
    input: Input<'_>,
    dialect: Dialect,
    check_call: fn(CallCheck<'_>) -> Vec<Diagnostic>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Reported> {
    let mut result = Ok(());
    for (machine, data) in &input.program.machines {
        if input.program.declarations.chains[data.chain].vm != dialect.vm() {
            continue;
        }
        let mut findings: Vec<_> = calls(input, dialect, machine)
            .flat_map(check_call)
            .collect();
        if data.role == Role::Coordinator {
            findings.extend(start(input, dialect, machine));
        }
        for finding in findings {
            result = Err(diagnostics.error(finding));
        }
    }
    result
}

/// What no transaction could start.
fn start(input: Input<'_>, dialect: Dialect, machine: Machine) -> Vec<Diagnostic> {
    let data = &input.program.machines[machine];
    let chain = &input.program.declarations.chains[data.chain];
    let workflow = &input.program.workflows[data.workflow];
    let name = &chain.name;
    let finding = |message: String| {
        let starts = format!("this workflow starts on {}", dialect.name());
        Diagnostic::new(code(dialect), message)
            .primary(workflow.span, starts)
            .secondary(chain.span, "declared here")
    };
    let mut findings = Vec::new();
    if workflow.participants.is_empty() {
        let message =
            format!("a workflow that stays on `{name}` cannot start there in this version");
        let help = "call the contracts in one transaction, which needs no workflow";
        findings.push(finding(message).help(help));
    }
    let records = workflow.inputs.iter();
    let records = records.filter(|field| !is_carried(&field.ty));
    findings.extend(records.map(|field| {
        let input = &field.name;
        let message = format!(
            "input `{input}` is or holds a record, which no transaction on `{name}` can carry"
        );
        finding(message).help("take the fields of the record as inputs")
    }));
    findings
}

/// The calls of targets by a machine, each with the place in the source that it is written at.
fn calls(
    input: Input<'_>,
    dialect: Dialect,
    machine: Machine,
) -> impl Iterator<Item = CallCheck<'_>> {
    let program = input.program;
    let data = &program.machines[machine];
    let workflow = &program.workflows[data.workflow];
    data.handlers.iter().flat_map(move |&handler| {
        let step = program.handlers[handler].step;
        let span = step.map_or(workflow.span, |step| program.steps[step].span);
        let calls = calls_of_handler(program, handler);
        let of_targets = calls.filter(|call| Movement::of(program, call).is_none());
        of_targets.map(move |call| CallCheck {
            input,
            handler,
            call,
            dialect,
            span,
        })
    })
}

impl CallCheck<'_> {
    /// Whether the parameter at this place is given something that is held.
    pub fn is_spent(&self, place: usize) -> bool {
        let mut spends = self.call.spends.iter();
        spends.any(|spend| spend.parameter == Some(place))
    }

    /// The report that the call is not possible, for this reason.
    pub fn finding(&self, reason: String) -> Diagnostic {
        let function = &self.call.function;
        let contract = &self.input.program.declarations.contracts[function.contract].name;
        let (name, chain) = (&function.name, self.dialect.name());
        let message = format!("`{contract}.{name}` cannot be called on {chain}");
        Diagnostic::new(code(self.dialect), message)
            .primary(self.span, "called in this step")
            .note(reason)
    }
}

fn code(dialect: Dialect) -> Code {
    match dialect {
        Dialect::Sui => Code::SuiUnsupported,
        Dialect::Aptos => Code::AptosUnsupported,
    }
}
