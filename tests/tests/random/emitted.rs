//! Every back end writes every workflow, and the same each time.

use xcc::ir::print::program_to_string;
use xcc::vm::Vm;
use xcc_tests::generate::{Sample, Sizes, Style};

const PROJECTS: u64 = 500;

/// The project of a seed that is to be emitted.
fn sample(seed: u64) -> Sample {
    Sample::of_seed(seed, Style::Emitted, Sizes::default())
}

#[test]
fn every_project_is_emitted_for_each_of_its_chains() {
    let mut emitted = 0;
    for seed in 0..PROJECTS {
        let sample = sample(seed);
        let compiled = sample.emit();
        let (_, compiled) = compiled.unwrap_or_else(|refused| {
            let least = sample.shrink(|sample| sample.emit().is_err());
            panic!("{}\n{refused}", least.listing())
        });
        let files = compiled.artifacts.files;
        let program = compiled.lowered.program;
        for machine in program.machines.values() {
            let vm = program.declarations.chains[machine.chain].vm;
            let ending = match vm {
                Vm::Evm => ".sol",
                Vm::Svm => ".rs",
                Vm::Sui | Vm::Aptos => ".move",
            };
            let is_there = files
                .keys()
                .any(|path| path.starts_with(&format!("{vm}/")) && path.ends_with(ending));
            assert!(is_there, "nothing for {vm}: {}", sample.listing());
        }
        emitted += files.len();
    }
    assert!(emitted > 10 * PROJECTS as usize, "only {emitted} files");
}

/// From the seed to the last file, nothing depends on anything else.
#[test]
fn a_seed_gives_the_same_project_and_that_the_same_output() {
    for seed in 0..100 {
        let (one, other) = (sample(seed), sample(seed));
        assert_eq!(one.files, other.files, "{seed}");
        let emit = |sample: &Sample| sample.emit().map(|(_, compiled)| compiled);
        let (one, other) = (emit(&one).unwrap(), emit(&other).unwrap());
        let text = |program| program_to_string(program);
        let programs = (&one.lowered.program, &other.lowered.program);
        assert_eq!(text(programs.0), text(programs.1), "{seed}");
        assert_eq!(one.artifacts.files, other.artifacts.files, "{seed}");
    }
    assert_ne!(sample(0).files, sample(1).files);
}
