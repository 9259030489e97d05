//! Exit codes, formats, colours, and the commands that need no project.

use std::process::Stdio;

use super::{Project, Run};

#[test]
fn a_wrong_command_line_ends_with_2() {
    let project = Project::empty();
    for args in [
        &[][..],
        &["bild"],
        &["build", "--emit", "wasm"],
        &["build", "--check", "--force"],
        &["explain", "XCC9999"],
        &["completions", "cmd.exe"],
    ] {
        let run = project.run(args);
        assert_eq!(run.code, Some(2), "{args:?}: {run:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
        assert_eq!(run.stdout, "", "{args:?}");
    }
    for args in [["--version"], ["--help"]] {
        let run = project.run(&args).succeeds();
        assert!(run.stdout.contains("xcc"), "{run:?}");
    }
}

#[test]
fn every_code_is_explained_and_listed() {
    let project = Project::empty();
    let list = project.run(&["explain"]).succeeds().stdout;
    assert_eq!(list.lines().count(), xcc::codes::Code::ALL.len());
    for line in list.lines() {
        let (code, title) = line.split_once("  ").expect("code and title");
        let page = project.run(&["explain", code]).succeeds().stdout;
        assert!(page.starts_with(&format!("# {code}: {title}\n")), "{page}");
    }
    let json = project
        .run(&["explain", "702", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(json["code"], "XCC0702");
}

#[test]
fn completions_are_printed_for_each_shell() {
    let project = Project::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = project.run(&["completions", shell]).succeeds();
        assert!(run.stdout.contains("decode"), "{shell}");
    }
}

#[test]
fn colour_is_for_those_who_want_it() {
    let project = Project::new();
    project.write("deposit.xcc", "chain ethereum evm;\n");
    let colourful = |run: &Run| run.stderr.contains('\u{1b}');
    assert!(!colourful(&project.run(&["check"])), "a pipe");
    assert!(colourful(&project.run(&["check", "--color", "always"])));
    assert!(!colourful(&project.run(&["check", "--color", "never"])));
    let mut command = project.command(&["check"]);
    let run = command
        .env("NO_COLOR", "1")
        .env("CLICOLOR_FORCE", "0")
        .output();
    assert!(!colourful(&Run::of(run.expect("xcc runs"))));
}

#[test]
fn formats_differ_in_form_only() {
    let project = Project::new();
    project.write("deposit.xcc", "chain ethereum evm;\n");
    let human = project.run(&["check"]);
    assert_eq!(human.code, Some(1));
    assert!(human.stderr.contains("deposit.xcc:1:"), "{human:?}");
    assert!(human.stderr.ends_with("xcc: 1 error\n"), "{human:?}");
    let short = project.run(&["check", "--format", "short"]);
    assert_eq!(short.stderr.lines().count(), 1, "{short:?}");
    assert!(short.stderr.starts_with("deposit.xcc:1:"), "{short:?}");
    let json = project.run(&["check", "--format", "json"]);
    assert_eq!(json.stderr, "");
    assert_eq!(json.json()["success"], false);
    let code = json.findings()[0]["code"]
        .as_str()
        .expect("a code")
        .to_owned();
    assert!(human.stderr.contains(&code) && short.stderr.contains(&code));
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let project = Project::new();
    for args in [["build", "-q"], ["check", "-q"]] {
        let run = project.run(&args).succeeds();
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            ("", ""),
            "{args:?}"
        );
    }
}

#[test]
fn a_bug_says_that_it_is_one() {
    let run = Project::empty().run(&["panic"]);
    assert_eq!(run.code, Some(101));
    for part in [
        "a bug in xcc",
        "on purpose",
        "xcc-under-test.rs",
        "report",
        xcc::VERSION,
    ] {
        assert!(run.stderr.contains(part), "{part}: {run:?}");
    }
    assert!(!run.stderr.contains("RUST_BACKTRACE"), "{run:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::empty();
    let mut command = project.command(&["explain"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xcc runs");
    drop(child.stdout.take());
    let run = Run::of(child.wait_with_output().expect("xcc ends"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn init_writes_a_project_that_builds_and_replaces_nothing() {
    let project = Project::empty();
    let run = project.run(&["init", "My Vault_2"]).succeeds();
    assert!(run.stderr.contains("xcc build My Vault_2"), "{run:?}");
    assert!(
        project
            .read("My Vault_2/xcc.toml")
            .contains("name = \"my-vault-2\"")
    );
    project.run(&["build", "My Vault_2"]).succeeds();
    project.run(&["build", "My Vault_2", "--check"]).succeeds();

    let before = project.files();
    project.fails(&["init", "My Vault_2"], 1, "XCC0719", None);
    assert_eq!(project.files(), before);
    project.fails(
        &["init", "other", "--name", "Not A Name"],
        1,
        "XCC0708",
        None,
    );
    assert!(!project.path("other").exists());
    project.write("file", "in the way");
    project.fails(&["init", "file/project"], 3, "XCC1006", None);
    assert_eq!(project.read("file"), "in the way");
}
