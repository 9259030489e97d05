//! Codec vectors in the virtual machine: what the reference codec writes is read and written again, byte for byte, and what it
//! refuses is refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use xcc::analysis::analyze;
use xcc::backend::move_lang::codec::{CodecNames, FunctionNames, Messages};
use xcc::backend::move_lang::types::Types;
use xcc::entities::{Chain, Message};
use xcc::ir::MessageKind;
use xcc::project::{Compiled, Lowered};
use xcc::types::{Field, Type};
use xcc::wire::vectors::{Extent, Sampler, sample};
use xcc::wire::{DecodeError, decode_body, encode_body};

use super::MoveChain;
use crate::move_package::MovePackage;

/// Random vectors for each message type, beside the least and the greatest.
const RANDOM: usize = 60;

/// Refused bodies tried for each message type and reason.
const REFUSED: usize = 12;

/// The messages of the project `carry`, one of them widened to types that no Move function takes, in a package of its own.
pub struct Case {
    chain: MoveChain,
    /// What a module of tests imports the messages with.
    import: String,
    lowered: Lowered,
    package: MovePackage,
    functions: Vec<(Message, FunctionNames)>,
}

impl Case {
    /// The case of a chain, on which the package has this name and its messages are in this module.
    ///
    /// # Panics
    /// When the project cannot be compiled.
    pub fn new(chain: MoveChain, package: &str, module: &str) -> Self {
        let mut compiled = super::compile(chain.dialect, "carry");
        widen(&mut compiled);
        let Lowered { program, facts } = &compiled.lowered;
        let here = Chain::from_u32(1);
        let mut machines = program.machines.iter();
        let (machine, _) = machines
            .find(|(_, data)| data.chain == here)
            .expect("the project has a participant there");
        let names = CodecNames::new(program, machine);
        let messages = Messages {
            package,
            module,
            program,
            facts,
            machine,
            types: &Types::new(chain.dialect, &program.declarations, here),
            names: &names,
            inputs: Vec::new(),
        };
        let mut tested = (chain.package)(&compiled, package);
        tested.files = [(format!("sources/{module}.move"), messages.write())].into();
        Case {
            chain,
            import: import(package, module),
            lowered: compiled.lowered,
            package: tested,
            functions: names.functions.into_iter().collect(),
        }
    }

    /// Demands that what the reference codec writes is read and written again.
    ///
    /// # Panics
    /// Otherwise.
    pub fn assert_read_and_written_again(mut self) {
        let mut tests = self.head("vectors");
        for (message, names) in &self.functions {
            let bodies = bodies(&self.lowered, *message);
            assert!(bodies.len() >= 50);
            self.write_again(*message, names, &bodies, &mut tests);
        }
        tests += "}\n";
        self.add_tests("vectors", tests);
        let report = (self.chain.test)(&self.package).expect("the compiler answers");
        report.assert_clean();
        assert_eq!(report.tests.len(), self.functions.len());
    }

    /// Demands that what the reference codec refuses is refused, for the same reason.
    ///
    /// # Panics
    /// Otherwise.
    pub fn assert_refused(mut self) {
        let mut tests = self.head("refused");
        let mut count = 0;
        for (message, FunctionNames { decode, .. }) in &self.functions {
            let bodies = refused_bodies(&self.lowered, *message);
            assert!(!bodies.is_empty());
            for (body, error) in bodies {
                count += 1;
                let fields = vec!["_"; self.count_fields(*message)];
                let (code, ignored) = (code_of(error), binding(&fields));
                let _ = write!(
                    tests,
                    "#[test, expected_failure(abort_code = xcc_runtime::reader::{code})]\nfun {decode}_{count}() {{\n    \
                     {ignored}messages::{decode}(reader::new(x\"{}\"));\n}}\n",
                    hex::encode(body)
                );
            }
        }
        tests += "}\n";
        self.add_tests("refused", tests);
        let report = (self.chain.test)(&self.package).expect("the compiler answers");
        assert_eq!(report.failures(), Vec::<&str>::new(), "{}", report.output);
        assert_eq!(report.tests.len(), count, "{}", report.output);
    }

