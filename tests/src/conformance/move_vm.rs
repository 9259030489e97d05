//! Emitted Move packages in step with the interpreter, as generated Move tests that carry the schedules' messages as byte literals.
//!
//! There is a test for each state of the participant: it goes there, and does everything that changes nothing, one after another. Each
//! transaction that changes something, and each that is rejected, ends a test of its own.

mod custody;
mod holder;
mod inputs;
mod targets;
mod values;

use std::collections::BTreeMap;

use xcc::entities::{Event as EventType, Machine};
use xcc::interp::{Action, Event, InstanceState, Outcome as Done, Rejected};
use xcc::vm::Vm;
use xcc::wire::DecodeError;

use super::follow::{Coverage, Difference};
use super::peers::{Peers, vaa, vm};
use super::record::{Recorder, Run};
use crate::interp::Bench;
use crate::move_package::{Outcome, TestReport, render};
use crate::network::Protocol;
use crate::network::story::{Teller, Test, find_error};
use crate::vaa::Guardian;

pub(super) use self::custody::{Ledger, Movement, TAKER, form, taken};
pub(super) use self::holder::assert_holder;
pub(super) use self::inputs::{bcs, inputs};
pub(super) use self::targets::{BROKEN, Dialect, Running, announced};

/// Somebody who tells runs in the words of one Move chain.
pub(super) trait Narrator {
    /// What builds and tests a package.
    fn teller(&self) -> &impl Teller;
    /// The module of the target, with its address.
    fn target(&self) -> &str;
    /// The statements that do what a run does.
    fn act(&self, run: &Run) -> String;
    /// Statements that make the call of a target fail.
    fn break_target(&self, run: &Run) -> String;
    /// Statements that make a movement of an asset fail, where so much was moved before, and the code and the module that it fails with.
    fn break_movement(
        &self,
        run: &Run,
        movement: &Movement,
        before: &Ledger,
    ) -> (String, (u64, &str));
    /// The statements that demand what must come of a run, behind so much.
    fn demand(&self, run: &Run, before: &Counts) -> String;
    /// Statements around those of one transaction.
    fn transaction(&self, run: &Run, statements: &str) -> String;
}

/// What a test has seen so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// Messages that the machine published.
    pub(super) published: usize,
    /// Changes of status that it announced.
    pub(super) changed: usize,
    /// Changes of phase that it announced.
    pub(super) phases: usize,
    /// Events of the workflow that it emitted, by type.
    pub(super) events: BTreeMap<EventType, usize>,
    /// Calls that targets got.
    pub(super) called: usize,
    /// What moved of the asset that is held.
    pub(super) moved: Ledger,
}

impl Counts {
    fn add(&mut self, run: &Run) {
        if let Ok((outcome, _)) = &run.result {
            self.published += outcome.sent.len();
            self.called += run.calls.len();
            self.moved = self.moved.after(run);
            for event in &outcome.events {
                match event {
                    Event::StepChanged(..) => self.changed += 1,
                    Event::InstanceChanged(_) => self.phases += 1,
                    Event::Workflow(event, _) => *self.events.entry(*event).or_default() += 1,
                }
            }
        }
    }
}

/// How many transactions that change nothing one test has at most: Move allows a function 255 locals.
const MOST_QUIET: usize = 16;

/// How many tests are in one module at most: the time that the compilers take grows faster than a module.
const MOST_AT_ONCE: usize = 250;
/// How many bytes of statements; the machine has no room for a package with many more.
const MOST_BYTES: usize = 400_000;

/// A generated test: its attributes, its statements, and what it tries.
struct Generated {
    attributes: String,
    steps: String,
    what: Vec<String>,
}

/// How a bench is followed.
pub(super) type Follow<'p> =
    fn(&Bench<'_>, &BTreeMap<Machine, Recorder<'p>>) -> Result<Coverage, Difference>;

/// Follows the machines of a bench that run on one of the Move chains, first in the interpreter and then by tests.
///
/// # Errors
/// What the packages do otherwise.
pub(super) fn follow_tests<'p, N: Narrator>(
    bench: &Bench<'p>,
    chain: Vm,
    follow: Follow<'p>,
    narrate: impl Fn(Machine, &[Run]) -> N,
) -> Result<Coverage, Difference> {
    let machines = bench.network.machines().machines().keys().copied();
    let recorders: BTreeMap<_, _> = machines
        .filter(|&machine| vm(bench, machine) == chain)
        .map(|machine| (machine, Recorder::new(bench.program, machine)))
        .collect();
    let coverage = follow(bench, &recorders)?;
    for (machine, recorder) in recorders {
        let runs = recorder.runs();
        let narrator = narrate(machine, &runs);
        run_all(&narrator, &runs)?;
    }
    Ok(coverage)
}

