//! `xcc sim`: what it prints, that its last line repeats it, and what it refuses.

use serde_json::Value as Json;

use super::{Project, Run};

/// The last line of the output, as words.
fn repetition(run: &Run) -> Vec<String> {
    let line = run.stdout.lines().last().expect("a last line");
    let mut words = Vec::new();
    let mut quoted = line.split('\'');
    while let Some(plain) = quoted.next() {
        words.extend(plain.split_whitespace().map(str::to_owned));
        words.extend(quoted.next().map(str::to_owned));
    }
    assert_eq!(words[..2], ["xcc", "sim"], "{line}");
    words.split_off(1)
}

/// Runs what the last line of a run says.
fn again(project: &Project, run: &Run) -> Run {
    let words = repetition(run);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    project.run(&words)
}

/// The timeline at the top of the output.
fn timeline(run: &Run) -> &str {
    let end = run.stdout.find("\n\n").expect("an end");
    &run.stdout[..end]
}

#[test]
fn the_last_line_prints_the_same_again() {
    let project = Project::new();
    for args in [
        &["sim"][..],
        &["sim", "--faults", "none"],
        &["sim", "--seed", "7", "--runs", "20"],
        &["sim", "--instances", "3", "--moves", "100"],
        &[
            "sim",
            "--faults",
            "drop,undo-fails",
            "--workflow",
            "Deposit",
        ],
        &[
            "sim",
            "--replay",
            "start; cancel by user",
            "--profile",
            "local",
        ],
    ] {
        let run = project.run(args).succeeds();
        let repeated = again(&project, &run).succeeds();
        assert_eq!(repeated.stdout, run.stdout, "{args:?}");
    }
    let from_outside = Project::empty();
    let path = project.path("");
    let path = path.to_str().expect("UTF-8");
    let run = from_outside.run(&["sim", path]).succeeds();
    assert_eq!(again(&from_outside, &run).stdout, run.stdout);
    assert_eq!(timeline(&run), timeline(&project.run(&["sim"])));
}

/// A run that fails is made shorter, and the line repeats the short one.
#[test]
fn a_failing_run_is_shrunk_and_repeated() {
    let project = Project::new();
    project.write("completes.toml", "[expect]\nphase = \"Completed\"\n");
    let args = ["sim", "--scenario", "completes.toml", "--runs", "100"];
    let run = project.run(&args);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("XCC1103"), "{run:?}");
    assert!(run.stdout.contains("100 runs"), "{run:?}");
    let words = repetition(&run);
    let replay = words.iter().position(|word| word == "--replay");
    let moves = &words[replay.expect("moves") + 1];
    assert!(moves.split(';').count() <= 4, "{moves}");
    let repeated = again(&project, &run);
    assert_eq!(repeated.code, Some(1), "{repeated:?}");
    assert_eq!(timeline(&repeated), timeline(&run));
    assert!(
        timeline(&run)
            .ends_with("---- expected was the phase Completed, and it is Compensated ----")
    );
    assert_eq!(repeated.stdout.lines().last(), run.stdout.lines().last());
}

#[test]
fn the_result_is_there_for_programs_too() {
    let project = Project::new();
    let args = [
        "sim",
        "--runs",
        "10",
        "--instances",
        "2",
        "--format",
        "json",
    ];
    let json = project.run(&args).succeeds().json();
    let result = &json["result"];
    assert_eq!(result["runs"], 10);
    assert_eq!(result["failed"], 0);
    assert_eq!(result["instances"], 20);
    let ends = result["ends"].as_array().expect("a list");
    let count = |end: &Json| end["instances"].as_u64().expect("a number");
    assert_eq!(ends.iter().map(count).sum::<u64>(), 20);
    assert_eq!(
        result["faults"].as_object().map(serde_json::Map::len),
        Some(12)
    );
    assert_eq!(result["run"]["format"], "xcc-trace-1");
    assert_eq!(result["repeat"], "xcc sim --instances 2 --seed 1 --runs 10");
}

#[test]
fn what_happened_is_written_where_it_is_asked_for() {
    let project = Project::new();
    for (format, file) in [
        ("text", "trace.txt"),
        ("json", "trace.json"),
        ("mermaid", "trace.mmd"),
    ] {
        project.run(&["sim", "--trace", format]).succeeds();
        let usual = project.read(file);
        let args = ["sim", "--trace", format, "--trace-to", "here", "--quiet"];
        let run = project.run(&args).succeeds();
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
        assert_eq!(project.read("here"), usual, "{format}");
    }
    assert!(project.read("trace.mmd").starts_with("sequenceDiagram\n"));
    let json: Json = serde_json::from_str(&project.read("trace.json")).expect("JSON");
    assert_eq!(json["chains"], serde_json::json!(["ethereum", "aptos"]));
    let args = ["sim", "--trace", "json", "--trace-to", "no/such/folder"];
    project.fails(&args, 3, "XCC1006", None);
    let unasked = project.run(&["sim", "--trace-to", "here"]);
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
}

