//! How many states a second the explorer visits, on one thread and on two, beside the verifier that SPIN makes of the same model.
//!
//! The model is a workflow whose steps may be passed over, tried again or parked, which gives it nearly a million states. All three
//! visit every state and check every promise; the explorer also makes sure that each state leads to a settled one, and keeps how
//! it was reached. What each needs for a state is part of the names.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use xcc::analysis::explore::{Exploration, Limits, Model, Verdict, explore};
use xcc::export::promela;
use xcc_tests::checkers::spin::{Purpose, Verifier};
use xcc_tests::project::{declarations, feature};

const HEAD: &str = r#"
workflow Feature on ethereum (user: address@ethereum, owner: address@base, amount: u64) {
    authorise user;
    transport wormhole;
"#;

/// Steps that are passed over when they are refused: on every kind of chain.
const PASSED_OVER: [&str; 7] = [
    "Solana.run(amount) accounts { state: @STATE, authority: self } gas 50_000",
    "Base.run(amount) gas 100_000",
    "Sui.run(amount) objects { state: @OBJECT } gas 1_000_000",
    "Aptos.run(amount) gas 100_000",
    "Base.run(amount) gas 100_000",
    "Sui.run(amount) objects { state: @OBJECT } gas 1_000_000",
    "Aptos.run(amount) gas 100_000",
];
/// How many steps have compensations that may be parked.
const PARKED: usize = 6;

/// The source of the workflow.
fn source() -> String {
    let mut source = declarations() + HEAD;
    let refused = "within 1h compensate none on refused";
    for (index, call) in PASSED_OVER.iter().enumerate() {
        let _ = writeln!(source, "step passed{index} = {call} {refused} continue;");
    }
    let _ = writeln!(
        source,
        "step tried = Base.run(amount) gas 100_000 {refused} retry 3;"
    );
    for index in 0..PARKED {
        let _ = writeln!(
            source,
            "step parked{index} = Base.run(amount) -> (receipt) within 1h gas 100_000
             compensate Base.undo(parked{index}.receipt) gas 100_000 else hold for owner;"
        );
    }
    source + "}\n"
}

fn explored(model: &Model, threads: usize) -> Exploration {
    let limits = Limits {
        states: u64::MAX,
        memory: usize::MAX,
        threads,
        stop: &AtomicBool::new(false),
    };
    explore(model, limits, &mut |_| {})
}

fn states_a_second(criterion: &mut Criterion) {
    let project = feature("large", &source());
    let program = &project.compiled.lowered.program;
    let workflow = program.workflows.keys().next().expect("it has a workflow");
    let model = Model::of(program, workflow);
    let verifier = Verifier::compile(&promela(program, &model), Purpose::Speed)
        .unwrap_or_else(|error| panic!("{error}"));

    let explorations = [1, 2].map(|threads| explored(&model, threads));
    let verified = verifier.run().unwrap_or_else(|error| panic!("{error}"));
    for exploration in &explorations {
        assert_eq!(exploration.verdict, Verdict::Proved);
        assert_eq!(exploration.states, verified.report.states);
    }
    assert_eq!(verified.report.violation, None);

    let mut group = criterion.benchmark_group("states");
    group.sample_size(10);
    group.throughput(Throughput::Elements(verified.report.states));
    for (threads, exploration) in (1..).zip(&explorations) {
        let bytes = exploration.bytes_per_state;
        let name = format!("xcc, threads: {threads}, {bytes} bytes a state");
        group.bench_function(name, |bencher| {
            bencher.iter(|| explored(black_box(&model), threads));
        });
    }
    let bytes = verified.bytes_per_state.expect("enough states are stored");
    group.bench_function(
        format!("SPIN, one core, {bytes} bytes a state"),
        |bencher| {
            bencher.iter(|| verifier.run().map(|verified| verified.report.states));
        },
    );
    group.finish();
}

criterion_group!(benches, states_a_second);
criterion_main!(benches);
