//! `xcc sim`: seeded runs of a workflow in which much goes wrong, and what happened in them.

mod args;
mod report;
mod setup;
mod trace;

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;

use super::Exit;
use super::build::compile;
use super::interrupt::stop_on_interrupt;
use super::session::{Progress, Session};
use super::table::number;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Reported};
use crate::interp::Setting;
use crate::ir::Phase;
use crate::sim::{FailureKind, Options, Run, Subject, replay, shrink, simulate};
pub(super) use args::SimArgs;
use report::Report;
use setup::Setup;

/// What is printed.
struct Printed {
    text: String,
    json: Json,
}

pub(super) fn sim(options: &SimArgs, session: &mut Session) -> Exit {
    let progress = session.progress("xcc: simulating");
    let printed = run(options, &progress, session);
    drop(progress);
    let (text, json) = match printed {
        Ok(Printed { text, json }) => (Some(text), Some(json)),
        Err(_) => (None, None),
    };
    let exit = session.finish("sim", json);
    if let Some(text) = text
        && session.is_chatty()
    {
        session.print(&text);
    }
    exit
}

fn run(
    arguments: &SimArgs,
    progress: &Progress,
    session: &mut Session,
) -> Result<Printed, Reported> {
    let stop = stop_on_interrupt();
    let (_, bound) = compile(&arguments.project, session)?;
    let lowered = &bound.lowered;
    let workflow = setup::workflow(arguments, &lowered.program)
        .map_err(|diagnostic| session.diagnostics.error(diagnostic))?;
    let setting = Setting::of(&lowered.program, workflow, &bound.deployment);
    let subject = Subject::new(&lowered.program, &lowered.facts, workflow, setting);
    let setup = setup::setup(arguments, &subject, session)?;
    let mut report = Report::new(&subject, arguments);
    simulate_all(&setup, &subject, stop, progress, &mut report);
    judge(&subject, &setup, &report, session);
    if let Some(format) = arguments.trace
        && let Some((options, run)) = report.shown()
    {
        let path = arguments.trace_path(format);
        trace::write(&path, format, &subject, options, run)
            .map_err(|diagnostic| session.diagnostics.error(diagnostic))?;
        session.say(&format!("xcc: wrote {}", path.display()));
    }
    Ok(Printed {
        text: report.to_text(session.color()),
        json: report.to_json(),
    })
}

/// Makes the runs one after another, until the user asks to stop. The first that fails is made shorter.
fn simulate_all(
    setup: &Setup,
    subject: &Subject<'_>,
    stop: &AtomicBool,
    progress: &Progress,
    report: &mut Report<'_>,
) {
    for count in 0..setup.runs {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let done = number(count);
        progress.say(format!("xcc: simulating: {done} runs"));
        let options = Options {
            seed: setup.options.seed.wrapping_add(count),
            ..setup.options.clone()
        };
        let run = one_run(setup, subject, &options);
        let is_first = run.failure.is_some() && !report.has_failed();
        let run = match is_first && !setup.is_given() {
            true => {
                report.count(&run);
                progress.say("xcc: making the failing run shorter".to_owned());
                shrink(subject, &options, run)
            }
            false => {
                report.count(&run);
                run
            }
        };
        report.keep(options, run);
    }
}

fn one_run(setup: &Setup, subject: &Subject<'_>, options: &Options) -> Run {
    match &setup.replay {
        Some(schedule) => replay(subject, options, schedule),
        None => simulate(subject, options),
    }
}

/// Reports what is wrong with the runs.
fn judge(subject: &Subject<'_>, setup: &Setup, report: &Report<'_>, session: &mut Session) {
    let workflow = subject.workflow();
    let Some((options, run)) = report.shown() else {
        return;
    };
    if let Some(failure) = &run.failure {
        let what = failure.describe(subject.program);
        let diagnostic = match failure.kind {
            FailureKind::Unexpected(..) => {
                let title = format!("a run of `{}` ends otherwise than expected", workflow.name);
                Diagnostic::new(Code::ExpectationUnmet, title)
                    .primary(workflow.span, what)
                    .help("the last line of the output repeats the run")
            }
            _ => {
                let title = format!("workflow `{}` breaks a promise", workflow.name);
                Diagnostic::new(Code::PromiseBroken, title)
                    .primary(workflow.span, what)
                    .note("the way there is printed as a timeline on standard output")
                    .help("this is a bug in xcc: no source that it accepts should come to this; please report it with the source")
            }
        };
        session
            .diagnostics
            .error(diagnostic.note(format!("the seed is {}", options.seed)));
        return;
    }
    let is_expected = setup.options.script.expect.phase == Some(Phase::Idle);
    if let Some(reason) = report.nothing_started()
        && !is_expected
    {
        let title = format!("no instance of `{}` starts", workflow.name);
        let diagnostic = Diagnostic::new(Code::NothingStarts, title)
            .primary(workflow.span, reason)
            .help(
                "let a scenario say who starts it and with which inputs: `xcc sim --scenario FILE`",
            );
        session.diagnostics.error(diagnostic);
    }
}
