//! The interpreter runs random workflows by random schedules, with random values: each step is one of the model, what is computed is what
//! the source says, and nothing that is promised is broken.

use xcc::analysis::explore::Model;
use xcc::entities::Workflow;
use xcc::hir::Package;
use xcc::interp::schedule::{Draw, Moves, Weights};
use xcc::ir::Phase;
use xcc::project::Compiled;
use xcc::wire::Value;
use xcc::wire::vectors::{Extent, Sampler};
use xcc_tests::generate::{Sample, Sizes, Style};
use xcc_tests::interp::{Bench, Drawn, Heard, Oracle, Walk, check_step};

/// How many workflows run, and each by how many schedules of how many moves.
const WORKFLOWS: usize = 300;
const SCHEDULES: u64 = 6;
const MOVES: usize = 80;

/// What came of all schedules.
#[derive(Debug, Default)]
struct Ends {
    /// Not even begun: a guard or a call at home refused it.
    refused: usize,
    running: usize,
    completed: usize,
    compensated: usize,
    /// What the source was asked about.
    heard: Heard,
}

/// Values for the inputs of a workflow.
fn inputs(bench: &Bench<'_>, seed: u64) -> Vec<Value> {
    let mut sampler = Sampler::new(&format!("schedule {seed}"), Extent::Random);
    let fields = bench.data().inputs.iter();
    fields
        .map(|field| sampler.value(&field.ty, &bench.program.declarations))
        .collect()
}

fn run(
    (package, compiled): (&Package, &Compiled),
    workflow: Workflow,
    place: &str,
    ends: &mut Ends,
) {
    let lowered = &compiled.lowered;
    let (program, facts) = (&lowered.program, &lowered.facts);
    let model = Model::of(program, workflow);
    let moves = Moves::of(program, workflow);
    for seed in 0..SCHEDULES {
        let mut bench = Bench::of_workflow(&compiled.deployment, program, facts, workflow);
        match seed % 2 {
            0 => bench.inputs = inputs(&bench, seed),
            // Near what decides conditions, and near the limits of arithmetic.
            _ => {
                bench = bench
                    .clone()
                    .with(Drawn::new(program, &bench.setting).with_seed(seed))
            }
        }
        let schedule = moves.draw(&mut Draw::new(seed), Weights::default(), MOVES);
        let place = format!("schedule {seed} of {workflow} in {place}");
        let mut oracle = Oracle::new(package, program, &bench.setting, &bench.inputs);
        let walk = Walk::play(&model, bench, &schedule, |outcome, states| {
            check_step(&model, outcome, states, &place);
            oracle.hear(outcome, &place, &mut ends.heard);
        });
        let Ok(walk) = walk else {
            ends.refused += 1;
            continue;
        };
        assert_eq!(walk.broken(), None, "{place}");
        match walk.bench.phase() {
            Phase::Completed => ends.completed += 1,
            Phase::Compensated => ends.compensated += 1,
            _ => ends.running += 1,
        }
    }
}

#[test]
fn random_schedules_keep_every_promise() {
    let (mut ends, mut workflows) = (Ends::default(), 0);
    for seed in 0.. {
        if workflows >= WORKFLOWS {
            break;
        }
        let sample = Sample::of_seed(seed, Style::Emitted, Sizes::default());
        let compiled = sample.emit();
        let (package, compiled) = compiled.unwrap_or_else(|refused| panic!("{refused}"));
        let listing = sample.listing();
        for workflow in compiled.lowered.program.workflows.keys() {
            run((&package, &compiled), workflow, &listing, &mut ends);
            workflows += 1;
        }
    }
    let begun = [ends.running, ends.completed, ends.compensated];
    assert!(begun.iter().all(|&ends| ends > 100), "{ends:?}");
    assert!(ends.refused > 10, "{ends:?}");
    let Heard {
        calls,
        not_met,
        no_value,
        results,
    } = ends.heard;
    assert!(calls > 1_000 && results > 100, "{ends:?}");
    assert!(not_met > 50 && no_value > 50, "{ends:?}");
}
