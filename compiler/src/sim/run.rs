//! Runs: drawn from a seed, or repeated move by move.

use super::chance::Chance;
use super::failure::{Failure, FailureKind};
use super::fault::Struck;
use super::members::members;
use super::moves::Move;
use super::state::State;
use super::timeline::{DoingKind, Entry, What};
use super::{Options, Subject};
use crate::analysis::explore::End;
use crate::interp::Event;
use crate::interp::schedule::shrink as shrink_schedule;
use crate::ir::{Phase, Status, Step};
use crate::wire::Value;

/// So many moves are drawn after everything is settled: late copies and forks must not unsettle it.
const AFTERMATH: usize = 8;

/// A run that is over.
#[derive(Clone, Debug)]
pub struct Run {
    /// The seed that it was drawn from.
    pub seed: u64,
    /// Its moves, without those of the ending.
    pub schedule: Vec<Move>,
    /// What happened.
    pub timeline: Vec<Entry>,
    /// How each of its instances ended.
    pub ends: Vec<InstanceEnd>,
    /// How often each fault struck.
    pub struck: Struck,
    /// Transactions that went through, those that forks undid included.
    pub transactions: u64,
    /// Messages that were sent by them.
    pub messages: u64,
    /// What is wrong, if something is.
    pub failure: Option<Failure>,
}

impl Run {
    /// Whether any of its instances was started.
    pub fn has_started(&self) -> bool {
        let mut entries = self.timeline.iter();
        entries.any(|entry| match &entry.what {
            What::Transaction { doing, result } => doing.kind == DoingKind::Start && result.is_ok(),
            _ => false,
        })
    }
}

/// How an instance ended.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceEnd {
    /// The inputs that it was started with, or was to be started with.
    pub inputs: Vec<Value>,
    /// In which phase it is.
    pub phase: Phase,
    /// Where each step stands on the machine that runs it.
    pub steps: Vec<(Step, Status)>,
    /// What it returned, if it completed.
    pub returned: Option<Vec<Value>>,
    /// In words.
    pub words: String,
}

/// Makes a run: its moves are those of the script, or else are drawn.
pub fn simulate(subject: &Subject<'_>, options: &Options) -> Run {
    if let Some(moves) = &options.script.moves {
        return replay(subject, options, moves);
    }
    let mut state = State::new(subject, options, members(subject, options));
    let mut chance = Chance::new(options.seed, options.weights);
    let mut schedule = Vec::new();
    let mut after = 0;
    while schedule.len() < options.moves && state.failure.is_none() && after <= AFTERMATH {
        let Some(step) = state.draw(&mut chance) else {
            break;
        };
        schedule.push(state.play(&step, Some(&mut chance)));
        let is_settled = (0..state.members.len()).all(|member| state.is_settled(member));
        after = if is_settled { after + 1 } else { 0 };
    }
    finish(state, schedule)
}

/// Makes exactly these moves.
pub fn replay(subject: &Subject<'_>, options: &Options, schedule: &[Move]) -> Run {
    let state = State::new(subject, options, members(subject, options));
    play_all(state, schedule)
}

fn play_all(mut state: State<'_>, schedule: &[Move]) -> Run {
    for step in schedule {
        state.play(step, None);
        if state.failure.is_some() {
            break;
        }
    }
    finish(state, schedule.to_vec())
}

/// A shorter run that fails in the same way: no move can be taken out of it, and none can be made plain. A run that does not fail is
/// returned as it is.
pub fn shrink(subject: &Subject<'_>, options: &Options, run: Run) -> Run {
    let Some(failure) = &run.failure else {
        return run;
    };
    let state = State::new(subject, options, members(subject, options));
    let again = |schedule: &[Move]| play_all(state.clone(), schedule);
    let shortest = shrink_schedule(&run.schedule, |schedule| {
        let found = again(schedule).failure;
        found.is_some_and(|found| found.is_like(failure))
    });
    again(&shortest)
}

fn finish(mut state: State<'_>, schedule: Vec<Move>) -> Run {
    if state.failure.is_none() {
        state.end();
    }
    let ends: Vec<_> = (0..state.members.len())
        .map(|member| end_of(&state, member))
        .collect();
    if state.failure.is_none() {
        state.expect(&ends);
    }
    Run {
        seed: state.options.seed,
        schedule,
        timeline: state.timeline,
        ends,
        struck: state.struck,
        transactions: state.transactions,
        messages: state.messages,
        failure: state.failure,
    }
}

fn end_of(state: &State<'_>, member: usize) -> InstanceEnd {
    let steps = state.subject.steps().iter();
    let phase = state.phase(member);
    InstanceEnd {
        inputs: state.members[member].inputs.clone(),
        phase,
        steps: steps
            .map(|&step| (step, state.status(member, step)))
            .collect(),
        returned: returned(state, member),
        words: words(state, member, phase),
    }
}

fn words(state: &State<'_>, member: usize, phase: Phase) -> String {
    let subject = state.subject;
    let data = &state.members[member];
    match (data.id, phase) {
        (Some(id), Phase::Completed | Phase::Compensated) => {
            End::of(subject.program, &subject.model, &state.values(id)).describe(subject.program)
        }
        (Some(_), phase) => format!("waits while {phase}"),
        (None, _) => match &data.refused {
            Some(reason) => format!("not started: {reason}"),
            None => "not started".to_owned(),
        },
    }
}

/// The values of the event by which the coordinator says that an instance is completed.
fn returned(state: &State<'_>, member: usize) -> Option<Vec<Value>> {
    let id = state.members[member].id?;
    let events = &state.subject.program.events;
    let records = state.ledger.records().iter();
    let of_member = records.filter(|it| it.outcome.instance == id);
    let mut announced = of_member.flat_map(|it| &it.outcome.events);
    announced.find_map(|event| match event {
        Event::Workflow(event, values) if events[*event].name == "Completed" => {
            Some(values.clone())
        }
        _ => None,
    })
}

impl State<'_> {
    /// Compares how instances ended with what the scenario expects.
    fn expect(&mut self, ends: &[InstanceEnd]) {
        let expect = &self.options.script.expect;
        let program = self.subject.program;
        for (member, end) in ends.iter().enumerate() {
            let mut found = Vec::new();
            if let Some(phase) = expect.phase.filter(|phase| *phase != end.phase) {
                found.push((format!("the phase {phase}"), end.phase.to_string()));
            }
            for &(step, status) in &end.steps {
                let expected = expect.steps.get(&step).filter(|it| **it != status);
                let name = &program.steps[step].name;
                found.extend(expected.map(|it| (format!("`{name}` {it}"), status.to_string())));
            }
            for (&position, expected) in &expect.returns {
                let returned = end
                    .returned
                    .as_ref()
                    .and_then(|values| values.get(position));
                if returned != Some(expected) {
                    let name = &self.subject.workflow().results[position].name;
                    let shown = |value: &Value| super::text::brief(value, None);
                    let is = returned.map_or_else(|| "nothing".to_owned(), shown);
                    found.push((format!("`{name}` {}", shown(expected)), is));
                }
            }
            if let Some((expected, is)) = found.into_iter().next() {
                self.fail(member, FailureKind::Unexpected(expected, is));
            }
        }
    }
}
