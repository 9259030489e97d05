//! Which values of a body are written where they are used.

use cranelift_entity::SecondaryMap;

use crate::entities::Value;
use crate::ir::{BlockData, Body, InstData};

/// The decision for every value of a body.
pub(super) struct Inlining {
    uses: SecondaryMap<Value, u32>,
    inline: SecondaryMap<Value, bool>,
    /// Whether the expression that is written in place of the value reads storage.
    reads: SecondaryMap<Value, bool>,
}

impl Inlining {
    /// The decisions for a body in which these operands are not written.
    pub(super) fn of(body: &Body, unwritten: impl Iterator<Item = Value>) -> Self {
        let mut inlining = Inlining {
            uses: SecondaryMap::new(),
            inline: SecondaryMap::new(),
            reads: SecondaryMap::new(),
        };
        for block in body.blocks.values() {
            for value in operands_of(body, block) {
                inlining.uses[value] += 1;
            }
        }
        unwritten.for_each(|value| inlining.uses[value] -= 1);
        for block in body.blocks.values() {
            inlining.decide(body, block);
        }
        inlining
    }

    pub(super) fn is_unused(&self, value: Value) -> bool {
        self.uses[value] == 0
    }

    pub(super) fn is_inline(&self, value: Value) -> bool {
        self.inline[value]
    }

    /// A value that reads storage stays where the storage still holds it: in a block that stores nothing.
    fn decide(&mut self, body: &Body, block: &BlockData) {
        let insts = || block.insts.iter().map(|&inst| &body.insts[inst]);
        let stores = insts().any(|inst| matches!(inst, InstData::Store { .. }));
        for inst in insts().filter(|inst| !matches!(inst, InstData::Call { .. })) {
            let is_load = matches!(inst, InstData::Load { .. });
            let reads = is_load || inst.operands().iter().any(|&value| self.reads[value]);
            for &value in inst.results() {
                let is_used_here = || operands_of(body, block).any(|used| used == value);
                self.inline[value] = is_short(inst)
                    || self.uses[value] == 1 && (!reads || !stores && is_used_here());
                self.reads[value] = reads && self.inline[value];
            }
        }
    }
}

/// As short as a name, so that it is written in place of the value however often that is used.
fn is_short(inst: &InstData) -> bool {
    matches!(
        inst,
        InstData::Literal { .. }
            | InstData::Constant { .. }
            | InstData::Deadline { .. }
            | InstData::Caller { .. }
    )
}

fn operands_of(body: &Body, block: &BlockData) -> impl Iterator<Item = Value> {
    let insts = block
        .insts
        .iter()
        .flat_map(|&inst| body.insts[inst].operands());
    let terminator = block.terminator.iter();
    insts.chain(terminator.flat_map(|terminator| terminator.operands()))
}
