//! What the command line can say.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::sim::SimArgs;

/// Compiles one description of a workflow across chains into the contracts that run it on each of them.
#[derive(Debug, Parser)]
#[command(name = "xcc", version, about, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 all is well · 1 errors in the input, or output that is not as it should be · \
                  2 wrong command line · 3 a file cannot be read or written · 101 a bug in xcc"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// How findings and results are printed
    #[arg(long, global = true, value_enum, default_value_t = FormatChoice::Human)]
    pub(super) format: FormatChoice,
    /// Whether to print in colour; `auto` does on a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// Print findings only
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Compile a project and write its contracts
    Build(BuildArgs),
    /// Report errors, and prove what each workflow promises, without writing anything
    Check(CheckArgs),
    /// Simulate runs in which much goes wrong, and show what happens
    Sim(SimArgs),
    /// Write a small project to begin with
    Init(InitArgs),
    /// Explain an error code, or list them all
    Explain(ExplainArgs),
    /// Say what the bytes of a message mean
    Decode(DecodeArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// Which project, and which of its profiles.
#[derive(Debug, Args)]
pub(super) struct ProjectArgs {
    /// The project's folder [default: the current one or the nearest around it with an xcc.toml]
    pub(super) path: Option<PathBuf>,
    /// The profile that binds chains, contracts and constants [default: the only one, or `default-profile`]
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub(super) project: ProjectArgs,
    /// Write nothing, and fail unless the output is exactly what a build would write
    #[arg(long, conflicts_with_all = ["force", "emit"])]
    pub(super) check: bool,
    /// Overwrite output that was edited by hand, and files in the way that xcc did not write
    #[arg(long)]
    pub(super) force: bool,
    /// Print what a phase of the compiler makes of the source, and write nothing
    #[arg(long, value_enum, value_name = "PHASE", conflicts_with = "force")]
    pub(super) emit: Option<Emit>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) project: ProjectArgs,
    /// The most states of a workflow to visit; one with more is not proved
    #[arg(long, default_value_t = 5_000_000, value_name = "NUMBER")]
    pub(super) states: u64,
    /// The most memory for them, in MiB
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    pub(super) memory: usize,
    /// How many threads visit them
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(super) threads: usize,
    /// Write what was proved, of which model and under which assumptions, to this file, if all of it was
    #[arg(long, value_name = "FILE")]
    pub(super) certificate: Option<PathBuf>,
    /// Write the models for another model checker too
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(super) export: Option<ModelLanguage>,
    /// The folder for them
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "models",
        requires = "export"
    )]
    pub(super) export_to: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder, which is created if need be
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// The project's name [default: the folder's]
    #[arg(long)]
    pub(super) name: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The code, such as XCC0107; without it all codes are listed
    pub(super) code: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct DecodeArgs {
    /// The message in hexadecimal, with or without 0x
    pub(super) message: String,
    /// The project whose message it is [default: as for build]
    pub(super) path: Option<PathBuf>,
}

/// A language of a model checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ModelLanguage {
    /// Promela, for SPIN
    Promela,
    /// TLA+, for TLC
    Tla,
}

/// A phase whose product can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Emit {
    /// The syntax tree
    Ast,
    /// The checked program
    Hir,
    /// The intermediate representation
    Ir,
    /// Layouts, fingerprints and budgets
    Facts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatChoice {
    /// For people: excerpts of the source, reasons, tables
    Human,
    /// One line for each finding
    Short,
    /// One JSON object on standard output
    Json,
    /// The findings as a SARIF 2.1.0 log on standard output
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
