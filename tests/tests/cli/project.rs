//! What can be wrong with a project's files, and where xcc says it is.

use std::fs;

use super::Project;

#[test]
fn without_a_project_nothing_can_be_built() {
    let project = Project::empty();
    project.fails(&["build"], 3, "XCC0701", None);
    project.fails(&["build", "nowhere"], 3, "XCC0701", None);
    project.write("folder/file", "");
    project.fails(&["check", "folder"], 3, "XCC0701", None);
}

#[test]
fn a_project_is_found_from_inside_and_by_file() {
    let project = Project::new();
    let mut command = project.command(&["check"]);
    let status = command
        .current_dir(project.path("abi"))
        .output()
        .expect("xcc runs");
    assert!(status.status.success());
    project.run(&["check", "xcc.toml"]).succeeds();
    project.run(&["check", "deposit.xcc"]).succeeds();
}

#[test]
fn files_that_are_missing_are_named_where_they_are_used() {
    let project = Project::new();
    project.edit("xcc.toml", "deposit.xcc", "deposits.xcc");
    project.fails(&["build"], 3, "XCC0702", Some(("xcc.toml", 6)));
    let project = Project::new();
    fs::remove_file(project.path("abi/Vault.json")).expect("removed");
    project.fails(&["build"], 3, "XCC0702", Some(("deposit.xcc", 6)));
}

#[test]
fn an_interface_that_nothing_needs_must_be_there_too() {
    let project = Project::new();
    let unused = "contract Other on ethereum from \"abi/Other.json\";\ncontract Vault";
    project.edit("deposit.xcc", "contract Vault", unused);
    project.fails(&["build"], 3, "XCC0702", Some(("deposit.xcc", 6)));
    assert!(!project.path("generated").exists());
    assert!(!project.path("xcc.lock").exists());
}

#[test]
fn a_folder_is_no_file() {
    let project = Project::new();
    project.edit("xcc.toml", "\"deposit.xcc\"", "\"abi\"");
    project.fails(&["build"], 3, "XCC0703", Some(("xcc.toml", 6)));
    let project = Project::new();
    project.edit("deposit.xcc", "abi/Vault.json", "abi");
    project.fails(&["build"], 3, "XCC0703", Some(("deposit.xcc", 6)));
}

#[cfg(unix)]
#[test]
fn a_device_is_no_file() {
    let project = Project::new();
    fs::remove_file(project.path("abi/Vault.json")).expect("removed");
    std::os::unix::fs::symlink("/dev/zero", project.path("abi/Vault.json")).expect("linked");
    project.fails(&["build"], 3, "XCC0703", Some(("deposit.xcc", 6)));
}

#[test]
fn files_are_utf_8() {
    let project = Project::new();
    project.write("deposit.xcc", b"chain a: evm;\n// caf\xe9\n");
    project.fails(&["build"], 1, "XCC0704", Some(("deposit.xcc", 2)));
    let project = Project::new();
    project.write("abi/Vault.json", b"[\n\n\xff]");
    project.fails(&["build"], 1, "XCC0704", Some(("abi/Vault.json", 3)));
    let project = Project::new();
    project.write("xcc.toml", b"\xff\xfe");
    project.fails(&["build"], 1, "XCC0704", Some(("xcc.toml", 1)));
}

#[test]
fn interfaces_are_interfaces() {
    let project = Project::new();
    project.write("abi/Vault.json", "[\n  {\n    \"type\": function\n");
    project.fails(&["build"], 1, "XCC0801", Some(("abi/Vault.json", 3)));
    project.write("abi/Vault.json", "{ \"swagger\": \"2.0\" }");
    project.fails(&["build"], 1, "XCC0802", Some(("deposit.xcc", 6)));
    project.write("abi/Vault.json", "[".repeat(100_000));
    let run = project.run(&["build"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(!project.path("generated").exists());
    assert!(!project.path("xcc.lock").exists());
}

#[test]
fn profiles_are_chosen_and_checked() {
    let project = Project::new();
    project.fails(&["build", "--profile", "loca"], 1, "XCC0710", None);
    project.run(&["build", "--profile", "local"]).succeeds();
    let zero = "Vault = \"0x0000000000000000000000000000000000000000\"";
    project.edit(
        "xcc.toml",
        "Vault = \"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"",
        zero,
    );
    let before = project.files();
    project.fails(&["build"], 1, "XCC0716", Some(("xcc.toml", 21)));
    assert_eq!(project.files(), before);
}

#[test]
fn a_wrong_profile_and_a_wrong_source_are_told_in_one_run() {
    let project = Project::new();
    project.edit("deposit.xcc", "chain aptos: aptos;", "chain aptos aptos;");
    project.edit(
        "xcc.toml",
        "[project]",
        "[project]\ndefault-profile = \"x\"",
    );
    let run = project.run(&["build", "--format", "json"]);
    let codes: Vec<_> = run
        .findings()
        .iter()
        .map(|f| f["code"].to_string())
        .collect();
    assert_eq!(codes.len(), 2, "{run:?}");
    assert!(codes.contains(&"\"XCC0710\"".to_owned()), "{codes:?}");
}
