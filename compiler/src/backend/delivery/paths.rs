//! What a handler may come to do, and while its step has which status.

use std::collections::BTreeSet;

use crate::entities::{Block, Handler, Value};
use crate::ir::{Body, InstData, Program, Status, Terminator};

/// The numbers of the statuses in which a handler may come to an instruction like this.
pub(in crate::backend) fn statuses_with(
    program: &Program,
    handler: Handler,
    is_wanted: impl Fn(&InstData) -> bool,
) -> Vec<u8> {
    let mut found = BTreeSet::new();
    walk(program, handler, &mut |inst, statuses| {
        if is_wanted(inst) {
            found.extend(statuses);
        }
    });
    found.into_iter().collect()
}

/// Visits every instruction that a handler may come to, also in those that it continues in, with the numbers of the statuses.
pub(in crate::backend) fn walk(
    program: &Program,
    handler: Handler,
    visit: &mut impl FnMut(&InstData, &BTreeSet<u8>),
) {
    let body = &program.handlers[handler].body;
    let mut walker = Walker { program, visit };
    let statuses = Status::ALL.map(|status| status as u8);
    walker.block(body, body.entry, statuses.into());
}

/// Whom the caller is compared with, where a handler compares it.
pub(in crate::backend) fn holder(body: &Body) -> Option<Value> {
    let caller = body.insts.values().find_map(|inst| match inst {
        InstData::Caller { result } => Some(*result),
        _ => None,
    })?;
    body.insts.values().find_map(|inst| match inst {
        InstData::Binary { left, right, .. } if *left == caller => Some(*right),
        InstData::Binary { left, right, .. } if *right == caller => Some(*left),
        _ => None,
    })
}

struct Walker<'w, V> {
    program: &'w Program,
    visit: &'w mut V,
}

impl<V: FnMut(&InstData, &BTreeSet<u8>)> Walker<'_, V> {
    fn block(&mut self, body: &Body, block: Block, statuses: BTreeSet<u8>) {
        let data = &body.blocks[block];
        for &inst in &data.insts {
            (self.visit)(&body.insts[inst], &statuses);
        }
        let Some(terminator) = &data.terminator else {
            return;
        };
        match terminator {
            Terminator::SwitchStatus {
                arms, otherwise, ..
            } => {
                let mut rest = statuses.clone();
                for (covered, block) in arms {
                    let covered: BTreeSet<u8> = covered.iter().map(|&it| it as u8).collect();
                    self.block(body, *block, &statuses & &covered);
                    rest = &rest - &covered;
                }
                self.block(body, *otherwise, rest);
            }
            Terminator::Continue(next) => {
                let body = &self.program.handlers[*next].body;
                self.block(body, body.entry, statuses);
            }
            other => {
                let next = other.successors().into_iter();
                next.for_each(|block| self.block(body, block, statuses.clone()));
            }
        }
    }
}
