//! What happened in a run, for programs and for diagrams.

use serde_json::Value as Json;
use xcc::sim::text::Teller;
use xcc::sim::{Fault, Notation, Options, Run, Weights, replay, simulate};

use crate::{golden, options, project, projects, subject};

/// A run with a bit of everything.
const MOVES: &str = "start; deliver Execute supply failing 1; delay Execute supply 60; pass 60; \
    forge Executed supply; deliver Execute supply; deliver Execute supply; fork aptos 1; \
    lose Executed supply; redrive; cancel; deliver Execute supply gas 0";

fn everything() -> (Options, Run) {
    let subject = subject(project("lend-on-aptos"));
    let options = options(1, Weights::NONE);
    let moves = Notation::new(&subject, &options.script).parse_all(MOVES);
    let run = replay(&subject, &options, &moves.expect("moves"));
    assert_eq!(run.failure, None);
    for fault in [
        Fault::Drop,
        Fault::Delay,
        Fault::Forge,
        Fault::Reorg,
        Fault::Repeat,
        Fault::Refuse,
    ] {
        assert!(run.struck.get(fault) > 0, "{}", fault.name());
    }
    (options, run)
}

#[test]
fn every_form_reads_well() {
    let subject = subject(project("lend-on-aptos"));
    let (options, run) = everything();
    let teller = Teller::new(&subject, &options, &run);
    golden("trace.txt", &teller.timeline(&run));
    golden(
        "trace.json",
        &format!("{:#}\n", teller.json(&options, &run)),
    );
    golden("trace.mmd", &teller.mermaid(&run));
}

/// What the JSON says of its moves makes the same run.
#[test]
fn json_repeats_its_run() {
    for project in projects() {
        let subject = subject(project);
        let options = options(5, Weights::default());
        let run = simulate(&subject, &options);
        let json = Teller::new(&subject, &options, &run).json(&options, &run);
        let moves = json["moves"].as_str().expect("a text");
        let moves = Notation::new(&subject, &options.script).parse_all(moves);
        let again = replay(&subject, &options, &moves.expect("moves"));
        assert_eq!(again.timeline, run.timeline);
        let entries = json["timeline"].as_array().expect("a list");
        assert_eq!(entries.len(), run.timeline.len());
        assert!(entries.iter().all(|entry| entry["what"].is_string()));
    }
}

/// No sign that means something to Mermaid is left in a label, and every arrow has its two participants.
#[test]
fn diagrams_are_well_formed() {
    for project in projects() {
        let subject = subject(project);
        for seed in 0..5 {
            let options = Options {
                instances: 2,
                ..options(seed, Weights::default())
            };
            let run = simulate(&subject, &options);
            let text = Teller::new(&subject, &options, &run).mermaid(&run);
            let chains = subject.machines().len();
            for line in text.lines().skip(1) {
                let line = line.trim_start();
                if line.starts_with("participant") {
                    continue;
                }
                let (head, label) = line.split_once(": ").expect(line);
                let label = label.replace("<br/>", "");
                assert!(!label.contains(['<', '>', '"']), "{line}");
                let without = regex_free(&label);
                assert!(!without.contains(['#', ';']), "{line}");
                let participants = head.replace("Note over ", "");
                let participants = participants.replace("->>", ",").replace("-x", ",");
                for participant in participants.split(',') {
                    let number = participant.strip_prefix('c').expect(line);
                    let number: usize = number.parse().expect(line);
                    assert!(number < chains, "{line}");
                }
            }
        }
    }
}

/// A label without the signs that are written by their numbers.
fn regex_free(label: &str) -> String {
    let mut parts = label.split('#');
    let first = parts.next().unwrap_or("").to_owned();
    let rest = parts.map(|part| {
        let (digits, rest) = part.split_once(';').unwrap_or(("x", part));
        assert!(
            digits.chars().all(|digit| digit.is_ascii_digit()),
            "{label}"
        );
        rest
    });
    first + &rest.collect::<String>()
}

#[test]
fn json_is_one_object() {
    let subject = subject(project("lend-on-aptos"));
    let (options, run) = everything();
    let json = Teller::new(&subject, &options, &run).json(&options, &run);
    let text = json.to_string();
    let back: Json = serde_json::from_str(&text).expect("JSON");
    assert_eq!(back["format"], "xcc-trace-1");
    assert_eq!(back["ends"][0]["steps"]["supply"], "Executed");
}
