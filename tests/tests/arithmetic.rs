//! Arithmetic: what is computed is what the source says, every question whether something has a value is needed, and the answer is the
//! same wherever a value comes close to a limit.

use std::collections::BTreeMap;
use std::fs;

use xcc::analysis::explore::Model;
use xcc::entities::Inst;
use xcc::interp::network::Entry;
use xcc::interp::schedule::{Draw, Moves, Weights};
use xcc::interp::{Outcome, Rejected};
use xcc::ir::verify::Rule;
use xcc::ir::{InstData, MessageKind, Refusal, Rejection, verify};
use xcc::literal::Literal;
use xcc::wire::Value;
use xcc_tests::interp::{Bench, Drawn, Heard, Oracle, Walk, feature};
use xcc_tests::project::{Project, features_folder};

/// Moves of one schedule, and how many schedules there are.
const MOVES: usize = 60;
const SCHEDULES: u64 = 3_000;

#[test]
fn what_is_computed_is_what_the_source_says() {
    let project = feature("arithmetic");
    let (bench, mut heard) = (Bench::new(project), Heard::default());
    let model = Model::of(bench.program, bench.workflow);
    let moves = Moves::of(bench.program, bench.workflow);
    let drawn = Drawn::new(bench.program, &bench.setting);
    for seed in 0..SCHEDULES {
        let bench = bench.clone().with(drawn.with_seed(seed));
        let schedule = moves.draw(&mut Draw::new(seed), Weights::default(), MOVES);
        let mut oracle = Oracle::new(
            &project.package,
            bench.program,
            &bench.setting,
            &bench.inputs,
        );
        let mut hear =
            |outcome: &Outcome| oracle.hear(outcome, &format!("seed {seed}"), &mut heard);
        straight(bench.clone(), &mut hear);
        // What `start` rejects is looked at by another test.
        let _rejected = Walk::play(&model, bench, &schedule, |outcome, _| hear(outcome));
    }
    let Heard {
        calls,
        not_met,
        no_value,
        results,
    } = heard;
    assert!(calls > 2_000, "{heard:?}");
    assert!(not_met > 100 && no_value > 500, "{heard:?}");
    assert!(results > 20, "{heard:?}");
}

/// Delivers each message once, in the order they are sent.
fn straight(mut bench: Bench<'_>, hear: &mut impl FnMut(&Outcome)) {
    let Ok(started) = bench.start() else { return };
    hear(&started);
    let mut index = 0;
    while index < bench.network.mail().len() {
        if let Ok(outcome) = bench.present(index, Entry::Deliver) {
            hear(&outcome);
        }
        index += 1;
    }
}

/// The same program with the answer of each question in turn taken for granted.
#[test]
fn no_operation_is_let_through_unasked() {
    let sound = &feature("arithmetic").compiled.lowered.program;
    let mut asked = 0;
    for handler in sound.handlers.keys() {
        let insts: Vec<Inst> = sound.handlers[handler].body.insts.keys().collect();
        for inst in insts {
            let mut program = sound.clone();
            let inst = &mut program.handlers[handler].body.insts[inst];
            let InstData::Fits { result, .. } = *inst else {
                continue;
            };
            let literal = Literal::Bool(true);
            *inst = InstData::Literal { result, literal };
            asked += 1;
            let errors = verify(&program).expect_err("nothing tells that it fits");
            let is_it = |rule: &Rule| matches!(rule, Rule::MayNotFit(_));
            assert!(errors.0.iter().all(|error| is_it(&error.rule)), "{errors}");
        }
    }
    assert!(asked > 10, "{asked}");
}

/// What came of a step that runs alone, by what its input was.
fn refusals(project: &Project, inputs: &[u64]) -> BTreeMap<u64, Option<u8>> {
    let run = |&input: &u64| {
        let mut bench = Bench::new(project);
        let amount = bench
            .data()
            .inputs
            .iter()
            .position(|it| it.name == "amount");
        bench.inputs[amount.expect("it has an input")] = Value::Uint(input.into());
        bench.start().expect("it starts");
        let index = bench.network.mail().len() - 1;
        let outcome = bench.present(index, Entry::Deliver);
        let outcome = outcome.expect("nothing rejects a delivery");
        let reply = outcome.sent.last().expect("it answers");
        let kind = bench.program.messages[reply.message].kind;
        let reason = (kind == MessageKind::Refused).then(|| reply.bytes[reply.bytes.len() - 1]);
        (input, reason)
    };
    inputs.iter().map(run).collect()
}

