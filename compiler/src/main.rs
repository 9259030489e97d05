//! The `xcc` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    xcc::cli::main()
}
