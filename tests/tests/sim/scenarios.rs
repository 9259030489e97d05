//! Scenarios: what they say happens, what they expect is compared, and what they cannot mean is refused where it stands.

use xcc::diagnostic::Diagnostics;
use xcc::ir::{Phase, Status};
use xcc::literal::U256;
use xcc::sim::{FailureKind, Options, Run, Script, Weights, scenario, simulate};
use xcc::source::SourceMap;
use xcc::wire::Value;

use crate::{golden_run, options, project, subject};

/// What a scenario says about a project, or the codes and places of what is wrong with it.
fn read(name: &str, text: &str) -> Result<Script, Vec<(&'static str, String)>> {
    let mut sources = SourceMap::new();
    let source = sources.add("scenario.toml", text);
    let mut diagnostics = Diagnostics::new();
    let script = scenario::read(source, text, &subject(project(name)), &mut diagnostics);
    script.map_err(|_| {
        let findings = diagnostics.sorted().into_iter().map(|finding| {
            let span = finding.diagnostic.span().expect("a place");
            let place = sources.slice(span).to_owned();
            (finding.diagnostic.code.as_str(), place)
        });
        findings.collect()
    })
}

/// One run of a scenario.
fn run(name: &str, text: &str) -> Run {
    let script = read(name, text).expect("a scenario");
    let weights = script.faults.unwrap_or(Weights::NONE);
    let options = Options {
        script,
        ..options(1, weights)
    };
    simulate(&subject(project(name)), &options)
}

fn uint(number: u64) -> Value {
    Value::Uint(U256::from(number))
}

