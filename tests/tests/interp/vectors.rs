//! What the interpreter sends are the bytes of the codec vectors, for the same values.

use serde_json::Value as Json;
use xcc::entities::{Message, Step};
use xcc::hir::FunctionRef;
use xcc::interp::network::Entry;
use xcc::interp::{Action, Call, Called, Rejected, Sent, World};
use xcc::ir::{MessageKind, Part, Rejection, Status, StepKind};
use xcc::types::Field;
use xcc::wire::header::SIZE;
use xcc::wire::vectors::vectors;
use xcc::wire::{Header, Value, decode_message};
use xcc_tests::project::Project;

use xcc_tests::interp::{Bench, Targets, asked, projects};

/// One vector of a message type.
struct Vector {
    message: Message,
    bytes: Vec<u8>,
    header: Header,
    values: Vec<Value>,
}

fn vectors_of(project: &Project) -> Vec<Vector> {
    let (program, facts) = (
        &project.compiled.lowered.program,
        &project.compiled.lowered.facts,
    );
    let json = vectors(program, facts);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let types = json["messages"].as_array().expect("message types").iter();
    let pairs = program.messages.keys().zip(types);
    pairs
        .flat_map(|(message, json)| {
            let all = json["vectors"].as_array().expect("vectors").iter();
            all.map(move |vector| (message, vector))
        })
        .map(|(message, vector)| {
            let bytes = bytes_of(vector);
            let layout = facts.layout(message);
            let decoded = decode_message(&bytes, |_| Some(layout));
            let (header, values) = decoded.expect("a vector is a message");
            Vector {
                message,
                bytes,
                header,
                values,
            }
        })
        .collect()
}

fn bytes_of(vector: &Json) -> Vec<u8> {
    let text = vector["message"].as_str().expect("bytes");
    hex::decode(text.trim_start_matches("0x")).expect("hexadecimal")
}

/// Every vector is let in where it is for, and nowhere taken for ill-formed.
#[test]
fn every_vector_is_understood() {
    let mut count = 0;
    for project in projects() {
        for vector in vectors_of(project) {
            let mut bench = bench_of(project, vector.message);
            let data = &bench.program.messages[vector.message];
            let sent = Sent {
                message: vector.message,
                from: data.from,
                to: data.to,
                bytes: vector.bytes,
            };
            let stranger = bench.stranger(sent.to);
            let result = bench.act(sent.to, &stranger, Entry::Deliver.action(&sent));
            let is_understood = match &result {
                Ok(outcome) => outcome.instance == vector.header.instance,
                Err(error) => matches!(error, Rejected::Protocol(_)),
            };
            assert!(is_understood, "{}: {result:?}", project.name);
            count += 1;
        }
    }
    assert!(count > 1_000, "only {count} vectors");
}

/// A target that returns the values of a vector by their names, and otherwise what these targets return.
struct Returning<'v, 'p> {
    fields: &'v [Field],
    values: &'v [Value],
    targets: Targets<'p>,
}

impl World for Returning<'_, '_> {
    fn call(&mut self, call: &Call) -> Called {
        let mut returned = self.targets.results(call);
        if call.part() == Part::Execution {
            for (used, value) in call.results.iter().zip(&mut returned) {
                let mut fields = self.fields.iter().zip(self.values);
                if let Some((_, told)) = fields.find(|(field, _)| field.name == used.name) {
                    value.clone_from(told);
                }
            }
        }
        Called::Returned(returned)
    }
}

/// What a participant answers to an instance's Execute and Cancel, with the vector's instance and results.
fn answer(bench: &mut Bench<'_>, step: Step, vector: &Vector) -> Option<Vec<u8>> {
    let data = &bench.program.steps[step];
    let request = match bench.program.messages[vector.message].kind {
        MessageKind::Executed => MessageKind::Execute,
        MessageKind::Cancelled => MessageKind::Cancel,
        _ => return None,
    };
    let craft = xcc_tests::interp::Craft {
        instance: vector.header.instance,
        deadline: u64::MAX,
        fields: xcc_tests::interp::Fields::Good,
    };
    let action = Entry::Deliver.action(&bench.craft(step, request, craft));
    let by = bench.stranger(data.machine);
    let mut world = Returning {
        fields: &bench.program.messages[vector.message].fields,
        values: &vector.values,
        targets: bench.targets.clone(),
    };
    let outcome = bench.network.act(&mut world, data.machine, &by, action);
    Some(outcome.expect("it answers").sent[0].bytes.clone())
}

