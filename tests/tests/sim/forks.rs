//! Forks: what is not final can be undone, with what came of it; what somebody heard of cannot.

use xcc::ir::{Phase, Status};
use xcc::sim::{DoingKind, Fault, Notation, Options, Run, Weights, What, replay};

use crate::{golden_run, options, project, subject};

/// Plays these moves of `lend-on-aptos`, and the ending.
fn played(instances: usize, moves: &str) -> Run {
    let subject = subject(project("lend-on-aptos"));
    let options = Options {
        instances,
        ..options(1, Weights::NONE)
    };
    let notation = Notation::new(&subject, &options.script);
    let moves = notation.parse_all(moves).expect("moves");
    let run = replay(&subject, &options, &moves);
    assert_eq!(run.failure, None);
    assert!(run.ends.iter().all(|end| end.phase == Phase::Completed));
    run
}

/// How many transactions each fork undid.
fn undone(run: &Run) -> Vec<usize> {
    let entries = run.timeline.iter();
    let forks = entries.filter_map(|entry| match &entry.what {
        What::Forked(undone) => Some(undone.len()),
        _ => None,
    });
    forks.collect()
}

fn starts(run: &Run) -> usize {
    let entries = run.timeline.iter();
    let starts = entries.filter(|entry| match &entry.what {
        What::Transaction { doing, result } => doing.kind == DoingKind::Start && result.is_ok(),
        _ => false,
    });
    starts.count()
}

#[test]
fn a_start_that_nobody_heard_of_is_undone_and_made_again() {
    let run = played(1, "start; fork ethereum 1");
    assert_eq!((undone(&run), starts(&run)), (vec![1], 2));
    assert_eq!(run.struck.get(Fault::Reorg), 1);
}

/// What the undone transaction sent was never sent.
#[test]
fn messages_of_undone_transactions_cannot_arrive() {
    let with = played(1, "start; fork ethereum 1; deliver Execute supply");
    let without = played(1, "start; fork ethereum 1");
    assert_eq!(with.timeline, without.timeline);
}

/// A message is only heard of once its transaction is final, and with it all before.
#[test]
fn what_was_heard_elsewhere_is_final() {
    let run = played(1, "start; deliver Execute supply; fork ethereum 1");
    assert!(undone(&run).is_empty());
    let run = played(
        2,
        "start; start #2; deliver Execute supply #2; fork ethereum 2",
    );
    assert!(undone(&run).is_empty());
    let run = played(
        2,
        "start; start #2; deliver Execute supply; fork ethereum 2",
    );
    assert_eq!(undone(&run), [1]);
    assert_eq!(starts(&run), 3);
}

/// The call of the target is undone with its transaction, and the message that asked for it comes again.
#[test]
fn an_execution_is_undone_with_its_effects() {
    let run = played(1, "start; deliver Execute supply; fork aptos 1");
    assert_eq!(undone(&run), [1]);
    let taken = run.timeline.iter().filter(|entry| match &entry.what {
        What::Transaction { result: Ok(it), .. } => !it.calls.is_empty(),
        _ => false,
    });
    // The payment, the supply that is undone, and the one that stays.
    assert_eq!(taken.count(), 3);
    let supply = run.ends[0].steps[1];
    assert_eq!(supply.1, Status::Executed);
}

/// Transactions that run again in another order find another state, here with other identities of the instances.
#[test]
fn transactions_run_again_in_another_order() {
    let moves = "start; start #2; fork ethereum 2 again 2,1";
    let run = played(2, moves);
    assert_eq!((undone(&run), starts(&run)), (vec![2], 4));
    golden_run("fork", "lend-on-aptos", &run);
}
