//! What the command line and the scenario ask for.

use std::path::{Path, PathBuf};

use super::SimArgs;
use crate::cli::session::Session;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Reported, did_you_mean};
use crate::ir::{Program, Workflow};
use crate::project::Inputs;
use crate::sim::{Move, Notation, Options, Script, Subject, Weights, scenario};
use crate::syntax::MAX_FILE_BYTES;

/// What is to be simulated, and how.
pub(super) struct Setup {
    /// How many runs; each has the seed after that of the one before.
    pub(super) runs: u64,
    /// Those of the first run.
    pub(super) options: Options,
    /// The moves, if the command line gives them.
    pub(super) replay: Option<Vec<Move>>,
}

impl Setup {
    /// Whether the moves are given, and not drawn.
    pub(super) fn is_given(&self) -> bool {
        self.replay.is_some() || self.options.script.moves.is_some()
    }
}

/// The workflow that is asked for, or else the only one.
pub(super) fn workflow(arguments: &SimArgs, program: &Program) -> Result<Workflow, Diagnostic> {
    let names: Vec<_> = program
        .workflows
        .values()
        .map(|data| data.name.as_str())
        .collect();
    let list = || format!("choose with `--workflow`: {}", names.join(", "));
    let wrong = |title: String| Diagnostic::new(Code::NoSuchWorkflow, title);
    let Some(wanted) = &arguments.workflow else {
        let mut all = program.workflows.keys();
        return match (all.next(), all.next()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => {
                Err(wrong("the project has several workflows".to_owned()).help(list()))
            }
            (None, _) => Err(wrong("the project has no workflow".to_owned())),
        };
    };
    let mut all = program.workflows.iter();
    let found = all.find(|(_, data)| data.name == *wanted);
    found.map(|(workflow, _)| workflow).ok_or_else(|| {
        let diagnostic = wrong(format!("there is no workflow `{wanted}`"));
        match did_you_mean(wanted, names.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(list()),
        }
    })
}

/// Reads the scenario and the moves.
pub(super) fn setup(
    arguments: &SimArgs,
    subject: &Subject<'_>,
    session: &mut Session,
) -> Result<Setup, Reported> {
    let script = match &arguments.scenario {
        Some(path) => read_scenario(path, subject, session)?,
        None => Script::default(),
    };
    let notation = Notation::new(subject, &script);
    let replay = arguments.replay.as_ref().map(|text| {
        notation.parse_all(text).map_err(|reason| {
            let title = format!("the schedule after `--replay` cannot be read: {reason}");
            let help = "take the line as it was printed; compiler/docs/sim.md lists the moves";
            session
                .diagnostics
                .error(Diagnostic::new(Code::NotAMove, title).help(help))
        })
    });
    let weights = match (&arguments.faults, script.faults) {
        (Some(faults), Some(weights)) => {
            let mut chosen = Weights::of(faults.0.iter().copied());
            for &fault in faults.0.iter().filter(|&&fault| weights.get(fault) > 0) {
                chosen.set(fault, weights.get(fault));
            }
            chosen
        }
        (Some(faults), None) => Weights::of(faults.0.iter().copied()),
        (None, weights) => weights.unwrap_or_default(),
    };
    Ok(Setup {
        runs: arguments.runs,
        replay: replay.transpose()?,
        options: Options {
            seed: arguments.seed,
            moves: arguments.moves,
            instances: arguments.instances,
            weights,
            script,
        },
    })
}

/// The scenario is named from where the user stands, not from the project.
fn read_scenario(
    path: &Path,
    subject: &Subject<'_>,
    session: &mut Session,
) -> Result<Script, Reported> {
    let (sources, diagnostics) = (&mut session.sources, &mut session.diagnostics);
    let name = path.to_string_lossy();
    let mut inputs = Inputs::new(PathBuf::new());
    let read = inputs.add(&name, MAX_FILE_BYTES, sources);
    let (source, text) = read.map_err(|error| error.report(None, sources, diagnostics))?;
    scenario::read(source, &text, subject, diagnostics)
}
