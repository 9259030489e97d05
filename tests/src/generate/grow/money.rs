//! Amounts of assets, and what becomes of one that is converted.

use xcc::entities::Asset;
use xcc::syntax::ast::BinaryOp;
use xcc::types::{Type, Units};
use xcc::vm::Vm;

use super::Grower;
use super::scope::{Arithmetic, Holding, Leaf, Scope};
use crate::generate::spec::Expr;

/// What is computed of an amount and a number.
const OPERATIONS: [BinaryOp; 5] = [
    BinaryOp::Divide,
    BinaryOp::Remainder,
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
];

/// How many of those, the first ones, always have a value.
const TOTAL: usize = 2;

/// How an amount gets into other units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conversion {
    /// It has a value in every instance.
    Always,
    /// There may be no room for it.
    Sometimes,
    /// A part may be lost, so the source says `exact`.
    Loses,
}

impl Conversion {
    /// An amount that is converted so, as it is written.
    fn of(self, amount: Expr) -> Expr {
        match self {
            Self::Loses => Expr::Exact(Box::new(amount)),
            Self::Always | Self::Sometimes => amount,
        }
    }
}

impl Grower {
    /// Whether a parameter of a call has room for amounts.
    pub(super) fn can_be_amount(&self, scope: &Scope, ty: &Type) -> bool {
        let Some(chain) = scope.chain.filter(|_| scope.home.is_some()) else {
            return false;
        };
        let is_wide = matches!(ty, Type::Uint(width) if *width >= bits(self.spec.vm(chain)));
        is_wide && self.has_asset() && scope.arithmetic != Arithmetic::None
    }

    /// An amount that is converted for a call, if the message has room for one and the place lets it have no value or it always has one.
    pub(super) fn amount_for_call(&mut self, scope: &mut Scope) -> Option<Expr> {
        let chain = scope.chain?;
        let asset = self.asset();
        let to = self.units(asset, chain);
        let arithmetic = scope.arithmetic;
        let is_possible =
            move |conversion| conversion == Conversion::Always || arithmetic == Arithmetic::Partial;
        let (leaf, units) = self.amount(scope, asset, |scope, leaf, from| {
            is_possible(conversion(scope.holding_of(leaf), from, to))
        })?;
        let path = Expr::Path(leaf.path.clone());
        let computed = is_possible(conversion(None, units, to)) && self.choices.chance(40);
        let (amount, conversion) = match computed {
            true => {
                let amount = self.computed_amount(scope, path, units);
                (amount, conversion(None, units, to))
            }
            false => (path, conversion(scope.holding_of(&leaf), units, to)),
        };
        Some(conversion.of(amount))
    }

    /// An amount of an asset in units of home that has a value in every instance, and the value that is there which it is.
    pub(super) fn amount_at_home(&mut self, scope: &mut Scope, asset: Asset) -> Option<Leaf> {
        let home = self.units(asset, scope.home?);
        let found = self.amount(scope, asset, |scope, leaf, from| {
            conversion(scope.holding_of(leaf), from, home) == Conversion::Always
        });
        found.map(|(leaf, _)| leaf)
    }

    /// How much is taken: an amount of home.
    pub(super) fn amount_to_take(&mut self, scope: &mut Scope, asset: Asset) -> Option<Expr> {
        let home = self.units(asset, scope.home?);
        let (leaf, units) = self.amount(scope, asset, |_, _, from| from == home)?;
        let path = Expr::Path(leaf.path);
        Some(match self.choices.chance(50) {
            true => self.computed_amount(scope, path, units),
            false => path,
        })
    }

    /// How often one amount is in another: a number.
    pub(super) fn relation(&mut self, scope: &mut Scope, ty: &Type) -> Option<Expr> {
        let chain = scope.home?;
        let asset = self.asset();
        let home = self.units(asset, chain);
        let fits = *ty == Type::Uint(home.bits) && scope.arithmetic == Arithmetic::Partial;
        let is_home = |_: &Scope, _: &Leaf, from| from == home;
        let (left, _) = fits.then(|| self.amount(scope, asset, is_home)).flatten()?;
        let (right, _) = self.amount(scope, asset, is_home)?;
        let [left, right] = [left, right].map(|leaf| Box::new(Expr::Path(leaf.path)));
        Some(Expr::Binary(BinaryOp::Divide, left, right))
    }

