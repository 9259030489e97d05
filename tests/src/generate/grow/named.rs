//! Names for values.

use xcc::types::Type;

use super::Grower;
use super::arithmetic::has_arithmetic;
use super::money::converted;
use super::scope::{Arithmetic, Leaf, Scope};
use crate::generate::spec::{Expr, Item, Named};

impl Grower {
    /// A name for a value that is there, or for a record of such values. It takes as much room as what it stands for.
    pub(super) fn named_value(&mut self, scope: &mut Scope) -> Option<Item> {
        let records: Vec<_> = self.spec.declarations.records.keys().collect();
        if !records.is_empty() && self.choices.chance(40) {
            let ty = Type::Record(self.choices.pick(&records));
            if self.is_buildable(&ty) {
                let value = self.record_of_values(scope, &ty);
                return Some(self.named(scope, ty, value, None));
            }
        }
        if let Some(partial) = self
            .maybe(25, |grower| grower.partial_value(scope))
            .flatten()
        {
            return Some(partial);
        }
        let known = scope.leaves.iter().filter(|it| !it.is_partial);
        let mut leaf = self.one_of(known.cloned().collect())?;
        let mut is_typed = None;
        if let (Type::Amount(units), Some(home)) = (&leaf.ty, scope.home) {
            // A type says that it is counted at home.
            is_typed = Some(units.chain == home);
            let asset = units.asset;
            if let Some(found) = self
                .maybe(30, |grower| grower.amount_at_home(scope, asset))
                .flatten()
            {
                let ty = Type::Amount(self.units(asset, home));
                leaf = Leaf { ty, ..found };
                is_typed = Some(true);
            }
        }
        let is_number = matches!(leaf.ty, Type::Uint(_)) && !leaf.is_computed;
        let value = Expr::Path(leaf.path);
        let value = match self.choices.chance(40) {
            true if is_number => {
                let computed = self.computed(Arithmetic::Total, value.clone());
                computed.unwrap_or(value)
            }
            _ => value,
        };
        let named = self.named(scope, leaf.ty, value, leaf.of);
        Some(match (named, is_typed) {
            (Item::Let(named, _), Some(is_typed)) => Item::Let(named, is_typed),
            (named, _) => named,
        })
    }

    /// A name for arithmetic that may have no value.
    fn partial_value(&mut self, scope: &mut Scope) -> Option<Item> {
        let known = scope.leaves.iter().filter(|leaf| !leaf.is_computed);
        let known = known.filter(|leaf| matches!(leaf.ty, Type::Uint(_)));
        let leaf = self.one_of(known.cloned().collect())?;
        let (ty, path) = (leaf.ty.clone(), Expr::Path(leaf.path.clone()));
        let value = self.computed(Arithmetic::Partial, path)?;
        let is_typed = self.choices.chance(30);
        Some(named_partly(scope, leaf, (ty, value), is_typed))
    }

    /// A name for an amount of another chain, counted at home, if there is one: it may have no value there.
    pub(super) fn amount_from_elsewhere(&mut self, scope: &mut Scope) -> Option<Item> {
        let home = scope.home?;
        let is_foreign = |leaf: &&Leaf| match leaf.ty {
            Type::Amount(units) => units.chain != home,
            _ => false,
        };
        let known = scope.leaves.iter().filter(|leaf| !leaf.is_computed);
        let leaf = self.one_of(known.filter(is_foreign).cloned().collect())?;
        let Type::Amount(units) = leaf.ty else {
            return None;
        };
        let to = self.units(units.asset, home);
        let value = converted(Expr::Path(leaf.path.clone()), units, to);
        Some(named_partly(scope, leaf, (Type::Amount(to), value), true))
    }

    pub(super) fn one_of<T: Clone>(&mut self, known: Vec<T>) -> Option<T> {
        match known.is_empty() {
            true => None,
            false => Some(self.choices.pick(&known)),
        }
    }

    fn named(&mut self, scope: &mut Scope, ty: Type, value: Expr, of: Option<usize>) -> Item {
        let name = scope.new_name();
        let known = match &value {
            Expr::Path(path) => scope.leaf(path),
            _ => None,
        };
        let names = known.map(|leaf| leaf.names.clone().unwrap_or_else(|| leaf.path.clone()));
        let leaf = Leaf {
            path: name.clone(),
            names,
            ty: ty.clone(),
            of,
            is_computed: has_arithmetic(scope, &value),
            is_partial: false,
        };
        let value = self.maybe_call(scope, &ty, value);
        // The fields of a record may be literals, and a comparison of literals is none.
        scope.leaves.push(leaf);
        Item::Let(Named { name, ty, value }, self.choices.chance(30))
    }
}

/// A name for what is made of a value and may not be there.
fn named_partly(scope: &mut Scope, leaf: Leaf, (ty, value): (Type, Expr), is_typed: bool) -> Item {
    let name = scope.new_name();
    scope.leaves.push(Leaf {
        path: name.clone(),
        names: Some(leaf.names.unwrap_or(leaf.path)),
        ty: ty.clone(),
        of: leaf.of,
        is_computed: true,
        is_partial: true,
    });
    Item::Let(Named { name, ty, value }, is_typed)
}
