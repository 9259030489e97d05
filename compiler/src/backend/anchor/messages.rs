//! The bodies of messages: a struct each, with the one decoder and encoder that the layout allows.

use super::text::{self, struct_literal};
use super::types::{declared, rust_type, wide_integers};
use super::{Target, messages_of, project};
use crate::backend::printer::Printer;
use crate::entities::Message;
use crate::types::{Type, Units};
use crate::vm::Vm;

/// How the code reaches its reader or writer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    /// A local variable.
    Local,
    /// A parameter that is a reference.
    Borrowed,
}

/// How an expression names a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// A place, such as `self.amount`.
    Place,
    /// A reference, such as a closure's parameter.
    Reference,
}

/// An expression that may hold a closure as its last argument.
#[derive(Clone)]
enum Code {
    Plain(String),
    Closure { open: String, body: Box<Code> },
}

/// The file of all messages; none for a workflow that stays at home.
pub(super) fn messages_rs(target: &Target<'_>) -> Option<String> {
    let messages = messages_of(target.input, target.machine);
    if messages.is_empty() {
        return None;
    }
    let types: Vec<_> = messages
        .iter()
        .flat_map(|&message| &target.input.program.messages[message].fields)
        .map(|field| &field.ty)
        .collect();
    let mut runtime = wide_integers(types.iter().copied());
    runtime.push("Reader".into());
    if !types.is_empty() {
        runtime.push("Writer".into());
    }

    let mut printer = text::file(&project::header(target));
    printer.line("//! The bodies of the messages that this program takes and sends. Each value has exactly one encoding.");
    printer.blank();
    printer.line("use anchor_lang::prelude::*;");
    text::import(&mut printer, "xcc_runtime", &runtime);
    let declared = declared(target, types.iter().copied());
    if !declared.is_empty() {
        printer.blank();
        text::import(&mut printer, "crate::types", &declared);
    }
    messages
        .into_iter()
        .for_each(|message| write_message(&mut printer, target, message));
    Some(printer.finish())
}

fn write_message(printer: &mut Printer, target: &Target<'_>, message: Message) {
    let data = &target.input.program.messages[message];
    let names = &target.names.messages[&message];
    printer.blank();
    let step = &target.input.program.steps[data.step].name;
    printer.line(format!("/// {} of `{step}`.", data.kind));
    printer.line("#[derive(Clone, Debug, PartialEq, Eq)]");
    let fields: Vec<_> = names.members.iter().zip(&data.fields).collect();
    if fields.is_empty() {
        printer.line(format!("pub struct {};", names.ty));
    } else {
        printer.block(format!("pub struct {}", names.ty), |printer| {
            let field = |(name, field): &(&String, &crate::types::Field)| {
                format!("pub {name}: {},", rust_type(target, &field.ty))
            };
            fields.iter().for_each(|entry| printer.line(field(entry)));
        });
    }
    printer.blank();
    printer.block(format!("impl {}", names.ty), |printer| {
        let layout = target.input.facts.layout(message);
        let on_wire = layout
            .fields
            .iter()
            .map(|field| (names.members[field.index].as_str(), &field.ty));
        write_message_codec(printer, target, message, &on_wire.collect::<Vec<_>>());
    });
}

fn write_message_codec(
    printer: &mut Printer,
    target: &Target<'_>,
    message: Message,
    on_wire: &[(&str, &Type)],
) {
    let names = &target.names.messages[&message];
    printer.line("/// Accepts exactly one encoding of each value.");
    printer.block("pub fn decode(body: &[u8]) -> Result<Self>", |printer| {
        if on_wire.is_empty() {
            printer.line("Reader::new(body).finish()?;");
            return printer.line(format!("Ok({})", names.ty));
        }
        printer.line("let mut reader = Reader::new(body);");
        for (name, ty) in on_wire {
            let value = read(target, ty, Stream::Local);
            write_code(printer, &format!("let {name} = "), &value, "?;");
        }
        printer.line("reader.finish()?;");
        struct_literal(printer, &format!("Ok({}", names.ty), &names.members, ")");
    });
    printer.blank();
    printer.line("/// The body's bytes.");
    printer.block("pub fn encode(&self) -> Vec<u8>", |printer| {
        if on_wire.is_empty() {
            return printer.line("Vec::new()");
        }
        printer.line("let mut writer = Writer::new();");
        write_fields(printer, target, on_wire, Stream::Local);
        printer.line("writer.finish()");
    });
}

