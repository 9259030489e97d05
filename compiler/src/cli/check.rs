//! `xcc check`: errors in the source, then whether each workflow keeps its promises over every order of delivery and every failure.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::Exit;
use super::args::CheckArgs;
use super::build::compile;
use super::models;
use super::proof::Proof;
use super::session::{Progress, Session};
use super::table::number;
use crate::analysis::explore::{Limits, Model, Verdict, explore, matrix};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Reported};
use crate::ir::Program;
use crate::project::Lowered;

const MEBIBYTE: usize = 1 << 20;

/// Whether the user has asked to stop.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

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
    stop_on_interrupt();
    let (_, bound) = compile(&options.project, session)?;
    let program = &bound.lowered.program;
    let workflows = program.workflows.keys();
    let models: Vec<_> = workflows
        .map(|workflow| Model::of(program, workflow))
        .collect();
    let proofs: Vec<_> = models
        .iter()
        .map(|model| prove(options, program, model, progress, session))
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
    options: &CheckArgs,
    program: &Program,
    model: &Model,
    progress: &Progress,
    session: &mut Session,
) -> Proof {
    let limits = Limits {
        states: options.states,
        memory: options.memory.saturating_mul(MEBIBYTE),
        threads: options.threads.max(1),
        stop: &INTERRUPTED,
    };
    let name = &program.workflows[model.workflow].name;
    let exploration = explore(model, limits, &mut |reached| {
        let states = number(reached.states);
        progress.say(format!("xcc: checking {name}: {states} states"));
    });
    if let Some(diagnostic) = finding(options, program, model, &exploration.verdict) {
        session.diagnostics.error(diagnostic);
    }
    Proof::new(&session.sources, program, model, exploration, || {
        matrix(program, model)
    })
}

/// From now on an interrupt ends the exploration, and what was covered is printed; a second one ends the process.
fn stop_on_interrupt() {
    // Where there is no such signal, the process ends as it always did.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
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
    let (code, title, label) = match verdict {
        Verdict::Proved => return None,
        Verdict::Violated(promise, _) => (
            Code::PromiseBroken,
            format!("workflow `{name}` breaks a promise"),
            format!("it does not hold that {promise}"),
        ),
        Verdict::Stuck(_) => (
            Code::PromiseBroken,
            format!("workflow `{name}` can get stuck"),
            "an instance can come to where nothing settles it".to_owned(),
        ),
        Verdict::TooManyRules => {
            let (code, title, _) = not_proved(name, "");
            let label = "one of its transactions can go too many ways to follow".to_owned();
            (code, title, label)
        }
        Verdict::TooManyStates => not_proved(name, &format!("more than {} states", options.states)),
        Verdict::TooMuchMemory => not_proved(name, &format!("more than {} MiB", options.memory)),
        Verdict::Stopped => not_proved(name, "more time than it was given"),
    };
    let diagnostic = Diagnostic::new(code, title).primary(workflow.span, label);
    Some(match code {
        Code::NotProved => diagnostic
            .note("nothing is known to be wrong, and nothing is known to be right")
            .help("give it more room: `xcc check --states N --memory MIB`, or split the workflow"),
        _ => diagnostic
            .note("the way there is printed as a timeline on standard output")
            .help("this is a bug in xcc: no source that it accepts should come to this; please report it with the source"),
    })
}

fn not_proved(name: &str, need: &str) -> (Code, String, String) {
    let title = format!("workflow `{name}` is not proved");
    (Code::NotProved, title, format!("exploring it takes {need}"))
}
