//! How fast xcc compiles a project of 1,000 workflows of four steps, phase by phase, as a whole beside naga in the same run, and with
//! all that the command writes.
//!
//! naga is the closest relative: it too parses a text, checks it, and spells one arena-based IR in several languages. It gets as many
//! shader functions as make its output about as large, so that the two figures to compare are bytes of output a second. Both have the
//! allocator of the `xcc` command.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use mimalloc::MiMalloc;
use xcc::analysis::analyze;
use xcc::diagnostic::Diagnostics;
use xcc::ir::verify;
use xcc::lower::lower;
use xcc::project::{Compiled, Lowered, Project, check_source, emit, lower_source};
use xcc::source::SourceMap;
use xcc::syntax::parse;
use xcc_tests::large_project::{SOURCE, large_project};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const WORKFLOWS: usize = 1_000;

/// Writes the project to a folder, as a user would have it.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in large_project(WORKFLOWS).files {
        std::fs::write(folder.path().join(path), text).expect("the folder can be written to");
    }
    folder
}

/// The whole of `xcc build` but the writing of files.
fn compile(folder: &Path) -> Compiled {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let mut project =
        Project::open(Some(folder), &mut sources, &mut diagnostics).expect("it opens");
    let checked =
        check_source(&mut project, &mut sources, &mut diagnostics).expect("it is well-formed");
    let profile = project
        .manifest
        .profile(None, &mut diagnostics)
        .expect("it has one profile");
    emit(lower_source(&checked.package), profile, &mut diagnostics).expect("it can be emitted")
}

fn size(compiled: &Compiled) -> u64 {
    compiled
        .artifacts
        .files
        .values()
        .map(|text| text.len() as u64)
        .sum()
}

fn phases(criterion: &mut Criterion) {
    let folder = project();
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let text = std::fs::read_to_string(folder.path().join(SOURCE)).expect("it was just written");
    let mut project =
        Project::open(Some(folder.path()), &mut sources, &mut diagnostics).expect("it opens");
    let checked =
        check_source(&mut project, &mut sources, &mut diagnostics).expect("it is well-formed");
    let program = lower(&checked.package);
    let manifest = project.manifest.clone();
    let profile = manifest
        .profile(None, &mut diagnostics)
        .expect("it has one profile");

    let mut group = criterion.benchmark_group("phase");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("parse", |bencher| {
        let source = sources.add(SOURCE, text.as_str());
        bencher
            .iter(|| parse(source, black_box(&text), &mut Diagnostics::new()).expect("it parses"));
    });
    group.bench_function("read and check", |bencher| {
        bencher.iter(|| {
            let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
            check_source(&mut project, &mut sources, &mut diagnostics).expect("it is well-formed")
        });
    });
    group.bench_function("lower", |bencher| {
        bencher.iter(|| lower(black_box(&checked.package)))
    });
    group.bench_function("verify", |bencher| {
        bencher.iter(|| verify(black_box(&program)))
    });
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| analyze(black_box(&program)))
    });
    group.bench_function("emit", |bencher| {
        let lowered = || Lowered {
            program: program.clone(),
            facts: analyze(&program),
        };
        let emit =
            |lowered| emit(lowered, profile, &mut Diagnostics::new()).expect("it can be emitted");
        bencher.iter_batched(lowered, emit, BatchSize::PerIteration);
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let folder = project();
    let output = size(&compile(folder.path()));
    let shaders = shaders_with_output(output);
    let peer_output = shaders.iter().map(|shader| translate(shader)).sum();

    let mut group = criterion.benchmark_group("whole");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(output));
    group.bench_function("xcc, 1,000 workflows", |bencher| {
        bencher.iter(|| compile(black_box(folder.path())))
    });
    group.throughput(Throughput::Bytes(peer_output));
    group.bench_function("naga, as much output", |bencher| {
        bencher.iter(|| {
            shaders
                .iter()
                .map(|shader| translate(black_box(shader)))
                .sum::<u64>()
        })
    });
    group.finish();
}

/// `xcc build` into a folder where nothing was built before, from the start of the process to its end.
fn command(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("command");
    group.sample_size(10);
    // File systems take longer to make files where others were just removed, so the folders are kept to the end.
    let mut built = Vec::new();
    group.bench_function("xcc build, 1,000 workflows", |bencher| {
        bencher.iter_batched(
            project,
            |folder| {
                let mut xcc = Command::new(env!("CARGO_BIN_EXE_xcc-under-test"));
                let output = xcc.arg("build").arg(folder.path()).output();
                assert!(output.expect("xcc runs").status.success());
                built.push(folder);
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// As many shaders of a usual size as make their translations have about so many bytes. One huge shader would be unfair: its cost grows
/// faster than its size.
fn shaders_with_output(bytes: u64) -> Vec<String> {
    let sample = shader(50);
    let count = bytes / translate(&sample).max(1);
    vec![sample; usize::try_from(count).expect("it fits the memory")]
}

fn shader(functions: u64) -> String {
    let function = |index: u64| {
        format!(
            "struct Record{index} {{ owner: vec4<u32>, amount: u32, status: u32 }}\n\
             fn handle{index}(record: Record{index}, deadline: u32, now: u32) -> u32 {{\n\
             \x20   if (record.status == 0u) {{\n\
             \x20       if (now > deadline) {{ return {index}u; }}\n\
             \x20       return record.amount + record.owner.x;\n\
             \x20   }}\n\
             \x20   switch (record.status) {{\n\
             \x20       case 1u: {{ return record.amount * 2u; }}\n\
             \x20       case 2u, 3u: {{ return record.owner.y; }}\n\
             \x20       default: {{ return 0u; }}\n\
             \x20   }}\n\
             }}\n"
        )
    };
    (0..functions).map(function).collect()
}

/// naga from text to three languages; how many bytes they have.
fn translate(shader: &str) -> u64 {
    use naga::valid::{Capabilities, ValidationFlags, Validator};
    let module = naga::front::wgsl::parse_str(shader).expect("the shader parses");
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::all());
    let info = validator.validate(&module).expect("the shader is valid");
    let (msl, _) = naga::back::msl::write_string(
        &module,
        &info,
        &naga::back::msl::Options::default(),
        &naga::back::msl::PipelineOptions::default(),
    )
    .expect("it can be written as Metal");
    let mut hlsl = String::new();
    let options = naga::back::hlsl::Options::default();
    naga::back::hlsl::Writer::new(
        &mut hlsl,
        &options,
        &naga::back::hlsl::PipelineOptions::default(),
    )
    .write(&module, &info, None)
    .expect("it can be written as HLSL");
    let wgsl =
        naga::back::wgsl::write_string(&module, &info, naga::back::wgsl::WriterFlags::empty())
            .expect("it can be written as WGSL");
    (msl.len() + hlsl.len() + wgsl.len()) as u64
}

criterion_group!(benches, phases, whole, command);
criterion_main!(benches);
