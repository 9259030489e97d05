//! What a handler does about an instance that was never started: it finds nothing of it, so it is decided before the program runs.

use crate::entities::{Block, Handler};
use crate::ir::{Phase, Program, Rejection, Status, Terminator};

/// How a transaction ends that is about an instance that was never started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It goes through and changes nothing.
    Ignored,
    /// It is rejected.
    Rejected(Rejection),
}

impl Unknown {
    /// What a handler of a coordinator does about it, which is what it does in phase `Idle` with every step in status `None`.
    pub(super) fn of(program: &Program, handler: Handler) -> Self {
        let body = &program.handlers[handler].body;
        let mut block = body.entry;
        loop {
            let data = &body.blocks[block];
            let has_effect = |inst| body.insts[inst].results().is_empty();
            assert!(
                !data.insts.iter().copied().any(has_effect),
                "nothing happens to an instance that was never started"
            );
            block = match data.terminator.as_ref() {
                Some(Terminator::Finish) => return Unknown::Ignored,
                Some(Terminator::Reject(rejection)) => return Unknown::Rejected(*rejection),
                Some(Terminator::SwitchPhase { arms, otherwise }) => {
                    taken(arms, Phase::Idle, *otherwise)
                }
                Some(Terminator::SwitchStatus {
                    arms, otherwise, ..
                }) => taken(arms, Status::None, *otherwise),
                Some(Terminator::Continue(next)) => return Unknown::of(program, *next),
                other => unreachable!("{other:?} does not ask where the instance stands"),
            };
        }
    }
}

/// Where a choice goes that finds this value.
fn taken<T: PartialEq>(arms: &[(Vec<T>, Block)], found: T, otherwise: Block) -> Block {
    let mut arms = arms.iter();
    let arm = arms.find(|(values, _)| values.contains(&found));
    arm.map_or(otherwise, |(_, block)| *block)
}
