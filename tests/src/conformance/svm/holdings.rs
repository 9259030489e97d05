//! What is held: the real token programs move it, and everybody has of each token what the interpreter says.

use std::collections::{BTreeMap, BTreeSet};

use solana_account::Account;
use xcc::deployment::{ConstantValue, Deployment};
use xcc::entities::{Contract, Handler, Machine};
use xcc::interp::{Action, Call, Called};
use xcc::ir::Program;
use xcc::types::{AssetForm, AssetStandard};
use xcc::wire::Value;

use super::{Fixed, SvmMachine, accounts};
use crate::conformance::follow::same;
use crate::conformance::held::held;
use crate::conformance::walk::{Step, Trial};
use crate::conformance::words;
use crate::delivery_plan::Prepared;
use crate::svm::script::Taken;
use crate::svm::tokens::{
    ACCOUNT_FROZEN, INSUFFICIENT_FUNDS, Mint, TOKEN, TOKEN_2022, amount_in, balance, set_amount,
};
use crate::svm::{Address, Svm};

/// The mint of each asset that a machine on Solana holds, by what its calls name.
pub(super) type Mints = BTreeMap<Contract, Mint>;

/// A transfer that a call asks for.
#[derive(Clone, Copy, Debug)]
struct Movement {
    mint: Mint,
    source: Address,
    destination: Address,
    amount: u64,
    /// Whether it is what a target takes of what its call spends.
    is_spent: bool,
}

/// Makes the mints of what a machine holds.
pub(super) fn mints(
    svm: &mut Svm,
    program: &Program,
    deployment: &Deployment,
    machine: Machine,
) -> Mints {
    let data = &program.machines[machine];
    let holds = |form: &AssetForm| {
        let mut steps = data.steps.iter().map(|&step| &program.steps[step]);
        steps.any(|step| step.custody.is_some() && step.function.contract == form.contract)
    };
    let constants = || program.declarations.constants.iter();
    let mut mints = Mints::new();
    for (asset, declared) in &program.declarations.assets {
        for form in declared.forms.iter().filter(|form| holds(form)) {
            let mut own = constants().filter(|(_, it)| it.asset == Some(asset));
            let own = own.find(|(_, it)| it.chain == data.chain);
            let (constant, _) = own.expect("a token that is moved is a constant");
            let ConstantValue::Address(address) = &deployment.constants[constant] else {
                panic!("a mint is an account");
            };
            let mint = Mint {
                address: address.to_word().into(),
                program: match form.standard {
                    AssetStandard::Token2022 => TOKEN_2022,
                    _ => TOKEN,
                },
            };
            let mint = Mint::create(svm, mint, form.decimals, None);
            mints.insert(form.contract, mint);
        }
    }
    mints
}

impl Fixed<'_> {
    /// Whether a call moves an asset, which a real token program does.
    pub(super) fn is_movement(&self, call: &Call) -> bool {
        self.mints.contains_key(&call.function.contract)
    }

    /// Whether a trial asks for any transfer.
    pub(super) fn has_movements(&self, trial: &Trial<'_>) -> bool {
        let mut calls = trial.calls.iter();
        calls.any(|(call, _)| self.is_movement(call) || !call.spends.is_empty())
    }

    /// The transfers that the calls of a trial ask for, in order, each with how it must end.
    fn movements<'t>(&self, trial: &'t Trial<'_>) -> Vec<(Movement, &'t Called)> {
        if !self.has_movements(trial) {
            return Vec::new();
        }
        let payer = accounts::key(&trial.transaction.caller);
        let program = self.protocol.program();
        let handler = words::handler(program, self.machine, &trial.asked());
        let calls = trial.calls.iter();
        let movements = calls.flat_map(|(call, called)| {
            let transfer = |call: &Call| {
                let mint = *self.mints.get(&call.function.contract)?;
                let metas = self.metas(handler, call, payer);
                let [source, _, destination, _] = &metas[..] else {
                    panic!("{metas:?} are no accounts of a transfer");
                };
                Some(Movement {
                    mint,
                    source: source.pubkey,
                    destination: destination.pubkey,
                    amount: number(&call.args[0]),
                    is_spent: false,
                })
            };
            let fundings = call.spends.iter().filter_map(transfer);
            let spent = fundings.map(|funding| Movement {
                destination: self.taker(handler, call, payer),
                is_spent: true,
                ..funding
            });
            let movements = transfer(call).into_iter().chain(spent);
            movements.map(move |movement| (movement, called))
        });
        movements.collect()
    }

    /// What the target takes of what a call spends.
    pub(super) fn taken(&self, trial: &Trial<'_>, call: &Call) -> Vec<Taken> {
        if call.spends.is_empty() {
            return Vec::new();
        }
        let payer = accounts::key(&trial.transaction.caller);
        let handler = words::handler(self.protocol.program(), self.machine, &trial.asked());
        let destination = self.taker(handler, call, payer);
        let taken = call.spends.iter().map(|funding| {
            let mint = self.mints[&funding.function.contract];
            Taken {
                program: mint.program,
                source: mint.account_of(&self.authority),
                destination,
                authority: self.authority,
                amount: number(&funding.args[0]),
            }
        });
        taken.collect()
    }

    /// The token account to which the target of the suite takes what a call spends: the last that may be changed.
    pub(super) fn taker(&self, handler: Handler, call: &Call, payer: Address) -> Address {
        let metas = self.metas(handler, call, payer);
        let taker = metas.iter().rev().find(|meta| meta.is_writable);
        taker.expect("a target has an account of its own").pubkey
    }

    /// Everything that the token programs keep.
    pub(super) fn tokens(&self, svm: &Svm) -> BTreeMap<Address, Account> {
        let programs: BTreeSet<_> = self.mints.values().map(|mint| mint.program).collect();
        let accounts = programs.iter().flat_map(|program| svm.owned_by(program));
        accounts.collect()
    }
}

