//! The fixed header that every message begins with.

use crate::ir::MessageKind;

/// The version of the wire format, the first byte of every message.
pub const VERSION: u8 = 1;

/// Bytes of the header.
pub const SIZE: usize = 52;

/// The deadline of a message that has none to keep: an Execute of a retriable step.
pub const NO_DEADLINE: u64 = u64::MAX;

/// One field of the header: name, offset, size. Back ends spell their readers and writers from this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderField {
    /// Its name.
    pub name: &'static str,
    /// Where it begins.
    pub offset: usize,
    /// How many bytes it takes.
    pub size: usize,
}

/// The header's fields, in order.
pub const FIELDS: [HeaderField; 6] = [
    HeaderField {
        name: "version",
        offset: 0,
        size: 1,
    },
    HeaderField {
        name: "kind",
        offset: 1,
        size: 1,
    },
    HeaderField {
        name: "step",
        offset: 2,
        size: 2,
    },
    HeaderField {
        name: "fingerprint",
        offset: 4,
        size: 8,
    },
    HeaderField {
        name: "deadline",
        offset: 12,
        size: 8,
    },
    HeaderField {
        name: "instance",
        offset: 20,
        size: 32,
    },
];

/// A decoded header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the message says.
    pub kind: MessageKind,
    /// The number of the step.
    pub step: u16,
    /// The first bytes of the program's fingerprint.
    pub fingerprint: [u8; 8],
    /// Seconds since 1970; 0 unless the kind is Execute, [`NO_DEADLINE`] on an Execute that never expires.
    pub deadline: u64,
    /// The instance.
    pub instance: [u8; 32],
}

impl Header {
    /// The header's bytes.
    pub fn encode(&self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        bytes[0] = VERSION;
        bytes[1] = self.kind as u8;
        bytes[2..4].copy_from_slice(&self.step.to_be_bytes());
        bytes[4..12].copy_from_slice(&self.fingerprint);
        bytes[12..20].copy_from_slice(&self.deadline.to_be_bytes());
        bytes[20..52].copy_from_slice(&self.instance);
        bytes
    }

    /// Reads a header from the first [`SIZE`] bytes of a message; the version and kind must exist, and a kind other than Execute must
    /// have a zero deadline.
    pub fn decode(message: &[u8]) -> Option<Header> {
        let bytes: &[u8; SIZE] = message.first_chunk()?;
        let kind = kind_from_byte(bytes[1])?;
        let deadline = u64::from_be_bytes(*bytes[12..].first_chunk()?);
        let header = Header {
            kind,
            step: u16::from_be_bytes([bytes[2], bytes[3]]),
            fingerprint: *bytes[4..].first_chunk()?,
            deadline,
            instance: *bytes[20..].first_chunk()?,
        };
        (bytes[0] == VERSION && (kind == MessageKind::Execute || deadline == 0)).then_some(header)
    }
}

/// The message kind with this byte.
pub fn kind_from_byte(byte: u8) -> Option<MessageKind> {
    use MessageKind::{Cancel, Cancelled, Confirm, Confirmed, Execute, Executed, Refused};
    [
        Execute, Confirm, Cancel, Executed, Refused, Confirmed, Cancelled,
    ]
    .into_iter()
    .find(|kind| *kind as u8 == byte)
}