/// Writes the functions `read` and `write` of a declared record.
pub(super) fn write_record_codec(
    printer: &mut Printer,
    target: &Target<'_>,
    name: &str,
    fields: &[(&str, &Type)],
) {
    printer.line("/// Reads its fields in order.");
    printer.block(
        "pub fn read(reader: &mut Reader) -> Result<Self>",
        |printer| {
            for (name, ty) in fields {
                let value = read(target, ty, Stream::Borrowed);
                write_code(printer, &format!("let {name} = "), &value, "?;");
            }
            let names: Vec<_> = fields.iter().map(|(name, _)| (*name).to_owned()).collect();
            struct_literal(printer, &format!("Ok({name}"), &names, ")");
        },
    );
    printer.blank();
    printer.line("/// Writes its fields in order.");
    printer.block("pub fn write(&self, writer: &mut Writer)", |printer| {
        write_fields(printer, target, fields, Stream::Borrowed);
    });
}

fn write_fields(
    printer: &mut Printer,
    target: &Target<'_>,
    fields: &[(&str, &Type)],
    stream: Stream,
) {
    for (name, ty) in fields {
        let value = write(target, ty, &format!("self.{name}"), Access::Place, stream);
        write_code(printer, "", &value, ";");
    }
}

/// The expression that reads a value, without the `?`.
fn read(target: &Target<'_>, ty: &Type, stream: Stream) -> Code {
    let plain = |call: String| Code::Plain(format!("reader.{call}"));
    let closure = |open: String, inner: &Type| Code::Closure {
        open: format!("reader.{open}"),
        body: Box::new(element_reader(target, inner)),
    };
    match ty {
        Type::Bool => plain("bool()".into()),
        Type::Uint(bits) | Type::Amount(Units { bits, .. }) => plain(format!("u{bits}()")),
        Type::Int(bits) => plain(format!("i{bits}()")),
        Type::FixedBytes(_) => plain("fixed()".into()),
        Type::Bytes(max) => plain(format!("bytes({max})")),
        Type::String(max) => plain(format!("string({max})")),
        Type::List(element, max) => closure(format!("list({max}, "), element),
        Type::Array(element, _) => closure("array(".into(), element),
        Type::Option(some) => closure("option(".into(), some),
        Type::Enum(id) => plain(format!("variant(&{}::ALL)", target.names.enums[id].ty)),
        Type::Record(record) => {
            let reader = if stream == Stream::Local {
                "&mut reader"
            } else {
                "reader"
            };
            Code::Plain(format!(
                "{}::read({reader})",
                target.names.records[record].ty
            ))
        }
        Type::Address(chain) => match target.input.program.declarations.chains[*chain].vm {
            Vm::Svm => plain("pubkey()".into()),
            _ => plain("fixed()".into()),
        },
    }
}

/// What reads each element: a function, or a closure over the borrowed reader.
fn element_reader(target: &Target<'_>, ty: &Type) -> Code {
    if let Type::Record(record) = ty {
        return Code::Plain(format!("{}::read", target.names.records[record].ty));
    }
    match read(target, ty, Stream::Borrowed) {
        Code::Plain(text) => Code::Plain(format!("|reader| {text}")),
        Code::Closure { open, body } => Code::Closure {
            open: format!("|reader| {open}"),
            body,
        },
    }
}

