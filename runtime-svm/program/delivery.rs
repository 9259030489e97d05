//! What every delivery of a message has in common: its accounts, and what is done with them.
//!
//! This file is the same in every program. It is not in the runtime, because Anchor derives the checks of accounts only inside the
//! program's own crate.

use anchor_lang::prelude::*;
use xcc_runtime::{
    record, Call, Delivered, Expected, MessageKind, Outbox, RecordKey, Status, AUTHORITY_SEED,
    EMITTER_SEED, STATE_SEED,
};

use crate::{State, FINGERPRINT, ID, WORMHOLE};

/// The status of a step changed.
#[event]
pub struct StepChanged {
    /// The instance.
    pub instance: [u8; 32],
    /// The number of the step.
    pub step: u16,
    /// Its new status.
    pub status: Status,
}

// @accounts@

impl<'info> Delivery<'info> {
    /// The delivered message, which is authentic and meant for this instruction.
    pub fn receive(&self, kind: MessageKind, step: u16) -> Result<Box<Delivered>> {
        let peer = &self.state.coordinator;
        let expected = Expected {
            core: &WORMHOLE,
            peer,
            fingerprint: &FINGERPRINT,
            kind,
            step,
        };
        expected.receive(&self.posted)
    }

    /// The record of the message's step and instance, created if it does not exist.
    pub fn open<R>(&self, message: &Delivered) -> Result<Box<R>>
    where
        R: AccountDeserialize + Discriminator + Space,
    {
        let (instance, step) = (message.header.instance, message.header.step);
        RecordKey {
            program: ID,
            instance,
            step,
        }
        .open(&self.record, &self.payer)
    }

    /// Writes the record back.
    pub fn save(&self, record: &impl AccountSerialize) -> Result<()> {
        record::save(record, &self.record)
    }

    /// Tells the world where a step stands now.
    pub fn changed(&self, message: &Delivered, status: Status) {
        let (instance, step) = (message.header.instance, message.header.step);
        emit!(StepChanged {
            instance,
            step,
            status
        });
    }

    /// Makes a call of a target, with the program's signature.
    pub fn invoke(&self, call: &Call) -> Result<()> {
        call.invoke(&[AUTHORITY_SEED, &[self.state.authority_bump]])
    }

    /// Publishes the answer to a message.
    pub fn reply(&self, message: &Delivered, kind: MessageKind, body: &[u8]) -> Result<()> {
        let outbox = Outbox {
            bridge: &self.bridge,
            message: &self.reply,
            emitter: &self.emitter,
            sequence: &self.sequence,
            payer: &self.payer,
            fee_collector: &self.fee_collector,
            clock: self.clock.as_ref(),
            rent: self.rent.as_ref(),
            system_program: &self.system_program,
            core: &self.core,
        };
        outbox.publish(
            &message.header.reply(kind).encode(body),
            self.state.emitter_bump,
        )
    }
}
