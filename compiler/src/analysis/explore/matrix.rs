//! The failure matrix: for each step and each fault, how an instance can end if nothing else goes wrong.
//!
//! Each cell is computed on the model: the states in which the fault can strike are those that a faultless run reaches; from what
//! the fault makes of them, faultless moves are followed in every order to settled states.

use std::collections::{BTreeSet, HashSet};

use crate::entities::{Step, Workflow};
use crate::ir::{Alternative, Custody, Part, Phase, Program, Status, StepKind, Trigger};

use super::alike::{Alike, Fate};
use super::model::{Choice, Meaning, Model, Rule, Side, Taken, Update};

/// Something that goes wrong with one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Its call fails, or its guard does not hold.
    Refused,
    /// Its Execute comes after the deadline.
    Expired,
    /// Its messages are lost until somebody asks for them again.
    Lost,
    /// Its Execute comes after home has begun to cancel.
    Late,
    /// Its messages come again and again.
    Repeated,
    /// Its Execute comes with too little gas.
    Starved,
    /// A fork undoes the block at home that asked for it.
    Fork,
    /// Its compensation fails, after home has begun to cancel.
    CompensationFails,
}

/// How instances end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It cannot happen to this step.
    Impossible,
    /// The transaction fails and nothing happened; it can be tried again.
    Nothing,
    /// In one of these ways.
    Ends(BTreeSet<End>),
}

/// One way to end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// The settled phase.
    pub phase: Phase,
    /// Steps whose compensation ran, the latest first, which is the order they ran in but for steps beside each other.
    pub undone: Vec<Step>,
    /// Steps whose compensation waits for its owner.
    pub parked: Vec<Step>,
    /// Steps of which an asset waits to be claimed.
    pub owed: Vec<Step>,
    /// Steps that released an asset, which was claimed or waits to be.
    pub released: Vec<Step>,
    /// Steps that ran and have nothing to undo, in a compensated instance.
    pub kept: Vec<Step>,
    /// Steps that were refused and passed over.
    pub skipped: Vec<Step>,
    /// Steps that ran because what they are alternatives to did not.
    pub instead: Vec<Step>,
}

/// The cells of each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// The workflow.
    pub workflow: Workflow,
    /// For each step, a cell for each of [`Fault::ALL`].
    pub rows: Vec<(Step, Vec<Cell>)>,
}

impl End {
    /// How an instance in this state of a model ended, or where it stands.
    pub fn of(program: &Program, model: &Model, state: &[u8]) -> Self {
        let runs = Runs::new(program, model, None);
        let steps = &program.workflows[model.workflow].steps;
        End::new(runs.phase(state), steps, &runs.fates(state))
    }

    /// What became of each step, in their order.
    fn new(phase: Phase, steps: &[Step], fates: &[Fate]) -> Self {
        let all = || steps.iter().copied().zip(fates);
        let list = |is_it: fn(&Fate) -> bool| all().filter(move |(_, fate)| is_it(fate));
        let latest_first = |is_it| list(is_it).rev().map(|(step, _)| step).collect();
        let in_order = |is_it| list(is_it).map(|(step, _)| step).collect();
        End {
            phase,
            undone: latest_first(|fate| fate.undone),
            parked: latest_first(|fate| fate.parked),
            owed: in_order(|fate| fate.owed),
            released: in_order(|fate| fate.released),
            kept: in_order(|fate| fate.kept),
            skipped: in_order(|fate| fate.skipped),
            instead: in_order(|fate| fate.instead),
        }
    }
}

impl Fault {
    /// Every fault, in the order of the columns.
    pub const ALL: [Fault; 8] = [
        Fault::Refused,
        Fault::Expired,
        Fault::Lost,
        Fault::Late,
        Fault::Repeated,
        Fault::Starved,
        Fault::Fork,
        Fault::CompensationFails,
    ];

    /// The head of its column.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Refused => "refused",
            Fault::Expired => "expired",
            Fault::Lost => "lost",
            Fault::Late => "late",
            Fault::Repeated => "repeated",
            Fault::Starved => "starved",
            Fault::Fork => "fork at home",
            Fault::CompensationFails => "undoing fails",
        }
    }
}

