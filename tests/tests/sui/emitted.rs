//! Emitted packages as text: they compile without a word, they are formatted, and they are what they were.

use xcc_tests::move_package::render;
use xcc_tests::move_suite::compile_at;
use xcc_tests::{format, sui, tools};

use crate::project;

const CASES: [(&str, &str); 2] = [("stake", "lock_and_stake_sui"), ("carry", "carry_sui")];

#[test]
fn output_compiles_as_it_is() {
    for (case, package) in CASES {
        let package = project::package(&project::compile(case), package);
        let report = sui::build(&package).unwrap();
        assert!(
            report.diagnostics.is_empty(),
            "{case}: {}",
            render(&report.diagnostics)
        );
        assert_eq!(report.modules.len(), 2, "{case}");
    }
}

#[test]
fn the_example_compiles_as_it_is() {
    let folder = tools::suite_dir().join("../examples/swap-and-stake");
    let compiled = compile_at(&folder, "local").unwrap();
    let report = sui::build(&project::package(&compiled, "swap_and_stake_sui")).unwrap();
    assert!(
        report.diagnostics.is_empty(),
        "{}",
        render(&report.diagnostics)
    );
    assert_eq!(report.modules.len(), 2);
}

#[test]
fn what_sui_cannot_do_is_reported() {
    let folder = project::folder("refused");
    let findings = compile_at(&folder, "test").unwrap_err();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(folder);
    settings.bind(|| insta::assert_snapshot!("refused.err", findings));
}

#[test]
fn output_is_formatted() {
    for (case, _) in CASES {
        for (path, text) in &project::compile(case).artifacts.files {
            if path.ends_with(".move") && !path.starts_with("sui/xcc_runtime/") {
                assert_eq!(&format::sui_move(text).unwrap(), text, "{case}: {path}");
            }
        }
    }
}

#[test]
fn output_matches_its_golden() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (case, _) in CASES {
        settings.set_snapshot_path(project::folder(case).join("golden"));
        let files = project::compile(case).artifacts.files;
        let own = |path: &str| path.starts_with("sui/") && !path.starts_with("sui/xcc_runtime/");
        for (path, text) in files.iter().filter(|(path, _)| own(path)) {
            let name = path.trim_start_matches("sui/").replace('/', ".");
            settings.bind(|| insta::assert_snapshot!(name, text));
        }
    }
}

/// What leaves a participant is replies, and nothing else: no public function gives out what could speak for it.
#[test]
fn no_public_function_gives_out_a_capability() {
    for (case, package) in CASES {
        let files = project::compile(case).artifacts.files;
        let text = &files[&format!("sui/{package}/sources/participant.move")];
        let heads = text.split("\npublic fun ").skip(1);
        for head in heads {
            let head = head.split('{').next().unwrap();
            let results = head
                .rsplit_once("): ")
                .map_or("", |(_, results)| results.trim());
            assert!(
                ["", "MessageTicket", "u8"].contains(&results),
                "{case}: {head}"
            );
        }
    }
}
