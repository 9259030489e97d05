//! What is promised of holdings: what is taken leaves custody once, to whom the source says or back to where it came from.

use crate::ir::{Custody, Part, Phase, Status, StepKind};

use super::super::model::{Condition, Invariant};
use super::{ANY, NEVER, Properties};

impl<'a> Properties<'a> {
    pub(super) fn against_custody(&self) -> Vec<Invariant> {
        let data = &self.program.steps[self.step];
        let mut found = match data.custody {
            Some(Custody::Taken { .. }) => self.of_taken(),
            Some(Custody::Paid(_)) => self.of_given([
                "what is paid is not given back",
                "only what was taken is paid",
            ]),
            Some(Custody::Released(_)) => self.of_given([
                "what is released is not given back",
                "only what was taken is released",
            ]),
            Some(Custody::Unspent(_)) => self.of_given([
                "what is held for somebody is not given back",
                "only what was taken is held for somebody",
            ]),
            None => Vec::new(),
        };
        for &taken in &data.spends {
            let names = [
                "what is spent is not given back",
                "only what was taken is spent",
            ];
            found.extend(self.leaves_once(&self.about(taken), names));
        }
        found
    }

    /// What becomes of what this step took: no two steps give it away, and one does if the instance completes.
    fn of_taken(&self) -> Vec<Invariant> {
        let uses = self.uses();
        let gone: Vec<_> = uses.iter().map(Properties::lets_go).collect();
        let pairs = gone.iter().enumerate();
        let pairs = pairs.flat_map(|(index, one)| gone[..index].iter().map(move |it| (*one, *it)));
        let once = "what is held leaves custody once";
        let mut found: Vec<_> = pairs
            .filter_map(|(one, other)| self.forbid_both(once, one, other))
            .collect();
        let kept = uses.iter().map(Properties::keeps);
        let kept = std::iter::once(self.phase(Phase::Completed)).chain(kept);
        let kept: Option<Vec<_>> = kept.collect();
        let nothing = "a completed instance holds nothing";
        found.extend(kept.and_then(|kept| self.forbid(nothing, kept)));
        found
    }

    /// What this step gives away, once that is owed.
    fn of_given(&self, names: [&'static str; 2]) -> Vec<Invariant> {
        let custody = self.program.steps[self.step].custody;
        let Some(taken) = custody.and_then(Custody::given) else {
            return Vec::new();
        };
        let taken = self.about(taken);
        let mut found = self.leaves_once(&taken, names);
        found.extend(self.forbid_both(
            "what is owed to one is not owed to another",
            self.lets_go(),
            taken.home(|status| matches!(status, Status::Parked | Status::Cancelled)),
        ));
        if self.kind() == StepKind::Retriable {
            found.extend(self.forbid_both(
                "an instance that is undone owes nobody what it took from others",
                self.phase(Phase::Compensated),
                self.home(|status| status == Status::Parked),
            ));
        }
        found
    }

    /// What this step lets go of was taken, and is not given back as well.
    fn leaves_once(
        &self,
        taken: &Properties<'_>,
        [not_given_back, only_taken]: [&'static str; 2],
    ) -> Vec<Invariant> {
        let gone = self.had(Part::Execution, ANY);
        [
            self.forbid_both(not_given_back, gone, taken.had(Part::Compensation, ANY)),
            self.forbid_both(only_taken, gone, taken.had(Part::Execution, NEVER)),
            self.forbid_both(
                "a completed instance owes nothing to whom it took from",
                self.phase(Phase::Completed),
                taken.home(|status| status == Status::Parked),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The steps that give away, or spend, what this step took.
    pub(super) fn uses(&self) -> Vec<Properties<'a>> {
        let steps = &self.program.workflows[self.model.workflow].steps;
        let is_use = |step: &&_| {
            let data = &self.program.steps[**step];
            let given = data.custody.and_then(Custody::given);
            given == Some(self.step) || data.spends.contains(&self.step)
        };
        let uses = steps.iter().filter(is_use);
        uses.map(|&step| self.about(step)).collect()
    }

    /// Whether this step releases something while the instance may still be undone.
    pub(super) fn releases(&self) -> bool {
        let custody = self.program.steps[self.step].custody;
        matches!(custody, Some(Custody::Released(_))) && self.kind() != StepKind::Retriable
    }

    /// That this step lets go of what is held.
    fn lets_go(&self) -> Option<Condition> {
        match self.program.steps[self.step].custody {
            Some(_) => self.home(is_given),
            None => self.had(Part::Execution, ANY),
        }
    }

    /// That it does not.
    pub(super) fn keeps(&self) -> Option<Condition> {
        match self.program.steps[self.step].custody {
            Some(_) => self.home(|status| !is_given(status)),
            None => self.had(Part::Execution, NEVER),
        }
    }
}

/// Whether a step that gives a holding away stands like this: it is owed, or was claimed.
fn is_given(status: Status) -> bool {
    matches!(status, Status::Parked | Status::Executed)
}