/// Computes the matrix of a workflow.
pub fn matrix(program: &Program, model: &Model) -> Matrix {
    let row = |runs: &Runs<'_>, calm: &HashSet<Values>, step: Step| {
        let instead = runs.calm_instead(step, calm);
        let calm = instead.as_ref().unwrap_or(calm);
        let cells = Fault::ALL.map(|fault| runs.cell(step, fault, calm));
        (step, cells.to_vec())
    };
    let all = Runs::new(program, model, None);
    let calm = all.calm();
    let steps = program.workflows[model.workflow].steps.iter();
    let rows = steps.map(|&step| match all.alike.has(step) {
        false => row(&all, &calm, step),
        // The step that a fault strikes is like no other.
        true => {
            let others = Runs::new(program, model, Some(step));
            row(&others, &others.calm(), step)
        }
    });
    Matrix {
        workflow: model.workflow,
        rows: rows.collect(),
    }
}

type Values = Vec<u8>;

struct Runs<'a> {
    program: &'a Program,
    model: &'a Model,
    alike: Alike,
}

impl<'a> Runs<'a> {
    fn new(program: &'a Program, model: &'a Model, struck: Option<Step>) -> Self {
        let alike = Alike::of(model, struck);
        Runs {
            program,
            model,
            alike,
        }
    }

    /// Where nothing went wrong so far.
    fn calm(&self) -> HashSet<Values> {
        let initial = vec![0; self.model.variables.len()];
        self.reach([initial], &|rule| self.is_faultless(rule))
    }

    /// The same where the step runs only because another was refused: then that is all that went wrong.
    fn calm_instead(&self, step: Step, calm: &HashSet<Values>) -> Option<HashSet<Values>> {
        let alternatives = &self.program.workflows[self.model.workflow].alternatives;
        let tried = alternatives.iter().filter(|it| it.steps.contains(&step));
        let tried: Vec<_> = tried.flat_map(|it| &it.to).copied().collect();
        if tried.is_empty() || calm.iter().any(|state| self.has_begun(step, state)) {
            return None;
        }
        let refuses = |rule: &Rule| {
            let mut tried = tried.iter();
            tried.any(|&step| self.refuses(step, rule) || self.expires(step, rule))
        };
        let initial = vec![0; self.model.variables.len()];
        Some(self.reach([initial], &|rule| self.is_faultless(rule) || refuses(rule)))
    }

    fn cell(&self, step: Step, fault: Fault, calm: &HashSet<Values>) -> Cell {
        let is_remote = self.model.status(step, Side::Participant).is_some();
        match fault {
            Fault::Refused => self.after(calm, &|rule| self.refuses(step, rule), Cell::Nothing),
            Fault::Expired => self.after(calm, &|rule| self.expires(step, rule), Cell::Impossible),
            Fault::Starved if !self.can_starve(step) => Cell::Nothing,
            Fault::Starved => self.after(calm, &|rule| starves(step, rule), Cell::Nothing),
            // Whatever was sent stays in the network, where any message may come late, again, or only after it was asked for.
            Fault::Lost | Fault::Repeated | Fault::Fork if is_remote => self.ends(calm.clone()),
            Fault::Lost | Fault::Repeated | Fault::Fork => Cell::Impossible,
            Fault::Late if is_remote => {
                let in_doubt = self.where_home(step, calm, Status::Sent);
                self.after(&in_doubt, &|rule| self.cancels(rule), Cell::Impossible)
            }
            Fault::Late => Cell::Impossible,
            Fault::CompensationFails => self.failing_compensation(step, calm),
        }
    }

    /// A compensation that fails leaves everything as it was, unless it is parked.
    fn failing_compensation(&self, step: Step, calm: &HashSet<Values>) -> Cell {
        let undone = self.model.effects(step, Part::Compensation);
        let undoes = |rule: &Rule| rule.effects.iter().any(|it| Some(it.var) == undone);
        if !self.model.rules.iter().any(undoes) {
            return Cell::Impossible;
        }
        let cancelling = self.reach(calm.clone(), &|rule| {
            self.is_faultless(rule) || self.cancels(rule)
        });
        let parks = |rule: &Rule| self.parks(step, rule);
        match self.after(&cancelling, &parks, Cell::Nothing) {
            Cell::Ends(ends) => Cell::Ends(shortest(ends)),
            cell => cell,
        }
    }

    /// How instances end after a fault that strikes in one of these states; `otherwise` if it never does.
    fn after(
        &self,
        states: &HashSet<Values>,
        strikes: &dyn Fn(&Rule) -> bool,
        otherwise: Cell,
    ) -> Cell {
        let struck: HashSet<_> = states
            .iter()
            .flat_map(|state| self.successors(state, strikes))
            .collect();
        if struck.is_empty() {
            return otherwise;
        }
        self.ends(self.reach(struck, &|rule| self.is_faultless(rule)))
    }

