//! The emitted codec on this machine, against the reference: equal bytes for every value, and the same bytes refused.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use xcc::backend::anchor;
use xcc::ir::{Message, MessageKind};
use xcc::wire::header::Header;
use xcc::wire::vectors::{Extent, Sampler};
use xcc::wire::{Layout, decode_body, encode_body};
use xcc_tests::tools;

use crate::package::Package;

/// Random values for each message type.
const SAMPLES: usize = 1_000;

/// Damaged encodings for each random value.
const DAMAGED: usize = 4;

/// A body or message for the emitted code, and what must come of it: the same bytes again, or a refusal.
struct Question {
    /// The type, or `header`.
    ty: String,
    bytes: Vec<u8>,
    is_valid: bool,
}

#[test]
fn emitted_codecs_agree_with_the_reference() {
    for case in ["swap", "every_type"] {
        let package = Package::compile(case);
        let types = anchor::message_types(package.input());
        assert!(!types.is_empty());
        let mut questions = Vec::new();
        for (_, message, ty) in &types {
            let asked = ask(&package, *message, ty);
            assert!(asked.iter().filter(|question| question.is_valid).count() >= SAMPLES);
            assert!(asked.iter().any(|question| !question.is_valid));
            questions.extend(asked);
        }
        questions.extend(ask_headers());
        let answers = run(&package, &types, &questions);
        assert_eq!(answers.len(), questions.len());
        for (question, answer) in questions.iter().zip(&answers) {
            let expected = question.is_valid.then(|| hex::encode(&question.bytes));
            let found = (answer != "refused").then(|| answer.clone());
            assert_eq!(
                found,
                expected,
                "{case} {}: {}",
                question.ty,
                hex::encode(&question.bytes)
            );
        }
    }
}

/// Random and extreme bodies of a message type, and damaged copies of them.
fn ask(package: &Package, message: Message, ty: &str) -> Vec<Question> {
    let layout = package.facts.layout(message);
    let random = (0..SAMPLES).map(|index| Sampler::new(&format!("{ty} {index}"), Extent::Random));
    let extremes = [Extent::Least, Extent::Greatest].map(|extent| Sampler::new(ty, extent));
    let bodies = extremes.into_iter().chain(random).map(|mut sampler| {
        let fields = &package.program.messages[message].fields;
        let values: Vec<_> = fields
            .iter()
            .map(|field| sampler.value(&field.ty, &package.program.declarations))
            .collect();
        encode_body(layout, &values)
    });
    let question = |bytes: Vec<u8>| Question {
        ty: ty.to_owned(),
        is_valid: is_valid(layout, &bytes),
        bytes,
    };
    bodies
        .enumerate()
        .flat_map(|(index, body)| {
            damage(&body, index)
                .into_iter()
                .chain([body])
                .collect::<Vec<_>>()
        })
        .map(question)
        .collect()
}

fn is_valid(layout: &Layout, bytes: &[u8]) -> bool {
    decode_body(layout, bytes).is_ok_and(|values| encode_body(layout, &values) == bytes)
}

/// The body with a byte too many, cut short, and with bytes changed. Some of these are valid bodies of other values.
fn damage(body: &[u8], index: usize) -> Vec<Vec<u8>> {
    let mut damaged = vec![[body, &[0]].concat()];
    if body.is_empty() {
        return damaged;
    }
    damaged.push(body[..index % body.len()].to_vec());
    for number in 0..DAMAGED - 2 {
        let mut changed = body.to_vec();
        let place = (index * 31 + number * 17) % body.len();
        changed[place] ^= [0x01, 0x02, 0x80, 0xff][(index + number) % 4];
        damaged.push(changed);
    }
    damaged
}

/// Headers of every kind, and headers that cannot be.
fn ask_headers() -> Vec<Question> {
    let kinds = [1_u8, 2, 3, 4, 5, 6, 7];
    let valid = kinds.map(|kind| {
        header(
            kind,
            if kind == MessageKind::Execute as u8 {
                u64::MAX
            } else {
                0
            },
        )
    });
    let mut bytes: Vec<Vec<u8>> = valid.to_vec();
    bytes.extend(kinds.map(|kind| header(kind, 5)));
    bytes.extend([
        header(0, 0),
        header(8, 0),
        header(1, 0)[..51].to_vec(),
        Vec::new(),
    ]);
    let mut other_version = header(1, 0);
    other_version[0] = 2;
    bytes.push(other_version);
    let is_valid = |bytes: &[u8]| Header::decode(bytes).is_some();
    bytes
        .into_iter()
        .map(|bytes| Question {
            ty: "header".into(),
            is_valid: is_valid(&bytes),
            bytes,
        })
        .collect()
}

