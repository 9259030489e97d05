//! What comes into custody and leaves it, by what the interpreter says of the calls that move an asset.

use std::collections::BTreeMap;

use xcc::entities::Step;
use xcc::import::asset::TAKE;
use xcc::interp::{Call, Called};
use xcc::ir::{Custody, Program, Status};
use xcc::types::AssetForm;
use xcc::vm::Vm;
use xcc::wire::Value;

use crate::conformance::record::Run;

/// One movement of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::conformance) struct Movement {
    /// The step that takes it, gives it back or pays it.
    pub(in crate::conformance) step: Step,
    /// Whether it comes or leaves.
    pub(in crate::conformance) is_taken: bool,
    /// From whom it comes, or to whom it goes; what a call spends goes to [`TAKER`].
    pub(in crate::conformance) account: Vec<u8>,
    /// How much it is.
    pub(in crate::conformance) amount: u64,
    /// Whether it fails.
    pub(in crate::conformance) fails: bool,
}

/// Where targets put what calls spend.
pub(in crate::conformance) const TAKER: [u8; 32] = [0x5e; 32];

impl Movement {
    /// What a call moves: one amount if it is a call of an asset, and else what it spends, if it does not fail.
    pub(in crate::conformance) fn all(program: &Program, made: &(Call, Called)) -> Vec<Self> {
        let (call, called) = made;
        let spent = call.spends.iter().filter(|_| *called != Called::Failed);
        let spent = spent.map(|funding| Movement {
            step: call.step.0,
            is_taken: false,
            account: TAKER.to_vec(),
            amount: amount(&funding.args[0]),
            fails: false,
        });
        Self::of(program, made).into_iter().chain(spent).collect()
    }

    /// What a call moves; `None` if it calls a target.
    fn of(program: &Program, (call, called): &(Call, Called)) -> Option<Self> {
        program.declarations.contracts[call.function.contract].asset?;
        let [Value::Bytes(account), moved] = &call.args[..] else {
            panic!("an asset is moved with {:?}", call.args);
        };
        let (step, status) = call.step;
        let is_taken = call.function.name == TAKE;
        assert_eq!(
            is_taken,
            is_taking(program, step) && status == Status::Executed
        );
        Some(Movement {
            step,
            is_taken,
            account: account.clone(),
            amount: amount(moved),
            fails: *called == Called::Failed,
        })
    }
}

fn amount(value: &Value) -> u64 {
    match value {
        Value::Uint(amount) => amount.as_u64(),
        other => panic!("{other:?} is no amount"),
    }
}

fn is_taking(program: &Program, step: Step) -> bool {
    matches!(program.steps[step].custody, Some(Custody::Taken { .. }))
}

/// What accounts have more, or less, than at first, and how much was taken from all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::conformance) struct Ledger {
    accounts: BTreeMap<Vec<u8>, i128>,
    taken: u64,
}

impl Ledger {
    /// The same after what a transaction moved.
    pub(in crate::conformance) fn after(&self, run: &Run) -> Self {
        let mut ledger = self.clone();
        for movement in &run.moved {
            ledger.taken += if movement.is_taken {
                movement.amount
            } else {
                0
            };
            let amount = i128::from(movement.amount);
            let change = if movement.is_taken { -amount } else { amount };
            *ledger.accounts.entry(movement.account.clone()).or_default() += change;
        }
        ledger
    }

    /// How much was taken from anybody.
    pub(in crate::conformance) fn taken(&self) -> u64 {
        self.taken
    }

    /// How much is held: what nobody has.
    pub(in crate::conformance) fn held(&self) -> u64 {
        let all: i128 = self.accounts.values().sum();
        u64::try_from(-all).expect("no more is given than was taken")
    }

    /// What each account has that had so much, or nothing if it is not among these.
    pub(in crate::conformance) fn balances<'l>(
        &'l self,
        riches: u64,
        rich: impl Fn(&[u8]) -> bool + 'l,
    ) -> impl Iterator<Item = (&'l [u8], u64)> {
        self.accounts.iter().map(move |(account, change)| {
            let before = if rich(account) { riches } else { 0 };
            // Whoever gets more than there can be, by a fault, is found out by the machine.
            let now = (i128::from(before) + change).min(i128::from(u64::MAX));
            let now = u64::try_from(now);
            (account.as_slice(), now.expect("nobody owes anything"))
        })
    }
}

/// How much each step takes of the transaction of a run that starts an instance, by the step's name. A step that the run does not come
/// to takes nothing.
pub(in crate::conformance) fn taken(program: &Program, run: &Run) -> Vec<(String, u64)> {
    let steps = program.steps.iter();
    let taking = steps.filter(|(step, _)| is_taking(program, *step));
    let amounts = taking.map(|(step, data)| {
        let mut moved = run.moved.iter();
        let found = moved.find(|movement| movement.step == step && movement.is_taken);
        (
            data.name.clone(),
            found.map_or(0, |movement| movement.amount),
        )
    });
    amounts.collect()
}

/// The one asset that a program holds on the chain of a machine, if it holds any.
pub(in crate::conformance) fn form(program: &Program, vm: Vm) -> Option<&AssetForm> {
    let held = program
        .machines
        .keys()
        .flat_map(|machine| program.assets_of(machine));
    let forms = held.filter_map(|contract| program.declarations.form_of(contract));
    let mut own = forms.filter(|form| form.standard.vm() == vm);
    let form = own.next();
    assert!(own.next().is_none(), "a test holds one asset");
    form
}
