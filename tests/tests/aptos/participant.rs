//! Runs of the emitted participant in the virtual machine, over messages signed by guardians of the tests.

use std::collections::BTreeMap;
use std::fs;

use xcc::ir::{MessageKind, Refusal};
use xcc::literal::U256;
use xcc::project::Compiled;
use xcc::wire::{Header, Value, encode_message, header::NO_DEADLINE};
use xcc_tests::aptos;
use xcc_tests::move_package::MovePackage;
use xcc_tests::vaa::{Guardian, Vaa};

use crate::project;

const DEADLINE: u64 = 1_700_000_000;
const HOME_CHAIN: u16 = 2;
const INSTANCE: [u8; 32] = [0x11; 32];
const OTHER_INSTANCE: [u8; 32] = [0x22; 32];
/// The constant `@EOA` of the project.
const EOA: [u8; 20] = [
    0x70, 0x99, 0x79, 0x70, 0xc5, 0x18, 0x12, 0xdc, 0x3a, 0x01, 0x0c, 0x7d, 0x01, 0xb5, 0x0e, 0x0d,
    0x17, 0xdc, 0x79, 0xc8,
];
/// The constant `@POOL` of the project: the object that the desk makes with the seed `pool`.
const POOL: &str = "0xef25a521f62956df74feaa976fe77997628b3a6030a81dcd5ff09e6f1ce86da6";

/// The messages of a run, signed or as they are expected, by the name that the Move tests give them.
struct Messages<'a> {
    compiled: &'a Compiled,
    texts: BTreeMap<String, String>,
}

impl Messages<'_> {
    fn header(&self, step: &str, kind: MessageKind, instance: [u8; 32]) -> Header {
        let program = &self.compiled.lowered.program;
        let data = &program.messages[project::message(self.compiled, step, kind)];
        let fingerprint =
            self.compiled.lowered.facts.fingerprints[program.steps[data.step].workflow];
        Header {
            kind,
            step: program.steps[data.step].number,
            fingerprint: *fingerprint.first_chunk().unwrap(),
            deadline: if kind == MessageKind::Execute {
                DEADLINE
            } else {
                0
            },
            instance,
        }
    }

    /// The bytes of a message that the reference codec makes.
    fn encode(&self, step: &str, header: &Header, values: &[Value]) -> Vec<u8> {
        let message = project::message(self.compiled, step, header.kind);
        encode_message(header, self.compiled.lowered.facts.layout(message), values)
    }

    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.texts.insert(name.to_owned(), hex::encode(bytes));
    }

    fn add_signed(&mut self, name: &str, payload: Vec<u8>) {
        self.add(name, &home_says(payload).sign(&[Guardian::new(1)]));
    }

    fn add_request(&mut self, name: &str, kind: MessageKind, instance: [u8; 32], values: &[Value]) {
        let step = step_of(name);
        let payload = self.encode(step, &self.header(step, kind, instance), values);
        self.add_signed(name, payload);
    }

    fn add_reply(&mut self, name: &str, kind: MessageKind, instance: [u8; 32], values: &[Value]) {
        let step = step_of(name);
        let payload = self.encode(step, &self.header(step, kind, instance), values);
        self.add(name, &payload);
    }
}

fn step_of(name: &str) -> &str {
    name.split('.').next().unwrap()
}

fn home_says(payload: Vec<u8>) -> Vaa {
    let mut emitter_address = [0; 32];
    emitter_address[29..].copy_from_slice(&[0x0a, 0x11, 0xce]);
    Vaa {
        guardian_set: 0,
        timestamp: 1,
        nonce: 0,
        emitter_chain: HOME_CHAIN,
        emitter_address,
        sequence: 7,
        consistency_level: 1,
        payload,
    }
}

fn uint(value: u64) -> Value {
    Value::Uint(U256::from(value))
}

fn refusal(reason: Refusal) -> Value {
    uint(u64::from(reason as u8))
}

fn address(last: u8) -> Value {
    let mut bytes = vec![0; 32];
    bytes[31] = last;
    Value::Bytes(bytes)
}

