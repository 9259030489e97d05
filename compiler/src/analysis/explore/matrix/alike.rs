//! Interchangeable steps in the matrix: of states that differ only in which of them is where, one is followed for all, and what
//! can become of one of them can become of each.

use super::fates::Fate;
use crate::analysis::explore::model::{Meaning, Model, Var};
use crate::entities::Step;

/// The classes of interchangeable steps.
pub(super) struct Alike {
    classes: Vec<Vec<Member>>,
}

/// A step of a class, and the variables about it, in the same order for all of them.
struct Member {
    step: Step,
    variables: Vec<Var>,
}

impl Alike {
    /// The classes of a model, without the step that a fault strikes.
    pub(super) fn of(model: &Model, struck: Option<Step>) -> Self {
        let class = |class: &Vec<Vec<Var>>| {
            let members = class.iter().map(|variables| Member {
                step: step_of(model, variables),
                variables: variables.clone(),
            });
            members
                .filter(|member| Some(member.step) != struck)
                .collect()
        };
        Alike {
            classes: model.interchangeable.iter().map(class).collect(),
        }
    }

    /// Whether a step is like another.
    pub(super) fn has(&self, step: Step) -> bool {
        self.classes
            .iter()
            .flatten()
            .any(|member| member.step == step)
    }

    /// The state that stands for all that differ from this one in which of the steps is where.
    pub(super) fn representative(&self, mut state: Vec<u8>) -> Vec<u8> {
        for class in &self.classes {
            let values = |member: &Member| -> Vec<u8> {
                let variables = member.variables.iter();
                variables.map(|var| state[var.0]).collect()
            };
            let mut all: Vec<_> = class.iter().map(values).collect();
            if all.is_sorted() {
                continue;
            }
            all.sort_unstable();
            for (member, values) in class.iter().zip(all) {
                for (var, value) in member.variables.iter().zip(values) {
                    state[var.0] = value;
                }
            }
        }
        state
    }

    /// The fates of all steps, in every arrangement of those of interchangeable steps.
    pub(super) fn arrangements(&self, steps: &[Step], fates: Vec<Fate>) -> Vec<Vec<Fate>> {
        let mut arranged = vec![fates];
        for class in &self.classes {
            let position = |member: &Member| steps.iter().position(|&step| step == member.step);
            let positions: Vec<usize> = class.iter().filter_map(position).collect();
            let each = arranged.into_iter();
            arranged = each
                .flat_map(|fates| rearranged(&fates, &positions))
                .collect();
        }
        arranged
    }
}

/// The step that variables are about; each step has one that counts its effects.
fn step_of(model: &Model, variables: &[Var]) -> Step {
    let step = |var: &Var| match model.variables[var.0].meaning {
        Meaning::Effects(step, _) => Some(step),
        _ => None,
    };
    let mut steps = variables.iter().filter_map(step);
    steps.next().expect("the effects of every step are counted")
}

/// Every different arrangement of what stands at some positions.
fn rearranged(fates: &[Fate], positions: &[usize]) -> Vec<Vec<Fate>> {
    let mut values: Vec<Fate> = positions.iter().map(|&position| fates[position]).collect();
    values.sort_unstable();
    let mut all = Vec::new();
    loop {
        let mut arranged = fates.to_vec();
        for (&position, &fate) in positions.iter().zip(&values) {
            arranged[position] = fate;
        }
        all.push(arranged);
        if !advance(&mut values) {
            return all;
        }
    }
}

/// The next arrangement in order; `false` after the last.
fn advance(values: &mut [Fate]) -> bool {
    let Some(pivot) = values.windows(2).rposition(|pair| pair[0] < pair[1]) else {
        return false;
    };
    let larger = values.iter().rposition(|value| *value > values[pivot]);
    values.swap(pivot, larger.expect("the one after it is larger"));
    values[pivot + 1..].reverse();
    true
}
