//! What a Solana program cannot do, reported with its place in the source.

use thiserror::Error;

use super::types::borsh_size;
use crate::backend::Input;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Reported};
use crate::entities::{Machine, Step};
use crate::ir::{Program, Role};
use crate::source::Span;
use crate::vm::Vm;

/// The most bytes that a program can give a new account at once: the runtime's limit on the growth of data in an instruction.
const MAX_RECORD: u64 = 10_240;

/// Anchor's mark of the type, and the status.
const RECORD_OVERHEAD: u64 = 8 + 1;

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
        .flat_map(|machine| find(program, machine))
        .collect();
    for error in errors {
        diagnostics.error(error.into());
    }
    diagnostics.ok_since(before)
}

fn find(program: &Program, machine: Machine) -> Vec<SvmError> {
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
    data.steps
        .iter()
        .filter_map(|&step| find_large_record(program, machine, step))
        .collect()
}

fn find_large_record(program: &Program, machine: Machine, step: Step) -> Option<SvmError> {
    let slots = program.slots_of(machine, Some(step));
    let size = slots.fold(RECORD_OVERHEAD, |sum, (_, slot)| {
        sum.saturating_add(borsh_size(&program.declarations, &slot.ty))
    });
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
        }
    }
}