    /// Writes a test that reads and writes bodies again.
    fn write_again(
        &self,
        message: Message,
        names: &FunctionNames,
        bodies: &[Vec<u8>],
        tests: &mut String,
    ) {
        let FunctionNames { encode, decode } = names;
        let fields = (0..self.count_fields(message)).map(|index| format!("f{index}"));
        let fields: Vec<_> = fields.collect();
        let (binding, values) = (binding(&fields), fields.join(", "));
        let _ = write!(
            tests,
            "fun again_{encode}(body: vector<u8>) {{\n    {binding}messages::{decode}(reader::new(body));\n    \
             assert!(messages::{encode}({values}) == body);\n}}\n#[test]\nfun {encode}() {{\n"
        );
        for body in bodies {
            let _ = writeln!(tests, "    again_{encode}(x\"{}\");", hex::encode(body));
        }
        *tests += "}\n";
    }

    /// The head of a module of tests.
    fn head(&self, name: &str) -> String {
        let (package, import) = (&self.package.name, &self.import);
        format!(
            "#[test_only]\nmodule {package}::{name} {{\nuse {import};\nuse xcc_runtime::reader;\n"
        )
    }

    fn add_tests(&mut self, name: &str, tests: String) {
        let path = format!("tests/{name}.move");
        self.package.files.insert(path, tests);
    }

    fn count_fields(&self, message: Message) -> usize {
        self.lowered.program.messages[message].fields.len()
    }
}

/// The module of the messages under the name `messages`.
fn import(package: &str, module: &str) -> String {
    if module == "messages" {
        format!("{package}::messages")
    } else {
        format!("{package}::{module} as messages")
    }
}

/// What binds the fields of a message to these patterns.
fn binding<S: AsRef<str>>(fields: &[S]) -> String {
    let fields: Vec<_> = fields.iter().map(AsRef::as_ref).collect();
    match fields[..] {
        [] => String::new(),
        [field] => format!("let {field} = "),
        _ => format!("let ({}) = ", fields.join(", ")),
    }
}

/// Gives the message Refused, which the codec alone is tried with, a field of every input's type and more.
fn widen(compiled: &mut Compiled) {
    let program = &mut compiled.lowered.program;
    let mut messages = program.messages.iter();
    let refused = messages.find(|(_, data)| data.kind == MessageKind::Refused);
    let (refused, _) = refused.expect("every step can be refused");
    let workflow = program.workflows.values().next();
    let inputs = workflow.expect("there is a workflow").inputs.clone();
    let nested = Type::Array(Box::new(Type::List(Box::new(Type::Int(16)), 2)), 3);
    let fields = &mut program.messages[refused].fields;
    fields.extend(inputs);
    fields.push(Field {
        name: "nested".to_owned(),
        ty: nested,
    });
    compiled.lowered.facts = analyze(&compiled.lowered.program);
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

/// Bodies near right ones that the reference codec refuses, with its reasons: a few for each, spread over the bodies.
fn refused_bodies(lowered: &Lowered, message: Message) -> Vec<(Vec<u8>, DecodeError)> {
    let layout = lowered.facts.layout(message);
    let candidates = bodies(lowered, message).into_iter().flat_map(near);
    let refused = candidates.filter_map(|body| Some((decode_body(layout, &body).err()?, body)));
    let refused: Vec<_> = refused.map(|(error, body)| (body, error)).collect();
    let reasons = refused.iter().map(|(_, error)| code_of(*error));
    let mut kept = Vec::new();
    for reason in reasons.collect::<BTreeSet<_>>() {
        let alike = refused.iter();
        let alike: Vec<_> = alike
            .filter(|(_, error)| code_of(*error) == reason)
            .collect();
        let step = (alike.len() / REFUSED).max(1);
        kept.extend(alike.into_iter().step_by(step).take(REFUSED).cloned());
    }
    kept
}

/// Bodies that differ from this one in one byte.
fn near(body: Vec<u8>) -> Vec<Vec<u8>> {
    let mut near = vec![[&body[..], &[0]].concat()];
    near.extend(body.split_last().map(|(_, shorter)| shorter.to_vec()));
    for at in 0..body.len() {
        let mut changed = body.clone();
        changed[at] = 0xff;
        near.push(changed);
    }
    near
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
