//! The instructions of a program, each written once: what its body is, which calls it makes, and which accounts it takes.

use serde::Serialize;

use super::Target;
use super::accounts::{Access, Standing};
use super::body::{BodyWriter, Entrance};
use super::calls::{CallSite, Field};
use super::keys::Key;
use super::text;
use crate::entities::Handler;

/// An instruction that a handler became.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) handler: Handler,
    pub(super) entrance: Entrance,
    /// The lines of its body.
    pub(super) body: String,
    /// The functions that make its calls.
    pub(super) calls: Vec<CallSite>,
    /// Whether it compares values as the author wrote it.
    pub(super) has_guard: bool,
    /// Whether it uses a field of its message.
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
        let mut writer = BodyWriter::new(target, handler);
        let mut body = text::file("");
        body.indented(|body| body.indented(|body| writer.write(body)));
        let (has_guard, uses_body) = (writer.has_guard(), writer.uses_body());
        Self {
            handler,
            entrance: writer.entrance(),
            body: body.finish(),
            calls: writer.calls,
            has_guard,
            uses_body,
        }
    }

    /// The accounts that it takes for its calls, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.calls.iter().flat_map(|call| &call.fields)
    }

    /// Every account that it takes, in order.
    pub(super) fn accounts(&self, target: &Target<'_>) -> Vec<Account> {
        let data = &target.input.program.handlers[self.handler];
        let about = data.step.map(|step| (step, data.trigger));
        let place = format!("{}.", self.entrance.field());
        let standing = self.entrance.standing().iter();
        let standing =
            standing.map(|account| Account::standing(account, &place, account.key(target, about)));
        standing
            .chain(self.fields().map(Account::of_call))
            .collect()
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
