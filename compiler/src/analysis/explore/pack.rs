//! States in a few machine words, exactly: each variable has bits of its own, so two states are one only if they are equal.

use super::model::{Condition, Model, Rule, Update, Var};

/// Where each variable lies in a packed state.
#[derive(Clone, Debug)]
pub(super) struct Packing {
    places: Vec<Place>,
}

/// Where one variable lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    word: usize,
    shift: u32,
    mask: u64,
}

/// A packed state of `W` words; all variables begin at 0.
pub(super) type State<const W: usize> = [u64; W];

/// What a rule changes in packed states.
#[derive(Clone, Debug)]
pub(super) struct Change<const W: usize> {
    clear: State<W>,
    set: State<W>,
    /// Variables that count up, with their last values.
    next: Vec<(Place, u8)>,
}

/// A conjunction of conditions on packed states.
#[derive(Clone, Debug)]
struct Guard<const W: usize> {
    /// The position of what it guards.
    of: u16,
    /// Conditions that allow one value, all compared at once.
    mask: State<W>,
    wanted: State<W>,
    /// All others.
    others: Vec<(Place, u32)>,
}

/// Many conjunctions, each listed under the values that it allows one variable, so that few have to be looked at for a state.
#[derive(Clone, Debug)]
pub(super) struct Guards<const W: usize> {
    lists: Vec<(Place, Vec<Vec<Guard<W>>>)>,
}

impl Packing {
    /// Gives each variable a place; none lies across two words.
    pub(super) fn of(model: &Model) -> Self {
        let (mut word, mut used) = (0, 0);
        let places = model.variables.iter().map(|variable| {
            let bits = u8::BITS - (variable.values.max(2) - 1).leading_zeros();
            if used + bits > u64::BITS {
                (word, used) = (word + 1, 0);
            }
            used += bits;
            Place {
                word,
                shift: used - bits,
                mask: (1 << bits) - 1,
            }
        });
        Packing {
            places: places.collect(),
        }
    }

    /// Where a variable lies.
    pub(super) fn place(&self, var: Var) -> Place {
        self.places[var.0]
    }

    /// How many words a state takes.
    pub(super) fn words(&self) -> usize {
        self.places.last().map_or(1, |place| place.word + 1)
    }

    /// The value of each variable.
    pub(super) fn unpack<const W: usize>(&self, state: &State<W>) -> Vec<u8> {
        self.places.iter().map(|place| place.value(state)).collect()
    }

    /// Whether a condition holds in a state.
    pub(super) fn holds<const W: usize>(&self, condition: Condition, state: &State<W>) -> bool {
        condition.holds(self.places[condition.var.0].value(state))
    }

    /// What a rule changes.
    pub(super) fn change<const W: usize>(&self, model: &Model, rule: &Rule) -> Change<W> {
        let mut change = Change {
            clear: [0; W],
            set: [0; W],
            next: Vec::new(),
        };
        for effect in &rule.effects {
            let place = self.places[effect.var.0];
            match effect.update {
                Update::Set(value) => {
                    place.put(&mut change.clear, place.mask);
                    place.put(&mut change.set, value.into());
                }
                Update::Next => {
                    let last = model.variables[effect.var.0].values - 1;
                    change.next.push((place, last));
                }
            }
        }
        change
    }

    /// Puts conjunctions in order, each under the variable of which it allows the smallest share of values.
    pub(super) fn guards<'m, const W: usize>(
        &self,
        model: &'m Model,
        conjunctions: impl Iterator<Item = &'m [Condition]>,
    ) -> Guards<W> {
        let empty = |variable: usize| vec![Vec::new(); model.variables[variable].values.into()];
        let mut lists: Vec<_> = (0..model.variables.len()).map(empty).collect();
        for (of, conditions) in (0..).zip(conjunctions) {
            let key = most_telling(model, conditions);
            for (value, list) in (0..).zip(&mut lists[key.var.0]) {
                if key.holds(value) {
                    list.push(self.guard(of, conditions));
                }
            }
        }
        let lists = self.places.iter().copied().zip(lists);
        let is_used = |(_, lists): &(Place, Vec<Vec<_>>)| lists.iter().any(|list| !list.is_empty());
        Guards {
            lists: lists.filter(is_used).collect(),
        }
    }

    fn guard<const W: usize>(&self, of: u16, conditions: &[Condition]) -> Guard<W> {
        let mut guard = Guard {
            of,
            mask: [0; W],
            wanted: [0; W],
            others: Vec::new(),
        };
        for condition in conditions {
            let place = self.places[condition.var.0];
            match condition.allowed.is_power_of_two() {
                true => {
                    place.put(&mut guard.mask, place.mask);
                    place.put(&mut guard.wanted, condition.allowed.trailing_zeros().into());
                }
                false => guard.others.push((place, condition.allowed)),
            }
        }
        guard
    }
}

/// The condition that holds for the smallest share of its variable's values; of several, the one on the last variable, because the
/// first ones are the same for all.
fn most_telling(model: &Model, conditions: &[Condition]) -> Condition {
    let anything = Condition {
        var: Var(0),
        allowed: u32::MAX,
    };
    let share = |condition: &&Condition| {
        let values = u32::from(model.variables[condition.var.0].values);
        let share = condition.allowed.count_ones() * 32 / values;
        (share, std::cmp::Reverse(condition.var))
    };
    conditions
        .iter()
        .min_by_key(share)
        .copied()
        .unwrap_or(anything)
}

impl Place {
    /// How many bits it takes.
    pub(super) fn bits(self) -> u32 {
        self.mask.count_ones()
    }

    /// What is written there.
    pub(super) fn value<const W: usize>(self, state: &State<W>) -> u8 {
        (state[self.word] >> self.shift & self.mask) as u8
    }

    /// Writes the low bits of a value over what was there.
    pub(super) fn replace<const W: usize>(self, state: &mut State<W>, value: u64) {
        let word = &mut state[self.word];
        *word = *word & !(self.mask << self.shift) | (value & self.mask) << self.shift;
    }

    /// Writes where nothing was written before.
    fn put<const W: usize>(self, state: &mut State<W>, value: u64) {
        state[self.word] |= value << self.shift;
    }
}

impl<const W: usize> Change<W> {
    /// The state after it.
    pub(super) fn apply(&self, state: &State<W>) -> State<W> {
        let mut after = *state;
        for (word, (clear, set)) in after.iter_mut().zip(self.clear.iter().zip(&self.set)) {
            *word = *word & !clear | set;
        }
        for &(place, last) in &self.next {
            if place.value(state) < last {
                after[place.word] += 1 << place.shift;
            }
        }
        after
    }
}

impl<const W: usize> Guard<W> {
    fn holds(&self, state: &State<W>) -> bool {
        let words = state.iter().zip(self.mask.iter().zip(&self.wanted));
        let differs = words.fold(0, |differs, (word, (mask, wanted))| {
            differs | (word & mask ^ wanted)
        });
        let mut others = self.others.iter();
        differs == 0 && others.all(|&(place, allowed)| allowed >> place.value(state) & 1 == 1)
    }
}

impl<const W: usize> Guards<W> {
    /// The positions of those that hold in a state, in no particular order.
    pub(super) fn holding(&self, state: &State<W>) -> impl Iterator<Item = u16> {
        let lists = self.lists.iter();
        let lists = lists.map(|(place, lists)| &lists[usize::from(place.value(state))]);
        let guards = lists.flatten().filter(|guard| guard.holds(state));
        guards.map(|guard| guard.of)
    }
}
