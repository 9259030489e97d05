//! States that differ only in which of several interchangeable steps is where: one of them stands for all.

use super::model::Model;
use super::pack::{Packing, Place, State};

/// What is exchanged for each other in packed states.
#[derive(Clone, Debug)]
pub(super) struct Orbits {
    /// For each class the members, for each member the places of its variables.
    classes: Vec<Vec<Vec<Place>>>,
}

impl Orbits {
    /// The classes of a model whose members fit a word each.
    pub(super) fn of(model: &Model, packing: &Packing) -> Self {
        let places = |class: &Vec<Vec<_>>| {
            let members = class.iter();
            let places =
                members.map(|member| member.iter().map(|&var| packing.place(var)).collect());
            places.collect()
        };
        let fits = |class: &Vec<Vec<Place>>| {
            let bits = class[0].iter().map(|place| place.bits());
            bits.sum::<u32>() <= u64::BITS
        };
        let classes = model.interchangeable.iter().map(places);
        Orbits {
            classes: classes.filter(fits).collect(),
        }
    }

    /// Whether every state stands for itself alone.
    #[inline]
    pub(super) fn are_single(&self) -> bool {
        self.classes.is_empty()
    }

    /// The state that stands for this one: in each class the members in the order of what their variables are.
    #[inline]
    pub(super) fn representative<const W: usize>(&self, state: State<W>) -> State<W> {
        match self.are_single() {
            true => state,
            false => self.in_order(state),
        }
    }

    fn in_order<const W: usize>(&self, mut state: State<W>) -> State<W> {
        for class in &self.classes {
            let mut members = read(class, &state);
            if members.is_sorted() {
                continue;
            }
            members.sort_unstable();
            for (member, values) in class.iter().zip(members) {
                write(member, values, &mut state);
            }
        }
        state
    }

    /// How many states a representative stands for, itself included.
    #[inline]
    pub(super) fn size<const W: usize>(&self, representative: &State<W>) -> u64 {
        if self.are_single() {
            return 1;
        }
        let classes = self.classes.iter();
        let sizes = classes.map(|class| arrangements(&read(class, representative)));
        sizes.product()
    }
}

fn read<const W: usize>(class: &[Vec<Place>], state: &State<W>) -> Vec<u64> {
    let member = |member: &Vec<Place>| {
        let places = member.iter();
        places.fold(0, |values, place| {
            values << place.bits() | u64::from(place.value(state))
        })
    };
    class.iter().map(member).collect()
}

fn write<const W: usize>(member: &[Place], values: u64, state: &mut State<W>) {
    let mut values = values;
    for place in member.iter().rev() {
        place.replace(state, values);
        values >>= place.bits();
    }
}

/// In how many orders a sorted list can stand.
fn arrangements(sorted: &[u64]) -> u64 {
    let factorial = |number: usize| (1..=number as u64).product::<u64>();
    let alike = sorted.chunk_by(|one, other| one == other);
    let repeated: u64 = alike.map(|alike| factorial(alike.len())).product();
    factorial(sorted.len()) / repeated
}

#[cfg(test)]
mod tests {
    use super::arrangements;

    #[test]
    fn equal_members_are_not_counted_apart() {
        assert_eq!(arrangements(&[1]), 1);
        assert_eq!(arrangements(&[1, 2, 3]), 6);
        assert_eq!(arrangements(&[1, 1, 3]), 3);
        assert_eq!(arrangements(&[1, 1, 2, 2]), 6);
        assert_eq!(arrangements(&[7, 7, 7]), 1);
    }
}
