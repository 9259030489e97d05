//! The messages of runs of an emitted participant, signed by guardians of the tests.

use std::collections::BTreeMap;
use std::fs;

use xcc::ir::{MessageKind, Refusal};
use xcc::literal::U256;
use xcc::project::Compiled;
use xcc::wire::header::NO_DEADLINE;
use xcc::wire::{Header, Value, encode_message};

use super::MoveChain;
use crate::move_package::MovePackage;
use crate::vaa::{Guardian, Vaa};

/// The deadline of every message that has one.
pub const DEADLINE: u64 = 1_700_000_000;
/// The instance that runs.
pub const INSTANCE: [u8; 32] = [0x11; 32];
/// Another one.
pub const OTHER_INSTANCE: [u8; 32] = [0x22; 32];

const HOME_CHAIN: u16 = 2;

/// The messages of a run, signed or as they are expected, by the name that the Move tests give them: the step, a dot, and what
/// sets the message apart.
pub struct Messages<'a> {
    compiled: &'a Compiled,
    texts: BTreeMap<String, String>,
}

impl<'a> Messages<'a> {
    /// No messages of this project.
    pub fn new(compiled: &'a Compiled) -> Self {
        Messages {
            compiled,
            texts: BTreeMap::new(),
        }
    }

    /// The header of a message of this step and kind.
    ///
    /// # Panics
    /// When the project has no such message.
    #[must_use]
    pub fn header(&self, step: &str, kind: MessageKind, instance: [u8; 32]) -> Header {
        let program = &self.compiled.lowered.program;
        let data = &program.messages[super::message(program, step, kind)];
        let step = &program.steps[data.step];
        let fingerprint = self.compiled.lowered.facts.fingerprints[step.workflow];
        let fingerprint = fingerprint.first_chunk();
        let is_execute = kind == MessageKind::Execute;
        Header {
            kind,
            step: step.number,
            fingerprint: *fingerprint
                .expect("a fingerprint is longer than what a header has of it"),
            deadline: if is_execute { DEADLINE } else { 0 },
            instance,
        }
    }

    /// Adds any text.
    pub fn add_text(&mut self, name: &str, text: impl Into<String>) {
        self.texts.insert(name.to_owned(), text.into());
    }

    /// Adds what home says.
    pub fn add_request(
        &mut self,
        name: &str,
        kind: MessageKind,
        instance: [u8; 32],
        values: &[Value],
    ) {
        let header = self.header(step_of(name), kind, instance);
        self.add_headed(name, &header, values);
    }

    /// Adds an Execute that has no deadline.
    pub fn add_without_deadline(&mut self, name: &str, values: &[Value]) {
        let header = Header {
            deadline: NO_DEADLINE,
            ..self.header(step_of(name), MessageKind::Execute, INSTANCE)
        };
        self.add_headed(name, &header, values);
    }

    /// Adds what the participant should say.
    pub fn add_reply(
        &mut self,
        name: &str,
        kind: MessageKind,
        instance: [u8; 32],
        values: &[Value],
    ) {
        let step = step_of(name);
        let payload = self.encode(step, &self.header(step, kind, instance), values);
        self.add(name, &payload);
    }

    /// Adds messages that differ from an authentic Execute or Cancel of this step in one thing.
    pub fn add_false(&mut self, step: &str, values: &[Value]) {
        let guardian = [Guardian::new(1)];
        let header = self.header(step, MessageKind::Execute, INSTANCE);
        let payload = self.encode(step, &header, values);
        let mut other = home_says(payload.clone());
        other.emitter_address[31] ^= 1;
        self.add(&format!("{step}.other_emitter"), &other.sign(&guardian));
        let mut other = home_says(payload.clone());
        other.emitter_chain += 1;
        self.add(&format!("{step}.other_chain"), &other.sign(&guardian));
        let forged = home_says(payload.clone()).sign(&[Guardian::new(2)]);
        self.add(&format!("{step}.forged"), &forged);

        let mut trailing = payload;
        trailing.push(0);
        self.add_signed(&format!("{step}.trailing"), trailing);
        let mut of_other_program = header;
        of_other_program.fingerprint[7] ^= 1;
        let name = format!("{step}.other_program");
        self.add_headed(&name, &of_other_program, values);
        let with_deadline = Header {
            deadline: 1,
            ..self.header(step, MessageKind::Cancel, INSTANCE)
        };
        let name = format!("{step}.cancel_with_deadline");
        self.add_headed(&name, &with_deadline, &[]);
    }

    /// The participant's package of a project of the suite, with mocks for its targets and with its tests, in which the texts stand
    /// at their names.
    ///
    /// # Panics
    /// When the project has no tests or no such package.
    #[must_use]
    pub fn tested(mut self, chain: MoveChain, project: &str, package: &str) -> MovePackage {
        let workflows = &self.compiled.lowered.program.workflows;
        let workflow = workflows.keys().next().expect("there is a workflow");
        let fingerprint = self.compiled.lowered.facts.fingerprints[workflow];
        self.add("instance", &INSTANCE);
        self.add("guardian", &Guardian::new(1).address());
        self.add("fingerprint", &fingerprint);
        self.add_text("deadline", DEADLINE.to_string());

        let file = super::folder(chain.dialect, project).join("participant_tests.move");
        let mut tests = fs::read_to_string(file).expect("the project has tests");
        for (name, text) in &self.texts {
            tests = tests.replace(&format!("{{{name}}}"), text);
        }
        let package = (chain.package)(self.compiled, package);
        let mut package = super::with_mocks(chain.dialect, package, project);
        let path = "tests/participant_tests.move".to_owned();
        package.files.insert(path, tests);
        package
    }

    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.add_text(name, hex::encode(bytes));
    }

    fn add_headed(&mut self, name: &str, header: &Header, values: &[Value]) {
        self.add_signed(name, self.encode(step_of(name), header, values));
    }

    fn add_signed(&mut self, name: &str, payload: Vec<u8>) {
        self.add(name, &home_says(payload).sign(&[Guardian::new(1)]));
    }

    /// The bytes of a message that the reference codec makes.
    fn encode(&self, step: &str, header: &Header, values: &[Value]) -> Vec<u8> {
        let lowered = &self.compiled.lowered;
        let message = super::message(&lowered.program, step, header.kind);
        encode_message(header, lowered.facts.layout(message), values)
    }
}

fn step_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
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

/// An unsigned integer.
#[must_use]
pub fn uint(value: u64) -> Value {
    Value::Uint(U256::from(value))
}

/// The negative of a positive integer.
#[must_use]
pub fn minus(value: u64) -> Value {
    Value::Int(U256::MAX - U256::from(value - 1))
}

/// The reason in a Refused.
#[must_use]
pub fn refusal(reason: Refusal) -> Value {
    uint(u64::from(reason as u8))
}