    /// An amount that is there and fits, or a new input, if the message has room for it.
    fn amount(
        &mut self,
        scope: &mut Scope,
        asset: Asset,
        is_fitting: impl Fn(&Scope, &Leaf, Units) -> bool,
    ) -> Option<(Leaf, Units)> {
        let home = self.units(asset, scope.home?);
        let cost = |leaf: &Leaf| match scope.is_carried(leaf) {
            true => self.size_of(&leaf.ty),
            false => 0,
        };
        let known = scope.leaves.iter().filter_map(|leaf| match leaf.ty {
            Type::Amount(units) if units.asset == asset => Some((leaf, units)),
            _ => None,
        });
        let may_fail = scope.arithmetic == Arithmetic::Partial;
        let known = known.filter(|(leaf, _)| !leaf.is_computed || leaf.is_partial && may_fail);
        let known = known.filter(|(leaf, _)| self.may_decide(scope, leaf));
        let known = known
            .filter(|(leaf, units)| is_fitting(scope, leaf, *units) && cost(leaf) <= scope.room);
        let known: Vec<_> = known
            .map(|(leaf, units)| (leaf.clone(), units, cost(leaf)))
            .collect();
        if !known.is_empty() && !self.choices.chance(25) {
            let (leaf, units, cost) = self.choices.pick(&known);
            scope.room -= cost;
            scope.decisive.insert(scope.decider(&leaf));
            return Some((leaf, units));
        }
        let ty = Type::Amount(home);
        let (size, mut leaf) = (self.size_of(&ty), Leaf::unnamed(ty.clone()));
        if size > scope.room || !is_fitting(scope, &leaf, home) {
            return None;
        }
        scope.room -= size;
        leaf.path = scope.add_input(&self.spec.declarations, ty);
        scope.decisive.insert(leaf.path.clone());
        Some((leaf, home))
    }

    /// Something computed of an amount, of the same units.
    fn computed_amount(&mut self, scope: &mut Scope, amount: Expr, units: Units) -> Expr {
        let count = match scope.arithmetic {
            Arithmetic::Partial => OPERATIONS.len(),
            Arithmetic::Total | Arithmetic::None => TOTAL,
        };
        let op = self.choices.pick(&OPERATIONS[..count]);
        let other = match op {
            BinaryOp::Add | BinaryOp::Subtract => self.maybe(50, |grower| {
                grower.amount(scope, units.asset, |_, _, from| from == units)
            }),
            _ => None,
        };
        let literal = Expr::Number((2 + self.choices.below(126)).to_string());
        let other = other.flatten().map(|(leaf, _)| Expr::Path(leaf.path));
        let other = other.unwrap_or(literal);
        Expr::Binary(op, Box::new(amount), Box::new(other))
    }
}

/// The width of amounts on a VM.
pub(super) const fn bits(vm: Vm) -> u16 {
    match vm {
        Vm::Evm => 256,
        Vm::Svm | Vm::Sui | Vm::Aptos => 64,
    }
}

/// An amount in other units, as it is written.
pub(super) fn converted(amount: Expr, from: Units, to: Units) -> Expr {
    conversion(None, from, to).of(amount)
}

/// What becomes of an amount, which may be that of a holding.
fn conversion(holding: Option<&Holding>, from: Units, to: Units) -> Conversion {
    if holding.is_some_and(|it| it.floor.contains(&to.chain)) {
        return Conversion::Always;
    }
    let decimals = holding.map_or(from.decimals, |it| it.decimals);
    let more = to.decimals.checked_sub(from.decimals);
    // One decimal place more takes less than four bits.
    let has_room = more.is_some_and(|more| from.bits + 4 * u16::from(more) <= to.bits);
    match to.decimals < decimals {
        true => Conversion::Loses,
        false if has_room => Conversion::Always,
        false => Conversion::Sometimes,
    }
}
