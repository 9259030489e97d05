//! `xcc decode`: what the bytes of a message mean.

use serde_json::{Map, Value as Json, json};

use super::Exit;
use super::args::DecodeArgs;
use super::session::Session;
use super::table::{Align, Table};
use crate::codes::Code;
use crate::deployment::Address;
use crate::diagnostic::{Diagnostic, Reported};
use crate::ir::{Message, MessageKind, Program, Step, Workflow};
use crate::project::{Lowered, Project, check_source, format_address, lower_source};
use crate::types::{Declarations, Type};
use crate::vm::Vm;
use crate::wire::header::{NO_DEADLINE, SIZE, VERSION, kind_from_byte};
use crate::wire::value::hex;
use crate::wire::{DecodeError, Header, Value, decode_body};

/// A message and what it means.
struct Decoded<'a> {
    program: &'a Program,
    header: Header,
    message: Message,
    values: Vec<Value>,
}

pub(super) fn decode(options: &DecodeArgs, session: &mut Session) -> Exit {
    let json = match run(options, session) {
        Ok((json, text)) => {
            if !session.is_json() {
                session.print(&text);
            }
            Some(json)
        }
        Err(_) => None,
    };
    session.finish("decode", json)
}

fn run(options: &DecodeArgs, session: &mut Session) -> Result<(Json, String), Reported> {
    let bytes = parse_hex(&options.message);
    let bytes = bytes.map_err(|diagnostic| session.diagnostics.error(diagnostic))?;
    let (sources, diagnostics) = (&mut session.sources, &mut session.diagnostics);
    let mut project = Project::open(options.path.as_deref(), sources, diagnostics)?;
    let checked = check_source(&mut project, sources, diagnostics)?;
    let lowered = lower_source(&checked.package);
    match understand(&bytes, &lowered) {
        Ok(decoded) => Ok((decoded.to_json(), decoded.to_text())),
        Err(diagnostic) => Err(diagnostics.error(diagnostic)),
    }
}

fn parse_hex(text: &str) -> Result<Vec<u8>, Diagnostic> {
    let not_hex = |reason: String| Diagnostic::new(Code::NotAMessage, reason);
    let digits = text.trim();
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    if let Some((at, other)) = digits.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let byte = at / 2;
        let title = format!("`{other}` at byte {byte} is no hexadecimal digit");
        return Err(not_hex(title));
    }
    let title = format!(
        "{} hexadecimal digits are no whole number of bytes",
        digits.len()
    );
    crate::project::decode_hex(digits).ok_or_else(|| not_hex(title))
}

fn understand<'a>(bytes: &[u8], lowered: &'a Lowered) -> Result<Decoded<'a>, Diagnostic> {
    let Lowered { program, facts } = lowered;
    let header = Header::decode(bytes)
        .ok_or_else(|| Diagnostic::new(Code::NotAMessage, wrong_header(bytes)))?;
    let prefix =
        |workflow: &Workflow| facts.fingerprints[*workflow].starts_with(&header.fingerprint);
    let workflow = program.workflows.keys().find(prefix).ok_or_else(|| {
        let title = "no workflow of this project has the fingerprint";
        Diagnostic::new(
            Code::ForeignMessage,
            format!("{title} {}…", hex(&header.fingerprint)),
        )
        .note("the contracts that sent it were built from another source")
    })?;
    let data = &program.workflows[workflow];
    let step = data.steps.get(usize::from(header.step)).ok_or_else(|| {
        let title = format!("workflow `{}` has no step {}", data.name, header.step);
        Diagnostic::new(Code::ForeignMessage, title)
    })?;
    let message = program.message(*step, header.kind).ok_or_else(|| {
        let step = &program.steps[*step].name;
        let title = format!(
            "step `{step}` of workflow `{}` has no {}",
            data.name, header.kind
        );
        Diagnostic::new(Code::ForeignMessage, title)
    })?;
    let values = decode_body(facts.layout(message), &bytes[SIZE..]).map_err(|error| {
        let title = format!("this is not a message: {}", in_message(error));
        Diagnostic::new(Code::NotAMessage, title)
            .note("every value has exactly one encoding; emitted contracts refuse these bytes too")
    })?;
    Ok(Decoded {
        program,
        header,
        message,
        values,
    })
}

/// Which part of a header is wrong.
fn wrong_header(bytes: &[u8]) -> String {
    let reason = match bytes {
        _ if bytes.len() < SIZE => {
            let noun = if bytes.len() == 1 { "byte" } else { "bytes" };
            format!(
                "it has {} {noun}, and a header alone has {SIZE}",
                bytes.len()
            )
        }
        [version, ..] if *version != VERSION => {
            format!("byte 0 is the version {version}, and this xcc knows version {VERSION}")
        }
        [_, kind, ..] if kind_from_byte(*kind).is_none() => {
            format!("byte 1 is the kind {kind}, and no such kind exists")
        }
        _ => "bytes 12 to 19 are a deadline, and only an Execute has one".to_owned(),
    };
    format!("this is not a message: {reason}")
}

