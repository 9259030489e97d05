//! Emitted packages as text: they compile without a word, they are formatted, and they are what they were.

use xcc::project::Compiled;
use xcc_tests::move_package::render;
use xcc_tests::move_suite::compile_at;
use xcc_tests::{aptos, format, tools};

use crate::project;

/// The projects, by name, with their package.
fn cases() -> [(&'static str, &'static str, Compiled); 3] {
    let example = tools::suite_dir().join("../examples/lend-on-aptos");
    [
        ("trade", "trade_aptos", project::compile("trade")),
        ("carry", "carry_aptos", project::compile("carry")),
        (
            "lend-on-aptos",
            "lend_on_aptos_aptos",
            compile_at(&example, "local").unwrap(),
        ),
    ]
}

#[test]
fn output_compiles_as_it_is() {
    for (case, package, compiled) in cases() {
        let report = aptos::build(&project::package_as_written(&compiled, package)).unwrap();
        let printed = render(&report.diagnostics);
        assert!(report.diagnostics.is_empty(), "{case}: {printed}");
        assert_eq!(report.modules.len(), 2, "{case}");
    }
}

#[test]
fn output_is_formatted() {
    for (case, _, compiled) in cases() {
        for (path, text) in &compiled.artifacts.files {
            let is_ours = path.starts_with("aptos/") && !path.starts_with("aptos/xcc_runtime/");
            if is_ours && path.ends_with(".move") {
                assert_eq!(&format::aptos_move(text).unwrap(), text, "{case}: {path}");
            }
        }
    }
}

#[test]
fn output_matches_its_golden() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (case, _, compiled) in cases() {
        settings.set_snapshot_path(project::folder(case).join("golden"));
        let files = compiled.artifacts.files.iter();
        for (path, text) in files {
            let Some(name) = path.strip_prefix("aptos/") else {
                continue;
            };
            if !name.starts_with("xcc_runtime/") {
                let name = name.replace('/', ".");
                settings.bind(|| insta::assert_snapshot!(name, text));
            }
        }
    }
}

/// The compiler takes nothing else, and the source's words may be anything.
#[test]
fn output_is_ascii() {
    for (case, _, compiled) in cases() {
        for (path, text) in &compiled.artifacts.files {
            if path.starts_with("aptos/") {
                assert!(text.is_ascii(), "{case}: {path}");
            }
        }
    }
}

/// No public function gives out what could speak or sign for the participant.
#[test]
fn no_public_function_gives_out_a_capability() {
    for (case, package, compiled) in cases() {
        let path = format!("aptos/{package}/sources/{package}.move");
        let text = &compiled.artifacts.files[&path];
        let heads = text.split("\n    public ").skip(1);
        let mut count = 0;
        for head in heads {
            let head = head.split('{').next().unwrap();
            let (_, results) = head.rsplit_once(')').unwrap();
            let results = results.split(" acquires").next().unwrap().trim();
            assert!(
                ["", ": address", ": u8"].contains(&results),
                "{case}: {head}"
            );
            count += 1;
        }
        assert!(count > 5, "{case}");
    }
}

#[test]
fn what_aptos_cannot_do_is_reported() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let folder = project::folder("refused");
    let findings = compile_at(&folder, "test").unwrap_err();
    settings.set_snapshot_path(&folder);
    settings.bind(|| insta::assert_snapshot!("refused.err", findings));
}
