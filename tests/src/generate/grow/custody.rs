//! What is held: taken when an instance starts, and spent or paid later.

use xcc::entities::{Asset, Chain};
use xcc::import::asset::TOKEN_2022_PROGRAM;
use xcc::types::{AssetStandard, ConstantKind, Type, Units};
use xcc::vm::Vm;

use super::Grower;
use super::condition::may_be_decided;
use super::extras::FIXED;
use super::scope::{Arithmetic, Asks, Holding, Leaf, Scope};
use super::step::Around;
use crate::generate::Style;
use crate::generate::spec::{
    Account, AccountExpr, AccountRole, Call, Expr, Extras, If, Item, Step, Take,
};

impl Grower {
    /// Something that is taken when an instance starts, from whoever that is.
    pub(super) fn take(
        &mut self,
        scope: &mut Scope,
        home: Chain,
        (number, from): (u32, &str),
    ) -> Take {
        let asset = self.asset();
        let units = self.units(asset, home);
        scope.room = u32::MAX;
        scope.arithmetic = Arithmetic::Partial;
        let amount = self.amount_taken(scope, asset, home);
        scope.arithmetic = Arithmetic::Total;
        let name = format!("h{}", number + 1);
        let is_known = |part: &Expr| matches!(part, Expr::Path(path) if scope.leaf(path).is_some());
        // Of a number of few bits hardly anything is left in units of other chains.
        let is_small = |part: &Expr| match part {
            Expr::Path(path) => matches!(scope.value_at(path), Some(Type::Uint(..64))),
            _ => false,
        };
        let is_fixed = !amount.any(&is_known);
        let is_small = amount.any(&is_small);
        let floor = self.maybe(50, |grower| grower.floor(scope, units, from));
        let chains = floor.iter().flat_map(|(chains, _)| chains).copied();
        let chains: Vec<_> = chains.collect();
        let mut decimals = units.decimals;
        for &chain in &chains {
            decimals = decimals.min(self.units(asset, chain).decimals);
        }
        let holding = Holding {
            name: name.clone(),
            asset,
            floor: chains,
            decimals,
            is_spent: false,
        };
        let is_fixed = is_fixed || is_small && decimals < units.decimals;
        let rest = floor.as_ref().filter(|(_, to)| !is_written_so(to, from));
        let rest = rest.map(|_| format!("{name}_dust.amount"));
        // What is the same in every instance, or in a narrow range, decides nothing.
        scope.decisive.extend(rest.clone());
        scope.decisive.extend(is_fixed.then(|| holding.amount()));
        for path in rest.into_iter().chain([holding.amount()]) {
            scope.leaves.push(Leaf {
                path,
                ..Leaf::unnamed(Type::Amount(units))
            });
        }
        scope.holdings.push(holding);
        Take {
            name,
            asset,
            amount,
            floor,
        }
    }

    fn amount_taken(&mut self, scope: &mut Scope, asset: Asset, home: Chain) -> Expr {
        // The tests for Move VMs give everybody so much that there is always enough.
        let bits = match self.is_emitted_in_move(home) {
            true => 32,
            false => 64,
        };
        let amount = self.maybe(50, |grower| grower.amount_to_take(scope, asset));
        let amount = amount.flatten().filter(|_| bits == 64);
        amount.unwrap_or_else(|| self.expr(scope, &Type::Uint(bits), Asks::Type, 2))
    }

    /// The chains on which a holding is made whole, and whose the rest is.
    fn floor(&mut self, scope: &mut Scope, units: Units, from: &str) -> (Vec<Chain>, Expr) {
        let home = units.chain;
        let mut chains = Vec::new();
        let count = 1 + self.choices.below(2);
        for _ in 0..count {
            let vm = self.choices.pick(&[Vm::Evm, Vm::Svm, Vm::Sui, Vm::Aptos]);
            let chain = self.chain(vm, Some(home));
            if !chains.contains(&chain) {
                chains.push(chain);
            }
        }
        let mut splits = false;
        for &chain in &chains {
            splits |= self.units(units.asset, chain).decimals < units.decimals;
        }
        let to = self.maybe(50, |grower| {
            grower.expr(scope, &Type::Address(home), Asks::Type, 0)
        });
        // Where there never is a rest, nobody else can get it.
        let to = to.filter(|_| splits);
        (chains, to.unwrap_or_else(|| Expr::Path(from.to_owned())))
    }

    /// The holdings that a step spends, with their assets, if it is one that can.
    pub(super) fn spends(
        &mut self,
        scope: &mut Scope,
        chain: Chain,
        around: Around,
    ) -> Vec<(String, Asset)> {
        let is_alone = !around.is_beside && !around.is_alternative;
        let is_possible = chain == around.home && is_alone;
        let vm = self.spec.vm(chain);
        let wants = (self.choices.chance(45) || around.must_spend) && is_possible;
        let wants_more = self.choices.chance(80);
        let mut left = scope.holdings.iter_mut().filter(|it| !it.is_spent);
        let Some(first) = left.next().filter(|_| wants) else {
            return Vec::new();
        };
        // Where an asset is no value, a call spends one holding of it; on Sui all of them are of one type.
        let may_come_along = |other: Asset| match vm {
            Vm::Sui => wants_more && other == first.asset,
            Vm::Evm | Vm::Aptos => wants_more && other != first.asset,
            Vm::Svm => false,
        };
        let second = left.find(|it| may_come_along(it.asset));
        let spent = [Some(first), second].into_iter().flatten();
        let spent = spent.map(|holding| {
            holding.is_spent = true;
            (holding.name.clone(), holding.asset)
        });
        spent.collect()
    }

