//! Runs of the emitted participant in the virtual machine, over messages signed by guardians of the tests.

use std::collections::BTreeMap;
use std::fs;

use xcc::ir::{MessageKind, Refusal};
use xcc::literal::U256;
use xcc::project::Compiled;
use xcc::wire::{Header, Value, encode_message, header::NO_DEADLINE};
use xcc_tests::move_package::MovePackage;
use xcc_tests::sui;
use xcc_tests::vaa::{Guardian, Vaa};

use crate::project;

const DEADLINE: u64 = 1_700_000_000;
const HOME_CHAIN: u16 = 2;
const INSTANCE: [u8; 32] = [0x11; 32];
const OTHER_INSTANCE: [u8; 32] = [0x22; 32];

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

fn messages(compiled: &Compiled) -> Messages<'_> {
    use MessageKind::{Cancel, Cancelled, Execute, Executed, Refused};
    let mut all = Messages {
        compiled,
        texts: BTreeMap::new(),
    };
    let minus = |value: u64| Value::Int(U256::MAX - U256::from(value - 1));
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
    let header = Header {
        deadline: NO_DEADLINE,
        ..all.header("note", Execute, INSTANCE)
    };
    let payload = all.encode("note", &header, &note);
    all.add_signed("note.execute", payload);
    all.add_reply("note.executed", Executed, INSTANCE, &[]);
    add_false_messages(&mut all, &stake);
    all
}

/// Messages that differ from an authentic one in one thing.
fn add_false_messages(all: &mut Messages<'_>, stake: &[Value]) {
    let header = all.header("stake", MessageKind::Execute, INSTANCE);
    let payload = all.encode("stake", &header, stake);
    let guardian = [Guardian::new(1)];
    let mut other = home_says(payload.clone());
    other.emitter_address[31] ^= 1;
    all.add("stake.other_emitter", &other.sign(&guardian));
    let mut other = home_says(payload.clone());
    other.emitter_chain += 1;
    all.add("stake.other_chain", &other.sign(&guardian));
    all.add(
        "stake.forged",
        &home_says(payload.clone()).sign(&[Guardian::new(2)]),
    );

    let mut trailing = payload;
    trailing.push(0);
    all.add_signed("stake.trailing", trailing);
    let mut of_other_program = header;
    of_other_program.fingerprint[7] ^= 1;
    let payload = all.encode("stake", &of_other_program, stake);
    all.add_signed("stake.other_program", payload);
    let with_deadline = Header {
        deadline: 1,
        ..all.header("stake", MessageKind::Cancel, INSTANCE)
    };
    let payload = all.encode("stake", &with_deadline, &[]);
    all.add_signed("stake.cancel_with_deadline", payload);
}

/// The package with mocks for its targets and with its tests.
fn tested() -> MovePackage {
    let compiled = project::compile("stake");
    let program = &compiled.lowered.program;
    let workflow = program.workflows.keys().next().unwrap();
    let mut texts = messages(&compiled).texts;
    texts.insert("instance".to_owned(), hex::encode(INSTANCE));
    texts.insert(
        "guardian".to_owned(),
        hex::encode(Guardian::new(1).address()),
    );
    texts.insert("deadline".to_owned(), DEADLINE.to_string());
    let fingerprint = compiled.lowered.facts.fingerprints[workflow];
    texts.insert("fingerprint".to_owned(), hex::encode(fingerprint));

    let file = project::folder("stake").join("participant_tests.move");
    let mut tests = fs::read_to_string(file).unwrap();
    for (name, text) in &texts {
        tests = tests.replace(&format!("{{{name}}}"), text);
    }
    let package = project::package(&compiled, "lock_and_stake_sui");
    let mut package = project::with_mocks(package, "stake");
    package
        .files
        .insert("tests/participant_tests.move".to_owned(), tests);
    package
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
