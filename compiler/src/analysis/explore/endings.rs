//! How instances end, in words: one ending for a program, all endings of a fault together for a reader.

use std::collections::{BTreeMap, BTreeSet};

use super::matrix::End;
use crate::entities::Step;
use crate::ir::{Phase, Program};

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Became {
    Undone,
    Parked,
    Owed,
    Released,
    Kept,
    Skipped,
    Instead,
}

impl Became {
    const ALL: [Became; 7] = [
        Became::Undone,
        Became::Parked,
        Became::Owed,
        Became::Released,
        Became::Kept,
        Became::Skipped,
        Became::Instead,
    ];

    const fn words(self) -> &'static str {
        match self {
            Became::Undone => "undone",
            Became::Parked => "held for its owner",
            Became::Owed => "owed",
            Became::Released => "released",
            Became::Kept => "left as it is",
            Became::Skipped => "passed over",
            Became::Instead => "instead",
        }
    }

    fn of(self, end: &End) -> &[Step] {
        match self {
            Became::Undone => &end.undone,
            Became::Parked => &end.parked,
            Became::Owed => &end.owed,
            Became::Released => &end.released,
            Became::Kept => &end.kept,
            Became::Skipped => &end.skipped,
            Became::Instead => &end.instead,
        }
    }
}

impl End {
    /// The ending in words, such as `compensated; undone: lock`.
    pub fn describe(&self, program: &Program) -> String {
        let mut text = phase(self.phase).to_owned();
        for became in Became::ALL {
            add(program, &mut text, became.words(), became.of(self));
        }
        text
    }
}

/// All endings. Steps that ran beside each other may each have run or not; if every combination of them can be, the steps are named
/// and not the combinations.
pub fn summarise(program: &Program, ends: &[End]) -> String {
    let mut phases: Vec<Phase> = ends.iter().map(|end| end.phase).collect();
    phases.dedup();
    let texts = phases.into_iter().flat_map(|phase| {
        let ends = ends.iter().filter(|end| end.phase == phase);
        let ends: Vec<_> = ends.collect();
        match Combination::of(&ends) {
            Some(combination) => vec![combination.describe(program, phase)],
            None => ends.iter().map(|end| end.describe(program)).collect(),
        }
    });
    texts.collect::<Vec<_>>().join(" · or ")
}

/// What became of the steps in all of several endings, and what may have become of others in any of them.
struct Combination {
    always: BTreeMap<Became, Vec<Step>>,
    perhaps: BTreeMap<Became, Vec<Step>>,
}

impl Combination {
    /// `None` unless the endings are every combination of what they differ in.
    fn of(ends: &[&End]) -> Option<Self> {
        let steps = |end: &End| -> BTreeSet<(Became, Step)> {
            let all = Became::ALL.into_iter();
            all.flat_map(|became| became.of(end).iter().map(move |&step| (became, step)))
                .collect()
        };
        let sets: BTreeSet<_> = ends.iter().map(|end| steps(end)).collect();
        let mut all = sets.iter().cloned();
        let first = all.next()?;
        let always = all.fold(first, |always, set| &always & &set);
        let any: BTreeSet<_> = sets.iter().flatten().copied().collect();
        let perhaps = &any - &always;
        let steps: BTreeSet<Step> = perhaps.iter().map(|(_, step)| *step).collect();
        let is_choice = steps.len() == perhaps.len();
        let count = u32::try_from(perhaps.len()).ok();
        let combinations = count.and_then(|count| 1_usize.checked_shl(count))?;
        (is_choice && sets.len() == combinations).then(|| Combination {
            always: in_order(always),
            perhaps: in_order(perhaps),
        })
    }

    fn describe(&self, program: &Program, end: Phase) -> String {
        let mut text = phase(end).to_owned();
        for became in Became::ALL {
            let (always, perhaps) = (self.always.get(&became), self.perhaps.get(&became));
            add(
                program,
                &mut text,
                became.words(),
                always.map_or(&[], |it| it),
            );
            let words = format!("{} if it ran", became.words());
            add(program, &mut text, &words, perhaps.map_or(&[], |it| it));
        }
        text
    }
}

/// The steps of each fate: those that were undone in the order they were, the latest first, and the others as they are written.
fn in_order(fates: BTreeSet<(Became, Step)>) -> BTreeMap<Became, Vec<Step>> {
    let mut lists: BTreeMap<Became, Vec<Step>> = BTreeMap::new();
    for (became, step) in fates.into_iter().rev() {
        lists.entry(became).or_default().push(step);
    }
    for (became, steps) in &mut lists {
        if !matches!(became, Became::Undone | Became::Parked) {
            steps.reverse();
        }
    }
    lists
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Completed => "completed",
        _ => "compensated",
    }
}

fn add(program: &Program, text: &mut String, what: &str, steps: &[Step]) {
    if !steps.is_empty() {
        let names = steps.iter().map(|&step| program.steps[step].name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        *text += &format!("; {what}: {names}");
    }
}
