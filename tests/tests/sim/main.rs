//! The simulator: that sound workflows keep their promises in every run, that faults strike, and that deliberate faults of the
//! protocol are found and shrunk.

mod faults;
mod forks;
mod notation;
mod scenarios;
mod sound;
mod traces;

use std::sync::LazyLock;

use xcc::analysis::Facts;
use xcc::interp::Setting;
use xcc::ir::{Part, Program};
use xcc::sim::text::Teller;
use xcc::sim::{Behaviour, Fails, Options, Run, Script, Subject, Weights, simulate};
use xcc::types::Type;
use xcc_tests::interp::whole;
use xcc_tests::project::{Project, examples, features};

/// Every example and every feature, compiled once.
fn projects() -> &'static [Project] {
    static PROJECTS: LazyLock<Vec<Project>> = LazyLock::new(|| {
        let examples = examples()
            .into_iter()
            .map(|folder| Project::compile(&folder, &[]).unwrap_or_else(|error| panic!("{error}")));
        examples.chain(features()).collect()
    });
    &PROJECTS
}

/// One of them.
fn project(name: &str) -> &'static Project {
    let mut projects = projects().iter();
    projects.find(|project| project.name == name).expect(name)
}

/// Its only workflow.
fn subject(project: &'static Project) -> Subject<'static> {
    let lowered = &project.compiled.lowered;
    subject_of(project, &lowered.program, &lowered.facts)
}

/// The same workflow, lowered otherwise.
fn subject_of<'p>(project: &Project, program: &'p Program, facts: &'p Facts) -> Subject<'p> {
    let workflow = program.workflows.keys().next().expect("one workflow");
    let setting = Setting::of(program, workflow, &project.compiled.deployment);
    Subject::new(program, facts, workflow, setting)
}

/// What is not left to the seed where amounts are converted: hardly any that is drawn is whole in units with fewer decimal places.
fn script(project: &Project, subject: &Subject<'_>) -> Script {
    let mut script = Script::default();
    if !project.name.ends_with("amounts") {
        return script;
    }
    let workflow = &subject.program.workflows[subject.workflow];
    let inputs = workflow.inputs.iter().enumerate();
    script.inputs = inputs
        .filter_map(|(position, input)| Some((position, whole(&input.name)?)))
        .collect();
    for &step in &workflow.steps {
        let results = subject.program.steps[step].results.iter();
        let numbers = results.filter(|result| matches!(result.ty, Type::Uint(_)));
        let returns = numbers.filter_map(|result| Some((result.name.clone(), whole("banked")?)));
        let behaviour = Behaviour {
            fails: Fails::Never,
            returns: returns.collect(),
        };
        script.behaviours.insert((step, Part::Execution), behaviour);
    }
    script
}

/// One instance, as on the command line.
fn options(seed: u64, weights: Weights) -> Options {
    Options {
        seed,
        moves: 60,
        instances: 1,
        weights,
        script: Script::default(),
    }
}

/// Compares text with its golden in `suite/sim`.
fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(xcc_tests::tools::suite_dir().join("suite/sim"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Compares the timeline of a run with its golden.
fn golden_timeline(name: &str, of: &str, options: &Options) {
    let subject = subject(project(of));
    let run = simulate(&subject, options);
    assert_eq!(run.failure, None);
    let teller = Teller::new(&subject, options, &run);
    golden(name, &teller.timeline(&run));
}

/// The same of a run that was made already.
fn golden_run(name: &str, of: &str, run: &Run) {
    let subject = subject(project(of));
    let options = options(run.seed, Weights::NONE);
    let teller = Teller::new(&subject, &options, run);
    golden(name, &teller.timeline(run));
}
