//! Compiles Solana programs: for this machine, with clippy, and to the real SBPF v3 code that the chain runs.
//!
//! The code comes from upstream LLVM through the toolchain of `tests/tools/sbf`, so compute units measured with it are those
//! of upstream LLVM; the Solana tools' own compiler may differ by some percent. Set `XCC_CARGO_BUILD_SBF` to the path of
//! `cargo-build-sbf` to use that instead.
//!
//! Crates are copied into the cache and compiled there; target folders stay in the cache too, so only what changed is
//! compiled again. Results are kept by everything they depend on.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::program_crate::{Diagnostic, ProgramCrate, Stage, read_messages};
use crate::tools::{self, Tool, ToolError};

/// What compiling a program gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// The program, ready to deploy; empty after an error.
    pub elf: Vec<u8>,
    /// Errors and warnings of compiler and linker. A stack frame over 4096 bytes is an error of the linker's, and its
    /// rendered text names the function.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a program with clippy on this machine, which is fast and sees everything but the target's limits.
///
/// # Errors
/// A missing tool, or a crate that cargo does not understand.
pub fn check(program: &ProgramCrate) -> Result<Vec<Diagnostic>, ToolError> {
    let stage = program.stage("host", |_, _| ())?;
    let key = [
        &b"clippy"[..],
        &stage.key,
        env!("CARGO_PKG_RUST_VERSION").as_bytes(),
    ];
    let messages = tools::cached("programs", &key, || {
        let mut clippy = Command::new("cargo");
        clippy
            .args(["clippy", "--quiet", "--message-format", "json", "--lib"])
            .current_dir(&stage.dir);
        clippy.env(
            "CARGO_TARGET_DIR",
            tools::cache_dir().join("target/programs"),
        );
        Ok(run_cargo(&mut clippy)?.stdout)
    })?;
    Ok(read_messages(&messages))
}

/// Compiles a program to SBPF v3; errors in its code are diagnostics.
///
/// # Errors
/// A missing tool, or a crate that cargo does not understand.
pub fn build(program: &ProgramCrate) -> Result<Program, ToolError> {
    let native = std::env::var_os("XCC_CARGO_BUILD_SBF");
    let stage = program.stage("sbf", |manifest, files| {
        if native.is_none() {
            add_builtins(manifest, files);
        }
    })?;
    let builder = match native {
        Some(path) => Builder::Solana(path),
        None => Builder::Upstream(Tool::Sbf.dir()?),
    };
    let answer = tools::cached("sbf", &[&builder.key(), &stage.key], || {
        builder.build(&stage)
    })?;
    let built: Built =
        bcs::from_bytes(&answer).map_err(|error| ToolError::answer("cargo build", error, b""))?;
    Ok(Program {
        elf: built.elf,
        diagnostics: read_messages(&built.messages),
    })
}

/// Which compiler makes the program.
enum Builder {
    /// `cargo-build-sbf` at this path.
    Solana(OsString),
    /// The suite's own toolchain in this folder.
    Upstream(PathBuf),
}

#[derive(Serialize, Deserialize)]
struct Built {
    elf: Vec<u8>,
    messages: Vec<u8>,
}

impl Builder {
    /// The compiler and its flags, for the cache.
    fn key(&self) -> Vec<u8> {
        match self {
            Self::Solana(path) => path.as_encoded_bytes().to_vec(),
            Self::Upstream(dir) => upstream_flags(dir).join("\n").into_bytes(),
        }
    }

    fn build(&self, stage: &Stage) -> Result<Vec<u8>, ToolError> {
        let (mut cargo, elf) = match self {
            Self::Solana(path) => solana_build(path, stage),
            Self::Upstream(dir) => upstream_build(dir, stage),
        };
        let output = run_cargo(cargo.current_dir(&stage.dir))?;
        let elf = match output.status.success() {
            true => fs::read(&elf).map_err(ToolError::io(&elf))?,
            // What lies there is of an earlier build.
            false => Vec::new(),
        };
        let built = Built {
            elf,
            messages: output.stdout,
        };
        bcs::to_bytes(&built).map_err(|error| ToolError::answer("cargo build", error, b""))
    }
}