fn header(kind: u8, deadline: u64) -> Vec<u8> {
    let (step, fingerprint, instance) = ([0xab, 0xcd], [3; 8], [4; 32]);
    [
        &[1, kind][..],
        &step,
        &fingerprint,
        &deadline.to_be_bytes(),
        &instance,
        b"body",
    ]
    .concat()
}

/// Compiles a program around the emitted types that decodes what it reads and encodes it again.
fn run(
    package: &Package,
    types: &[(String, Message, String)],
    questions: &[Question],
) -> Vec<String> {
    let artifacts = package.emit();
    let (folder, ..) = &types[0];
    let name = folder.rsplit('/').next().expect("a folder has a name");
    let stage = tools::cache_dir().join("stage/codec").join(name);
    for (path, text) in &artifacts.files {
        write(&stage.join(path), text);
    }
    let package_name = format!("{name}-codec");
    write(
        &stage.join("svm/codec/Cargo.toml"),
        &manifest(&package_name, name),
    );
    write(&stage.join("svm/codec/src/main.rs"), &program(name, types));
    let workspace = format!(
        "[workspace]\nmembers = [\"{name}\", \"xcc-runtime\", \"codec\"]\nresolver = \"2\"\n"
    );
    write(&stage.join("svm/Cargo.toml"), &workspace);
    let lock = tools::suite_dir().join("../runtime-svm/Cargo.lock");
    write(
        &stage.join("svm/Cargo.lock"),
        &fs::read_to_string(lock).expect("the runtime has a lock file"),
    );

    let mut cargo = Command::new("cargo");
    cargo
        .args(["run", "--quiet", "--package", &package_name])
        .current_dir(stage.join("svm"));
    cargo.env(
        "CARGO_TARGET_DIR",
        tools::cache_dir().join("target/programs"),
    );
    let lines: String = questions.iter().fold(String::new(), |mut lines, question| {
        let _ = writeln!(lines, "{} {}", question.ty, hex::encode(&question.bytes));
        lines
    });
    let output = tools::run(&mut cargo, lines.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    String::from_utf8(output.stdout)
        .expect("answers are text")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn manifest(package: &str, program: &str) -> String {
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n\
         {program} = {{ path = \"../{program}\", features = [\"no-entrypoint\"] }}\n\
         xcc-runtime = {{ path = \"../xcc-runtime\" }}\n"
    )
}

fn program(name: &str, types: &[(String, Message, String)]) -> String {
    let module = name.replace('-', "_");
    let arms = types.iter().map(|(_, _, ty)| {
        format!("        \"{ty}\" => {module}::messages::{ty}::decode(bytes).ok().map(|value| value.encode()),\n")
    });
    format!(
        r#"use std::io::BufRead;

fn recode(ty: &str, bytes: &[u8]) -> Option<Vec<u8>> {{
    match ty {{
{arms}        "header" => xcc_runtime::Header::decode(bytes).ok().map(|(header, body)| header.encode(body)),
        _ => panic!("unknown type {{ty}}"),
    }}
}}

fn main() {{
    for line in std::io::stdin().lock().lines() {{
        let line = line.unwrap();
        let (ty, text) = line.split_once(' ').unwrap();
        let digits: Vec<u8> = text.bytes().map(|digit| (digit as char).to_digit(16).unwrap() as u8).collect();
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        match recode(ty, &bytes) {{
            Some(bytes) => println!("{{}}", bytes.iter().map(|byte| format!("{{byte:02x}}")).collect::<String>()),
            None => println!("refused"),
        }}
    }}
}}
"#,
        arms = arms.collect::<String>()
    )
}

/// Writes what differs, since cargo goes by modification times.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file is in a folder"))
        .expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}
