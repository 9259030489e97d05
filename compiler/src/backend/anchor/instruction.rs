//! The instructions of a program, each written once: what its body is, which calls it makes, and which accounts it takes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Target;
use super::accounts::{Access, Standing};
use super::body::BodyWriter;
use super::calls::{CallSite, Field};
use super::entrance::Entrance;
use super::keys::Key;
use super::sending::messages_of;
use super::{accounts, text, tree};
use crate::backend::printer::Printer;
use crate::entities::Handler;

/// An instruction that a handler became.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) handler: Handler,
    pub(super) entrance: Entrance,
    /// What it does, and on a coordinator the methods in which it goes on, because they make calls.
    pub(super) functions: Vec<Function>,
    /// The functions that make its calls.
    pub(super) calls: Vec<CallSite>,
    /// The accounts that it takes for messages, one each.
    pub(super) messages: Vec<String>,
}

/// What a handler became.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) handler: Handler,
    /// The lines of its body.
    pub(super) body: String,
    /// Whether it compares values as the author wrote it.
    pub(super) has_guard: bool,
    /// Whether it computes numbers as the author wrote it.
    pub(super) has_arithmetic: bool,
    /// Whether it uses what it is reached with: a field of its message, or an input.
    pub(super) uses_body: bool,
}

/// An account in the list of an instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Account {
    /// The field of the struct of accounts, after that of the struct in which it stands.
    pub(super) name: String,
    pub(super) signer: bool,
    pub(super) writable: bool,
    pub(super) key: Key,
}

impl Instruction {
    /// Writes the instruction of a handler.
    pub(super) fn write(target: &Target<'_>, handler: Handler) -> Self {
        let mut functions = Vec::new();
        let mut calls = Vec::new();
        let further = match target.is_coordinator() {
            true => tree::methods(target, handler),
            false => Vec::new(),
        };
        for method in std::iter::once(handler).chain(further) {
            let mut writer = BodyWriter::new(target, handler, method);
            writer.calls = calls;
            functions.push(Function::write(&mut writer, 2));
            calls = writer.calls;
        }
        Self {
            handler,
            entrance: Entrance::of(target, handler),
            functions,
            calls,
            messages: messages_of(target, handler),
        }
    }

    /// The accounts that it takes for its calls, in order, each once.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for field in self.calls.iter().flat_map(|call| &call.fields) {
            match fields.iter_mut().find(|other| other.name == field.name) {
                Some(other) => other.access = other.access.max(field.access),
                None => fields.push(field.clone()),
            }
        }
        fields
    }

    /// The accounts among them that a token program moves assets between, which nothing here creates.
    pub(super) fn token_accounts(&self) -> Vec<String> {
        let movements = self.calls.iter().filter(|call| call.asset.is_some());
        let moved: BTreeSet<_> = movements
            .flat_map(|call| &call.fields)
            .map(|field| &field.name)
            .collect();
        let fields = self.fields().into_iter().filter(|field| {
            let is_associated = matches!(field.origin, Key::AssociatedToken { .. });
            is_associated && moved.contains(&field.name)
        });
        fields.map(|field| field.name).collect()
    }

    /// Every account that it takes, in order.
    pub(super) fn accounts(&self, target: &Target<'_>) -> Vec<Account> {
        let handler = Some(self.handler);
        let standing = |account: &Standing, place: &str| {
            Account::standing(account, place, account.key(target, handler))
        };
        let place = format!("{}.", self.entrance.field());
        let entrance = self.entrance.standing().iter();
        let entrance = entrance.map(|account| standing(account, &place));
        let sending = match self.messages.is_empty() {
            true => &[],
            false => accounts::SENDING,
        };
        let sending = sending.iter().map(|account| standing(account, "sending."));
        let messages = self.messages.iter().map(|name| Account {
            name: name.clone(),
            ..standing(&accounts::MESSAGE, "")
        });
        let fields = self.fields();
        let calls = fields.iter().map(Account::of_call);
        entrance
            .chain(sending)
            .chain(messages)
            .chain(calls)
            .collect()
    }
}

impl Function {
    /// Writes what a handler became, so deep inside other blocks.
    pub(super) fn write(writer: &mut BodyWriter<'_, '_>, depth: usize) -> Self {
        let mut body = text::file("");
        match depth {
            1 => body.indented(|body| writer.write(body)),
            _ => body.indented(|body| body.indented(|body| writer.write(body))),
        }
        let indent = " ".repeat(depth * text::STYLE.indent);
        let body = body.finish();
        let lines = body
            .lines()
            .map(|line| line.strip_prefix(&indent).unwrap_or(line));
        Self {
            handler: writer.handler,
            body: lines.map(|line| format!("{line}\n")).collect(),
            has_guard: writer.has_guard(),
            has_arithmetic: writer.has_arithmetic(),
            uses_body: writer.uses_body(),
        }
    }

    /// Writes the lines of its body.
    pub(super) fn print(&self, printer: &mut Printer) {
        self.body.lines().for_each(|line| printer.line(line));
    }
}

impl Account {
    /// An account of a struct that stands in the field `place` of another, if it does.
    pub(super) fn standing(account: &Standing, place: &str, key: Key) -> Self {
        Self {
            name: format!("{place}{}", account.name),
            signer: account.is_signer(),
            writable: account.access != Access::Read,
            key,
        }
    }

    fn of_call(field: &Field) -> Self {
        Self {
            name: field.name.clone(),
            signer: false,
            writable: field.access != Access::Read,
            key: field.origin.clone(),
        }
    }
}