fn messages(compiled: &Compiled) -> Messages<'_> {
    use MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
    let mut all = Messages {
        compiled,
        texts: BTreeMap::new(),
    };
    let receipt = Value::Bytes("caf\u{e9}".into());
    let executed = [uint(100), receipt.clone()];
    all.add_request("open.execute", Execute, INSTANCE, &open(-3));
    all.add_request("open.unguarded", Execute, INSTANCE, &open(-4));
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
    add_false_messages(&mut all);
    all
}

/// The fields of an Execute of `open`, whose guard demands that `delta` be greater than -4.
fn open(delta: i64) -> [Value; 7] {
    let signed = |value: i64| Value::Int(U256::MAX - U256::from(value.unsigned_abs() - 1));
    [
        address(7),
        uint(50),
        Value::String("caf\u{e9}".to_owned()),
        signed(delta),
        signed(-4),
        Value::Variant(1),
        Value::Bytes(vec![0, 0, 0, 1]),
    ]
}

fn add_settle(all: &mut Messages<'_>) {
    let fields = |amount: u64| {
        [
            Value::List(vec![uint(30), uint(5)]),
            Value::Bytes(b"memo".to_vec()),
            Value::Option(Some(Box::new(uint(7)))),
            uint(amount),
        ]
    };
    let header = Header {
        deadline: NO_DEADLINE,
        ..all.header("settle", MessageKind::Execute, INSTANCE)
    };
    for (name, amount) in [("settle.execute", 2), ("settle.unguarded", 1)] {
        let payload = all.encode("settle", &header, &fields(amount));
        all.add_signed(name, payload);
    }
    all.add_reply("settle.executed", MessageKind::Executed, INSTANCE, &[]);
}

/// Messages that differ from an authentic one in one thing.
fn add_false_messages(all: &mut Messages<'_>) {
    let header = all.header("open", MessageKind::Execute, INSTANCE);
    let payload = all.encode("open", &header, &open(-3));
    let guardian = [Guardian::new(1)];
    let mut other = home_says(payload.clone());
    other.emitter_address[31] ^= 1;
    all.add("open.other_emitter", &other.sign(&guardian));
    let mut other = home_says(payload.clone());
    other.emitter_chain += 1;
    all.add("open.other_chain", &other.sign(&guardian));
    let forged = home_says(payload.clone()).sign(&[Guardian::new(2)]);
    all.add("open.forged", &forged);

    let mut trailing = payload;
    trailing.push(0);
    all.add_signed("open.trailing", trailing);
    let mut of_other_program = header;
    of_other_program.fingerprint[7] ^= 1;
    let payload = all.encode("open", &of_other_program, &open(-3));
    all.add_signed("open.other_program", payload);
    let with_deadline = Header {
        deadline: 1,
        ..all.header("open", MessageKind::Cancel, INSTANCE)
    };
    let payload = all.encode("open", &with_deadline, &[]);
    all.add_signed("open.cancel_with_deadline", payload);
}

/// The package with mocks for its targets and with its tests.
fn tested() -> MovePackage {
    let compiled = project::compile("trade");
    let program = &compiled.lowered.program;
    let workflow = program.workflows.keys().next().unwrap();
    let mut texts = messages(&compiled).texts;
    texts.insert("instance".to_owned(), hex::encode(INSTANCE));
    let guardian = hex::encode(Guardian::new(1).address());
    texts.insert("guardian".to_owned(), guardian);
    texts.insert("deadline".to_owned(), DEADLINE.to_string());
    texts.insert("pool".to_owned(), POOL.to_owned());
    let fingerprint = compiled.lowered.facts.fingerprints[workflow];
    texts.insert("fingerprint".to_owned(), hex::encode(fingerprint));

    let file = project::folder("trade").join("participant_tests.move");
    let mut tests = fs::read_to_string(file).unwrap();
    for (name, text) in &texts {
        tests = tests.replace(&format!("{{{name}}}"), text);
    }
    let package = project::package(&compiled, "trade_aptos");
    let mut package = project::with_mocks(package, "trade");
    let path = "tests/participant_tests.move".to_owned();
    package.files.insert(path, tests);
    package
}

#[test]
fn the_participant_keeps_its_table() {
    let report = aptos::test(&tested()).unwrap();
    report.assert_clean();
    assert!(report.tests.len() >= 38, "{}", report.output);
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
