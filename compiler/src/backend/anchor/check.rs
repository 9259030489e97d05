//! What a Solana program cannot do, reported with its place in the source.

use thiserror::Error;

use super::Target;
use super::accounts::DELIVERY;
use super::bounds::{Bounds, MAX_BYTES, MAX_LOCKS};
use super::instruction::Instruction;
use super::types::record_size;
use crate::backend::Input;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Machine, Step};
use crate::ir::{Program, Role};
use crate::source::Span;
use crate::vm::Vm;

/// The most bytes that a program can give a new account at once: the runtime's limit on the growth of data in an instruction.
const MAX_RECORD: u64 = 10_240;

/// Why a workflow cannot become Solana programs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SvmError {
    /// A workflow whose home is a Solana chain.
    #[error(
        "`{workflow}` cannot be decided on `{chain}`: a coordinator cannot be a Solana program yet"
    )]
    Coordinator {
        /// The workflow.
        workflow: String,
        /// Its home.
        chain: String,
        /// Where the workflow is declared.
        span: Span,
    },
    /// A step whose record no account of a Solana program can hold.
    #[error("the record of step `{step}` takes up to {size} bytes")]
    RecordTooLarge {
        /// The step.
        step: String,
        /// The greatest size of its record.
        size: u64,
        /// Where the step is declared.
        span: Span,
    },
    /// An instruction that takes more accounts than a transaction has room for.
    #[error("`{instruction}` takes {accounts} accounts, more than a transaction has room for")]
    TransactionTooLarge {
        /// The instruction.
        instruction: String,
        /// The accounts that it takes.
        accounts: usize,
        /// The bytes of a transaction with it.
        bytes: usize,
        /// The accounts of a transaction with it.
        locks: usize,
        /// Where the step is declared.
        span: Span,
    },
}

/// Checks that the machines on Solana chains can be emitted.
///
/// # Errors
///
/// Reports every [`SvmError`].
pub fn check(input: Input<'_>, diagnostics: &mut Diagnostics) -> Result<(), Reported> {
    let before = diagnostics.error_count();
    let program = input.program;
    let is_ours = |machine: &Machine| {
        program.declarations.chains[program.machines[*machine].chain].vm == Vm::Svm
    };
    let errors: Vec<_> = program
        .machines
        .keys()
        .filter(is_ours)
        .flat_map(|machine| find(input, machine))
        .collect();
    for error in errors {
        diagnostics.error(error.into());
    }
    diagnostics.ok_since(before)
}

fn find(input: Input<'_>, machine: Machine) -> Vec<SvmError> {
    let program = input.program;
    let data = &program.machines[machine];
    if data.role == Role::Coordinator {
        let workflow = &program.workflows[data.workflow];
        let chain = program.declarations.chains[data.chain].name.clone();
        return vec![SvmError::Coordinator {
            workflow: workflow.name.clone(),
            chain,
            span: workflow.span,
        }];
    }
    let steps = data.steps.iter();
    steps
        .filter_map(|&step| find_large_record(program, machine, step))
        .chain(find_large_transactions(input, machine))
        .collect()
}

/// Names are chosen and calls planned only if that may make a difference.
fn find_large_transactions(input: Input<'_>, machine: Machine) -> Vec<SvmError> {
    let program = input.program;
    let handlers = || program.machines[machine].handlers.iter().copied();
    if handlers().all(|handler| Bounds::surely_fit(&program.handlers[handler])) {
        return Vec::new();
    }
    let target = Target::new(input, machine);
    let instructions = target.instructions().into_iter();
    instructions
        .filter_map(|instruction| find_large_transaction(&target, &instruction))
        .collect()
}

fn find_large_transaction(target: &Target<'_>, instruction: &Instruction) -> Option<SvmError> {
    let step = target.input.program.handlers[instruction.handler].step?;
    let bounds = instruction.bounds(target);
    (!bounds.fit()).then(|| SvmError::TransactionTooLarge {
        instruction: target.names.handlers[&instruction.handler]
            .instruction
            .clone(),
        accounts: instruction.accounts(target).len(),
        bytes: bounds.bytes,
        locks: bounds.locks,
        span: target.input.program.steps[step].span,
    })
}

fn find_large_record(program: &Program, machine: Machine, step: Step) -> Option<SvmError> {
    let size = record_size(program, machine, step);
    let data = &program.steps[step];
    (size > MAX_RECORD).then(|| SvmError::RecordTooLarge {
        step: data.name.clone(),
        size,
        span: data.span,
    })
}

impl From<SvmError> for Diagnostic {
    fn from(error: SvmError) -> Self {
        let message = error.to_string();
        match error {
            SvmError::Coordinator { span, .. } => Diagnostic::new(Code::HomeNotSupported, message)
                .primary(span, "decided on a Solana chain")
                .note("a Solana program can take part in a workflow, but not start and decide its instances")
                .help("choose an EVM chain as the home: `workflow … on CHAIN (…)`"),
            SvmError::RecordTooLarge { span, .. } => Diagnostic::new(Code::SolanaRecordTooLarge, message)
                .primary(span, "keeps more than an account can be given")
                .note(format!("a Solana program can give a new account at most {MAX_RECORD} bytes"))
                .note("a record keeps what the compensation and repeated answers need")
                .help("lower the bounds of `bytes<N>`, `string<N>` and `list<T, N>` that the step's compensation or results use"),
            SvmError::TransactionTooLarge { bytes, locks, span, .. } => Diagnostic::new(Code::SolanaTransactionTooLarge, message)
                .primary(span, "nobody could send a transaction with it")
                .note(format!("it would take {bytes} bytes of {MAX_BYTES} and {locks} accounts of {MAX_LOCKS}"))
                .note(format!(
                    "a delivery takes {} accounts beside the called program and those of the call; accounts with the same key count once",
                    DELIVERY.len()
                ))
                .help("call an instruction that takes fewer accounts, such as one of a program that stands before the target"),
        }
    }
}
