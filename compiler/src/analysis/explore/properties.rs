//! What is promised of every workflow, as invariants of its model.

mod custody;

use crate::entities::Step;
use crate::ir::{Custody, Part, Phase, Program, Status, StepKind};

use super::model::{Condition, Invariant, Meaning, Model, Side, Var};

/// One or more effects of a call.
const ANY: u32 = 0b110;
/// None.
const NEVER: u32 = 0b001;
/// More than one.
const TWICE: u32 = 0b100;

/// Where a step may stand at home that was tried and then not kept.
const ABANDONED: [Status; 3] = [Status::None, Status::Cancelled, Status::Parked];

/// Adds the invariants.
pub(super) fn add(program: &Program, model: &mut Model) {
    let steps = &program.workflows[model.workflow].steps;
    let mut invariants = Vec::new();
    for &step in steps {
        let properties = Properties {
            program,
            model,
            step,
        };
        invariants.extend(properties.at_most_once());
        invariants.extend(properties.only_what_ran());
        invariants.extend(properties.when_settled());
        invariants.extend(properties.against_home());
        invariants.extend(properties.against_pivot(steps));
        invariants.extend(properties.against_alternative());
        invariants.extend(properties.against_custody());
    }
    model.invariants = invariants;
}

struct Properties<'a> {
    program: &'a Program,
    model: &'a Model,
    step: Step,
}