#[test]
fn replies_are_the_vectors_bytes() {
    let mut count = 0;
    for project in projects() {
        for vector in vectors_of(project) {
            let mut bench = bench_of(project, vector.message);
            let step = bench.program.messages[vector.message].step;
            if keeps_more(&bench, step, vector.message) {
                continue;
            }
            if let Some(bytes) = answer(&mut bench, step, &vector) {
                assert_eq!(bytes, vector.bytes, "{}", project.name);
                count += 1;
            }
        }
    }
    assert!(count > 300, "only {count} replies");
}

/// Whether a step's call is asked for other results than its Executed reports.
fn keeps_more(bench: &Bench<'_>, step: Step, message: Message) -> bool {
    let kept = bench
        .program
        .slots_of(bench.program.steps[step].machine, Some(step));
    let results = kept.filter(|(_, slot)| slot.name.contains("_result_"));
    let data = &bench.program.messages[message];
    data.kind == MessageKind::Executed && results.count() != data.fields.len()
}

/// An Execute that carries nothing but inputs, sent by a start with the vector's values.
#[test]
fn requests_are_the_vectors_bytes() {
    let mut count = 0;
    for project in projects() {
        for vector in vectors_of(project) {
            count += usize::from(check_execute(project, &vector));
        }
    }
    assert!(count > 40, "only {count} requests");
}

fn check_execute(project: &Project, vector: &Vector) -> bool {
    let mut bench = bench_of(project, vector.message);
    let data = &bench.program.messages[vector.message];
    let first = bench.data().steps.iter().find(|&&it| bench.is_remote(it));
    if data.kind != MessageKind::Execute || first != Some(&data.step) {
        return false;
    }
    let mut inputs = bench.inputs.clone();
    for (field, value) in data.fields.iter().zip(&vector.values) {
        let inputs_of = bench.data().inputs.iter();
        match inputs_of.clone().position(|input| input.name == field.name) {
            Some(position) => inputs[position] = value.clone(),
            None => return false,
        }
    }
    bench.inputs.clone_from(&inputs);
    let (home, by) = (bench.coordinator(), bench.initiator());
    let outcome = bench.act(home, &by, Action::Start { inputs });
    let outcome = match outcome {
        // With these values the step before it does not run.
        Err(Rejected::Protocol(Rejection::GuardNotMet | Rejection::NoValue)) => return false,
        outcome => outcome.expect("it starts"),
    };
    let step = &bench.program.steps[data.step];
    let now = bench.network.now(bench.program.machines[home].chain);
    let expected = Header {
        deadline: match step.kind {
            StepKind::Retriable => u64::MAX,
            _ => now + step.within.expect("a deadline"),
        },
        instance: outcome.instance,
        ..vector.header
    };
    let sent = &outcome.sent[0].bytes;
    assert_eq!(sent[..SIZE], expected.encode());
    assert_eq!(sent[SIZE..], vector.bytes[SIZE..], "{}", project.name);
    true
}

/// A call is made with the arguments of the interface, as many as it has.
#[test]
fn calls_have_the_arguments_of_their_functions() {
    for project in projects() {
        let mut bench = Bench::new(project);
        let mut outcomes = vec![bench.start().unwrap()];
        let mut presented = 0;
        while let Some(outcome) = bench.go_on(&mut presented) {
            outcomes.push(outcome);
        }
        let calls: Vec<_> = outcomes.iter().flat_map(|it| &it.calls).collect();
        let steps = bench.data().steps.iter();
        let without = [Status::Skipped, Status::Parked];
        let ran = steps.filter(|step| !without.contains(&bench.at_home(**step)));
        assert!(calls.len() >= ran.count());
        for made in calls {
            let (step, _) = made.call.step;
            let data = &bench.program.steps[step];
            let confirmed = data.confirmation.iter();
            let known: Vec<(&FunctionRef, u64)> = data
                .calls()
                .chain(confirmed.map(|(function, gas)| (function, *gas)))
                .chain(asked(bench.program, step).map(|call| (&call.function, call.gas)))
                .collect();
            let is_known = known.contains(&(&made.call.function, made.call.gas));
            assert!(is_known, "{}: {:?}", project.name, made.call);
            assert_eq!(made.call.machine, data.machine);
        }
    }
}

/// The machines of the workflow of a message.
fn bench_of(project: &Project, message: Message) -> Bench<'_> {
    let lowered = &project.compiled.lowered;
    let step = lowered.program.messages[message].step;
    Bench::of_workflow(
        &project.compiled.deployment,
        &lowered.program,
        &lowered.facts,
        lowered.program.steps[step].workflow,
    )
}
