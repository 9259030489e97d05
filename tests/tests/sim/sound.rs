//! Sound workflows: no run breaks a promise, and every fault is one that strikes.

use std::collections::BTreeSet;

use xcc::ir::Phase;
use xcc::sim::{Fault, Options, Struck, Weights, replay, simulate};

use crate::{golden_timeline, options, project, projects, script, subject};

/// Two hundred runs of each, in which everything goes wrong, with one to three instances.
#[test]
fn every_workflow_keeps_its_promises_and_settles() {
    let mut struck = Struck::default();
    for project in projects() {
        let subject = subject(project);
        let mut phases = BTreeSet::new();
        for seed in 0..200 {
            let options = Options {
                instances: 1 + seed as usize % 3,
                script: script(project, &subject),
                ..options(seed, Weights::default())
            };
            let run = simulate(&subject, &options);
            assert_eq!(run.failure, None, "{} {seed}", project.name);
            struck.add(&run.struck);
            phases.extend(run.ends.iter().map(|end| end.phase));
        }
        let both = BTreeSet::from([Phase::Completed, Phase::Compensated]);
        assert_eq!(phases, both, "{}", project.name);
    }
    for fault in Fault::ALL {
        let count = struck.get(fault);
        assert!(count > 500, "{} struck {count} times", fault.name());
    }
}

#[test]
fn nothing_goes_wrong_unless_it_is_asked_for() {
    for project in projects() {
        let subject = subject(project);
        for seed in 0..10 {
            let options = Options {
                script: script(project, &subject),
                ..options(seed, Weights::NONE)
            };
            let run = simulate(&subject, &options);
            assert_eq!(run.failure, None, "{}", project.name);
            assert_eq!(run.struck, Struck::default(), "{}", project.name);
            assert_eq!(run.ends[0].phase, Phase::Completed, "{}", project.name);
        }
    }
}

/// What comes of a fault and counts as another: what was kept back or sent again is overtaken, and whoever may claim is found by trying.
fn is_consequence(of: Fault, other: Fault) -> bool {
    match other {
        Fault::Reorder => matches!(of, Fault::Delay | Fault::Drop | Fault::Late),
        Fault::Meddle => of == Fault::UndoFails || of == Fault::Cancel,
        // Nothing is undone unless something is cancelled.
        Fault::Cancel => of == Fault::UndoFails,
        _ => false,
    }
}

#[test]
fn each_fault_strikes_alone() {
    let subject = subject(project("parked"));
    for fault in Fault::ALL {
        let helper = (fault == Fault::UndoFails).then_some(Fault::Cancel);
        let weights = Weights::of([fault].into_iter().chain(helper));
        let mut struck = Struck::default();
        for seed in 0..100 {
            let options = Options {
                instances: 2,
                ..options(seed, weights)
            };
            let run = simulate(&subject, &options);
            assert_eq!(run.failure, None, "{} {seed}", fault.name());
            struck.add(&run.struck);
        }
        assert!(struck.get(fault) > 0, "{}", fault.name());
        let others = Fault::ALL.into_iter().filter(|it| *it != fault);
        let others: Vec<_> = others
            .filter(|it| struck.get(*it) > 0 && !is_consequence(fault, *it))
            .collect();
        assert_eq!(others, [], "{}", fault.name());
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for project in projects() {
        let subject = subject(project);
        let options = |seed| Options {
            script: script(project, &subject),
            ..options(seed, Weights::default())
        };
        for seed in 0..10 {
            let options = options(seed);
            let (one, other) = (simulate(&subject, &options), simulate(&subject, &options));
            assert_eq!(one.timeline, other.timeline);
            assert_eq!(one.schedule, other.schedule);
        }
        let of = |seed| simulate(&subject, &options(seed)).schedule;
        assert_ne!(of(1), of(2));
    }
}

/// The moves that were drawn suffice to make the run again: all that was left to chance is in them.
#[test]
fn moves_repeat_their_run() {
    for project in projects() {
        let subject = subject(project);
        for seed in 0..20 {
            let options = Options {
                instances: 2,
                ..options(seed, Weights::default())
            };
            let run = simulate(&subject, &options);
            let again = replay(&subject, &options, &run.schedule);
            assert_eq!(again.timeline, run.timeline, "{} {seed}", project.name);
            assert_eq!(again.struck, run.struck);
            assert_eq!(again.ends, run.ends);
        }
    }
}

#[test]
fn timelines_read_well() {
    let faults = Weights::default();
    golden_timeline("calm", "swap-and-stake", &options(1, Weights::NONE));
    golden_timeline("stormy", "lend-on-aptos", &options(7, faults));
    let two = Options {
        instances: 2,
        ..options(3, Weights::of([Fault::Reorder, Fault::Cancel]))
    };
    golden_timeline("two_instances", "pivot_on_base", &two);
}