/// The expression that writes a value.
fn write(target: &Target<'_>, ty: &Type, value: &str, access: Access, stream: Stream) -> Code {
    let by_value = if access == Access::Place {
        value.to_owned()
    } else {
        format!("*{value}")
    };
    let by_reference = if access == Access::Place {
        format!("&{value}")
    } else {
        value.to_owned()
    };
    let plain = |method: &str, value: &str| Code::Plain(format!("writer.{method}({value})"));
    let closure = |method: &str, name: &str, inner: &Type| Code::Closure {
        open: format!("writer.{method}({by_reference}, "),
        body: Box::new(element_writer(target, name, inner)),
    };
    match ty {
        Type::Bool => plain("bool", &by_value),
        Type::Uint(bits) | Type::Amount(Units { bits, .. }) => {
            plain(&format!("u{bits}"), &by_value)
        }
        Type::Int(bits) => plain(&format!("i{bits}"), &by_value),
        Type::FixedBytes(_) => plain("fixed", &by_reference),
        Type::Bytes(_) => plain("bytes", &by_reference),
        Type::String(_) => plain("string", &by_reference),
        Type::List(element, _) => closure("list", "element", element),
        Type::Array(element, _) => closure("array", "element", element),
        Type::Option(some) => closure("option", "some", some),
        Type::Enum(_) => plain("u8", &format!("{by_value} as u8")),
        Type::Record(_) => {
            let writer = if stream == Stream::Local {
                "&mut writer"
            } else {
                "writer"
            };
            Code::Plain(format!("{value}.write({writer})"))
        }
        Type::Address(chain) => match target.input.program.declarations.chains[*chain].vm {
            Vm::Svm => plain("pubkey", &by_value),
            _ => plain("fixed", &by_reference),
        },
    }
}

fn element_writer(target: &Target<'_>, name: &str, ty: &Type) -> Code {
    let head = format!("|writer, {name}| ");
    match write(target, ty, name, Access::Reference, Stream::Borrowed) {
        Code::Plain(text) => Code::Plain(head + &text),
        Code::Closure { open, body } => Code::Closure {
            open: head + &open,
            body,
        },
    }
}

impl Code {
    fn one_line(&self) -> String {
        match self {
            Code::Plain(text) => text.clone(),
            Code::Closure { open, body } => format!("{open}{})", body.one_line()),
        }
    }

    /// The characters between the outermost parentheses.
    fn arguments(&self) -> usize {
        let text = self.one_line();
        let open = text.find('(').map_or(0, |at| at + 1);
        text[open..].chars().count().saturating_sub(1)
    }
}

/// Writes `head code tail`; a closure that makes the line too wide gets a block.
fn write_code(printer: &mut Printer, head: &str, code: &Code, tail: &str) {
    let one_line = format!("{head}{}{tail}", code.one_line());
    let Code::Closure { open, body } = code else {
        return printer.line(one_line);
    };
    if code.arguments() <= 60 && printer.fits(&one_line) {
        return printer.line(one_line);
    }
    let (parameters, inner) = match body.as_ref() {
        Code::Plain(text) => split_closure(text),
        Code::Closure { open, .. } => split_closure(open),
    };
    if parameters.is_empty() {
        return printer.line(one_line);
    }
    printer.wrapped(
        &format!("{head}{open}{parameters} {{"),
        &format!("}}){tail}"),
        |printer| match body.as_ref() {
            Code::Plain(_) => printer.line(inner),
            Code::Closure { body, .. } => {
                let element = Code::Closure {
                    open: inner.to_owned(),
                    body: body.clone(),
                };
                write_code(printer, "", &element, "");
            }
        },
    );
}

/// `|reader| reader.u8()` → `|reader|`, `reader.u8()`
fn split_closure(text: &str) -> (&str, &str) {
    let end = text.starts_with('|').then(|| text[1..].find('|')).flatten();
    end.map_or(("", text), |end| {
        (&text[..end + 2], text[end + 2..].trim_start())
    })
}
