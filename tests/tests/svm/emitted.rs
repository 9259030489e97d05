//! The text of emitted programs, and what Rust's own tools say about it.

use std::fs;
use std::path::Path;
use std::process::Command;

use xcc::backend::Artifacts;

#[cfg(feature = "svm")]
use xcc_tests::sbf;

use crate::package::Package;
#[cfg(feature = "svm")]
use crate::package::emitted_crate;

const CASES: [&str; 2] = ["swap", "every_type"];

#[test]
fn every_case_matches_its_golden() {
    for case in CASES {
        let artifacts = Package::compile(case).emit();
        snapshot(&format!("{case}.anchor"), &own_files(&artifacts));
    }
}

#[test]
fn what_no_program_can_do_is_reported() {
    let cases = [
        "too_large",
        "too_many_accounts",
        "unknown_account",
        "large_start",
    ];
    for case in cases {
        let Err(findings) = Package::try_compile(case) else {
            panic!("{case}: nothing is found")
        };
        snapshot(&format!("{case}.err"), &findings);
    }
}

/// One account more is reported.
#[test]
fn the_fullest_transaction_is_not_reported() {
    let artifacts = Package::compile("full").emit();
    let plan = &artifacts.files["svm/full-solana/delivery.json"];
    assert!(
        plan.contains(r#""most": {"bytes":1206,"locks":31}"#),
        "{plan}"
    );
}

#[test]
fn the_runtime_comes_along() {
    let artifacts = Package::compile("swap").emit();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime-svm");
    let sources = fs::read_dir(runtime.join("src")).expect("the runtime is there");
    let names = sources.map(|entry| {
        format!(
            "src/{}",
            entry.expect("an entry").file_name().to_string_lossy()
        )
    });
    for name in names.chain(["Cargo.toml".to_owned()]) {
        let text = fs::read_to_string(runtime.join(&name)).expect("the file is there");
        let emitted = &artifacts.files[&format!("svm/xcc-runtime/{name}")];
        assert!(
            emitted.contains("SPDX-License-Identifier") && emitted.ends_with(&text),
            "{name}"
        );
    }
}

#[test]
fn emission_is_deterministic() {
    let package = Package::compile("every_type");
    assert_eq!(package.emit(), package.emit());
}

#[test]
fn rustfmt_changes_nothing() {
    for case in CASES {
        let artifacts = Package::compile(case).emit();
        let folder = tempfile::tempdir().expect("a folder");
        write(&artifacts, folder.path());
        let roots = artifacts
            .files
            .keys()
            .filter(|path| path.ends_with("src/lib.rs"));
        for root in roots {
            let mut rustfmt = Command::new("rustfmt");
            rustfmt
                .args(["--edition", "2021", "--check"])
                .arg(folder.path().join(root));
            let output = rustfmt.output().expect("rustfmt starts");
            assert!(
                output.status.success(),
                "{root}\n{}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
    }
}

#[test]
#[cfg(feature = "svm")]
fn clippy_and_the_chains_compiler_find_nothing() {
    for case in CASES {
        let artifacts = Package::compile(case).emit();
        let manifests = artifacts
            .files
            .keys()
            .filter_map(|path| path.strip_suffix("/Cargo.toml"));
        let is_program =
            |folder: &&str| folder.starts_with("svm/") && !folder.ends_with("/xcc-runtime");
        for folder in manifests.filter(is_program) {
            let program = emitted_crate(&artifacts, folder);
            let found = sbf::check(&program).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(found, [], "{folder}");
            // A frame over the limit of the stack would be a warning.
            let built = sbf::build(&program).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(built.diagnostics, [], "{folder}");
            assert!(!built.elf.is_empty());
        }
    }
}

/// The files that differ between programs, one after another.
fn own_files(artifacts: &Artifacts) -> String {
    let is_own =
        |path: &str| !path.starts_with("svm/xcc-runtime/") && !path.ends_with("src/delivery.rs");
    let files = artifacts.files.iter().filter(|(path, _)| is_own(path));
    files
        .map(|(path, text)| format!("=== {path}\n{text}"))
        .collect()
}

fn write(artifacts: &Artifacts, folder: &Path) {
    for (path, text) in &artifacts.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../suite/svm");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