/// A workflow whose one remote step is given an argument and a guard.
fn workflow(argument: &str, guard: &str) -> Project {
    let path = features_folder().join("pivot_on_base.xcc");
    let source = fs::read_to_string(path).expect("the feature is there");
    let source = source.replace("Base.run(amount)", &format!("Base.run({argument})"));
    let source = source.replace(
        "        pivot;",
        &format!("        require {guard}\n        pivot;"),
    );
    let project = Project::compile_source(&source, &[]);
    project.unwrap_or_else(|error| panic!("{error}"))
}

/// An expression with `a` spelt out.
fn spelt(expression: &str) -> String {
    expression.replace('a', "amount")
}

#[test]
fn the_limits_are_where_they_are() {
    const NO_VALUE: Option<u8> = Some(Refusal::NoValue as u8);
    let most = u64::MAX;
    let cases = [
        (
            "a + 5",
            vec![
                (0, None),
                (most - 5, None),
                (most - 4, NO_VALUE),
                (most, NO_VALUE),
            ],
        ),
        ("5 + a", vec![(most - 5, None), (most - 4, NO_VALUE)]),
        (
            "a - 5",
            vec![(5, None), (4, NO_VALUE), (0, NO_VALUE), (most, None)],
        ),
        ("5 - a", vec![(5, None), (6, NO_VALUE), (0, None)]),
        (
            "a * 3",
            vec![(most / 3, None), (most / 3 + 1, NO_VALUE), (0, None)],
        ),
        (
            "a * a",
            vec![((1 << 32) - 1, None), (1 << 32, NO_VALUE), (0, None)],
        ),
        ("7 / a", vec![(0, NO_VALUE), (1, None), (most, None)]),
        ("7 % a", vec![(0, NO_VALUE), (1, None), (most, None)]),
        ("a / a - 1", vec![(0, NO_VALUE), (1, None)]),
        (
            "(a - 1) * (a - 1)",
            vec![(0, NO_VALUE), (1, None), (most, NO_VALUE)],
        ),
    ];
    for (argument, expected) in cases {
        let project = workflow(&spelt(argument), "amount != 99");
        let inputs: Vec<_> = expected.iter().map(|(input, _)| *input).collect();
        let expected = expected.into_iter().collect();
        assert_eq!(refusals(&project, &inputs), expected, "{argument}");
    }
}

#[test]
fn the_right_side_counts_only_if_the_left_side_does_not_decide() {
    const GUARD: Option<u8> = Some(Refusal::Guard as u8);
    const NO_VALUE: Option<u8> = Some(Refusal::NoValue as u8);
    let cases = [
        ("a != 0 && 10 / a > 3", [GUARD, None, GUARD]),
        ("a == 0 || 10 / a > 3", [None, None, GUARD]),
        ("10 / a > 3 && a != 0", [NO_VALUE, None, GUARD]),
        ("10 / a > 3 || a == 0", [NO_VALUE, None, GUARD]),
        ("!(a == 0 || 10 / a <= 3)", [GUARD, None, GUARD]),
        ("(a != 0 && 10 / a > 3) == (a != 9)", [GUARD, None, GUARD]),
        (
            "a == 0 || (a != 0 && 10 / a > 3 || a - 9 == 0)",
            [None, None, NO_VALUE],
        ),
    ];
    for (guard, expected) in cases {
        let project = workflow("amount", &spelt(guard));
        let inputs = [0, 1, 5];
        let expected = inputs.into_iter().zip(expected).collect();
        assert_eq!(refusals(&project, &inputs), expected, "{guard}");
    }
}

#[test]
fn what_has_no_value_at_home_rejects_start() {
    let project = feature("arithmetic");
    let started = |amount: u64, fee: u64| {
        let mut bench = Bench::new(project);
        for (field, input) in bench.data().inputs.iter().zip(&mut bench.inputs) {
            match field.name.as_str() {
                "amount" => *input = Value::Uint(amount.into()),
                "fee" => *input = Value::Uint(fee.into()),
                "price" => *input = Value::Uint(1.into()),
                _ => {}
            }
        }
        bench.start().map(|_| ())
    };
    let no_value = Err(Rejected::from(Rejection::NoValue));
    let not_met = Err(Rejected::from(Rejection::GuardNotMet));
    assert_eq!(started(7, 7), Ok(()));
    assert_eq!(started(6, 7), not_met);
    assert_eq!(started(u64::MAX, 1), Ok(()));
    assert_eq!(started(u64::MAX, 0), no_value);
}
