//! The interpreter runs random workflows by random schedules, with random values: each step is one of the model, and nothing that is
//! promised is broken.

use xcc::analysis::explore::Model;
use xcc::entities::Workflow;
use xcc::interp::schedule::{Draw, Moves, Weights};
use xcc::ir::Phase;
use xcc::project::Compiled;
use xcc::wire::Value;
use xcc::wire::vectors::{Extent, Sampler};
use xcc_tests::generate::{Sample, Sizes, Style};
use xcc_tests::interp::{Bench, Walk, check_step};

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
}

/// Values for the inputs of a workflow.
fn inputs(bench: &Bench<'_>, seed: u64) -> Vec<Value> {
    let mut sampler = Sampler::new(&format!("schedule {seed}"), Extent::Random);
    let fields = bench.data().inputs.iter();
    fields
        .map(|field| sampler.value(&field.ty, &bench.program.declarations))
        .collect()
}

fn run(compiled: &Compiled, workflow: Workflow, place: &str, ends: &mut Ends) {
    let lowered = &compiled.lowered;
    let (program, facts) = (&lowered.program, &lowered.facts);
    let model = Model::of(program, workflow);
    let moves = Moves::of(program, workflow);
    for seed in 0..SCHEDULES {
        let mut bench = Bench::of_workflow(&compiled.deployment, program, facts, workflow);
        bench.inputs = inputs(&bench, seed);
        let schedule = moves.draw(&mut Draw::new(seed), Weights::default(), MOVES);
        let place = format!("schedule {seed} of {workflow} in {place}");
        let walk = Walk::play(&model, bench, &schedule, |outcome, states| {
            check_step(&model, outcome, states, &place);
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
        let (_, compiled) = compiled.unwrap_or_else(|refused| panic!("{refused}"));
        let listing = sample.listing();
        for workflow in compiled.lowered.program.workflows.keys() {
            run(&compiled, workflow, &listing, &mut ends);
            workflows += 1;
        }
    }
    let begun = [ends.running, ends.completed, ends.compensated];
    assert!(begun.iter().all(|&ends| ends > 100), "{ends:?}");
    assert!(ends.refused > 10, "{ends:?}");
}
