//! Deliberate faults of the protocol: random runs show each, and what is left of them after shrinking shows it in few moves.

use std::fmt::Write;

use xcc::analysis::analyze;
use xcc::lower::{Mutant, lower_mutant};
use xcc::sim::text::Teller;
use xcc::sim::{Notation, Options, Run, Subject, Weights, replay, shrink, simulate};

use crate::{golden, options, project, subject_of};

/// The most runs that a fault may need to show.
const MOST_RUNS: u64 = 1_000;

/// How many failing runs are shrunk.
const SHRUNK: usize = 8;

/// A feature that shows each fault, and the most moves that it takes. One fault makes two handlers of one message, which no machine
/// can have, and is left to the explorer.
const SHOWN: [(Mutant, &str, usize); 10] = [
    (Mutant::NoTombstone, "compensable", 3),
    (Mutant::RefundOnTimer, "compensable", 2),
    (Mutant::ParticipantTimer, "home_steps", 3),
    (Mutant::ExecuteAfterCancel, "compensable", 5),
    (Mutant::PivotDeniesItself, "pivot_on_base", 4),
    (Mutant::UndoBeforePivot, "swap-and-stake", 4),
    (Mutant::UndoTwice, "compensable", 5),
    (Mutant::LowGasRefusal, "compensable", 2),
    (Mutant::ClaimTwice, "parked", 4),
    (Mutant::ConfirmBeforeDecision, "confirmed", 1),
];

/// The first runs that fail, made shorter: the shortest of them. How a run came to the fault decides what it can be shrunk to.
fn failing(subject: &Subject<'_>) -> (Options, Run) {
    let runs = (0..MOST_RUNS).map(|seed| {
        let options = options(seed, Weights::default());
        let run = simulate(subject, &options);
        (options, run)
    });
    let failing = runs.filter(|(_, run)| run.failure.is_some()).take(SHRUNK);
    let shrunk = failing.map(|(options, run)| {
        let run = shrink(subject, &options, run);
        (options, run)
    });
    let shortest = shrunk.min_by_key(|(_, run)| run.schedule.len());
    shortest.expect("a run that fails")
}

#[test]
fn runs_show_the_faults_of_the_protocol_in_few_moves() {
    let mut shown = String::new();
    for (mutant, name, most) in SHOWN {
        let project = project(name);
        let program = lower_mutant(&project.package, mutant);
        let facts = analyze(&program);
        let subject = subject_of(project, &program, &facts);
        let (options, run) = failing(&subject);
        let failure = run.failure.as_ref().expect("still failing");
        assert!(run.schedule.len() <= most, "{mutant:?}: {:?}", run.schedule);
        assert_every_move_is_needed(&subject, &options, &run);
        assert_can_be_repeated(&subject, &options, &run);
        let moves = Notation::new(&subject, &options.script).print_all(&run.schedule);
        let what = failure.describe(&program);
        writeln!(shown, "{mutant:?} in {name}: {what}\n  {moves}").expect("written");
    }
    golden("faults", &shown);
}

fn assert_every_move_is_needed(subject: &Subject<'_>, options: &Options, run: &Run) {
    let failure = run.failure.as_ref().expect("a failing run");
    for index in 0..run.schedule.len() {
        let mut without = run.schedule.clone();
        without.remove(index);
        let found = replay(subject, options, &without).failure;
        let is_hidden = found.is_none_or(|found| !found.is_like(failure));
        assert!(
            is_hidden,
            "move {index} of {:?} is not needed",
            run.schedule
        );
    }
}

/// The text of the moves is all that the command line gives to repeat a run.
fn assert_can_be_repeated(subject: &Subject<'_>, options: &Options, run: &Run) {
    let notation = Notation::new(subject, &options.script);
    let text = notation.print_all(&run.schedule);
    let moves = notation.parse_all(&text).expect("what is printed is read");
    assert_eq!(moves, run.schedule, "{text}");
    let again = replay(subject, options, &moves);
    assert_eq!(again.failure, run.failure);
    assert_eq!(again.timeline, run.timeline);
}

#[test]
fn a_shrunk_timeline_reads_well() {
    let project = project("swap-and-stake");
    let program = lower_mutant(&project.package, Mutant::UndoBeforePivot);
    let facts = analyze(&program);
    let subject = subject_of(project, &program, &facts);
    let (options, run) = failing(&subject);
    let teller = Teller::new(&subject, &options, &run);
    golden("undo_before_pivot", &teller.timeline(&run));
}
