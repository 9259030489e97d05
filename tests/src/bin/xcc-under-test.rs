//! The `xcc` command as the tests run it: the same code as the real one, and a way to see what a bug in it looks like.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("panic") {
        xcc::cli::report_bugs();
        panic!("on purpose");
    }
    xcc::cli::main()
}