    fn ends(&self, states: HashSet<Values>) -> Cell {
        let settled = self.model.settled;
        let settled = states
            .iter()
            .filter(|state| settled.holds(state[settled.var.0]));
        let fates: BTreeSet<_> = settled
            .map(|state| (self.phase(state), self.fates(state)))
            .collect();
        let steps = &self.program.workflows[self.model.workflow].steps;
        let ends = fates.into_iter().flat_map(|(phase, fates)| {
            let arranged = self.alike.arrangements(steps, fates).into_iter();
            arranged.map(move |fates| End::new(phase, steps, &fates))
        });
        Cell::Ends(ends.collect())
    }

    fn phase(&self, state: &[u8]) -> Phase {
        let var = self.model.settled.var;
        match &self.model.variables[var.0].meaning {
            Meaning::Phase(phases) => phases[usize::from(state[var.0])],
            _ => unreachable!("an instance has a phase"),
        }
    }

    /// What became of each step in a settled state.
    fn fates(&self, state: &[u8]) -> Vec<Fate> {
        let phase = self.phase(state);
        let steps = self.program.workflows[self.model.workflow].steps.iter();
        steps.map(|&step| self.fate(step, phase, state)).collect()
    }

    fn fate(&self, step: Step, phase: Phase, state: &[u8]) -> Fate {
        let had = |part: Part| {
            let var = self.model.effects(step, part);
            var.is_some_and(|var| state[var.0] > 0)
        };
        let stands = |side: Side, status: Status| self.status(step, side, state) == Some(status);
        let has_nothing = self.model.effects(step, Part::Compensation).is_none();
        let is_parked = |side: Side| stands(side, Status::Parked);
        let custody = self.program.steps[step].custody;
        let is_custody = custody.is_some();
        let releases = matches!(custody, Some(Custody::Released(_)));
        let is_completed = phase == Phase::Completed;
        let alternatives = &self.program.workflows[self.model.workflow].alternatives;
        let mut tried = alternatives.iter().filter(|it| it.to.contains(&step));
        let was_left = tried.any(|alternative| self.is_taken(alternative, state));
        let mut all = alternatives.iter().filter(|it| it.steps.contains(&step));
        let is_alternative = all.any(|alternative| self.is_taken(alternative, state));
        Fate {
            undone: had(Part::Compensation),
            parked: !is_custody && (is_parked(Side::Home) || is_parked(Side::Participant)),
            owed: is_custody && !releases && is_parked(Side::Home),
            released: releases && (is_parked(Side::Home) || stands(Side::Home, Status::Executed)),
            kept: (!is_completed || was_left) && has_nothing && !releases && had(Part::Execution),
            skipped: is_completed && !was_left && stands(Side::Home, Status::Refused),
            instead: is_completed
                && is_alternative
                && (stands(Side::Home, Status::Executed) || stands(Side::Home, Status::Confirmed)),
        }
    }

    /// Whether an instance went this way.
    fn is_taken(&self, alternative: &Alternative, state: &[u8]) -> bool {
        self.has_begun(alternative.steps[0], state)
    }

    fn has_begun(&self, step: Step, state: &[u8]) -> bool {
        let status = self.status(step, Side::Home, state);
        !matches!(status, None | Some(Status::None | Status::Skipped))
    }

    fn status(&self, step: Step, side: Side, state: &[u8]) -> Option<Status> {
        let var = self.model.status(step, side)?;
        match &self.model.variables[var.0].meaning {
            Meaning::Status(_, _, statuses) => Some(statuses[usize::from(state[var.0])]),
            _ => None,
        }
    }

    fn where_home(&self, step: Step, states: &HashSet<Values>, status: Status) -> HashSet<Values> {
        let is_there = |state: &&Values| self.status(step, Side::Home, state) == Some(status);
        states.iter().filter(is_there).cloned().collect()
    }

