//! What is held on Sui: the balances of a coordinator, and the coins that the transaction which starts an instance gives.

use std::collections::BTreeMap;

use super::calls::{Need, Needs};
use crate::backend::move_lang::body::TargetCall;
use crate::backend::move_lang::custody::{Movement, Way, untaken};
use crate::backend::move_lang::entry::{Argument, Param};
use crate::backend::move_lang::names::lower_case;
use crate::backend::move_lang::packages::Packages;
use crate::backend::move_lang::packages::types::Naming;
use crate::backend::move_lang::{Doc, Expr};
use crate::backend::names::Namer;
use crate::entities::{Constant, Handler, Step};

/// The coins around a handler.
#[derive(Clone, Debug, Default)]
pub(super) struct Coins {
    /// The coins that it is handed, by the step that takes them.
    pub(super) taken: BTreeMap<Step, Coin>,
    /// The parameters and locals that are what the coordinator holds, by the type of the coins.
    held: BTreeMap<Constant, String>,
}

/// A coin that a step takes.
#[derive(Clone, Debug)]
pub(super) struct Coin {
    /// The parameter's name.
    name: String,
    /// The type of the coin.
    token: Constant,
}

impl Coins {
    /// The coins that a handler is handed; `namer` is the scope of its function.
    pub(super) fn given(packages: &Packages<'_>, handler: Handler, namer: &mut Namer) -> Self {
        let program = packages.input.program;
        let data = &program.handlers[handler];
        let given = untaken(program, data.machine).remove(&handler);
        // Move drops no coin, so that a function is handed also those that are given back because it rejects the transaction.
        let is_last = data.body.continued().next().is_none();
        let coins = given.into_iter().flatten().map(|(step, token)| {
            let name = namer.choose(&lower_case(&program.steps[step].name));
            let is_used = !is_last || data.step == Some(step);
            let name = if is_used { name } else { format!("_{name}") };
            (step, Coin { name, token })
        });
        Coins {
            taken: coins.collect(),
            held: BTreeMap::new(),
        }
    }

    /// The parameters that are coins, in order. A client makes each by a command of its own, before all others.
    pub(super) fn params(&self, packages: &Packages<'_>) -> Vec<Param> {
        let coins = self.taken.values().enumerate();
        let params = coins.map(|(command, coin)| {
            let ty = packages.constant_type(coin.token, Naming::Name);
            let argument = Argument::Result { command };
            Param::new(&coin.name, format!("Coin<{ty}>"), argument)
        });
        params.collect()
    }

    /// What is passed to a function that takes these coins, in the order of its parameters.
    pub(super) fn arguments(&self, callee: &Coins) -> impl Iterator<Item = String> {
        let steps = callee.taken.keys();
        steps.map(|step| self.taken[step].name.clone())
    }

    /// What a function of the module is handed of what is held: each name with its type, and the constant that it is for.
    pub(super) fn held(
        &self,
        packages: &Packages<'_>,
    ) -> impl Iterator<Item = (Constant, &str, String)> {
        let held = self.held.iter();
        held.map(|(&token, name)| {
            let ty = packages.constant_type(token, Naming::Name);
            (token, name.as_str(), format!("&mut Balance<{ty}>"))
        })
    }

    /// The names of what is held, for a function that needs these.
    pub(super) fn held_arguments(&self, callee: &Coins) -> impl Iterator<Item = String> {
        let tokens = callee.held.keys();
        tokens.map(|token| self.held[token].clone())
    }

    /// Spells a movement by a step, with the amount of its call, behind the account if it leaves.
    pub(super) fn write(&self, step: Step, movement: Movement, args: Vec<Expr>) -> TargetCall {
        let held = Expr::atom(&self.held[&movement.token]);
        let (coin, context) = match movement.way {
            Way::In => (Some(Expr::atom(&self.taken[&step].name)), None),
            Way::Out => (None, Some(Expr::atom("ctx"))),
            Way::Spent | Way::Withdrawn => {
                unreachable!("what is spent goes with the call of a target")
            }
        };
        let args = [held].into_iter().chain(coin).chain(args).chain(context);
        let function = format!("custody::{}", movement.function());
        TargetCall::new(Expr::call(function, args), 0)
    }

    /// Spells the balance that a call gives away, or the coin that it is to be.
    pub(super) fn withdraw(&self, movement: Movement, amount: Expr, is_coin: bool) -> Doc {
        let held = Expr::atom(&self.held[&movement.token]);
        let function = format!("custody::{}", movement.function());
        let balance = Expr::call(function, [held, amount]);
        let spent = match is_coin {
            true => Expr::call("sui::coin::from_balance", [balance, Expr::atom("ctx")]),
            false => balance,
        };
        spent.doc
    }

    /// Adds what is held of the asset of a movement; `namer` is the scope of the function.
    pub(super) fn hold(&mut self, packages: &Packages<'_>, movement: Movement, namer: &mut Namer) {
        self.held.entry(movement.token).or_insert_with(|| {
            let asset = &packages.input.program.declarations.constants[movement.token].name;
            namer.choose(&lower_case(asset))
        });
    }
}

impl Coin {
    /// The type of the coin, by the addresses of the packages.
    pub(super) fn published_type(&self, packages: &Packages<'_>) -> String {
        packages.constant_type(self.token, Naming::Address)
    }
}

impl Needs {
    /// Adds what a call moves; `namer` is the scope of the function. Whatever leaves becomes a new coin.
    pub(super) fn add_movement(
        &mut self,
        packages: &Packages<'_>,
        movement: Movement,
        namer: &mut Namer,
    ) {
        self.coins.hold(packages, movement, namer);
        if movement.way == Way::Out {
            self.context = self.context.max(Need::Mutable);
        }
    }
}