impl Properties<'_> {
    fn at_most_once(&self) -> Vec<Invariant> {
        let names = [
            (Part::Execution, "a step takes effect at most once"),
            (Part::Compensation, "a step is undone at most once"),
            (Part::Confirmation, "a step is confirmed at most once"),
        ];
        let mut found: Vec<_> = names
            .into_iter()
            .filter_map(|(part, name)| self.forbid(name, [self.had(part, TWICE)?]))
            .collect();
        let starved = self
            .model
            .find(|meaning| *meaning == Meaning::Starved(self.step));
        let starved = starved.map(|var| Condition::is(var, 1));
        let name = "a delivery with too little gas refuses nothing";
        found.extend(starved.and_then(|starved| self.forbid(name, [starved])));
        found
    }

    fn only_what_ran(&self) -> Vec<Invariant> {
        let never = self.had(Part::Execution, NEVER);
        let undone = self.had(Part::Compensation, ANY);
        let confirmed = self.had(Part::Confirmation, ANY);
        [
            self.forbid_both("only what ran is undone", undone, never),
            self.forbid_both("only what ran is confirmed", confirmed, never),
            self.forbid_both("nothing is both undone and confirmed", undone, confirmed),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What the end of an instance says is true, and stays true whatever arrives later.
    fn when_settled(&self) -> Vec<Invariant> {
        let completed = self.phase(Phase::Completed);
        let compensated = self.phase(Phase::Compensated);
        let ran = self.had(Part::Execution, ANY);
        let never = self.had(Part::Execution, NEVER);
        let undone = self.had(Part::Compensation, ANY);
        let not_undone = self.had(Part::Compensation, NEVER);
        let confirmed = self.had(Part::Confirmation, ANY);
        let not_confirmed = self.had(Part::Confirmation, NEVER);
        let kept = match self.kind() {
            StepKind::Pivot | StepKind::Retriable => ran,
            StepKind::Compensable | StepKind::NothingToUndo => None,
        };
        let passed_over = [Status::Refused, Status::Skipped];
        let is_tried = self.alternative().is_some();
        let not_skipped = self.home(|status| {
            !(passed_over.contains(&status) || is_tried && ABANDONED.contains(&status))
        });
        let not_abandoned = match is_tried {
            true => self.home(|status| !ABANDONED.contains(&status)),
            false => None,
        };
        let not_parked = self.anywhere_not(Status::Parked);
        let given = self.program.steps[self.step].custody;
        let not_owed = match given.and_then(Custody::given) {
            Some(_) => not_parked.clone(),
            None => Vec::new(),
        };
        let not_released = self.uses().into_iter().filter(Properties::releases);
        let not_released: Vec<_> = not_released.filter_map(|it| it.keeps()).collect();
        let some = |conditions: Vec<Option<Condition>>| conditions.into_iter().collect();
        let rules: [(_, Option<Vec<_>>); 6] = [
            (
                "a completed instance has nothing undone",
                match is_tried {
                    true => some(vec![completed, undone, not_abandoned]),
                    false => some(vec![completed, undone]),
                },
            ),
            (
                "a completed instance ran every step that was not passed over",
                some(vec![completed, never, not_skipped])
                    .map(|conditions: Vec<_>| [conditions, not_owed].concat()),
            ),
            (
                "a completed instance confirmed every step that ran",
                match is_tried {
                    true => some(vec![completed, ran, not_confirmed, not_abandoned]),
                    false => some(vec![completed, ran, not_confirmed]),
                },
            ),
            (
                "a compensated instance undid, or keeps for its owner, what ran",
                some(vec![compensated, ran, not_undone])
                    .map(|conditions: Vec<_>| [conditions, not_parked, not_released].concat()),
            ),
            (
                "a compensated instance kept nothing that cannot be undone",
                some(vec![compensated, kept]),
            ),
            (
                "a compensated instance confirmed nothing",
                some(vec![compensated, confirmed]),
            ),
        ];
        rules
            .into_iter()
            .filter_map(|(name, conditions)| self.forbid(name, conditions?))
            .collect()
    }

    /// What home believes is true.
    fn against_home(&self) -> Vec<Invariant> {
        let executed = self.home(|status| matches!(status, Status::Executed | Status::Confirmed));
        let refused = self.home(|status| status == Status::Refused);
        let confirmed = self.home(|status| status == Status::Confirmed);
        let skipped = self.home(|status| status == Status::Skipped);
        [
            self.forbid_both(
                "home takes a step for executed only if it ran",
                executed,
                self.had(Part::Execution, NEVER),
            ),
            self.forbid_both(
                "a step that home takes for refused never runs",
                refused,
                self.had(Part::Execution, ANY),
            ),
            self.forbid_both(
                "a step that home skips never runs",
                skipped,
                self.had(Part::Execution, ANY),
            ),
            self.forbid_both(
                "home takes a step for confirmed only if it was",
                confirmed,
                self.had(Part::Confirmation, NEVER),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Nothing is undone in a workflow whose pivot ran.
    fn against_pivot(&self, steps: &[Step]) -> Vec<Invariant> {
        let is_pivot = |step: &&Step| self.program.steps[**step].kind == StepKind::Pivot;
        let pivot = steps.iter().find(is_pivot);
        let ran = pivot.and_then(|&pivot| self.model.effects(pivot, Part::Execution));
        let ran = ran.map(|var| Condition { var, allowed: ANY });
        let undone = self.had(Part::Compensation, ANY);
        let name = "nothing is undone once the pivot ran";
        if self.alternative().is_none() {
            return self.forbid_both(name, undone, ran).into_iter().collect();
        }
        // What was tried may have been undone before.
        let is_over = self.home(|status| !ABANDONED.contains(&status));
        let forbidden = [undone, ran, is_over]
            .into_iter()
            .collect::<Option<Vec<_>>>();
        let found = forbidden.and_then(|forbidden| self.forbid(name, forbidden));
        found.into_iter().collect()
    }

    /// What runs if this step is refused, or another that is tried with it.
    fn alternative(&self) -> Option<&[Step]> {
        let workflow = self.program.steps[self.step].workflow;
        let mut all = self.program.workflows[workflow].alternatives.iter();
        let found = all.find(|alternative| alternative.to.contains(&self.step));
        found.map(|alternative| &*alternative.steps)
    }

    /// What is tried is kept, or its alternative runs, and never both.
    fn against_alternative(&self) -> Vec<Invariant> {
        let Some(&[first, ..]) = self.alternative() else {
            return Vec::new();
        };
        let completed = self.phase(Phase::Completed);
        let kept = self.home(|status| matches!(status, Status::Executed | Status::Confirmed));
        let open = self.home(|status| matches!(status, Status::Sent | Status::Cancelling));
        let left = self.home(|status| status == Status::Cancelled);
        let ran = self.had(Part::Execution, ANY);
        let not_undone = self.had(Part::Compensation, NEVER);
        let other = self.about(first);
        let other_runs = other.home(|status| !matches!(status, Status::None | Status::Skipped));
        let not_parked = self.anywhere_not(Status::Parked);
        let left: Option<Vec<_>> = [completed, left, ran, not_undone].into_iter().collect();
        let left = left.map(|conditions| [conditions, not_parked].concat());
        let rules = [
            (
                "an alternative runs only if what was tried is not kept",
                [kept, other_runs].into_iter().collect(),
            ),
            (
                "a completed instance waits for nothing that was tried",
                [completed, open].into_iter().collect(),
            ),
            (
                "a completed instance undid, or keeps for its owner, what it went another way than",
                left,
            ),
        ];
        let rules = rules.into_iter();
        rules
            .filter_map(|(name, conditions): (_, Option<Vec<_>>)| self.forbid(name, conditions?))
            .collect()
    }

    /// The same about another step.
    fn about(&self, step: Step) -> Self {
        Properties { step, ..*self }
    }

    fn kind(&self) -> StepKind {
        self.program.steps[self.step].kind
    }

    fn had(&self, part: Part, allowed: u32) -> Option<Condition> {
        let var = self.model.effects(self.step, part)?;
        Some(Condition { var, allowed })
    }

    fn phase(&self, phase: Phase) -> Option<Condition> {
        let var = self.model.settled.var;
        match &self.model.variables[var.0].meaning {
            Meaning::Phase(phases) => {
                let value = phases.iter().position(|other| *other == phase)?;
                Some(Condition::is(var, value as u8))
            }
            _ => None,
        }
    }

    /// That the step stands so at home; `None` if it never does.
    fn home(&self, is_it: impl Fn(Status) -> bool) -> Option<Condition> {
        self.standing(Side::Home, is_it)
    }

    fn standing(&self, side: Side, is_it: impl Fn(Status) -> bool) -> Option<Condition> {
        let var: Var = self.model.status(self.step, side)?;
        let Meaning::Status(_, _, statuses) = &self.model.variables[var.0].meaning else {
            return None;
        };
        let values = statuses.iter().enumerate();
        let values = values.filter(|(_, status)| is_it(**status));
        let allowed: u32 = values.map(|(value, _)| 1 << value).sum();
        (allowed != 0).then_some(Condition { var, allowed })
    }

    fn anywhere_not(&self, status: Status) -> Vec<Condition> {
        let sides = [Side::Home, Side::Participant].into_iter();
        sides
            .filter_map(|side| self.standing(side, |other| other != status))
            .collect()
    }

    fn forbid_both(
        &self,
        name: &'static str,
        one: Option<Condition>,
        other: Option<Condition>,
    ) -> Option<Invariant> {
        self.forbid(name, [one?, other?])
    }

    fn forbid(
        &self,
        name: &'static str,
        forbidden: impl IntoIterator<Item = Condition>,
    ) -> Option<Invariant> {
        Some(Invariant {
            name,
            step: self.step,
            forbidden: forbidden.into_iter().collect(),
        })
    }
}
