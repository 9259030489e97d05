//! Random schedules: with clocks that go on, each step is one of the model, and every fault of the protocol comes to light.

use xcc::analysis::analyze;
use xcc::analysis::explore::Model;
use xcc::interp::schedule::{Draw, Move, MoveKind, Moves, StepAsk, Weights, shrink};
use xcc::ir::Phase;
use xcc::lower::{Mutant, lower_mutant};

use xcc_tests::interp::{Bench, Walk, check_step, feature, projects};

use xcc_tests::interp::explored;

/// Moves of one schedule.
const MOVES: usize = 80;

#[test]
fn random_schedules_are_paths_of_the_model() {
    let (mut completed, mut compensated) = (0, 0);
    for project in projects() {
        let bench = Bench::new(project);
        let model = Model::of(bench.program, bench.workflow);
        let expected = explored(&model);
        let moves = Moves::of(bench.program, bench.workflow);
        for seed in 0..40 {
            let schedule = moves.draw(&mut Draw::new(seed), Weights::default(), MOVES);
            let place = format!("{} {seed}", project.name);
            let walk = Walk::play(&model, bench.clone(), &schedule, |outcome, states| {
                check_step(&model, outcome, states, &place);
            });
            let walk = walk.expect("it starts");
            assert!(
                walk.states.iter().all(|it| expected.contains(it)),
                "{place}"
            );
            assert_eq!(walk.broken(), None, "{place}");
            completed += usize::from(walk.bench.phase() == Phase::Completed);
            compensated += usize::from(walk.bench.phase() == Phase::Compensated);
        }
    }
    assert!(completed > 20, "only {completed} schedules complete");
    assert!(compensated > 100, "only {compensated} schedules compensate");
}

#[test]
fn a_seed_draws_the_same_schedule_each_time() {
    let bench = Bench::new(feature("parked"));
    let moves = Moves::of(bench.program, bench.workflow);
    let draw = |seed| moves.draw(&mut Draw::new(seed), Weights::default(), MOVES);
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let all: Vec<Move> = (0..50).flat_map(draw).collect();
    let drawn = |is_it: fn(&MoveKind) -> bool| all.iter().any(|step| is_it(&step.kind));
    assert!(drawn(|it| matches!(it, MoveKind::Present(..))));
    assert!(drawn(|it| matches!(it, MoveKind::Ask(StepAsk::Claim, ..))));
    assert!(drawn(|it| matches!(it, MoveKind::Cancel(..))));
    assert!(drawn(|it| matches!(it, MoveKind::Redrive(..))));
    assert!(drawn(|it| matches!(it, MoveKind::Pass(..))));
}

/// A feature that shows a fault, and the most moves that it takes.
const SHOWN: [(Mutant, &str, usize); 9] = [
    (Mutant::NoTombstone, "compensable", 4),
    (Mutant::RefundOnTimer, "compensable", 2),
    (Mutant::ParticipantTimer, "home_steps", 3),
    (Mutant::ExecuteAfterCancel, "compensable", 7),
    (Mutant::PivotDeniesItself, "pivot_on_base", 4),
    (Mutant::UndoBeforePivot, "swap-and-stake", 5),
    (Mutant::UndoTwice, "compensable", 4),
    (Mutant::LowGasRefusal, "compensable", 1),
    (Mutant::ClaimTwice, "parked", 6),
];

/// A random schedule shows each fault, and shrinks to one in which every move is needed.
#[test]
fn random_schedules_show_the_faults_of_the_protocol() {
    for (mutant, name, most) in SHOWN {
        let project = feature(name);
        let program = lower_mutant(&project.package, mutant);
        let facts = analyze(&program);
        let bench = Bench::of(&project.compiled.deployment, &program, &facts);
        let model = Model::of(&program, bench.workflow);
        let moves = Moves::of(&program, bench.workflow);
        let shows = |schedule: &[Move]| {
            let walk = Walk::play(&model, bench.clone(), schedule, |_, _| {});
            walk.expect("it starts").broken().is_some()
        };
        let schedules =
            (0..400).map(|seed| moves.draw(&mut Draw::new(seed), Weights::default(), 4 * MOVES));
        let found = schedules.into_iter().find(|schedule| shows(schedule));
        let found = found.unwrap_or_else(|| panic!("{mutant:?} does not show in {name}"));
        let shortest = shrink(&found, shows);
        assert!(shows(&shortest), "{mutant:?}");
        assert!(shortest.len() <= most, "{mutant:?}: {shortest:#?}");
        for index in 0..shortest.len() {
            let mut without = shortest.clone();
            without.remove(index);
            assert!(!shows(&without), "{mutant:?}: move {index} is not needed");
        }
    }
}
