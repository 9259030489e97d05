//! Moves as text: what is printed is read, and what is no move is refused.

use xcc::sim::{Notation, Options, Script, Weights, simulate};

use crate::{options, project, projects, subject};

#[test]
fn what_is_printed_is_read() {
    let mut count = 0;
    for project in projects() {
        let subject = subject(project);
        let notation = Notation::new(&subject, &Script::default());
        for seed in 0..20 {
            let options = Options {
                instances: 3,
                ..options(seed, Weights::default())
            };
            let schedule = simulate(&subject, &options).schedule;
            let text = notation.print_all(&schedule);
            assert_eq!(notation.parse_all(&text), Ok(schedule), "{text}");
            count += 1;
        }
    }
    assert!(count >= 400, "{count}");
}

#[test]
fn what_is_no_move_is_refused_with_a_reason() {
    let subject = subject(project("parked"));
    let notation = Notation::new(&subject, &Script::default());
    for (text, reason) in [
        ("jump", "there is no move `jump`"),
        ("deliver", "a kind of message is missing"),
        ("deliver Excute base_run", "`Excute` is no kind of message"),
        ("deliver Execute base", "there is no step `base`"),
        (
            "deliver Confirm base_run",
            "there is no Confirm of step `base_run`",
        ),
        (
            "cancel by base_owner",
            "`base_owner` is no account that is known on `ethereum`",
        ),
        ("cancel now", "`now` does not belong here"),
        ("pass", "seconds or a chain is missing"),
        ("pass mars 3", "no chain `mars` takes part"),
        ("pass 3s", "no chain `3s` takes part"),
        ("pass sui -3", "`-3` is no such number"),
        ("fork sui 2 again 0", "positions are counted from 1"),
        (
            "redrive failing 9",
            "only the first 8 calls can be told to fail",
        ),
        ("redrive gas much", "`much` is no such number"),
        ("redrive #0", "instances are counted from 1"),
        (
            "lose Execute base_run gas 0",
            "only a transaction has `failing` and `gas`",
        ),
    ] {
        let error = notation.parse(text).expect_err(text);
        assert_eq!(error.to_string(), reason, "{text}");
    }
}
