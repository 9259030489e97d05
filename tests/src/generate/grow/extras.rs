//! What functions have beside parameters: each VM its own.

use xcc::vm::Vm;

use super::Grower;
use crate::generate::spec::{Account, AccountRole, Extras, IdlSeed, Param};

/// Addresses that interfaces fix, by the names that programs give them.
pub(super) const FIXED: [(&str, &str); 2] = [
    ("system_program", "11111111111111111111111111111111"),
    (
        "token_program",
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    ),
];

impl Grower {
    /// The simplest take as many choices on every VM, so that a step can be moved to another.
    pub(super) fn extras(&mut self, vm: Vm, params: &[Param]) -> Extras {
        let percentile = self.choices.below(100);
        let context = self.choices.chance(30);
        let objects = self.choices.weighed(&[4, 2, 1]) as u32;
        let generics = self.choices.weighed(&[4, 1, 1]) as u32;
        let accounts = match vm {
            Vm::Svm => self.accounts(params),
            _ => {
                // That there are none is a choice, too.
                self.choices.below(1);
                Vec::new()
            }
        };
        match vm {
            Vm::Evm => Extras::Evm {
                payable: percentile >= 70,
                pure: context,
            },
            Vm::Svm => Extras::Svm { accounts },
            Vm::Sui => Extras::Sui {
                objects: (0..objects).map(|_| self.choices.below(2) == 0).collect(),
                assets: 0,
                clock: percentile >= 70,
                context,
                generics,
            },
            Vm::Aptos => Extras::Aptos {
                signer: percentile >= 40,
                assets: 0,
                objects,
                generics,
            },
        }
    }

    fn accounts(&mut self, params: &[Param]) -> Vec<Account> {
        let mut accounts: Vec<Account> = Vec::new();
        self.some(4, 60, |grower, number| {
            let account = grower.account(number + 1, params, &accounts);
            // Two may be fixed to one address, and then they have one name.
            if accounts.iter().all(|it| it.name != account.name) {
                accounts.push(account);
            }
        });
        accounts
    }

    fn account(&mut self, number: u32, params: &[Param], before: &[Account]) -> Account {
        let writable = self.choices.chance(50);
        let name = format!("account{number}");
        let (name, role) = match self.choices.weighed(&[4, 3, 1, 1, 2]) {
            0 => (name, AccountRole::Bound),
            1 => (name, AccountRole::Signer),
            2 => (name, AccountRole::Optional),
            3 => {
                let (name, address) = self.choices.pick(&FIXED);
                (name.to_owned(), AccountRole::Fixed(address))
            }
            _ => (name, AccountRole::Derived(self.idl_seeds(params, before))),
        };
        Account {
            name,
            writable: writable && !matches!(role, AccountRole::Fixed(_)),
            role,
        }
    }

    /// Bytes, and perhaps an account and a parameter of the same instruction.
    fn idl_seeds(&mut self, params: &[Param], before: &[Account]) -> Vec<IdlSeed> {
        let mut seeds = vec![IdlSeed::Bytes(b"seed".to_vec())];
        if !before.is_empty() && self.choices.chance(50) {
            seeds.push(IdlSeed::Account(self.choices.pick(before).name));
        }
        let usable: Vec<_> = params
            .iter()
            .filter(|param| param.ty.is_seed())
            .cloned()
            .collect();
        if !usable.is_empty() && self.choices.chance(50) {
            seeds.push(IdlSeed::Param(self.choices.pick(&usable).name));
        }
        seeds
    }
}
