//! Runs of the emitted participant in the virtual machine, over messages signed by guardians of the tests.

use xcc::ir::{MessageKind, Refusal};
use xcc::project::Compiled;
use xcc::wire::Value;
use xcc_tests::move_package::MovePackage;
use xcc_tests::move_suite::messages::{INSTANCE, Messages, OTHER_INSTANCE, minus, refusal, uint};
use xcc_tests::sui;

use crate::project::{self, CHAIN};

fn messages(compiled: &Compiled) -> Messages<'_> {
    use MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
    let mut all = Messages::new(compiled);
    all.add_request("reserve.execute", Execute, INSTANCE, &[uint(50), minus(4)]);
    all.add_request(
        "reserve.unguarded",
        Execute,
        INSTANCE,
        &[uint(50), minus(5)],
    );
    all.add_request("reserve.cancel", Cancel, INSTANCE, &[]);
    all.add_request("reserve.cancel_other", Cancel, OTHER_INSTANCE, &[]);
    all.add_reply("reserve.executed", Executed, INSTANCE, &[]);
    all.add_reply(
        "reserve.refused",
        Refused,
        INSTANCE,
        &[refusal(Refusal::Guard)],
    );
    all.add_reply("reserve.cancelled", Cancelled, INSTANCE, &[]);
    all.add_reply("reserve.cancelled_other", Cancelled, OTHER_INSTANCE, &[]);

    let stake = [Value::Bytes(vec![9; 32]), uint(50)];
    all.add_request("stake.execute", Execute, INSTANCE, &stake);
    all.add_request("stake.cancel", Cancel, INSTANCE, &[]);
    all.add_reply("stake.executed", Executed, INSTANCE, &[uint(150)]);
    all.add_reply("stake.late", Refused, INSTANCE, &[refusal(Refusal::Late)]);
    all.add_reply("stake.cancelled", Cancelled, INSTANCE, &[]);

    let list = Value::List(vec![uint(7), uint(65_535)]);
    let memo = Value::String("café".to_owned());
    let note = [memo, list, Value::Option(Some(Box::new(uint(9))))];
    all.add_without_deadline("note.execute", &note);
    all.add_reply("note.executed", Executed, INSTANCE, &[]);
    all.add_false("stake", &stake);
    all
}

/// The package with mocks for its targets and with its tests.
fn tested() -> MovePackage {
    let compiled = project::compile("stake");
    messages(&compiled).tested(CHAIN, "stake", "lock_and_stake_sui")
}

#[test]
fn the_participant_keeps_its_table() {
    let report = sui::test(&tested()).unwrap();
    report.assert_clean();
    assert!(report.tests.len() >= 34, "{}", report.output);
}

/// The type arguments are part of the emitted functions, so a pool of another coin is a type error.
#[test]
fn a_pool_of_another_coin_is_no_argument() {
    let mut package = tested();
    let tests = package
        .files
        .get_mut("tests/participant_tests.move")
        .unwrap();
    *tests = tests.replace(
        "let mut pool = pool::new<USDC>(",
        "let mut pool = pool::new<sui::sui::SUI>(",
    );
    let report = sui::test(&package).unwrap();
    // Errors in tests are part of what the test runner prints.
    assert!(report.tests.is_empty(), "{report:?}");
    for part in [
        "incompatible types",
        "Given: 'sui::sui::SUI'",
        "Expected: 'usdc::usdc::USDC'",
    ] {
        assert!(report.output.contains(part), "{report:?}");
    }
}
