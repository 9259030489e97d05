//! What became of each step of an instance, read off a state of its model.

use cranelift_entity::SecondaryMap;

use crate::analysis::explore::model::{Meaning, Model, Side, Var};
use crate::entities::Step;
use crate::ir::{Alternative, Custody, Part, Phase, Program, Status, WorkflowData};

/// What became of a step when its instance settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fate {
    pub(super) undone: bool,
    pub(super) parked: bool,
    pub(super) owed: bool,
    pub(super) released: bool,
    pub(super) kept: bool,
    pub(super) skipped: bool,
    pub(super) instead: bool,
}

/// The variables that tell what became of a step, as far as the model has them.
#[derive(Clone, Copy, Default)]
struct Place {
    home: Option<Var>,
    participant: Option<Var>,
    executed: Option<Var>,
    compensated: Option<Var>,
}

/// Tells what became of the steps of a workflow.
pub(super) struct Fates<'a> {
    program: &'a Program,
    model: &'a Model,
    places: SecondaryMap<Step, Place>,
}

impl<'a> Fates<'a> {
    pub(super) fn new(program: &'a Program, model: &'a Model) -> Self {
        let mut places = SecondaryMap::new();
        for &step in &program.workflows[model.workflow].steps {
            places[step] = Place {
                home: model.status(step, Side::Home),
                participant: model.status(step, Side::Participant),
                executed: model.effects(step, Part::Execution),
                compensated: model.effects(step, Part::Compensation),
            };
        }
        Fates {
            program,
            model,
            places,
        }
    }

    /// The steps of the workflow, in their order.
    pub(super) fn steps(&self) -> &'a [Step] {
        &self.workflow().steps
    }

    pub(super) fn phase(&self, state: &[u8]) -> Phase {
        let var = self.model.settled.var;
        match &self.model.variables[var.0].meaning {
            Meaning::Phase(phases) => phases[usize::from(state[var.0])],
            _ => unreachable!("an instance has a phase"),
        }
    }

    /// What became of each step in a settled state.
    pub(super) fn of(&self, state: &[u8]) -> Vec<Fate> {
        let phase = self.phase(state);
        let steps = self.steps().iter();
        steps.map(|&step| self.fate(step, phase, state)).collect()
    }

    fn fate(&self, step: Step, phase: Phase, state: &[u8]) -> Fate {
        let place = self.places[step];
        let had = |counter: Option<Var>| counter.is_some_and(|var| state[var.0] > 0);
        let stands = |side: Option<Var>, status| self.status(side, state) == Some(status);
        let has_nothing = place.compensated.is_none();
        let is_parked = |side: Option<Var>| stands(side, Status::Parked);
        let custody = self.program.steps[step].custody;
        let is_custody = custody.is_some();
        let releases = matches!(custody, Some(Custody::Released(_)));
        let is_completed = phase == Phase::Completed;
        let alternatives = &self.workflow().alternatives;
        let mut tried = alternatives.iter().filter(|it| it.to.contains(&step));
        let was_left = tried.any(|alternative| self.is_taken(alternative, state));
        let mut all = alternatives.iter().filter(|it| it.steps.contains(&step));
        let is_alternative = all.any(|alternative| self.is_taken(alternative, state));
        Fate {
            undone: had(place.compensated),
            parked: !is_custody && (is_parked(place.home) || is_parked(place.participant)),
            owed: is_custody && !releases && is_parked(place.home),
            released: releases && (is_parked(place.home) || stands(place.home, Status::Executed)),
            kept: (!is_completed || was_left) && has_nothing && !releases && had(place.executed),
            skipped: is_completed && !was_left && stands(place.home, Status::Refused),
            instead: is_completed
                && is_alternative
                && (stands(place.home, Status::Executed) || stands(place.home, Status::Confirmed)),
        }
    }

    /// Whether an instance went this way.
    fn is_taken(&self, alternative: &Alternative, state: &[u8]) -> bool {
        self.has_begun(alternative.steps[0], state)
    }

    /// Whether home has come to a step.
    pub(super) fn has_begun(&self, step: Step, state: &[u8]) -> bool {
        !matches!(
            self.at_home(step, state),
            None | Some(Status::None | Status::Skipped)
        )
    }

    /// Where a step stands at home.
    pub(super) fn at_home(&self, step: Step, state: &[u8]) -> Option<Status> {
        self.status(self.places[step].home, state)
    }

    fn status(&self, var: Option<Var>, state: &[u8]) -> Option<Status> {
        let var = var?;
        match &self.model.variables[var.0].meaning {
            Meaning::Status(_, _, statuses) => Some(statuses[usize::from(state[var.0])]),
            _ => None,
        }
    }

    fn workflow(&self) -> &'a WorkflowData {
        &self.program.workflows[self.model.workflow]
    }
}
