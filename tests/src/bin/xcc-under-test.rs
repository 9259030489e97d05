//! The `xcc` command as the tests run it: the same code as the real one, and a way to see what a bug in it looks like.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("panic") {
        xcc::cli::report_bugs();
        panic!("on purpose");
    }
    xcc::cli::main()
}