/// Runs all tests of a package, so many at once.
fn run_all(narrator: &impl Narrator, runs: &[Run]) -> Result<(), Difference> {
    let tests = generate(narrator, runs);
    let mut rest = &tests[..];
    while !rest.is_empty() {
        let (part, others) = rest.split_at(fitting(rest));
        run_some(narrator, part)?;
        rest = others;
    }
    Ok(())
}

/// How many of some tests there is room for at once, at least one.
fn fitting(tests: &[Generated]) -> usize {
    let bytes = tests.iter().scan(0, |bytes, test| {
        *bytes += test.steps.len();
        Some(*bytes)
    });
    let fitting = bytes.take_while(|bytes| *bytes <= MOST_BYTES).count();
    fitting.clamp(1, MOST_AT_ONCE)
}

fn run_some(narrator: &impl Narrator, tests: &[Generated]) -> Result<(), Difference> {
    let names: Vec<String> = (0..tests.len())
        .map(|number| format!("run_{number}"))
        .collect();
    let module: Vec<_> = tests
        .iter()
        .zip(&names)
        .map(|(test, name)| Test {
            name,
            attributes: &test.attributes,
            steps: &test.steps,
        })
        .collect();
    let teller = narrator.teller();
    let mut package = teller.package().clone();
    let text = teller.module(&module);
    package.files.insert("tests/story.move".to_owned(), text);
    let report = teller
        .test(&package)
        .unwrap_or_else(|error| panic!("{error}"));
    for (test, name) in tests.iter().zip(&names) {
        match outcome(&report, name) {
            Some(Outcome::Passed) => {}
            Some(other) => return Err(difference(test, other, &report)),
            None => panic!("{}\n{}", render(&report.diagnostics), report.output),
        }
    }
    Ok(())
}

fn outcome(report: &TestReport, name: &str) -> Option<Outcome> {
    let suffix = format!("::story::{name}");
    let mut tests = report.tests.iter();
    tests
        .find(|(full, _)| full.ends_with(&suffix))
        .map(|(_, outcome)| *outcome)
}

fn difference(test: &Generated, outcome: Outcome, report: &TestReport) -> Difference {
    Difference {
        state: String::new(),
        transaction: test.what.join("\n"),
        what: format!(
            "{outcome:?}: {}\n{}\n{}",
            test.attributes, test.steps, report.output
        ),
    }
}

fn generate(narrator: &impl Narrator, runs: &[Run]) -> Vec<Generated> {
    // A program has no function for what it has no handler for.
    let possible = runs
        .iter()
        .filter(|run| !matches!(run.result, Err(Rejected::NoEntry)));
    let (quiet, last): (Vec<_>, Vec<_>) =
        possible.partition(|run| run.result.is_ok() && !run.changes);
    let mut by_way: BTreeMap<&[usize], Vec<&Run>> = BTreeMap::new();
    for run in quiet {
        by_way.entry(&run.way).or_default().push(run);
    }
    let quiet = by_way.values().flat_map(|group| group.chunks(MOST_QUIET));
    let last = last.iter().map(std::slice::from_ref);
    quiet
        .chain(last)
        .map(|group| tell(narrator, runs, group))
        .collect()
}

/// A test that goes to a state and does there what the group says.
fn tell(narrator: &impl Narrator, runs: &[Run], group: &[&Run]) -> Generated {
    let mut counts = Counts::default();
    let mut steps = String::new();
    for run in group[0].way.iter().map(|&position| &runs[position]) {
        steps += &narrator.transaction(run, &narrator.act(run));
        counts.add(run);
    }
    let mut attributes = "test".to_owned();
    for run in group {
        let mut statements = narrator.act(run);
        match &run.result {
            Ok(_) => statements += &narrator.demand(run, &counts),
            Err(Rejected::CallFailed(_)) => {
                let (broken, (code, module)) = broken(narrator, run, &counts);
                attributes = expects(code, module);
                statements = broken + &statements;
            }
            Err(rejected) => {
                let (code, module) = find_error(narrator.teller().package(), error(rejected));
                attributes = expects(code, &module);
            }
        }
        steps += &narrator.transaction(run, &statements);
        counts.add(run);
    }
    Generated {
        attributes,
        steps,
        what: group.iter().map(|run| run.what.clone()).collect(),
    }
}

