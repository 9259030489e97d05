//! Codec vectors in the virtual machine: what the reference codec writes is read and written again, byte for byte, and what it
//! refuses is refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use xcc::analysis::analyze;
use xcc::backend::move_lang::Dialect;
use xcc::backend::move_lang::codec::{CodecNames, FunctionNames, Messages};
use xcc::backend::move_lang::types::Types;
use xcc::entities::{Chain, Message};
use xcc::ir::MessageKind;
use xcc::project::{Compiled, Lowered};
use xcc::types::{Field, Type};
use xcc::wire::vectors::{Extent, Sampler, sample};
use xcc::wire::{DecodeError, decode_body, encode_body};
use xcc_tests::aptos;
use xcc_tests::move_package::{MovePackage, Outcome};

use crate::project;

/// Random vectors for each message type, beside the least and the greatest.
const RANDOM: usize = 60;

/// Refused bodies tried for each message type and reason.
const REFUSED: usize = 12;

/// The messages of the project `carry`, one of them widened to types that no Move function takes, in a package of its own.
struct Case {
    lowered: Lowered,
    package: MovePackage,
    functions: Vec<(Message, FunctionNames)>,
}

fn case() -> Case {
    let mut compiled = project::compile("carry");
    widen(&mut compiled);
    let program = &compiled.lowered.program;
    let (machine, _) = program
        .machines
        .iter()
        .find(|(_, data)| data.chain == Chain::from_u32(1))
        .unwrap();
    let types = Types::new(Dialect::Aptos, &program.declarations, Chain::from_u32(1));
    let names = CodecNames::new(program, machine);
    let text = Messages {
        package: "carry_aptos",
        module: "carry_aptos_messages",
        program,
        facts: &compiled.lowered.facts,
        machine,
        types: &types,
        names: &names,
    }
    .write();
    let mut package = project::package(&compiled, "carry_aptos");
    package.files = [("sources/messages.move".to_owned(), text)].into();
    let functions = names.functions.clone().into_iter().collect();
    Case {
        lowered: compiled.lowered,
        package,
        functions,
    }
}

/// Gives the message Refused, which the codec alone is tried with, a field of every input's type and more.
fn widen(compiled: &mut Compiled) {
    let program = &mut compiled.lowered.program;
    let refused = project_message(program, MessageKind::Refused);
    let inputs = program.workflows.values().next().unwrap().inputs.clone();
    let nested = Type::Array(Box::new(Type::List(Box::new(Type::Int(16)), 2)), 3);
    let fields = &mut program.messages[refused].fields;
    fields.extend(inputs);
    fields.push(Field {
        name: "nested".to_owned(),
        ty: nested,
    });
    compiled.lowered.facts = analyze(&compiled.lowered.program);
}

fn project_message(program: &xcc::ir::Program, kind: MessageKind) -> Message {
    let mut messages = program.messages.iter();
    messages.find(|(_, data)| data.kind == kind).unwrap().0
}

/// The bodies the reference codec writes for random values.
fn bodies(lowered: &Lowered, message: Message) -> Vec<Vec<u8>> {
    let extents = [Extent::Least, Extent::Greatest];
    let extents = extents.into_iter().chain([Extent::Random; RANDOM]);
    let body = |(index, extent)| {
        let mut sampler = Sampler::new(&format!("{message} {index}"), extent);
        let values = sample(&lowered.program, message, &mut sampler);
        encode_body(lowered.facts.layout(message), &values)
    };
    extents.enumerate().map(body).collect()
}

/// Bodies near right ones that the reference codec refuses, with its reasons.
fn refused_bodies(lowered: &Lowered, message: Message) -> Vec<(Vec<u8>, DecodeError)> {
    let layout = lowered.facts.layout(message);
    let mut refused = Vec::new();
    for body in bodies(lowered, message) {
        let mut candidates = vec![[&body[..], &[0]].concat()];
        candidates.extend(body.split_last().map(|(_, shorter)| shorter.to_vec()));
        for at in 0..body.len() {
            let mut changed = body.clone();
            changed[at] = 0xff;
            candidates.push(changed);
        }
        let judged = candidates
            .into_iter()
            .map(|body| (decode_body(layout, &body).err(), body));
        refused.extend(judged.filter_map(|(error, body)| Some((body, error?))));
    }
    // A few for each reason, spread over the bodies.
    let mut kept = Vec::new();
    for reason in refused
        .iter()
        .map(|(_, error)| code_of(*error))
        .collect::<BTreeSet<_>>()
    {
        let alike: Vec<_> = refused
            .iter()
            .filter(|(_, error)| code_of(*error) == reason)
            .collect();
        let step = (alike.len() / REFUSED).max(1);
        kept.extend(alike.into_iter().step_by(step).take(REFUSED).cloned());
    }
    kept
}

