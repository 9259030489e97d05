//! What is promised of every workflow, as invariants of its model.

use crate::entities::Step;
use crate::ir::{Part, Phase, Program, Status, StepKind};

use super::model::{Condition, Invariant, Meaning, Model, Side, Var};

/// One or more effects of a call.
const ANY: u32 = 0b110;
/// None.
const NEVER: u32 = 0b001;
/// More than one.
const TWICE: u32 = 0b100;

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
        let not_skipped = self.home(|status| !passed_over.contains(&status));
        let not_parked = self.anywhere_not(Status::Parked);
        let some = |conditions: Vec<Option<Condition>>| conditions.into_iter().collect();
        let rules: [(_, Option<Vec<_>>); 6] = [
            (
                "a completed instance has nothing undone",
                some(vec![completed, undone]),
            ),
            (
                "a completed instance ran every step that was not passed over",
                some(vec![completed, never, not_skipped]),
            ),
            (
                "a completed instance confirmed every step that ran",
                some(vec![completed, ran, not_confirmed]),
            ),
            (
                "a compensated instance undid, or keeps for its owner, what ran",
                some(vec![compensated, ran, not_undone])
                    .map(|conditions: Vec<_>| [conditions, not_parked].concat()),
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
        self.forbid_both(name, undone, ran).into_iter().collect()
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
