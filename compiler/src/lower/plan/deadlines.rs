//! Where home keeps the deadlines of the Executes it sent last, to send them again with the same bytes.

use std::ops::Range;

use crate::entities::{Machine, Slot};
use crate::hir::{Package, WorkflowDecl};
use crate::ir::Program;
use crate::types::Type;

use super::declare::declare_slot;

/// The slots of deadlines.
pub(super) struct Deadlines {
    /// Of whatever was sent last, the latest: only after it anyone may cancel. `None` if no step has a deadline.
    pub(super) latest: Option<Slot>,
    /// Of each step, by its position.
    pub(super) of_steps: Vec<Option<Slot>>,
}

impl Deadlines {
    /// One slot is enough as long as the steps that begin together have the same time; each shorter time takes one more.
    pub(super) fn declare(
        package: &Package,
        decl: &WorkflowDecl,
        coordinator: Machine,
        program: &mut Program,
    ) -> Self {
        let within = |index: usize| package.steps[decl.steps[index]].within;
        let has_any = (0..decl.steps.len()).any(|index| within(index).is_some());
        let mut declare =
            |name: &str| declare_slot(program, coordinator, None, name, Type::Uint(64));
        let latest = has_any.then(|| declare("deadline"));
        let mut of_steps = Vec::new();
        for stage in &decl.stages {
            let longest = stage.clone().filter_map(within).max();
            for index in stage.clone() {
                let same = |&other: &usize| within(other) == within(index);
                let earlier = Range {
                    end: index,
                    ..*stage
                }
                .find(same);
                let slot = match (within(index), earlier) {
                    (None, _) => None,
                    (Some(_), Some(earlier)) => of_steps[earlier],
                    (own, None) if own == longest => latest,
                    (Some(_), None) => {
                        let name = &package.steps[decl.steps[index]].name;
                        Some(declare(&format!("deadline_{name}")))
                    }
                };
                of_steps.push(slot);
            }
        }
        Deadlines { latest, of_steps }
    }
}