    /// Everything that such rules lead to.
    fn reach(
        &self,
        from: impl IntoIterator<Item = Values>,
        allowed: &dyn Fn(&Rule) -> bool,
    ) -> HashSet<Values> {
        let mut open: Vec<_> = from.into_iter().collect();
        let mut seen: HashSet<_> = open.iter().cloned().collect();
        while let Some(state) = open.pop() {
            for next in self.successors(&state, allowed) {
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        seen
    }

    fn successors(&self, state: &Values, allowed: &dyn Fn(&Rule) -> bool) -> Vec<Values> {
        let is_enabled = |rule: &&Rule| {
            let mut guard = rule.guard.iter();
            guard.all(|condition| condition.holds(state[condition.var.0]))
        };
        let rules = self.model.rules.iter().filter(|rule| allowed(rule));
        rules
            .filter(is_enabled)
            .map(|rule| self.alike.representative(self.apply(state, rule)))
            .collect()
    }

    fn apply(&self, state: &Values, rule: &Rule) -> Values {
        let mut after = state.clone();
        for effect in &rule.effects {
            let last = self.model.variables[effect.var.0].values - 1;
            let value = &mut after[effect.var.0];
            *value = match effect.update {
                Update::Set(value) => value,
                Update::Next => last.min(*value + 1),
            };
        }
        after
    }

    /// Whether nothing goes wrong: calls succeed in time, and nobody cancels, parks or claims.
    fn is_faultless(&self, rule: &Rule) -> bool {
        let trigger = self.program.handlers[rule.handler].trigger;
        let by_itself = matches!(
            trigger,
            Trigger::Start | Trigger::Deliver(_) | Trigger::Attempt(..) | Trigger::Redrive
        );
        by_itself
            && rule.choices.iter().all(|choice| match choice {
                // Which way an instance goes is no fault; that the guard of a step is false is one.
                Choice::Branch(step, _, taken) => step.is_none() || *taken == Taken::Yes,
                Choice::Succeeds(..) => true,
                Choice::Fails(..) | Choice::Starves(..) | Choice::Forked => false,
            })
    }

    fn cancels(&self, rule: &Rule) -> bool {
        self.program.handlers[rule.handler].trigger == Trigger::Cancel
            && !rule
                .choices
                .iter()
                .any(|choice| matches!(choice, Choice::Fails(..)))
    }

    /// The call fails and that is recorded, or the guard is false; or somebody says that it fails, for whom what it spends is held then.
    fn refuses(&self, step: Step, rule: &Rule) -> bool {
        let trigger = self.program.handlers[rule.handler].trigger;
        let is_retriable = self.program.steps[step].kind == StepKind::Retriable;
        if is_retriable && trigger == Trigger::ParkStep(step) {
            return true;
        }
        let fails_too = |choice: &Choice| matches!(choice, Choice::Fails(of, _) if *of != step);
        if rule.choices.iter().any(fails_too) {
            return false;
        }
        rule.choices.iter().any(|choice| match choice {
            Choice::Fails(of, Part::Execution) => *of == step,
            Choice::Branch(of, name, Taken::No) => *of == Some(step) && name != IN_TIME,
            _ => false,
        })
    }

    /// An Execute, or who presents it as expired, finds that its deadline has passed.
    fn expires(&self, step: Step, rule: &Rule) -> bool {
        let is_expiry = matches!(
            self.program.handlers[rule.handler].trigger,
            Trigger::Expire(_) | Trigger::ExpireStep(_)
        );
        rule.choices.iter().any(|choice| match choice {
            Choice::Branch(of, name, Taken::No) => *of == Some(step) && name == IN_TIME,
            Choice::Branch(of, _, Taken::Yes) => *of == Some(step) && is_expiry,
            _ => false,
        })
    }

    fn can_starve(&self, step: Step) -> bool {
        self.model.rules.iter().any(|rule| starves(step, rule))
    }

    /// The owner gives the compensation up, or it fails where that is caught.
    fn parks(&self, step: Step, rule: &Rule) -> bool {
        let handler = &self.program.handlers[rule.handler];
        let can_park = matches!(handler.trigger, Trigger::Park(_) | Trigger::ParkStep(_));
        let is_own = handler.step == Some(step) && can_park;
        // Without a decision it only answers again.
        let by_owner = is_own && !rule.choices.is_empty();
        by_owner
            || rule
                .choices
                .contains(&Choice::Fails(step, Part::Compensation))
    }
}

/// Those after which least was undone: what else had run is a matter of when home began to cancel.
fn shortest(ends: BTreeSet<End>) -> BTreeSet<End> {
    let least = ends.iter().map(|end| end.undone.len()).min();
    let is_short = |end: &End| Some(end.undone.len()) == least;
    ends.into_iter().filter(is_short).collect()
}

/// The name lowering gives to the question whether an Execute is in time.
const IN_TIME: &str = "in_time";

fn starves(step: Step, rule: &Rule) -> bool {
    let mut choices = rule.choices.iter();
    choices.any(|choice| matches!(choice, Choice::Starves(of, _) if *of == step))
}
