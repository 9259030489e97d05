//! What a Solana program cannot do, reported with its place in the source.

use thiserror::Error;

use super::Target;
use super::accounts::DELIVERY;
use super::bounds::{Bounds, MAX_BYTES, MAX_LOCKS};
use super::instruction::Instruction;
use super::types::record_size;
use super::unknown::find_unknown_accounts;
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
    /// A workflow whose instances no account of a Solana program can hold.
    #[error("an instance of `{workflow}` takes up to {size} bytes")]
    InstanceTooLarge {
        /// The workflow.
        workflow: String,
        /// The greatest size of an instance.
        size: u64,
        /// Where the workflow is declared.
        span: Span,
    },
    /// An account of a home step that follows from what an earlier one returns, in the transaction that starts an instance.
    #[error("`{account}` of step `{step}` follows from what is returned in the same transaction")]
    UnknownAccount {
        /// The account, as the interface calls it.
        account: String,
        /// The step.
        step: String,
        /// Where the step is declared.
        span: Span,
    },
    /// An instruction that takes more accounts than a transaction has room for.
    #[error(
        "`{instruction}` takes {accounts} accounts and {bytes} bytes, more than a transaction has room for"
    )]
    TransactionTooLarge {
        /// The instruction.
        instruction: String,
        /// The accounts that it takes.
        accounts: usize,
        /// The bytes of a transaction with it.
        bytes: usize,
        /// The accounts of a transaction with it.
        locks: usize,
        /// Whether it is one of the coordinator.
        is_at_home: bool,
        /// Where the step is declared, or the workflow.
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
    let is_ours = |machine: &Machine| program.vm(*machine) == Vm::Svm;
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
    let large = match data.role {
        Role::Coordinator => find_large_instance(program, machine).into_iter().collect(),
        Role::Participant => {
            let steps = data.steps.iter();
            let large = steps.filter_map(|&step| find_large_record(program, machine, step));
            large.collect::<Vec<_>>()
        }
    };
    let unknown = find_unknown_accounts(program, machine);
    if !unknown.is_empty() {
        return large.into_iter().chain(unknown).collect();
    }
    let transactions = find_large_transactions(input, machine).into_iter();
    large.into_iter().chain(transactions).collect()
}

/// Names are chosen and calls planned only if that may make a difference.
fn find_large_transactions(input: Input<'_>, machine: Machine) -> Vec<SvmError> {
    let program = input.program;
    let data = &program.machines[machine];
    let mut handlers = data
        .handlers
        .iter()
        .map(|&handler| &program.handlers[handler]);
    if data.role == Role::Participant && handlers.all(Bounds::surely_fit) {
        return Vec::new();
    }
    let target = Target::new(input, machine);
    let instructions = target.instructions().into_iter();
    instructions
        .filter_map(|instruction| find_large_transaction(&target, &instruction))
        .collect()
}

fn find_large_transaction(target: &Target<'_>, instruction: &Instruction) -> Option<SvmError> {
    let bounds = instruction.bounds(target);
    (!bounds.fit()).then(|| SvmError::TransactionTooLarge {
        instruction: target.names.handlers[&instruction.handler]
            .instruction
            .clone(),
        accounts: instruction.accounts(target).len(),
        bytes: bounds.bytes,
        locks: bounds.locks,
        is_at_home: target.is_coordinator(),
        span: target.input.program.place_of(instruction.handler),
    })
}

fn find_large_instance(program: &Program, machine: Machine) -> Option<SvmError> {
    let size = record_size(program, machine, None);
    let workflow = &program.workflows[program.machines[machine].workflow];
    (size > MAX_RECORD).then(|| SvmError::InstanceTooLarge {
        workflow: workflow.name.clone(),
        size,
        span: workflow.span,
    })
}

fn find_large_record(program: &Program, machine: Machine, step: Step) -> Option<SvmError> {
    let size = record_size(program, machine, Some(step));
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
            SvmError::RecordTooLarge { span, .. } => Diagnostic::new(Code::SolanaRecordTooLarge, message)
                .primary(span, "keeps more than an account can be given")
                .note(format!("a Solana program can give a new account at most {MAX_RECORD} bytes"))
                .note("a record keeps what the compensation and repeated answers need")
                .help("lower the bounds of `bytes<N>`, `string<N>` and `list<T, N>` that the step's compensation or results use"),
            SvmError::InstanceTooLarge { span, .. } => Diagnostic::new(Code::SolanaRecordTooLarge, message)
                .primary(span, "keeps more than an account can be given")
                .note(format!("a Solana program can give a new account at most {MAX_RECORD} bytes"))
                .note("an instance keeps the inputs and results that later steps, compensations and messages need")
                .help("lower the bounds of `bytes<N>`, `string<N>` and `list<T, N>` among the inputs and results"),
            SvmError::UnknownAccount { span, .. } => Diagnostic::new(Code::SolanaUnknownAccount, message)
                .primary(span, "runs in the transaction that starts an instance")
                .note("whoever sends a transaction names every account in it, before anything of it has run")
                .help("take the account as an input, or derive it as the called program does"),
            SvmError::TransactionTooLarge { bytes, locks, is_at_home: true, span, .. } => Diagnostic::new(Code::SolanaTransactionTooLarge, message)
                .primary(span, "nobody could send a transaction with it")
                .note(format!("it would take {bytes} bytes of {MAX_BYTES} and {locks} accounts of {MAX_LOCKS}"))
                .note("a transaction at home takes a new account and a signature for each message that it may send, the inputs when an instance starts, and what its calls take")
                .help("let fewer steps stand beside each other, lower the bounds of inputs, or call instructions that take fewer accounts"),
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