#[test]
fn amounts_are_those_of_the_scenario() {
    let text = "
        begins = 1_800_000_000
        [inputs]
        usdc = 5_000
        usdc_back = \"4900\"
        sol = 0x21
        [steps.stake.call]
        returns = { shares = 77 }
        [expect]
        phase = \"Completed\"
        steps = { price = \"Executed\", pay_price = \"Executed\", receipt = \"Executed\" }
        returns = { shares = 77 }
    ";
    let run = run("swap-and-stake", text);
    assert_eq!(run.failure, None);
    assert_eq!(run.ends[0].returned, Some(vec![uint(77)]));
    assert_eq!(
        run.ends[0].inputs[2..5],
        [uint(5_000), uint(33), uint(4_900)]
    );
    golden_run("amounts", "swap-and-stake", &run);
}

/// Three failures are retried as the source says, a fourth is a refusal.
#[test]
fn a_call_fails_so_often() {
    for (times, end) in [(3, Phase::Completed), (4, Phase::Compensated)] {
        let text = format!("[steps.tried.call]\nfails = {times}\n");
        let run = run("policies", &text);
        assert_eq!(run.failure, None);
        assert_eq!(run.ends[0].phase, end, "{times}");
    }
}

/// The owner gives up a compensation that fails, the rest is undone, and the claim succeeds when the call does.
#[test]
fn a_compensation_is_parked_and_claimed() {
    let text = "
        moves = [
            \"start\", \"deliver Execute base_run\", \"deliver Executed base_run\",
            \"deliver Execute solana_run\", \"cancel by user\",
            \"deliver Cancel solana_run\",
            \"park Cancel solana_run by solana_owner\",
        ]
        [steps.solana_run.compensation]
        fails = 1
        [expect]
        phase = \"Compensated\"
        steps = { solana_run = \"Cancelled\", base_run = \"Cancelled\" }
    ";
    let run = run("parked", text);
    assert_eq!(run.failure, None);
    golden_run("parked_and_claimed", "parked", &run);
}

/// Nothing can settle an instance whose compensation the scenario never lets succeed; that is no broken promise.
#[test]
fn what_never_succeeds_is_waited_for() {
    let text = "
        moves = [\"start\", \"lose Execute supply\", \"cancel by user\"]
        [steps.pay.compensation]
        fails = \"always\"
        [expect]
        phase = \"Cancelling\"
    ";
    let run = run("lend-on-aptos", text);
    assert_eq!(run.failure, None);
    assert_eq!(run.ends[0].words, "waits while Cancelling");
}

#[test]
fn a_call_fails_with_a_probability() {
    let text = "[steps.base_run.call]\nfails = 0.5\n";
    let script = read("compensable", text).expect("a scenario");
    let subject = subject(project("compensable"));
    let ends = (0..100).map(|seed| {
        let options = Options {
            script: script.clone(),
            ..options(seed, Weights::NONE)
        };
        simulate(&subject, &options).ends[0].phase
    });
    let completed = ends.filter(|phase| *phase == Phase::Completed).count();
    assert!((25..75).contains(&completed), "{completed}");
}

#[test]
fn what_is_not_as_expected_is_found() {
    for (expected, words) in [
        ("phase = \"Compensated\"", "the phase Compensated"),
        ("steps = { supply = \"Refused\" }", "`supply` Refused"),
    ] {
        let run = run("lend-on-aptos", &format!("[expect]\n{expected}\n"));
        let failure = run.failure.expect("an unmet expectation");
        let FailureKind::Unexpected(what, _) = failure.kind else {
            panic!("{failure:?}");
        };
        assert_eq!(what, words);
    }
    let met = run(
        "lend-on-aptos",
        "[expect]\nsteps = { supply = \"Executed\" }\n",
    );
    assert_eq!(met.failure, None);
    assert_eq!(met.ends[0].steps[1].1, Status::Executed);
}

/// Only whom the source authorises may start.
#[test]
fn others_may_not_start() {
    let run = run("lend-on-aptos", "by = \"stranger\"\n");
    assert_eq!(run.failure, None);
    assert_eq!(run.ends[0].words, "not started: rejected: NotAuthorised");
}

#[test]
fn values_of_every_type_are_read() {
    let text = "
        [inputs]
        order = { id = 9, tag = \"0x01020304\", inner = { flag = true, small = 255, wide = \"340282366920938463463374607431768211455\" } }
    ";
    let script = read("records", text).expect("a scenario");
    let inner = vec![
        Value::Bool(true),
        uint(255),
        Value::Uint(U256::from(u128::MAX)),
    ];
    let order = vec![
        uint(9),
        Value::Bytes(vec![1, 2, 3, 4]),
        Value::Record(inner),
    ];
    assert_eq!(script.inputs[&1], Value::Record(order));
    let text = "[inputs]\na8 = -128\nb256 = \"-5\"\n";
    let script = read("signed", text).expect("a scenario");
    let minus = |number: u64| Value::Int((!U256::from(number)).overflowing_add(1.into()).0);
    assert!(script.inputs.values().any(|value| *value == minus(128)));
    assert!(script.inputs.values().any(|value| *value == minus(5)));
}

#[test]
fn what_cannot_be_meant_is_reported_where_it_stands() {
    let user = "\"0x0000000000000000000000000000000000000001\"";
    for (text, code, place) in [
        ("by = ", "XCC1104", ""),
        ("bye = 1", "XCC1105", "bye"),
        ("inputs = 1", "XCC1106", "1"),
        ("begins = -1", "XCC1106", "-1"),
        ("by = \"nobody\"", "XCC1106", "\"nobody\""),
        ("[inputs]\namont = 1", "XCC1105", "amont"),
        ("[inputs]\namount = 1.5", "XCC1106", "1.5"),
        ("[inputs]\namount = -1", "XCC1106", "-1"),
        (
            "[inputs]\namount = 18446744073709551616",
            "XCC1106",
            "18446744073709551616",
        ),
        ("[inputs]\namount = \"x\"", "XCC1106", "\"x\""),
        ("[inputs]\nuser = \"0x01\"", "XCC1106", "\"0x01\""),
        (&format!("[inputs]\nbeneficiary = {user}"), "XCC1106", user),
        ("[steps.suply.call]\nfails = 1", "XCC1105", "suply"),
        (
            "[steps.supply.compensation]\nfails = 1",
            "XCC1105",
            "compensation",
        ),
        (
            "[steps.supply.call]\nfails = \"often\"",
            "XCC1106",
            "\"often\"",
        ),
        ("[steps.supply.call]\nfails = 1.5", "XCC1106", "1.5"),
        ("[steps.supply.call]\nreturns = { x = 1 }", "XCC1105", "x"),
        (
            "[steps.pay.compensation]\nreturns = {}",
            "XCC1105",
            "returns",
        ),
        ("[faults]\ndorp = 1", "XCC1105", "dorp"),
        ("[faults]\ndrop = 65", "XCC1106", "65"),
        ("moves = 1", "XCC1106", "1"),
        ("moves = [\"jump\"]", "XCC1107", "\"jump\""),
        ("[expect]\nphase = \"Done\"", "XCC1106", "\"Done\""),
        ("[expect.steps]\npay = \"Done\"", "XCC1106", "\"Done\""),
        ("[expect.returns]\nshares = 1", "XCC1105", "shares"),
    ] {
        let findings = read("lend-on-aptos", text).expect_err(text);
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
        assert_eq!(findings[0].0, code, "{text}");
        assert!(findings[0].1.contains(place), "{text}: {findings:?}");
    }
    for (text, place) in [
        ("order = { id = 1 }", "{ id = 1 }"),
        ("order = [1]", "[1]"),
        (
            "order = { id = 1, tag = \"0x01\", inner = {}, more = 1 }",
            "more",
        ),
    ] {
        let findings = read("records", &format!("[inputs]\n{text}")).expect_err(text);
        assert_eq!(
            (findings.len(), findings[0].0),
            (1, "XCC1106"),
            "{findings:?}"
        );
        assert!(findings[0].1.contains(place), "{text}: {findings:?}");
    }
}
