//! The stateright library agrees, over states that are plain lists and rules that are read as they stand, so that nothing of the
//! explorer but the model itself is believed.

use stateright::{Checker, Model as _, Property};
use xcc::analysis::explore::{Condition, Effect, Model, Update, Verdict};

use crate::explored;
use crate::subjects::{faulty, sound};

const PROMISES: &str = "every promise is kept";

/// A model for stateright to search.
struct Plain(Model);

impl stateright::Model for Plain {
    type State = Vec<u8>;
    type Action = usize;

    fn init_states(&self) -> Vec<Vec<u8>> {
        vec![vec![0; self.0.variables.len()]]
    }

    fn actions(&self, state: &Vec<u8>, actions: &mut Vec<usize>) {
        for (position, rule) in self.0.rules.iter().enumerate() {
            if all_hold(&rule.guard, state) {
                actions.push(position);
            }
        }
    }

    fn next_state(&self, state: &Vec<u8>, action: usize) -> Option<Vec<u8>> {
        let mut next = state.clone();
        for Effect { var, update } in &self.0.rules[action].effects {
            let last = self.0.variables[var.0].values - 1;
            next[var.0] = match update {
                Update::Set(value) => *value,
                Update::Next => last.min(state[var.0] + 1),
            };
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let is_kept = |Plain(model): &Plain, state: &Vec<u8>| {
            let mut invariants = model.invariants.iter();
            !invariants.any(|invariant| all_hold(&invariant.forbidden, state))
        };
        vec![Property::always(PROMISES, is_kept)]
    }
}

fn all_hold(conditions: &[Condition], state: &[u8]) -> bool {
    let holds = |condition: &Condition| condition.allowed & (1 << state[condition.var.0]) != 0;
    conditions.iter().all(holds)
}

/// How many different states stateright finds, and how many steps the first violation takes.
fn searched(model: &Model) -> (usize, Option<usize>) {
    let checker = Plain(model.clone()).checker().spawn_bfs().join();
    let way = checker.discovery(PROMISES);
    let steps = way.map(|way| way.into_actions().len());
    (checker.unique_state_count(), steps)
}

#[test]
fn stateright_reaches_the_same_number_of_states() {
    for subject in sound() {
        let (states, violation) = searched(&subject.model);
        assert_eq!(violation, None, "{}", subject.name);
        let exploration = explored(&subject.model, 1);
        assert_eq!(states as u64, exploration.states, "{}", subject.name);
    }
}

#[test]
fn stateright_finds_every_fault_by_a_way_as_short() {
    for subject in faulty() {
        let (_, violation) = searched(&subject.model);
        let Verdict::Violated(_, way) = explored(&subject.model, 1).verdict else {
            panic!("{}", subject.name);
        };
        assert_eq!(violation, Some(way.moves.len()), "{}", subject.name);
    }
}
