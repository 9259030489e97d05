//! The command line: reads arguments, runs the pure compiler, and tells the user what came of it.

mod args;
mod build;
mod check;
mod decode;
mod emit;
mod explain;
mod init;
mod interrupt;
mod models;
mod policies;
mod proof;
mod sarif;
mod session;
mod sim;
mod summary;
mod table;
mod verdict;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use session::Session;

/// How a run ended, as the process's exit code says it. A bug in xcc ends with 101.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    /// All is well.
    Success = 0,
    /// The input has errors, or the output is not what it should be.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A file cannot be read or written.
    Io = 3,
}

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    report_bugs();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = match error.use_stderr() {
                true => Exit::Usage,
                false => Exit::Success,
            };
            // Nothing more can be said if printing fails.
            let _ = error.print();
            return ExitCode::from(exit as u8);
        }
    };
    ExitCode::from(run(arguments) as u8)
}

/// From now on, a panic is reported to the user as a bug in xcc.
pub fn report_bugs() {
    std::panic::set_hook(Box::new(report_bug));
}

fn run(arguments: Arguments) -> Exit {
    let mut session = Session::new(&arguments.global);
    match arguments.command {
        Command::Build(options) => build::build(&options, &mut session),
        Command::Check(options) => check::check(&options, &mut session),
        Command::Sim(options) => sim::sim(&options, &mut session),
        Command::Init(options) => init::init(&options, &mut session),
        Command::Explain(options) => explain::explain(&options, &mut session),
        Command::Decode(options) => decode::decode(&options, &mut session),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "xcc", &mut script);
            session.print_bytes(&script);
            Exit::Success
        }
    }
}

/// Says that a panic is xcc's fault, where it happened and how to report it, instead of a backtrace.
fn report_bug(info: &std::panic::PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map(ToString::to_string);
    let text = format!(
        "xcc: this is a bug in xcc, not in your project: {message}\n  \
         at {} in xcc {}\n  \
         please report it with this text, the command, and the smallest source that shows it\n  \
         nothing was written that is not whole; `xcc build --check` tells whether the output is as it should be\n",
        place.unwrap_or_default(),
        crate::VERSION,
    );
    // Nothing more can be said if writing fails.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
