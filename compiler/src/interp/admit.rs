//! What happens before a handler runs: who sent the transaction, whether a message is authentic and meant for this machine, and
//! which handler takes it.

use super::Context;
use super::error::Rejected;
use super::state::Instance;
use super::transaction::{Action, Delivery, Sender, Transaction};
use crate::entities::{Handler, Machine, Message};
use crate::ir::{Role, Trigger};
use crate::types::Field;
use crate::wire::identity::InstanceSeed;
use crate::wire::layout::address_size;
use crate::wire::{DecodeError, Header, Value, decode_body, header};

/// A transaction that was let in.
#[derive(Clone, Debug)]
pub(super) struct Admitted {
    /// What runs.
    pub(super) handler: Handler,
    /// The instance it is about.
    pub(super) instance: Instance,
    /// The deadline of the message; 0 if there is none.
    pub(super) deadline: u64,
    /// What the handler's entry takes.
    pub(super) params: Vec<Value>,
}

/// The trigger that takes a message of this type.
type TriggerOf = fn(Message) -> Trigger;

impl Context<'_> {
    /// Lets a transaction in. `started` is how many instances the machine started before.
    pub(super) fn admit(
        &self,
        machine: Machine,
        started: u64,
        transaction: &Transaction,
    ) -> Result<Admitted, Rejected> {
        self.check_caller(machine, &transaction.caller)?;
        let about = |trigger, instance| self.about(machine, trigger, instance);
        match &transaction.action {
            Action::Start { inputs } => self.start(machine, started, &transaction.caller, inputs),
            Action::Deliver(delivery) => self.message(machine, delivery, Trigger::Deliver),
            Action::Expire(delivery) => self.message(machine, delivery, Trigger::Expire),
            Action::Park(delivery) => self.message(machine, delivery, Trigger::Park),
            Action::Claim { step, instance } => about(Trigger::Claim(*step), *instance),
            Action::Attempt {
                step,
                part,
                instance,
            } => about(Trigger::Attempt(*step, *part), *instance),
            Action::ExpireStep { step, instance } => about(Trigger::ExpireStep(*step), *instance),
            Action::ParkStep { step, instance } => about(Trigger::ParkStep(*step), *instance),
            Action::Cancel { instance } => about(Trigger::Cancel, *instance),
            Action::Redrive { instance } => about(Trigger::Redrive, *instance),
        }
    }

    fn check_caller(&self, machine: Machine, caller: &[u8]) -> Result<(), Rejected> {
        let chain = self.program.machines[machine].chain;
        let size = address_size(self.program.declarations.chains[chain].vm);
        match caller.len() == size as usize {
            true => Ok(()),
            false => Err(Rejected::WrongCaller),
        }
    }

    fn start(
        &self,
        machine: Machine,
        started: u64,
        caller: &[u8],
        inputs: &[Value],
    ) -> Result<Admitted, Rejected> {
        let handler = self.handler(machine, Trigger::Start)?;
        let fields = &self.program.workflows[self.workflow].inputs;
        if !self.are_of(inputs, fields) {
            return Err(Rejected::WrongInputs);
        }
        let seed = InstanceSeed {
            fingerprint: self.facts.fingerprints[self.workflow],
            home: self.setting.home,
            coordinator: self.setting.coordinator,
            initiator: to_word(caller),
            nonce: started,
        };
        Ok(Admitted {
            handler,
            instance: seed.instance(),
            deadline: 0,
            params: inputs.to_vec(),
        })
    }

    fn are_of(&self, values: &[Value], fields: &[Field]) -> bool {
        let mut pairs = values.iter().zip(fields);
        values.len() == fields.len()
            && pairs.all(|(value, field)| value.is_of(&field.ty, &self.program.declarations))
    }

    fn about(
        &self,
        machine: Machine,
        trigger: Trigger,
        instance: Instance,
    ) -> Result<Admitted, Rejected> {
        Ok(Admitted {
            handler: self.handler(machine, trigger)?,
            instance,
            deadline: 0,
            params: Vec::new(),
        })
    }

    /// The body is decoded whatever the handler does with it.
    fn message(
        &self,
        machine: Machine,
        delivery: &Delivery,
        trigger: TriggerOf,
    ) -> Result<Admitted, Rejected> {
        let sender = self.peer(machine, delivery.from)?;
        let header = Header::decode(&delivery.message).ok_or(DecodeError::Header)?;
        if header.fingerprint != self.fingerprint() {
            return Err(Rejected::WrongFingerprint);
        }
        let unknown = Rejected::UnknownMessage {
            step: header.step,
            kind: header.kind,
        };
        let message = self.find(&header, sender, machine).ok_or(unknown)?;
        let trigger = trigger(message);
        let handler = self.handler(machine, trigger)?;
        let body = &delivery.message[header::SIZE..];
        let fields = decode_body(self.facts.layout(message), body)?;
        let takes_fields = matches!(trigger, Trigger::Deliver(_));
        Ok(Admitted {
            handler,
            instance: header.instance,
            deadline: header.deadline,
            params: if takes_fields { fields } else { Vec::new() },
        })
    }

    /// The peers of a coordinator are the participants, that of a participant is the coordinator.
    fn peer(&self, machine: Machine, sender: Sender) -> Result<Machine, Rejected> {
        let data = &self.program.workflows[self.workflow];
        let is_peer = |sender: &Machine| match self.program.machines[machine].role {
            Role::Coordinator => data.participants.contains(sender),
            Role::Participant => data.coordinator == *sender,
        };
        match sender {
            Sender::Machine(sender) if is_peer(&sender) => Ok(sender),
            _ => Err(Rejected::UnknownSender),
        }
    }

    /// The message type that a header names, if this sender may send it to this machine.
    fn find(&self, header: &Header, from: Machine, to: Machine) -> Option<Message> {
        let steps = &self.program.workflows[self.workflow].steps;
        let step = *steps.get(usize::from(header.step))?;
        let message = self.program.message(step, header.kind)?;
        let data = &self.program.messages[message];
        ((data.from, data.to) == (from, to)).then_some(message)
    }

    fn handler(&self, machine: Machine, trigger: Trigger) -> Result<Handler, Rejected> {
        let handler = self.program.handler_of(machine, trigger);
        handler.ok_or(Rejected::NoEntry)
    }
}

/// An address with zeros to its left.
fn to_word(address: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    word[32 - address.len()..].copy_from_slice(address);
    word
}
