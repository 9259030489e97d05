//! The Solana compilers make programs, and say so when they cannot.

use xcc_tests::program_crate::ProgramCrate;
use xcc_tests::sbf;
use xcc_tests::tools::suite_dir;

fn probe() -> ProgramCrate {
    ProgramCrate::load(&suite_dir().join("programs/probe")).unwrap()
}

fn edited(from: &str, to: &str) -> ProgramCrate {
    let mut program = probe();
    let source = program.files.get_mut("src/lib.rs").unwrap();
    assert!(source.contains(from));
    *source = source.replace(from, to);
    program
}

#[test]
fn an_anchor_program_is_clean_for_clippy_and_for_the_chain() {
    assert_eq!(sbf::check(&probe()).unwrap(), []);
    let built = sbf::build(&probe()).unwrap();
    assert_eq!(built.diagnostics, []);
    assert_eq!(built.elf[..4], *b"\x7fELF");
    assert_eq!(
        built.elf[48], 3,
        "the SBPF version is in the ELF header's flags"
    );
}

#[test]
fn a_warning_is_reported_as_such() {
    let found = sbf::check(&edited("let total =", "let unused = 1; let total =")).unwrap();
    let [warning] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (warning.level.as_str(), warning.message.as_str()),
        ("warning", "unused variable: `unused`")
    );
}

#[test]
fn a_lint_of_clippy_is_reported_as_such() {
    let needless = "\n/// Needless.\npub fn one() -> u64 {\n    return 1;\n}\n";
    let mut program = probe();
    let source = program.files.get_mut("src/lib.rs").unwrap();
    source.push_str(needless);
    let found = sbf::check(&program).unwrap();
    let [lint] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (lint.level.as_str(), lint.message.as_str()),
        ("warning", "unneeded `return` statement")
    );
}

#[test]
fn a_type_error_is_reported_and_makes_no_program() {
    let wrong = edited("sum: a + b", "sum: true");
    assert_eq!(sbf::check(&wrong).unwrap()[0].level, "error");
    let built = sbf::build(&wrong).unwrap();
    assert_eq!(built.diagnostics[0].message, "mismatched types");
    assert!(built.elf.is_empty());
}

#[test]
fn a_stack_frame_that_is_too_large_is_reported() {
    let large =
        edited("[7; 40]", "[7; 5000]").files["src/lib.rs"].replace("g: [u8; 40]", "g: [u8; 5000]");
    let mut program = probe();
    program.files.insert("src/lib.rs".to_owned(), large);
    let built = sbf::build(&program).unwrap();
    let [error] = &built.diagnostics[..] else {
        panic!("{:?}", built.diagnostics)
    };
    let text = error.rendered.as_deref().unwrap_or_default();
    assert!(
        text.contains("probe9___private8___global9calculate"),
        "{text}"
    );
    assert!(text.contains("BPF stack limit is exceeded"), "{text}");
    assert!(built.elf.is_empty());
}
