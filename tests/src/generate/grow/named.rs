//! Names for values.

use xcc::types::Type;

use super::Grower;
use super::arithmetic::has_arithmetic;
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
        let known = scope.leaves.clone();
        if known.is_empty() {
            return None;
        }
        let mut leaf = self.choices.pick(&known);
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

    fn named(&mut self, scope: &mut Scope, ty: Type, value: Expr, of: Option<usize>) -> Item {
        scope.named += 1;
        let name = format!("v{}", scope.named);
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
        };
        let value = self.maybe_call(scope, &ty, value);
        // The fields of a record may be literals, and a comparison of literals is none.
        scope.leaves.push(leaf);
        Item::Let(Named { name, ty, value }, self.choices.chance(30))
    }
}
