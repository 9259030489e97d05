//! The `xcc` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Compiling makes millions of short texts, and this allocator takes half the time of the usual one for them.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    xcc::cli::main()
}
