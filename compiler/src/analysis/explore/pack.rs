//! States in a few machine words, exactly: each variable has bits of its own, so two states are one only if they are equal.

use super::model::{Model, Rule, Update, Var};

/// Where each variable lies in a packed state.
#[derive(Clone, Debug)]
pub(super) struct Packing {
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    word: usize,
    shift: u32,
    mask: u64,
}

/// A packed state of `W` words; all variables begin at 0.
pub(super) type State<const W: usize> = [u64; W];

/// A rule over packed states.
#[derive(Clone, Debug)]
pub(super) struct PackedRule<const W: usize> {
    /// The rule's position in the model.
    pub(super) rule: u16,
    guard: Vec<(usize, u32)>,
    clear: State<W>,
    set: State<W>,
    /// Variables that count up, with their last values.
    next: Vec<(usize, u8)>,
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

    /// How many words a state takes.
    pub(super) fn words(&self) -> usize {
        self.places.last().map_or(1, |place| place.word + 1)
    }

    /// The value of each variable.
    pub(super) fn unpack<const W: usize>(&self, state: &State<W>, values: &mut Vec<u8>) {
        values.clear();
        let value = |place: &Place| (state[place.word] >> place.shift & place.mask) as u8;
        values.extend(self.places.iter().map(value));
    }

    /// The rules over packed states, the most telling condition of each first.
    pub(super) fn rules<const W: usize>(&self, model: &Model) -> Vec<PackedRule<W>> {
        let rules = model.rules.iter().enumerate();
        rules
            .map(|(index, rule)| self.rule(model, index as u16, rule))
            .collect()
    }

    fn rule<const W: usize>(&self, model: &Model, index: u16, rule: &Rule) -> PackedRule<W> {
        let guard = rule.guard.iter();
        let mut guard: Vec<_> = guard
            .map(|condition| (condition.var.0, condition.allowed))
            .collect();
        guard.sort_by_key(|(_, allowed)| allowed.count_ones());
        let mut packed = PackedRule {
            rule: index,
            guard,
            clear: [0; W],
            set: [0; W],
            next: Vec::new(),
        };
        for effect in &rule.effects {
            let place = self.places[effect.var.0];
            match effect.update {
                Update::Set(value) => {
                    packed.clear[place.word] |= place.mask << place.shift;
                    packed.set[place.word] |= u64::from(value) << place.shift;
                }
                Update::Next => {
                    let last = model.variables[effect.var.0].values - 1;
                    packed.next.push((effect.var.0, last));
                }
            }
        }
        packed
    }

    fn one(&self, var: Var) -> (usize, u64) {
        let place = self.places[var.0];
        (place.word, 1 << place.shift)
    }
}

impl<const W: usize> PackedRule<W> {
    /// Whether it may happen where the variables have these values.
    pub(super) fn is_enabled(&self, values: &[u8]) -> bool {
        let mut guard = self.guard.iter();
        guard.all(|&(var, allowed)| allowed >> values[var] & 1 == 1)
    }

    /// The state after it.
    pub(super) fn apply(&self, packing: &Packing, state: &State<W>, values: &[u8]) -> State<W> {
        let mut after = *state;
        for (word, (clear, set)) in after.iter_mut().zip(self.clear.iter().zip(&self.set)) {
            *word = *word & !clear | set;
        }
        for &(var, last) in &self.next {
            if values[var] < last {
                let (word, one) = packing.one(Var(var));
                after[word] += one;
            }
        }
        after
    }
}
