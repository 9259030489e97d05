//! What every claim has in common: its accounts, and what is done with them.
//!
//! This file is the same in every program that has claims.

use anchor_lang::prelude::*;
use xcc_runtime::{record, Call, RecordKey, Status, AUTHORITY_SEED, STATE_SEED};

use crate::{State, StepChanged, ID};

// @accounts@

impl Claim<'_> {
    /// The record of a step of an instance, which must exist.
    pub fn open<R>(&self, instance: [u8; 32], step: u16) -> Result<Box<R>>
    where
        R: AccountDeserialize,
    {
        RecordKey {
            program: ID,
            instance,
            step,
        }
        .existing(&self.record)
    }

    /// Writes the record back.
    pub fn save(&self, record: &impl AccountSerialize) -> Result<()> {
        record::save(record, &self.record)
    }

    /// Tells the world where a step stands now.
    pub fn changed(&self, instance: [u8; 32], step: u16, status: Status) {
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
}
