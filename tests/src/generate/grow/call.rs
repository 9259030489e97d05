//! Calls: arguments, budgets, and what binds accounts, objects and types.

use xcc::entities::Chain;
use xcc::types::{ConstantKind, Type};
use xcc::vm::Vm;

use super::scope::{Asks, Leaf, Scope};
use super::{CONSTANTS, Grower};
use crate::generate::Style;
use crate::generate::spec::{Account, AccountExpr, AccountRole, Call, Expr, Extras, SeedExpr};

impl Grower {
    /// A call on a chain.
    pub(super) fn call(&mut self, scope: &mut Scope, chain: Chain) -> Call {
        scope.chain = Some(chain);
        self.part(|grower| grower.call_on(scope, chain))
    }

    fn call_on(&mut self, scope: &mut Scope, chain: Chain) -> Call {
        let (contract, function, args) = self.function(scope, chain);
        let gas = self.gas(chain);
        self.bound_call(scope, chain, (contract, function, args), gas)
    }

    /// The budget of a call.
    pub(super) fn gas(&mut self, chain: Chain) -> u64 {
        let vm = self.spec.vm(chain);
        let limit = match self.style {
            // One transaction has room for what all its calls are granted.
            Style::Emitted => vm.most_gas() as u32 / 16,
            Style::Checked => vm.most_gas() as u32,
        };
        u64::from(limit - self.choices.below(limit))
    }

    /// A call with all that its function wants to know beside arguments.
    pub(super) fn bound_call(
        &mut self,
        scope: &mut Scope,
        chain: Chain,
        (contract, function, args): (usize, usize, Vec<Expr>),
        gas: u64,
    ) -> Call {
        let mut call = Call {
            contract,
            function,
            args,
            gas,
            value: None,
            accounts: Vec::new(),
            objects: Vec::new(),
            types: Vec::new(),
        };
        let declared = self.spec.contracts[contract].functions[function].clone();
        match &declared.extras {
            Extras::Evm { payable, .. } => {
                // Nothing keeps currency yet, so the back end refuses to send any.
                let has_value = *payable && self.style == Style::Checked && self.choices.chance(50);
                call.value = has_value.then(|| self.value(scope));
            }
            Extras::Svm { accounts } => {
                let before = std::mem::take(&mut scope.arithmetic);
                call.accounts = self.bind_accounts(scope, chain, accounts);
                scope.arithmetic = before;
            }
            Extras::Sui {
                objects, generics, ..
            } => self.bind_move(&mut call, chain, objects.len() as u32, *generics),
            Extras::Aptos {
                objects, generics, ..
            } => self.bind_move(&mut call, chain, *objects, *generics),
        }
        call
    }

    /// Currency that goes with a call.
    fn value(&mut self, scope: &mut Scope) -> Expr {
        match scope.room >= 32 {
            true => {
                scope.room -= 32;
                self.expr(scope, &Type::Uint(256), Asks::Type, 0)
            }
            false => self.literal(&Type::Uint(256)),
        }
    }

    /// Each object is another one: Move lends an object once if it is to be changed.
    fn bind_move(&mut self, call: &mut Call, chain: Chain, objects: u32, generics: u32) {
        for number in 0..objects {
            // On Aptos the object that describes it.
            let is_asset = number == 0 && self.choices.chance(15);
            let object = match self.token_for(chain, Vm::Aptos, is_asset) {
                Some(name) => name,
                None => format!("@{}", self.constant(chain, ConstantKind::Address, number)),
            };
            call.objects.push((format!("object{}", number + 1), object));
        }
        for _ in 0..generics {
            let number = self.choices.below(CONSTANTS);
            // An asset on Sui is a type.
            let is_asset = self.choices.chance(15);
            call.types
                .push(match self.token_for(chain, Vm::Sui, is_asset) {
                    Some(name) => name,
                    None => format!("@{}", self.constant(chain, ConstantKind::MoveType, number)),
                });
        }
    }

    /// The name of an asset, if one is wanted and the chain is of the VM where it stands for what is bound.
    fn token_for(&mut self, chain: Chain, vm: Vm, is_wanted: bool) -> Option<String> {
        let is_possible = is_wanted && self.spec.vm(chain) == vm;
        let asset = is_possible.then(|| self.token(chain)).flatten();
        asset.map(|asset| self.asset_name(asset))
    }

