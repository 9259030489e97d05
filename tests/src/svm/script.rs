//! Programs of any interface: the calls they get are recorded, and answered as a script says.
//!
//! What a program under test does around such a call is real: its data, the accounts and signatures it passes on, what it makes of the
//! answer. A scripted program itself is native code that uses no compute units to speak of.

use std::cell::RefCell;
use std::collections::VecDeque;

use solana_program_runtime::__private::InstructionError;
use solana_program_runtime::declare_process_instruction;
use solana_program_runtime::invoke_context::InvokeContext;
use solana_program_runtime::solana_sbpf::program::BuiltinFunctionDefinition;

use super::{AccountMeta, Address, Instruction, Svm};

/// The number of the error that a call fails with.
pub const FAILURE: u32 = 0xfa11;

/// What a scripted program does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What it returns; without it, it fails.
    pub returned: Option<Vec<u8>>,
    /// What it takes before, with the signatures that it was given.
    pub takes: Vec<Taken>,
    /// What it has other programs do after that, with the same signatures.
    pub asks: Vec<Instruction>,
}

/// A program that takes nothing.
impl From<Option<Vec<u8>>> for Answer {
    fn from(returned: Option<Vec<u8>>) -> Self {
        Self {
            returned,
            ..Self::default()
        }
    }
}

/// An amount of a token that a program takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The token program.
    pub program: Address,
    /// The token account that it comes from.
    pub source: Address,
    /// The token account that it goes to.
    pub destination: Address,
    /// The owner of the first.
    pub authority: Address,
    /// How much it is.
    pub amount: u64,
}

/// A call that a scripted program got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The program.
    pub program: Address,
    /// The accounts it was given, with what it may do to them.
    pub accounts: Vec<AccountMeta>,
    /// The data of the instruction.
    pub data: Vec<u8>,
}

/// What is answered in one run on this thread, and what was received.
#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    received: Vec<Received>,
}

thread_local! {
    /// A native program is a function without anything of its own.
    static SCRIPT: RefCell<Script> = RefCell::default();
}

mod native {
    #![allow(missing_docs, reason = "the macro writes a public struct")]

    super::declare_process_instruction!(Entrypoint, 1, |invoke_context| {
        super::answer(invoke_context)
    });
}

impl Svm {
    /// Puts a program at an address that does what the script of a [`play`] says.
    pub fn add_scripted(&mut self, address: Address) {
        self.machine
            .add_builtin(address, native::Entrypoint::register);
    }
}

/// Runs something in which scripted programs answer so, in order, and fail once there is no answer left; and gives the calls that
/// they got, also those that were undone.
pub fn play<T>(
    answers: impl IntoIterator<Item: Into<Answer>>,
    run: impl FnOnce() -> T,
) -> (T, Vec<Received>) {
    SCRIPT.set(Script {
        answers: answers.into_iter().map(Into::into).collect(),
        received: Vec::new(),
    });
    let result = run();
    (result, SCRIPT.take().received)
}

fn answer(context: &mut InvokeContext<'_, '_>) -> Result<(), InstructionError> {
    let received = received(context)?;
    let program = received.program;
    let answer = SCRIPT.with_borrow_mut(|script| {
        script.received.push(received);
        script.answers.pop_front().unwrap_or_default()
    });
    let data = (answer.returned).ok_or(InstructionError::Custom(FAILURE))?;
    let transfers = answer.takes.into_iter().map(Taken::transfer);
    for instruction in transfers.chain(answer.asks) {
        context.native_invoke_signed(instruction, &[])?;
    }
    context.transaction_context.set_return_data(program, data)
}

impl Taken {
    /// `TokenInstruction::Transfer` of `spl-token`.
    fn transfer(self) -> Instruction {
        let writable = [self.source, self.destination];
        let writable = writable.map(|key| AccountMeta::new(key, false));
        let authority = AccountMeta::new_readonly(self.authority, true);
        Instruction {
            program_id: self.program,
            accounts: writable.into_iter().chain([authority]).collect(),
            data: [&[3][..], &self.amount.to_le_bytes()].concat(),
        }
    }
}

fn received(context: &InvokeContext<'_, '_>) -> Result<Received, InstructionError> {
    let instruction = context
        .transaction_context
        .get_current_instruction_context()?;
    let accounts = instruction.instruction_accounts().iter().zip(0..);
    let accounts = accounts.map(|(account, index)| {
        Ok(AccountMeta {
            pubkey: *instruction.get_key_of_instruction_account(index)?,
            is_signer: account.is_signer(),
            is_writable: account.is_writable(),
        })
    });
    Ok(Received {
        program: *instruction.get_program_key()?,
        accounts: accounts.collect::<Result<_, InstructionError>>()?,
        data: instruction.get_instruction_data().to_vec(),
    })
}