/// Statements that make the last call of a run fail, and the code and the module that it fails with.
fn broken<'n>(narrator: &'n impl Narrator, run: &Run, before: &Counts) -> (String, (u64, &'n str)) {
    match run.moved.iter().find(|movement| movement.fails) {
        Some(movement) => narrator.break_movement(run, movement, &before.moved),
        None => (narrator.break_target(run), (BROKEN, narrator.target())),
    }
}

/// The attributes of a test that ends with a rejection.
fn expects(code: u64, module: &str) -> String {
    format!("test, expected_failure(abort_code = {code}, location = {module})")
}

/// What the emitted packages and their runtime call the reason of a rejection.
fn error(rejected: &Rejected) -> &'static str {
    match rejected {
        Rejected::Protocol(rejection) => rejection.name(),
        Rejected::UnknownSender => "WrongSender",
        Rejected::WrongFingerprint => "WrongProgram",
        Rejected::UnknownMessage { .. } => "WrongMessage",
        Rejected::Undecodable(error) => match error {
            DecodeError::Header => "Header",
            DecodeError::Truncated(_) => "Truncated",
            DecodeError::Trailing(_) => "Trailing",
            DecodeError::Bool(_) => "Bool",
            DecodeError::Tag(_) => "Tag",
            DecodeError::Variant(_) => "Variant",
            DecodeError::Bound(_) => "Bound",
            DecodeError::Utf8(_) => "Utf8",
        },
        other => panic!("{other} is nothing that a Move package is tried for"),
    }
}

/// The bytes that the sender of a run presents: a message with the guardian's signature, or an instance; nothing where it starts one.
pub(super) fn presented(peers: &Peers, run: &Run) -> Vec<u8> {
    match &run.transaction.action {
        Action::Start { .. } => Vec::new(),
        Action::Deliver(delivery) | Action::Expire(delivery) | Action::Park(delivery) => {
            vaa(peers, delivery).sign(&[Guardian::new(1)])
        }
        Action::Attempt { instance, .. }
        | Action::ExpireStep { instance, .. }
        | Action::ParkStep { instance, .. }
        | Action::Claim { instance, .. }
        | Action::Cancel { instance }
        | Action::Redrive { instance } => instance.to_vec(),
    }
}

/// The events of the workflow that a run emits, each with the position among those of its type, where so many came before, and its
/// bytes in BCS.
pub(super) fn workflow_events(
    bench: &Bench<'_>,
    outcome: &Done,
    before: &Counts,
) -> Vec<(EventType, usize, Vec<u8>)> {
    let program = bench.program;
    let home = program.machines[bench.coordinator()].chain;
    let mut positions = before.events.clone();
    let mut found = Vec::new();
    for event in &outcome.events {
        let Event::Workflow(event, values) = event else {
            continue;
        };
        let mut bytes = vec![32];
        bytes.extend(outcome.instance);
        for (field, value) in program.events[*event].fields.iter().zip(values) {
            bcs(&mut bytes, (&field.ty, value), home, &program.declarations);
        }
        let position = positions.entry(*event).or_default();
        found.push((*event, *position, bytes));
        *position += 1;
    }
    found
}

/// What a machine announces when it opens an instance, in BCS behind its own address: the instance, its initiator, and how many came
/// before.
pub(super) fn opened(run: &Run) -> Option<Vec<u8>> {
    let Ok((outcome, _)) = &run.result else {
        return None;
    };
    let is_start = matches!(run.transaction.action, Action::Start { .. });
    is_start.then(|| {
        let mut bytes = vec![32];
        bytes.extend(outcome.instance);
        bytes.extend(&run.transaction.caller);
        bytes.extend(0u64.to_le_bytes());
        bytes
    })
}

/// Where each step of a machine stands.
pub(super) fn statuses<'p>(
    protocol: Protocol<'p>,
    machine: Machine,
    kept: &InstanceState,
) -> Vec<(&'p str, u8)> {
    let program = protocol.program();
    let steps = program.machines[machine].steps.iter();
    let steps = steps.map(|&step| (program.steps[step].name.as_str(), kept.status(step) as u8));
    steps.collect()
}
