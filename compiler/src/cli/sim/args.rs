//! What the command line of `xcc sim` can say.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::cli::args::ProjectArgs;
use crate::diagnostic::did_you_mean;
use crate::sim::{Fault, UnknownFault};

#[derive(Debug, Args)]
#[command(after_help = faults_help())]
pub(in crate::cli) struct SimArgs {
    #[command(flatten)]
    pub(in crate::cli) project: ProjectArgs,
    /// The workflow [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workflow: Option<String>,
    /// What everything is drawn from; the runs after the first have the next numbers
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(in crate::cli) seed: u64,
    /// How many runs to make; a single one is shown as a timeline
    #[arg(long, default_value_t = 1, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub(in crate::cli) runs: u64,
    /// The most moves of a run, before its ending in which nothing goes wrong
    #[arg(long, default_value_t = Self::MOVES, value_name = "NUMBER", value_parser = up_to::<0, 100_000>)]
    pub(in crate::cli) moves: usize,
    /// How many instances take part in a run
    #[arg(long, default_value_t = 1, value_name = "NUMBER", value_parser = up_to::<1, 100>)]
    pub(in crate::cli) instances: usize,
    /// What goes wrong: `all`, `none`, or names with commas between them [default: all, or what the scenario says]
    #[arg(long, value_name = "LIST")]
    pub(in crate::cli) faults: Option<Faults>,
    /// Read who starts instances with which inputs, what targets do, and what is expected, from this file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) scenario: Option<PathBuf>,
    /// Make exactly these moves, as the last line of a run that failed gives them
    #[arg(long, value_name = "MOVES", conflicts_with_all = ["runs", "moves", "faults"])]
    pub(in crate::cli) replay: Option<String>,
    /// Write what happened in the run that failed, or else in the first, to a file
    #[arg(long, value_enum, value_name = "FORM")]
    pub(in crate::cli) trace: Option<TraceFormat>,
    /// The file for it [default: trace.txt, trace.json or trace.mmd]
    #[arg(long, value_name = "FILE", requires = "trace")]
    pub(in crate::cli) trace_to: Option<PathBuf>,
}

/// What may go wrong in a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Faults(pub(in crate::cli) Vec<Fault>);

/// A form of what happened in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TraceFormat {
    /// A lane for each chain
    Text,
    /// JSON, for programs
    Json,
    /// A Mermaid sequence diagram
    Mermaid,
}

impl SimArgs {
    /// The moves of a run if nothing else is said.
    pub(in crate::cli) const MOVES: usize = 60;

    /// Where what happened is written.
    pub(in crate::cli) fn trace_path(&self, format: TraceFormat) -> PathBuf {
        let usual = match format {
            TraceFormat::Text => "trace.txt",
            TraceFormat::Json => "trace.json",
            TraceFormat::Mermaid => "trace.mmd",
        };
        self.trace_to.clone().unwrap_or_else(|| usual.into())
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => return Ok(Faults(Fault::ALL.to_vec())),
            "none" => return Ok(Faults(Vec::new())),
            _ => {}
        }
        let faults = text.split(',').map(|name| {
            name.trim().parse().map_err(|error: UnknownFault| {
                let known = Fault::ALL.map(Fault::name);
                match did_you_mean(&error.0, known) {
                    Some(near) => format!("{error}, did you mean `{near}`?"),
                    None => format!("{error}; there is {}", known.join(", ")),
                }
            })
        });
        faults.collect::<Result<_, _>>().map(Faults)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|fault| fault.name()).collect();
        match names.len() {
            0 => f.write_str("none"),
            count if count == Fault::ALL.len() => f.write_str("all"),
            _ => f.write_str(&names.join(",")),
        }
    }
}

/// A number between two others.
fn up_to<const LEAST: usize, const MOST: usize>(text: &str) -> Result<usize, String> {
    let number = text.parse().ok();
    let number = number.filter(|number| (LEAST..=MOST).contains(number));
    number.ok_or_else(|| format!("this must be a whole number from {LEAST} to {MOST}"))
}

/// The faults of a simulation, as `xcc sim --help` lists them.
fn faults_help() -> String {
    let lines = Fault::ALL.map(|fault| format!("\n  {:<12}{}", fault.name(), fault.describe()));
    format!("Faults:{}", lines.concat())
}