#[test]
fn wrong_arguments_are_refused() {
    let project = Project::new();
    for args in [
        ["sim", "--faults", "dorp"],
        ["sim", "--faults", "drop,,late"],
        ["sim", "--runs", "0"],
        ["sim", "--runs", "99999999999999999999"],
        ["sim", "--instances", "0"],
        ["sim", "--instances", "101"],
        ["sim", "--moves", "1000000"],
        ["sim", "--seed", "-1"],
        ["sim", "--trace", "html"],
    ] {
        let run = project.run(&args);
        assert_eq!(run.code, Some(2), "{args:?}: {run:?}");
    }
    let both = project.run(&["sim", "--replay", "start", "--runs", "2"]);
    assert_eq!(both.code, Some(2), "{both:?}");
    let misspelt = project.run(&["sim", "--faults", "dorp"]);
    assert!(
        misspelt.stderr.contains("did you mean `drop`?"),
        "{misspelt:?}"
    );
    project.fails(&["sim", "--workflow", "Depsit"], 1, "XCC1108", None);
    project.fails(&["sim", "--replay", "jump"], 1, "XCC1107", None);
    project.fails(&["sim", "--scenario", "no.toml"], 3, "XCC0702", None);
    project.write("folder/file", "");
    project.fails(&["sim", "--scenario", "folder"], 3, "XCC0703", None);
    project.write("scenario.toml", "[inputs]\n\namont = 1\n");
    let place = Some(("scenario.toml", 3));
    project.fails(&["sim", "--scenario", "scenario.toml"], 1, "XCC1105", place);
}

/// The greatest seed there is has no next one, and the runs go on from the least.
#[test]
fn seeds_may_be_as_great_as_they_like() {
    let project = Project::new();
    let greatest = u64::MAX.to_string();
    let run = project.run(&["sim", "--seed", &greatest, "--runs", "2"]);
    run.succeeds();
}

#[test]
fn several_workflows_must_be_chosen_from() {
    let project = Project::new();
    let source = project.read("deposit.xcc");
    let workflow = &source[source.find("/// Deposits").expect("a workflow")..];
    let second = workflow.replace("workflow Deposit ", "workflow Second ");
    project.write("deposit.xcc", format!("{source}\n{second}"));
    project.fails(&["sim"], 1, "XCC1108", None);
    let run = project.run(&["sim", "--workflow", "Second"]).succeeds();
    assert!(run.stdout.contains("Second: 1 run"), "{run:?}");
}

/// Who may not start tries once, and not again and again.
#[test]
fn a_start_that_is_refused_for_good_is_not_tried_again() {
    let project = Project::new();
    project.write("stranger.toml", "by = \"stranger\"\n");
    let args = ["sim", "--scenario", "stranger.toml"];
    let run = project.fails(&args, 1, "XCC1109", Some(("deposit.xcc", 10)));
    let entries = run.json()["result"]["run"]["timeline"].clone();
    assert_eq!(entries.as_array().map(Vec::len), Some(1), "{entries:#}");
}

/// Every scenario of the documentation can be read and keeps its expectations.
#[test]
fn the_documentation_shows_what_is_printed() {
    let page = include_str!("../../../compiler/docs/sim.md");
    let project = Project::new();
    let run = project.run(&["sim", "--faults", "none"]).succeeds();
    let shown = format!("```console\n$ xcc sim --faults none\n{}```\n", run.stdout);
    assert!(page.contains(&shown), "sim.md must show:\n{shown}");
    let scenarios = page.split("```scenario\n").skip(1);
    let scenarios: Vec<_> = scenarios
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(scenarios.len(), 2);
    for scenario in scenarios {
        project.write("scenario.toml", scenario);
        let args = ["sim", "--scenario", "scenario.toml", "--runs", "20"];
        project.run(&args).succeeds();
    }
}

/// Each fault is on the page, as the command line names it.
#[test]
fn every_fault_is_documented() {
    let page = include_str!("../../../compiler/docs/sim.md");
    let help = Project::empty().run(&["sim", "--help"]).succeeds().stdout;
    for fault in xcc::sim::Fault::ALL {
        let row = format!("\n| `{}` | ", fault.name());
        assert!(page.contains(&row), "{row}");
        assert!(help.contains(fault.describe()), "{}", fault.name());
    }
}

/// Ctrl-C ends after the run that is under way, and what was covered is printed.
#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_prints_what_was_covered() {
    use std::process::{Command, Stdio};

    let project = Project::new();
    let mut command = project.command(&["sim", "--runs", "100000000"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = child.spawn().expect("xcc runs");
    let id = child.id();
    while !catches_interrupts(id) {
        std::thread::yield_now();
    }
    let killed = Command::new("kill")
        .args(["-INT", &id.to_string()])
        .status();
    assert!(killed.expect("kill runs").success());
    let run = Run::of(child.wait_with_output().expect("xcc ends"));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("Deposit: stopped after "), "{run:?}");
    assert!(
        run.stdout
            .contains(" of 100,000,000 runs, every promise kept"),
        "{run:?}"
    );
}

/// Whether a process has a handler for SIGINT, the second signal.
#[cfg(target_os = "linux")]
fn catches_interrupts(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.expect("the process is running");
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.expect("signals").trim(), 16);
    caught.expect("a mask") & 0b10 != 0
}
