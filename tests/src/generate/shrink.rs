//! Makes choices simpler as long as what is generated of them shows something.

use std::ops::Range;

use super::choices::Record;

/// Makes choices simpler as long as they show something. `try_out` generates from numbers and hands back what was chosen if the
/// outcome still shows it; it must do so for the first record.
///
/// The result cannot be made simpler by leaving out or zeroing any one part, nor by lowering any one number to zero, to its half or by one.
pub fn shrink(first: Record, mut try_out: impl FnMut(Vec<u32>) -> Option<Record>) -> Record {
    let mut best = first;
    loop {
        let before = best.numbers.clone();
        for pass in PASSES {
            pass(&mut best, &mut try_out);
        }
        if best.numbers == before {
            return best;
        }
    }
}

type Pass = fn(&mut Record, TryOut<'_>);
const PASSES: [Pass; 7] = [
    leave_out_parts,
    zero_parts,
    switch_off_parts,
    put_parts_in_place_of_others,
    leave_out_runs,
    lower_numbers,
    leave_out_pairs,
];

type TryOut<'a> = &'a mut dyn FnMut(Vec<u32>) -> Option<Record>;

/// Tries other numbers; they replace the best if they are simpler.
fn improve(best: &mut Record, numbers: Vec<u32>, try_out: TryOut<'_>) -> bool {
    if !is_simpler(&numbers, &best.numbers) {
        return false;
    }
    match try_out(numbers) {
        Some(found) if is_simpler(&found.numbers, &best.numbers) => {
            *best = found;
            true
        }
        _ => false,
    }
}

/// Fewer are not zero; or as many, and there are fewer; or as many, and the first that differs is smaller. Nothing gets simpler for ever.
fn is_simpler(one: &[u32], other: &[u32]) -> bool {
    let chosen = |numbers: &[u32]| numbers.iter().filter(|&&number| number > 0).count();
    let key = |numbers: &[u32]| (chosen(numbers), numbers.len());
    key(one)
        .cmp(&key(other))
        .then_with(|| one.cmp(other))
        .is_lt()
}

/// Parts from the largest to the smallest; a part that was found not to be needed may leave others in other places.
fn leave_out_parts(best: &mut Record, try_out: TryOut<'_>) {
    for_each_part(best, try_out, |numbers, part| {
        [&numbers[..part.start], &numbers[part.end..]].concat()
    });
}

fn zero_parts(best: &mut Record, try_out: TryOut<'_>) {
    for_each_part(best, try_out, |numbers, part| {
        let mut zeroed = numbers.to_vec();
        zeroed[part].fill(0);
        zeroed
    });
}

/// What is simple, or not there, takes fewer numbers than what is in its place, and all of them are zero.
fn switch_off_parts(best: &mut Record, try_out: TryOut<'_>) {
    /// The most numbers of something simple: a call without arguments.
    const MOST: usize = 12;
    for zeros in 1..=MOST {
        for_each_part(best, try_out, |numbers, part| {
            let zeros = vec![0; zeros.min(part.len())];
            [&numbers[..part.start], &zeros, &numbers[part.end..]].concat()
        });
    }
}

/// Puts what is inside a part in its place, such as one side of an operator.
fn put_parts_in_place_of_others(best: &mut Record, try_out: TryOut<'_>) {
    /// The most numbers of a part, since every pair is tried.
    const MOST: usize = 60;
    let mut at = 0;
    while at < best.groups.len() {
        let outer = best.groups[at].clone();
        let inside = |inner: &&Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
        let inner: Vec<_> = best.groups.iter().filter(inside).cloned().collect();
        let improved = outer.len() <= MOST
            && inner.into_iter().any(|inner| {
                let numbers = &best.numbers;
                let (before, after) = (&numbers[..outer.start], &numbers[outer.end..]);
                let numbers = [before, &numbers[inner], after].concat();
                improve(best, numbers, try_out)
            });
        if !improved {
            at += 1;
        }
    }
}

/// Two parts that need each other, such as a parameter and an argument of a later call, or a home and what only its machine has; the first is
/// left out or switched off.
fn leave_out_pairs(best: &mut Record, try_out: TryOut<'_>) {
    /// The most numbers, since every pair is tried.
    const MOST: usize = 100;
    if best.numbers.len() > MOST {
        return;
    }
    let pairs = |record: &Record| {
        let parts = record.groups.clone().into_iter();
        let pair = |one: Range<usize>| {
            let after = record
                .groups
                .iter()
                .filter(move |other| one.end <= other.start);
            after
                .map(move |other| (one.clone(), other.clone()))
                .collect::<Vec<_>>()
        };
        parts.flat_map(pair).collect::<Vec<_>>()
    };
    let (mut left, mut at) = (pairs(best), 0);
    while let Some((one, other)) = left.get(at) {
        let numbers = &best.numbers;
        let between = &numbers[one.end..other.start];
        let (before, after) = (&numbers[..one.start], &numbers[other.end..]);
        let left_out = [before, between, after].concat();
        let switched_off = [before, &[0], between, after].concat();
        let is_better = improve(best, left_out, try_out) || improve(best, switched_off, try_out);
        match is_better {
            true => (left, at) = (pairs(best), 0),
            false => at += 1,
        }
    }
}

fn for_each_part(
    best: &mut Record,
    try_out: TryOut<'_>,
    change: impl Fn(&[u32], Range<usize>) -> Vec<u32>,
) {
    let mut at = 0;
    loop {
        let mut parts = best.groups.clone();
        parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.start));
        parts.dedup();
        let Some(part) = parts.get(at).cloned() else {
            return;
        };
        let changed = change(&best.numbers, part);
        if !improve(best, changed, try_out) {
            at += 1;
        }
    }
}

