//! What is given away at once: in place of a payment, or where an instance ends by the workflow's own decision.

use xcc::entities::Chain;
use xcc::types::Type;

use super::Grower;
use super::flow::ends;
use super::scope::{Arithmetic, Asks, Leaf, Scope};
use crate::generate::spec::Item;

impl Grower {
    /// Releases at once some of what would be paid in the end, and some of what else is held before an `abort`.
    pub(super) fn release_some(&mut self, scope: &mut Scope, home: Chain, flow: &mut Vec<Item>) {
        let is_input = |leaf: &Leaf, scope: &Scope| {
            let mut inputs = scope.inputs.iter();
            inputs.any(|input| input.name == leaf.path)
        };
        // Whom it goes to is known wherever it stands.
        let leaves = std::mem::take(&mut scope.leaves);
        let inputs = leaves.iter().filter(|leaf| is_input(leaf, scope));
        scope.leaves = inputs.cloned().collect();
        scope.arithmetic = Arithmetic::Total;
        let held = scope.holdings.iter().map(|holding| holding.name.clone());
        for holding in held.collect::<Vec<_>>() {
            let is_payment = |item: &Item| matches!(item, Item::Pay(paid, _) if *paid == holding);
            let paid = flow.iter().position(is_payment);
            match paid.filter(|_| self.choices.chance(75)) {
                Some(paid) => {
                    flow.remove(paid);
                    let place = self.choices.below(paid as u32 + 1) as usize;
                    let release = self.release(scope, home, &holding);
                    flow.insert(place, release);
                }
                None => self.forfeit(scope, home, &holding, flow),
            }
        }
        scope.leaves = leaves;
    }

    /// Releases a holding that is still there where an instance ends by the workflow's own decision.
    fn forfeit(&mut self, scope: &mut Scope, home: Chain, holding: &str, flow: &mut [Item]) {
        for item in flow {
            let arm = match item {
                Item::If(choice) => &mut choice.then,
                Item::Attempt(_, otherwise) => otherwise,
                _ => continue,
            };
            if ends(arm) && self.choices.chance(85) {
                let release = self.release(scope, home, holding);
                arm.insert(0, release);
            }
        }
    }

    fn release(&mut self, scope: &mut Scope, home: Chain, holding: &str) -> Item {
        scope.room = u32::MAX;
        let to = self.expr(scope, &Type::Address(home), Asks::Type, 0);
        Item::Release(holding.to_owned(), to)
    }
}
