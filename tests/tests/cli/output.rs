//! The output folder: nothing is lost, nothing is half-written, and `--check` tells what is the matter.

use std::fs;

use super::{Project, Run};

const VECTORS: &str = "generated/vectors.json";

#[test]
fn a_second_build_changes_nothing() {
    let project = Project::built();
    let first = project.files();
    assert!(
        first.contains_key(&project.path(VECTORS)),
        "{:?}",
        first.keys()
    );
    let run = project.run(&["build"]).succeeds();
    assert!(run.stdout.contains("0 files written"), "{run:?}");
    assert_eq!(project.files(), first);
    let run = project.run(&["build", "--check"]).succeeds();
    assert!(run.stderr.contains("up to date"), "{run:?}");

    let elsewhere = Project::built();
    let names = |project: &Project| {
        let root = project.folder.path();
        let files = project.files().into_iter();
        let relative = files.map(|(path, text)| {
            let path = path.strip_prefix(root).expect("inside").to_owned();
            (path, text)
        });
        relative.collect::<Vec<_>>()
    };
    assert_eq!(
        names(&project),
        names(&elsewhere),
        "the same in every folder"
    );
}

#[test]
fn a_build_tells_what_it_made() {
    let project = Project::new();
    let text = project.run(&["build"]).succeeds().stdout;
    for part in [
        "Chains of profile local",
        "eip155:31337",
        "coordinator",
        "participant",
        "Vault.lock",
        "90,000",
        "Vault.release",
        "Execute",
        "vectors.json",
        "files written",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
    let project = Project::new();
    let json = project
        .run(&["build", "--format", "json"])
        .succeeds()
        .json();
    let result = &json["result"];
    assert_eq!(result["chains"][0]["network"], "eip155:31337");
    assert_eq!(result["budgets"][0]["compensationBudget"], 60_000);
    let files = result["files"].as_array().expect("files");
    for file in files {
        let path = format!("generated/{}", file["path"].as_str().expect("a path"));
        let bytes = project.read(&path).len() as u64;
        assert_eq!(file["bytes"].as_u64(), Some(bytes), "{path}");
    }
    let on_disk = project.files().into_keys();
    let below = on_disk.filter(|path| path.starts_with(project.path("generated")));
    assert_eq!(below.count(), files.len());
}

#[test]
fn phases_are_printed_and_nothing_is_written() {
    let project = Project::new();
    let before = project.files();
    for (phase, part) in [
        ("ast", "Workflow"),
        ("hir", "WorkflowDecl"),
        ("ir", "workflow Deposit"),
        ("facts", "fingerprint 0x"),
    ] {
        let run = project.run(&["build", "--emit", phase]).succeeds();
        assert!(run.stdout.contains(part), "{phase}: {run:?}");
    }
    assert_eq!(project.files(), before);
}

#[test]
fn check_without_a_build_says_so() {
    let project = Project::new();
    let before = project.files();
    project.fails(&["build", "--check"], 1, "XCC1004", None);
    assert_eq!(project.files(), before);
}

#[test]
fn an_edited_output_is_found_and_kept() {
    let project = Project::built();
    project.edit(VECTORS, "\"format\"", "\"farmat\"");
    let before = project.files();
    for args in [&["build"][..], &["build", "--check"]] {
        let run = project.fails(args, 1, "XCC1002", Some((VECTORS, 2)));
        assert_eq!(run.findings().len(), 1, "{run:?}");
        assert_eq!(project.files(), before);
    }
    let original = Project::built().read(VECTORS);
    project.run(&["build", "--force"]).succeeds();
    assert_eq!(project.read(VECTORS), original);
    project.run(&["build", "--check"]).succeeds();
}

#[test]
fn an_edited_output_stops_the_whole_build() {
    let project = Project::built();
    project.write(VECTORS, "mine");
    project.edit("deposit.xcc", "amount: u64", "amount: u64, extra: u64");
    project.edit("deposit.xcc", "lock(user, amount)", "lock(user, extra)");
    let before = project.files();
    project.fails(&["build"], 1, "XCC1002", None);
    assert_eq!(project.files(), before);
}

#[test]
fn changed_inputs_make_the_output_stale() {
    let project = Project::built();
    project.edit("deposit.xcc", "gas 90_000", "gas 95_000");
    let run = project.fails(&["build", "--check"], 1, "XCC1001", None);
    assert!(
        run.findings()[0]["message"]
            .to_string()
            .contains("`deposit.xcc`")
    );
    project.run(&["build"]).succeeds();
    project.run(&["build", "--check"]).succeeds();
    project.edit("abi/Vault.json", "[", "[\n");
    project.fails(&["build", "--check"], 1, "XCC1001", None);
    project.run(&["build"]).succeeds();
    project.write("xcc.toml", format!("# more\n{}", project.read("xcc.toml")));
    project.fails(&["build", "--check"], 1, "XCC1001", None);
}

#[test]
fn another_profile_makes_the_output_stale() {
    let project = Project::new();
    let text = project.read("xcc.toml");
    let (head, profile) = text.split_at(text.find("[profiles").expect("a profile"));
    let other = profile.replace("profiles.local", "profiles.other");
    let head = head.replace("[project]", "[project]\ndefault-profile = \"local\"");
    project.write("xcc.toml", format!("{head}{profile}\n{other}"));
    project.run(&["build"]).succeeds();
    project.run(&["build", "--check"]).succeeds();
    let run = project.fails(
        &["build", "--check", "--profile", "other"],
        1,
        "XCC1001",
        None,
    );
    assert!(
        run.findings()[0]["message"]
            .to_string()
            .contains("profile `local`")
    );
}

#[test]
fn output_of_another_version_is_told_apart() {
    let project = Project::built();
    let this = format!("xcc = \"{}\"", xcc::VERSION);
    project.edit("xcc.lock", &this, "xcc = \"0.0.9\"");
    let run = project.fails(&["build", "--check"], 1, "XCC1003", None);
    assert_eq!(run.findings().len(), 1, "{run:?}");
    project.run(&["build"]).succeeds();
    project.run(&["build", "--check"]).succeeds();
}

#[test]
fn a_missing_file_is_named_and_written_again() {
    let project = Project::built();
    let before = project.files();
    fs::remove_file(project.path(VECTORS)).expect("removed");
    project.fails(&["build", "--check"], 1, "XCC1004", None);
    project.run(&["build"]).succeeds();
    assert_eq!(project.files(), before);
}

#[test]
fn foreign_files_are_never_lost() {
    let project = Project::new();
    project.write(VECTORS, "precious");
    project.write("generated/notes.txt", "precious");
    let before = project.files();
    project.fails(&["build"], 1, "XCC1005", None);
    assert_eq!(project.files(), before);
    project.run(&["build", "--force"]).succeeds();
    assert_ne!(project.read(VECTORS), "precious");
    assert_eq!(project.read("generated/notes.txt"), "precious");

    let project = Project::new();
    project.write("generated/vectors.json/file", "precious");
    for args in [&["build"][..], &["build", "--force"]] {
        project.fails(args, 1, "XCC1005", None);
        assert_eq!(project.read("generated/vectors.json/file"), "precious");
    }
}

#[test]
fn a_lost_lock_costs_nothing_when_the_output_is_right() {
    let project = Project::built();
    let before = project.files();
    fs::remove_file(project.path("xcc.lock")).expect("removed");
    project.run(&["build"]).succeeds();
    assert_eq!(project.files(), before);
}

#[test]
fn a_damaged_lock_is_reported() {
    let project = Project::built();
    let lock = project.read("xcc.lock");
    project.write("xcc.lock", format!("<<<<<<< ours\n{lock}"));
    let before = project.files();
    for args in [&["build"][..], &["build", "--check"]] {
        project.fails(args, 1, "XCC1008", None);
        assert_eq!(project.files(), before);
    }
    project.run(&["build", "--force"]).succeeds();
    assert_eq!(project.read("xcc.lock"), lock);
}

#[test]
fn files_nothing_writes_any_more_are_removed() {
    let project = Project::built();
    let before = project.files();
    project.edit("deposit.xcc", "workflow Deposit", "workflow Invest");
    project.run(&["build"]).succeeds();
    project.run(&["build", "--check"]).succeeds();
    project.edit("deposit.xcc", "workflow Invest", "workflow Deposit");
    project.run(&["build"]).succeeds();
    assert_eq!(project.files(), before);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    project.write("outside/file", "precious");
    symlink(project.path("outside"), project.path("generated")).expect("linked");
    project.fails(&["build", "--force"], 1, "XCC1007", None);
    let names = fs::read_dir(project.path("outside")).expect("a folder");
    assert_eq!(names.count(), 1);
}

#[test]
fn a_file_where_the_folder_should_be_is_kept() {
    let project = Project::new();
    project.write("generated", "precious");
    project.fails(&["build", "--force"], 1, "XCC1005", None);
    assert_eq!(project.read("generated"), "precious");
}

/// Runs xcc as somebody who may not do everything, also where the tests run as root. The program is copied to where everybody may
/// run it, since the build may lie in a home folder.
#[cfg(unix)]
fn run_unprivileged(project: &Project, args: &[&str]) -> Run {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let public = tempfile::tempdir().expect("a temporary folder");
    let everybody = fs::Permissions::from_mode(0o755);
    fs::set_permissions(public.path(), everybody).expect("permissions");
    let program = public.path().join("xcc");
    fs::copy(env!("CARGO_BIN_EXE_xcc-under-test"), &program).expect("a copy");
    let mut command = std::process::Command::new(program);
    command.args(args).current_dir(project.folder.path());
    if fs::metadata("/proc/self").expect("self").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    Run::of(command.output().expect("xcc runs"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_reported_and_untouched() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::built();
    project.edit("deposit.xcc", "gas 90_000", "gas 95_000");
    let mode = |path: &str, mode| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(project.path(path), permissions).expect("permissions");
    };
    mode("", 0o755);
    mode("generated", 0o555);
    let before = project.files();
    let run = run_unprivileged(&project, &["build", "--format", "json"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(run.findings()[0]["code"], "XCC1006");
    assert_eq!(project.files(), before);
    // What only reads still works.
    let run = run_unprivileged(&project, &["build", "--check", "--format", "json"]);
    assert_eq!(run.findings()[0]["code"], "XCC1001", "{run:?}");
}

/// Runs a build with a limit on the size of a file, which makes writing fail in the middle as a full disk would.
#[cfg(target_os = "linux")]
fn build_with_file_limit(project: &Project, on_limit: &str) -> std::process::Output {
    let xcc = env!("CARGO_BIN_EXE_xcc-under-test");
    let script = format!("{on_limit}; ulimit -f 1; exec {xcc} build --format json");
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(project.folder.path());
    command.output().expect("a shell runs")
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported_and_nothing_is_half_written() {
    let project = Project::built();
    project.edit("deposit.xcc", "gas 90_000", "gas 95_000");
    let before = project.files();
    let output = build_with_file_limit(&project, "trap '' XFSZ");
    let run = Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::new(),
    };
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(run.findings()[0]["code"], "XCC1006", "{run:?}");
    assert_eq!(project.files(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_build_leaves_the_old_output_and_the_next_one_cleans_up() {
    let project = Project::built();
    let old = project.files();
    project.edit("deposit.xcc", "gas 90_000", "gas 95_000");
    let output = build_with_file_limit(&project, "true");
    assert_eq!(output.status.code(), None, "killed by a signal: {output:?}");
    let staging = project.path("generated/.xcc-staging");
    assert!(staging.exists(), "killed while writing aside");
    let kept = project.files();
    for (path, content) in &old {
        if !path.ends_with("deposit.xcc") {
            assert_eq!(kept.get(path), Some(content), "{path:?}");
        }
    }
    project.run(&["build"]).succeeds();
    assert!(!staging.exists());
    project.run(&["build", "--check"]).succeeds();
}

/// A build killed between its moves: some files are new, some old, and the lock file announces the new ones.
#[test]
fn a_build_interrupted_between_moves_is_finished_by_the_next() {
    let project = Project::built();
    let old = project.files();
    let old_lock = project.read("xcc.lock");
    project.edit("deposit.xcc", "gas 90_000", "gas 95_000");
    project.run(&["build"]).succeeds();
    let new_lock = project.read("xcc.lock");
    let changed: Vec<_> = project
        .files()
        .into_iter()
        .filter(|(path, text)| old.get(path).is_some_and(|before| before != text))
        .filter(|(path, _)| path.starts_with(project.path("generated")))
        .collect();
    assert!(changed.len() > 1, "{changed:?}");
    for (path, _) in changed.iter().skip(1) {
        fs::write(path, &old[path]).expect("written");
    }
    let outputs = new_lock.split_once("[outputs]").expect("outputs").1;
    let pending = outputs.replace(" = \"", " = [\"").replace("\"\n", "\"]\n");
    project.write("xcc.lock", format!("{old_lock}\n[pending]{pending}"));

    project.fails(&["build", "--check"], 1, "XCC1001", None);
    project.edit("deposit.xcc", "gas 95_000", "gas 97_000");
    project.run(&["build"]).succeeds();
    project.run(&["build", "--check"]).succeeds();
}

#[test]
fn builds_at_the_same_time_wait_for_each_other() {
    let project = Project::built();
    project.edit("deposit.xcc", "gas 90_000", "gas 95_000");
    let start = |_| {
        project
            .command(&["build"])
            .stdout(std::process::Stdio::null())
            .spawn()
    };
    let children: Vec<_> = (0..4).map(start).collect();
    for child in children {
        assert!(child.expect("xcc runs").wait().expect("xcc ends").success());
    }
    project.run(&["build", "--check"]).succeeds();
}
