//! Messages that nobody sent.

use xcc::entities::Step;
use xcc::interp::{Instance, Sent};
use xcc::ir::MessageKind;
use xcc::wire::Value;

use super::{Bench, value_of};

/// What a made-up message says.
#[derive(Clone, Copy, Debug)]
pub struct Craft {
    /// The instance it is about.
    pub instance: Instance,
    /// For an Execute.
    pub deadline: u64,
    /// What is in its body.
    pub fields: Fields,
}

/// The fields of a made-up message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// Every guard holds.
    Good,
    /// Zeros, with which no guard of the suite holds.
    Zero,
}

impl Bench<'_> {
    /// A message as its sender would send it about some instance.
    ///
    /// # Panics
    /// When no such message exists.
    #[must_use]
    pub fn craft(&self, step: Step, kind: MessageKind, header: Craft) -> Sent {
        let message = self.program.message(step, kind).expect("such a message");
        let is_execute = kind == MessageKind::Execute;
        let deadline = if is_execute { header.deadline } else { 0 };
        let declarations = &self.program.declarations;
        let fields = self.program.messages[message].fields.iter();
        let values: Vec<_> = fields
            .map(|field| match header.fields {
                Fields::Good => value_of(field, declarations),
                Fields::Zero => Value::zero(&field.ty, declarations),
            })
            .collect();
        let about = (header.instance, deadline);
        Sent::made_up(self.program, self.facts, message, about, &values)
    }
}
