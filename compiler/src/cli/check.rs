//! `xcc check`: errors in the source, then whether each workflow keeps its promises over every order of delivery and every failure.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use super::Exit;
use super::args::CheckArgs;
use super::build::compile;
use super::interrupt::stop_on_interrupt;
use super::models;
use super::policies::warnings;
use super::proof::Proof;
use super::session::{Progress, Session};
use super::table::number;
use crate::analysis::explore::{Limits, Model, Verdict, explore, matrix};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Reported};
use crate::ir::Program;
use crate::project::Lowered;
use crate::source::Span;

const MEBIBYTE: usize = 1 << 20;

/// What helps against too many states.
const MORE_ROOM: &str =
    "give it more room: `xcc check --states N --memory MIB`, or split the workflow";

/// What helps against too many ways through one transaction; no room does.
const FEWER_WAYS: &str = "more room does not help: split the workflow, or let fewer home steps of one transaction be passed over (`on refused continue`) or left to somebody (`else hold for`)";

pub(super) fn check(options: &CheckArgs, session: &mut Session) -> Exit {
    let progress = session.progress("xcc: checking");
    let proofs = run(options, &progress, session);
    drop(progress);
    let result = proofs
        .as_ref()
        .ok()
        .map(|proofs| Value::from_iter(proofs.iter().map(Proof::to_json)));
    let exit = session.finish("check", result);
    if let Ok(proofs) = proofs
        && session.is_chatty()
    {
        let texts = proofs.iter().map(|proof| proof.to_text(session.color()));
        session.print(&texts.collect::<Vec<_>>().join("\n"));
    }
    exit
}

fn run(
    options: &CheckArgs,
    progress: &Progress,
    session: &mut Session,
) -> Result<Vec<Proof>, Reported> {
    let stop = stop_on_interrupt();
    let (_, bound) = compile(&options.project, session)?;
    let program = &bound.lowered.program;
    let workflows = program.workflows.keys();
    let models: Vec<_> = workflows
        .map(|workflow| Model::of(program, workflow))
        .collect();
    let proofs: Vec<_> = models
        .iter()
        .map(|model| prove((options, stop), program, model, progress, session))
        .collect();
    let written = write(options, &bound.lowered, &models, &proofs);
    let paths = written.map_err(|diagnostic| session.diagnostics.error(diagnostic))?;
    for path in paths {
        session.say(&format!("xcc: wrote {}", path.display()));
    }
    Ok(proofs)
}

/// Writes what is asked for; a certificate only of a whole proof.
fn write(
    options: &CheckArgs,
    lowered: &Lowered,
    models: &[Model],
    proofs: &[Proof],
) -> Result<Vec<PathBuf>, Diagnostic> {
    let program = &lowered.program;
    let mut paths = match options.export {
        Some(language) => {
            let whole: Vec<_> = models.iter().filter(|model| model.is_whole).collect();
            models::write_models(language, &options.export_to, program, &whole)?
        }
        None => Vec::new(),
    };
    if let Some(path) = &options.certificate
        && proofs.iter().all(Proof::is_proved)
    {
        models::write_certificate(path, program, &lowered.facts, models, proofs)?;
        paths.push(path.clone());
    }
    Ok(paths)
}

fn prove(
    (options, stop): (&CheckArgs, &AtomicBool),
    program: &Program,
    model: &Model,
    progress: &Progress,
    session: &mut Session,
) -> Proof {
    let limits = Limits {
        states: options.states,
        memory: options.memory.saturating_mul(MEBIBYTE),
        threads: options.threads.max(1),
        stop,
    };
    let name = &program.workflows[model.workflow].name;
    let exploration = explore(model, limits, &mut |reached| {
        let states = number(reached.states);
        progress.say(format!("xcc: checking {name}: {states} states"));
    });
    if let Some(diagnostic) = finding(options, program, model, &exploration.verdict) {
        session.diagnostics.error(diagnostic);
    }
    let is_proved = exploration.verdict == Verdict::Proved;
    let matrix = is_proved.then(|| matrix(program, model));
    for warning in matrix.iter().flat_map(|matrix| warnings(program, matrix)) {
        session.diagnostics.warning(warning);
    }
    Proof::new(
        &session.sources,
        program,
        model,
        exploration,
        matrix.as_ref(),
    )
}

/// What is to be said of a workflow that is not proved.
fn finding(
    options: &CheckArgs,
    program: &Program,
    model: &Model,
    verdict: &Verdict,
) -> Option<Diagnostic> {
    let workflow = &program.workflows[model.workflow];
    let name = &workflow.name;
    let takes = |need: &str| (format!("exploring it takes {need}"), MORE_ROOM);
    let (label, help) = match verdict {
        Verdict::Proved => return None,
        Verdict::Violated(promise, _) => {
            let title = format!("workflow `{name}` breaks a promise");
            return Some(broken(
                workflow.span,
                title,
                format!("it does not hold that {promise}"),
            ));
        }
        Verdict::Stuck(_) => {
            let title = format!("workflow `{name}` can get stuck");
            let label = "an instance can come to where nothing settles it".to_owned();
            return Some(broken(workflow.span, title, label));
        }
        Verdict::TooManyRules => (
            "one of its transactions can go too many ways to follow".to_owned(),
            FEWER_WAYS,
        ),
        Verdict::TooManyStates => takes(&format!("more than {} states", options.states)),
        Verdict::TooMuchMemory => takes(&format!("more than {} MiB", options.memory)),
        Verdict::Stopped => takes("more time than it was given"),
    };
    let title = format!("workflow `{name}` is not proved");
    let diagnostic = Diagnostic::new(Code::NotProved, title).primary(workflow.span, label);
    Some(
        diagnostic
            .note("nothing is known to be wrong, and nothing is known to be right")
            .help(help),
    )
}

/// What is to be said of a workflow that does not keep its promises.
fn broken(workflow: Span, title: String, label: String) -> Diagnostic {
    Diagnostic::new(Code::PromiseBroken, title)
        .primary(workflow, label)
        .note("the way there is printed as a timeline on standard output")
        .help("this is a bug in xcc: no source that it accepts should come to this; please report it with the source")
}
