//! Projects of several source files.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::Project;

const SHARED: &str = "shared/chains.xcc";

/// The project that `xcc init` writes, with everything but its workflow in a file of its own.
fn split() -> Project {
    let project = Project::new();
    move_declarations(&project, "deposit.xcc");
    project
}

/// Moves what stands before the workflow of a source file into [`SHARED`], and imports all of it.
fn move_declarations(project: &Project, path: &str) {
    let source = project.read(path);
    let workflow = source.find("\nworkflow ").expect("a workflow");
    let docs = source[..workflow].rfind("\n\n").expect("an empty line");
    let (declared, workflow) = source.split_at(docs + 1);
    project.write(SHARED, declared.replace("from \"", "from \"../"));
    let words: Vec<Vec<&str>> = declared
        .lines()
        .map(|line| line.split([' ', ':']).collect())
        .collect();
    let names = words.iter().filter_map(|words| match words.as_slice() {
        ["chain" | "contract" | "asset", name, ..] => Some(*name),
        _ => None,
    });
    let names = names.collect::<Vec<_>>().join(", ");
    project.write(
        path,
        format!("import {{ {names} }} from \"{SHARED}\";\n{workflow}"),
    );
}

/// What was written below the output folder, by path.
fn output(project: &Project) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = project.path("generated");
    let files = project.files().into_iter();
    let below = files.filter_map(|(path, content)| {
        let path = path.strip_prefix(&folder).ok()?.to_owned();
        Some((path, content))
    });
    below.collect()
}

#[test]
fn a_project_that_is_split_emits_what_the_whole_emits() {
    let whole = [
        (Project::new(), "deposit.xcc"),
        (Project::example("swap-and-stake"), "swap_and_stake.xcc"),
        (Project::example("lend-on-aptos"), "lend_on_aptos.xcc"),
    ];
    for (project, source) in whole {
        project.run(&["build"]).succeeds();
        let (emitted, facts) = (output(&project), facts(&project));
        assert!(emitted.len() > 20, "{:?}", emitted.keys());
        assert!(facts.contains("fingerprint 0x"), "{facts}");
        move_declarations(&project, source);
        project.fails(&["build", "--check"], 1, "XCC1001", None);
        project.run(&["build"]).succeeds();
        assert!(output(&project) == emitted, "{source}: other output");
        assert_eq!(self::facts(&project), facts);
    }
}

/// The fingerprints and layouts of a project.
fn facts(project: &Project) -> String {
    project.run(&["build", "--emit", "facts"]).succeeds().stdout
}

#[test]
fn a_change_of_an_imported_file_makes_the_output_stale() {
    let project = split();
    project.run(&["build"]).succeeds();
    let lock = project.read("xcc.lock");
    for file in ["deposit.xcc", SHARED, "abi/Vault.json", "move/pool.json"] {
        assert!(lock.contains(&format!("\"{file}\" = ")), "{file}: {lock}");
    }
    project.run(&["build", "--check"]).succeeds();
    project.edit(SHARED, "chain ethereum", "/// Home.\nchain ethereum");
    let run = project.fails(&["build", "--check"], 1, "XCC1001", None);
    assert!(
        run.stdout.contains("`shared/chains.xcc` has changed"),
        "{run:?}"
    );
    project.run(&["build"]).succeeds();
    project.run(&["build", "--check"]).succeeds();
}

#[test]
fn every_command_reads_all_files() {
    let project = split();
    project.run(&["check"]).succeeds();
    project.run(&["sim", "--runs", "2"]).succeeds();
    let tree = project.run(&["build", "--emit", "ast"]).succeeds().stdout;
    for part in ["Chain(", "Workflow(", "ImportedName"] {
        assert!(tree.contains(part), "{part}: {tree}");
    }
    project.run(&["check", "deposit.xcc"]).succeeds();
}

#[test]
fn files_that_nobody_imports_are_listed() {
    let project = split();
    let source = project.read("deposit.xcc");
    let again = source.replace("workflow Deposit", "workflow Again");
    let again = again.replace("\"shared/", "\"../shared/");
    project.write("flows/again.xcc", again);
    project.edit(
        "xcc.toml",
        "\"deposit.xcc\"",
        "[\"deposit.xcc\", \"flows/again.xcc\"]",
    );
    project.run(&["build"]).succeeds();
    let names = output(&project).into_keys();
    let names: Vec<_> = names.map(|path| path.display().to_string()).collect();
    for name in ["Deposit", "Again"] {
        let has = names.iter().any(|path| path.contains(name));
        assert!(has, "{name}: {names:?}");
    }
    let lock = project.read("xcc.lock");
    assert!(lock.contains("\"flows/again.xcc\" = "), "{lock}");
}

#[test]
fn a_list_of_files_has_different_strings() {
    for (list, line) in [
        ("[]", 6),
        ("1", 6),
        ("[\"deposit.xcc\", 2]", 6),
        ("[\"deposit.xcc\",\n \"deposit.xcc\"]", 7),
        ("[\"deposit.xcc\",\n\n \"/etc/a.xcc\"]", 8),
    ] {
        let project = Project::new();
        project.edit("xcc.toml", "\"deposit.xcc\"", list);
        project.fails(&["build"], 1, "XCC0708", Some(("xcc.toml", line)));
    }
}

#[test]
fn imported_files_that_cannot_be_read_are_named_where_they_are_imported() {
    let project = split();
    fs::remove_file(project.path(SHARED)).expect("removed");
    project.fails(&["build"], 3, "XCC0702", Some(("deposit.xcc", 1)));
    fs::create_dir(project.path(SHARED)).expect("created");
    project.fails(&["build"], 3, "XCC0703", Some(("deposit.xcc", 1)));
    let project = split();
    project.write(SHARED, b"chain a: evm;\n\n// caf\xe9\n");
    project.fails(&["build"], 1, "XCC0704", Some((SHARED, 3)));
    let project = split();
    project.edit(SHARED, "../abi/Vault.json", "abi/Vault.json");
    let run = project.fails(&["build"], 3, "XCC0702", Some((SHARED, 6)));
    assert!(run.stdout.contains("shared/abi/Vault.json"), "{run:?}");
    assert!(output(&project).is_empty());
}

#[test]
fn findings_of_several_files_come_in_one_run_and_at_their_places() {
    let project = split();
    project.edit(SHARED, "chain aptos: aptos;", "chain aptos aptos;");
    project.write("more.xcc", "chain solana: svm\n");
    let source = project.read("deposit.xcc");
    let import = "import { solana } from \"more.xcc\";\n";
    project.write("deposit.xcc", format!("{import}{source}"));
    project.fails(&["build"], 1, "XCC0107", Some((SHARED, 4)));
    project.fails(&["build"], 1, "XCC0108", Some(("more.xcc", 1)));
    let log = project.run(&["build", "--format", "sarif"]).json();
    let results = log["runs"][0]["results"].as_array().expect("results");
    let files = results.iter().map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        place["artifactLocation"]["uri"].as_str().expect("a file")
    });
    assert_eq!(files.collect::<Vec<_>>(), ["more.xcc", SHARED]);
}

#[test]
fn files_that_import_each_other_are_refused() {
    let project = split();
    let shared = project.read(SHARED);
    let import = "import { Deposit } from \"../deposit.xcc\";\n";
    project.write(SHARED, format!("{import}{shared}"));
    project.fails(&["build"], 1, "XCC0227", Some((SHARED, 1)));
    project.edit(SHARED, import, "import { A } from \"../../a.xcc\";\n");
    project.fails(&["build"], 1, "XCC0228", Some((SHARED, 1)));
}