/// Runs of numbers that are no part, such as a flag and what it led to.
fn leave_out_runs(best: &mut Record, try_out: TryOut<'_>) {
    for size in [8, 4, 2, 1] {
        let mut end = best.numbers.len();
        while end >= size {
            let start = end - size;
            let without = [&best.numbers[..start], &best.numbers[end..]].concat();
            improve(best, without, try_out);
            end = best.numbers.len().min(end - 1);
        }
    }
}

fn lower_numbers(best: &mut Record, try_out: TryOut<'_>) {
    let mut at = 0;
    while at < best.numbers.len() {
        let lower = |number: u32| [0, number / 2, number.saturating_sub(1)];
        let improved = lower(best.numbers[at]).into_iter().any(|lower| {
            let mut numbers = best.numbers.clone();
            let is_lower = lower < numbers[at];
            numbers[at] = lower;
            is_lower && improve(best, numbers, try_out)
        });
        if !improved {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::choices::Choices;

    /// A list of numbers under a hundred, each a part with a flag before it.
    fn list(choices: &mut Choices) -> Vec<u32> {
        let mut list = Vec::new();
        loop {
            let group = choices.open();
            if !choices.chance(80) {
                return list;
            }
            list.push(choices.below(100));
            choices.close(group);
        }
    }

    fn shrunk(seed: u64, shows: impl Fn(&[u32]) -> bool) -> Option<Vec<u32>> {
        let generate = |mut choices: Choices| {
            let list = list(&mut choices);
            (list, choices.into_record())
        };
        let (first, record) = generate(Choices::of_seed(seed));
        shows(&first).then(|| {
            let least = shrink(record, |numbers| {
                let (list, record) = generate(Choices::given(numbers));
                shows(&list).then_some(record)
            });
            generate(Choices::given(least.numbers)).0
        })
    }

    #[test]
    fn a_seed_gives_the_same_each_time_and_its_record_gives_it_again() {
        let make = |mut choices: Choices| (list(&mut choices), choices.into_record());
        let (first, record) = make(Choices::of_seed(7));
        assert_eq!(make(Choices::of_seed(7)), (first.clone(), record.clone()));
        assert_eq!(
            make(Choices::given(record.numbers.clone())),
            (first, record)
        );
    }

    #[test]
    fn what_shows_is_made_as_simple_as_it_can_be() {
        let mut shown = 0;
        for seed in 0..50 {
            let large = shrunk(seed, |list| list.iter().any(|&number| number >= 30));
            assert!(large.is_none_or(|list| list == [30]), "{seed}");
            let sum = shrunk(seed, |list| list.len() >= 3 && list[1] > list[0]);
            shown += usize::from(sum.is_some());
            assert!(sum.is_none_or(|list| list == [0, 1, 0]), "{seed}");
        }
        assert!(shown > 5, "{shown}");
    }
}
