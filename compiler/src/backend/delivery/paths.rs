//! What a handler may come to do, and while its step has which status.

use std::collections::BTreeSet;

use crate::entities::{Block, Handler, Step, Value};
use crate::ir::{Body, InstData, Program, Status, Terminator, Trigger};

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
    let data = &program.handlers[handler];
    let mut walker = Walker {
        program,
        about: data.step,
        seen: BTreeSet::new(),
        visit,
    };
    let statuses = match data.trigger {
        // Nothing happened yet to any step.
        Trigger::Start => BTreeSet::from([Status::None as u8]),
        _ => Status::ALL.map(|status| status as u8).into(),
    };
    walker.block(&data.body, data.body.entry, statuses);
}

/// Whom the caller has to be, where a handler rejects everybody else.
pub(in crate::backend) fn holder(body: &Body) -> Option<Value> {
    let caller = body.insts.values().find_map(|inst| match inst {
        InstData::Caller { result } => Some(*result),
        _ => None,
    })?;
    let decides = |value: Value| {
        let ends = body
            .blocks
            .values()
            .filter_map(|block| block.terminator.as_ref());
        ends.into_iter()
            .any(|end| matches!(end, Terminator::Branch { condition, .. } if *condition == value))
    };
    body.insts.values().find_map(|inst| match inst {
        InstData::Binary {
            result,
            left,
            right,
            ..
        } if decides(*result) => match (*left == caller, *right == caller) {
            (true, _) => Some(*right),
            (_, true) => Some(*left),
            _ => None,
        },
        _ => None,
    })
}

struct Walker<'w, V> {
    program: &'w Program,
    /// The step whose status counts; a coordinator looks at those of others, too.
    about: Option<Step>,
    /// What was continued in already, and with which statuses.
    seen: BTreeSet<(Handler, BTreeSet<u8>)>,
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
                step,
                arms,
                otherwise,
            } if Some(*step) == self.about => {
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
                if self.seen.insert((*next, statuses.clone())) {
                    self.block(body, body.entry, statuses);
                }
            }
            other => {
                let next = other.successors().into_iter();
                next.for_each(|block| self.block(body, block, statuses.clone()));
            }
        }
    }
}