    /// A call of a function that takes holdings.
    pub(super) fn call_that_spends(
        &mut self,
        scope: &mut Scope,
        chain: Chain,
        spends: &[(String, Asset)],
    ) -> Call {
        scope.chain = Some(chain);
        self.part(|grower| {
            let contract = grower.contract(chain);
            let number = grower.spec.contracts[contract].functions.len();
            let (mut function, args) = grower.new_function(scope, chain, number + 1);
            let assets: Vec<_> = spends.iter().map(|(_, asset)| *asset).collect();
            grower.let_spend(&mut function.extras, &assets, chain);
            grower.spec.contracts[contract].functions.push(function);
            let gas = grower.gas(chain);
            let mut call = grower.bound_call(scope, chain, (contract, number, args), gas);
            if grower.spec.vm(chain) == Vm::Sui {
                call.types[0] = grower.asset_name(assets[0]);
            }
            if assets.iter().any(|&it| grower.spec.is_native(it, chain)) {
                // What is spent is the value.
                call.value = None;
            }
            grower.bind_token_accounts(&mut call, assets[0], chain);
            call
        })
    }

    fn let_spend(&mut self, extras: &mut Extras, spent: &[Asset], chain: Chain) {
        let by_value = self.choices.chance(50);
        let count = spent.len() as u32;
        match extras {
            Extras::Evm { payable, .. } => {
                *payable |= spent.iter().any(|&it| self.spec.is_native(it, chain));
            }
            Extras::Svm { accounts } => {
                let form = self.spec.form(spent[0], chain);
                let standard = form.map(|form| form.standard);
                *accounts = token_accounts(standard == Some(AssetStandard::Token2022));
            }
            Extras::Sui {
                assets,
                generics,
                context,
                ..
            } => {
                *assets = count;
                // The second is a balance, which has no place to go on the virtual machine without.
                *context |= count > 1;
                *generics = (*generics).max(1);
            }
            Extras::Aptos { assets, signer, .. } => match by_value {
                true => *assets = count,
                false => *signer = true,
            },
        }
    }

    /// On Solana the target takes what is spent from the account of whoever signs.
    fn bind_token_accounts(&mut self, call: &mut Call, asset: Asset, chain: Chain) {
        let own = AccountExpr::Word("self");
        let other = AccountExpr::Constant(self.constant(chain, ConstantKind::Address, 0));
        let of = |owner: &AccountExpr| {
            let (owner, token) = (Box::new(owner.clone()), Box::new(AccountExpr::Asset(asset)));
            AccountExpr::TokenAccount(owner, token)
        };
        for (name, account) in &mut call.accounts {
            *account = match name.as_str() {
                "authority" => own.clone(),
                "source" => of(&own),
                _ => of(&other),
            };
        }
    }

    /// Adds a step that spends holdings; where some instances leave it out, they pay those.
    pub(super) fn push_spending(
        &mut self,
        scope: &mut Scope,
        around: Around,
        (step, flow): (Step, &mut Vec<Item>),
    ) {
        let own = scope.hold_back(scope.step);
        scope.room = u32::MAX;
        let chosen = if around.is_decided { 25 } else { 0 };
        let condition = self.maybe(chosen, |grower| grower.condition(scope, 2));
        let condition = condition.filter(|condition| !may_be_decided(condition));
        let spends = step.spends.clone();
        let item = Item::Step(Box::new(step));
        let Some(condition) = condition else {
            scope.leaves.extend(own);
            return flow.push(item);
        };
        let payments = spends.iter();
        let payments = payments.map(|holding| self.pay(scope, around.home, holding));
        flow.push(Item::If(Box::new(If {
            condition,
            otherwise: payments.collect(),
            then: vec![item],
        })));
    }

    /// The payment of a holding, once on every way.
    pub(super) fn payment(&mut self, scope: &mut Scope, home: Chain, holding: &str) -> Item {
        scope.room = u32::MAX;
        scope.arithmetic = Arithmetic::Total;
        let first = self.pay(scope, home, holding);
        let condition = self.maybe(30, |grower| grower.condition(scope, 2));
        let Some(condition) = condition.filter(|condition| !may_be_decided(condition)) else {
            return first;
        };
        let second = self.pay(scope, home, holding);
        Item::If(Box::new(If {
            condition,
            then: vec![first],
            otherwise: vec![second],
        }))
    }

    fn pay(&mut self, scope: &mut Scope, home: Chain, holding: &str) -> Item {
        let to = self.expr(scope, &Type::Address(home), Asks::Type, 1);
        Item::Pay(holding.to_owned(), to)
    }

    pub(super) fn is_emitted_in_move(&self, chain: Chain) -> bool {
        self.style == Style::Emitted && matches!(self.spec.vm(chain), Vm::Sui | Vm::Aptos)
    }
}

/// Whether an account is the one that is written so.
fn is_written_so(account: &Expr, from: &str) -> bool {
    match account {
        Expr::Path(path) => path == from,
        Expr::Constant(name) => from.strip_prefix('@') == Some(name),
        _ => false,
    }
}

/// The accounts of an instruction that takes from its caller: who signs, whence, and whither.
fn token_accounts(is_token_2022: bool) -> Vec<Account> {
    let account = |name: &str, writable, role| Account {
        name: name.to_owned(),
        writable,
        role,
    };
    let (token_program, address) = match is_token_2022 {
        true => ("token_program", TOKEN_2022_PROGRAM),
        false => FIXED[1],
    };
    vec![
        account("authority", false, AccountRole::Signer),
        account("source", true, AccountRole::Bound),
        account("vault", true, AccountRole::Bound),
        account(token_program, false, AccountRole::Fixed(address)),
    ]
}
