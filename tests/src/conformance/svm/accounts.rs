//! The accounts of a call: which keys the interface, the deployment and the values of an instance make of them.

use std::collections::BTreeMap;

use xcc::deployment::ConstantValue;
use xcc::entities::Handler;
use xcc::hir::{AccountBinding, AccountSource, Binding, FunctionRef, Seed};
use xcc::ir::{Body, CallData, InstData};
use xcc::wire::Value;

use super::{Fixed, SvmMachine};
use crate::conformance::walk::Trial;
use crate::svm::{AccountMeta, Address};

/// The program that derives associated token accounts.
const ASSOCIATED_TOKEN: Address =
    solana_address::address!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

/// What a call needs beside its arguments.
type Accounts = [AccountBinding<Value>];

impl SvmMachine<'_> {
    /// The keys of the accounts that an instruction takes for its call, by name. What depends on values is known once the call is
    /// made; before, nobody looks at it.
    pub(super) fn keys(&self, handler: Handler, trial: &Trial<'_>) -> BTreeMap<String, Address> {
        let program = self.fixed.protocol.program();
        let instruction = &program.handlers[handler].name;
        let names = self.chain.call_accounts(instruction);
        let payer = key(&trial.transaction.caller);
        let keys = match (
            trial.calls.first(),
            call_of(&program.handlers[handler].body),
        ) {
            (Some((call, _)), _) => self.fixed.fields(&call.function, &call.binding, payer),
            (None, Some(call)) => {
                let mut number = 0_u32;
                let binding = call.binding.map(&mut |_| {
                    number += 1;
                    Value::Bytes([[0xee; 28].as_slice(), &number.to_be_bytes()].concat())
                });
                self.fixed.fields(&call.function, &binding, payer)
            }
            (None, None) => Vec::new(),
        };
        assert_eq!(names.len(), keys.len(), "the accounts of {instruction}");
        names.into_iter().map(str::to_owned).zip(keys).collect()
    }
}

impl Fixed<'_> {
    /// The keys that an instruction takes for a call, in order: the program, and each account once.
    fn fields(
        &self,
        function: &FunctionRef,
        binding: &Binding<Value>,
        payer: Address,
    ) -> Vec<Address> {
        let called = self.called(function);
        let mut keys = vec![called];
        let accounts = accounts(binding).iter();
        for account in accounts.filter(|account| account.source != AccountSource::Payer) {
            let key = self.resolve(&account.source, called, payer);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The accounts as the called program must get them.
    pub(super) fn metas(
        &self,
        function: &FunctionRef,
        binding: &Binding<Value>,
        payer: Address,
    ) -> Vec<AccountMeta> {
        let called = self.called(function);
        let accounts = accounts(binding).iter();
        accounts
            .map(|account| AccountMeta {
                pubkey: self.resolve(&account.source, called, payer),
                is_signer: account.signer,
                is_writable: account.writable,
            })
            .collect()
    }

    /// The program that a function belongs to.
    pub(super) fn called(&self, function: &FunctionRef) -> Address {
        let contracts = &self.protocol.project().compiled.deployment.contracts;
        contracts[function.contract].to_word().into()
    }

    fn resolve(&self, source: &AccountSource<Value>, called: Address, payer: Address) -> Address {
        let resolve = |source: &AccountSource<Value>| self.resolve(source, called, payer);
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
            AccountSource::CalledProgram => called,
            AccountSource::Payer => payer,
            AccountSource::Value(value) => key(bytes(value)),
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

/// An address of Solana from its bytes.
pub(super) fn key(bytes: &[u8]) -> Address {
    Address::try_from(bytes).expect("an address of Solana has 32 bytes")
}

fn seed_bytes(seed: &Seed<Value>, resolve: &impl Fn(&AccountSource<Value>) -> Address) -> Vec<u8> {
    match seed {
        Seed::Bytes(bytes) => bytes.clone(),
        Seed::Key(source) => resolve(source).to_bytes().to_vec(),
        Seed::Value(value) => bytes(value).to_vec(),
    }
}

fn bytes(value: &Value) -> &[u8] {
    match value {
        Value::Bytes(bytes) => bytes,
        other => panic!("{other:?} names no account"),
    }
}

fn accounts(binding: &Binding<Value>) -> &Accounts {
    match binding {
        Binding::Svm { accounts } => accounts,
        other => panic!("{other:?} is no call on Solana"),
    }
}

/// The one call that a handler on Solana makes, if any.
fn call_of(body: &Body) -> Option<&CallData> {
    body.insts.values().find_map(|inst| match inst {
        InstData::Call { call, .. } => Some(call),
        _ => None,
    })
}