/// What the runtime aborts with where the reference codec gives this error.
fn code_of(error: DecodeError) -> &'static str {
    match error {
        DecodeError::Truncated(_) => "ETruncated",
        DecodeError::Trailing(_) => "ETrailing",
        DecodeError::Bool(_) => "EBool",
        DecodeError::Tag(_) => "ETag",
        DecodeError::Variant(_) => "EVariant",
        DecodeError::Bound(_) => "EBound",
        DecodeError::Utf8(_) => "EUtf8",
        DecodeError::Header => "EHeader",
    }
}

/// The head of a module of tests.
fn head(name: &str) -> String {
    format!(
        "#[test_only]\nmodule carry_aptos::{name} {{\nuse carry_aptos::carry_aptos_messages as messages;\nuse xcc_runtime::reader;\n"
    )
}

/// A pattern that binds the fields of a message.
fn pattern(lowered: &Lowered, message: Message) -> (String, String) {
    let count = lowered.program.messages[message].fields.len();
    let names: Vec<_> = (0..count).map(|index| format!("f{index}")).collect();
    let names = names.join(", ");
    match count {
        0 => (String::new(), names),
        1 => (format!("let {names} = "), names),
        _ => (format!("let ({names}) = "), names),
    }
}

#[test]
fn bodies_are_read_and_written_again() {
    let Case {
        lowered,
        mut package,
        functions,
    } = case();
    let mut tests = head("vectors");
    for (message, FunctionNames { encode, decode }) in &functions {
        let (binding, names) = pattern(&lowered, *message);
        let _ = write!(
            tests,
            "fun again_{encode}(body: vector<u8>) {{\n    {binding}messages::{decode}(reader::new(body));\n    \
             assert!(messages::{encode}({names}) == body);\n}}\n#[test]\nfun {encode}() {{\n"
        );
        let bodies = bodies(&lowered, *message);
        assert!(bodies.len() >= 50);
        for body in bodies {
            let _ = writeln!(tests, "    again_{encode}(x\"{}\");", hex::encode(body));
        }
        tests += "}\n";
    }
    tests += "}\n";
    package.files.insert("tests/vectors.move".to_owned(), tests);
    let report = aptos::test(&package).unwrap();
    report.assert_clean();
    assert_eq!(report.tests.len(), functions.len());
}

#[test]
fn what_the_reference_refuses_is_refused() {
    let Case {
        lowered,
        mut package,
        functions,
    } = case();
    let mut tests = head("refused");
    let mut count = 0;
    for (message, FunctionNames { decode, .. }) in &functions {
        let bodies = refused_bodies(&lowered, *message);
        assert!(!bodies.is_empty());
        for (body, error) in bodies {
            count += 1;
            let code = code_of(error);
            let fields = lowered.program.messages[*message].fields.len();
            let ignored = match fields {
                0 => String::new(),
                1 => "let _ = ".to_owned(),
                _ => format!("let ({}) = ", vec!["_"; fields].join(", ")),
            };
            let _ = write!(
                tests,
                "#[test, expected_failure(abort_code = xcc_runtime::reader::{code})]\nfun {decode}_{count}() {{\n    \
                 {ignored}messages::{decode}(reader::new(x\"{}\"));\n}}\n",
                hex::encode(body)
            );
        }
    }
    tests += "}\n";
    package.files.insert("tests/refused.move".to_owned(), tests);
    let report = aptos::test(&package).unwrap();
    assert_eq!(report.failures(), Vec::<&str>::new(), "{}", report.output);
    assert_eq!(report.tests.len(), count, "{}", report.output);
    assert!(
        report
            .tests
            .values()
            .all(|outcome| *outcome == Outcome::Passed)
    );
}
