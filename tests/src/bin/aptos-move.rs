//! Builds or tests one Aptos Move package with the compiler library: `aptos-move LIBRARY PACKAGE build|test`.
//!
//! A process of its own, because the library prints, changes the working directory and keeps global state. Diagnostics go to
//! standard error, test results to standard output; the exit code is 0 for success and 1 for anything else.
//!
//! The library's C interface takes its arguments as BCS structures; these are the ones of `libcompiler` in npm's
//! `@initia/builder.js` 0.2.12.

#![allow(
    clippy::print_stderr,
    reason = "talking to its caller is all this program does"
)]

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use libloading::{Library, Symbol};
use serde::Serialize;

/// The newest language version whose code the chain's verifier took when the library was made.
const LANGUAGE: &str = "2.1";
const COMPILER: &str = "2.1";
const BYTECODE: u32 = 7;

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aptos-move: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<OsString>) -> Result<(), Box<dyn Error>> {
    let [library, package, mode] = &args[..] else {
        return Err("usage: aptos-move LIBRARY PACKAGE build|test".into());
    };
    let arguments = bcs::to_bytes(&Arguments::new(package.into()))?;
    // SAFETY: the library is the one whose hash the installer checked; its initializers have no preconditions.
    let library = unsafe { Library::new(library)? };
    // SAFETY: the signatures below are those of the library's C interface, and every buffer outlives its call.
    let error = unsafe {
        if mode == "test" {
            let test: Symbol<TestMovePackage> = library.get(b"test_move_package")?;
            let options = bcs::to_bytes(&TestOptions::default())?;
            call(|error| test(error, View::of(&arguments), View::of(&options)))
        } else {
            let build: Symbol<BuildMovePackage> = library.get(b"build_move_package")?;
            call(|error| build(error, View::of(&arguments)))
        }
    };
    // Unloading would run destructors of threads the library may have left behind.
    std::mem::forget(library);
    error.map_or(Ok(()), |error| Err(error.into()))
}

/// Calls the library and returns its error, if it reported one.
fn call(function: impl FnOnce(*mut Buffer) -> Buffer) -> Option<String> {
    let mut error = Buffer {
        is_none: true,
        pointer: std::ptr::null_mut(),
        length: 0,
        capacity: 0,
    };
    let result = function(&raw mut error);
    if error.is_none {
        return result
            .is_none
            .then(|| "the library gave neither a result nor an error".to_owned());
    }
    // SAFETY: the library filled the buffer in, and nobody has freed it.
    let bytes = unsafe { std::slice::from_raw_parts(error.pointer, error.length) };
    Some(String::from_utf8_lossy(bytes).into_owned())
}

type BuildMovePackage = unsafe extern "C" fn(*mut Buffer, View) -> Buffer;
type TestMovePackage = unsafe extern "C" fn(*mut Buffer, View, View) -> Buffer;

/// Bytes lent to the library.
#[repr(C)]
struct View {
    is_nil: bool,
    pointer: *const u8,
    length: usize,
}

/// Bytes owned by the library.
#[repr(C)]
struct Buffer {
    is_none: bool,
    pointer: *mut u8,
    length: usize,
    capacity: usize,
}

impl View {
    fn of(bytes: &[u8]) -> Self {
        Self {
            is_nil: false,
            pointer: bytes.as_ptr(),
            length: bytes.len(),
        }
    }
}

#[derive(Serialize)]
struct Arguments {
    package_path: Option<PathBuf>,
    verbose: bool,
    build: BuildOptions,
}

#[derive(Serialize)]
struct BuildOptions {
    dev_mode: bool,
    test_mode: bool,
    generate_docs: bool,
    generate_abis: bool,
    install_dir: Option<String>,
    force_recompilation: bool,
    fetch_deps_only: bool,
    skip_fetch_latest_git_deps: bool,
    bytecode_version: u32,
    compiler_version: &'static str,
    language_version: &'static str,
    additional_named_addresses: Vec<(String, [u8; 32])>,
}

#[derive(Default, Serialize)]
struct TestOptions {
    filter: Option<String>,
    report_statistics: bool,
    report_storage_on_error: bool,
    ignore_compile_warnings: bool,
    compute_coverage: bool,
}

impl Arguments {
    fn new(package: PathBuf) -> Self {
        let build = BuildOptions {
            dev_mode: false,
            test_mode: false,
            generate_docs: false,
            generate_abis: false,
            install_dir: None,
            force_recompilation: false,
            fetch_deps_only: false,
            skip_fetch_latest_git_deps: true,
            bytecode_version: BYTECODE,
            compiler_version: COMPILER,
            language_version: LANGUAGE,
            additional_named_addresses: Vec::new(),
        };
        Self {
            package_path: Some(package),
            verbose: false,
            build,
        }
    }
}
