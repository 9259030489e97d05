//! Runs of the emitted participant in the virtual machine, over messages signed by guardians of the tests.

use xcc::ir::{MessageKind, Refusal};
use xcc::project::Compiled;
use xcc::wire::Value;
use xcc_tests::aptos;
use xcc_tests::move_package::MovePackage;
use xcc_tests::move_suite::messages::{INSTANCE, Messages, OTHER_INSTANCE, minus, refusal, uint};

use crate::project::{self, CHAIN};

/// The constant `@EOA` of the project.
const EOA: [u8; 20] = [
    0x70, 0x99, 0x79, 0x70, 0xc5, 0x18, 0x12, 0xdc, 0x3a, 0x01, 0x0c, 0x7d, 0x01, 0xb5, 0x0e, 0x0d,
    0x17, 0xdc, 0x79, 0xc8,
];
/// The constant `@POOL` of the project: the object that the desk makes with the seed `pool`.
const POOL: &str = "0xef25a521f62956df74feaa976fe77997628b3a6030a81dcd5ff09e6f1ce86da6";

fn address(last: u8) -> Value {
    let mut bytes = vec![0; 32];
    bytes[31] = last;
    Value::Bytes(bytes)
}

fn messages(compiled: &Compiled) -> Messages<'_> {
    use MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
    let mut all = Messages::new(compiled);
    let receipt = Value::Bytes("caf\u{e9}".into());
    let executed = [uint(100), receipt.clone()];
    all.add_request("open.execute", Execute, INSTANCE, &open(3));
    all.add_request("open.unguarded", Execute, INSTANCE, &open(4));
    all.add_request("open.cancel", Cancel, INSTANCE, &[]);
    all.add_request("open.cancel_other", Cancel, OTHER_INSTANCE, &[]);
    all.add_reply("open.executed", Executed, INSTANCE, &executed);
    all.add_reply(
        "open.refused",
        Refused,
        INSTANCE,
        &[refusal(Refusal::Guard)],
    );
    all.add_reply("open.late", Refused, INSTANCE, &[refusal(Refusal::Late)]);
    all.add_reply("open.cancelled", Cancelled, INSTANCE, &[]);
    all.add_reply("open.cancelled_other", Cancelled, OTHER_INSTANCE, &[]);
    all.add_request("open.reply", Cancelled, INSTANCE, &[]);

    let receipt = Value::Bytes(b"receipt".to_vec());
    let (user, eoa) = (Value::Bytes(vec![9; 20]), Value::Bytes(EOA.to_vec()));
    all.add_request(
        "instance.execute",
        Execute,
        INSTANCE,
        &[receipt.clone(), user],
    );
    all.add_request("instance.unguarded", Execute, INSTANCE, &[receipt, eoa]);
    all.add_request("instance.cancel", Cancel, INSTANCE, &[]);
    all.add_reply("instance.executed", Executed, INSTANCE, &[]);
    all.add_reply(
        "instance.refused",
        Refused,
        INSTANCE,
        &[refusal(Refusal::Guard)],
    );
    all.add_reply("instance.cancelled", Cancelled, INSTANCE, &[]);

    all.add_request("commit.execute", Execute, INSTANCE, &[uint(100), uint(7)]);
    all.add_request("commit.cancel", Cancel, INSTANCE, &[]);
    all.add_reply("commit.executed", Executed, INSTANCE, &[]);

    add_settle(&mut all);
    all.add_false("open", &open(3));
    all.add_text("pool", POOL);
    all
}

/// The fields of an Execute of `open`, whose guard demands that the field `delta`, which is negative, be greater than -4.
fn open(minus_delta: u64) -> [Value; 7] {
    [
        address(7),
        uint(50),
        Value::String("caf\u{e9}".to_owned()),
        minus(minus_delta),
        minus(4),
        Value::Variant(1),
        Value::Bytes(vec![0, 0, 0, 1]),
    ]
}

fn add_settle(all: &mut Messages<'_>) {
    let fields = [
        Value::List(vec![uint(30), uint(5)]),
        Value::Bytes(b"memo".to_vec()),
        Value::Option(Some(Box::new(uint(7)))),
    ];
    all.add_without_deadline("settle.execute", &fields);
    all.add_reply("settle.executed", MessageKind::Executed, INSTANCE, &[]);
}

/// The package with mocks for its targets and with its tests.
fn tested() -> MovePackage {
    let compiled = project::compile("trade");
    messages(&compiled).tested(CHAIN, "trade", "trade_aptos")
}

#[test]
fn the_participant_keeps_its_table() {
    let report = aptos::test(&tested()).unwrap();
    report.assert_clean();
    assert!(report.tests.len() >= 37, "{}", report.output);
}

/// What the emitted module must not be, each as a text and what stands in its place.
const MUTANTS: [(&str, &str); 7] = [
    ("record.status = STATUS_TOMBSTONE;", ""),
    ("record.status = STATUS_CANCELLED;", ""),
    ("record.status = STATUS_EXECUTED;", ""),
    ("record.status = STATUS_REFUSED;", ""),
    (
        "assert!(timestamp::now_seconds() <= deadline, EDeadlinePassed);",
        "let _ = deadline;",
    ),
    (
        "assert!(timestamp::now_seconds() > deadline, EDeadlineNotPassed);",
        "let _ = deadline;",
    ),
    ("const STEP_COMMIT: u16 = 3;", "const STEP_COMMIT: u16 = 1;"),
];

/// The tests above notice when the table is not kept.
#[test]
fn mutants_are_caught() {
    for (original, mutated) in MUTANTS {
        let mut package = tested();
        let module = package
            .files
            .get_mut("sources/trade_aptos.move")
            .expect("the module is there");
        assert!(module.contains(original), "{original}");
        *module = module.replace(original, mutated);
        let report = aptos::test(&package).unwrap();
        assert!(!report.tests.is_empty(), "{original}: {report:?}");
        assert!(!report.failures().is_empty(), "{original} is not missed");
    }
}