    fn bind_accounts(
        &mut self,
        scope: &mut Scope,
        chain: Chain,
        accounts: &[Account],
    ) -> Vec<(String, AccountExpr)> {
        let mut bound = Vec::new();
        for account in accounts {
            let expr = match account.role {
                AccountRole::Bound => {
                    Some(self.part(|grower| grower.account_expr(scope, chain, 2)))
                }
                AccountRole::Signer => Some(self.signer()),
                AccountRole::Optional => Some(match self.choices.chance(40) {
                    true => self.account_expr(scope, chain, 1),
                    false => AccountExpr::Word("none"),
                }),
                AccountRole::Fixed(_) | AccountRole::Derived(_) => None,
            };
            bound.extend(expr.map(|expr| (account.name.clone(), expr)));
        }
        bound
    }

    fn signer(&mut self) -> AccountExpr {
        AccountExpr::Word(self.choices.pick(&["self", "payer"]))
    }

    fn account_expr(&mut self, scope: &mut Scope, chain: Chain, depth: u32) -> AccountExpr {
        let nested = if depth > 0 { 2 } else { 0 };
        let token = u32::from(self.has_asset());
        match self
            .choices
            .weighed(&[6, 2, 1, 3, nested, nested, nested, token])
        {
            0 => AccountExpr::Constant(self.any_key(chain)),
            1 => self.signer(),
            2 => AccountExpr::Word("program"),
            3 => match self.value_for(scope, |ty| *ty == Type::Address(chain)) {
                Some(value) => AccountExpr::Value(value),
                None => AccountExpr::Constant(self.any_key(chain)),
            },
            4 => AccountExpr::Derived(None, self.seeds(scope, chain, depth - 1)),
            5 => {
                let program = AccountExpr::Constant(self.any_key(chain));
                AccountExpr::Derived(Some(Box::new(program)), self.seeds(scope, chain, depth - 1))
            }
            7 => match self.token(chain) {
                Some(asset) => AccountExpr::Asset(asset),
                None => AccountExpr::Constant(self.any_key(chain)),
            },
            _ => {
                let owner = self.account_expr(scope, chain, 0);
                let mint = self.account_expr(scope, chain, 0);
                AccountExpr::TokenAccount(Box::new(owner), Box::new(mint))
            }
        }
    }

    fn seeds(&mut self, scope: &mut Scope, chain: Chain, depth: u32) -> Vec<SeedExpr> {
        let count = 1 + self.choices.below(3);
        (0..count).map(|_| self.seed(scope, chain, depth)).collect()
    }

    fn seed(&mut self, scope: &mut Scope, chain: Chain, depth: u32) -> SeedExpr {
        match self.choices.weighed(&[3, 1, 2, 3]) {
            0 => SeedExpr::Literal(Expr::Text("seed".to_owned())),
            1 => SeedExpr::Literal(self.literal(&Type::FixedBytes(8))),
            2 => SeedExpr::Key(match self.account_expr(scope, chain, depth) {
                AccountExpr::Value(value) => return SeedExpr::Value(value),
                // Nothing says that a seed is an address.
                AccountExpr::Asset(_) => AccountExpr::Constant(self.any_key(chain)),
                key => key,
            }),
            _ => match self.value_for(scope, Type::is_seed) {
                Some(value) => SeedExpr::Value(value),
                None => SeedExpr::Literal(Expr::Text("seed".to_owned())),
            },
        }
    }

    /// A value that is there, of a fitting type, if the message has room for it.
    fn value_for(&mut self, scope: &mut Scope, is_fitting: impl Fn(&Type) -> bool) -> Option<Expr> {
        let cost = |leaf: &Leaf| match scope.is_carried(leaf) {
            true => self.size_of(&leaf.ty),
            false => 0,
        };
        let known = scope.leaves.iter();
        let is_given = |leaf: &Leaf| leaf.of.is_none() || !scope.accounts_are_given;
        let known = known.filter(|leaf| !leaf.is_computed && is_given(leaf));
        let known = known.filter(|leaf| is_fitting(&leaf.ty) && cost(leaf) <= scope.room);
        let known: Vec<_> = known.map(|leaf| (leaf.clone(), cost(leaf))).collect();
        if known.is_empty() {
            return None;
        }
        let (leaf, cost) = self.choices.pick(&known);
        scope.room -= cost;
        Some(self.maybe_call(scope, &leaf.ty, Expr::Path(leaf.path)))
    }
}