/// The same error with its offset counted from the start of the message instead of the body.
fn in_message(error: DecodeError) -> DecodeError {
    match error {
        DecodeError::Truncated(at) => DecodeError::Truncated(at + SIZE),
        DecodeError::Trailing(at) => DecodeError::Trailing(at + SIZE),
        DecodeError::Bool(at) => DecodeError::Bool(at + SIZE),
        DecodeError::Tag(at) => DecodeError::Tag(at + SIZE),
        DecodeError::Variant(at) => DecodeError::Variant(at + SIZE),
        DecodeError::Bound(at) => DecodeError::Bound(at + SIZE),
        DecodeError::Utf8(at) => DecodeError::Utf8(at + SIZE),
        DecodeError::Header => DecodeError::Header,
    }
}

impl Decoded<'_> {
    fn step(&self) -> Step {
        self.program.messages[self.message].step
    }

    fn workflow(&self) -> &str {
        let workflow = self.program.steps[self.step()].workflow;
        &self.program.workflows[workflow].name
    }

    fn chains(&self) -> [&str; 2] {
        let message = &self.program.messages[self.message];
        [message.from, message.to].map(|machine| {
            let chain = self.program.machines[machine].chain;
            self.program.declarations.chains[chain].name.as_str()
        })
    }

    /// Name, type and value of each field.
    fn fields(&self) -> Vec<(String, String, Json)> {
        let declarations = &self.program.declarations;
        let fields = self.program.messages[self.message]
            .fields
            .iter()
            .zip(&self.values);
        let fields = fields.map(|(field, value)| {
            let ty = field.ty.display(declarations).to_string();
            (
                field.name.clone(),
                ty,
                named(value, &field.ty, declarations),
            )
        });
        fields.collect()
    }

    fn to_json(&self) -> Json {
        let [from, to] = self.chains();
        let fields: Map<_, _> = self
            .fields()
            .into_iter()
            .map(|(name, _, value)| (name, value))
            .collect();
        json!({
            "workflow": self.workflow(),
            "step": self.program.steps[self.step()].name,
            "kind": self.header.kind.name(),
            "from": from,
            "to": to,
            "instance": hex(&self.header.instance),
            "deadline": self.deadline(),
            "fields": fields,
        })
    }

    /// Seconds since 1970, if the message has a deadline.
    fn deadline(&self) -> Option<u64> {
        let has_one =
            self.header.kind == MessageKind::Execute && self.header.deadline != NO_DEADLINE;
        has_one.then_some(self.header.deadline)
    }

    fn to_text(&self) -> String {
        let [from, to] = self.chains();
        let step = &self.program.steps[self.step()].name;
        let columns = [("", Align::Left), ("", Align::Left)];
        let title = format!("{} of {step} of {}", self.header.kind, self.workflow());
        let mut table = Table::new(title, &columns);
        table.row(["from".to_owned(), from.to_owned()]);
        table.row(["to".to_owned(), to.to_owned()]);
        table.row(["instance".to_owned(), hex(&self.header.instance)]);
        if let Some(deadline) = self.deadline() {
            let text = format!("{deadline} (seconds since 1970)");
            table.row(["deadline".to_owned(), text]);
        }
        let columns = [
            ("field", Align::Left),
            ("type", Align::Left),
            ("value", Align::Left),
        ];
        let mut fields = Table::new("Body", &columns);
        for (name, ty, value) in self.fields() {
            let value = value.as_str().map_or(value.to_string(), str::to_owned);
            fields.row([name, ty, value]);
        }
        table.print(&str::to_owned) + &fields.print(&str::to_owned)
    }
}

/// A value as JSON, with the names of fields and variants, and addresses in the form of their chain.
fn named(value: &Value, ty: &Type, declarations: &Declarations) -> Json {
    match (value, ty) {
        (Value::Bytes(bytes), Type::Address(chain)) => {
            address(bytes, declarations.chains[*chain].vm)
        }
        (Value::Variant(index), Type::Enum(id)) => {
            let variants = &declarations.enums[*id].variants;
            json!(variants.get(usize::from(*index)))
        }
        (Value::Record(values), Type::Record(id)) => {
            let fields = declarations.records[*id].fields.iter().zip(values);
            let fields = fields
                .map(|(field, value)| (field.name.clone(), named(value, &field.ty, declarations)));
            Json::Object(fields.collect())
        }
        (Value::List(values), Type::List(element, _) | Type::Array(element, _)) => values
            .iter()
            .map(|value| named(value, element, declarations))
            .collect(),
        (Value::Option(Some(value)), Type::Option(some)) => {
            json!({ "some": named(value, some, declarations) })
        }
        _ => value.to_json(),
    }
}

fn address(bytes: &[u8], vm: Vm) -> Json {
    let address = match vm {
        Vm::Evm => bytes.try_into().map(Address::Evm).ok(),
        Vm::Svm => bytes.try_into().map(Address::Svm).ok(),
        Vm::Sui | Vm::Aptos => bytes.try_into().map(Address::Move).ok(),
    };
    json!(address.map_or_else(|| hex(bytes), format_address))
}