impl SvmMachine<'_> {
    /// Whether the transfers of a trial can end as they must: nothing makes one fail that takes nothing, where those before it do not fail,
    /// and nobody has more of a token than there can be.
    pub(super) fn can_be_staged(&self, trial: &Trial<'_>) -> bool {
        if !matches!(trial.transaction.action, Action::Start { .. }) {
            return true;
        }
        let mut taken: BTreeMap<Mint, u64> = BTreeMap::new();
        let movements = self.fixed.movements(trial);
        movements.into_iter().all(|(movement, called)| {
            let before = taken.entry(movement.mint).or_default();
            let sum = before.checked_add(movement.amount);
            *before = sum.unwrap_or_default();
            sum.is_some() && (*called != Called::Failed || movement.amount > 0)
        })
    }

    /// Lets the transfers of a trial end as they must: the token accounts that the plan says are needed are there, whoever starts an
    /// instance has exactly what is taken, or one less than a transfer that must fail would take, and what cannot be sent goes to a frozen
    /// account.
    pub(super) fn stage(&mut self, trial: &Trial<'_>, prepared: &Prepared) {
        let is_start = matches!(trial.transaction.action, Action::Start { .. });
        let movements = self.fixed.movements(trial);
        if movements.is_empty() {
            return;
        }
        let opened = self.chain.svm.send(&prepared.before, &[]);
        opened.unwrap_or_else(|failure| panic!("{failure:?}"));
        for (movement, called) in movements {
            // What is spent was taken before, and a target that fails takes nothing, whatever another one took.
            if movement.is_spent {
                continue;
            }
            let (mint, amount, svm) = (movement.mint, movement.amount, &mut self.chain.svm);
            match (is_start, called) {
                (true, Called::Returned(_)) => mint.mint_to(svm, &movement.source, amount),
                (true, Called::Failed) => mint.mint_to(svm, &movement.source, amount - 1),
                (false, Called::Returned(_)) => {}
                (false, Called::Failed) => mint.freeze(svm, &movement.destination),
            }
        }
    }

    /// That a transaction moved what its calls ask for, and changed nothing else that the token programs keep.
    pub(super) fn compare_tokens(
        &self,
        trial: &Trial<'_>,
        before: BTreeMap<Address, Account>,
    ) -> Result<(), String> {
        let mut expected = before;
        if let Ok(step) = &trial.result {
            for (movement, _) in self.fixed.movements(trial) {
                let mut change = |key: &Address, change: fn(u64, u64) -> Option<u64>| {
                    let account = expected.get_mut(key).expect("a token account");
                    let amount = change(amount_in(&account.data), movement.amount);
                    set_amount(&mut account.data, amount.expect("there is as much"));
                };
                change(&movement.source, u64::checked_sub);
                change(&movement.destination, u64::checked_add);
            }
            self.compare_vaults(step)?;
        }
        same("tokens", self.fixed.tokens(&self.chain.svm), expected)
    }

    /// That what is in custody is what was taken and has not left: by the statuses, whatever was called.
    fn compare_vaults(&self, step: &Step<'_>) -> Result<(), String> {
        let kept = step.bench.network.machines().machine(self.fixed.machine);
        let kept = kept.instance(&step.outcome.instance);
        let held = held(self.fixed.protocol.program(), self.fixed.machine, &kept);
        for (contract, mint) in &self.fixed.mints {
            let vault = mint.account_of(&self.fixed.custody);
            let found = balance(&self.chain.svm, &vault);
            let amounts = held.iter().filter(|(of, _)| of == contract);
            same(
                "held",
                found,
                amounts.map(|(_, amount)| number(amount)).sum(),
            )?;
            let purse = mint.account_of(&self.fixed.authority);
            same("between calls", balance(&self.chain.svm, &purse), 0)?;
        }
        Ok(())
    }

    /// That a transaction failed for the transfer that must fail, if it must fail for one.
    pub(super) fn is_failure_of_transfer(&self, trial: &Trial<'_>, error: &str) -> Option<bool> {
        let (last, _) = trial.calls.last()?;
        let number = match trial.transaction.action {
            _ if !self.fixed.is_movement(last) => return None,
            Action::Start { .. } => INSUFFICIENT_FUNDS,
            _ => ACCOUNT_FROZEN,
        };
        Some(error.contains(&format!("Custom({number})")))
    }
}

fn number(value: &Value) -> u64 {
    match value {
        Value::Uint(amount) => amount.as_u64(),
        other => panic!("{other:?} is no amount"),
    }
}
