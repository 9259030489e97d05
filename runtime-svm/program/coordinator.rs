//! What every instruction of a coordinator has in common: its accounts, and what is done with them.
//!
//! This file is the same in every coordinator. It is not in the runtime, because Anchor derives the checks of accounts only inside
//! the program's own crate.

use anchor_lang::prelude::*;
use xcc_runtime::{
    record, Call, Delivered, Expected, Header, Identity, InstanceKey, MessageKind, Outbox, Peer,
    Phase, Status, XccError, AUTHORITY_SEED, STATE_SEED,
};

use crate::{Instance, State, FINGERPRINT, ID, NETWORK, WORMHOLE};

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

/// An instance changed its phase.
#[event]
pub struct InstanceChanged {
    /// The instance.
    pub instance: [u8; 32],
    /// Its new phase.
    pub phase: Phase,
}

// @accounts@

/// The messages that a transaction sends, each from a new account.
pub struct Outgoing<'a, 'info> {
    with: Option<Means<'a, 'info>>,
    messages: std::slice::Iter<'a, &'a Signer<'info>>,
}

/// What messages are sent with, and who pays.
struct Means<'a, 'info> {
    sending: &'a Sending<'info>,
    state: &'a State,
    payer: &'a Signer<'info>,
}

impl Instance {
    /// Tells the world where the instance stands now.
    pub fn changed(&self) {
        emit!(InstanceChanged {
            instance: self.id,
            phase: self.phase
        });
    }

    /// Tells the world where a step stands now.
    pub fn step_changed(&self, step: u16, status: Status) {
        emit!(StepChanged {
            instance: self.id,
            step,
            status
        });
    }

    fn existing(id: [u8; 32], account: &AccountInfo<'_>) -> Result<Box<Self>> {
        let key = InstanceKey {
            program: ID,
            instance: id,
        };
        key.existing(account)
    }
}

impl Opening<'_> {
    /// A new instance of the payer. The record that it leaves for good is what keeps a nonce from being used twice.
    pub fn open(&self, nonce: u64) -> Result<Box<Instance>> {
        let identity = Identity {
            fingerprint: &FINGERPRINT,
            network: NETWORK,
            coordinator: &ID,
            initiator: self.payer.key,
            nonce,
        };
        let id = identity.instance();
        let key = InstanceKey {
            program: ID,
            instance: id,
        };
        let mut instance: Box<Instance> = key.create(&self.record, &self.payer)?;
        instance.id = id;
        Ok(instance)
    }

    /// Writes the instance back.
    pub fn save(&self, instance: &Instance) -> Result<()> {
        record::save(instance, &self.record)
    }

    /// Makes a call of a target, with the program's signature.
    pub fn invoke(&self, call: &Call) -> Result<()> {
        call.invoke(&[AUTHORITY_SEED, &[self.state.authority_bump]])
    }
}

impl Reply<'_> {
    /// The delivered reply, which is authentic, from that participant, and meant for this instruction.
    pub fn receive(&self, peer: &Peer, kind: MessageKind, step: u16) -> Result<Box<Delivered>> {
        let expected = Expected {
            core: &WORMHOLE,
            peer,
            fingerprint: &FINGERPRINT,
            kind,
            step,
        };
        expected.receive(&self.posted)
    }

    /// The instance that the reply is about, which must exist.
    pub fn open(&self, message: &Delivered) -> Result<Box<Instance>> {
        Instance::existing(message.header.instance, &self.record)
    }

    /// Writes the instance back.
    pub fn save(&self, instance: &Instance) -> Result<()> {
        record::save(instance, &self.record)
    }
}

impl Turn<'_> {
    /// The instance that is asked something of, which must exist.
    pub fn open(&self, instance: [u8; 32]) -> Result<Box<Instance>> {
        Instance::existing(instance, &self.record)
    }

    /// Writes the instance back.
    pub fn save(&self, instance: &Instance) -> Result<()> {
        record::save(instance, &self.record)
    }

    /// Makes a call of a target, with the program's signature.
    pub fn invoke(&self, call: &Call) -> Result<()> {
        call.invoke(&[AUTHORITY_SEED, &[self.state.authority_bump]])
    }
}

impl<'a, 'info> Outgoing<'a, 'info> {
    /// Messages that go out at the cost of the payer.
    pub fn new(
        sending: &'a Sending<'info>,
        state: &'a State,
        payer: &'a Signer<'info>,
        messages: &'a [&'a Signer<'info>],
    ) -> Self {
        Outgoing {
            with: Some(Means {
                sending,
                state,
                payer,
            }),
            messages: messages.iter(),
        }
    }

    /// No messages, where nothing that can follow sends one.
    pub fn nothing() -> Self {
        Outgoing {
            with: None,
            messages: [].iter(),
        }
    }

    /// Publishes a message about a step of an instance, from the next of the new accounts.
    pub fn send(
        &mut self,
        instance: &Instance,
        step: u16,
        kind: MessageKind,
        deadline: u64,
        body: &[u8],
    ) -> Result<()> {
        let (Some(means), Some(message)) = (&self.with, self.messages.next()) else {
            return err!(XccError::WrongAccount);
        };
        let (sending, state) = (means.sending, means.state);
        require_keys_eq!(*sending.emitter.key, state.emitter, XccError::WrongAccount);
        let outbox = Outbox {
            bridge: &sending.bridge,
            message,
            emitter: &sending.emitter,
            sequence: &sending.sequence,
            payer: means.payer,
            fee_collector: &sending.fee_collector,
            clock: sending.clock.as_ref(),
            rent: sending.rent.as_ref(),
            system_program: &sending.system_program,
            core: &sending.core,
        };
        let header = Header::new(kind, step, &FINGERPRINT, deadline, instance.id);
        outbox.publish(&header.encode(body), state.emitter_bump)
    }
}
