//! How a project is written down.

use super::Grower;
use crate::generate::spec::Layout;

/// How many source files a project has at most.
const FILES: u32 = 4;

impl Grower {
    /// How a project is written down that is whole.
    pub(super) fn layout(&mut self) -> Layout {
        let files = self.maybe(40, Self::places).unwrap_or_default();
        let order = self.maybe(60, |grower| 1 + grower.choices.below(1 << 16));
        Layout {
            files,
            counts_anew: self.choices.chance(50),
            renames: self.choices.chance(30),
            is_documented: self.choices.chance(25),
            is_bare: self.choices.chance(60),
            is_chained: self.choices.chance(60),
            order: order.unwrap_or_default(),
        }
    }

    /// The first file that each declaration may stand in.
    fn places(&mut self) -> Vec<usize> {
        let count = 2 + self.choices.below(FILES - 1);
        let declared = &self.spec.declarations;
        let of_chains = declared.chains.len() + declared.assets.len() + self.spec.contracts.len();
        let of_file = declared.enums.len() + declared.records.len() + self.spec.consts.len();
        let others = self.spec.functions.len() + self.spec.workflows.len();
        let all = of_chains + of_file + others;
        (0..all)
            .map(|_| self.choices.below(count) as usize)
            .collect()
    }
}
