//! Messages that nobody sent.

use xcc::entities::Step;
use xcc::interp::{Instance, Sent};
use xcc::ir::MessageKind;
use xcc::wire::{Header, Value, encode_message};

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
        let data = &self.program.messages[message];
        let prefix = self.facts.fingerprints[self.workflow].first_chunk();
        let is_execute = kind == MessageKind::Execute;
        let header_data = Header {
            kind,
            step: self.program.steps[step].number,
            fingerprint: *prefix.expect("32 bytes"),
            deadline: if is_execute { header.deadline } else { 0 },
            instance: header.instance,
        };
        let declarations = &self.program.declarations;
        let values: Vec<_> = data
            .fields
            .iter()
            .map(|field| match header.fields {
                Fields::Good => value_of(field, declarations),
                Fields::Zero => Value::zero(&field.ty, declarations),
            })
            .collect();
        Sent {
            message,
            from: data.from,
            to: data.to,
            bytes: encode_message(&header_data, self.facts.layout(message), &values),
        }
    }
}