fn solana_build(path: &OsString, stage: &Stage) -> (Command, PathBuf) {
    let output = stage.dir.join("deploy");
    let elf = output.join(format!("{}.so", stage.crate_name()));
    let mut cargo = Command::new(path);
    cargo
        .arg("--sbf-out-dir")
        .arg(&output)
        .args(["--", "--message-format", "json"]);
    (cargo, elf)
}

fn upstream_build(dir: &Path, stage: &Stage) -> (Command, PathBuf) {
    let name = dir.file_name().unwrap_or_default().to_os_string();
    let target = tools::cache_dir().join("target").join(name);
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo
        .args(["build", "--release", "--quiet", "--message-format", "json"])
        .args(upstream_flags(dir));
    // The compiler is Debian's, whatever rustup's proxies in PATH would start.
    cargo
        .env("PATH", "/usr/bin:/bin")
        .env("CARGO_TARGET_DIR", &target);
    for variable in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC",
        "RUSTC_WRAPPER",
        "RUSTUP_TOOLCHAIN",
        "CARGO",
    ] {
        cargo.env_remove(variable);
    }
    // Building the standard library is not a stable feature, and its source is the edited copy.
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC_BOOTSTRAP_SYNTHETIC_TARGET", "1");
    cargo.env("__CARGO_TESTS_ONLY_SRC_ROOT", dir.join("library"));
    let elf = format!("sbpf-solana/release/lib{}.so", stage.crate_name());
    (cargo, target.join(elf))
}

fn upstream_flags(dir: &Path) -> Vec<String> {
    let dir = dir.display();
    let rustflags = [
        format!("-Clinker={dir}/bin/sbpf-link"),
        "-Cpanic=abort".to_owned(),
        "-Crelocation-model=static".to_owned(),
        // There is one thread, and no atomic instruction.
        "-Cpasses=lower-atomic".to_owned(),
        // LLVM calls it when the program's bitcode has long been optimized; unexported it would be gone.
        "-Clink-arg=--export=__multi3".to_owned(),
        "-Clink-arg=--llvm-args=--bpf-max-stores-per-memfunc=5".to_owned(),
    ];
    let rustflags: Vec<String> = rustflags.iter().map(|flag| format!("'{flag}'")).collect();
    vec![
        "-Zjson-target-spec".to_owned(),
        "-Zbuild-std=core,alloc,std,panic_abort".to_owned(),
        "--target".to_owned(),
        format!("{dir}/sbpf-solana.json"),
        "--config".to_owned(),
        format!("target.sbpf-solana.rustflags=[{}]", rustflags.join(",")),
        "--config".to_owned(),
        format!("patch.crates-io.solana-compiler-builtins.path='{dir}/builtins'"),
    ]
}

/// The target has no 128-bit instructions; their routines must be a dependency, since nothing else would link them.
fn add_builtins(manifest: &mut Table, files: &mut BTreeMap<String, String>) {
    let table = |manifest: &mut Table, name: &str, entries: &str| {
        let entries: Table = toml::from_str(entries).unwrap_or_default();
        let found = manifest
            .entry(name.to_owned())
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(found) = found {
            found.extend(entries);
        }
    };
    table(
        manifest,
        "dependencies",
        "solana-compiler-builtins = \"=0.3.0\"",
    );
    table(manifest, "lib", "crate-type = [\"cdylib\"]");
    table(
        manifest,
        "profile",
        "release = { opt-level = 3, lto = \"off\", codegen-units = 1, overflow-checks = true, panic = \"abort\" }",
    );
    manifest.remove("dev-dependencies");
    if let Some(source) = files.get_mut("src/lib.rs") {
        source.push_str("\nuse solana_compiler_builtins as _;\n");
    }
}

/// What cargo printed. A failure without any message is not about the code.
fn run_cargo(cargo: &mut Command) -> Result<Output, ToolError> {
    let output = tools::run_any(cargo, b"")?;
    if !output.status.success() && read_messages(&output.stdout).is_empty() {
        return Err(ToolError::answer(
            "cargo",
            "it failed before it compiled anything",
            &output.stderr,
        ));
    }
    Ok(output)
}
