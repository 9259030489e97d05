//! The fixed header that every message begins with: 52 bytes.
//!
//! | field | offset | size |
//! |---|---|---|
//! | version | 0 | 1 |
//! | kind | 1 | 1 |
//! | step | 2 | 2 |
//! | first bytes of the fingerprint | 4 | 8 |
//! | deadline | 12 | 8 |
//! | instance | 20 | 32 |

use anchor_lang::prelude::*;

use crate::codec::{Reader, Writer};
use crate::error::XccError;

/// The version of the wire format, the first byte of every message.
pub const VERSION: u8 = 1;

/// Bytes of the header.
pub const SIZE: usize = 52;

/// What a message says. The number is its byte on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum MessageKind {
    /// Home → participant: run the step.
    Execute = 1,
    /// Home → participant: make a reserved step final.
    Confirm = 2,
    /// Home → participant: undo the step, or never run it.
    Cancel = 3,
    /// Participant → home: the step ran.
    Executed = 4,
    /// Participant → home: the step did not and will not run.
    Refused = 5,
    /// Participant → home: the reservation is final.
    Confirmed = 6,
    /// Participant → home: the step is undone, or will never run.
    Cancelled = 7,
}

/// A decoded header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the message says.
    pub kind: MessageKind,
    /// The number of the step.
    pub step: u16,
    /// The first bytes of the workflow's fingerprint.
    pub fingerprint: [u8; 8],
    /// Seconds since 1970; 0 unless the kind is Execute.
    pub deadline: u64,
    /// The instance.
    pub instance: [u8; 32],
}

impl MessageKind {
    const ALL: [MessageKind; 7] = [
        MessageKind::Execute,
        MessageKind::Confirm,
        MessageKind::Cancel,
        MessageKind::Executed,
        MessageKind::Refused,
        MessageKind::Confirmed,
        MessageKind::Cancelled,
    ];

    fn from_byte(byte: u8) -> Option<Self> {
        MessageKind::ALL
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

impl Header {
    /// The header of a message that a coordinator sends.
    pub fn new(
        kind: MessageKind,
        step: u16,
        fingerprint: &[u8; 32],
        deadline: u64,
        instance: [u8; 32],
    ) -> Self {
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = *fingerprint;
        Header {
            kind,
            step,
            fingerprint: [b0, b1, b2, b3, b4, b5, b6, b7],
            deadline,
            instance,
        }
    }

    /// Splits a message into its header and its body.
    ///
    /// # Errors
    ///
    /// [`XccError::WrongHeader`] if there is no header of this version, its kind does not exist, or it has a deadline that only an
    /// Execute can have.
    pub fn decode(message: &[u8]) -> Result<(Header, &[u8])> {
        let (header, body) = message
            .split_at_checked(SIZE)
            .ok_or_else(|| error!(XccError::WrongHeader))?;
        let mut reader = Reader::new(header);
        let version = reader.u8()?;
        let kind =
            MessageKind::from_byte(reader.u8()?).ok_or_else(|| error!(XccError::WrongHeader))?;
        let header = Header {
            kind,
            step: reader.u16()?,
            fingerprint: reader.fixed()?,
            deadline: reader.u64()?,
            instance: reader.fixed()?,
        };
        require!(version == VERSION, XccError::WrongHeader);
        require!(
            kind == MessageKind::Execute || header.deadline == 0,
            XccError::WrongHeader
        );
        Ok((header, body))
    }

    /// The header and a body as one message.
    pub fn encode(&self, body: &[u8]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(VERSION);
        writer.u8(self.kind as u8);
        writer.u16(self.step);
        writer.fixed(&self.fingerprint);
        writer.u64(self.deadline);
        writer.fixed(&self.instance);
        writer.fixed(body);
        writer.finish()
    }

    /// The header of the answer to a message.
    pub fn reply(&self, kind: MessageKind) -> Header {
        Header {
            kind,
            deadline: 0,
            ..*self
        }
    }
}
