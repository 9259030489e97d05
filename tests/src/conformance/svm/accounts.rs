//! The accounts of a call: which keys the interface, the deployment and the values of an instance make of them.

use xcc::deployment::ConstantValue;
use xcc::entities::Handler;
use xcc::hir::{AccountBinding, AccountSource, Binding, FunctionRef, Seed};
use xcc::interp::Call;
use xcc::ir::{Body, CallData, InstData, Program, Trigger};
use xcc::types::Type;
use xcc::wire::Value;

use super::Fixed;
use crate::svm::tokens::ASSOCIATED_TOKEN;
use crate::svm::{AccountMeta, Address};

/// What a call needs beside its arguments, with values as seeds have them.
type Accounts = [AccountBinding<Vec<u8>>];

impl Fixed<'_> {
    /// The accounts as the program that a handler calls must get them.
    pub(super) fn metas(&self, handler: Handler, call: &Call, payer: Address) -> Vec<AccountMeta> {
        let called = self.called(&call.function);
        let binding = encoded(self.protocol.program(), handler, call);
        let accounts = accounts(&binding).iter();
        let metas = accounts.map(|account| AccountMeta {
            pubkey: self.resolve(&account.source, called, payer),
            is_signer: account.signer,
            is_writable: account.writable,
        });
        merged(metas.collect())
    }

    /// The program that a function belongs to.
    pub(super) fn called(&self, function: &FunctionRef) -> Address {
        let contracts = &self.protocol.project().compiled.deployment.contracts;
        contracts[function.contract].to_word().into()
    }

    fn resolve(&self, source: &AccountSource<Vec<u8>>, called: Address, payer: Address) -> Address {
        let resolve = |source: &AccountSource<Vec<u8>>| self.resolve(source, called, payer);
        match source {
            AccountSource::Constant(constant) => {
                let constants = &self.protocol.project().compiled.deployment.constants;
                match &constants[*constant] {
                    ConstantValue::Address(address) => address.to_word().into(),
                    other => panic!("{other:?} is no account"),
                }
            }
            AccountSource::Fixed(key) => (*key).into(),
            AccountSource::Authority => self.authority,
            AccountSource::Custody => self.custody,
            AccountSource::CalledProgram => called,
            AccountSource::Payer => payer,
            AccountSource::Value(value) => key(value),
            AccountSource::Pda { program, seeds } => {
                let program = program.as_deref().map_or(called, resolve);
                let seeds: Vec<_> = seeds
                    .iter()
                    .map(|seed| seed_bytes(seed, &resolve))
                    .collect();
                let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
                Address::find_program_address(&seeds, &program).0
            }
            AccountSource::AssociatedToken {
                owner,
                mint,
                token_program,
            } => {
                let [owner, mint, token_program] =
                    [owner, mint, token_program].map(|it| resolve(it));
                let seeds = [owner.as_ref(), token_program.as_ref(), mint.as_ref()];
                Address::find_program_address(&seeds, &ASSOCIATED_TOKEN).0
            }
        }
    }
}

/// What may be done to an account in one place of a call may be done to it in all of them: a rule of the runtime.
fn merged(metas: Vec<AccountMeta>) -> Vec<AccountMeta> {
    let any = |key: Address, has: fn(&AccountMeta) -> bool| {
        metas.iter().any(|meta| meta.pubkey == key && has(meta))
    };
    let merge = |meta: &AccountMeta| AccountMeta {
        pubkey: meta.pubkey,
        is_signer: any(meta.pubkey, |it| it.is_signer),
        is_writable: any(meta.pubkey, |it| it.is_writable),
    };
    metas.iter().map(merge).collect()
}

/// An address of Solana from its bytes.
pub(super) fn key(bytes: &[u8]) -> Address {
    Address::try_from(bytes).expect("an address of Solana has 32 bytes")
}

fn seed_bytes(
    seed: &Seed<Vec<u8>>,
    resolve: &impl Fn(&AccountSource<Vec<u8>>) -> Address,
) -> Vec<u8> {
    match seed {
        Seed::Bytes(bytes) | Seed::Value(bytes) => bytes.clone(),
        Seed::Key(source) => resolve(source).to_bytes().to_vec(),
    }
}

fn accounts(binding: &Binding<Vec<u8>>) -> &Accounts {
    match binding {
        Binding::Svm { accounts } => accounts,
        other => panic!("{other:?} is no call on Solana"),
    }
}

/// The accounts of a call that a handler makes, with its values as seeds have them: their types stand in the handler, or in one that it
/// continues in.
fn encoded(program: &Program, handler: Handler, made: &Call) -> Binding<Vec<u8>> {
    let own = &program.handlers[handler];
    let internal = program.machines[own.machine].handlers.iter();
    let internal = internal.map(|&handler| &program.handlers[handler]);
    let about_step =
        internal.filter(|data| data.trigger == Trigger::Internal && data.step == Some(made.step.0));
    let mut bodies = std::iter::once(own)
        .chain(about_step)
        .map(|data| &data.body);
    let found = bodies.find_map(|body| Some((body, call_of(body, &made.function)?)));
    let (body, call) = found.expect("the handler makes the call");
    let mut types = Vec::new();
    call.binding
        .map(&mut |value| types.push(&body.values[*value].ty));
    let mut types = types.into_iter();
    made.binding.map(&mut |value| {
        let ty = types.next().expect("a type for each value");
        seed_of(value, ty)
    })
}

/// A value as a seed: numbers with the least byte first.
fn seed_of(value: &Value, ty: &Type) -> Vec<u8> {
    match (value, ty) {
        (Value::Bytes(bytes), _) => bytes.clone(),
        (Value::Bool(value), _) => vec![u8::from(*value)],
        (Value::Variant(index), _) => vec![*index],
        (Value::Uint(value) | Value::Int(value), Type::Uint(bits) | Type::Int(bits)) => {
            let mut word = [0; 32];
            value.to_little_endian(&mut word);
            word[..usize::from(*bits) / 8].to_vec()
        }
        other => panic!("{other:?} is no seed"),
    }
}

/// The call of a function that a handler on Solana makes itself, if any: its one call, or what makes ready what that spends.
fn call_of<'b>(body: &'b Body, function: &FunctionRef) -> Option<&'b CallData> {
    let calls = body.insts.values().filter_map(|inst| match inst {
        InstData::Call { call, .. } => Some(call),
        _ => None,
    });
    let mut calls = calls.flat_map(CallData::with_fundings);
    calls.find(|call| call.function == *function)
}
